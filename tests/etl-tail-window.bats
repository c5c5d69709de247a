#!/usr/bin/env bats
# etl-tail-window: the last records, and the store that they are kept in from run to run.

load setup

# A header and readings FIRST..LAST: `t,v`, with v = 10 * t.
readings() { # FIRST LAST
	echo t,v
	seq "$1" "$2" | sed 's/.*/&,&0/'
}

# The store is s.csv, with readings 1..3, and `before` is its copy.
setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	readings 1 3 >s.csv
	cp s.csv before
}

teardown() {
	[ -z "${USER_COPY:-}" ] || rm -r "$USER_COPY"
}

unchanged() {
	cmp s.csv before
	[ -z "$(find . -name '.*.tmp')" ]
}

# A user who cannot override permissions: words to put before a command.
as_user() {
	USER_WORDS=(env)
	USER_BIN=$ETL_BIN
	if [ "$(id -u)" -eq 0 ]; then
		USER_COPY=$(mktemp -d)
		USER_BIN=$USER_COPY
		chmod 755 "$USER_BIN"
		cp "$ETL_BIN/etl-tail-window" "$USER_BIN"
		USER_WORDS=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	fi
}

traced() {
	strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
}

# ---- The window of one input

@test "the last records, under the header" {
	readings 1 100 >in.csv
	try etl-tail-window -n 2 in.csv
	prints $'t,v\n99,990\n100,1000'
	try etl-tail-window --rows=1 <in.csv
	prints $'t,v\n100,1000'
	try etl-tail-window in.csv -n 100
	prints "$(cat in.csv)"
	try etl-tail-window -n 1000 in.csv
	prints "$(cat in.csv)"
	try etl-tail-window -n 3 before in.csv before
	prints "$(cat before)"
	try etl-tail-window -n 4 before in.csv before
	prints $'t,v\n100,1000\n1,10\n2,20\n3,30'
}

@test "fields stay byte for byte" {
	scanner_only
	printf '\xef\xbb\xbf"a",b\r\n007,"x"\r\n1.50,"p ""q""\n"\r\n\r\n\x00,\xff' >text
	etl-tail-window -n 2 text | cmp - <(printf '"a",b\n1.50,"p ""q""\n"\n\x00,\xff\n')
	etl-tail-window -n 9 --key b --store new.csv text | cmp - <(printf '"a",b\n007,"x"\n1.50,"p ""q""\n"\n\x00,\xff\n')
	etl-tail-window -n 9 --key b --store new.csv text | cmp - new.csv
	cmp new.csv <(printf '"a",b\n007,"x"\n1.50,"p ""q""\n"\n\x00,\xff\n')
}

@test "header only, no final newline, nothing" {
	printf 'a,b' >text
	try etl-tail-window -n 2 text
	prints 'a,b'
	printf 'a,b\n1,2' >text
	try etl-tail-window -n 2 text
	prints $'a,b\n1,2'
	: >text
	try etl-tail-window -n 2 text
	fails 1 'text: empty: there is no header'
	try etl-tail-window -n 2 --allow-empty text
	prints ''
	try etl-tail-window -n 2 -N text
	prints ''
}

@test "one column: an empty line is an empty value" {
	printf 'a\n1\n\n2\n\n' >text
	try etl-tail-window -n 3 text
	prints $'a\n""\n2\n""'
	try etl-tail-window -n 3 --store new.csv text
	prints $'a\n""\n2\n""'
	try etl-tail-window -n 4 --store new.csv text
	prints $'a\n1\n""\n2\n""'
}

@test "dialects in and out" {
	printf 'a\tb\n1,5\t"x\n2\ty\n' >text
	try etl-tail-window -n 2 -t text
	prints $'a,b\n"1,5","""x"\n2,y'
	try etl-tail-window -n 2 -t -T text
	prints $'a\tb\n1,5\t"x\n2\ty'
	printf 'a;b\n1;"2;3"\n4;5\n' >text
	try etl-tail-window -n 2 -d ';' -D '|' text
	prints $'a|b\n1|"2;3"\n4|5'
	try etl-tail-window -n 1 -N before
	prints 3,30
	try etl-tail-window -n 1 --header x,y before
	prints $'x,y\n3,30'
	try etl-tail-window -n 1 --no-out-header before
	prints 3,30
	try etl-tail-window -n 1 -o out before
	prints ''
	[ "$(cat out)" = $'t,v\n3,30' ]
}

@test "malformed and ragged records" {
	printf 'a,b\n1,2\n3\n4,5\n6,x"y\n' >text
	try etl-tail-window -n 1 text
	[ -z "$output" ]
	fails 1 'text:3: 1 field where there are 2 columns'
	try etl-tail-window -n 2 --rejects r.csv text
	prints $'a,b\n1,2\n4,5'
	grep -q '2 of 4 records rejected' err
	[ "$(grep -c etl-tail-window r.csv)" -eq 2 ]
	try etl-tail-window -n 2 --lenient --ragged fill text
	prints $'a,b\n4,5\n6,"x""y"'
}

# ---- Keys

@test "--key: the last of a key stays, where it came" {
	printf 'k,v\na,1\nb,2\n"a",3\nc,4\nb,5\n' >text
	scanner_only
	try etl-tail-window -n 9 --key k text
	prints $'k,v\n"a",3\nc,4\nb,5'
	try etl-tail-window -n 2 -k k text
	prints $'k,v\nc,4\nb,5'
	try etl-tail-window -n 9 -k v text
	prints "$(cat text)"
}

@test "--key: several columns, and none of them runs into the next" {
	printf 'a,b,v\nx,yz,1\nxy,z,2\nx,yz,3\n"x,y","z,",4\n"x,",,5\n' | sed '$d' >text
	try etl-tail-window -n 9 -k a,b text
	prints $'a,b,v\nxy,z,2\nx,yz,3\n"x,y","z,",4'
	try etl-tail-window -n 9 -k 'b,a' text
	prints $'a,b,v\nxy,z,2\nx,yz,3\n"x,y","z,",4'
	try etl-tail-window -n 9 -k 'q' text
	fails 2 "option --key: no such column: 'q'"
	try etl-tail-window -n 9 -k 'a,a' text
	fails 2 "option --key: column chosen twice: 'a'"
}

@test "--key: an empty one is an error, or a reject" {
	printf 'a,b,v\nx,1,1\nx,,2\ny,1,3\n' >text
	try etl-tail-window -n 9 -k a,b text
	fails 1 "etl-tail-window: text:3: column 'b': a key is empty"
	printf 'a,b,v\nx,1,1\nx,"",2\ny,1,3\n,,4\nz,1,5\n' >text
	for block in 1 7 262144; do
		rm -f r.csv
		try env ETL_BLOCK=$block etl-tail-window -n 9 -k a,b --rejects r.csv text
		prints $'a,b,v\nx,1,1\ny,1,3\nz,1,5'
		try etl-cut -f line,column,code,reason r.csv
		prints $'line,column,code,reason\n3,b,key,column \'b\': a key is empty\n5,a,key,column \'a\': a key is empty'
	done
	try etl-tail-window -n 9 -k a text --max-rejects 0
	fails 1 'more than 0 rejects'
}

@test "--key: one of 1 MiB, and many that are dropped" {
	{ echo k,v; python3 -c 'print("x" * (1 << 20) + ",1\ny,2\n" + "x" * (1 << 20) + ",3")'; } >text
	try bash -c 'etl-tail-window -n 9 -k k text | cut -c 1-3,1048577-'
	prints $'k,v\ny,2\nxxx,3'
	awk 'BEGIN { print "k,v"; for (i = 0; i < 200000; i++) print "key number " i ",v" }' >text
	etl-tail-window -n 3 -k k --stats st text | cmp - <(sed -n '1p;199999,$p' text)
	grep -q '"in":200000,.*"out":3,.*"filtered":199997,' st
	[ "$(grep -o '"peak_memory":[0-9]*' st | cut -d: -f2)" -le 16000000 ]
}

# ---- Times

# A record for each time, numbered: `ts,n`.
times() { # TIME...
	echo ts,n
	printf '%s\n' "$@" | awk '{ print $0 "," NR }'
}

@test "--last: back from the newest time, that far included" {
	times 10:59:59 11:00:00 11:30:00 12:00:00 | sed 's/^1/2026-11-24T1/' >text
	try etl-tail-window --last 1h --time ts text
	prints $'ts,n\n2026-11-24T11:00:00,2\n2026-11-24T11:30:00,3\n2026-11-24T12:00:00,4'
	for span in 60m 3600s; do
		etl-tail-window --last $span --time ts text | diff - <(echo "$output")
	done
	try etl-tail-window --last 0s --time ts text
	prints $'ts,n\n2026-11-24T12:00:00,4'
	try etl-tail-window --last 1d --time '#1' text
	prints "$(cat text)"
	times 2026-11-10 2026-11-17 2026-11-18 2026-11-24 >text
	try etl-tail-window --last 1w --time ts text
	prints $'ts,n\n2026-11-17,2\n2026-11-18,3\n2026-11-24,4'
	try etl-tail-window --last 6d --time ts text
	prints $'ts,n\n2026-11-18,3\n2026-11-24,4'
	try etl-tail-window --last 99999999999w --time ts text
	prints "$(cat text)"
	times 0001-01-01 9999-12-31T23:59:59.999999999Z >text
	try etl-tail-window --last 9999999w --time ts text
	prints "$(cat text)"
}

@test "--time: in order of time, equal ones as they came" {
	times 2026-11-24T10:02Z 2026-11-24T10:01Z 2026-11-24T11:01+01:00 '2026-11-24 10:01:00.000' 2026-11-24T10:00:59.9Z >text
	try etl-tail-window -n 9 --time ts text
	[ "$(sed 's/.*,//' <<<"$output" | paste -sd ' ')" = 'n 5 2 3 4 1' ]
	try etl-tail-window -n 3 --time ts text
	[ "$(sed 's/.*,//' <<<"$output" | paste -sd ' ')" = 'n 3 4 1' ]
	try etl-tail-window -n 9 text
	prints "$(cat text)"
}

@test "--last and -n together: both limits hold" {
	times 2026-11-24T10:0{0..9}Z >text
	try etl-tail-window --last 5m -n 3 --time ts text
	prints "$(sed -n '1p;9,$p' text)"
	try etl-tail-window --last 1m -n 3 --time ts text
	prints "$(sed -n '1p;10,$p' text)"
}

@test "a clock that is set back does no harm: late records are filtered" {
	times 2026-11-24T11:58Z 2026-11-24T11:59Z 2026-11-24T12:00Z >text
	etl-tail-window --last 1h -n 3 --time ts --store new.csv text >out
	printf 'ts,n\n2026-11-24T03:00Z,4\n' >late
	etl-tail-window --last 1h -n 3 --time ts --store new.csv --stats st late >out
	cmp out text
	cmp new.csv text
	grep -q '"in":4,.*"out":3,.*"filtered":1,' st
	# Within the window it has its place, and pushes out the one that is oldest.
	printf 'ts,n\n2026-11-24T11:58:30Z,5\n' >late
	etl-tail-window --last 1h -n 3 --time ts --store new.csv late >out
	[ "$(sed 's/.*,//' out | paste -sd ' ')" = 'n 5 2 3' ]
}

@test "--key with --time: the record with the later time stays, of equal ones the one that came later" {
	printf 'k,ts,n\na,2026-11-24T10:05Z,1\nb,2026-11-24T10:01Z,2\na,2026-11-24T10:03Z,3\nb,2026-11-24T10:01Z,4\n' >text
	try etl-tail-window -n 9 --time ts --key k text
	prints $'k,ts,n\nb,2026-11-24T10:01Z,4\na,2026-11-24T10:05Z,1'
	etl-tail-window --last 1h --time ts --key k --store new.csv text >first
	etl-tail-window --last 1h --time ts --key k --store new.csv text >again
	cmp first again
	cmp new.csv again
}

@test "--time: what is no time is an error with its line, or a reject" {
	times 2026-11-24 2026-02-30 2026-11-25 >text
	try etl-tail-window --last 1w --time ts text
	fails 1 "etl-tail-window: text:3: column 'ts': no such time: '2026-02-30'"
	for bad in noon 2026-11-24T25:00Z '' '"a ""b"" c"' 24.11.2026 '2026-11-24 ' 1795539755; do
		times 2026-11-24 "$bad" 2026-11-25 >text
		try etl-tail-window --last 1w --time ts text
		fails 1 "etl-tail-window: text:3: column 'ts': no"
	done
	times 2026-11-24 noon 2026-11-25 '' >text
	for block in 1 64 262144; do
		rm -f r.csv
		try env ETL_BLOCK=$block etl-tail-window --last 1w --time ts --rejects r.csv text
		prints $'ts,n\n2026-11-24,1\n2026-11-25,3'
		try etl-cut -f line,column,code,reason r.csv
		prints $'line,column,code,reason\n3,ts,time,column \'ts\': not a time: \'noon\'\n5,ts,time,column \'ts\': not a time: \'\''
	done
}

@test "--time: a store without times is damaged" {
	readings 4 4 >text
	try etl-tail-window --last 1h --time t --store s.csv text
	fails 2 "s.csv:2: state damaged: column 't': not a time: '1'"
	unchanged
}

@test "--time-format" {
	times '24.11.2026 10:00' '24.11.2026 10:30' '23.11.2026 23:00' >text
	try etl-tail-window --last 15m --time ts --time-format '%d.%m.%Y %H:%M' text
	prints $'ts,n\n24.11.2026 10:30,2'
	try etl-tail-window --last 15m --time ts --time-format '%d.%m.%Y' text
	fails 1 "text:2: column 'ts': not a time: '24.11.2026 10:00'"
	try etl-tail-window --last 15m --time ts --time-format '%d.%Q' text
	fails 2 "option --time-format: "
	try bash -c "etl-tail-window -n 1 --time ts --time-format '%Q' < <(sleep 60)"
	fails 2 "option --time-format: "
	try etl-tail-window -n 1 --time-format '%d' text
	fails 2 'option --time-format: in which column is the time?'
}

@test "--last, --time: usage" {
	times 2026-11-24 >text
	try etl-tail-window --last 1h text
	fails 2 'option --last: in which column is the time?  --time says'
	try etl-tail-window --time ts text
	fails 2 'option -n or --last is missing'
	try etl-tail-window --last 1h --time when text
	fails 2 "option --time: no such column: 'when'"
	try etl-tail-window --last 1h --time ts,n text
	fails 2 "option --time: 'ts,n' is more than one column"
	for span in 1 h 1x 1hh -1h 1.5h '' 99999999999999999999h 9999999999999999w 18446744073709551615s; do
		try etl-tail-window --last "$span" --time ts text
		fails 2 "option --last: '$span' is no span of time such as 90s"
	done
}

# ---- The store

@test "--store: created, kept, trimmed" {
	readings 1 2 | etl-tail-window -n 3 --store new.csv >out
	cmp out <(readings 1 2)
	cmp new.csv out
	readings 3 3 | etl-tail-window -n 3 --store new.csv >out
	cmp out <(readings 1 3)
	cmp new.csv out
	readings 4 4 | etl-tail-window -n 3 --store new.csv >out
	cmp out <(readings 2 4)
	cmp new.csv out
	[ -e new.csv.lock ]
	[ -z "$(find . -name '.*.tmp')" ]
	# No new record is no reason to keep more than asked for.
	readings 1 0 | etl-tail-window -n 1 --store new.csv >out
	cmp out <(readings 4 4)
	cmp new.csv out
}

@test "--store is CSV, and has the header of its first input, whatever goes in and out" {
	printf 't\tv\n1\t"x"\n' >text
	try etl-tail-window -n 9 --store new.csv -t -D ';' --no-out-header text
	prints '1;"""x"""'
	[ "$(cat new.csv)" = $'t,v\n1,"""x"""' ]
	printf '2|"a,b"\n' >text
	try etl-tail-window -n 9 --store new.csv -d '|' --header t,v text
	prints $'t,v\n1,"""x"""\n2,"a,b"'
	printf 'x,y\n3,z\n' >text
	try etl-tail-window -n 9 --store new.csv --rename-header t,v -T text
	prints $'t\tv\n1\t"x"\n2\ta,b\n3\tz'
	[ "$(cat new.csv)" = $'t,v\n1,"""x"""\n2,"a,b"\n3,z' ]
	try etl-tail-window -n 9 --store new.csv -N text
	fails 2 'option -N: not with --store'
}

@test "--store: another header is status 1, and both are named" {
	printf 't,w\n4,40\n' >text
	try etl-tail-window -n 9 --store s.csv text
	fails 1 "column 2 is 'v' in s.csv, 'w' in the input"
	grep -qx 'etl-tail-window: s.csv: nothing was committed' err
	unchanged
	printf 't\n4\n' >text
	try etl-tail-window -n 9 --store s.csv text
	fails 1 'etl-tail-window: s.csv has 2 columns, the input has 1'
	unchanged
	printf '<html><body>Service unavailable</body></html>\n' >text
	try etl-tail-window -n 9 --store s.csv text
	fails 1 'etl-tail-window: s.csv has 2 columns, the input has 1'
	unchanged
	printf '"t","v"\n4,40\n' >text
	try etl-tail-window -n 9 --store s.csv text
	prints $'t,v\n1,10\n2,20\n3,30\n4,40'
}

@test "--key: the same input again leaves the store as it is" {
	scanner_only
	printf 't,v\n3,thirty\n5,"50"\n4,40\n5,fifty\n' >text
	for n in 1 2 3 4 5 9; do
		cp before s.csv
		etl-tail-window -n $n -k t --store s.csv text >first
		cp s.csv once
		for block in 1 64 262144; do
			ETL_BLOCK=$block etl-tail-window -n $n -k t --store s.csv text >again
			cmp s.csv once
			cmp first again
		done
	done
	[ "$(cat s.csv)" = $'t,v\n1,10\n2,20\n3,thirty\n4,40\n5,fifty' ]
}

@test "no input at all: an error; with --allow-empty the window as it was" {
	try etl-tail-window -n 9 --store s.csv /dev/null
	fails 1 '/dev/null: empty: there is no header'
	unchanged
	try etl-tail-window -n 9 --store s.csv --allow-empty /dev/null
	prints "$(cat before)"
	unchanged
	try etl-tail-window -n 9 --key t --store new.csv --allow-empty /dev/null
	prints ''
	[ ! -e new.csv ]
}

@test "--store: malformed or ragged input commits nothing; rejects are told once" {
	printf 't,v\n4,40\n5\n' >text
	try etl-tail-window -n 9 --store s.csv text
	fails 1 'text:3: 1 field where there are 2 columns'
	unchanged
	try etl-tail-window -n 9 --store s.csv --max-rejects 10% text
	fails 1 '1 of 2 records rejected: more than 10%'
	unchanged
	try etl-tail-window -n 9 --store s.csv --rejects r.csv text
	prints $'t,v\n1,10\n2,20\n3,30\n4,40'
	[ "$(grep -c 'records rejected' err)" -eq 1 ]
	grep -q '1 of 2 records rejected' err
}

# ---- A store that is damaged

# Fails unless the store, which is damaged, was refused and left as it is.
damaged() { # TEXT
	cp s.csv before
	readings 4 4 >text
	try etl-tail-window -n 9 --key t --store s.csv text
	fails 2 "$1"
	grep -qx 'etl-tail-window: s.csv: nothing was committed' err
	[ -z "$output" ]
	unchanged
}

@test "a damaged store: status 2, and it stays" {
	: >s.csv
	damaged 's.csv: state damaged: empty: there is no header'
	echo >s.csv
	damaged 's.csv: state damaged: nothing but blank lines: there is no header'
	printf 't,v\n1,10\n2,2' >s.csv
	damaged 's.csv: state damaged: the last record has no end'
	printf 't,v' >s.csv
	damaged 's.csv: state damaged: the last record has no end'
	printf 't,v\n1,10\n2\n' >s.csv
	damaged 's.csv:3: state damaged: 1 field where there are 2 columns'
	printf 't,v\n1,10\n2,x"y\n' >s.csv
	damaged 's.csv:3: state damaged: byte 4: quote inside an unquoted field'
	printf 't,v\n1,10\n2,"x\n' >s.csv
	damaged 's.csv:3: state damaged: byte 3: unterminated quote'
	printf '"t,v\n1,10\n' >s.csv
	damaged 's.csv:1: state damaged: byte 1: unterminated quote'
	printf '\xff\xfet\0\n' >s.csv
	damaged 's.csv: state damaged: UTF-16 text'
	printf 't,v\n1,10\n,20\n' >s.csv
	damaged "s.csv:3: state damaged: column 't': a key is empty"
	{ echo t,v; head -c 100 /dev/zero; } >s.csv
	damaged 's.csv: state damaged: the last record has no end'
}

@test "what is allowed of the input is not allowed of the store" {
	readings 4 4 >text
	printf 't,v\n1,10\n2\n3,x"y\n' >s.csv
	cp s.csv before
	for options in --lenient --ragged=fill '--rejects r.csv' '--max-rejects 100%' '--rejects r.csv --ragged=reject'; do
		try etl-tail-window -n 9 --store s.csv $options text
		fails 2 's.csv:3: state damaged: 1 field'
		unchanged
	done
	: >s.csv
	cp s.csv before
	try etl-tail-window -n 9 --store s.csv --allow-empty text
	fails 2 's.csv: state damaged: empty'
	unchanged
	{ echo t,v; head -c 2000 /dev/zero | tr '\0' x; echo ,y; } >s.csv
	cp s.csv before
	try etl-tail-window -n 9 --store s.csv --max-field 1K text
	fails 2 's.csv:2: state damaged: more than 1024 bytes in a field'
	unchanged
	try etl-tail-window -n 9 --store s.csv text
	[ "$status" -eq 0 ]
}

@test "a store cut off anywhere, or with any byte changed, is refused or still has all that can be told" {
	"$BATS_TEST_DIRNAME/fault/damaged-store"
}

@test "a store that is a directory, a FIFO, or out of reach: 2" {
	readings 4 4 >text
	mkdir d
	try etl-tail-window -n 9 --store d text
	fails 2 'etl-tail-window: d: not a regular file'
	mkfifo f
	try etl-tail-window -n 9 --store f text
	fails 2 'f: not a regular file'
	try etl-tail-window -n 9 --store /dev/null text
	fails 2 '/dev/null: not a regular file'
	try etl-tail-window -n 9 --store missing/s.csv text
	fails 2 "missing/s.csv: there is no directory 'missing'"
	try etl-tail-window -n 9 --store '' text
	fails 2 "option --store: '' is no file"
	[ ! -e .lock ]
	ln -s loop loop
	try etl-tail-window -n 9 --store loop text
	fails 2 'loop: Too many levels of symbolic links'
}

@test "a store that may not be written, read, or replaced: 2" {
	as_user
	chmod 777 .
	readings 4 4 >text
	chmod 444 s.csv
	try "${USER_WORDS[@]}" "$USER_BIN/etl-tail-window" -n 9 --store s.csv text
	fails 2 'etl-tail-window: s.csv: Permission denied'
	unchanged
	chmod 222 s.csv
	try "${USER_WORDS[@]}" "$USER_BIN/etl-tail-window" -n 9 --store s.csv text
	fails 2 's.csv: Permission denied'
	chmod 666 s.csv
	unchanged
	chmod 755 .
	rm -f s.csv.lock
	try "${USER_WORDS[@]}" "$USER_BIN/etl-tail-window" -n 9 --store s.csv text
	[ "$(id -u)" -ne 0 ] || fails 2 's.csv.lock: Permission denied'
	[ "$(id -u)" -ne 0 ] || unchanged
}

@test "a symbolic link stays one; the store keeps its mode" {
	mkdir d
	mv s.csv d/
	ln -s d/s.csv s.csv
	chmod 640 d/s.csv
	readings 4 4 | etl-tail-window -n 2 --store s.csv >out
	[ -L s.csv ]
	cmp d/s.csv <(readings 3 4)
	[ "$(stat -c %a d/s.csv)" = 640 ]
	[ -e d/s.csv.lock ] && [ ! -e s.csv.lock ]
	ln -s d/new.csv later.csv
	readings 1 1 | (umask 027; etl-tail-window -n 2 --store later.csv) >out
	[ -L later.csv ]
	cmp d/new.csv out
	[ "$(stat -c %a d/new.csv)" = 640 ]
}

@test "the store is neither input nor output: 2" {
	try etl-tail-window -n 9 --store s.csv s.csv
	fails 2 's.csv: is the store itself'
	unchanged
	try bash -c 'etl-tail-window -n 9 --store s.csv <s.csv'
	fails 2 'stdin: is the store itself'
	ln s.csv hard.csv
	try etl-tail-window -n 9 --store s.csv before hard.csv
	fails 2 'hard.csv: is the store itself'
	try etl-tail-window -n 9 --store s.csv -o ./s.csv before
	fails 2 './s.csv: is the store itself'
	try etl-tail-window -n 9 --store new.csv -o new.csv before
	fails 2 'new.csv: is the store itself'
	unchanged
	[ ! -e new.csv ]
	try bash -c 'etl-tail-window -n 9 --store s.csv before >>s.csv'
	fails 2 'input and output are the same file'
	unchanged
}

# ---- Two runs, and runs that end before their time

@test "two runs at once: the second ends with 75, or waits" {
	mkfifo feed
	etl-tail-window -n 9 --store s.csv feed >first 3>&- &
	local running=$!
	exec 9<>feed
	for _ in $(seq 100); do [ ! -e s.csv.lock ] || break; sleep 0.02; done
	readings 5 5 >text
	try etl-tail-window -n 9 --store s.csv --lock-wait 0 text
	fails 75 's.csv.lock: held by another run'
	grep -q 's.csv: nothing was committed' err
	unchanged
	etl-tail-window -n 9 --store s.csv --lock-wait 20 text >second 3>&- 9>&- &
	local waiting=$!
	sleep 0.3
	kill -0 $waiting
	readings 4 4 >&9
	exec 9>&-
	wait $running
	wait $waiting
	cmp first <(readings 1 4)
	cmp second <(readings 1 5)
	cmp s.csv second
	try etl-tail-window -n 9 --store s.csv --lock-wait soon text
	fails 2 "option --lock-wait: 'soon' is not a whole number"
}

@test "the lock of a run that was killed holds nobody up" {
	mkfifo feed
	etl-tail-window -n 9 --store s.csv feed 3>&- &
	local running=$!
	exec 9<>feed
	for _ in $(seq 100); do [ ! -e s.csv.lock ] || break; sleep 0.02; done
	kill -9 $running
	wait $running || true
	exec 9>&-
	unchanged
	readings 4 4 | etl-tail-window -n 9 --store s.csv --lock-wait 0 >out
	cmp out <(readings 1 4)
}

@test "a signal while records come: nothing is committed, nothing left, dead by that signal" {
	mkfifo feed
	for signal in TERM HUP; do
		etl-tail-window -n 9 --store s.csv feed 2>err 3>&- &
		local running=$!
		exec 9<>feed
		readings 4 9 >&9
		for _ in $(seq 100); do [ ! -e s.csv.lock ] || break; sleep 0.02; done
		sleep 0.1
		kill -$signal $running
		status=0
		wait $running || status=$?
		exec 9>&-
		[ "$status" -eq $((128 + $(kill -l $signal))) ]
		unchanged
	done
}

@test "an upstream that died or failed: nothing is committed" {
	readings 4 6 >text
	echo 7 >>text
	try bash -c 'set -o pipefail; etl-cut text | etl-tail-window -n 9 --store s.csv'
	fails 1 'etl-tail-window: stdin: the program upstream ended with status 1'
	unchanged
	mkfifo feed
	(echo $BASHPID >pid; exec etl-cut feed 3>&-) | etl-tail-window -n 9 --store s.csv >out 2>err 3>&- &
	local running=$!
	exec 9<>feed
	readings 4 6 >&9
	sleep 0.2
	kill -9 "$(cat pid)"
	status=0
	wait $running || status=$?
	exec 9>&-
	fails 75 'was killed before its end'
	unchanged
	try bash -c 'cat text | etl-tail-window -n 9 --store s.csv --require-clean'
	[ "$status" -ne 0 ]
	unchanged
}

# ---- The output

@test "standard output full or closed: the store is committed, and that is said" {
	readings 4 4 >text
	for output in '>/dev/full' '>&-' '-o /dev/full'; do
		cp before s.csv
		try bash -c "etl-tail-window -n 9 -k t --store s.csv text $output"
		[ "$status" -eq 2 ]
		grep -qx 'etl-tail-window: s.csv: committed; only the output is not complete' err
		cmp s.csv <(readings 1 4)
		try etl-tail-window -n 9 -k t --store s.csv text
		prints "$(cat s.csv)"
	done
	try bash -c 'etl-tail-window -n 9 text >/dev/full'
	fails 2 'stdout: No space left on device'
}

@test "a reader that leaves: silent, the store is committed" {
	readings 1 200000 >text
	try env --default-signal=PIPE bash -c 'etl-tail-window -n 150000 --store s.csv text | head -1; exit ${PIPESTATUS[0]}'
	[ "$status" -eq 141 ]
	[ "$output" = t,v ]
	[ ! -s err ]
	cmp s.csv <(readings 50001 200000)
	[ -z "$(find . -name '.*.tmp')" ]
}

@test "what comes behind it: the mark of its output" {
	readings 4 5 >text
	try bash -c 'set -o pipefail; etl-tail-window -n 2 --store s.csv text | etl-cut -o out --require-clean'
	prints ''
	cmp out <(readings 4 5)
	echo 6 >>text
	rm out
	try bash -c 'set -o pipefail; etl-tail-window -n 2 --store s.csv text | etl-cut -o out'
	fails 1 'upstream'
	[ ! -e out ]
}

# ---- The disk

@test "a full disk: 2, the store stays" {
	mkdir small
	mount -t tmpfs -o size=64k tmpfs small 2>/dev/null || skip 'no tmpfs may be mounted here'
	readings 1 3 >small/s.csv
	readings 1 100000 >big.csv
	try etl-tail-window -n 99999 --store small/s.csv big.csv
	local content found
	content=$(cat small/s.csv)
	found=$(find small -name '.*.tmp')
	umount small
	fails 2 'small/s.csv: No space left on device'
	grep -q 'small/s.csv: nothing was committed' err
	[ -z "$output" ]
	[ "$content" = "$(cat before)" ]
	[ -z "$found" ]
}

@test "a file system that is read-only: 2" {
	mkdir small
	mount -t tmpfs tmpfs small 2>/dev/null || skip 'no tmpfs may be mounted here'
	cp s.csv small/
	mount -o remount,ro small
	readings 4 4 >text
	try etl-tail-window -n 9 --store small/s.csv text
	umount small
	fails 2 'small/s.csv.lock: Read-only file system'
}

@test "a limit on the size of files: 2, the store stays" {
	readings 1 100000 >big.csv
	try bash -c 'ulimit -f 64; etl-tail-window -n 99999 --store s.csv big.csv'
	fails 2 's.csv: File too large'
	unchanged
}

@test "errors of write, fsync, rename and the like: 2, and the message says what became of the store" {
	traced
	readings 4 4 >text
	for fault in write:error=EIO:when=1 fsync:error=EIO:when=1 rename:error=EACCES:when=1 fchmod:error=EPERM:when=1 \
		flock:error=ENOLCK:when=1 flock:error=EIO:when=1; do
		status=0
		strace -o /dev/null -e "inject=$fault" etl-tail-window -n 9 --store s.csv text >out 2>err || status=$?
		fails 2 's.csv: nothing was committed'
		unchanged
	done
	# The second fsync is that of the directory.
	status=0
	strace -o /dev/null -e inject=fsync:error=EIO:when=2 etl-tail-window -n 9 --store s.csv text >out 2>err || status=$?
	fails 2 's.csv: replaced, but the disk may not have it yet'
	cmp s.csv <(readings 1 4)
	[ ! -s out ]
	status=0
	strace -o /dev/null -P "$PWD/s.csv" -e inject=read:error=EIO:when=1 etl-tail-window -n 9 --store s.csv text 2>err || status=$?
	fails 2 's.csv: Input/output error'
}

@test "write, fsync, rename, fsync, and only then the output" {
	traced
	readings 4 4 >text
	strace -o log -e trace=write,fsync,rename,renameat,renameat2 etl-tail-window -n 9 --store s.csv text >out
	[ "$(sed -n 's/^\([a-z0-9]*\)(.*/\1/p' log | paste -sd' ')" = 'write fsync rename fsync write' ]
	tail -1 log | grep -q '^+++' || false
	grep '^write' log | tail -1 | grep -q '^write(1,'
}

@test "killed at any write, fsync or rename: the old store or the new one, and the next run is right" {
	traced
	"$BATS_TEST_DIRNAME/fault/crash-store" kill
}

@test "a power cut behind any write, fsync or rename: the old store or the new one" {
	traced
	"$BATS_TEST_DIRNAME/fault/crash-store" power
}

# ---- The rest

@test "any cut into batches and runs: the same window" {
	"$BATS_TEST_DIRNAME/window-matrix"
}

@test "--stats: records of store and input = out + filtered + rejected" {
	readings 3 6 >text
	echo ,70 >>text
	etl-tail-window -n 4 -k t --store s.csv --rejects r.csv --stats st text >out
	cmp out <(readings 3 6)
	grep -q '"in":8,.*"out":4,.*"filtered":3,"rejected":1,' st
	rm st
	etl-tail-window -n 4 --stats st before >out
	grep -q '"in":3,.*"out":3,.*"filtered":0,"rejected":0,' st
}

@test "memory is that of the window, not of the input" {
	scanner_only
	readings 1 2000000 >big.csv
	etl-tail-window -n 60 --stats st big.csv >out
	cmp out <(readings 1999941 2000000)
	[ "$(grep -o '"peak_memory":[0-9]*' st | cut -d: -f2)" -le 8000000 ]
	rm st
	etl-tail-window -n 60 --key t --store new.csv --stats st big.csv >out
	cmp out new.csv
	[ "$(grep -o '"peak_memory":[0-9]*' st | cut -d: -f2)" -le 16000000 ]
}

@test "more in the window than there is memory: 2, the store stays" {
	case $ETL_BIN in *asan*) skip 'AddressSanitizer needs more than that to begin' ;; esac
	readings 1 1000000 >big.csv
	try bash -c 'ulimit -v 40000; etl-tail-window -n 900000 --store s.csv big.csv'
	fails 2 'etl-tail-window: out of memory'
	unchanged
}

@test "usage: 2" {
	try etl-tail-window before
	fails 2 'option -n or --last is missing'
	try etl-tail-window -n 0 before
	fails 2 'option -n: at least one record'
	try etl-tail-window -n -1 before
	fails 2 "option --rows: '-1' is not a whole number"
	try etl-tail-window -n 1h before
	fails 2 "option --rows: '1h' is not a whole number"
	try etl-tail-window -n 1 --stor s.csv before
	fails 2 "did you mean '--store'?"
	try etl-tail-window -n 1 missing
	fails 2 'missing: No such file or directory'
	try etl-tail-window -n 1 --store s.csv before missing
	fails 2 'missing: No such file or directory'
	unchanged
	try etl-tail-window -n 1 .
	fails 2 '.: Is a directory'
	try bash -c 'etl-tail-window -n 1 --store s.csv <&-'
	fails 2 'stdin: Bad file descriptor'
	try bash -c 'etl-tail-window -n 1 --store s.csv <.'
	fails 2 'stdin: Is a directory'
	unchanged
}

@test "stderr closed or full: the same status" {
	: >s.csv
	try bash -c 'etl-tail-window -n 1 --store s.csv before 2>&-'
	[ "$status" -eq 2 ]
	try bash -c 'etl-tail-window -n 1 --store s.csv before 2>/dev/full'
	[ "$status" -eq 2 ]
	[ ! -s s.csv ]
}

@test "--help, --version, --list-options" {
	try etl-tail-window --help
	[ "$status" -eq 0 ]
	[[ $output == "usage: etl-tail-window "* ]]
	try etl-tail-window --version
	[[ $output == "etl-tail-window (etlutils) "* ]]
	try bash -c 'etl-tail-window --list-options | cut -f 2 | grep -c store'
	prints 1
	try bash -c 'etl-tail-window --help >/dev/full'
	fails 2 'stdout: No space left on device'
}
