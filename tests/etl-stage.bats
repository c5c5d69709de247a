#!/usr/bin/env bats
# etl-stage: what it makes of a command's end, and of its input's.

load setup

setup() {
	cd "$BATS_TEST_TMPDIR"
	printf 'id,name\n1,ann\n2,bob\n' >f.csv
	printf 'id,name\n1,ann\n2,"b"ob\n' >bad.csv
}

# Fails unless the command ends so within five seconds.
ends() { # STATUS COMMAND...
	local want=$1 got=0
	shift
	timeout -s KILL 5 "$@" || got=$?
	[ "$got" -eq "$want" ] || { echo "status $got, not $want"; return 1; }
}

wait_for() {
	for _ in $(seq 200); do
		[ ! -e "$1" ] || return 0
		sleep 0.02
	done
	echo "no $1"
	return 1
}

# Until the process has ended; whoever inherited it may be slow to ask for its status.
wait_gone() {
	for _ in $(seq 100); do
		grep -qs '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status" || return 0
		sleep 0.02
	done
	echo "$1 lives"
	return 1
}

# ---- usage

@test "no command, or one too many" {
	try etl-stage
	fails 2 "etl-stage: no command; see 'etl-stage --help'"
	try etl-stage --check-stdin cat
	fails 2 'option --check-stdin runs no command'
}

@test "--help, --version, --list-options; a full device" {
	try etl-stage --help
	[ "$status" -eq 0 ]
	[[ $output = 'usage: etl-stage [OPTION...] COMMAND'* ]]
	try etl-stage --version
	[[ $output = 'etl-stage (etlutils) '* ]]
	try etl-stage --list-options
	[[ $output = *$'-\t--ok\tLIST\t'* ]]
	for option in --help --version --list-options; do
		try sh -c "etl-stage $option >/dev/full"
		fails 2 'stdout: No space left on device'
	done
}

@test "an unknown option names the nearest" {
	try etl-stage --okay 1 cat
	fails 2 "unknown option '--okay'; did you mean '--ok'?"
	try etl-stage --stat x cat
	fails 2 "did you mean '--stats'?"
}

@test "the command's options are the command's" {
	printf 'b 1\na 2\n' >t
	try sh -c 'etl-stage sort -k 2 <t'
	prints $'b 1\na 2'
	try sh -c 'etl-stage --ok 1 sort -k 1 --reverse <t'
	prints $'b 1\na 2'
	try etl-stage -- printf '%s|' --help -- --ok
	prints '--help|--|--ok|'
	try etl-stage echo --stats -h
	prints '--stats -h'
}

@test "--ok: a list of statuses" {
	for list in '' x 1, ,1 -1 256 1-3; do
		try etl-stage --ok "$list" true
		fails 2 "option --ok: '$list' is no list of exit statuses"
	done
	for n in 1 4 7; do
		ends 0 etl-stage --ok 1,4,7 sh -c "exit $n"
	done
	ends 0 etl-stage --ok 1 --ok 9 sh -c 'exit 9'
	ends 2 etl-stage --ok 1 sh -c 'exit 2'
	ends 0 etl-stage --ok 1 true
	try sh -c 'printf "a\n" | etl-stage --ok 1 grep b'
	prints ''
	try sh -c 'printf "a\n" | etl-stage grep b'
	fails 1 'etl-stage: grep: ended with status 1 (--ok 1, if that is no failure)'
}

# ---- the command's end

@test "0, 1, 2 and 75 are passed on, another status is 2" {
	ends 0 etl-stage true
	for n in 1 2 75; do
		try etl-stage sh -c "exit $n"
		fails "$n" "etl-stage: sh: ended with status $n"
	done
	for n in 3 5 74 76 127 128 160 255; do
		try etl-stage sh -c "exit $n"
		fails 2 "etl-stage: sh: ended with status $n"
	done
}

@test "ended by a signal is 75, also where a shell says so" {
	for signal in KILL TERM SEGV ABRT; do
		try etl-stage sh -c "ulimit -c 0; kill -$signal \$\$"
		fails 75 'etl-stage: sh: ended by signal '
	done
	try etl-stage sh -c 'exit 137'
	fails 75 'etl-stage: sh: ended by signal 9'
}

@test "a command that cannot be run is 2" {
	try etl-stage nosuch-command
	fails 2 'etl-stage: nosuch-command: No such file or directory'
	for line in 'grep a | sort' 'sort -r'; do
		try etl-stage "$line"
		fails 2 "etl-stage: $line: no such command; a line for the shell is written: etl-stage sh -c '...'"
	done
	try etl-stage ./f.csv
	fails 2 'etl-stage: ./f.csv: Permission denied'
	try etl-stage /
	fails 2 'etl-stage: /: Permission denied'
	try etl-stage ''
	fails 2 'etl-stage: : No such file or directory'
}

@test "a failing command: nothing is committed below" {
	for n in 1 2 75 5; do
		try bash -c "etl-cut f.csv | etl-stage sh -c 'cat; exit $n' | etl-cut -o out.csv"
		fails $((n == 5 ? 2 : n)) 'etl-cut: stdin: '
		[ ! -e out.csv ]
	done
	try bash -c "etl-cut f.csv | etl-stage sh -c 'cat; kill -KILL \$\$' | etl-cut -o out.csv"
	fails 75 'ended with status 75'
	[ ! -e out.csv ]
}

@test "jq on input that is not JSON; sed with a script that is none" {
	command -v jq >/dev/null || skip "needs jq"
	try sh -c 'echo "{" | etl-stage jq .a'
	fails 2 'etl-stage: jq: ended with status '
	try sh -c 'echo "{\"a\":1}" | etl-stage jq .a'
	prints 1
	try etl-stage sed 'y/a/' f.csv
	fails 1 'etl-stage: sed: ended with status 1'
}

@test "output and input are the command's own, byte for byte" {
	head -c 300000 /dev/urandom >noise
	etl-stage cat <noise >copy
	cmp noise copy
	etl-stage cat <noise | etl-stage cat | etl-stage cat >copy
	cmp noise copy
	try sh -c 'etl-stage sh -c "echo told >&2"'
	fails 0 told
}

@test "a command that leaves early is no failure" {
	seq 200000 >long
	try bash -c 'etl-cut -N long | etl-stage head -n 2; echo "${PIPESTATUS[*]}"'
	prints $'1\n2\n141 0'
	[ ! -s err ]
	try bash -c 'etl-cut f.csv | etl-stage true; echo "${PIPESTATUS[1]}"'
	prints 0
	try bash -c '(seq 100000; chmod 640 /dev/stdout) | etl-stage head -n 1'
	prints 1
}

@test "a reader that leaves early: silent, and the status is that of SIGPIPE" {
	try bash -c 'etl-stage yes | head -n 1; echo "${PIPESTATUS[*]}"'
	prints $'y\n141 0'
	[ ! -s err ]
	try bash -c 'etl-stage sh -c "yes | cat" | head -n 1; echo "${PIPESTATUS[*]}"'
	prints $'y\n141 0'
	[ ! -s err ]
}

@test "SIGPIPE of a command whose reader is there is a failure" {
	try bash -c 'etl-stage sh -c "kill -PIPE \$\$" | cat; exit "${PIPESTATUS[0]}"'
	fails 75 'etl-stage: sh: ended by signal 13'
}

# ---- it ends with us

@test "TERM, INT and HUP end the command, which can clean up" {
	for signal in TERM INT HUP; do
		rm -f up trace
		env --default-signal=INT etl-stage sh -c "trap 'kill \$!; echo $signal >trace; exit 9' $signal; sleep 20 & : >up; wait" 3>&- &
		pid=$!
		wait_for up
		kill -"$signal" $pid
		status=0
		wait $pid || status=$?
		[ "$status" -eq $((128 + $(kill -l $signal))) ]
		[ "$(cat trace)" = "$signal" ]
	done
}

@test "a command that will not end is killed after a second" {
	etl-stage sh -c 'trap "" TERM; echo $$ >child; : >up; while :; do sleep 0.1; done' 3>&- &
	pid=$!
	wait_for up
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	[ "$status" -eq 143 ]
	wait_gone "$(cat child)"
}

@test "where etl-stage is killed, so is the command" {
	etl-stage sh -c 'echo $$ >child; : >up; exec sleep 20' 3>&- &
	pid=$!
	wait_for up
	kill -KILL $pid
	wait $pid || true
	wait_gone "$(cat child)"
}

@test "a signal that the caller ignores is ignored" {
	ends 0 env --ignore-signal=HUP etl-stage sh -c 'kill -HUP $PPID $$'
}

@test "the status is there where the caller ignores CHLD" {
	ends 1 env --ignore-signal=CHLD etl-stage sh -c 'exit 1' 2>err
	grep -qF 'sh: ended with status 1' err
}

@test "the command finds signals as a shell would have left them" {
	for how in --default-signal=XFSZ --ignore-signal=XFSZ,CHLD,HUP,PIPE; do
		try env "$how" etl-stage sh -c 'grep -E "^Sig(Blk|Ign)" /proc/self/status; :'
		theirs=$output
		try env "$how" sh -c 'grep -E "^Sig(Blk|Ign)" /proc/self/status; :'
		[ "$theirs" = "$output" ]
	done
}

@test "the command inherits no descriptor of ours" {
	try sh -c 'ls /proc/self/fd | wc -l'
	want=$output
	try etl-stage --stats record sh -c 'ls /proc/self/fd | wc -l'
	prints "$want"
}

# ---- what came in

@test "the input's failure is passed on, and goes before the command's own" {
	try bash -c 'etl-cut bad.csv 2>/dev/null | etl-stage cat'
	fails 1 'etl-stage: stdin: '
	try bash -c '(cat f.csv; chmod 640 /dev/stdout) | etl-stage sh -c "cat; exit 5"'
	fails 75 'was killed before its end'
	try bash -c '(cat f.csv; chmod 642 /dev/stdout) | etl-stage sort'
	fails 2 'the program upstream ended with status 2'
}

@test "an unknown input is accepted, --require-clean refuses it" {
	try bash -c 'cat f.csv | etl-stage cat'
	prints "$(cat f.csv)"
	try bash -c 'cat f.csv | etl-stage --require-clean cat >out'
	fails 75 'etl-stage: stdin: nothing says that the program upstream finished (--require-clean)'
	try bash -c 'etl-cut f.csv | etl-stage --require-clean cat'
	prints "$(cat f.csv)"
	try bash -c 'etl-stage --require-clean cat <f.csv'
	prints "$(cat f.csv)"
}

@test "closed stdin and stdout are the command's to complain about" {
	try sh -c 'etl-stage cat <&-'
	fails 1 'cat: '
	try sh -c 'etl-stage echo x >&-'
	[ "$status" -ne 0 ]
	try sh -c 'etl-stage true <&- >&- 2>&-'
	[ "$status" -eq 0 ]
}

# ---- --check-stdin, for connectors in shell

@test "--check-stdin: how the writer ended, once all was read" {
	check='(cat >/dev/null; etl-stage --check-stdin)'
	try bash -c "etl-cut f.csv | $check"
	prints ''
	try bash -c "etl-cut bad.csv | $check"
	fails 1 'etl-stage: stdin: '
	try bash -c "etl-cut --nosuch | $check"
	fails 2 'etl-stage: stdin: '
	try bash -c "(cat f.csv; chmod 643 /dev/stdout) | $check"
	fails 75 'ended with status 75'
	try bash -c "(cat f.csv; chmod 640 /dev/stdout) | $check"
	fails 75 'was killed before its end'
	try bash -c "cat f.csv | $check"
	prints ''
}

@test "--check-stdin --require-clean" {
	check='(cat >/dev/null; etl-stage --check-stdin --require-clean)'
	try bash -c "etl-cut f.csv | $check"
	prints ''
	try bash -c "cat f.csv | $check"
	fails 75 'nothing says that the program upstream finished'
	try bash -c "etl-cut f.csv | etl-stage cat | $check"
	prints ''
}

@test "--check-stdin: too early" {
	try bash -c 'etl-cut f.csv | (sleep 0.1; etl-stage --check-stdin)'
	fails 2 'etl-stage: stdin: not read to its end'
	try bash -c '(etl-cut f.csv; sleep 0.3) | (head -n 1 >/dev/null; etl-stage --check-stdin)'
	fails 2 'not read to its end'
}

@test "--check-stdin: a file has no writer" {
	try sh -c 'etl-stage --check-stdin <f.csv'
	prints ''
	try sh -c 'etl-stage --check-stdin --require-clean </dev/null'
	prints ''
}

# ---- --stats

@test "--stats: one line of JSON; counts that are not ours to know are left out" {
	try bash -c 'etl-cut f.csv | etl-stage --stats record sort | cat >/dev/null'
	[ "$(wc -l <record)" = 1 ]
	python3 - <<'END'
import json
r = json.load(open('record'))
assert r['program'] == 'etl-stage' and r['status'] == 0
assert r['argv'] == ['etl-stage', '--stats', 'record', 'sort']
for end in r['inputs'] + r['outputs']:
    assert ':' in end['pipe'] and 'records' not in end and 'bytes' not in end
assert len(r['inputs']) == len(r['outputs']) == 1
assert not {'in', 'out', 'bytes_in', 'bytes_out'} & set(r)
assert r['ended'] >= r['started']
END
}

@test "--stats: status and cost of a command that failed" {
	try etl-stage --stats record sh -c 'i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done; exit 75'
	[ "$status" -eq 75 ]
	python3 - <<'END'
import json
r = json.load(open('record'))
assert r['status'] == 75
assert r['cpu'] > 0.005, r['cpu']
END
}

@test "--stats: what is not UTF-8, control bytes and quotes make JSON; no password is on record" {
	try etl-stage --stats record true $'a"b\\c\n\x01\x7f\xff\xc3\xa9' http://joe:secret@host/p?q=r@s ftp://joe@host http://host/a:b@c \
		http://joe:sec/secret@host/ 'curl http://host/ http://joe:secret@h | curl http://joe:secret@h'
	[ "$status" -eq 0 ]
	run ! grep -q secret record
	python3 - <<'END'
import json
argv = json.load(open('record', encoding='utf-8'))['argv']
assert argv[4] == 'a"b\\c\n\x01\x7f\ufffd\xe9', ascii(argv[4])
assert argv[5:] == ['http://joe:***@host/p?q=r@s', 'ftp://joe@host', 'http://host/a:b@c', 'http://joe:***@host/',
    'curl http://host/ http://joe:***@h | curl http://joe:***@h'], argv
END
}

@test "--stats: a record is whole however much there is to say" {
	head -c 120000 /dev/zero | tr '\0' '"' >long
	try bash -c 'etl-stage --stats record true "$(cat long)" a b c'
	[ "$status" -eq 0 ]
	many=()
	name=$(printf '%0100d' 0)
	cp f.csv "$name"
	for i in $(seq 600); do many+=("./$name"); done
	etl-cut --stats record -f id "${many[@]}" >/dev/null
	python3 - <<'END'
import json
first, second = map(json.loads, open('record'))
assert len(first['argv'][4]) > 4000 and first['argv'][4].endswith('...')
assert second['in'] == 1200 and second['out'] == 1200
assert len(second['inputs']) + second['more_inputs'] == 600
assert len(second['inputs']) > 100
END
}

@test "--stats: a record that cannot be written is said, and changes no status" {
	try etl-stage --stats /dev/full true
	fails 0 'etl-stage: the record of this run was not written: No space left on device'
	try etl-stage --stats missing/record true
	fails 2 'missing/record: No such file or directory'
}

@test "--stats: many at once do not mix their lines" {
	for i in $(seq 40); do etl-stage --stats record true "$i" & done
	wait
	[ "$(wc -l <record)" = 40 ]
	python3 -c 'import json; [json.loads(l) for l in open("record")]'
}
