#!/usr/bin/env bats
# What etl-extract, etl-load and the connectors hold each other to (etl-connect(7)).

load setup

# The connector in the manual, as it stands there.
given_spool() {
	mkdir c spool
	sed -n '/^#!\/bin\/sh$/,/^\.Ed$/p' "$ROOT/man/etl-connect.7" | sed '$d; s/\\e/\\/g' >c/spool
	chmod +x c/spool
	export ETL_CONNECT_PATH=$PWD/c
}

# ---- messages

@test "messages begin with what was typed; a connector run by hand has its own name" {
	try etl-extract ftp://127.0.0.1:1/a.csv --retries=0
	fails 75 'etl-extract: ftp://127.0.0.1:1/a.csv: '
	try "$ETL_BIN/ftp" get ftp://127.0.0.1:1/a.csv --retries=0
	fails 75 'http: ftp://127.0.0.1:1/a.csv: '
	printf 'a,b\n1,2,3\n' >in.csv
	try etl-load sqlite:t.db --table t in.csv
	fails 1 'etl-load: in.csv:2: '
	[ "$(grep -vc '^etl-load: ' err)" -eq 0 ]
	try "$ETL_BIN/sqlite" put sqlite:t.db --table t in.csv
	fails 1 'sqlite: in.csv:2: '
	etl-load sqlite:t.db --table t --ragged reject --rejects bad.csv in.csv
	try etl-cut -f stage,line bad.csv
	prints 'stage,line
etl-load,2'
}

@test "a name of any length, or none" {
	for n in 0 1 5000; do
		ETL_PROGRAM=$(head -c "$n" /dev/zero | tr '\0' x)
		export ETL_PROGRAM
		try "$ETL_BIN/sqlite" nonsense
		fails 2 'usage: sqlite put'
	done
	grep -q '^x*: usage' err
}

# ---- actions

@test "a connector is asked what it is where that is needed" {
	mkdir c
	cat >c/log <<-'END'
	#!/bin/sh
	echo "$*" >>log
	[ "$1" != describe ] || printf 'schemes log\ndirections get put\nunit bytes\n-\t--how\tHOW\tx\n'
	[ "$1" != get ] || echo a
	END
	chmod +x c/log
	export ETL_CONNECT_PATH=$PWD/c
	etl-extract log:x log:x
	etl-extract log:y --how=so
	etl-load log:z <<<a
	try cat log
	prints 'get log:x
get log:x
describe
get log:y --how=so
describe
put log:z'
}

@test "a direction that a connector does not have" {
	for words in '' --lock-wait=1; do
		try etl-extract sqlite:t.db $words
		fails 2 "etl-extract: connector 'sqlite' cannot get"
	done
	[ ! -e t.db ]
	given_spool
	try c/spool fetch spool:x
	fails 2 "unknown action 'fetch'"
}

# ---- the list

@test "--list: each connector once, with its options as they are written" {
	try etl-extract --list
	[ "$(grep -c '^schemes http https$' <<<"$output")" -eq 1 ]
	[ "$(grep -c '^schemes ftp sftp$' <<<"$output")" -eq 1 ]
	[ "$(grep -c '^schemes sqlite$' <<<"$output")" -eq 1 ]
	grep -qE '^  --retries=N +tries after the first \(5\)$' <<<"$output"
	grep -qE '^  --netrc +take the login' <<<"$output"
	[ "$(grep -c -- '--list-options' <<<"$output")" -eq 0 ]
	try bash -c 'etl-extract --list >/dev/full'
	fails 2 'No space left'
}

@test "--list: links that differ are two; one that cannot say hides no other" {
	mkdir c
	printf '%s\n' '#!/bin/sh' 'printf "schemes ${0##*/}\ndirections get\nunit bytes\n"' >c/aa
	ln -s aa c/bb
	printf '%s\n' '#!/bin/sh' 'exit 3' >c/broken
	printf '%s\n' '#!/bin/sh' 'kill -9 $$' >c/gone
	echo '#!/no/such/shell' >c/odd
	chmod +x c/*
	echo 'schemes text' >c/text
	export ETL_CONNECT_PATH=$PWD/c:none
	try etl-extract --list
	[ "$status" -ne 0 ]
	[ "$(grep -c "^$PWD/c/aa$" <<<"$output")" -eq 2 ]
	grep -qx 'schemes aa' <<<"$output" && grep -qx 'schemes bb' <<<"$output" && grep -qx 'schemes sqlite' <<<"$output"
	grep -qF 'c/broken: does not say what it is (describe)' err
	grep -qF 'c/gone: was killed by signal 9' err
	grep -qF 'c/odd: No such file' err
	[ "$(wc -l <err)" -eq 3 ]
}

# ---- what a connector inherits

@test "signals are as the caller left them; no descriptor but the standard ones and the report's" {
	mkdir c
	cat >c/look <<-'END'
	#!/bin/sh
	[ "$1" != describe ] || { printf 'schemes look\ndirections get put\nunit bytes\n'; exit; }
	[ "$1" = get ] || exec >seen
	grep -E '^Sig(Blk|Ign)' /proc/self/status
	ls /proc/self/fd | wc -l
	[ -z "${ETL_REPORT_FD:-}" ] || [ ! -e "/proc/self/fd/$ETL_REPORT_FD" ] || echo report
	END
	chmod +x c/look
	export ETL_CONNECT_PATH=$PWD/c
	for how in --default-signal=XFSZ --ignore-signal=XFSZ,HUP --ignore-signal=PIPE; do
		want=$(env "$how" c/look get)
		fds=$(tail -n 1 <<<"$want")
		want=${want%"$fds"}$((fds + 1))$'\nreport'
		try env "$how" etl-extract --from lines -N look:x --stats record
		prints "$want"
		env "$how" etl-load look:x <<<a
		[ "$(cat seen)" = "$want" ]
	done
}

@test "a connector that cannot be run says why" {
	mkdir c
	echo '#!/no/such/shell' >c/odd
	chmod +x c/odd
	export ETL_CONNECT_PATH=$PWD/c
	try etl-extract odd:x
	fails 2 'c/odd: No such file or directory'
	try etl-load odd:x <<<a
	fails 2 'c/odd: No such file or directory'
}

# ---- the connector in the manual

@test "the manual's connector: put, get, and its failures" {
	given_spool
	try etl-extract --list
	[[ $output == *$'schemes spool\ndirections get put\nunit bytes'* ]]
	printf 'a,b\n1,"x"\n' | etl-load spool:out.csv --dir=spool
	try etl-extract spool:out.csv --dir=spool
	prints $'a,b\n1,"x"'
	try etl-extract spool:none.csv --dir=spool
	fails 2 'etl-extract: spool:none.csv: no such file in spool'
	try c/spool get spool:none.csv --dir=spool
	fails 2 'spool: spool:none.csv: no such file in spool'
	try etl-extract spool:../x --dir=spool
	fails 2 'not a name'
	try etl-load spool:x --folder=spool <<<a
	fails 2 "unknown option '--folder' of connector 'spool'"
	[ "$(ls -A spool)" = out.csv ]
}

@test "the manual's connector publishes nothing of a stream that broke" {
	given_spool
	try bash -c 'printf "a\n1\n\"x\"y\n" | etl-cut | etl-load spool:out.csv --dir=spool'
	fails 1 'ended with status 1'
	[ -z "$(ls -A spool)" ]
}
