# Loaded by every bats file: our programs first on PATH, a directory of its own for each test, no locale.
ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
ETL_BIN=${ETL_BIN:-$ROOT/build}
export ROOT ETL_BIN PATH="$ETL_BIN:$PATH"
export LC_ALL=C.UTF-8
unset ETL_RUN_DIR ETL_CONNECT_PATH ETL_MARKED ETL_KEY_FILE TZ TZDIR
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# For a test of what libcsv does not do where it stands in for the scanner: quotes as they came, constant memory.
scanner_only() {
	[ "${ETL_SCAN:-}" != libcsv ] || skip "libcsv keeps neither quotes as they came nor to constant memory"
}

# Runs a command with stderr in the file `err`, its exit status in $status, its output in $output.
try() {
	run bash -c '"$@" 2>err' try "$@"
}

# Fails unless the last try ended so, with this text somewhere in its messages.
fails() { # STATUS TEXT
	[ "$status" -eq "$1" ] || { echo "status $status, not $1: $(cat err)"; return 1; }
	grep -qF -- "$2" err || { echo "no '$2' in: $(cat err)"; return 1; }
}

# Fails unless the last try ended with 0 and printed exactly this.
prints() { # TEXT
	[ "$status" -eq 0 ] || { echo "status $status: $(cat err)"; return 1; }
	[ "$output" = "$1" ] || { printf 'got:\n%s\nnot:\n%s\n' "$output" "$1"; return 1; }
}
