#!/usr/bin/env bats
# etl-view: what a person sees.

load setup

trips() {
	printf 'id,plaza,type,amount\n1,4856,car,12.50\n22,4154,truck,\n3,,car,7.25\n' >trips.csv
}

# Runs a command line with a terminal of this many columns as its output; COLUMNS is not set.
on_terminal() { # COLUMNS COMMAND
	env -u COLUMNS script -qec "stty cols $1; $2" /dev/null </dev/null | tr -d '\r'
}

@test "an aligned table: numbers to the right, no blanks at the end of a line" {
	trips
	try etl-view trips.csv
	prints "id  plaza  type   amount
--  -----  -----  ------
 1   4856  car     12.50
22   4154  truck
 3         car      7.25"
	try bash -c 'etl-cut trips.csv | etl-view'
	[ "$status" -eq 0 ] && [ "${lines[2]}" = " 1   4856  car     12.50" ]
	! etl-view trips.csv | grep -q ' $'
}

@test "numbers are what etl-expr takes for numbers; a column with nothing in it is text" {
	printf 'a,b,c,d,e\n-1,1e3,0x10,,nan\n+.5,007,2,,1\n' >n.csv
	try etl-view n.csv
	prints "  a    b  c     d  e
---  ---  ----  -  ---
 -1  1e3  0x10     nan
+.5  007  2        1"
	printf 'a,b\n%060d,1\n1,2\n' 0 >n.csv
	try etl-view n.csv
	[ "${lines[3]}" = "$(printf '%60s  2' 1)" ]
}

@test "-n: so many records, and no further" {
	trips
	try etl-view -n 1 trips.csv
	[ "${#lines[@]}" -eq 3 ]
	try etl-view -n 0 trips.csv
	prints $'id  plaza  type  amount\n--  -----  ----  ------'
	try etl-view -n 99 trips.csv
	[ "${#lines[@]}" -eq 5 ]
	try etl-view --max-rows x trips.csv
	fails 2 "option --max-rows: 'x' is not a whole number"
	# A source that never ends, and one that is malformed further on.
	try bash -c 'timeout 10 etl-view -n 2 < <(yes 1,2)'
	prints $'1  2\n-  -\n1  2\n1  2'
	try bash -c 'timeout 10 etl-view -n 1 < <(cat trips.csv; sleep 60)'
	[ "$status" -eq 0 ]
	printf 'a,b\n1,2\n3\n' >bad.csv
	try etl-view -n 1 bad.csv
	prints $'a  b\n-  -\n1  2'
	try etl-view -n 2 bad.csv
	fails 1 "bad.csv:3: "
}

@test "-n that leaves early is no failure for the program before it" {
	seq 500000 | sed '1i n' >big.csv
	try env --default-signal=PIPE bash -c 'etl-cut big.csv | etl-view -n 2; echo ${PIPESTATUS[*]}'
	prints $'n\n-\n1\n2\n141 0'
	[ ! -s err ]
}

@test "control bytes never reach the terminal" {
	printf 'a,b\n"x\ny\tz\rw",\x1b[31mred\x07\n\xc2\x9b2J,\x9b2J\x7f\xff\n\xe2\x80\xaeb,\xe2\x80\xa8\n' >c.csv
	printf '\x00,\xef\xbb\xbf\n' >>c.csv
	for form in '' -e -m -w9; do
		etl-view $form c.csv >out
		! LC_ALL=C grep -q "$(printf '[\001-\011\013-\037\177]')" out
		[ "$(tr -d '\000' <out | wc -c)" -eq "$(wc -c <out)" ]
		! LC_ALL=C grep -qP '\x9b|\xff|\xc2|\xae|\xef' out
	done
	try etl-view c.csv
	[ "${lines[2]}" = 'x\ny\tz\rw     \x1b[31mred\x07' ]
	[ "${lines[3]}" = '\xc2\x9b2J     \x9b2J\x7f\xff' ]
	[ "${lines[5]}" = '\x00           \xef\xbb\xbf' ]
	printf '\x1b]0;t\x07,b\n1,2\n' >c.csv
	try etl-view c.csv
	[ "${lines[0]}" = '\x1b]0;t\x07  b' ]
}

@test "wide characters take two columns, combining marks none" {
	printf 'name,x\n日本,1\ne\xcc\x81t\xc3\xa9,2\nabcd,3\n🚗,4\n' >w.csv
	try etl-view w.csv
	prints "name  x
----  -
日本  1
$(printf 'e\xcc\x81t\xc3\xa9')   2
abcd  3
🚗    4"
	try env LC_ALL=C etl-view w.csv
	[ "${lines[2]}" = "日本  1" ]
}

@test "--width cuts long values, and says so" {
	printf 'id,text,n\n1,%s,5\n2,short,6\n' "$(printf 'x%.0s' $(seq 100))" >l.csv
	try etl-view -w 40 l.csv
	prints "id  text                               n
--  ---------------------------------  -
 1  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…  5
 2  short                              6"
	try etl-view l.csv
	[ "${lines[2]}" = " 1  $(printf 'x%.0s' $(seq 100))  5" ]
	try etl-view --width 0 l.csv
	[ "${lines[2]}" = " 1  $(printf 'x%.0s' $(seq 100))  5" ]
	try env COLUMNS=20 etl-view l.csv
	[ "${lines[2]}" = " 1  $(printf 'x%.0s' $(seq 100))  5" ]
}

@test "columns that do not fit are named in the last line" {
	{ seq -s, -f 'column%g' 10; seq -s, 10; } >w.csv
	try etl-view -w 40 w.csv
	prints "column1  column2  column3  column4
-------  -------  -------  -------
      1        2        3        4
... 6 more columns: column5, column6, c…"
	try etl-view -w 40 -f column9,3 w.csv
	prints $'column9  column3\n-------  -------\n      9        3'
	for width in 1 2 3 7 19 20 21 60 90; do
		try etl-view -w $width w.csv
		for line in "${lines[@]}"; do [ "${#line}" -le "$width" ]; done
	done
	try etl-view -w 87 w.csv
	[ "${lines[3]}" = "... 1 more column: column10" ]
}

@test "a terminal's width is the limit; COLUMNS stands in for it" {
	command -v script >/dev/null || skip "no script(1)"
	{ seq -s, -f 'column%g' 10; seq -s, 10; } >w.csv
	run on_terminal 25 "etl-view w.csv"
	[ "${lines[0]}" = "column1  column2  column3" ]
	[ "${lines[3]}" = "... 7 more columns: colu…" ]
	run on_terminal 25 "COLUMNS=16 etl-view w.csv"
	[ "${lines[0]}" = "column1  column2" ]
	run on_terminal 25 "etl-view w.csv -w0"
	[ "${#lines[@]}" -eq 3 ]
	run on_terminal 0 "etl-view w.csv"
	[ "${lines[0]}" = "$(seq -s '  ' -f 'column%g' 9)" ]
	# To be seen whole: a terminal wraps these.
	printf 'a\n%0200d\n' 1 >long.csv
	run on_terminal 25 "etl-view -e long.csv; etl-view -m long.csv; etl-view long.csv -o file; cat file"
	[ "$(printf '%s\n' "${lines[@]}" | grep -c 00000000000000000001)" -eq 3 ]
}

@test "widths come from the first 1000 records: later ones stick out, or are cut with a mark" {
	{ echo n,m; seq -f '%g,x' 1000; echo 1234567,y; echo 5,z; } >s.csv
	try etl-view s.csv
	[ "${lines[2]}" = "   1  x" ]
	[ "${lines[1002]}" = "1234567  y" ]
	[ "${lines[1003]}" = "   5  z" ]
	try etl-view -w 80 s.csv
	[ "${lines[1002]}" = "123…  y" ]
	for option in -a --all-widths; do
		try etl-view $option s.csv
		[ "${lines[2]}" = "      1  x" ]
		[ "${lines[1002]}" = "1234567  y" ]
	done
	try etl-view -a -n 5 s.csv
	[ "${lines[2]}" = "1  x" ]
}

@test "--expanded: one field a line" {
	trips
	try etl-view -e -n 2 trips.csv
	prints "-[ record 1 ]---------------------------
id     | 1
plaza  | 4856
type   | car
amount | 12.50
-[ record 2 ]---------------------------
id     | 22
plaza  | 4154
type   | truck
amount |"
	try etl-view --expanded -w 12 -n 1 -f 'amount,a long name=type' trips.csv
	prints "-[ record 1 ]---------------------------
amount      | …
a long name | …"
	try etl-view --expanded -w 14 -n 1 -f 'amount' trips.csv
	[ "${lines[1]}" = "amount | 12.50" ]
}

@test "--markdown: escaped, so that it reads as the data" {
	printf 'a,b\n1,"p|q\nr"\n2,"\\| <i>"\n' >m.csv
	try etl-view -m m.csv
	prints '|   a | b           |
| --: | ----------- |
|   1 | p\|q<br>r   |
|   2 | \\\| &lt;i> |'
	try etl-view -m -w 10 m.csv
	fails 2 "options --markdown and --width exclude each other"
	try etl-view -m -e m.csv
	fails 2 "options --expanded and --markdown exclude each other"
}

@test "-f, -x, new=old; unknown and duplicate names" {
	trips
	try etl-view -f type,no=id trips.csv
	[ "${lines[0]}" = "type   no" ] && [ "${lines[3]}" = "truck  22" ]
	try etl-view -x -f 1-2 trips.csv
	[ "${lines[0]}" = "type   amount" ]
	try etl-view -x -f 1- trips.csv
	fails 2 "no column is left"
	try etl-view -f typ trips.csv
	fails 2 "did you mean 'type'?"
	printf 'a,a\n1,2\n' >d.csv
	try etl-view d.csv
	prints $'a  a\n-  -\n1  2'
	try etl-view -f a d.csv
	fails 2 "in the header 2 times"
}

@test "-N shows the numbers that -f takes" {
	printf 'x,1\ny,2\n' >n.csv
	try etl-view -N n.csv
	prints $'1  2\n-  -\nx  1\ny  2'
	try etl-view --header p,q -f q n.csv
	prints $'q\n-\n1\n2'
}

@test "any size of block, any scanner: the same" {
	{ echo 'a,b,c'; seq 3000 | sed 's/.*/&,"x ""&""\n",y&/'; } >x.csv
	etl-view x.csv >want
	[ "$(wc -l <want)" -eq 3002 ]
	for block in 1 64 1000; do
		ETL_BLOCK=$block etl-view x.csv | cmp - want
	done
	for scan in portable libcsv; do
		ETL_SCAN=$scan etl-view x.csv | cmp - want
	done
}

@test "TSV, CRLF, BOM, no newline at the end" {
	printf '\xef\xbb\xbfa\tb\r\n1\t"x\r\n2\ty' >x.tsv
	try etl-view -t x.tsv
	prints $'a  b\n-  --\n1  "x\n2  y'
}

@test "several files, one header" {
	trips
	try etl-view -f id trips.csv trips.csv
	prints $'id\n--\n 1\n22\n 3\n 1\n22\n 3'
	try bash -c 'etl-view -e -f id trips.csv - <trips.csv | grep -c "record 6"'
	prints 1
}

@test "empty input, header only" {
	: >empty
	try etl-view empty
	fails 1 "empty: empty: there is no header"
	try etl-view --allow-empty empty
	prints ""
	try etl-view -N empty
	prints ""
	printf 'a,b\n' >head.csv
	try etl-view head.csv
	prints $'a  b\n-  -'
	try etl-view -m head.csv
	prints $'| a   | b   |\n| --- | --- |'
	try etl-view -e head.csv
	prints ""
}

@test "malformed input: file and line; --lenient, --ragged, --rejects" {
	printf 'a,b\n1,2\n3\n4,x"y\n5,6\n' >bad.csv
	try etl-view bad.csv
	fails 1 "bad.csv:3: "
	try etl-view --rejects r.csv bad.csv
	prints $'a  b\n-  -\n1  2\n5  6'
	fails 0 "2 of 4 records rejected: see r.csv"
	try etl-view --ragged fill --lenient bad.csv
	prints $'a  b\n-  ---\n1  2\n3\n4  x"y\n5  6'
	printf 'a\n"x\n' >open.csv
	try etl-view open.csv
	fails 1 "open.csv:2: byte 1: unterminated quote"
}

@test "the end of its input is judged like everywhere" {
	printf 'a,b\n1,2\n3\n' >bad.csv
	try bash -c 'etl-cut bad.csv | etl-view'
	fails 1 "upstream"
	mkfifo feed
	exec 4<>feed
	{ echo n; seq 100; } >feed
	mkfifo pid
	etl-view < <(echo $BASHPID >pid; exec etl-cut feed) >out 2>err 3>&- 4>&- &
	local view=$!
	read -r writer <pid
	sleep 0.2
	kill -9 "$writer"
	status=0
	wait $view || status=$?
	exec 4>&-
	fails 75 "was killed before its end"
	try bash -c 'printf "a\n1\n" | etl-view --require-clean'
	fails 75 "--require-clean"
}

@test "what it writes is no stream of records: its pipe is not marked" {
	trips
	try bash -c 'etl-view trips.csv | (sleep 0.1; stat -Lc %a /dev/stdin; cat >/dev/null)'
	prints 600
	etl-view --stats s trips.csv >/dev/null
	grep -q '"in":3,' s
	! grep -q '"out":' s
}

@test "standard input closed, standard output closed or full: 2" {
	seq 50000 | sed '1i a' >x.csv
	try bash -c 'etl-view <&-'
	fails 2 "stdin: Bad file descriptor"
	try bash -c 'etl-view <.'
	fails 2 "stdin: Is a directory"
	try bash -c 'etl-view x.csv >&-'
	fails 2 "stdout: Bad file descriptor"
	try bash -c 'etl-view x.csv >/dev/full'
	fails 2 "stdout: No space left on device"
	try bash -c 'etl-view -n 1 x.csv >/dev/full'
	fails 2 "stdout: No space left on device"
	try etl-view x.csv missing.csv
	fails 2 "missing.csv: No such file or directory"
	[ -z "$output" ]
}

@test "a reader that leaves: silent" {
	seq 200000 | sed '1i a' >x.csv
	try env --default-signal=PIPE bash -c 'etl-view x.csv | head -1; exit ${PIPESTATUS[0]}'
	[ "$status" -eq 141 ]
	[ "$output" = "     a" ] || [ "$output" = "   a" ]
	[ ! -s err ]
}

@test "-o: the file appears whole" {
	trips
	try etl-view -m -o t.md trips.csv
	prints ""
	[ "$(wc -l <t.md)" -eq 5 ]
	printf 'a,b\n1,2\n3\n' >bad.csv
	try etl-view -m -o t.md bad.csv
	[ "$status" -eq 1 ]
	[ "$(wc -l <t.md)" -eq 5 ]
}

@test "rows of a slow source are shown as they come, once the widths are known" {
	mkfifo feed
	exec 4<>feed
	{ echo n; seq 1001; } >feed
	etl-view feed >out 3>&- 4>&- &
	local view=$! tries=250
	until [ "$(wc -l <out)" -eq 1003 ] || [ $((tries -= 1)) -eq 0 ]; do sleep 0.02; done
	kill $view
	exec 4>&-
	[ "$(tail -1 out)" = 1001 ]
}

@test "10,000 columns; a long field; memory" {
	{ seq -s, 10000; for _ in $(seq 300); do seq -s, 10000; done; } >wide.csv
	try bash -c 'etl-view --stats s -w 80 wide.csv | tail -1'
	[[ $output == "... 9978 more columns: "* ]] || { echo "$output"; false; }
	[ "$(grep -o '"peak_memory":[0-9]*' s | cut -d: -f2)" -le 200000000 ]
	{ echo a,b; printf '%01000000d,1\n' 1; } >long.csv
	[ "$(etl-view long.csv | wc -L)" -eq 1000003 ]
	[ "$(etl-view -w 80 long.csv | wc -L)" -eq 80 ]
	try etl-view --max-field 1K long.csv
	fails 1 "limit of --max-field"
}

@test "--help, --version, unknown options" {
	try etl-view --help
	[ "$status" -eq 0 ] && [[ $output == "usage: etl-view "* ]]
	try etl-view --version
	[ "$status" -eq 0 ] && [[ $output == "etl-view (etlutils) "* ]]
	try etl-view --expandd
	fails 2 "did you mean '--expanded'?"
	try bash -c 'etl-view --help >/dev/full'
	fails 2 "stdout: No space left on device"
}
