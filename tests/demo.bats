#!/usr/bin/env bats
# scripts/demo: holds what it shows, says so briefly, and fails where something does not hold.
load setup

# Each run has the same directory.
setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
}

demo() { # [ARCHIVE]
	B=$ETL_BIN "$ROOT/scripts/demo" "$@" >out 2>&1
}

@test "on an archive of one's own, by a relative name: at most 60 lines" {
	"$ROOT/examples/toll/make-tolldata" 500 3 'a b.tgz'
	demo 'a b.tgz' || { cat out; false; }
	[ "$(wc -l <out)" -le 60 ]
	grep -q '500 in = 500 out + 0 filtered + 0 rejected' out
	grep -q 'upstream etl-map (process [0-9]*) was killed' out
	grep -q 'rows before: 500, after: 500' out
	[ "$(grep -c 'times as fast' out)" -eq 2 ]
	grep -q '^ *2026-01-01T01:04:00Z *60 ' out
	grep -q '^\* \* \* \* \* /.*/temperature-etl.sh http' out
}

@test "an archive that is none, or has other files: it fails and says at what" {
	echo no >none.tgz
	for archive in none.tgz missing.tgz; do
		run -1 demo $archive
		grep -q 'demo: the toll job failed' out
	done
}
