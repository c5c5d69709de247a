#!/usr/bin/env bats
# etl-map: what is assigned is computed, all else is as it was; the functions themselves are tests/unit/expr.c's.

load setup

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'name,price,n\ncar,12.50,2\n"tr""uck",,0\nvan,n/a,3\n' >p.csv
	printf 'a,b\n1,2\n3,4\n' >t.csv
}

@test "a new column goes behind the others, an old one is replaced in its place" {
	try etl-map 'total = a * b' t.csv
	prints $'a,b,total\n1,2,2\n3,4,12'
	try etl-map 'a = a + 1' t.csv
	prints $'a,b\n2,2\n4,4'
	try etl-map '#2 = a; {sum of both} = a + b; a = "x"' t.csv
	prints $'a,b,sum of both\nx,1,2\nx,3,6'
	try etl-map 'b = b' t.csv
	prints $'a,b\n1,2\n3,4'
}

@test "later assignments see earlier ones; ; and , and lines separate" {
	try etl-map 'c = a + 1; d = c * 10' t.csv
	prints $'a,b,c,d\n1,2,2,20\n3,4,4,40'
	try etl-map 'c = a + 1, d = concat(c, ",")' t.csv
	prints $'a,b,c,d\n1,2,2,"2,"\n3,4,4,"4,"'
	try etl-map 'a = a + 1
b = a' t.csv
	prints $'a,b\n2,2\n4,4'
}

@test "what is not assigned stays byte for byte, also where it is copied" {
	scanner_only
	printf 'a,"b",c\r\n007,"x ""y""",1\r\n"",,2\n"""\n, ",\xff\x00,3' >f.csv
	etl-map 'd = c + 1; e = b' f.csv >out
	printf 'a,"b",c,d,e\n007,"x ""y""",1,2,"x ""y"""\n"",,2,3,\n"""\n, ",\xff\x00,3,4,\xff\x00\n' | cmp - out
	etl-map 'c = upper(b); a = b; b = a' f.csv >out
	printf 'a,"b",c\n"x ""y""","x ""y""","X ""Y"""\n,,\n\xff\x00,\xff\x00,\xff\x00\n' | cmp - out
}

@test "fields made here are quoted only where they must be" {
	try etl-map 'q = concat(name, ","); r = replace(name, "\"", "\n")' p.csv --on-error=null
	prints $'name,price,n,q,r
car,12.50,2,"car,",car
"tr""uck",,0,"tr""uck,","tr\nuck"
van,n/a,3,"van,",van'
	printf 'a\nx\n""\n' >one.csv
	try etl-map 'a = lower(a)' one.csv
	prints $'a\nx\n""'
	try etl-map 'a = a' one.csv
	prints $'a\nx\n""'
}

@test "exact decimals; --float" {
	try etl-map 'd = price * 2' p.csv --on-error=null
	prints $'name,price,n,d\ncar,12.50,2,25.00\n"tr""uck",,0,\nvan,n/a,3,'
	fails 0 'etl-map: 1 record with null for a value that cannot be computed (--on-error=null)'
	printf 'x\n0.1\n' >x.csv
	try etl-map 'y = x + 0.2' x.csv
	prints $'x,y\n0.1,0.3'
	try etl-map --float 'y = x + 0.2' x.csv
	prints $'x,y\n0.1,0.30000000000000004'
	try env LC_ALL=de_DE.UTF-8 etl-map 'y = x / 3' x.csv
	prints $'x,y\n0.1,0.03333333333333333'
}

@test "--on-error: fail, with file, line and column" {
	try etl-map 'd = price * 2' p.csv
	fails 1 "etl-map: p.csv:4: column 'price': not a number: 'n/a'"
	try etl-map 'd = n / (n - 2)' p.csv
	fails 1 "etl-map: p.csv:2: 'n / (n - 2)': division by zero"
	try etl-map --on-error=fail -o out 'd = price * 2' p.csv
	fails 1 "p.csv:4: column 'price': not a number: 'n/a'"
	[ ! -e out ]
}

@test "the first bad record is told, whatever assignment it is in" {
	printf 'a,b\n1,1\nx,2\n3,y\n' >f.csv
	try etl-map 'p = b + 1; q = a + 1' f.csv
	fails 1 "f.csv:3: column 'a': not a number: 'x'"
	try etl-map 'p = a + 1; q = b + 1' f.csv
	fails 1 "f.csv:3: column 'a': not a number: 'x'"
}

@test "--on-error: skip, null, reject" {
	try etl-map --on-error skip 'd = price * 2' p.csv --stats s
	prints $'name,price,n,d\ncar,12.50,2,25.00\n"tr""uck",,0,'
	fails 0 "etl-map: 1 record skipped (--on-error=skip)"
	grep -q '"filtered":1' s
	try etl-map --rejects r.csv 'd = price * 2' p.csv
	prints $'name,price,n,d\ncar,12.50,2,25.00\n"tr""uck",,0,'
	fails 0 "1 of 3 records rejected: see r.csv"
	run cat r.csv
	[ "${lines[1]}" = "etl-map,p.csv,4,,price,value,column 'price': not a number: 'n/a',\"van,n/a,3\"" ]
	try etl-map --max-rejects 0 'd = price * 2' p.csv
	fails 1 "p.csv:4: column 'price': not a number: 'n/a': more than 0 rejects"
	try etl-map --rejects r2.csv --on-error=null 'd = price * 2' p.csv
	prints $'name,price,n,d\ncar,12.50,2,25.00\n"tr""uck",,0,\nvan,n/a,3,'
	try etl-map --on-error=reject 'd = 1' p.csv
	fails 2 "option --on-error=reject needs --rejects FILE or --max-rejects N"
	try etl-map --on-error=ignore 'd = 1' p.csv
	fails 2 "option --on-error: 'ignore' is none of fail, null, skip, reject"
}

@test "many rejects: each has its line, over lines in quotes, operands and blocks" {
	python3 - <<-'END'
		for name in "xy":
		    with open(f"{name}.csv", "w") as out, open(f"{name}.lines", "w") as lines:
		        out.write("a,b\n")
		        line = 2
		        for i in range(3000):
		            if i % 3 != 1:
		                lines.write(f"{name}.csv,{line}\n")
		            out.write(f"\"{'p' * (i % 50)}\n{'q' * (i % 2)}\",{1 if i % 3 == 1 else 'bad'}\n")
		            line += 2
	END
	for block in 1 4096 262144; do
		rm -f r.csv
		ETL_BLOCK=$block etl-map --rejects r.csv 'c = b + 1' x.csv y.csv 2>err >out
		[ "$(grep -c ',2$' out)" -eq 2000 ]
		etl-cut --no-out-header -f file,line r.csv | cmp - <(cat x.lines y.lines)
	done
}

@test "a branch that is not taken has no errors" {
	try etl-map 'd = is_number(price) ? price * 2 : 0' p.csv
	prints $'name,price,n,d\ncar,12.50,2,25.00\n"tr""uck",,0,0\nvan,n/a,3,0'
	try etl-map 'd = n == 0 ? null : 6 / n' p.csv
	prints $'name,price,n,d\ncar,12.50,2,3\n"tr""uck",,0,\nvan,n/a,3,2'
}

@test "a field that is chosen as it is keeps its quotes: empty texts stay apart from NULL" {
	scanner_only
	printf 'id,name,k\n1,"",x\n2,,"y"\n3,"NA",\n4,"a ""b",""\r\n5,"",""\n6,q,"last"' >q.csv
	for block in 1 64 262144; do
		export ETL_BLOCK=$block
		try etl-map 'a = if(id == 99, "A", name); b = coalesce(name, k); k = id == 1 ? "" : k' q.csv
		prints 'id,name,k,a,b
1,"",,"",x
2,,"y",,"y"
3,"NA",,"NA","NA"
4,"a ""b","","a ""b","a ""b"
5,"","","",""
6,q,"last",q,q'
		try etl-map -D ';' -v none= 'a = if(id == 99, "A", name); b = @none; c = substr(name, 1, 0); d = null' q.csv
		prints 'id;name;k;a;b;c;d
1;"";x;"";;;
2;;"y";;;;
3;"NA";;"NA";;;
4;"a ""b";"";"a ""b";;;
5;"";"";"";;;
6;q;"last";q;;;'
	done
	etl-map 'a = if(id == 99, "A", name)' q.csv | etl-load sqlite:t.db --table t --null NA
	try sqlite3 t.db 'SELECT quote(a) FROM t'
	prints "''
''
'NA'
'a \"b'
''
'q'"
	# In TSV a quote is a byte like any other, and so it is in the middle of what was cut out of one.
	printf 'a\tb\n""\t"x"\n' >q.tsv
	try etl-map -t 'c = split_part(a, "\"", 2); d = if(true, b, "z")' q.tsv
	prints 'a,b,c,d
"""""","""x""",,"""x"""'
}

@test "a bad program is 2, with the text and a caret, and no output" {
	try etl-map 'd = prise * 2' p.csv
	[ -z "$output" ]
	fails 2 "etl-map: no such column: 'prise'; did you mean 'price'?"
	run cat err
	[ "${lines[1]}" = '  d = prise * 2' ]
	[ "${lines[2]}" = '      ^^^^^' ]
	try etl-map 'd = uper(name)' p.csv
	fails 2 "unknown function: 'uper'; did you mean 'upper'?"
	try etl-map 'd = price < n' p.csv
	fails 2 "write num(price) < num(n) or text(price) < text(n)"
	try etl-map "d = $(printf '(%.0s' $(seq 10000))" p.csv
	fails 2 "nested deeper than 256"
	try etl-map '' p.csv
	fails 2 "an assignment, name = expression, is expected, but the program ends"
	try etl-map
	fails 2 "a program is needed: an operand, or --program FILE"
	try etl-map -o out 'd = ' p.csv
	fails 2 "a value is expected"
	[ -z "$(find . -name '*out*')" ]
}

@test "duplicate names: an error only when used, #N works" {
	printf 'a,a,b\n1,2,3\n' >d.csv
	try etl-map 'c = b + 1' d.csv
	prints $'a,a,b,c\n1,2,3,4'
	try etl-map 'c = #2 + 1; #1 = 9' d.csv
	prints $'a,a,b,c\n9,2,3,3'
	try etl-map 'c = a + 1' d.csv
	fails 2 "column 'a' is used twice in the header: write #1 or #2"
}

@test "times: read by a format, computed with, printed" {
	printf 'id,ts\n1,Thu Aug 19 21:54:38 2021\n2,Sun Aug  1 00:00:00 2021\n3,\n' >toll.csv
	format='%a %b %e %H:%M:%S %Y'
	try etl-map -v f="$format" 'ts = parse_time(ts, @f); day = format_time(ts, "%d.%m.%Y"); w = weekday(ts)' toll.csv
	prints $'id,ts,day,w\n1,2021-08-19T21:54:38Z,19.08.2021,4\n2,2021-08-01T00:00:00Z,01.08.2021,7\n3,,,'
	try env TZ=America/New_York LC_ALL=de_DE.UTF-8 etl-map -v f="$format" 'ts = epoch(parse_time(ts, @f))' toll.csv
	prints $'id,ts\n1,1629410078\n2,1627776000\n3,'
	try etl-map -N '{3} = date_add({2}, {1}, "month"); #2 = date_diff({2}, "2021-03-01", "day")' <<<'1,2021-01-31'
	prints '1,29,2021-02-28T00:00:00Z'
	try etl-map 'a = now(); b = row_number() > 9000 ? now() : now()' <<<"$(echo a; seq 9999)"
	[ "$(sed 1d <<<"$output" | tr , '\n' | sort -u | wc -l)" -eq 1 ]
	now=$(date +%s)
	then=$(sed -n 2p <<<"$output" | cut -d, -f 1)
	[ $((now - $(date -d "$then" +%s))) -le 60 ]
}

@test "impossible times are faults of their record" {
	printf 'id,ts\n1,2021-08-01\n2,2021-02-30\n3,2021-08-01T25:00\n4,yesterday\n5,2016-12-31T23:59:60Z\n' >d.csv
	try etl-map 'y = year(ts)' d.csv
	fails 1 "etl-map: d.csv:3: column 'ts': no such time: '2021-02-30'"
	try etl-map --rejects r 'y = year(ts)' d.csv
	prints $'id,ts,y\n1,2021-08-01,2021'
	try etl-cut -f line,column,reason r
	prints $'line,column,reason
3,ts,column \'ts\': no such time: \'2021-02-30\'
4,ts,column \'ts\': no such time: \'2021-08-01T25:00\'
5,ts,column \'ts\': not a time: \'yesterday\'
6,ts,column \'ts\': no such time: \'2016-12-31T23:59:60Z\''
	try etl-map --on-error=null 'y = year(ts)' d.csv
	[ "$(sed -n 3p <<<"$output")" = '2,2021-02-30,' ]
	try etl-map 'y = parse_time(ts, "%a")' d.csv
	fails 2 "format of time: there is no year in it"
	try etl-map 'y = year("2021-02-30")' d.csv
	fails 2 "no such time: '2021-02-30'"
	[ "$(sed -n 2,3p err)" = $'  y = year("2021-02-30")\n           ^^^^^^^^^^^^' ]
	printf 'ts\nMon Aug 19 21:54:38 2021\n' >w.csv
	try etl-map 'y = parse_time(ts, "%a %b %e %T %Y")' w.csv
	fails 1 "not the weekday of that date: 'Mon Aug 19 21:54:38 2021'"
}

@test "-v" {
	try etl-map -v p=1.5 -v 'who=a "b", c' 'c = a * num(@p); d = @who' t.csv
	prints $'a,b,c,d\n1,2,1.5,"a ""b"", c"\n3,4,4.5,"a ""b"", c"'
	try etl-map -v p 'c = @p' t.csv
	fails 2 "option -v: 'p' is not NAME=VALUE"
	try etl-map -v plaza=1 'c = @plasa' t.csv
	fails 2 "no such variable: '@plasa'; -v NAME=VALUE gives one; did you mean 'plaza'?"
}

@test "--program: a file with comments" {
	cat >prog <<-'END'
		# what it costs
		c = a * 2   # twice
		#1 = 0, d = c
		    + 1
	END
	try etl-map --program prog t.csv
	prints $'a,b,c,d\n0,2,2,3\n0,4,6,7'
	try etl-map --program none t.csv
	fails 2 "none: No such file"
	try etl-map --program . t.csv
	fails 2 ".: Is a directory"
	try bash -c 'etl-map --program - t.csv <prog'
	prints $'a,b,c,d\n0,2,2,3\n0,4,6,7'
	printf 'c = 1\nd = nix\n' >prog
	try etl-map --program prog t.csv
	run cat err
	[ "${lines[0]}" = "etl-map: prog:2: no such column: 'nix'" ]
	[ "${lines[1]}" = '  d = nix' ]
	[ "${lines[2]}" = '      ^^^' ]
	printf '# none\nc = 1 +\n' >prog
	try etl-map --program prog t.csv
	fails 2 "etl-map: prog:2: a value is expected, but the program ends"
	[ "$(tail -n 2 err)" = $'  c = 1 +\n         ^' ]
}

@test "a program that is none, or that was forgotten, is told before anything is read" {
	mkfifo f
	exec 9<>f # a terminal that nobody types on
	for words in 'p.csv' 'p.csv t.csv' './p.csv -' '-'; do
		try timeout 5 etl-map $words <&9
		fails 2 "etl-map: the program is missing: '${words%% *}' is an input; write etl-map 'NAME = EXPRESSION' ${words%% *}"
	done
	try timeout 5 etl-map 'c = 1 +' <&9
	fails 2 "a value is expected"
	try timeout 5 etl-map none.csv <&9
	fails 2 "'=' is expected"
	printf 'c = 1 +' >prog
	try timeout 5 etl-map --program prog <&9
	fails 2 "prog:1: a value is expected"
	exec 9>&-
	: >c=a
	try etl-map c=a t.csv
	prints $'a,b,c\n1,2,1\n3,4,3'
}

@test "--explain, --list-functions" {
	try etl-map --explain 'c = a * 2; d = b' t.csv
	prints $'v1 = #1: text\nv2 = num(v1): number\nv3 = *(v2, 2): number\nv4 = text(v3): text\nc = v4\nd = #2 verbatim'
	try bash -c 'etl-map --list-functions | grep ^upper'
	prints $'upper(x)\tx in capital letters'
	try bash -c 'etl-map --list-functions >/dev/full'
	fails 2 "stdout: No space left on device"
}

@test "headers: -N, --header, --no-out-header" {
	try etl-map -N '#1 = 0; c = {2} + 1' t.csv --on-error=null
	prints $'0,b,\n0,2,3\n0,4,5'
	try etl-map --header x,y 'z = concat(x, y)' t.csv
	prints $'x,y,z\na,b,ab\n1,2,12\n3,4,34'
	try etl-map --no-out-header 'a = 0' t.csv
	prints $'0,2\n0,4'
}

@test "TSV in and out, other delimiters" {
	printf 'a\tb\n1\tx"y\n' >t.tsv
	try etl-map -t 'c = upper(b)' t.tsv
	prints $'a,b,c\n1,"x""y","X""Y"'
	try etl-map -t -T 'c = upper(b)' t.tsv
	prints $'a\tb\tc\n1\tx"y\tX"Y'
	try etl-map -T 'c = "x\ty"' t.csv
	fails 1 "t.csv:2: TSV cannot hold 'x\\x09y'"
	try etl-map -T --tsv-escape 'c = "x\ty"' t.csv
	prints $'a\tb\tc\n1\t2\tx\\ty\n3\t4\tx\\ty'
	try etl-map -D . 'c = a / 2' t.csv
	prints $'a.b.c\n1.2."0.5"\n3.4."1.5"'
}

@test "row_number() and line() go on over operands, file() names them" {
	printf 'a,b\n"x\ny",5\n\n6,7\n' >u.csv
	try etl-map 'a = row_number(); b = concat(file(), ":", line())' t.csv u.csv
	prints $'a,b\n1,t.csv:2\n2,t.csv:3\n3,u.csv:2\n4,u.csv:5'
	try bash -c 'etl-map "a = file()" <t.csv'
	prints $'a,b\nstdin,2\nstdin,4'
}

@test "header only, nothing at all, no final newline, CRLF" {
	printf 'a,b\n' >h.csv
	try etl-map 'c = a * 2' h.csv
	prints 'a,b,c'
	try etl-map 'c = nix' h.csv
	fails 2 "no such column: 'nix'"
	try etl-map 'c = 1' /dev/null
	fails 1 "/dev/null"
	try etl-map --allow-empty 'c = 1' /dev/null
	prints ''
	printf 'a,b\r\n1,2\r\n3,4' >crlf.csv
	try etl-map 'c = b * 2' crlf.csv
	prints $'a,b,c\n1,2,4\n3,4,8'
	try etl-map 'c = 1' none.csv
	fails 2 "none.csv: No such file"
}

@test "the same for any block size and for libcsv" {
	{
		echo 'n,t,u'
		for i in $(seq 3000); do
			printf '%d,"x ""%d"", y",%d.%d\n' "$i" "$i" "$i" "$((i % 7))"
		done
	} >many.csv
	program='d = u * n; e = upper(t); f = n % 2 == 0 ? substr(t, 3, 3) : text(row_number()); t = n; g = line()'
	etl-map "$program" many.csv >whole
	[ "$(wc -l <whole)" -eq 3001 ]
	[ "$(sed -n 3001p whole)" = '3000,3000,3000.4,9001200.0,"X ""3000"", Y","""30",3001' ]
	for block in 1 64 4096; do
		ETL_BLOCK=$block etl-map "$program" many.csv | cmp - whole
	done
	ETL_SCAN=libcsv etl-map "$program" many.csv | cmp - whole
}

@test "malformed input keeps its own messages" {
	printf 'a,b\n1,2\n3\n' >ragged.csv
	try etl-map 'a = 0' ragged.csv
	fails 1 "ragged.csv:3"
	printf 'a,b\n1,"x"y\n' >quote.csv
	try etl-map 'a = 0' quote.csv
	fails 1 "quote.csv:2"
	try etl-map 'b = upper(b)' --lenient quote.csv
	prints $'a,b\n1,XY'
}

@test "output that fails, readers that leave, closed descriptors" {
	try bash -c 'etl-map "a = 0" t.csv >/dev/full'
	fails 2 "No space left on device"
	try bash -c 'etl-map "a = 0" t.csv >&-'
	fails 2 "stdout"
	try bash -c 'etl-map "a = 0" <&-'
	fails 2 "stdin"
	{ echo a; seq 300000; } >long.csv
	try bash -c 'set -o pipefail; etl-map "b = a * 2" long.csv | head -n 1'
	[ "$output" = a,b ]
	[ "$status" -eq 141 ]
	[ ! -s err ]
	try bash -c 'etl-map "b = a * 2" <.'
	fails 2 "directory"
}

@test "10,000 columns, 2,000 assignments" {
	{ seq -s, 10000 | sed 's/[0-9]*/c&/g'; seq -s, 10000; } >wide.csv
	etl-map 'x = c1 + c10000; c5000 = 0' wide.csv >out
	[ "$(tail -n 1 out | cut -d, -f 5000,10000,10001)" = 0,10000,10001 ]
	program=$(for i in $(seq 2000); do printf 'x%d = %s * 2;' "$i" "$([ "$i" = 1 ] && echo 1 || echo "c$i")"; done)
	[ "$(etl-map "$program" wide.csv | tail -n 1 | cut -d, -f 10001,12000)" = 2,4000 ]
}

@test "records in, out, filtered and rejected add up" {
	printf 'a\n1\nx\n3\n' >f.csv
	try etl-map --rejects r --stats s 'b = a + 1' f.csv
	grep -q '"rejected":1' s
	grep -q '"records":2' s
	grep -q '"records":3' s
}

@test "a failure upstream fails here too" {
	printf 'a,b\n1,"x"y\n' >bad.csv
	try bash -c 'etl-cut bad.csv | etl-map -o out "a = 0"'
	fails 1 "upstream"
	[ ! -e out ]
}

@test "--by: functions across rows look at the records with the same key, in the order of the input" {
	scanner_only
	printf 'g,x,t\na,1,one\nb,10,\n"a",2.50,"q""r"\n,5,\nb,,x\na,4,\n,7,y\n' >g.csv
	try etl-map --by g 'p = prev(t); d = delta(x); s = cumsum(x); f = fill_down(t); r = rank()' g.csv
	prints 'g,x,t,p,d,s,f,r
a,1,one,,,1,one,1
b,10,,,,10,,1
"a",2.50,"q""r",one,1.50,3.50,"q""r",2
,5,,,,5,,1
b,,x,,,10,x,2
a,4,,"q""r",1.50,7.50,"q""r",3
,7,y,,2,12,y,2'
	try etl-map 'p = prev(x, 2); q = prev(cumsum(x)); n = rank()' g.csv
	prints 'g,x,t,p,q,n
a,1,one,,,1
b,10,,,1,2
"a",2.50,"q""r",1,11,3
,5,,10,13.50,4
b,,x,2.50,18.50,5
a,4,,5,18.50,6
,7,y,,22.50,7'
}

@test "--by: columns as everywhere, those of the input" {
	printf 'g,h,x\na,b,1\nab,,2\na,b,4\n,ab,8\nab,,16\n' >g.csv
	for by in g,h 1-2 '#2,#1' g..h -3,h; do
		[ "$(etl-map --by "$by" 's = cumsum(x)' g.csv | etl-cut -f s | tr '\n' ' ')" = 's 1 2 5 8 18 ' ]
	done
	[ "$(etl-map --by g 'g = "all"; s = cumsum(x)' g.csv | etl-cut -f s | tr '\n' ' ')" = 's 1 2 5 8 18 ' ]
	try etl-map --by gg 's = cumsum(x)' g.csv
	fails 2 "option --by: no such column: 'gg'"
	[ -z "$output" ]
	try etl-map --by g,g 's = cumsum(x)' g.csv
	fails 2 "option --by: "
	try etl-map --by k=g 's = cumsum(x)' g.csv
	fails 2 "option --by: "
	try etl-map --by '' 's = cumsum(x)' g.csv
	fails 2 "option --by: "
	try etl-map --by gg 's = x + 1' g.csv
	fails 2 "option --by: no such column: 'gg'"
	try etl-map --by g 's = x + 1; s = null; x = 0' g.csv
	prints $'g,h,x,s\na,b,0,\nab,,0,\na,b,0,\n,ab,0,\nab,,0,'
	try etl-map --by g -N '#3 = cumsum(#3)' g.csv
	fails 2 "option --by: no such column: 'g'"
	[ "$(etl-map --by 1 --header g,h,x 'x = rank()' g.csv | etl-cut -f x | tr '\n' ' ')" = 'x 1 1 1 2 1 2 ' ]
}

@test "functions across rows: bad programs are 2, with a caret" {
	try etl-map 'd = prev(price, n)' p.csv
	fails 2 "how many records to go back is written as a number from 1 to 1000000"
	run cat err
	[ "${lines[2]}" = '                  ^' ]
	try etl-map 'd = delta(upper(name))' p.csv
	fails 2 "delta(x) takes a number here, and 'upper(name)' is text; write num(upper(name))"
	try etl-map 'total = prev(total) + n' p.csv
	fails 2 "no such column: 'total'"
}

@test "functions across rows: every record counts, whatever branch it is in" {
	printf 'x\n1\n\nn/a\n4\n' >b.csv
	try etl-map 'p = x == "4" ? prev(x) : "-"; q = x == "4" ? text(rank()) : "-"' b.csv
	prints $'x,p,q\n1,-,-\n,-,-\nn/a,-,-\n4,n/a,4'
	try etl-map 'd = is_number(x) ? delta(x) : null' b.csv
	fails 1 "b.csv:4: column 'x': not a number: 'n/a'"
	try etl-map 'd = delta(is_number(x) ? num(x) : null)' b.csv
	prints $'x,d\n1,\n,\nn/a,\n4,'
}

@test "functions across rows: a record that is dropped leaves no trace" {
	printf 'x,y\n1,1\n5,0\n2,n/a\n4,2\n8,0\n' >d.csv
	program='d = delta(x); s = cumsum(x); r = rank(); q = 6 / y'
	try etl-map --on-error=skip "$program" d.csv
	prints $'x,y,d,s,r,q\n1,1,,1,1,6\n4,2,3,5,2,3'
	fails 0 "3 records skipped"
	try etl-map --rejects r.csv "$program" d.csv
	prints $'x,y,d,s,r,q\n1,1,,1,1,6\n4,2,3,5,2,3'
	try etl-cut --no-out-header -f line,reason r.csv
	prints $'3,\'6 / y\': division by zero\n4,column \'y\': not a number: \'n/a\'\n6,\'6 / y\': division by zero'
	try etl-map --on-error=null "$program" d.csv
	prints $'x,y,d,s,r,q\n1,1,,1,1,6\n5,0,4,6,2,\n2,n/a,-3,8,3,\n4,2,2,12,4,3\n8,0,4,20,5,'
	# The fault itself may come of the record before: of two the second is dropped, and so the third is not.
	printf 'x\n7\n7\n7\n9\n7\n' >e.csv
	try etl-map --on-error=skip 'q = 2 / delta(x)' e.csv
	prints $'x,q\n7,\n9,1\n7,-1'
	try etl-map 'q = 2 / delta(x)' e.csv
	fails 1 "e.csv:3: '2 / delta(x)': division by zero"
}

@test "functions across rows: a sum beyond 38 digits names its line" {
	printf 'x\n99999999999999999999999999999999999999\n0\n1\n-1\n' >o.csv
	try etl-map 's = cumsum(x)' o.csv
	fails 1 "o.csv:4: 'cumsum(x)': number out of range (38 digits)"
	try etl-map --on-error=null 's = cumsum(x); d = delta(x)' o.csv
	[ "${lines[3]}" = 1,,1 ]
	[ "${lines[4]}" = -1,99999999999999999999999999999999999998,-2 ]
	try etl-map --float 's = cumsum(x)' o.csv
	[ "${lines[4]}" = -1,1e+38 ]
	printf 'x\n1e308\n1e308\n-1\n' >i.csv
	try etl-map --float 's = cumsum(x)' i.csv
	fails 1 "i.csv:3: 'cumsum(x)': no finite result"
}

@test "functions across rows: header only, CRLF, several operands, fields of any size" {
	printf 'g,x\n' >h.csv
	try etl-map --by g 's = cumsum(x); r = rank()' h.csv
	prints 'g,x,s,r'
	try etl-map --by g --allow-empty 's = cumsum(x)' /dev/null
	prints ''
	printf 'g,x\r\na,1\r\nb,"2,"\r\na,3' >1.csv
	printf 'g,x\nb,5\n\na,7\n' >2.csv
	try etl-map --by g 's = cumsum(length(x)); p = prev(x); r = rank()' 1.csv h.csv 2.csv
	prints $'g,x,s,p,r\na,1,1,,1\nb,"2,",2,,1\na,3,2,1,2\nb,5,3,"2,",2\na,7,3,3,3'
	try bash -c 'cat 2.csv | etl-map --by x,g "p = prev(g)" 1.csv -'
	prints $'g,x,p\na,1,\nb,"2,",\na,3,\nb,5,\na,7,'
	printf 'g,x\n\xff\x00,a\xfe\n\xff,b\n\xff\x00,c\n' >bytes.csv
	etl-map --by g 'x = prev(x)' bytes.csv >got
	printf 'g,x\n\xff\x00,\n\xff,\n\xff\x00,a\xfe\n' | cmp - got
	python3 - <<-'END' >big.csv
		print("k,t")
		for i in range(60):
		    print(f"{'k' * (i % 3 * 70000)},{'t' * (i % 7 * 60001)}")
	END
	etl-map --by k 'n = prev(t); t = rank(); n = length(n)' big.csv | etl-cut -f t,n >got
	python3 - <<-'END' | cmp - got
		print("t,n")
		for i in range(60):
		    print(f"{i // 3 + 1},{(i - 3) % 7 * 60001 if i >= 3 else 0}")
	END
}

@test "functions across rows agree with an oracle: any block size, libcsv, --on-error, operands" {
	program=$("$ROOT/tests/across-oracle")
	for seed in 1 2 3 4 5 6 7 8; do
		"$ROOT/tests/across-oracle" "$seed"
		for how in null skip reject; do
			for block in 1 64 5000 262144; do
				ETL_BLOCK=$block etl-map --by g,h --on-error "$how" --max-rejects 100% "$program" input.csv 2>err >got
				cmp got "expected.$how" || { echo "seed $seed, $how, blocks of $block"; return 1; }
			done
			ETL_SCAN=libcsv etl-map --by g,h --on-error "$how" --max-rejects 100% "$program" input.csv 2>err >got
			cmp got "expected.$how"
		done
		python3 - <<-'END'
			import csv
			header, *rows = csv.reader(open("input.csv", newline=""))
			for i, part in enumerate((rows[:700], rows[700:1400], rows[1400:])):
			    with open(f"part{i}.csv", "w", newline="") as out:
			        csv.writer(out, lineterminator="\n").writerows([header, *part])
		END
		etl-map --by g,h --on-error skip "$program" part0.csv - part2.csv <part1.csv 2>err | cmp - expected.skip
	done
}

@test "--by: a million groups, --memory" {
	{ echo k,x; for _ in 1 2; do seq -f '%.0f,2' 1000000; done; } >many.csv
	etl-map --by k --stats s 'd = delta(x); p = prev(k)' many.csv >out
	[ "$(sed -n '1p;2p;1000001p;1000002p;$p' out | tr '\n' ' ')" = 'k,x,d,p 1,2,, 1000000,2,, 1,2,0,1 1000000,2,0,1000000 ' ]
	grep -q __asan_init "$ETL_BIN/etl-map" || [ "$(grep -o '"peak_memory":[0-9]*' s | cut -d: -f2)" -le 268435456 ]
	try etl-map -o new --by k --memory 20M 'd = delta(x)' many.csv
	fails 2 "groups of --by=k need more than 20971520 bytes; --memory allows more"
	[ ! -e new ]
	head -n 100001 many.csv >fewer.csv
	etl-map --by k --memory 20M 'd = delta(x)' fewer.csv >out
	try etl-map --by k --memory 20M 'd = prev(x, 10)' fewer.csv
	fails 2 "groups of --by=k need more than 20971520 bytes"
	try etl-map --memory 20M 'd = prev(x, 1000000)' fewer.csv
	fails 2 "what is kept of the records before needs more than 20971520 bytes; --memory allows more"
	[ "$(etl-map 'd = prev(k, 99999)' fewer.csv | tail -n 2 | tr '\n' ' ')" = '99999,2, 100000,2,1 ' ]
	try etl-map --memory much 'd = rank()' fewer.csv
	fails 2 "option --memory: 'much' is not a number of bytes"
}

@test "every function is in etl-expr(7)" {
	etl-map --list-functions | grep -o '^[a-z_]*(' | while IFS='(' read -r name; do
		grep -q "^\.It Li \"*$name(" "$ROOT/man/etl-expr.7" || { echo "$name is not in the manual"; exit 1; }
	done
}
