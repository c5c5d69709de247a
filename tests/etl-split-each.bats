#!/usr/bin/env bats
# etl-split --each: commands that run side by side; whole records under one header, every status checked.

load setup

# A table of N records whose second column has quotes, commas and newlines.
table() { # N
	awk -v n="$1" 'BEGIN { print "id,t"; for (i = 0; i < n; i++) print i ",\"a" i "\n,\"\"" i % 7 "\"" }'
}

bound() {
	timeout 30 "$@"
}
export -f bound

@test "one command after the other: rows, bytes, values; what they print under one header" {
	printf 'a,b\n1,x\n2,y\n3,x\n' >t.csv
	try etl-split --rows 2 --each 'echo "part $ETL_PART" >>log; cat' t.csv
	prints "$(cat t.csv)"
	[ "$(cat log)" = $'part 0\npart 1' ]
	try etl-split --bytes 9 --each 'etl-agg "n = count()"' t.csv
	prints $'n\n1\n1\n1'
	try etl-split --by b --each 'etl-map "v = env(\"ETL_PART_VALUE\"); n = env(\"ETL_PART\")"' t.csv
	prints $'a,b,v,n\n1,x,x,0\n3,x,x,0\n2,y,y,1'
	try etl-split --by b,a --no-out-header --each 'echo "$ETL_PART_VALUE"' t.csv
	prints $'x,1\ny,2\nx,3'
	try etl-split --rows 2 --each 'echo "${ETL_PART_VALUE-none}"' t.csv
	prints none
	try etl-split --rows 1 --each 'sed 1d' --no-out-header t.csv
	prints ''
	try etl-split -N --rows 1 --each cat t.csv
	prints "$(cat t.csv)"
	try etl-split -T --rows 2 --each 'grep -q "$(printf "\t")" && echo "a	b"' t.csv
	prints $'a\tb'
}

@test "side by side: by hash, in turn, copies; nothing lost, nothing twice" {
	table 5000 >t.csv
	etl-cut -f 1- t.csv | etl-sort -k id >want
	for how in '--round-robin' '--hash id'; do
		for each in cat 'etl-cut -f id,t' 'etl-sort -k id'; do
			# shellcheck disable=SC2086
			bound etl-split $how -n 3 --each "$each" --stats s t.csv | etl-sort -k id | cmp - want
			grep -q '"in":10000,.*"out":10000,.*"filtered":0,"rejected":0,"made":0' s
			rm s
		done
	done
	bound etl-split --copy -n 3 --each cat --stats s t.csv | etl-agg 'n = count(), d = distinct(id)' >out
	[ "$(cat out)" = $'n,d\n15000,5000' ]
	grep -q '"in":20000,.*"out":30000,.*"made":10000' s
	for set in ETL_BLOCK=1 ETL_BLOCK=100; do
		env $set timeout 30 etl-split --round-robin -n 3 --each cat t.csv | etl-sort -k id |
			etl-cut -f id | cmp - <(etl-cut -f id want)
	done
}

@test "--keep-order: parts one after the other; in turn, record by record as they came" {
	table 20000 >t.csv
	for how in '--round-robin -n 3' '--rows 700 -j 4' '--bytes 9K'; do
		# shellcheck disable=SC2086
		bound etl-split $how --keep-order --each cat t.csv | cmp - t.csv
	done
	bound etl-split --round-robin -n 3 --keep-order --each cat --memory 0 t.csv | cmp - t.csv
	bound etl-split --hash id -n 3 --to 'h-{}' t.csv
	{ cat h-00; tail -n +2 h-01; tail -n +2 h-02; } >want
	bound etl-split --hash id -n 3 --keep-order --each 'sleep 0.$((3 - ETL_PART)); cat' t.csv | cmp - want
	bound etl-split --copy -n 2 --keep-order --each 'etl-filter "num(id) % 2 == num(@p)" -v p=$ETL_PART' t.csv |
		etl-cut -f id | cmp - <(echo id; seq 0 2 19998; seq 1 2 19999)
	# One is slow to begin, the others are far ahead by then.
	bound etl-split --round-robin -n 4 --keep-order --each '[ $ETL_PART != 2 ] || sleep 0.3; cat' t.csv | cmp - t.csv
	# However many parts end before the first, few files are open.
	etl-cut -f id t.csv | head -301 >ids
	(ulimit -n 150 && bound etl-split --rows 1 -j 2 --keep-order --each \
		'[ $ETL_PART != 0 ] || until [ -e late ]; do sleep 0.02; done; [ $ETL_PART != 60 ] || : >late; cat' ids) | cmp - ids
	try bound etl-split --round-robin -n 2 --keep-order --each 'etl-filter "id != 7"' t.csv
	fails 1 "records went in"
	grep -q -- '--keep-order needs one for each' err
	try bound etl-split --round-robin -n 2 --keep-order --each 'cat; echo 1,2' t.csv
	fails 1 "--keep-order needs one for each"
}

@test "four slow commands side by side are at least 3.5 times as fast as one" {
	[ -z "${ETL_SCAN:-}" ] || skip 'it has nothing to do with how records are read'
	measure() { # N
		local start=${EPOCHREALTIME/./}
		seq 4 | bound etl-split -N --round-robin -n "$1" \
			--each 'while read -r line; do sleep 2; echo "$line"; done' >"out$1"
		echo $((${EPOCHREALTIME/./} - start)) >"us$1"
	}
	measure 1 &
	# They only sleep; where the machine is too busy to start a process in time they are tried again.
	for try in 1 2 3; do
		measure 4
		[ "$(sort out4)" = "$(seq 4)" ]
		[ "$(cat us4)" -ge 2285000 ] || break
	done
	wait
	[ "$(cat out1)" = "$(seq 4)" ]
	echo "one: $(cat us1) us, four: $(cat us4) us, try $try"
	[ $(($(cat us1) * 10)) -ge $(($(cat us4) * 35)) ]
}

@test "a slow command does not stop the others, and gets less where that is possible" {
	seq 100000 >n.csv
	bound etl-split -N --round-robin -n 3 --each 'if [ $ETL_PART = 1 ]; then
			while read -r line && [ ! -e done ]; do sleep 0.01; done; wc -l
		else
			wc -l; touch done
		fi' n.csv >counts &
	wait
	[ "$(wc -l <counts)" -eq 3 ]
	[ "$(sort -n counts | head -n 1)" -lt 20000 ]
	# By hash the slow one's records wait in memory meanwhile: all of the other's have come before it begins.
	mkfifo go
	bound etl-split -N --hash 1 -n 2 --each 'if [ $ETL_PART = 1 ]; then read -r x <go; cat; else tail -n 1; fi' n.csv >out &
	until [ -s out ]; do sleep 0.01; done
	echo >go
	wait
	[ "$(wc -l <out)" -gt 40000 ]
}

@test "a record leaves before the next one is waited for" {
	mkfifo in out
	etl-split --round-robin -n 2 --each 'while read -r line; do echo "$line"; done' <in >out &
	exec 5>in 6<out
	for i in 1 2 3; do
		[ $i != 1 ] || printf 'a,b\n' >&5
		printf '%s,2\n' $i >&5
		[ $i != 1 ] || { read -r -t 5 line <&6; [ "$line" = a,b ]; }
		read -r -t 5 line <&6
		[ "$line" = $i,2 ]
	done
	exec 5>&- 6<&-
	wait
}

@test "commands that print much before they read, or nothing, or read nothing" {
	seq 200000 >n.csv
	bound etl-split -N --round-robin -n 2 --each 'seq 200000; cat' n.csv >out
	[ "$(wc -l <out)" -eq 600000 ]
	try bound etl-split -N --round-robin -n 2 --each 'cat >"f$ETL_PART"' n.csv
	prints ''
	cat f0 f1 | sort -n | cmp - n.csv
	try bound etl-split -N --hash 1 -n 2 --each true n.csv
	prints ''
	try bound etl-split -N --rows 50000 --each 'head -n 1' n.csv
	prints $'1\n50001\n100001\n150001'
	# When all have had enough, nobody waits for the end of the input.
	run bash -c 'yes | timeout 30 etl-split -N --copy -n 2 --each "head -n 2" 2>err'
	[ "$status" -eq 0 ]
	[ "$output" = $'y\ny\ny\ny' ]
	try bound etl-split -N --round-robin -n 2 --each 'exec >&-; cat >"g$ETL_PART"' n.csv
	prints ''
	cat g0 g1 | sort -n | cmp - n.csv
}

@test "a command that fails: its part, its status; the others are ended, nothing is committed" {
	seq 100000 | sed 's/.*/&,x/;1i a,b' >t.csv
	expect() { # COMMAND STATUS TEXT
		for how in '--rows 1000' '--round-robin -n 3' '--hash a -n 3 --keep-order' '--copy -n 2'; do
			# shellcheck disable=SC2086
			try bound etl-split $how --each "[ \$ETL_PART != 1 ] || { $1; }; cat" -o out.csv t.csv
			fails "$2" "part 1: '"
			grep -qF "$3" err
			[ ! -e out.csv ]
		done
	}
	expect 'exit 1' 1 "ended with status 1"
	expect 'exit 2' 2 "ended with status 2"
	expect 'exit 75' 75 "ended with status 75"
	expect 'exit 3' 2 "ended with status 3"
	expect 'cat >/dev/null; exit 1' 1 "ended with status 1"
	expect 'kill -KILL $$' 75 "was ended by signal 9"
	expect 'no-such-command; exit' 2 "ended with status 127"
	run bash -c 'timeout 30 etl-split --rows 1000 --each "exit 1" t.csv 2>err | etl-load x.csv --mode replace 2>load'
	[ ! -e x.csv ]
	grep -q 'upstream' load
	try bound etl-split --by b --each 'exit 1' t.csv
	fails 1 "part 0 ('x'): 'exit 1' ended with status 1"
}

@test "a failure of ours within a command's pipe is seen" {
	printf 'a,b\n1,x\n1,y\n' >t.csv
	try etl-split --rows 1 --each 'etl-cut -f a | cat' t.csv
	prints $'a\n1\n1'
	try etl-split --rows 1 --each 'etl-cut -f a; etl-cut -f nope; true' t.csv
	[ "$status" -ne 0 ]
	try etl-split --rows 1 --each 'cat >/dev/null; etl-cut -f nope t.csv; true' t.csv
	fails 2 "part 0: its output: the program upstream ended with status 2"
}

@test "what is printed must be records, with one header" {
	printf 'a,b\n1,x\n2,y\n3,z\n' >t.csv
	bad() { # COMMAND TEXT
		try bound etl-split --round-robin -n 2 --each "$1" t.csv
		fails 1 "$2"
	}
	bad 'echo "h$ETL_PART"' "its header is 'h"
	bad 'printf "a,b\n1,2,3\n"' "record 2: 3 fields, not 2"
	bad 'printf "a,b\n1,\"x\n"' "record 2: a quote is not closed"
	bad 'printf "a,b\n1,x\"y\n"' "record 2: a quote in a field that does not begin with one"
	bad 'printf "a,b\n1,\"x\"y\n"' "record 2: text behind a closing quote"
	bad 'printf "a,b\r1\n"' "record 1: a carriage return"
	try bound etl-split -N --round-robin -n 2 --each 'if [ $ETL_PART = 0 ]; then echo 1; else echo 1,2; fi' t.csv
	fails 1 "came out, of part"
	etl-split --rows 2 --each 'printf "\357\273\277a,b\r\n1,\"x\r\ny\"\r\n\r\n2,\000"' t.csv >out
	printf 'a,b\n1,"x\r\ny"\n2,\0\n1,"x\r\ny"\n2,\0\n' | cmp - out
	try bound etl-split --rows 2 --max-record 100 --each 'printf "a,b\n%0200d,1\n" 1' t.csv
	fails 1 "record 2: longer than a record may be"
}

@test "nothing, a header only, values that no environment holds" {
	try etl-split --round-robin -n 2 --each cat <<<a,b
	prints a,b
	try etl-split --rows 5 --each cat <<<a,b
	prints a,b
	try etl-split --by a --each cat <<<a,b
	prints a,b
	try bash -c 'echo a,b | etl-split --by a --each "echo \$ETL_PART,\${ETL_PART_VALUE-none} >log; etl-map c=1" | etl-cut -f c,a'
	prints c,a
	[ "$(cat log)" = 0,none ]
	try etl-split --by a --each 'exit 3' <<<a,b
	fails 2 "part 0: 'exit 3' ended with status 3"
	try etl-split --by a --max-rejects 1 --each cat <<<$'a,b\n1'
	prints a,b
	for how in '--by 1' '--rows 1'; do
		try etl-split $how -N --each 'echo ran' </dev/null
		prints ''
		try etl-split ${how/by 1/by a} --allow-empty --each 'echo ran' </dev/null
		prints ''
		try etl-split ${how/by 1/by a} --no-out-header --each 'echo ran' <<<a,b
		prints ''
	done
	try etl-split --rows 5 --each cat </dev/null
	fails 1 "stdin: empty"
	try etl-split -N --rows 5 --each cat </dev/null
	prints ''
	printf 'a,b\n1,x\n2\x00,y\n' >z.csv
	try etl-split --by a --each cat z.csv
	fails 1 "z.csv:3: a value of --by has a byte 0"
	printf 'a,b\n1,x\n2,"y\n' >z.csv
	try etl-split --rows 1 --each cat z.csv
	fails 1 "z.csv:3: "
}

@test "usage" {
	printf 'a\n1\n' >t.csv
	try etl-split --rows 1 --each cat --to 'p{}' t.csv
	fails 2 "options --to and --each exclude each other"
	try etl-split --rows 1 t.csv
	fails 2 "--to or --each says"
	for each in '' ' ' $'\t\n '; do
		try etl-split --rows 1 --each "$each" t.csv
		fails 2 "option --each: '"
		fails 2 "' is no command"
	done
	try etl-split --rows 1 --each cat --list t.csv
	fails 2 "options --digits and --list: only with --to"
	try etl-split --rows 1 --keep-order --to 'p{}' t.csv
	fails 2 "options --keep-order and --jobs: only with --each"
	try etl-split --copy -n 2 -j 2 --each cat t.csv
	fails 2 "option --jobs: -n says"
	try etl-split --rows 1 -j 10001 --each cat t.csv
	fails 2 "option --jobs: more than 10000"
	try etl-split --rows 1 -j 0 --each cat t.csv
	prints $'a\n1'
	try etl-split --copy -n 10001 --each cat t.csv
	fails 2 "option -n: not within 1 and 10000"
	try bash -c 'ulimit -n 20; etl-split --copy -n 100 --each cat t.csv'
	fails 2 "Too many open files"
	try etl-split --rows 1 --each cat -o t.csv t.csv
	prints ''
	[ "$(cat t.csv)" = $'a\n1' ]
}

@test "an input that ends uncleanly: commands of ours commit nothing" {
	printf 'a,b\n1,2\n3,"x"y\n' >bad.csv
	try bound etl-split --round-robin -n 2 --each 'etl-load "out-$ETL_PART.csv" --mode replace' bad.csv
	[ "$status" -eq 1 ]
	[ ! -e out-0.csv ] && [ ! -e out-1.csv ]
	run bash -c 'etl-cut -f a,b bad.csv 2>/dev/null | timeout 30 etl-split --hash a -n 2 --each "etl-load out-\$ETL_PART.csv --mode replace" 2>err'
	[ "$status" -eq 1 ]
	[ ! -e out-0.csv ] && [ ! -e out-1.csv ]
	etl-cut -f a bad.csv 2>/dev/null | head -n 2 |
		bound etl-split --hash a -n 2 --each 'etl-load "out-$ETL_PART.csv" --mode replace --expect-rows 1 || exit 1'  2>err || true
	printf 'a,b\n1,2\n' | bound etl-split --copy -n 2 --each 'etl-load "out-$ETL_PART.csv" --mode replace --expect-rows 1'
	[ "$(cat out-0.csv)" = $'a,b\n1,2' ]
	cmp out-0.csv out-1.csv
}

@test "signals end the commands too, also one that never ends; so does being killed" {
	for signal in INT TERM KILL; do
		rm -f pid*
		seq 10 >n.csv
		env --default-signal=INT etl-split -N --round-robin -n 2 --each 'echo $$ >"pid$ETL_PART"; exec sleep 1000' n.csv 2>err &
		pid=$!
		until [ -s pid0 ] && [ -s pid1 ]; do sleep 0.01; done
		kill -s $signal $pid
		status=0
		wait $pid || status=$?
		[ "$status" -eq $((128 + $(kill -l $signal))) ]
		for child in $(cat pid0 pid1); do
			for ((i = 0; i < 500; i++)); do
				[ -e "/proc/$child" ] && ! grep -q '^State:.Z' "/proc/$child/status" || break
				sleep 0.01
			done
			[ "$i" -lt 500 ]
		done
	done
}

@test "output that fails, readers that leave, closed descriptors" {
	seq 100000 >n.csv
	run bash -c 'timeout 30 etl-split -N --round-robin -n 2 --each cat n.csv 2>err >/dev/full'
	fails 2 "stdout: No space left on device"
	run bash -c 'timeout 30 etl-split -N --round-robin -n 2 --each cat n.csv 2>err >&-'
	[ "$status" -eq 2 ]
	run bash -c 'timeout 30 etl-split -N --rows 1000 --each cat n.csv 2>err | head -n 1; echo "${PIPESTATUS[0]}"'
	[ "$output" = $'1\n141' ]
	[ ! -s err ]
	try bash -c 'timeout 30 etl-split -N --rows 1000 --each cat n.csv >>n.csv'
	fails 2 "input and output are the same file"
	TMPDIR=/none try bound etl-split -N --hash 1 -n 2 --keep-order --each '[ $ETL_PART = 1 ] || sleep 0.3; cat' n.csv
	fails 2 "/none"
}
