#!/usr/bin/env bats
# Columns as etl(7) COLUMNS says, through the program that takes them all; and lines cut by places.
load setup

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf '%s\n' id,name,amt_x,amt_y,date '1,"Ann, B.",10,007,2024-01-01' '2,"say ""hi""",20,,2024-01-02' >t.csv
	printf '%s\n' '2-5,x,x,"a,b",k=v' '1,2,3,4,5' >odd.csv
}

# Cuts t.csv (or FILE) and holds the first record against TEXT.
row() { # LIST TEXT [FILE]
	try etl-cut --no-out-header -f "$1" "${3:-t.csv}"
	[ "$status" -eq 0 ] || { echo "$1: status $status: $(cat err)"; return 1; }
	[ "${lines[0]}" = "$2" ] || { echo "$1: got ${lines[0]}, not $2"; return 1; }
}

head_row() { # LIST TEXT [FILE]
	try etl-cut -f "$1" "${3:-t.csv}"
	[ "$status" -eq 0 ] || { echo "$1: status $status: $(cat err)"; return 1; }
	[ "${lines[0]}" = "$2" ] || { echo "$1: got ${lines[0]}, not $2"; return 1; }
}

refuses() { # LIST TEXT
	try etl-cut -f "$1" "${3:-t.csv}"
	[ -z "$output" ]
	fails 2 "$2"
}

@test "columns by name, in the order asked for, quotes untouched" {
	try etl-cut -f name,id t.csv
	prints 'name,id
"Ann, B.",1
"say ""hi""",2'
}

@test "columns by number, from the end, by #" {
	row 3 10
	row '#3,1' 10,1
	row -1 2024-01-01
	row -2,-5 007,1
	row 1-3 '1,"Ann, B.",10'
	row 4- 007,2024-01-01
	row -2- 007,2024-01-01
	row 2-2 '"Ann, B."'
}

@test "ranges by name, globs; both skip what is chosen already" {
	row amt_x..date 10,007,2024-01-01
	row 'id..#2' '1,"Ann, B."'
	row '"amt_x".."amt_y"' 10,007
	row 'amt_*' 10,007
	row 'amt_?,*' '10,007,1,"Ann, B.",2024-01-01'
	row 'date,1-' '2024-01-01,1,"Ann, B.",10,007'
	row 'amt_y,amt_*' 007,10
	row '*d*' 1,2024-01-01
}

@test "a header name is first of all a name" {
	row 2-5 1 odd.csv
	row '"a,b"' 4 odd.csv
	row k=v 5 odd.csv
	row 'x[2],x[1]' 3,2 odd.csv
	row '#2' 2 odd.csv
	row '"2-5"' 1 odd.csv
	printf '2,1,#1\na,b,c\n' >numbers.csv
	row 2 a numbers.csv
	row '#2' b numbers.csv
	row '#1' c numbers.csv
	row '"#1"' c numbers.csv
	row '*' 1,2,3,4,5 odd.csv
}

@test "renames" {
	head_row key=id,name key,name
	head_row '"a,b"=id' '"a,b"'
	head_row '"say ""x"""=id' '"say ""x"""'
	head_row 'last=-1,first=#1' last,first
	head_row 'k2="k=v",second=x[2]' k2,second odd.csv
	head_row '""=id' '""'
	head_row '""=id,name' ,name
	try etl-cut --no-out-header -f key=id t.csv
	prints '1
2'
}

@test "unknown columns: exit 2, the nearest name, no output" {
	refuses nmae "option -f: no such column: 'nmae'; did you mean 'name'?"
	refuses amt_z "did you mean 'amt_x' or 'amt_y'?"
	refuses ID "did you mean 'id'?"
	for header in vehicle_type,amount,vehiclesum amount,vehicle_type,vehiclesum; do
		try etl-cut -f vehicle <<<"$header"
		fails 2 "did you mean 'vehicle_type' or 'vehiclesum'?"
	done
	try etl-cut -f veh <<<'vehicle_type'
	fails 2 "did you mean 'vehicle_type'?"
	try etl-cut -f ve <<<'vehicle_type'
	fails 2 "no such column: 've'"
	[ "$(grep -c 'did you mean' err)" -eq 0 ]
	refuses qqqqqq "no such column: 'qqqqqq'"
	refuses 6 "no such column: '6' (there are 5)"
	refuses -6 "(there are 5)"
	refuses 0 "(there are 5)"
	refuses '#9' "(there are 5)"
	refuses '#x' "not a column number"
	refuses 3-9 "beyond the last column"
	refuses 3-2 "backwards"
	refuses date..id "backwards"
	refuses '..id' "lacks an end"
	refuses 'z*' "no column matches: 'z*'"
	refuses '"amt_*"' "no such column"
	refuses id,nmae "did you mean 'name'?"
	refuses 'new=nmae' "did you mean 'name'?"
	refuses "$(printf 'a\tb\033')" '\x09b\x1b'
	refuses "$(printf 'y%.0s' {1..300})" "$(printf 'y%.0s' {1..40})..."
}

@test "naming a column twice, empty items, half a rename: exit 2" {
	refuses id,id "column chosen twice: 'id'"
	refuses 1,id "column chosen twice"
	refuses 'amt_*,amt_x' "column chosen twice"
	refuses id, "empty item"
	refuses '' "empty item"
	refuses =id "no new name"
	refuses new= "missing"
	refuses '"id' "no such column"
}

@test "duplicate names are an error only when used" {
	try etl-cut -f 1,5 odd.csv
	prints '2-5,k=v
1,5'
	refuses x "column 'x' is in the header 2 times: write #2 or x[1]" odd.csv
	refuses 'x[3]' "no such column" odd.csv
	try etl-cut odd.csv
	prints "$(cat odd.csv)"
}

@test "-x: all columns but these" {
	try etl-cut -x -f name,amt_x t.csv
	prints 'id,amt_y,date
1,007,2024-01-01
2,,2024-01-02'
	try etl-cut --exclude -f 'amt_*,-1' t.csv
	[ "${lines[0]}" = id,name ]
	try etl-cut -x -f 1- t.csv
	fails 2 'option -x: no column is left'
	try etl-cut -x t.csv
	fails 2 'no column is left'
	try etl-cut -x -f new=id t.csv
	fails 2 "no such column: 'new=id'"
	try etl-cut -x -f nmae t.csv
	fails 2 "did you mean 'name'"
}

@test "without -f all columns, byte for byte" {
	try etl-cut t.csv
	prints "$(cat t.csv)"
	etl-cut t.csv | cmp - t.csv
}

@test "-N: columns are 1..n" {
	printf '1,2,3\n4,5,6\n' >n.csv
	try etl-cut -N -f 3,1 n.csv
	prints '3,1
6,4'
	try etl-cut -N -f a n.csv
	fails 2 "no such column: 'a'"
	try etl-cut -N -f new=1 n.csv
	fails 2 "without a header there is nothing to rename"
	try etl-cut -N --header a,b,c -f new=a n.csv
	prints 'new
1
4'
}

@test "one column: an empty value is written as quotes" {
	try etl-cut -f amt_y t.csv
	prints 'amt_y
007
""'
}

@test "options combine and may follow operands; -- ends them" {
	try etl-cut t.csv -xf id,name --no-out-header
	prints '10,007,2024-01-01
20,,2024-01-02'
	cp t.csv ./-f
	try etl-cut -f id -- -f
	prints 'id
1
2'
	try etl-cut --fields=id t.csv
	prints 'id
1
2'
	try etl-cut -f
	fails 2 'option --fields needs its COLS'
}

@test "10,000 columns" {
	seq -s, 10000 | sed 's/[0-9]*/c&/g' >wide.csv
	seq -s, 10000 >>wide.csv
	try etl-cut -f c10000,c5000,c1 wide.csv
	prints 'c10000,c5000,c1
10000,5000,1'
	try etl-cut -x -f c2..c9999 wide.csv
	prints 'c1,c10000
1,10000'
	etl-cut -f "$(head -1 wide.csv | tr , '\n' | tac | paste -sd,)" wide.csv >reversed.csv
	[ "$(tail -1 reversed.csv | cut -d, -f1-3)" = 10000,9999,9998 ]
	ETL_BLOCK=64 etl-cut wide.csv | cmp - wide.csv
}

# Places

@test "-b: bytes; -c: characters" {
	printf 'abcdefgh\n12345678\n' >fixed.txt
	try etl-cut -b 1-2,8,3- fixed.txt
	prints 'ab,h,cdefgh
12,8,345678'
	try etl-cut -b x=1-2,y=7-8 fixed.txt
	prints 'x,y
ab,gh
12,78'
	printf 'äöü€x\n' >utf8.txt
	try etl-cut -c 1-2,4,5 utf8.txt
	prints 'äö,€,x'
	try etl-cut -b 1-2,3-4 utf8.txt
	prints 'ä,ö'
	printf 'a\xff\xe2\x82z\n' >bad.txt
	etl-cut -c 2,3,4,5 bad.txt >out
	printf '\xff,\xe2,\x82,z\n' | cmp - out
	printf '\xf0\x9f\x98\x80\xed\xa0\x80b\n' >odd.txt
	etl-cut -c 1,5 odd.txt >out
	printf '\xf0\x9f\x98\x80,b\n' | cmp - out
}

@test "-b: quotes and delimiters in a line are values" {
	printf 'a,b"c d\n' >q.txt
	try etl-cut -b 1-3,4-5,6-7 q.txt
	prints '"a,b","""c", d'
	try etl-cut -b 1-3,4-5 -T q.txt
	prints "$(printf 'a,b\t"c')"
	printf 'a\tbc\n' >tab.txt
	try etl-cut -b 1-2,3- -T tab.txt
	fails 1 'tab.txt:1: TSV cannot hold'
	try etl-cut -b 1-2,3- -T --tsv-escape tab.txt
	prints "$(printf 'a\\t\tbc')"
}

@test "-b: short lines" {
	printf 'abcdef\nabc\n\nabcdefgh\n' >s.txt
	try etl-cut -b 1-2,5-6 s.txt
	fails 1 's.txt:2: line shorter than the 6 bytes that the places need'
	try etl-cut -c 1-2,5-6 s.txt
	fails 1 's.txt:2: line shorter than the 6 characters'
	try etl-cut --ragged=fill -b 1-2,5-6 s.txt
	prints 'ab,ef
ab,
,
ab,ef'
	try etl-cut --rejects bad.csv -b 1-2,5-6 s.txt
	prints 'ab,ef
ab,ef'
	fails 0 '2 of 4 records rejected: see bad.csv'
	[ "$(sed -n 2p bad.csv)" = 'etl-cut,s.txt,2,,,short,line shorter than the 6 bytes that the places need,abc' ]
	try etl-cut -b 3- s.txt
	fails 1 's.txt:3: line shorter than the 2 bytes'
}

@test "-b: CRLF, no final newline, no line at all" {
	printf 'abc\r\ndef' >c.txt
	try etl-cut -b 1,3 c.txt
	prints 'a,c
d,f'
	try etl-cut -b a=1,c=3 /dev/null
	prints a,c
}

@test "-b: names by --header, no header by --no-out-header" {
	printf 'abc\n' >c.txt
	try etl-cut -b 1,3 --header one,two c.txt
	prints 'one,two
a,c'
	try etl-cut -b 1,3 --header one c.txt
	fails 2 'option --header: 1 name for 2 fields'
	try etl-cut -b x=1 --header one c.txt
	fails 2 'names already'
	try etl-cut -b x=1 --no-out-header c.txt
	prints a
}

@test "-b: what is no list of places" {
	local places
	for places in '' 0 0-2 3-2 a-b 1,,2 1, x=1,2 1-2-3 -5 =; do
		try etl-cut -b "$places" t.csv
		fails 2 'option -b: '
	done
	try etl-cut -b 1 -f id t.csv
	fails 2 'exclude each other'
	try etl-cut -b 1 -c 2 t.csv
	fails 2 'exclude each other'
	try etl-cut -b 1 -t t.csv
	fails 2 'a line is no record of fields'
	try etl-cut -b 1 --rename-header a t.csv
	fails 2 'no header to rename'
}

@test "-b: one column, an empty place" {
	printf 'ab\n\n' >e.txt
	try etl-cut --ragged=fill -b 1- e.txt
	prints 'ab
""'
}

@test "a signal when the file of -o is in its place comes too late; before it nothing is there" {
	strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
	[ "$ETL_BIN" = "$ROOT/build" ] || skip 'strace and the sanitizers do not go together'
	printf 'a,b\n1,2\n' >t.csv
	stop() { # CALL: ends etl-cut when that call is being made, or has been
		rm -f pid out.csv
		# shellcheck disable=SC2016 # the other shell's
		strace -o trace -e trace="$1" -e inject="$1:delay_exit=600000" sh -c 'echo $$ >pid; exec etl-cut -f b -o out.csv t.csv' 3>&- &
		for _ in $(seq 500); do
			if grep -qs "^${1#\?}(" trace; then break; fi
			sleep 0.01
		done
		kill -TERM "$(cat pid)"
		status=0
		wait $! || status=$?
	}
	stop '?rename'
	[ "$status" -eq 0 ]
	[ "$(cat out.csv)" = $'b\n2' ]
	stop fchmod
	[ "$status" -eq 143 ]
	[ ! -e out.csv ]
	[ -z "$(find . -name '*.tmp')" ]
}
