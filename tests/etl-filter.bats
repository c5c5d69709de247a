#!/usr/bin/env bats
# etl-filter: what is kept leaves as it came, what is not is counted, and nothing else happens.

load setup

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'id,type,amount\n1,car,12.50\n2,truck,40.00\n3,car,7.25\n4,van,\n5,car,60\n' >t.csv
	printf 'id,price\n1,2.50\n2,n/a\n3,\n4,7\n' >p.csv
}

@test "keeps the records for which the condition is true" {
	try etl-filter 'amount > 10' t.csv
	prints $'id,type,amount\n1,car,12.50\n2,truck,40.00\n5,car,60'
	try etl-filter 'amount > 10 && type == "car"' t.csv
	prints $'id,type,amount\n1,car,12.50\n5,car,60'
	try etl-filter 'type in ("truck", "van") or id == 1' t.csv
	prints $'id,type,amount\n1,car,12.50\n2,truck,40.00\n4,van,'
	try etl-filter 'true' t.csv
	[ "$output" = "$(cat t.csv)" ]
	try etl-filter 'false' t.csv
	prints 'id,type,amount'
}

@test "null: an order with it is false, a condition that is null does not keep" {
	try etl-filter 'amount <= 10' t.csv
	prints $'id,type,amount\n3,car,7.25'
	try etl-filter 'amount == null' t.csv
	prints $'id,type,amount\n4,van,'
	try etl-filter 'amount != 60 && id > 3' t.csv
	prints $'id,type,amount\n4,van,'
	try etl-filter 'if(id > 3, null, true)' t.csv
	prints $'id,type,amount\n1,car,12.50\n2,truck,40.00\n3,car,7.25'
}

@test "-i keeps exactly the others, those with null as well" {
	try etl-filter -i 'amount > 10' t.csv
	prints $'id,type,amount\n3,car,7.25\n4,van,'
	try etl-filter --invert 'if(id > 3, null, true)' t.csv
	prints $'id,type,amount\n4,van,\n5,car,60'
	for condition in 'amount > 10' 'type == "car"' 'is_null(amount)' 'id % 2 == 0' 'true' 'if(id > 3, null, true)'; do
		{
			etl-filter --no-out-header "$condition" t.csv
			etl-filter -i --no-out-header "$condition" t.csv
		} | sort | cmp - <(sed 1d t.csv | sort)
	done
}

@test "kept records leave byte for byte" {
	scanner_only
	printf 'a,"b"\n007,"x ""y"""\n"",\n"""\n, ",\xff\x00\nx,\n' >f.csv
	etl-filter 'a != "x"' f.csv >out
	printf 'a,"b"\n007,"x ""y"""\n"",\n"""\n, ",\xff\x00\n' | cmp - out
	etl-filter -i 'contains(b, "y")' f.csv >out
	printf 'a,"b"\n"",\n"""\n, ",\xff\x00\nx,\n' | cmp - out
	printf '\xef\xbb\xbfa,b\r\n"1\r\n",x\r\n\r\n2,y\r\n3,z' >crlf.csv
	etl-filter 'b != "y"' crlf.csv >out
	printf 'a,b\n"1\r\n",x\n3,z\n' | cmp - out
	etl-filter 'b != "x"' crlf.csv >out
	printf 'a,b\n2,y\n3,z\n' | cmp - out
}

@test "one column: an empty value, blank lines" {
	printf 'a\nx\n\n""\ny' >one.csv
	try etl-filter 'a != "x"' one.csv
	prints $'a\n""\n""\ny'
	try etl-filter 'a == ""' one.csv
	prints $'a\n""\n""'
	printf '\n\nx\n' >blank.csv
	try etl-filter -N '#1 == ""' blank.csv
	prints $'""\n""'
}

@test "every pattern of kept and dropped neighbours, in every block" {
	{
		echo n,t
		for i in $(seq 3000); do printf '%d,"x ""%d"", y"\n' "$i" "$i"; done
	} >many.csv
	while IFS='|' read -r condition same; do
		etl-filter "$condition" many.csv >whole
		awk -F, "NR == 1 || ($same)" many.csv | cmp - whole
		for block in 1 64 4096; do
			ETL_BLOCK=$block etl-filter "$condition" many.csv | cmp - whole
		done
		ETL_SCAN=libcsv etl-filter "$condition" many.csv | cmp - whole
		ETL_SCAN=portable etl-filter "$condition" many.csv | cmp - whole
	done <<-'END'
		n % 2 == 0|$1 % 2 == 0
		n % 3 != 0|$1 % 3
		n > 1024|$1 > 1024
		n in (1, 1024, 1025, 3000)|$1 ~ /^(1|1024|1025|3000)$/
		n % 64 < 63|$1 % 64 < 63
		true|1
	END
}

@test "the same over CRLF, other dialects, long records" {
	{
		echo n,t
		for i in $(seq 2000); do printf '%d,t%d\n' "$i" "$i"; done
		printf '2001,%0100000d\n2002,x\n' 7
	} >unix.csv
	sed 's/$/\r/' unix.csv >dos.csv
	etl-filter 'n % 3 != 1 || n > 1990' unix.csv >want
	etl-filter 'n % 3 != 1 || n > 1990' dos.csv | cmp - want
	ETL_BLOCK=64 etl-filter 'n % 3 != 1 || n > 1990' dos.csv | cmp - want
	etl-filter -T 'n % 3 != 1 || n > 1990' unix.csv | tr '\t' , | cmp - want
	tr , '\t' <unix.csv | etl-filter -t 'n % 3 != 1 || n > 1990' | cmp - want
	tr , ';' <dos.csv | etl-filter -d ';' 'n % 3 != 1 || n > 1990' | cmp - want
}

@test "dialects: what TSV cannot hold is an error with its line" {
	printf 'a,b\nx,"1\t2"\ny,3\n' >tab.csv
	try etl-filter -T 'a == "y"' tab.csv
	prints $'a\tb\ny\t3'
	try etl-filter -T 'a == "x"' tab.csv
	fails 1 "tab.csv:2: TSV cannot hold"
	printf 'a,b\nx,"1;2"\ny,3\n' >semicolon.csv
	try etl-filter -D ';' 'a == "x"' semicolon.csv
	prints $'a;b\nx;"1;2"'
}

@test "dropped records are counted as filtered: in = out + filtered + rejected" {
	try etl-filter --stats s 'amount > 10' t.csv
	grep -q '"filtered":2' s
	grep -q '"rejected":0' s
	rm s
	try etl-filter --stats s --rejects r 'price > 5' p.csv
	prints $'id,price\n4,7'
	fails 0 "1 of 4 records rejected: see r"
	grep -q '"filtered":2' s
	grep -q '"rejected":1' s
	grep -q '"records":4' s
	rm s
	try etl-filter --stats s --on-error=skip 'price > 5' p.csv
	grep -q '"filtered":3' s
	rm s
	try etl-filter -i --stats s --on-error=null 'price > 5' p.csv
	prints $'id,price\n1,2.50\n2,n/a\n3,'
	grep -q '"filtered":1' s
}

@test "--on-error: fail, null, skip, reject" {
	try etl-filter 'price > 5' p.csv
	fails 1 "etl-filter: p.csv:3: column 'price': not a number: 'n/a'"
	try etl-filter -o out 'price > 5' p.csv
	fails 1 "p.csv:3"
	[ ! -e out ]
	[ -z "$(find . -name '.out*')" ]
	try etl-filter --on-error=null 'price > 5' p.csv
	prints $'id,price\n4,7'
	fails 0 "1 record with null for a value that cannot be computed"
	try etl-filter -i --on-error=skip 'price > 5' p.csv
	prints $'id,price\n1,2.50\n3,'
	fails 0 "1 record skipped"
	try etl-filter -i --rejects r 'price > 5' p.csv
	prints $'id,price\n1,2.50\n3,'
	run cat r
	[ "${lines[1]}" = "etl-filter,p.csv,3,,price,value,column 'price': not a number: 'n/a',\"2,n/a\"" ]
	try etl-filter --max-rejects 0 'price > 5' p.csv
	fails 1 "more than 0 rejects"
	try etl-filter --on-error=reject 'price > 5' p.csv
	fails 2 "needs --rejects FILE or --max-rejects N"
	try etl-filter 'id == 1 or price > 5' --rejects r2 p.csv
	prints $'id,price\n1,2.50\n4,7'
}

@test "what does not decide is not computed" {
	try etl-filter 'id != 2 && price > 5' p.csv
	prints $'id,price\n4,7'
	try etl-filter 'is_number(price) ? price > 1 : id == 2' p.csv
	prints $'id,price\n1,2.50\n2,n/a\n4,7'
	try etl-filter 'id > 3 ? amount > 10 : amount < 20' t.csv
	prints $'id,type,amount\n1,car,12.50\n3,car,7.25\n5,car,60'
	try etl-filter 'id == 2 || (price > 5 && price < 8) || price == 2.5' p.csv
	prints $'id,price\n1,2.50\n2,n/a\n4,7'
}

@test "-q: 0 if a record stays, 1 if none, nothing printed" {
	try etl-filter -q 'amount > 50' t.csv
	prints ''
	try etl-filter -q 'amount > 99' t.csv
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ ! -s err ]
	try etl-filter -q -i 'id > 0' t.csv
	[ "$status" -eq 1 ]
	printf 'id,price\n' >h.csv
	try etl-filter -q true h.csv
	[ "$status" -eq 1 ]
	try etl-filter -q --allow-empty true /dev/null
	[ "$status" -eq 1 ]
	[ ! -s err ]
}

@test "-q: every error is 2, bad data as well; 75 stays" {
	try etl-filter -q 'price > 99' p.csv
	fails 2 "p.csv:3: column 'price': not a number: 'n/a'"
	printf 'a,b\n1\n' >ragged.csv
	try etl-filter -q 'a == 2' ragged.csv
	fails 2 "ragged.csv:2"
	try etl-filter -q 'a == 2' /dev/null
	fails 2 "there is no header"
	try etl-filter -q 'nix == 2' t.csv
	fails 2 "no such column"
	try etl-filter -q 'id == 9' none.csv
	fails 2 "No such file"
	try etl-filter -q -o out 'id == 9' t.csv
	fails 2 "options -q and -o exclude each other"
	try bash -c "(printf 'a,b\n1,2\n3'; chmod 640 /dev/stdout) | etl-filter -q 'a == 9'"
	fails 75 "upstream"
	try bash -c 'etl-cut ragged.csv 2>/dev/null | etl-filter -q "a == 9"'
	fails 2 "upstream"
	try etl-filter -q --max-rejects 50% 'price > 99' p.csv
	[ "$status" -eq 1 ]
	try etl-filter -q --max-rejects 10% 'price > 99' p.csv
	fails 2 "1 of 4 records rejected: more than 10%"
}

@test "-q stops at the first record that stays" {
	{ cat t.csv; echo 'malformed "quote'; } >later.csv
	try etl-filter -q 'id == 2' t.csv none.csv
	fails 2 "none.csv" # operands are looked at first
	{ cat t.csv; for i in $(seq 40000); do echo "$i,x,1"; done; echo 'x"y'; } >later.csv
	try etl-filter -q 'id == 2' later.csv
	prints ''
	[ ! -s err ]
	try bash -c 'yes 1,2 | etl-filter -q -N "#1 == 1"'
	prints ''
}

@test "-q: an answer of 1 is no failure for a pipe that is stdout's" {
	try bash -c '{ etl-filter -q "amount > 99" t.csv || etl-cut -f id t.csv; } | etl-cut -o out'
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 6 ]
	try bash -c '{ etl-filter -q "price > 99" p.csv || etl-cut -f id t.csv; } | etl-cut -o out2'
	fails 2 "upstream"
	[ ! -e out2 ]
}

@test "--help, --version, --list-options, unknown options" {
	try etl-filter --help
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "usage: etl-filter [-i] [-q] EXPR [FILE...] | [-i] [-q] --program FILE [FILE...]" ]
	try etl-filter --version
	[[ "$output" =~ ^etl-filter\ \(etlutils\)\ [0-9.]+$ ]]
	try etl-filter --list-options
	[ "$status" -eq 0 ]
	[ -z "$(etl-filter --list-options | awk -F '\t' 'NF != 4')" ]
	try etl-filter --invrt true t.csv
	fails 2 "unknown option '--invrt'; did you mean '--invert'?"
	try bash -c 'etl-filter --help >/dev/full'
	fails 2 "stdout: No space left on device"
}

@test "a missing file: 2 before any output" {
	try etl-filter true t.csv none.csv
	[ -z "$output" ]
	fails 2 "none.csv: No such file"
	try etl-filter true .
	fails 2 ".: Is a directory"
	try etl-filter -o out true t.csv none.csv
	fails 2 "none.csv"
	[ ! -e out ]
}

@test "a bad program: 2, a caret, no output" {
	try etl-filter 'amount > ' t.csv
	[ -z "$output" ]
	fails 2 "a value is expected, but the program ends"
	try etl-filter 'amuont > 5' t.csv
	fails 2 "no such column: 'amuont'; did you mean 'amount'?"
	[ "$(sed -n 2,3p err)" = $'  amuont > 5\n  ^^^^^^' ]
	try etl-filter 'amount' t.csv
	fails 2 'compare it: amount == "..."'
	try etl-filter 'amount = 5' t.csv
	fails 2 "== compares"
	try etl-filter t.csv 'amount > 5'
	fails 2 "etl-filter: amount > 5: No such file or directory; the program is the first operand, the whole of it in quotes, and here that is 't.csv'"
	[ -z "$output" ]
	try etl-filter 'nix > 1' t.csv
	fails 2 "no such column: 'nix'"
	if grep -q written err; then false; fi
	try etl-filter id == 5 t.csv
	fails 2 "etl-filter: ==: No such file or directory; the program is the first operand"
	touch 'a (1).csv'
	try etl-filter 'amount > 5' 'a (1).csv'
	fails 1 "a (1).csv: empty"
	try etl-filter 'amount > id' t.csv
	fails 2 "write num(amount) > num(id) or text(amount) > text(id)"
	try etl-filter 'amount > 5 && rank() <= 3' t.csv
	fails 2 "rank() looks at other records, which only etl-map does"
	[ "$(sed -n 3p err)" = '                ^^^^^^' ]
	try etl-filter
	fails 2 "a program is needed: an operand, or --program FILE"
	try etl-filter "$(printf '(%.0s' $(seq 1000))" t.csv
	fails 2 "nested deeper than 256"
}

@test "-v, --program, --explain, --float" {
	try etl-filter -v min=40 'amount >= num(@min)' t.csv
	prints $'id,type,amount\n2,truck,40.00\n5,car,60'
	try etl-filter -v "t=x\" or true" 'type == @t' t.csv
	prints 'id,type,amount'
	printf '# the dear ones\namount > 10 # so much\n  && type == "car"\n' >prog
	try etl-filter --program prog t.csv
	prints $'id,type,amount\n1,car,12.50\n5,car,60'
	try etl-filter --explain 'amount > 10 && type == "car"' t.csv
	prints $'v1 = #3: text\nv2 = num(v1): number\nv3 = >(v2, 10): condition\nwhere v3 is not false {\n\tv4 = #2: text\n\tv5 = ==(v4, "car"): condition\n}\nv6 = &&(v3, v5): condition\naccept v6'
	printf 'x\n0.1\n' >x.csv
	try etl-filter 'x + 0.2 == 0.3' x.csv
	prints $'x\n0.1'
	try etl-filter --float 'x + 0.2 == 0.3' x.csv
	prints 'x'
}

@test "comparison with a constant: every sign, scale and size" {
	printf 'x\n-1\n0\n0.5\n1\n1.0\n1.00\n1.50\n2\n99999999999999999999999999999999999999\n\n' >x.csv
	try etl-filter --no-out-header 'x > 1' x.csv
	prints $'1.50\n2\n99999999999999999999999999999999999999'
	try etl-filter --no-out-header 'x == 1.000' x.csv
	prints $'1\n1.0\n1.00'
	try etl-filter --no-out-header '1 >= x' x.csv
	prints $'-1\n0\n0.5\n1\n1.0\n1.00'
	try etl-filter --no-out-header 'x != 1' x.csv
	prints $'-1\n0\n0.5\n1.50\n2\n99999999999999999999999999999999999999\n""'
	printf 'y\n1.50\n2.25\n-0.01\n9223372036854775.80\n' >y.csv
	for sign in '<' '<=' '==' '!=' '>' '>='; do
		for value in 1.5 2.25 2.250001 2 -0.01 0 9223372036854775807 9223372036854775.80; do
			etl-filter --no-out-header "y $sign $value" y.csv >got
			python3 - "$sign" "$value" >want <<-'END'
				import sys
				from decimal import Decimal
				for y in open('y.csv').read().split()[1:]:
				    a, b = Decimal(y), Decimal(sys.argv[2])
				    if {'<': a < b, '<=': a <= b, '==': a == b, '!=': a != b, '>': a > b, '>=': a >= b}[sys.argv[1]]:
				        print(y)
			END
			cmp got want || { echo "y $sign $value"; return 1; }
		done
	done
}

@test "regular expressions" {
	try etl-filter 'type =~ /^(car|van)$/' t.csv
	prints $'id,type,amount\n1,car,12.50\n3,car,7.25\n4,van,\n5,car,60'
	try etl-filter 'type !~ /A/i && amount / 2 > 10 / 1' t.csv
	prints $'id,type,amount\n2,truck,40.00'
	try etl-filter -v 're=^t' 'type =~ @re' t.csv
	prints $'id,type,amount\n2,truck,40.00'
	try etl-filter 'extract(amount, /^([0-9]+)\.(..)$/, 2) == "25"' t.csv
	prints $'id,type,amount\n3,car,7.25'
	printf 'p\n/usr/bin\nusr\n' >path.csv
	try etl-filter 'p =~ /^\/usr\//' path.csv
	prints $'p\n/usr/bin'
	printf '# a path\np =~ /#\/|\/usr/ # not a comment before\n' >prog
	try etl-filter --program prog path.csv
	prints $'p\n/usr/bin'
}

@test "regular expressions at fault: 2, the caret inside the pattern" {
	try etl-filter 'type =~ /a(b/' t.csv
	fails 2 "etl-filter: regular expression: missing closing parenthesis"
	[ "$(sed -n 2,3p err)" = $'  type =~ /a(b/\n              ^' ]
	try etl-filter 'type =~ id' t.csv
	fails 2 "'id' is text, known only with the data: write /.../, \"...\" or @name"
	try etl-filter -v 're=a(b' 'type =~ @re' t.csv
	fails 2 "regular expression, byte 4: missing closing parenthesis"
}

@test "a pattern that would take for ever is a fault of its record, with machine code and without" {
	printf 'a,b\nx,1\n%s,2\n' "$(printf 'a%.0s' $(seq 40))b" >hostile.csv
	for pattern in '(a+)+$' '(*NO_JIT)(a+)+$' '(a|aa)+$'; do
		try timeout 20 etl-filter "a =~ /$pattern/" hostile.csv
		fails 1 "hostile.csv:3: 'a =~ /$pattern/': the pattern takes too long or too much memory here: 'aaaa"
		try timeout 20 etl-filter -i --rejects r "a =~ /$pattern/" hostile.csv
		prints $'a,b\nx,1'
	done
}

@test "characters beyond ASCII are what \\S, \\D and \\W match, among bytes that are no UTF-8 as well" {
	printf 'a\nd\xc3\xa9j\xc3\xa0 vu\n\xe2\x82\xac\xff 5\nplain one\n' >f.csv
	try etl-filter 'a =~ /^\S+ \S+$/' f.csv
	prints $'a\ndéjà vu\nplain one'
	etl-filter 'a =~ /\D\W?$/ || a =~ /^\W/' f.csv >out
	cmp f.csv out
	{ echo a; printf '\xc3\xa9%.0s' {1..100000}; printf '\xff\n'; } >long.csv
	try timeout 60 etl-map 'b = length(replace(a, /\S/, ""))' long.csv
	fails 1 'long.csv:2:'
	fails 1 'the pattern takes too long'
}

@test "a pattern over a field of 8 MiB, over bytes that are no UTF-8" {
	{ printf 'a,b\n'; head -c 8388608 /dev/zero | tr '\0' x; printf 'y,1\n\xff\xfe,2\n'; } >huge.csv
	try etl-filter -q 'a =~ /^x+y$/ && b =~ /^.$/' huge.csv
	prints ''
	try etl-filter -q 'a =~ /(x|z)*y$/' huge.csv
	[ "$status" -eq 0 ] || fails 2 "too much memory here"
	[ "$(etl-filter --no-out-header 'a !~ /./' huge.csv | wc -c)" -eq 5 ]
}

@test "times" {
	printf 'id,ts\n1,2021-08-01T12:30:00Z\n2,2021-08-02T00:00:00+02:00\n3,\n4,2022-01-01\n' >d.csv
	try etl-filter 'parse_time(ts) >= "2021-08-01" && parse_time(ts) < "2021-08-02"' d.csv
	prints $'id,ts\n1,2021-08-01T12:30:00Z\n2,2021-08-02T00:00:00+02:00'
	try etl-filter -v since=2021-12-31 'parse_time(ts) > @since' d.csv
	prints $'id,ts\n4,2022-01-01'
	try etl-filter 'year(ts) == 2021 && hour(ts) == 22' d.csv
	prints $'id,ts\n2,2021-08-02T00:00:00+02:00'
	try etl-filter 'date_diff(ts, now(), "year") > 1000' d.csv
	prints 'id,ts'
	try etl-filter -v since=2021-13-31 'parse_time(ts) > @since' d.csv
	fails 2 "no such time: '2021-13-31'"
	printf '5,2021-02-29\n' >>d.csv
	try etl-filter 'year(ts) == 2021' d.csv
	fails 1 "d.csv:6: column 'ts': no such time: '2021-02-29'"
	try etl-filter --on-error=skip 'year(ts) == 2022' d.csv
	prints $'id,ts\n4,2022-01-01'
}

@test "headers: -N, --header, --rename-header, --no-out-header, duplicate names" {
	try etl-filter -N '#1 == "2"' t.csv
	prints '2,truck,40.00'
	try etl-filter --header a,b,c 'a in ("id", "2")' t.csv
	prints $'a,b,c\nid,type,amount\n2,truck,40.00'
	try etl-filter --rename-header a,b,c 'a == 2' t.csv
	prints $'a,b,c\n2,truck,40.00'
	try etl-filter --no-out-header 'id == 2' t.csv
	prints '2,truck,40.00'
	printf 'a,a,b\n1,2,3\n' >d.csv
	try etl-filter 'b == 3' d.csv
	prints $'a,a,b\n1,2,3'
	try etl-filter 'a == 3' d.csv
	fails 2 "column 'a' is used twice in the header: write #1 or #2"
}

@test "header only, nothing at all, several operands" {
	printf 'id,type,amount\n' >h.csv
	try etl-filter 'id > 1' h.csv
	prints 'id,type,amount'
	try etl-filter 'nix > 1' h.csv
	fails 2 "no such column: 'nix'"
	try etl-filter true /dev/null
	fails 1 "/dev/null: empty: there is no header"
	try etl-filter --allow-empty true /dev/null
	prints ''
	try etl-filter -N true /dev/null
	prints ''
	try bash -c 'etl-filter "id == 5" t.csv - h.csv <t.csv'
	prints $'id,type,amount\n5,car,60\n5,car,60'
	try etl-filter 'row_number() == 6 && line() == 2 && file() == "t.csv"' t.csv t.csv
	prints $'id,type,amount\n1,car,12.50'
}

@test "malformed, ragged, UTF-16" {
	printf 'a,b\n1,2\n3\n5,6\n' >ragged.csv
	try etl-filter 'a > 0' ragged.csv
	fails 1 "ragged.csv:3: 1 field where there are 2 columns"
	try etl-filter --ragged=fill 'a > 1' ragged.csv
	prints $'a,b\n3,\n5,6'
	try etl-filter --rejects r 'a > 1' ragged.csv
	prints $'a,b\n5,6'
	printf 'a,b\n1,"x"y\n2,z\n' >quote.csv
	try etl-filter 'a > 0' quote.csv
	fails 1 "quote.csv:2"
	try etl-filter --lenient 'b == "xy"' quote.csv
	prints $'a,b\n1,xy'
	printf 'a,b\n1,"x\n' >open.csv
	try etl-filter 'a > 0' open.csv
	fails 1 "open.csv:2"
	printf '\xff\xfea\x00' >u16.csv
	try etl-filter 'a > 0' u16.csv
	fails 1 "UTF-16"
	try etl-filter --max-field 3 'id > 0' t.csv
	fails 1 "t.csv:1"
}

@test "output that fails, readers that leave, closed descriptors" {
	try bash -c 'etl-filter true t.csv >/dev/full'
	fails 2 "No space left on device"
	try bash -c 'etl-filter true t.csv >&-'
	fails 2 "stdout"
	try bash -c 'etl-filter true <&-'
	fails 2 "stdin"
	try bash -c 'etl-filter true <.'
	fails 2 "directory"
	try bash -c 'etl-filter true none.csv 2>&-'
	[ "$status" -eq 2 ]
	{ echo a,b; seq -f '%.0f,x' 300000; } >long.csv
	try bash -c 'set -o pipefail; etl-filter "a > 0" long.csv | head -n 1'
	[ "$output" = a,b ]
	[ "$status" -eq 141 ]
	[ ! -s err ]
	try bash -c 'etl-filter true t.csv >t.csv'
	fails 2 "t.csv"
}

@test "-o: the file appears whole; -o f f works" {
	try etl-filter -o t.csv 'id > 3' t.csv
	[ "$(cat t.csv)" = $'id,type,amount\n4,van,\n5,car,60' ]
}

@test "a stage that dies upstream, or is killed itself: nothing is committed" {
	echo old >out
	try bash -c "(printf 'a,b\n1,2\n3'; chmod 640 /dev/stdout) | etl-filter -o out true"
	fails 75 "upstream"
	[ "$(cat out)" = old ]
	printf 'a,b\n1,"x"y\n' >bad.csv
	try bash -c 'etl-filter true bad.csv | etl-load --mode replace out'
	fails 1 "upstream"
	[ "$(cat out)" = old ]
}

@test "etl-filter killed in a pipe: etl-load commits nothing" {
	echo old >out
	mkfifo source
	exec 5<>source
	printf 'a,b\n1,2\n' >&5
	bash -c 'exec 3>&- 5>&-; { echo $BASHPID >pid; exec etl-filter true <source; } | etl-load --mode replace out 2>err; echo $? >status' 2>/dev/null &
	load=$!
	for _ in $(seq 200); do
		if [ -s pid ] && [ "$(stat -Lc %a "/proc/$(cat pid)/fd/1" 2>/dev/null)" = 640 ]; then break; fi
		sleep 0.02
	done
	kill -9 "$(cat pid)"
	wait "$load" || true
	exec 5>&-
	[ "$(cat status)" -eq 75 ]
	grep -q 'upstream etl-filter (process [0-9]*) was killed before its end' err
	[ "$(cat out)" = old ]
}

@test "records leave before the next ones are waited for" {
	mkfifo in out
	etl-filter 'a > 0' <in >out &
	exec 5>in 6<out
	printf 'a,b\n1,2\n' >&5
	read -r -t 5 line <&6
	[ "$line" = a,b ]
	read -r -t 5 line <&6
	[ "$line" = 1,2 ]
	exec 5>&- 6<&-
	wait
}

@test "10,000 columns; constant memory" {
	{ seq -s, 10000 | sed 's/[0-9]*/c&/g'; seq -s, 10000; seq -s, 2 10001; } >wide.csv
	[ "$(etl-filter 'c1 + c10000 == 10003' wide.csv | tail -n 1 | cut -d, -f 10000)" = 10001 ]
	scanner_only
	[ "$ETL_BIN" = "$ROOT/build" ] || skip "sanitizers use more memory"
	seq -f '%.0f,some text,more of it' 1000000 >long.csv
	/usr/bin/time -f %M -o kib etl-filter -N '#1 % 2 == 0 && #1 > 50 && length(#2) > 2' long.csv >/dev/null
	[ "$(cat kib)" -lt 16384 ]
}
