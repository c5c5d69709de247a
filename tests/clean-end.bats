#!/usr/bin/env bats
# The clean end of streams (etl(7), CLEAN END): what a pipe's mark is, and what its reader makes of it.

load setup

setup() {
	cd "$BATS_TEST_TMPDIR"
	printf 'id,name\n1,ann\n2,bob\n' >f.csv
	printf 'id,name\n1,ann\n2,"b"ob\n3,eve\n' >bad.csv
	printf 'id,name\n' >head.csv
	printf '7,x\n8,y\n9,z\n' >tail.csv
	export -f mark busy
}

teardown() {
	[ -z "${writer:-}" ] || kill -KILL "$writer" 2>/dev/null || true
}

# The last of a pipe: what its mark is at the end.  Prints `MODE COUNT`, or `MODE -` where no count is known.
mark() {
	cat >/dev/null
	local mode seconds nanos
	IFS=' .' read -r mode seconds nanos < <(stat -Lc '%a %.9Y' /dev/stdin)
	case $mode.$nanos in
	644.000000000 | 645.000000000) echo "$mode $seconds" ;;
	644.000000001 | 645.000000001) echo "$mode -" ;;
	*) echo "$mode" ;;
	esac
}

# Runs a pipeline given as text, stderr in `err`: $output is its output, $statuses those of its stages.
pipe() {
	output=$(bash -c "exec 2>err
		$1
		echo \"\${PIPESTATUS[*]}\" >statuses")
	statuses=$(cat statuses)
}

# Fails unless the last pipe() ended so and, where that is given, printed this.
is() { # STATUSES [OUTPUT]
	[ "$statuses" = "$1" ] || { echo "statuses $statuses, not $1: $(cat err)"; return 1; }
	[ $# -eq 1 ] || [ "$output" = "$2" ] || { printf 'got:\n%s\nnot:\n%s\n' "$output" "$2"; return 1; }
}

said() {
	grep -qF -- "$1" err || { echo "no '$1' in: $(cat err)"; return 1; }
}

# etl-cut that has its input in f.csv and then waits for more: its process id is in `pid`.
busy() {
	[ -p source ] || mkfifo source
	echo "$BASHPID" >pid
	exec 8<>source
	cat f.csv >&8
	exec env --default-signal=INT etl-cut "$@" <source # a shell lets its background jobs ignore INT
}

# The mode of the pipe that the process in `pid` writes to; waits until it is this one.
wait_mode() {
	for _ in $(seq 200); do
		if [ -s pid ] && [ "$(stat -Lc %a "/proc/$(cat pid)/fd/1" 2>/dev/null)" = "$1" ]; then
			return 0
		fi
		sleep 0.02
	done
	echo "never $1"
	return 1
}

# Starts `busy | READER` with the reader's output in `out` and its messages in `err`.
start_busy() {
	bash -c "exec 3>&-; busy 2>/dev/null | { exec 8>&-; $1; } >out 2>err" &
	writer=$!
	wait_mode 640
}

# ---- the writer's marks

@test "0600: a pipe that none of ours writes to is left alone" {
	pipe 'cat f.csv | mark'
	is "0 0" 600
}

@test "0640: while one of ours writes, and when it was killed" {
	start_busy mark
	kill -KILL "$(cat pid)"
	wait "$writer" || true
	[ "$(cat out)" = 640 ]
}

@test "0640 stands before the first byte of input has come" {
	mkfifo source
	bash -c 'exec 3>&-; exec 8<>source; { echo $BASHPID >pid; exec etl-cut <source; } | mark >out' 2>/dev/null &
	writer=$!
	wait_mode 640
	kill -KILL "$(cat pid)"
	wait "$writer" || true
	[ "$(cat out)" = 640 ]
}

@test "0640: INT, TERM and HUP leave it, and end with the signal" {
	for signal in INT TERM HUP; do
		rm -f pid source
		start_busy mark
		kill -"$signal" "$(cat pid)"
		wait "$writer" || true
		[ "$(cat out)" = 640 ]
	done
}

@test "0644: ended well, with the records written, the header not counted" {
	pipe 'etl-cut f.csv | mark'
	is "0 0" "644 2"
	pipe 'etl-cut head.csv | mark'
	is "0 0" "644 0"
	pipe 'etl-cut -N f.csv | mark'
	is "0 0" "644 3"
	pipe 'etl-cut --no-out-header f.csv | mark'
	is "0 0" "644 2"
}

@test "0645: ended well, but an input was unknown; passed on from pipe to pipe" {
	pipe 'cat f.csv | etl-cut | mark'
	is "0 0 0" "645 2"
	pipe 'cat f.csv | etl-cut | etl-cut | etl-cut | mark'
	is "0 0 0 0 0" "645 2"
	pipe 'etl-cut f.csv <(cat f.csv) | mark'
	is "0 0" "645 4"
}

@test "0644: inputs that are files or were vouched for" {
	pipe 'etl-cut <f.csv | mark'
	is "0 0" "644 2"
	pipe 'etl-cut f.csv | etl-cut | etl-cut | mark'
	is "0 0 0 0" "644 2"
	pipe 'etl-cut --allow-empty </dev/null | mark'
	is "0 0" "644 0"
}

@test "0641: ended with status 1" {
	pipe 'etl-cut bad.csv | mark'
	is "1 0" 641
}

@test "0642: ended with status 2, even before it had opened anything" {
	pipe 'etl-cut -f nosuch f.csv | mark'
	is "2 0" 642
	pipe 'etl-cut missing.csv | mark'
	is "2 0" 642
	pipe 'etl-cut --nosuch | mark'
	is "2 0" 642
}

@test "0643: ended with status 75" {
	pipe 'cat f.csv | etl-cut --require-clean | mark'
	is "0 75 0" 643
}

@test "--help marks nothing" {
	pipe 'etl-cut --help | mark'
	is "0 0" 600
}

@test "-o leaves the pipe of stdout alone where all went well" {
	pipe 'etl-cut -o out.csv f.csv | mark'
	is "0 0" 600
	cmp out.csv f.csv
}

# ---- several writers, one after the other or at once

@test "the counts of writers one after the other add up" {
	pipe '(etl-cut f.csv; etl-cut -N tail.csv) | mark'
	is "0 0" "644 5"
	pipe '(etl-cut f.csv; etl-cut -N tail.csv) | etl-cut -f id'
	is "0 0" $'id\n1\n2\n7\n8\n9'
	pipe '(etl-cut -N f.csv; etl-cut -N f.csv; etl-cut -N f.csv) | etl-cut -N -f 1 | mark'
	is "0 0 0" "644 9"
}

@test "(a; a) with two headers: the second is no record" {
	pipe '(etl-cut f.csv; etl-cut f.csv) | etl-cut -o out.csv'
	is "0 75"
	said '5 records came, 4 were written: another program wrote to or read from this pipe'
	said 'takes the header for a record'
	[ ! -e out.csv ]
}

@test "one that was unsure makes the whole unsure, in either order" {
	pipe '((cat f.csv | etl-cut); etl-cut -N tail.csv) | mark'
	is "0 0" "645 5"
	pipe '(etl-cut f.csv; (cat tail.csv | etl-cut -N)) | mark'
	is "0 0" "645 5"
}

@test "a count that is not known stays so, in either order" {
	pipe '(etl-stage cat f.csv; etl-cut -N tail.csv) | mark'
	is "0 0" "644 -"
	pipe '(etl-cut f.csv; etl-stage cat tail.csv) | mark'
	is "0 0" "644 -"
	pipe '(etl-stage cat f.csv; etl-cut -N tail.csv) | etl-cut -f id'
	is "0 0" $'id\n1\n2\n7\n8\n9'
}

@test "0641 0642 0643 stay: (bad; a) | b, (a; bad) | b" {
	for first in 'etl-cut bad.csv' 'etl-cut missing.csv' 'etl-cut --nosuch' 'cat f.csv | etl-cut --require-clean'; do
		pipe "($first; etl-cut f.csv) | mark"
		mode=${output:?}
		[[ $mode = 64[123] ]]
		pipe "($first; etl-cut f.csv) | etl-cut -N -o out.csv"
		status=${statuses#* }
		[ "$((640 + (status == 75 ? 3 : status)))" = "$mode" ]
		pipe "(etl-cut f.csv; $first) | etl-cut -N -o out.csv"
		[ "${statuses#* }" = "$status" ]
		[ ! -e out.csv ]
	done
}

@test "0650: a writer that finds 0640; it stays, and the reader refuses" {
	pipe '(cat f.csv; chmod 640 /dev/stdout; etl-cut -N tail.csv; etl-cut -N tail.csv) | mark'
	is "0 0" 650
	pipe '(cat f.csv; chmod 640 /dev/stdout; etl-cut -N tail.csv) | etl-cut -o out.csv'
	is "0 75"
	said 'was not alone in writing to this pipe'
	[ ! -e out.csv ]
}

@test "0650: (killed; a) | b" {
	bash -c 'exec 3>&-; ((busy 2>/dev/null); etl-cut -N tail.csv) | etl-cut -o out.csv 2>err; echo $? >statuses' &
	writer=$!
	wait_mode 640
	kill -KILL "$(cat pid)"
	wait "$writer" || true
	[ "$(cat statuses)" = 75 ]
	said 'was not alone'
	[ ! -e out.csv ]
}

@test "(a; a) | b whose shell ends in between cannot be told: the remedies that etl(7) names" {
	pipe '(etl-cut f.csv; kill -KILL $BASHPID; etl-cut -N tail.csv) | etl-load out.csv'
	is '137 0'
	pipe '(etl-cut f.csv; nosuch tail.csv) | etl-load out.csv'
	is '127 0'
	pipe '(etl-cut f.csv; kill -KILL $BASHPID; etl-cut -N tail.csv) | etl-load new.csv --expect-rows 5'
	is '137 1'
	said '2 records came, 5 were expected'
	[ ! -e new.csv ]
	pipe 'etl-cut f.csv missing.csv | etl-load new.csv'
	is '2 2'
	[ ! -e new.csv ]
}

@test "two writers that start together never look like one that ended well" {
	for _ in $(seq 30); do
		pipe '(etl-stage cat f.csv & etl-stage cat tail.csv & wait) | mark'
		[ "$output" = 650 ] || [ "$output" = "644 -" ]
		pipe '(etl-cut -N f.csv & etl-cut -N tail.csv & wait) | mark'
		[ "$output" = 650 ] || [ "$output" = "644 6" ]
	done
}

# ---- what the reader makes of it

@test "clean: all is committed" {
	pipe 'etl-cut f.csv | etl-cut -o out.csv'
	is "0 0"
	cmp out.csv f.csv
}

@test "a failure travels down with its own status, and nothing is committed" {
	pipe 'etl-cut bad.csv | etl-cut | etl-cut | etl-cut -o out.csv'
	is "1 1 1 1"
	said 'bad.csv:3: byte 6'
	said 'ended with status 1'
	pipe 'etl-cut missing.csv | etl-cut | etl-cut -o out.csv'
	is "2 2 2"
	pipe 'cat f.csv | etl-cut --require-clean | etl-cut | etl-cut -o out.csv'
	is "0 75 75 75"
	[ ! -e out.csv ]
}

@test "under pipefail a malformed file is 1, a killed stage 75" {
	try bash -o pipefail -c 'etl-cut bad.csv | etl-cut | etl-cut -o out.csv'
	fails 1 'bad.csv:3'
	try bash -o pipefail -c 'sh -c "etl-cut f.csv; chmod 640 /dev/stdout" | etl-cut | etl-cut -o out.csv'
	fails 75 'was killed before its end'
	[ ! -e out.csv ]
}

@test "the file that was there before a failure stays as it was" {
	echo old >out.csv
	pipe 'etl-cut bad.csv | etl-cut -o out.csv'
	is "1 1"
	[ "$(cat out.csv)" = old ]
	[ "$(ls -A | grep -c '^\.out')" = 0 ]
}

@test "killed: status 75, the message names program and process" {
	start_busy 'etl-cut -o out.csv; echo $?'
	for _ in $(seq 100); do # until the reader has had its first bytes
		[ -n "$(ls -A | grep '^\.out')" ] && break
		sleep 0.02
	done
	sleep 0.1
	kill -KILL "$(cat pid)"
	wait "$writer" || true
	[ "$(cat out)" = 75 ]
	said "stdin: upstream etl-cut (process $(cat pid)) was killed before its end"
	[ ! -e out.csv ]
}

@test "killed: a torn record is not the fault, and no reject" {
	pipe "(printf 'id,name\n1,ann\n2'; chmod 640 /dev/stdout) | etl-cut"
	is "0 75"
	said 'was killed before its end'
	pipe "(printf 'id,name\n1,ann\n2,\"bo'; chmod 641 /dev/stdout) | etl-cut --rejects r.csv"
	is "0 1"
	said 'ended with status 1'
	[ "$(wc -l <r.csv)" = 1 ]
}

@test "unknown: accepted, also where the last record is torn by its nature" {
	pipe "printf 'id,name\n1,ann\n2,bob' | etl-cut -o out.csv"
	is "0 0"
	cmp out.csv f.csv
}

@test "--require-clean refuses 0600 and 0645, takes 0644 and files" {
	pipe 'cat f.csv | etl-cut --require-clean -o out.csv'
	is "0 75"
	said 'nothing says that the program upstream finished (--require-clean)'
	pipe 'cat f.csv | etl-cut | etl-cut --require-clean -o out.csv'
	is "0 0 75"
	[ ! -e out.csv ]
	pipe 'etl-cut f.csv | etl-cut --require-clean'
	is "0 0" "$(cat f.csv)"
	pipe 'etl-cut --require-clean f.csv'
	is 0 "$(cat f.csv)"
}

@test "the count: records that another program added" {
	pipe '(etl-cut f.csv; cat tail.csv) | etl-cut -o out.csv'
	is "0 75"
	said 'stdin: '
	[ ! -e out.csv ]
	pipe '(cat f.csv; etl-cut -N tail.csv) | etl-cut -o out.csv'
	is "0 75"
	said 'stdin: 5 records came, 3 were written: another program wrote to or read from this pipe'
	said '| cat |'
	[ ! -e out.csv ]
}

@test "the count: records that another program took" {
	pipe 'etl-cut f.csv | (head -c 8 >/dev/null; etl-cut -N)'
	is "0 0" $'1,ann\n2,bob'
	pipe 'etl-cut f.csv | (head -c 14 >/dev/null; etl-cut -N -o out.csv)'
	is "0 75"
	said '1 record came, 2 were written'
	[ ! -e out.csv ]
}

@test "the count: -N on one side only" {
	pipe 'etl-cut f.csv | etl-cut -N'
	is "0 75"
	said 'one side takes the header for a record (-N)'
	pipe 'etl-cut -N f.csv | etl-cut'
	is "0 75"
	said 'one side takes the header for a record (-N)'
}

@test "| cat | makes it unknown" {
	pipe '(etl-cut f.csv; cat tail.csv) | cat | etl-cut | mark'
	is "0 0 0 0" "645 5"
	pipe '(etl-cut f.csv; etl-cut bad.csv) | cat | etl-cut | mark'
	is "1 0 0 0" "645 2"
}

@test "the count is looked at only where records are read as such" {
	printf 'a\n"x\ny"\n' >two.csv
	pipe 'etl-cut two.csv | etl-cut -b 1-1 -o out.csv'
	is "0 0"
	[ "$(wc -l <out.csv)" = 3 ]
	pipe 'etl-cut bad.csv | etl-cut -b 1-1'
	is "1 1"
}

@test "the count: rejected and mended records were read all the same" {
	printf 'id,name\n1,ann\n2\n3,eve\n' >short.csv
	pipe '(cat short.csv; touch -d @3 /dev/stdout; chmod 644 /dev/stdout) | etl-cut --max-rejects 1 --ragged=reject | mark'
	is "0 0 0" "644 2"
	pipe '(cat short.csv; touch -d @3 /dev/stdout; chmod 644 /dev/stdout) | etl-cut --ragged=fill | mark'
	is "0 0 0" "644 3"
}

@test "nanosecond 1: the count is not looked at; any other: someone wrote after the mark" {
	pipe '(cat f.csv; touch -d @0.000000001 /dev/stdout; chmod 644 /dev/stdout) | etl-cut | mark'
	is "0 0 0" "644 2"
	pipe '(cat f.csv; touch -d @2 /dev/stdout; chmod 644 /dev/stdout) | etl-cut | mark'
	is "0 0 0" "644 2"
	pipe '(cat f.csv; touch -d @2.5 /dev/stdout; chmod 644 /dev/stdout) | etl-cut'
	is "0 75"
	said 'another program wrote to this pipe'
}

@test "any other mode is unknown" {
	for mode in 000 400 600 620 646 660 666 700 1644; do
		pipe "(cat f.csv; chmod $mode /dev/stdout) | etl-cut | mark"
		is "0 0 0" "645 2"
	done
}

@test "operands are judged one by one" {
	pipe 'etl-cut <(etl-cut f.csv) <(etl-cut f.csv) | mark'
	is "0 0" "644 4"
	pipe 'etl-cut <(etl-cut f.csv) <(etl-cut bad.csv) | mark'
	is "1 0" 641
	said '/dev/fd/'
	pipe 'etl-cut -o out.csv <(etl-cut f.csv) <(etl-cut --nosuch)'
	is 2
	[ ! -e out.csv ]
}

# ---- nothing at all

@test "a command that was not found: 75 where -o would be replaced, unless --allow-empty" {
	echo old >out.csv
	pipe 'nosuch-command | etl-cut -o out.csv'
	is "127 75"
	said 'nothing came, and nothing says that this is all (--allow-empty accepts it)'
	pipe 'nosuch-command | etl-cut -N -o out.csv'
	is "127 75"
	pipe 'etl-cut f.csv | nosuch-command | etl-cut -o out.csv'
	[ "${statuses#* }" = "127 75" ]
	[ "$(cat out.csv)" = old ]
	pipe 'nosuch-command | etl-cut -N --allow-empty -o out.csv'
	is "127 0"
	[ ! -s out.csv ]
}

@test "a command that was not found, further up: never a commit" {
	pipe 'nosuch-command | etl-cut | etl-cut -o out.csv'
	is "127 1 1"
	pipe 'nosuch-command | etl-cut -N | etl-cut -N -o out.csv'
	is "127 0 75"
	[ ! -e out.csv ]
}

@test "nothing, and it is all: an empty result is no failure" {
	: >none.csv
	pipe 'etl-cut -N none.csv | etl-cut -N -o out.csv'
	is "0 0"
	[ -e out.csv ]
}

# ---- a reader that leaves early

@test "head in the middle is no failure for anyone after it" {
	seq -f '%.0f,abcdefghij' 200000 >long.csv
	pipe 'etl-cut long.csv | head -n 3 | etl-cut -o out.csv'
	is "141 0 0"
	[ "$(wc -l <out.csv)" = 3 ]
	[ ! -s err ]
	pipe 'etl-cut long.csv | etl-stage head -n 3 | etl-cut -o out.csv'
	is "141 0 0"
	[ ! -s err ]
	pipe 'etl-cut long.csv | etl-cut | head -n 1'
	is "141 141 0" "1,abcdefghij"
	[ ! -s err ]
}

# ---- where marks are not ours to set

@test "a writer under another user: the pipe stays unknown" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	export dir=$(mktemp -d)
	chmod 755 "$dir"
	cp "$(command -v etl-cut)" "$dir"
	export other="setpriv --reuid=65534 --regid=65534 --clear-groups $dir/etl-cut"
	pipe '$other <f.csv | mark'
	is "0 0" 600
	pipe '$other <f.csv | etl-cut | mark'
	is "0 0 0" "645 2"
	pipe '$other <f.csv | etl-cut --require-clean'
	is "0 75"
	pipe '$other <bad.csv | mark'
	is "1 0" 600
	pipe 'etl-cut bad.csv | $other'
	is "1 1"
	said 'ended with status 1'
	pipe 'setpriv --reuid=65534 --regid=65534 --clear-groups sh -c "$dir/etl-cut | $dir/etl-cut" <f.csv | mark'
	is "0 0" 600
	rm -r "$dir"
}

@test "a file, a FIFO in a directory, a socket are left alone" {
	touch out.csv
	chmod 604 out.csv
	etl-cut f.csv >out.csv
	[ "$(stat -c %a out.csv)" = 604 ]
	mkfifo -m 602 fifo
	etl-cut fifo >copy.csv &
	etl-cut f.csv >fifo
	wait $!
	cmp copy.csv f.csv
	[ "$(stat -c %a fifo)" = 602 ]
	python3 - <<'END'
import os, socket, subprocess
a, b = socket.socketpair()
mode = os.fstat(a.fileno()).st_mode, os.fstat(b.fileno()).st_mode
writer = subprocess.Popen(['etl-cut', 'f.csv'], stdout=a)
a.close()
reader = subprocess.run(['etl-cut', '-o', 'through.csv'], stdin=b)
assert (writer.wait(), reader.returncode) == (0, 0)
assert os.fstat(b.fileno()).st_mode == mode[1]
assert open('through.csv').read() == open('f.csv').read()
END
}

@test "a FIFO and a socket are unknown to their reader" {
	mkfifo fifo
	pipe 'etl-cut f.csv >fifo & etl-cut fifo | mark'
	is "0 0" "645 2"
	pipe 'etl-cut f.csv >fifo & etl-cut --require-clean fifo'
	is 75
	python3 - <<'END'
import socket, subprocess
a, b = socket.socketpair()
writer = subprocess.Popen(['etl-cut', 'f.csv'], stdout=a)
a.close()
reader = subprocess.run(['etl-cut', '--require-clean'], stdin=b, capture_output=True)
assert reader.returncode == 75, reader
END
}

# ---- every shape of pipe that a shell makes

@test "b < <(a)" {
	pipe 'etl-cut -o out.csv < <(etl-cut f.csv)'
	is 0
	cmp out.csv f.csv
	pipe 'etl-cut < <(etl-cut f.csv) | mark'
	is "0 0" "644 2"
	pipe 'etl-cut -o new.csv < <(etl-cut bad.csv | etl-cut)'
	is 1
	[ ! -e new.csv ]
}

@test "a > >(b)" {
	pipe 'etl-cut f.csv > >(etl-cut -o out.csv; echo $? >status); wait $!'
	[ "$(cat status)" = 0 ]
	cmp out.csv f.csv
	pipe 'etl-cut bad.csv > >(etl-cut -o new.csv; echo $? >status); wait $!'
	[ "$(cat status)" = 1 ]
	[ ! -e new.csv ]
}

@test "b <(a)" {
	pipe 'etl-cut -o out.csv <(etl-cut f.csv)'
	is 0
	cmp out.csv f.csv
	pipe 'etl-cut -o new.csv <(etl-cut bad.csv)'
	is 1
	[ ! -e new.csv ]
}

@test "a -o >(b): a pipe that is named" {
	pipe 'etl-cut -o >(etl-cut -o out.csv; echo $? >status) f.csv; wait $!'
	[ "$(cat status)" = 0 ]
	cmp out.csv f.csv
	pipe 'etl-cut -o >(mark >mode) f.csv; wait $!'
	[ "$(cat mode)" = "644 2" ]
	pipe 'etl-cut -o /dev/stdout f.csv | mark'
	is "0 0" "644 2"
	pipe 'etl-cut -o >(etl-cut -o new.csv; echo $? >status) bad.csv; wait $!'
	[ "$(cat status)" = 1 ]
	[ ! -e new.csv ]
}

@test "other shells: sh, and pipes made by Python" {
	try sh -c 'etl-cut bad.csv | etl-cut -o out.csv'
	fails 1 'ended with status 1'
	try python3 -c '
import subprocess as s, sys
a = s.Popen(["etl-cut", "bad.csv"], stdout=s.PIPE)
b = s.Popen(["etl-cut", "-o", "out.csv"], stdin=a.stdout)
a.stdout.close()
sys.exit(b.wait())'
	fails 1 'ended with status 1'
	[ ! -e out.csv ]
}

# ---- children that share our pipe

@test "ETL_MARKED: the mark of that pipe, and no other, is left to the parent" {
	pipe '(export ETL_MARKED=$(stat -Lc %d:%i /dev/fd/5); etl-cut f.csv; etl-cut bad.csv; etl-cut --nosuch) 5>&1 | mark'
	is "2 0" 600
	pipe '(export ETL_MARKED=1:1; etl-cut f.csv) | mark'
	is "0 0" "644 2"
	pipe 'etl-stage sh -c "echo \$ETL_MARKED; stat -Lc %d:%i /dev/stdout" | uniq | wc -l'
	is "0 0 0" 1
	pipe 'etl-stage sh -c "etl-cut f.csv; etl-cut -N tail.csv" | mark'
	is "0 0" "644 -"
	pipe 'etl-stage sh -c "etl-cut bad.csv | etl-cut" | mark'
	is "1 0" 641
	pipe 'etl-stage etl-stage etl-stage etl-cut bad.csv | mark'
	is "1 0" 641
}

# ---- a foreign filter

@test "a | etl-stage tr | b" {
	pipe 'etl-cut f.csv | etl-stage tr a-z A-Z | etl-cut -o out.csv'
	is "0 0 0"
	[ "$(cat out.csv)" = $'ID,NAME\n1,ANN\n2,BOB' ]
	pipe 'etl-cut f.csv | etl-stage tr a-z A-Z | mark'
	is "0 0 0" "644 -"
	pipe 'cat f.csv | etl-stage tr a-z A-Z | mark'
	is "0 0 0" "645 -"
}

@test "a | etl-stage tr | b: a fails" {
	pipe 'etl-cut bad.csv | etl-stage tr a-z A-Z | etl-cut -o out.csv'
	is "1 1 1"
	pipe 'etl-cut --nosuch | etl-stage tr a-z A-Z | etl-cut -o out.csv'
	is "2 2 2"
	pipe '(cat f.csv; chmod 640 /dev/stdout) | etl-stage tr a-z A-Z | etl-cut -o out.csv'
	is "0 75 75"
	said 'etl-stage: stdin: the program upstream was killed before its end'
	[ ! -e out.csv ]
}

@test "a | etl-stage tr | b: etl-stage is killed, and its command with it" {
	pipe 'etl-cut f.csv | etl-stage sh -c "cat; kill -KILL \$PPID; exec sleep 20" | etl-cut -o out.csv'
	is "0 137 75"
	said 'was killed before its end'
	[ ! -e out.csv ]
}
