#!/usr/bin/env bats
# SIGKILL of any stage at 200 random moments leaves none of the records or all of them (fault/kill-pipeline).

load setup

kills() { # SHAPE SINK
	"$BATS_TEST_DIRNAME/fault/kill-pipeline" --shape "$1" --sink "$2" -n 200
}

@test "a | b | c | etl-cut -o FILE" {
	kills plain cut
}

@test "a | b | c | etl-load FILE" {
	kills plain file
}

@test "a | b | c | etl-load sqlite:" {
	kills plain sqlite
}

@test "etl-load FILE < <(a | b)" {
	kills substitution file
}

@test "etl-load sqlite: < <(a | b)" {
	kills substitution sqlite
}

@test "a | etl-stage tr A-Z a-z | etl-load FILE" {
	kills stage file
}

@test "a | etl-stage tr A-Z a-z | etl-load sqlite:" {
	kills stage sqlite
}
