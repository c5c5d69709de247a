#!/usr/bin/env bats
# etl-uniq: the first record of each key stays, byte for byte and in order; the others are counted.

load setup

# What etl-uniq has to print of plain CSV, by the whole record or by one column.
oracle() { # FILE [COLUMN]
	awk -F, -v c="${2:-0}" 'NR == 1 || !seen[$c]++' "$1"
}

peak() {
	grep -o '"peak_memory":[0-9]*' s | cut -d: -f2
}

@test "keeps the first record of each key" {
	printf 'id,type,amount\n1,car,5\n2,truck,5\n3,car,7\n4,van,5\n5,truck,5\n' >t.csv
	try etl-uniq -k type t.csv
	prints $'id,type,amount\n1,car,5\n2,truck,5\n4,van,5'
	try etl-uniq --key amount,type t.csv
	prints $'id,type,amount\n1,car,5\n2,truck,5\n3,car,7\n4,van,5'
	try etl-uniq -k 3 <t.csv
	prints $'id,type,amount\n1,car,5\n3,car,7'
	try etl-uniq t.csv
	[ "$output" = "$(cat t.csv)" ]
	try etl-uniq -k type t.csv t.csv
	prints $'id,type,amount\n1,car,5\n2,truck,5\n4,van,5'
}

@test "--keep last, --count, --repeated, --unique" {
	printf 'id,type,amount\n1,car,5\n2,truck,5\n3,car,7\n4,van,5\n5,truck,5\n6,car,7\n' >t.csv
	try etl-uniq -k type --keep first t.csv
	prints $'id,type,amount\n1,car,5\n2,truck,5\n4,van,5'
	try etl-uniq -k type --keep last t.csv
	prints $'id,type,amount\n4,van,5\n5,truck,5\n6,car,7'
	try etl-uniq -k type --count n t.csv
	prints $'id,type,amount,n\n1,car,5,3\n2,truck,5,2\n4,van,5,1'
	try etl-uniq -k type --keep last --count 'how "many"' t.csv
	prints $'id,type,amount,"how ""many"""\n4,van,5,1\n5,truck,5,2\n6,car,7,3'
	try etl-uniq -k type --repeated t.csv
	prints $'id,type,amount\n1,car,5\n2,truck,5'
	try etl-uniq -k type --repeated --keep last --count n t.csv
	prints $'id,type,amount,n\n5,truck,5,2\n6,car,7,3'
	try etl-uniq -k type --unique t.csv
	prints $'id,type,amount\n4,van,5'
	try etl-uniq --unique -k type,amount --stats s t.csv
	prints $'id,type,amount\n1,car,5\n4,van,5'
	[ "$(jq -c '[.in, .out, .filtered]' s)" = '[6,2,4]' ]
	try etl-uniq --repeated t.csv
	prints 'id,type,amount'
	try etl-uniq --repeated --count n -T <(sed p t.csv)
	[ "$(wc -l <<<"$output")" -eq 7 ]
}

@test "counts of quoted, converted and empty fields; without a header" {
	printf 'a\n\n""\n"x"\nx\n' >x.csv
	try etl-uniq --count n x.csv
	etl-uniq --count n x.csv | etl-cut -f n >got
	printf 'n\n2\n2\n' | cmp - got
	try etl-uniq -N --count n <<<$'1,x\n1,x\n2,y'
	prints $'1,x,2\n2,y,1'
	try etl-uniq --header a,b --count n <<<$'1,x\n1,x\n2,y'
	prints $'a,b,n\n1,x,2\n2,y,1'
	try etl-uniq --no-out-header --count n -D ';' <<<$'a,b\n1,x;\n1,x;'
	prints '1;"x;";2'
	try etl-uniq --count n -k a <<<'a,b'
	prints 'a,b,n'
	try etl-uniq --allow-empty --count n </dev/null
	prints ''
	printf 'a,b\r\n1,"x\r\n"\r\n1,"x\r\n"\r\n' | etl-uniq --keep last --count n | tr '\r' R >got
	[ "${ETL_SCAN:-}" = libcsv ] || printf 'a,b,n\n1,"xR\n",2\n' | cmp - got
	printf 'a,b\n1,2\n1,x"y"\n' >r.csv
	try etl-uniq --keep last r.csv
	fails 1 "r.csv:3: byte"
	[ -z "$output" ]
	try etl-uniq --count n r.csv -o out
	fails 1 "r.csv:3: byte"
	[ ! -e out ]
	run bash -c 'etl-uniq --count n x.csv 2>err >/dev/full'
	fails 2 "stdout: No space left on device"
	try bash -c "(printf 'a,b\n1,2\n'; chmod 640 /dev/stdout) | etl-uniq --keep last -o out"
	fails 75 "stdin: "
	[ ! -e out ]
}

@test "--sorted: constant memory, and what stays leaves as soon as can be" {
	printf 'id,k\n1,a\n2,a\n3,b\n4,c\n5,c\n' >t.csv
	try etl-uniq --sorted -k k t.csv
	prints $'id,k\n1,a\n3,b\n4,c'
	try etl-uniq --sorted -k k --keep last --count n t.csv
	prints $'id,k,n\n2,a,2\n3,b,1\n5,c,2'
	try etl-uniq --sorted -k k --repeated t.csv
	prints $'id,k\n1,a\n4,c'
	try etl-uniq --sorted -k k --unique t.csv
	prints $'id,k\n3,b'
	try etl-uniq --sorted t.csv t.csv
	fails 1 "t.csv:2: this key has ended before (--sorted): '1,a'"
	printf 'id,k\n1,a\n2,b\n"3\n",a\n4,c\n5,c\n' >t.csv
	for block in 1 10 1000; do
		ETL_BLOCK=$block try etl-uniq --sorted -k k t.csv
		fails 1 "t.csv:4: this key has ended before (--sorted): '\"3\\x0a\",a'"
	done
	mkfifo in out
	etl-uniq --sorted -k 1 -N <in >out &
	exec 5>in 6<out
	echo 1,x >&5
	read -r -t 5 line <&6
	[ "$line" = 1,x ]
	exec 5>&- 6<&-
	wait
	seq 300000 | etl-uniq --sorted --count n -N --stats s | tail -n 1 >got
	[ "$(cat got)" = 300000,1 ]
	[ "$ETL_BIN" != "$ROOT/build" ] || [ "$(peak)" -le 8000000 ]
}

@test "random inputs as an oracle has them, whatever memory and blocks" {
	"$BATS_TEST_DIRNAME/uniq-oracle" 50 "$RANDOM"
	for scan in portable libcsv; do
		ETL_SCAN=$scan "$BATS_TEST_DIRNAME/uniq-oracle" 12 "$RANDOM"
	done
}

@test "values are compared, not how they are written" {
	scanner_only
	printf 'a,"b"\n1,"x"\n"1",x\n1,"x"""\n1,x\n"x"",1","2"\n"x"",1",2\n' >q.csv
	etl-uniq q.csv >out
	printf 'a,"b"\n1,"x"\n1,"x"""\n"x"",1","2"\n' | cmp - out
	printf '\xef\xbb\xbfa,b\r\n"1\r\n",x\r\n\r\n2,x\r\n"1\r\n","x"\n2,y' | etl-uniq >out
	printf 'a,b\n"1\r\n",x\n2,x\n2,y\n' | cmp - out
}

@test "keys: NUL, any bytes, empty ones, a comma in one, values that only together differ" {
	printf 'a,b\nx,yz\nxy,z\nx\x00,1\nx,1\n\x00x,1\n\x00,1\n,1\n"x,y",z\nx,"y,z"\n\xff\xfe,1\n1,\n' >k.csv
	etl-uniq k.csv | cmp - k.csv
	etl-uniq k.csv k.csv | cmp - k.csv
	[ "$(etl-uniq -k b k.csv | wc -l)" -eq 6 ]
	printf 'x\n\n1\n\n""\n1\n' | etl-uniq >out
	printf 'x\n""\n1\n' | cmp - out
}

@test "long keys, alike but for one byte" {
	{
		echo k,v
		for i in a b a c b; do
			head -c 1048576 /dev/zero | tr '\0' x
			echo "$i,$i"
		done
	} >long.csv
	etl-uniq -k k long.csv | cut -d, -f 2 >out
	printf 'v\na\nb\nc\n' | cmp - out
}

@test "many records in every block, by the scanner and by libcsv: what awk says" {
	awk 'BEGIN { print "id,a,b"; for (i = 0; i < 3000; i++) print i % 1700 "," i * 7919 % 50 "," i % 3 }' >m.csv
	for column in 0 1 2 3; do
		oracle m.csv $column >want
		key=(-k "$column")
		[ "$column" != 0 ] || key=()
		etl-uniq "${key[@]}" m.csv | cmp - want
		for block in 1 7 64 4096; do
			ETL_BLOCK=$block etl-uniq "${key[@]}" m.csv | cmp - want
		done
		ETL_SCAN=libcsv etl-uniq "${key[@]}" m.csv | cmp - want
		ETL_SCAN=portable etl-uniq "${key[@]}" m.csv | cmp - want
	done
}

@test "dropped records are counted as filtered: in = out + filtered + rejected" {
	printf 'a,b\n1,2\n1,2\n3\n3,4\n1,2\n' >t.csv
	etl-uniq --ragged=reject --rejects bad.csv --stats s t.csv >out
	printf 'a,b\n1,2\n3,4\n' | cmp - out
	grep -q '"in":5,.*"out":2,.*"filtered":2,"rejected":1,' s
	[ "$(etl-cut -f record --no-out-header bad.csv)" = 3 ]
}

@test "headers: -N, --header, --rename-header, --no-out-header, TSV, other delimiters" {
	printf '1,x\n2,x\n1,y\n' >n.csv
	try etl-uniq -N -k 1 n.csv
	prints $'1,x\n2,x'
	try etl-uniq --header a,b -k b n.csv
	prints $'a,b\n1,x\n1,y'
	try etl-uniq --rename-header c,d -k c n.csv
	prints $'c,d\n2,x\n1,y'
	try etl-uniq --no-out-header n.csv
	prints $'2,x\n1,y'
	try etl-uniq -N -T -k 1 n.csv
	prints $'1\tx\n2\tx'
	printf 'a\tb\n"1\tx\n"1\ty\n' >t.tsv
	try etl-uniq -t -k a t.tsv
	prints $'a,b\n"""1",x'
	try etl-uniq -t -T -k a t.tsv
	prints $'a\tb\n"1\tx'
	try etl-uniq -N -d ';' -D '|' -k 2 <<<$'1;x\n2;x'
	prints '1|x'
}

@test "nothing, a header only, one record, ragged and malformed ones" {
	try etl-uniq <<<$'a,b'
	prints 'a,b'
	try etl-uniq </dev/null
	fails 1 "stdin: empty"
	try etl-uniq --allow-empty -k x </dev/null
	prints ''
	try etl-uniq -N -k 1 </dev/null
	prints ''
	try etl-uniq -k a <<<$'a,b\n1,2'
	prints $'a,b\n1,2'
	printf 'a,b\n1,2\n3\n' >r.csv
	try etl-uniq r.csv
	fails 1 "r.csv:3: "
	try etl-uniq --ragged=fill -k b r.csv
	prints $'a,b\n1,2\n3,'
	printf 'a,b\n1,2\n3,x"y"\n' >r.csv
	try etl-uniq r.csv
	fails 1 "r.csv:3: byte"
	try etl-uniq --lenient r.csv
	[ "$status" -eq 0 ]
	printf 'a,b\n1,2\n3,"y\n' >r.csv
	try etl-uniq r.csv
	fails 1 "r.csv:3: "
}

@test "usage: columns, options, files" {
	printf 'plaza_id,b\n1,2\n' >t.csv
	try etl-uniq -k plaza t.csv
	fails 2 "option -k: no such column: 'plaza'; did you mean 'plaza_id'?"
	[ -z "$output" ]
	try etl-uniq -k b,b t.csv
	fails 2 "option -k: "
	try etl-uniq -k new=b t.csv
	fails 2 "option -k: "
	for bytes in 1 64K 64k 1.5M 0.5g 2t; do
		try etl-uniq --memory $bytes t.csv
		prints $'plaza_id,b\n1,2'
	done
	for bytes in 1X 1.5 1.M .5M 1.5.5M K 99999999999G 1kb 1.1234567M; do
		try etl-uniq --memory $bytes t.csv
		fails 2 "option --memory: '$bytes' is not a number of bytes, such as 65536, 64K or 1.5M"
	done
	try etl-uniq t.csv --count
	fails 2 "option --count needs its NAME"
	try etl-uniq --count '' trips.csv
	fails 2 "option --count: '' is no name of a column"
	try etl-uniq --count plaza_id t.csv
	fails 2 "option --count: there is a column 'plaza_id' already"
	[ -z "$output" ]
	try etl-uniq --keep all t.csv
	fails 2 "option --keep: 'all' is neither first nor last"
	try etl-uniq --repeated --unique t.csv
	fails 2 "options --repeated and --unique exclude each other"
	try etl-uniq t.csv no.csv
	fails 2 "no.csv: No such file"
	[ -z "$output" ]
	etl-uniq --help | grep -q '^usage: etl-uniq \[-k COLS\]'
}

@test "output that fails, readers that leave, closed descriptors" {
	printf 'a,b\n1,2\n' >t.csv
	run bash -c 'etl-uniq t.csv 2>err >/dev/full'
	fails 2 "stdout: No space left on device"
	run bash -c 'etl-uniq t.csv 2>err >&-'
	[ "$status" -eq 2 ]
	run bash -c 'etl-uniq 2>err <&-'
	[ "$status" -eq 2 ]
	run bash -c 'seq 1000000 | etl-uniq -N 2>err | head -n 1; echo "${PIPESTATUS[1]}"'
	[ "$output" = $'1\n141' ]
	[ ! -s err ]
	etl-uniq -o t.csv t.csv t.csv
	printf 'a,b\n1,2\n' | cmp - t.csv
}

@test "a stage that dies upstream: its status, and -o does not appear" {
	printf 'a,b\n1,2\n1,"x"y\n' >bad.csv
	run bash -c 'etl-cut -f a,b bad.csv 2>/dev/null | etl-uniq -o out.csv 2>err'
	fails 1 "the program upstream ended with status 1"
	[ ! -e out.csv ]
}

@test "a record that stays leaves before the next one is waited for" {
	mkfifo in out
	etl-uniq -k a <in >out &
	exec 5>in 6<out
	printf 'a,b\n1,2\n1,3\n' >&5
	read -r -t 5 line <&6
	[ "$line" = a,b ]
	read -r -t 5 line <&6
	[ "$line" = 1,2 ]
	printf '1,4\n2,5\n' >&5
	read -r -t 5 line <&6
	[ "$line" = 2,5 ]
	exec 5>&- 6<&-
	wait
}

@test "10,000 columns as one key" {
	{ seq -s, 10000 | sed 's/[0-9]*/c&/g'; seq -s, 10000; seq -s, 2 10001; seq -s, 10000; } >wide.csv
	etl-uniq --stats s wide.csv | cmp - <(head -n 3 wide.csv)
	[ "$ETL_BIN" != "$ROOT/build" ] || [ "$(peak)" -le 25000000 ]
}

# 150,000 records, whose 70,001 keys come twice and more, not side by side.  At 64K a partition does not fit either.
make_keys() {
	awk 'BEGIN { print "k,n,w"; for (i = 0; i < 150000; i++) print i * 7919 % 70001 "," i ",\"x" i % 5 "\"" }' >keys.csv
	oracle keys.csv 1 >want
}

@test "beyond --memory: the same bytes, however little there is" {
	scanner_only
	make_keys
	for memory in 0 1 64K 200K 1M 1G; do
		etl-uniq -k k --memory $memory keys.csv | cmp - want
		etl-uniq --memory $memory keys.csv keys.csv | cmp - keys.csv
	done
	[ "$(wc -l <want)" -eq 70002 ]
}

@test "beyond --memory: every block size, by libcsv, from a pipe" {
	make_keys
	etl-uniq -k k keys.csv >want
	for block in 1 100 4096; do
		ETL_BLOCK=$block etl-uniq -k k --memory 64K keys.csv | cmp - want
	done
	for scan in portable libcsv; do
		ETL_SCAN=$scan etl-uniq -k k keys.csv >want
		ETL_SCAN=$scan etl-uniq -k k --memory 64K keys.csv | cmp - want
		# shellcheck disable=SC2002 # a pipe is what is meant
		cat keys.csv | ETL_SCAN=$scan etl-uniq -k k --memory 64K | cmp - want
	done
}

@test "beyond --memory: dialects, quotes, a column with an empty value, long records" {
	scanner_only
	make_keys
	etl-uniq -k k -T --memory 64K keys.csv | cmp - <(etl-uniq -k k -T keys.csv)
	etl-cut -T keys.csv >keys.tsv
	etl-uniq -t -k k --memory 64K keys.tsv | cmp - <(etl-uniq -t -k k keys.tsv)
	sed 's/$/\r/' keys.csv | etl-uniq -k k --memory 64K | cmp - want
	{ cut -d, -f 1 keys.csv; echo; echo '""'; cut -d, -f 1 keys.csv; } >one.csv
	etl-uniq one.csv >want
	grep -c '^""$' want | grep -qx 1
	etl-uniq --memory 64K one.csv | cmp - want
	{
		echo k,v
		for i in 1 2 3 4; do
			seq 3000 | sed "s/.*/&,$i/"
			head -c 300000 /dev/zero | tr '\0' "$((i % 2))"
			echo ",$i"
		done
	} >long.csv
	oracle long.csv 1 >want
	etl-uniq -k k --memory 64K long.csv | cmp - want
}

@test "beyond --memory: what is dropped is counted, what is rejected is rejected once" {
	make_keys
	echo 1,2 >>keys.csv
	etl-uniq -k k --memory 64K --ragged=reject --rejects bad.csv --stats s keys.csv >out
	[ "$(wc -l <bad.csv)" -eq 2 ]
	grep -q '"in":150001,.*"out":70001,.*"filtered":79999,"rejected":1,' s
	[ "$(wc -l <out)" -eq 70002 ]
}

@test "beyond --memory: memory is what was allowed, and no file stays" {
	scanner_only
	mkdir tmp
	awk 'BEGIN { for (i = 0; i < 1000000; i++) print i ",0123456789abcdef0123456789abcdef" }' >big.csv
	TMPDIR=tmp etl-uniq -N --memory 8M --stats s big.csv | cmp - big.csv
	[ -z "$(ls tmp)" ]
	[ "$ETL_BIN" != "$ROOT/build" ] || [ "$(peak)" -le 16777216 ]
	try etl-uniq -N --memory 8M --tmp-dir none/where big.csv
	fails 2 "option --tmp-dir: none/where: No such file or directory"
	TMPDIR=none/where etl-uniq -N --memory 8M --tmp-dir tmp big.csv | cmp - big.csv
	[ -z "$(ls tmp)" ]
	TMPDIR=none/where try etl-uniq -N --memory 8M big.csv
	fails 2 "none/where"
	TMPDIR=tmp try bash -c 'ulimit -f 1000; exec etl-uniq -N --memory 1M -o out.csv big.csv'
	fails 2 "temporary file (see TMPDIR): File too large"
	[ -z "$(ls tmp)" ]
	[ ! -e out.csv ]
	try etl-uniq -N --memory 8M big.csv no.csv
	fails 2 "no.csv"
}

@test "beyond --memory: the last, and how many" {
	scanner_only
	make_keys
	awk -F, 'NR == 1 { print $0 ",c"; next } { n[$1]++; last[$1] = $0; at[$1] = NR }
		END { for (k in n) print at[k] "," last[k] "," n[k] }' keys.csv >all
	{ head -n 1 all; tail -n +2 all | sort -t, -k1,1n | cut -d, -f 2-; } >want
	for memory in 0 64K 1M 1G; do
		etl-uniq -k k --keep last --count c --memory $memory keys.csv | cmp - want
	done
	mkdir tmp
	TMPDIR=tmp try bash -c 'ulimit -f 100; exec etl-uniq -k k --keep last -o out.csv keys.csv'
	fails 2 "temporary file (see TMPDIR): File too large"
	[ -z "$(ls tmp)" ]
	[ ! -e out.csv ]
}

@test "beyond --memory: the disk is full" {
	mkdir small
	mount -t tmpfs -o size=1m tmpfs small 2>/dev/null || skip 'no tmpfs may be mounted here'
	seq 300000 >n.csv
	TMPDIR=small try etl-uniq -N --memory 64K -o out.csv n.csv
	umount small
	fails 2 "temporary file (see TMPDIR): No space left on device"
	[ ! -e out.csv ]
}

@test "what uniq(1) calls otherwise: the message names ours" {
	printf 'a,b\n1,2\n' >x.csv
	try etl-uniq -c x.csv
	fails 2 "etl-uniq: unknown option '-c': here it is --count NAME"
	try etl-uniq -u x.csv
	fails 2 "unknown option '-u': here it is --unique"
	try etl-uniq -d x.csv
	fails 2 "option --delimiter: 'x.csv' is not one byte, or \\t; did you mean --repeated?"
	try etl-uniq -f 1 x.csv
	fails 2 "unknown option '-f': here it is -k COLS"
	try etl-uniq --ignore-case x.csv
	fails 2 "lower(x)"
	try etl-uniq -z x.csv
	fails 2 "unknown option '-z'; see 'etl-uniq --help'"
}
