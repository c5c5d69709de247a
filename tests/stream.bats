#!/usr/bin/env bats
# The record stream as etl-csv(7) has it, and what may go wrong around it, through etl-cut.
load setup

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'a,b,c\n1,2,3\n4,5,6\n' >t.csv
}

# Runs etl-cut over what printf makes of TEXT.
cut_text() { # TEXT [ARGUMENT...]
	printf "$1" >text
	shift
	try etl-cut "$@" text
}

# The output must be what printf makes of TEXT, byte for byte.
becomes() { # INPUT OUTPUT [ARGUMENT...]
	local want=$2
	printf "$1" >text
	shift 2
	status=0
	etl-cut "$@" text >got 2>err || status=$?
	printf "$want" >want
	[ "$status" -eq 0 ] || { echo "status $status: $(cat err)"; return 1; }
	cmp got want || { echo "got: $(od -c got | head)"; return 1; }
}

# Fails with status 1, this message and no output.
malformed() { # INPUT TEXT [ARGUMENT...]
	local want=$2
	printf "$1" >text
	shift 2
	try etl-cut "$@" text
	[ -z "$output" ]
	fails 1 "$want"
}

no_temporaries() {
	[ -z "$(find . -name '.*.tmp')" ]
}

wait_for() { # COMMAND...
	local n
	for n in $(seq 100); do
		if "$@" >/dev/null 2>&1; then return 0; fi
		sleep 0.02
	done
	return 1
}

# How every program begins

@test "--help, --version, --list-options" {
	try etl-cut --help
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "usage: etl-cut [-x] [-f COLS] [FILE...] | -b PLACES [FILE...] | -c PLACES [FILE...]" ]
	[[ "$output" == *"-f, --fields COLS"* ]]
	[ ! -s err ]
	try etl-cut -h
	[ "$status" -eq 0 ]
	try etl-cut --version
	[[ "$output" =~ ^etl-cut\ \(etlutils\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	try etl-cut -V
	[ "$status" -eq 0 ]
	try etl-cut --list-options
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "$(printf 'f\t--fields\tCOLS\tthe columns, in this order; new=old renames')" ]
	[ -z "$(etl-cut --list-options | awk -F '\t' 'NF != 4')" ]
}

@test "a list is given once; of other options the last one counts" {
	for program in "$ETL_BIN"/etl-* "$ETL_BIN"/sqlite; do
		while IFS=$'\t' read -r _ name argument _; do
			case $argument in COLS | KEYS | NAMES | PLACES) ;; *) continue ;; esac
			try "$program" "$name" a "$name=b"
			fails 2 "option $name is given twice: put all into one list, with commas" || { echo "$program"; return 1; }
		done < <("$program" --list-options)
	done
	printf 'a,b\n1,2\n' >t.csv
	try etl-cut -f a -f b t.csv
	fails 2 'option --fields is given twice'
	try etl-cut -fa --fields= t.csv
	fails 2 'option --fields is given twice'
	try etl-cut -D ';' -D '|' t.csv
	prints $'a|b\n1|2'
}

@test "a header read with the wrong delimiter is noticed where something fails" {
	local as="the header is one column, 'a;b;c': is the delimiter ';'? (-d ';')"
	printf 'a;b;c\n1;"x;y";3\n' >semi.csv
	for words in 'etl-cut' 'etl-cut --lenient -f b' 'etl-cut -f 2' 'etl-map x=b' 'etl-view -f a'; do
		try $words semi.csv
		[ "$status" -ne 0 ]
		grep -qF "$as" err || { echo "$words: $(cat err)"; return 1; }
		[ "$(grep -c 'did you mean' err)" -eq 0 ]
	done
	printf 'a;b\n1,5;2\n' >semi.csv
	try etl-cut semi.csv
	fails 1 "semi.csv:2: 2 fields where there is 1 column; the header is one column, 'a;b': is the delimiter ';'? (-d ';')"
	printf 'a\tb\n1\t2\n' >t.tsv
	try etl-cut -f b t.tsv
	fails 2 'is the delimiter a tab? (-t)'
	try etl-cut -f b <<<'a|b'
	fails 2 "is the delimiter '|'? (-d '|')"
	try etl-cut -t -f b <<<'a,b'
	fails 2 "is the delimiter ','?"
	for words in 'etl-cut -f b' 'etl-map x=b'; do
		try $words -N <<<'1,2,3'
		fails 2 "no such column: 'b'; without a header (-N) the columns are called 1 to 3"
	done
	try etl-cut -f b <<<'a'
	fails 2 "no such column: 'b'"
	[ "$(wc -c <err)" -lt 50 ]
}

@test "unknown options: exit 2, the nearest name" {
	try etl-cut --feilds id
	fails 2 "unknown option '--feilds'; did you mean '--fields'?"
	try etl-cut --lenint
	fails 2 "did you mean '--lenient'?"
	try etl-cut --max-feld=3
	fails 2 "did you mean '--max-field'?"
	try etl-cut --qqqqqqqqq
	fails 2 "see 'etl-cut --help'"
	try etl-cut -Q
	fails 2 "unknown option '-Q'"
	try etl-cut --lenient=yes
	fails 2 'takes no value'
	try etl-cut --max-field
	fails 2 'needs its BYTES'
	try etl-cut --max-field=many t.csv
	fails 2 "'many' is not a number of bytes"
	try etl-cut --max-columns=-1 t.csv
	fails 2 'is not a whole number'
	try etl-cut -d ab t.csv
	fails 2 "'ab' is not one byte"
	try etl-cut --ragged=mend t.csv
	fails 2 'is none of fill, truncate, reject'
}

@test "a missing file: exit 2 before any output" {
	try etl-cut t.csv missing.csv
	[ -z "$output" ]
	fails 2 'etl-cut: missing.csv: No such file or directory'
	try etl-cut -o out.csv t.csv missing.csv
	fails 2 'missing.csv'
	[ ! -e out.csv ]
	try etl-cut t.csv .
	[ -z "$output" ]
	fails 2 '.: Is a directory'
	try etl-cut "$(printf 'new\nline')"
	fails 2 'new\x0aline: No such file'
	[ "$(wc -l <err)" -eq 1 ]
}

@test "a file without permission: exit 2" {
	chmod 000 t.csv
	[ ! -r t.csv ] || skip 'this user may read everything'
	try etl-cut t.csv
	fails 2 't.csv: Permission denied'
}

@test "names that begin with a dash, and - for standard input" {
	cp t.csv ./-t.csv
	try etl-cut -f a -- -t.csv
	[ "${lines[1]}" = 1 ]
	run bash -c 'etl-cut -f a t.csv - <t.csv'
	prints 'a
1
4
1
4'
}

@test "/dev/full: exit 2" {
	status=0
	etl-cut t.csv >/dev/full 2>err || status=$?
	fails 2 'stdout: No space left on device'
	seq -f '%.0f,x' 200000 >big.csv
	status=0
	etl-cut -N big.csv >/dev/full 2>err || status=$?
	fails 2 'stdout: No space left on device'
	for option in --help --version --list-options; do
		status=0
		etl-cut $option >/dev/full 2>err || status=$?
		fails 2 'stdout: No space left on device'
	done
	try etl-cut -o /dev/full t.csv
	fails 2 '/dev/full: No space left on device'
}

@test "closed standard descriptors" {
	status=0
	etl-cut <&- 2>err || status=$?
	fails 2 'stdin: Bad file descriptor'
	status=0
	etl-cut t.csv >&- 2>err || status=$?
	fails 2 'stdout: Bad file descriptor'
	status=0
	etl-cut --help >&- 2>err || status=$?
	fails 2 'stdout: '
	status=0
	etl-cut -f nope t.csv >/dev/null 2>&- || status=$?
	[ "$status" -eq 2 ]
	status=0
	etl-cut -f nope t.csv >/dev/null 2>/dev/full || status=$?
	[ "$status" -eq 2 ]
	# None of our files may get the number of a closed descriptor.
	status=0
	etl-cut -o out.csv t.csv <&- >&- 2>&- || status=$?
	[ "$status" -eq 0 ]
	cmp out.csv t.csv
}

@test "a directory as standard input: exit 2" {
	status=0
	timeout 5 etl-cut <. >out 2>err || status=$?
	fails 2 'stdin: Is a directory'
}

@test "a reader that leaves: silent" {
	seq -f '%.0f,x' 300000 >big.csv
	run bash -c 'etl-cut -N big.csv 2>err | head -n 1; echo ${PIPESTATUS[0]}'
	[ "${lines[0]}" = 1,x ]
	[ "${lines[1]}" = 141 ]
	[ ! -s err ]
}

@test "a reader that leaves, SIGPIPE ignored: exit 2 with one line" {
	seq -f '%.0f,x' 300000 >big.csv
	run bash -c '(trap "" PIPE; etl-cut -N big.csv 2>err; echo $? >status) | head -n 1; cat status'
	[ "${lines[1]}" = 2 ]
	[ "$(cat err)" = 'etl-cut: stdout: Broken pipe' ]
}

# What comes in

@test "empty input" {
	: >empty
	try etl-cut empty
	fails 1 'empty: empty: there is no header (--allow-empty accepts it)'
	try etl-cut --allow-empty empty
	prints ''
	try etl-cut -N empty
	prints ''
	try etl-cut --header a,b empty
	prints a,b
	try etl-cut --header a,b --no-out-header empty
	prints ''
	try etl-cut --allow-empty empty t.csv empty
	prints "$(cat t.csv)"
	try etl-cut t.csv empty
	fails 1 'empty: empty: there is no header'
}

@test "header only" {
	becomes 'a,b\n' 'a,b\n'
	becomes 'a,b' 'a,b\n'
	becomes 'a,b\r\n' 'a,b\n'
	becomes 'a,b\n' '' --no-out-header
	becomes '\n\na,b\n\n' 'a,b\n'
}

@test "no final newline, CRLF, both kinds of record end" {
	scanner_only
	becomes 'a,b\n1,2' 'a,b\n1,2\n'
	becomes 'a,b\r\n1,2\r\n' 'a,b\n1,2\n'
	becomes 'a,b\r\n1,2' 'a,b\n1,2\n'
	becomes 'a,b\n1,2\r\n3,4\n5,6\r\n' 'a,b\n1,2\n3,4\n5,6\n'
	becomes 'a,b\n1,"2"\r\n3,\r\n' 'a,b\n1,"2"\n3,\n'
	becomes 'a\r\n1\r\n\r\n' 'a\n1\n""\n'
	becomes 'a,b\n1,"x\r\ny"\n' 'a,b\n1,"x\r\ny"\n'
	becomes 'a,b\n1,"x\ry\r"\r\n' 'a,b\n1,"x\ry\r"\n'
}

@test "a lone CR is malformed" {
	malformed 'a,b\n1\r,2\n' 'text:2: byte 2: CR without LF in an unquoted field'
	malformed 'a,b\n1,2\r3\n' 'text:2: byte 4: CR without LF'
	malformed 'a,b\n1,2\r' 'text:2: byte 4: CR without LF'
	malformed 'a,b\n1,2\r\r\n' 'text:2: byte 4: CR without LF'
	malformed 'a,b\n1,"2"\rx\n' 'text:2: byte 6: CR without LF'
	malformed 'a\rb\n' 'text:1: byte 2: CR without LF'
	malformed 'a,b\n1\r,2\n' 'text:2: byte 2: CR without LF' --lenient
	malformed 'a\rb\n1,2\n' 'text:1: byte 2: CR without LF' --lenient
	malformed 'a\rb\n1,2\n' 'text:1: byte 2: CR without LF' --lenient --rejects r
	malformed 'a\tb\n1\r\t2\n' 'text:2: byte 2: CR without LF' -t
}

@test "a BOM goes, at the beginning only" {
	scanner_only
	becomes '\xef\xbb\xbfa,b\n1,2\n' 'a,b\n1,2\n'
	becomes '\xef\xbb\xbf"a",b\n1,2\n' '"a",b\n1,2\n'
	becomes '\xef\xbb\xbfa\n1\n' '1\n' --no-out-header -f a
	becomes 'a,b\n\xef\xbb\xbf1,2\n' 'a,b\n\xef\xbb\xbf1,2\n'
	becomes '\xef\xbb\xbf1,2' '1,2\n' -N
	becomes '\xef\xbbx,b\n' '\xef\xbbx,b\n'
	malformed '\xef\xbb\xbfa"b,c\n' 'text:1: byte 2: quote inside'
	malformed '\xef\xbb\xbf' 'there is no header'
	printf '\xef\xbb\xbfa,b,c\n7,8,9\n' >bom.csv
	try etl-cut t.csv bom.csv
	[ "$status" -eq 0 ]
	[ "${lines[3]}" = 7,8,9 ]
}

@test "compressed data, archives and databases are told by their beginning" {
	printf 'a,b\n1,2\n' >t.csv
	gzip -k t.csv && bzip2 -k t.csv && xz -k t.csv && zstd -q t.csv && zip -q t.zip t.csv
	sqlite3 t.db 'CREATE TABLE t(a)'
	for block in 1 4 262144; do
		export ETL_BLOCK=$block
		for kind in gz bz2 xz zst; do
			try etl-cut "t.csv.$kind"
			fails 1 "etl-cut: t.csv.$kind: compressed ($kind); etl-extract unpacks it"
		done
		try bash -c 'etl-cut -N <t.zip'
		fails 1 'stdin: an archive (zip); etl-extract reads its members'
		try etl-view t.db
		fails 1 't.db: a SQLite database, not CSV'
		for text in $'PK\n1' $'BZh\n1' $'SQLite format\n1' $'(\n1' P; do
			try etl-cut <<<"$text"
			prints "$text"
		done
	done
}

@test "UTF-16 is refused; the message says how to convert it" {
	malformed '\xff\xfea\0,\0' 'text: UTF-16 text; convert it first, with etl-extract --encoding'
	malformed '\xfe\xff\0a\0,' 'UTF-16'
	malformed '\xff\xfe\x22\0' 'UTF-16'
	malformed '\xff\xfea\0' 'UTF-16' -N
}

@test "NUL and invalid UTF-8 pass" {
	becomes 'a,b\n\0,x\0y\n' 'a,b\n\0,x\0y\n'
	becomes 'a,b\n\0,x\0y\n' 'b,a\nx\0y,\0\n' -f b,a
	becomes 'a,b\n\xff\xfe,\xc0\x80\n' 'b,a\n\xc0\x80,\xff\xfe\n' -f b,a
	becomes 'a\0b,c\n1,2\n' 'a\0b\n1\n' -f 1
	python3 -c 'import sys
for n in set(range(256)) - set(b",\"\r\n"):
    sys.stdout.buffer.write(b"%c,%c%c,x\n" % (n, n, n))' >bytes
	etl-cut -N bytes | cmp - bytes
	etl-cut -N -T --tsv-escape bytes | etl-cut -N -t --tsv-escape | cmp - bytes
}

@test "blank lines: skipped, or an empty value where there is one column" {
	becomes 'a,b\n\n1,2\n\r\n\n3,4\n\n' 'a,b\n1,2\n3,4\n'
	becomes 'a\n\n1\n\r\n' 'a\n""\n1\n""\n'
	becomes '\n\n1,2\n' '1,2\n' -N
	becomes '\n\n1\n\n' '""\n""\n1\n""\n' -N
	becomes '\n\n' '""\n""\n' -N
	becomes '\n1\n' 'x\n""\n1\n' --header x
	malformed '\n\r\n' 'text: nothing but blank lines: there is no header'
	becomes '\n\r\n' '' --allow-empty
	becomes 'a\n""\n' 'a\n""\n'
	printf '\n%.0s' $(seq 9000) >many
	[ "$(etl-cut -N many | grep -c '^""$')" -eq 9000 ]
	becomes '\n\n1"2\n' '""\n""\n"1""2"\n' -N --lenient
	becomes '\n\n1"2,3\n' '"1""2",3\n' -N --lenient
}

@test "ragged records: an error" {
	malformed 'a,b\n1,2\n1,2,3\n' 'text:3: 3 fields where there are 2 columns'
	malformed 'a,b\n1\n' 'text:2: 1 field where there are 2 columns'
	malformed 'a\n1,2\n' 'text:2: 2 fields where there is 1 column'
	malformed 'a,b\n"x\n\ny",2\n1\n' 'text:5: 1 field where'
	malformed '1,2\n3\n' 'text:2: 1 field' -N
	malformed '1,2\n' 'text:1: 2 fields where there is 1 column' --header a
}

@test "ragged records: fill, truncate" {
	becomes 'a,b,c\n1\n1,2,3\n1,2\n' 'a,b,c\n1,,\n1,2,3\n1,2,\n' --ragged=fill
	becomes 'a,b\n1,2,3\n1,2,"x\n"\r\n3,4\n' 'a,b\n1,2\n1,2\n3,4\n' --ragged=truncate
	becomes 'a,b\n1\r\n1,2,3\r\n' 'a,b\n1,\n1,2\n' --ragged=fill,truncate
	becomes 'a,b\n1\n1,2,3\n' 'b,a\n,1\n2,1\n' --ragged=fill,truncate -f b,a
	becomes 'a\tb\n1\n1\t2\t3\n' 'a\tb\n1\t\n1\t2\n' --ragged=fill,truncate -t -T
	becomes 'a\n1,2\n' 'a\n1\n' --ragged=truncate
	malformed 'a,b\n1\n1,2,3\n' 'text:3: 3 fields' --ragged=fill
	malformed 'a,b\n1\n' 'text:2: 1 field' --ragged=truncate
	becomes 'a,b\n1"\n"2"x,3,4\n' 'a,b\n"1""",\n2x,3\n' --lenient --ragged=fill,truncate
}

@test "quotes out of place: strict" {
	malformed 'a,b\n1,x"y\n' 'text:2: byte 4: quote inside an unquoted field'
	malformed 'a,b\n1,"x"y\n' 'text:2: byte 6: text after a closing quote'
	malformed 'a,b\n1,"x" \n' 'text:2: byte 6: text after a closing quote'
	malformed 'a,b\n 1, "x"\n' 'text:2: byte 5: quote inside'
	malformed 'a,b\n"x\ny"z,1\n' 'text:3: byte 3: text after a closing quote'
	malformed 'a,b\n1,"xy\n' 'text:2: byte 3: unterminated quote'
	malformed 'a,b\n1,"x""y\n\n' 'text:2: byte 3: unterminated quote'
	malformed 'a,b\n"1\n",2,"' 'text:3: byte 5: unterminated quote'
	malformed 'a"b,c\n' 'text:1: byte 2: quote inside'
	malformed '"a' 'text:1: byte 1: unterminated quote'
	malformed 'a,b\n1,x"y\n' 'quote inside' --rejects r --max-rejects 0
}

@test "quotes out of place: --lenient mends within the line" {
	becomes 'a,b\n1,x"y\n3,4\n' 'a,b\n1,"x""y"\n3,4\n' --lenient
	[ "$(cat err)" = 'etl-cut: text:2: mended: quote inside an unquoted field' ]
	becomes 'a,b\n1,"x"y\n' 'a,b\n1,xy\n' --lenient
	becomes 'a,b\n1,"x"y"z"\r\n3,4\r\n' 'a,b\n1,"xy""z"""\n3,4\n' --lenient
	becomes 'a,b\n1,x"y' 'a,b\n1,"x""y"\n' --lenient
	becomes 'a\n1\nx"y' 'a\n1\n"x""y"\n' --lenient
	becomes 'a"b,c\n1,2\n' '"a""b",c\n1,2\n' --lenient
	becomes 'x"y,2\n3,4\n' '"x""y",2\n3,4\n' --lenient -N
}

@test "--lenient leaves the fields that are well-formed as they are" {
	becomes 'a,b,c,d,e\n"",x"y,"q",,"a,b"\n' 'a,b,c,d,e\n"","x""y","q",,"a,b"\n' --lenient
}

@test "--lenient: a stray quote cannot swallow the rest" {
	malformed 'a,b\nx"y,"p\n3,4\n5,6\n' 'text:2: unterminated quote (behind byte 2: quote inside an unquoted field)' --lenient
	becomes 'a,b\nx"y,"p\n3,4\n' 'a,b\n3,4\n' --lenient --rejects r
	grep -q 'text,2,2,,quote-inside,' r
	malformed 'a,b\n1,"x\n3,4\n' 'text:2: byte 3: unterminated quote' --lenient
	# A quoted newline before the stray quote belongs to the record: it ends with that physical line.
	becomes 'a,b\n"p\nq"r,x\n3,4\n' 'a,b\n"p\nqr",x\n3,4\n' --lenient
}

@test "--lenient: ten warnings and a total" {
	{ echo a,b; printf '1,x"%.0s\n' $(seq 25); } >many.csv
	try etl-cut --lenient many.csv
	[ "$status" -eq 0 ]
	[ "$(wc -l <err)" -eq 11 ]
	[ "$(tail -n 1 err)" = 'etl-cut: 25 records mended in all' ]
	[ "${#lines[@]}" -eq 26 ]
}

@test "messages show control bytes as \\xNN" {
	printf 'a\033[31m,b\nx\n' >"$(printf 'e\033[31m.csv')"
	try etl-cut "$(printf 'e\033[31m.csv')"
	[ "$(cat err)" = 'etl-cut: e\x1b[31m.csv:2: 1 field where there are 2 columns' ]
	try etl-cut -f "$(printf 'c\007')" t.csv
	fails 2 'c\x07'
}

# Limits

@test "the field limit" {
	becomes 'a,b\n12345,1\n' 'a,b\n12345,1\n' --max-field 5
	becomes 'a,b\r\n1,12345\r\n' 'a,b\n1,12345\n' --max-field 5
	malformed 'a,b\n1,2\n123456,1\n' 'text:3: more than 5 bytes in a field (limit of --max-field)' --max-field 5
	malformed 'a,b\n1,123456\r\n' 'text:2: more than 5 bytes in a field' --max-field 5
	malformed 'a,b\n1,2,123456\n' 'text:2: more than 5 bytes in a field' --max-field 5 --ragged=truncate
	malformed 'a,b\n1"""",2\n' 'text:2: more than 5 bytes in a field' --max-field 5 --lenient
	malformed 'abcdef,b\n1,2\n' 'text:1: more than 5 bytes in a field' --max-field 5
	malformed 'a,b\n1,2\n123456' 'text:3: more than 5 bytes in a field' --max-field 5
	try etl-cut --max-field 1G t.csv
	fails 2 'option --max-field: more than 1073741823'
}

@test "the record limit" {
	becomes 'a,b\n12,45\r\n' 'a,b\n12,45\n' --max-record 5
	malformed 'a,b\n12,456\n' 'text:2: more than 5 bytes in a record (limit of --max-record)' --max-record 5
	malformed 'a,b\n1,"\n\n\n\n\n\n' 'text:2: more than 5 bytes in a record' --max-record 5
	malformed 'a,b\nx"y,23456\n' 'text:2: more than 5 bytes in a record' --max-record 5 --lenient
	try etl-cut --max-record 4G t.csv
	fails 2 'option --max-record: more than 3G'
}

@test "the column limit" {
	becomes 'a,b,c\n' 'a,b,c\n' --max-columns 3
	malformed 'a,b,c,d\n' 'text:1: more than 3 columns (limit of --max-columns)' --max-columns 3
	malformed '\n1,2,3,4\n' 'text:2: more than 3 columns' --max-columns 3 -N
	malformed '1"2,3\n' 'text:1: more than 1 column (' --max-columns 1 -N --lenient
	malformed 'a"2,3\n' 'text:1: more than 1 column (' --max-columns 1 --lenient
	seq -s, 65536 >wide.csv
	etl-cut wide.csv | cmp - wide.csv
	seq -s, 65537 >wider.csv
	try etl-cut wider.csv
	fails 1 'wider.csv:1: more than 65536 columns'
	etl-cut --max-columns 70000 wider.csv | cmp - wider.csv
	seq -s, 1000000 >million.csv
	try etl-cut million.csv
	fails 1 'million.csv:1: more than 65536 columns'
	{ echo a; cat million.csv; } >later.csv
	try etl-cut later.csv
	fails 1 'later.csv:2: '
	try etl-cut --max-columns 0 t.csv
	fails 2 'option --max-columns: not within 1'
}

@test "a record longer than the buffer" {
	python3 - <<-'END'
	with open('long.csv', 'w') as f:
	    f.write('a,b,c\n1,2,3\n')
	    f.write('x' * 700000 + ',"' + 'y"",\n' * 200000 + '",z\n')
	    f.write('4,5,6\n')
	END
	etl-cut long.csv | cmp - long.csv
	etl-cut -f c,a,b long.csv | etl-cut -f a,b,c | cmp - long.csv
	ETL_SCAN=portable ETL_BLOCK=1000 etl-cut long.csv | cmp - long.csv
	etl-cut -T --tsv-escape long.csv | etl-cut -t --tsv-escape | cmp - long.csv
}

# Feeds etl-cut with what a Python generator makes; peak memory is in $kib.  A process that was forked from a
# large one would count that one's memory as its own, so the shell in between.
peak() { # PYTHON-EXPRESSION [ARGUMENT...]
	! grep -q __asan_init "$ETL_BIN/etl-cut" || skip 'a sanitizer has memory of its own'
	local pieces=$1
	shift
	rm -f peak.json
	status=0
	python3 -c "import sys
for piece in $pieces:
    sys.stdout.buffer.write(piece)" 2>/dev/null | sh -c 'etl-cut --stats peak.json "$@" >/dev/null 2>err; exit $?' sh "$@" || status=$?
	kib=$(($(sed 's/.*"peak_memory":\([0-9]*\).*/\1/' peak.json) / 1024))
}

below() { # KIB
	[ "$kib" -lt "$1" ] || { echo "$kib KiB"; return 1; }
}

@test "an unterminated quote on line 2 of a large file: constant memory, line 2" {
	scanner_only
	peak '[b"a,b\n1,\"x\n"] + [b"1,2\n" * 65536] * 1000' --max-field=4M
	fails 1 'stdin:2: more than 4194304 bytes in a field (limit of --max-field); is a quote unterminated?'
	below $((6 * 1024 + 1024))
	peak '[b"a,b\n1,\"x\n"] + [b"1,2\n" * 65536] * 400'
	fails 1 'stdin:2: more than 67108864 bytes'
	below $((67 * 1024))
	ETL_SCAN=libcsv peak '[b"a,b\n1,\"x\n"] + [b"1,2\n" * 65536] * 400' --max-record=8M --max-field=4M
	fails 1 'stdin:2: more than 4194304 bytes in a field'
}

@test "a field beyond the limit: memory below the limit and 2 MiB" {
	scanner_only
	peak '[b"a,b\n1,"] + [b"x" * 1048576] * 100'
	fails 1 'stdin:2: more than 67108864 bytes in a field (limit of --max-field)'
	below $((66 * 1024 + 1024))
	# Behind other long fields, too.
	peak '[b"a,b\n"] + [b"y" * 9000000 + b","] + [b"x" * 1048576] * 100' --max-field=10M
	fails 1 'stdin:2: more than 10485760 bytes in a field'
	below $((22 * 1024))
}

@test "memory does not grow with the number of records, the malformed ones included" {
	peak '[b"a,b\n"] + [b"1,\"x\ny\"\n" * 65536] * 100'
	[ "$status" -eq 0 ]
	below $((5 * 1024))
	peak '[b"a,b\n"] + [b"1,x\"y\n1,2,3\n" * 6553] * 20' --lenient --ragged=truncate
	[ "$status" -eq 0 ]
	below $((6 * 1024))
	peak '[b"a,b\n"] + [b"1,x\"y\n" * 6553] * 20' --rejects r
	[ "$status" -eq 0 ]
	below $((6 * 1024))
}

@test "a malformed record on a long line" {
	python3 -c 'print("a,b\n1,x\"" + "y" * 5000000 + "\n3,4")' >long.csv
	try timeout 10 etl-cut --lenient -f a long.csv
	prints 'a
1
3'
	try timeout 10 env ETL_BLOCK=4096 etl-cut --lenient -f a long.csv
	prints 'a
1
3'
	try timeout 10 etl-cut --lenient --max-record 1M long.csv
	fails 1 'long.csv:2: more than 1048576 bytes in a record'
}

# Several operands, headers, dialects

@test "several operands: the same header, once" {
	printf 'a,b,c\r\n7,8,9' >u.csv
	try etl-cut t.csv u.csv t.csv
	prints 'a,b,c
1,2,3
4,5,6
7,8,9
1,2,3
4,5,6'
	printf '"a","b",c\n7,8,9\n' >quoted.csv
	try etl-cut -f c t.csv quoted.csv
	[ "${lines[3]}" = 9 ]
	printf 'a,x,c\n7,8,9\n' >other.csv
	try etl-cut t.csv other.csv
	fails 1 "other.csv: column 2 is 'x' here, 'b' in t.csv"
	printf 'a,b\n7,8\n' >fewer.csv
	try etl-cut t.csv fewer.csv
	fails 1 'fewer.csv: the header has 2 columns, that of t.csv has 3'
	try etl-cut --rename-header x,y,z t.csv other.csv
	fails 1 "other.csv: column 2 is 'x' here, 'b' in t.csv"
	try etl-cut --rename-header x,y,z t.csv u.csv
	[ "${lines[0]}" = x,y,z ]
	[ "${#lines[@]}" -eq 4 ]
	: >empty
	try etl-cut --allow-empty empty t.csv other.csv
	fails 1 "'b' in t.csv"
	try etl-cut -N t.csv u.csv
	[ "${#lines[@]}" -eq 5 ]
	try etl-cut -N t.csv fewer.csv
	fails 1 'fewer.csv:1: 2 fields where there are 3 columns'
	mkfifo fifo
	cat t.csv >fifo &
	try etl-cut fifo t.csv
	[ "${#lines[@]}" -eq 5 ]
	printf 'a,b,c\n"1,2,3\n' >open.csv
	try etl-cut open.csv t.csv
	fails 1 'open.csv:2: byte 1: unterminated quote'
}

@test "lines are counted per operand" {
	printf 'a,b,c\n1,2\n' >short.csv
	try etl-cut t.csv short.csv
	fails 1 'short.csv:2: 2 fields'
}

@test "-N, --header, --rename-header, --no-out-header" {
	try etl-cut -N t.csv
	prints "$(cat t.csv)"
	try etl-cut --header x,y,z -f z,x t.csv
	prints 'z,x
c,a
3,1
6,4'
	try etl-cut --header x,y,z --no-out-header -f x t.csv
	prints 'a
1
4'
	try etl-cut -N --header x,y,z -f x t.csv
	[ "${lines[0]}" = x ]
	try etl-cut --rename-header '"x,1",y,z' -f 'z,"x,1"' t.csv
	prints 'z,"x,1"
3,1
6,4'
	try etl-cut --rename-header x,y t.csv
	fails 2 'option --rename-header: 2 names for 3 columns'
	try etl-cut --rename-header 'x,"y' t.csv
	fails 2 'is not one record of CSV'
	try etl-cut --header "$(printf 'a\nb')" t.csv
	fails 2 'is not one record of CSV'
	try etl-cut -N --rename-header x,y,z t.csv
	fails 2 'there is no header to rename'
	try etl-cut --header x,y t.csv
	fails 1 't.csv:1: 3 fields where there are 2 columns'
}

@test "dialects: every one to every other, and back" {
	local -A in=([csv]='' [semi]='-d ;' [tsv]='-t --tsv-escape') out=([csv]='' [semi]='-D ;' [tsv]='-T --tsv-escape')
	python3 - <<-'END'
	import csv, random
	random.seed(5)
	rows = [['a', 'b', 'c']] + [[''.join(random.choice('x,;\t"\n\r\\ é') for _ in range(random.randrange(6)))
	    for _ in range(3)] for _ in range(400)]
	with open('csv', 'w', newline='') as f:
	    csv.writer(f, lineterminator='\n', quoting=csv.QUOTE_ALL).writerows(rows)
	END
	for from in csv semi tsv; do
		[ -e $from ] || etl-cut ${out[$from]} csv >$from
		for to in csv semi tsv; do
			etl-cut ${in[$from]} ${out[$to]} $from | etl-cut ${in[$to]} >$from-$to
		done
	done
	python3 - *-* <<-'END'
	import csv, sys
	read = lambda name: list(csv.reader(open(name, newline=''), strict=True))
	for name in sys.argv[1:]:
	    assert read(name) == read('csv'), name
	END
	[ "$(wc -l <tsv)" -eq 401 ]
}

@test "TSV: quotes are literal; what it cannot hold is an error" {
	becomes 'a\tb\n"x"\ty"z\n' 'a\tb\n"x"\ty"z\n' -t -T
	becomes 'a\tb\n"x"\ty\n' 'a,b\n"""x""",y\n' -t
	becomes 'a\tb\nx,y\t\n' 'a,b\n"x,y",\n' -t
	becomes 'a,b\n"x ""1""","2,3"\n' 'a\tb\nx "1"\t2,3\n' -T
	becomes 'a\n\nx\n' 'a\n\nx\n' -t -T
	becomes 'a\n""\n' 'a\n\n' -T
	malformed 'a,b\n1,2\n3,"x\ty"\n' "text:3: TSV cannot hold 'x\\x09y' (--tsv-escape can)" -T
	malformed 'a,b\n1,"x\ny"\n' "TSV cannot hold 'x\\x0ay'" -T
	malformed '"a\tb",c\n' "text:1: TSV cannot hold" -T
	becomes 'a,b\n1,"x\ty\nz\r\\\\"\n' 'a\tb\n1\tx\\ty\\nz\\r\\\\\\\\\n' -T --tsv-escape
	becomes 'a\tb\n\\tx\t\\\\t\n' 'b\ta\n\\\\t\t\\tx\n' -t -T --tsv-escape -f b,a
	becomes 'a\tb\n\\tx\t1\n' 'a\tb\n\\tx\t1\n' -t -T
}

@test "delimiters" {
	becomes 'a;b\n1,2;3\n' 'a,b\n"1,2",3\n' -d ';'
	becomes 'a,b\n"1;2",3\n' 'a;b\n"1;2";3\n' -D ';'
	becomes 'a,b\n1;2,3\n' 'a;b\n"1;2";3\n' -D ';'
	becomes 'a|b\n"1|2"|""\n' 'a|b\n"1|2"|""\n' -d '|' -D '|'
	becomes 'a;b\n"x""y";""\n' 'a,b\n"x""y",""\n' -d ';'
	becomes 'a\tb\n"x\ty"\tz\n' 'a,b\n"x\ty",z\n' -d '\t'
	becomes 'a\xffb\n1\xff2\n' 'a,b\n1,2\n' -d "$(printf '\xff')"
	for bad in '"' "$(printf '\r')"; do
		try etl-cut -d "$bad" t.csv
		fails 2 'option --delimiter: a quote or the end of a line'
		try etl-cut -D "$bad" t.csv
		fails 2 'option --out-delimiter: a quote or the end of a line'
	done
	try etl-cut -t -d ';' t.csv
	fails 2 'exclude each other'
	try etl-cut -T -D ';' t.csv
	fails 2 'exclude each other'
}

# Where it goes

@test "input and output the same file: refused" {
	cp t.csv f
	status=0
	etl-cut f >>f 2>err || status=$?
	fails 2 'f: input and output are the same file'
	cmp f t.csv
	status=0
	etl-cut <f >>f 2>err || status=$?
	fails 2 'stdin: input and output are the same file'
	status=0
	etl-cut f >f 2>err || status=$?
	fails 2 'the same file'
	etl-cut </dev/null >/dev/null --allow-empty
}

@test "-o: the file appears whole; -o f f works; the mode stays" {
	cp t.csv f
	chmod 640 f
	etl-cut -f b -o f f
	[ "$(cat f)" = "$(printf 'b\n2\n5')" ]
	[ "$(stat -c %a f)" = 640 ]
	(umask 027 && etl-cut -o new t.csv)
	[ "$(stat -c %a new)" = 640 ]
	(umask 077 && etl-cut -o new t.csv)
	[ "$(stat -c %a new)" = 640 ]
	no_temporaries
}

@test "-o leaves nothing where the run failed" {
	echo old >f
	printf 'a,b\n1,2\n1\n' >bad.csv
	for arguments in bad.csv '-f nope t.csv' missing.csv '-T -D ; t.csv'; do
		try etl-cut -o f $arguments
		[ "$status" -ne 0 ]
		[ "$(cat f)" = old ]
		no_temporaries
	done
	try etl-cut -o missing/f t.csv
	fails 2 "missing/f: there is no directory 'missing'"
	if [ -d /proc/self ]; then
		try etl-cut -o /proc/f t.csv
		fails 2 "/proc/f: nothing can be created in '/proc'"
	fi
	try etl-cut -o . t.csv
	fails 2 '.: Is a directory'
}

@test "-o through a symlink replaces the file that it names" {
	mkdir d
	cp t.csv d/real
	ln -s d/real link
	etl-cut -f a -o link t.csv
	[ -L link ]
	[ "$(wc -l <d/real)" -eq 3 ]
	[ "$(head -n 1 d/real)" = a ]
	ln -s d/none dangling
	etl-cut -f b -o dangling t.csv
	[ -L dangling ]
	[ "$(head -n 1 d/none)" = b ]
	ln -s loop loop
	try etl-cut -o loop t.csv
	[ "$status" -eq 2 ]
	no_temporaries
}

@test "-o to a FIFO and to a device writes straight" {
	mkfifo fifo
	cat fifo >got &
	etl-cut -o fifo t.csv
	wait $!
	cmp got t.csv
	[ -p fifo ]
	etl-cut -o /dev/null t.csv
	[ -c /dev/null ]
}

@test "SIGTERM: the temporary goes, the target stays, the status is the signal's" {
	echo old >f
	mkfifo fifo
	etl-cut -o f fifo &
	local pid=$!
	exec 9>fifo
	printf 'a,b\n1,2\n' >&9
	wait_for bash -c 'ls -A | grep -q "^\.f\..*\.tmp$"'
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	exec 9>&-
	[ "$status" -eq 143 ]
	[ "$(cat f)" = old ]
	no_temporaries
}

@test "a temporary that a killed run left is swept by the next, one in use is not" {
	mkfifo fifo
	etl-cut -o f fifo &
	local killed=$!
	exec 9>fifo
	printf 'a,b\n' >&9
	wait_for bash -c 'ls -A | grep -q "^\.f\..*\.tmp$"'
	kill -KILL $killed
	wait $killed || true
	exec 9>&-
	[ "$(find . -name '.f.*.tmp' | wc -l)" -eq 1 ]
	etl-cut -o f fifo &
	local running=$!
	exec 9>fifo
	printf 'a,b,c\n' >&9
	wait_for bash -c '[ "$(find . -name ".f.*.tmp" | wc -l)" -eq 1 ] && [ ! -s .f.*.tmp ]'
	etl-cut -o f t.csv
	[ "$(find . -name '.f.*.tmp' | wc -l)" -eq 1 ]
	exec 9>&-
	wait $running
	[ "$(cat f)" = a,b,c ]
	no_temporaries
	: >.f.other.tmp
	: >.f.abcdefghijkl.tmp.x
	etl-cut -o f t.csv
	[ -e .f.other.tmp ]
	[ -e .f.abcdefghijkl.tmp.x ]
}

@test "the output is synced and renamed in that order" {
	command -v strace >/dev/null || skip 'no strace'
	strace -f -o log -e trace=write,fsync,rename,renameat,renameat2,fchmod etl-cut -o f t.csv 2>/dev/null || skip 'strace may not trace here'
	[ "$(sed -n 's/^[0-9]* *\([a-z]*\)(.*/\1/p' log | paste -sd' ')" = 'write fchmod fsync rename fsync' ]
}

@test "a full file system: exit 2, nothing left" {
	mkdir small
	mount -t tmpfs -o size=64k tmpfs small 2>/dev/null || skip 'no tmpfs may be mounted here'
	echo old >small/f
	seq -f '%.0f,x' 100000 >big.csv
	try etl-cut -N -o small/f big.csv
	local found
	found=$(find small -name '.*.tmp')
	local content
	content=$(cat small/f)
	umount small
	fails 2 'small/f: No space left on device'
	[ -z "$found" ]
	[ "$content" = old ]
}

@test "a limit on the size of files: exit 2" {
	seq -f '%.0f,x' 100000 >big.csv
	run bash -c 'ulimit -f 64; etl-cut -N big.csv >out 2>err'
	fails 2 'stdout: File too large'
	run bash -c 'ulimit -f 64; etl-cut -N -o f big.csv 2>err'
	fails 2 'f: File too large'
	[ ! -e f ]
	no_temporaries
}

@test "errors of write, fsync, rename and close: exit 2, nothing left" {
	command -v strace >/dev/null || skip 'no strace'
	strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
	for fault in write:error=EIO fsync:error=EIO rename:error=EACCES fchmod:error=EPERM; do
		echo old >f
		status=0
		strace -o /dev/null -e inject=$fault:when=1 etl-cut -o f t.csv 2>err || status=$?
		[ "$status" -eq 2 ] || { echo "$fault: status $status"; return 1; }
		[ "$(cat f)" = old ]
		no_temporaries
	done
	status=0
	seq -f '%.0f,x' 100000 >big.csv
	strace -o /dev/null -P "$PWD/big.csv" -e inject=read:error=EIO:when=3 etl-cut -N big.csv >out 2>err || status=$?
	fails 2 'big.csv: Input/output error'
}

@test "interrupted calls and full pipes are no errors" {
	command -v strace >/dev/null || skip 'no strace'
	strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
	seq -f '%.0f,x' 50000 >big.csv
	strace -o /dev/null -P "$PWD/big.csv" -P "$PWD/out" -e inject=read,write:error=EINTR:when=1+2 etl-cut -N big.csv >out
	cmp out big.csv
	strace -o /dev/null -e inject=write:error=EAGAIN:when=1+2 etl-cut -N big.csv | cmp - big.csv
}

# How it comes

@test "one byte at a time" {
	printf '\xef\xbb\xbfa,"b\n"\r\n1,"x""y"\r\n\r\n"q\r\nr",4' >text
	etl-cut text >want
	python3 -c 'import os
for byte in open("text", "rb").read():
    os.write(1, bytes([byte]))' | etl-cut | cmp - want
	for scan in portable libcsv; do
		python3 -c 'import os
for byte in open("text", "rb").read():
    os.write(1, bytes([byte]))' | ETL_SCAN=$scan etl-cut -f 2,1 | ETL_SCAN=$scan etl-cut -f 2,1 >got
		cmp got <(ETL_SCAN=$scan etl-cut text)
	done
}

@test "O_NONBLOCK on standard input and output" {
	seq -f '%.0f,x' 200000 >big.csv
	python3 - <<-'END'
	import fcntl, os, subprocess, sys, threading, time
	def unblock(fd):
	    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_NONBLOCK)
	data = open('big.csv', 'rb').read()
	in_r, in_w = os.pipe()
	out_r, out_w = os.pipe()
	unblock(in_r)
	unblock(out_w)
	child = subprocess.Popen(['etl-cut', '-N'], stdin=in_r, stdout=out_w)
	os.close(in_r)
	os.close(out_w)
	def feed():
	    for at in range(0, len(data), 300000):
	        time.sleep(0.02)
	        with_rest = data[at:at + 300000]
	        while with_rest:
	            with_rest = with_rest[os.write(in_w, with_rest):]
	    os.close(in_w)
	threading.Thread(target=feed).start()
	got = b''
	while True:
	    piece = os.read(out_r, 50000)
	    if not piece:
	        break
	    got += piece
	    time.sleep(0.0005)
	sys.exit(child.wait() != 0 or got != data)
	END
}

@test "records leave before the next ones are waited for" {
	mkfifo in out
	etl-cut <in >out &
	exec 8>in 9<out
	printf 'a,b\n1,2\n3,' >&8
	read -r -t 5 line <&9
	[ "$line" = a,b ]
	read -r -t 5 line <&9
	[ "$line" = 1,2 ]
	printf '4\n' >&8
	exec 8>&-
	read -r -t 5 line <&9
	[ "$line" = 3,4 ]
	exec 9<&-
	wait
}

# Rejects

@test "rejects: the columns, the record verbatim" {
	printf 'a,b\n1,2\n3\n4,x"y\n5,"q"r\r\n"m\nn"z,6\n7\r8,9\n10,11\n' >bad.csv
	try etl-cut --rejects r.csv bad.csv
	prints 'a,b
1,2
10,11'
	[ "$(cat err)" = 'etl-cut: 5 of 7 records rejected: see r.csv' ]
	cat >want.csv <<-'END'
	stage,file,line,byte,column,code,reason,record
	etl-cut,bad.csv,3,,,ragged,1 field where there are 2 columns,3
	etl-cut,bad.csv,4,4,,quote-inside,quote inside an unquoted field,"4,x""y"
	etl-cut,bad.csv,5,6,,after-quote,text after a closing quote,"5,""q""r"
	etl-cut,bad.csv,7,3,,after-quote,text after a closing quote,"""m
	n""z,6"
	END
	printf 'etl-cut,bad.csv,8,2,,lone-cr,CR without LF in an unquoted field,"7\r8,9"\n' >>want.csv
	cmp r.csv want.csv
	# A second run appends.
	try etl-cut --rejects r.csv bad.csv
	[ "$(grep -c '^stage,' r.csv)" -eq 1 ]
	[ "$(grep -c '^etl-cut,' r.csv)" -eq 10 ]
	etl-cut -f record r.csv >records.csv
}

@test "rejects: their file is neither an input nor the output" {
	printf 'a,b\n1,2\n3\n' >bad.csv
	cp bad.csv kept.csv
	ln -s r.csv link.csv
	for command in '--rejects bad.csv bad.csv' '--rejects bad.csv <bad.csv' '--rejects bad.csv kept.csv - <bad.csv'; do
		try bash -c "etl-cut $command"
		fails 2 ': input and --rejects are the same file'
		cmp bad.csv kept.csv
	done
	for command in '-o r.csv' '-o link.csv' '>r.csv' '>>r.csv'; do
		try bash -c "etl-cut --rejects r.csv bad.csv $command"
		fails 2 ': output and --rejects are the same file'
	done
	try etl-cut --rejects /dev/null -o /dev/null bad.csv
	[ "$status" -eq 0 ]
}

@test "rejects: the cap, as a number and as a percentage" {
	{ echo a,b; printf '1,2\n%.0s' $(seq 90); printf '1\n%.0s' $(seq 10); } >bad.csv
	try etl-cut --max-rejects 10 bad.csv
	[ "$status" -eq 0 ]
	fails 0 '10 of 100 records rejected'
	try etl-cut --max-rejects 9 bad.csv
	fails 1 'bad.csv:101: 1 field where there are 2 columns: more than 9 rejects'
	try etl-cut --max-rejects 0 bad.csv
	fails 1 'bad.csv:92: 1 field where there are 2 columns: more than 0 rejects'
	try etl-cut --max-rejects 10% -o out bad.csv
	[ "$status" -eq 0 ]
	rm out
	try etl-cut --max-rejects 9% -o out bad.csv
	fails 1 '10 of 100 records rejected: more than 9%'
	[ ! -e out ]
	try etl-cut --max-rejects 9 --rejects r.csv -o out bad.csv
	fails 1 'more than 9 rejects'
	[ "$(wc -l <r.csv)" -eq 11 ]
	for bad in x -1 101% '' % 1.5; do
		try etl-cut --max-rejects "$bad" bad.csv
		fails 2 'is neither a number nor a percentage'
	done
}

@test "rejects: --ragged=reject needs a place, a malformed header is never a reject" {
	try etl-cut --ragged=reject t.csv
	fails 2 'option --ragged=reject needs --rejects or --max-rejects'
	printf 'a,b\n1\n1,2,3\n' >bad.csv
	try etl-cut --ragged=fill,reject --rejects r.csv bad.csv
	prints 'a,b
1,'
	malformed 'a,"b"x\n1,2\n' 'text:1: byte 6: text after a closing quote' --rejects r.csv
	malformed 'x"a,"b\n1,2\n' 'text:1: unterminated quote' --rejects r.csv --lenient
	becomes '"1"x,2\n3,4\n' '3,4\n' --rejects r.csv -N
	try etl-cut --rejects missing/r.csv t.csv
	fails 2 'missing/r.csv: No such file or directory'
	try etl-cut --rejects /dev/full --ragged=reject bad.csv
	fails 2 '/dev/full: No space left on device'
}

@test "rejects: two stages share a file, each row is whole" {
	python3 - <<-'END'
	with open('bad.csv', 'w') as f:
	    f.write('a,b\n')
	    for i in range(20000):
	        f.write(f'{i},"x\n{i}"\n{i}\n' if i % 2 else f'{i},y"{i}\n')
	END
	etl-cut --rejects r.csv bad.csv >/dev/null 2>&1 &
	etl-cut --rejects r.csv bad.csv >/dev/null 2>&1
	wait $!
	python3 - <<-'END'
	import csv, sys
	rows = list(csv.reader(open('r.csv', newline=''), strict=True))
	sys.exit(len(rows) != 1 + 2 * 20000 or any(len(row) != 8 for row in rows))
	END
}

@test "rejects: a kill leaves whole rows" {
	mkfifo fifo
	etl-cut --rejects r.csv fifo >/dev/null &
	local pid=$!
	exec 9>fifo
	printf 'a,b\n1\n2\n' >&9
	sleep 0.2
	kill -TERM $pid
	wait $pid || true
	exec 9>&-
	[ "$(tail -n +2 r.csv | wc -l)" -eq 2 ]
}

@test "rejects: a full disk takes back a row written in part" {
	mkdir small
	mount -t tmpfs -o size=16k tmpfs small 2>/dev/null || skip 'no tmpfs may be mounted here'
	{ echo a,b; seq 2000; } >bad.csv
	try etl-cut --rejects small/r.csv bad.csv
	cp small/r.csv r.csv
	umount small
	fails 2 'small/r.csv: No space left on device'
	[ "$(tail -c 1 r.csv | od -An -c | tr -d ' ')" = '\n' ]
}

# The record of the run

@test "--stats: one line of JSON for each run" {
	printf 'a,b\n1,2\n3\n4,5\n' >in.csv
	etl-cut --stats s.json --rejects r.csv -f a in.csv 2>/dev/null | etl-cut --stats s.json -o out.csv
	try etl-cut --stats s.json -f nope in.csv
	try etl-cut --stats s.json "$(printf 'odd "\\\t\001name')"
	python3 - <<-'END'
	import json
	runs = [json.loads(line) for line in open('s.json', 'rb')]
	def run_with(argument):
	    found = [run for run in runs if argument in run['argv']]
	    assert len(found) == 1
	    return found[0]
	first, second, wrong = run_with('r.csv'), run_with('out.csv'), run_with('nope')
	missing = run_with('odd "\\\t\x01name')
	assert first['program'] == 'etl-cut' and first['status'] == 0
	assert (first['in'], first['out'], first['filtered'], first['rejected']) == (3, 2, 0, 1)
	assert first['bytes_in'] == 14 and first['bytes_out'] == 6
	assert first['argv'][1:] == ['--stats', 's.json', '--rejects', 'r.csv', '-f', 'a', 'in.csv']
	assert second['in'] == second['out'] == 2 and second['rejected'] == 0
	for run in first, second:
	    assert run['cpu'] >= 0 and run['peak_memory'] > 0 and run['blocked_read'] >= 0
	assert wrong['status'] == 2 and missing['status'] == 2 and len(runs) == 4
	END
}

@test "--stats: many operands, an argument that is no UTF-8" {
	for n in $(seq 2000); do printf 't.csv '; done >names
	etl-cut --stats s.json $(cat names) >/dev/null
	python3 -c 'import json; r = json.loads(open("s.json", "rb").read()); assert r["in"] == 4000'
	cp t.csv "$(printf 'b\xff.csv')"
	etl-cut --stats b.json "$(printf 'b\xff.csv')" >/dev/null
	python3 -c 'import json; json.loads(open("b.json", "rb").read())'
	try etl-cut --stats missing/s.json t.csv
	fails 2 'missing/s.json'
}

@test "a file to write is not called -" {
	for option in --output --rejects --stats; do
		try etl-cut $option - t.csv
		fails 2 "etl-cut: option $option: '-' is not a file to write; one of that name is ./-"
		[ ! -e ./- ]
	done
	try etl-join -k a --unpaired-left=- t.csv t.csv
	fails 2 "option --unpaired-left: '-' is not"
	try etl-tail-window -n 1 --store - t.csv
	fails 2 "option --store: '-' is not"
	etl-cut -f a -o ./- t.csv
	[ "$(cat ./-)" = $'a\n1\n4' ]
}

# The same, whatever the block and the scanner

@test "ETL_BLOCK, ETL_SCAN: what they may be" {
	for block in 0 x -1 100000000; do
		try env ETL_BLOCK=$block etl-cut t.csv
		fails 2 'ETL_BLOCK: '
	done
	try env ETL_SCAN=fast etl-cut t.csv
	fails 2 "ETL_SCAN: 'fast' cannot run here"
}

@test "the same result for every block, scanner and libcsv" {
	python3 "$BATS_TEST_DIRNAME/stream-matrix"
}
