#!/usr/bin/env bats
# The temperature job: examples/temperature.
load setup

example=$BATS_TEST_DIRNAME/../examples/temperature

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	"$example/server" --fast --log log >url 2>server.err 3>&- &
	server=$!
	for _ in $(seq 200); do
		[ ! -s url ] || break
		sleep 0.02
	done
	url=$(cat url)
}

teardown() {
	kill "$server" 2>/dev/null || true
	wait "$server" 2>/dev/null || true
}

# One run of the job; its messages in `err`.
job() { # [QUERY] [DASHBOARD]
	status=0
	"$example/temperature-etl.sh" "$url/reading${1:-}" "${2:-$url/stats}" out >said 2>err || status=$?
	[ ! -s said ] || { cat said; return 1; }
}

jobs_well() { # TIMES
	local n
	for ((n = 0; n < $1; n++)); do
		job
		[ "$status" -eq 0 ] || { cat err; return 1; }
	done
}

taken() {
	grep -c '"took"' log || true
}

# All that lasts: the store, the statistics, what the dashboard has.
facts() {
	cat out/temperature.csv out/temp_stats.csv
	etl-extract --from lines --header stats "$url/stats"
}

@test "65 runs: the window, the statistics and what the dashboard took are those of an independent computation" {
	jobs_well 65
	[ "$(wc -l <out/temperature.csv)" -eq 61 ]
	[ "$(taken)" -eq 65 ]
	"$BATS_TEST_DIRNAME/temperature-check" log out
	[ -z "$(find out -name '.*')" ]
}

@test "200 kills of all of its processes: the store is whole, the next run is right" {
	"$BATS_TEST_DIRNAME/fault/kill-job" -n 200
}

@test "two runs at once: the second ends with 75, and changes nothing" {
	jobs_well 2
	facts >before
	local slow=
	for _ in $(seq 200); do
		# It may have met the look at its lock, and ended for that.
		if [ -z "$slow" ] || ! kill -0 $slow 2>/dev/null; then
			setsid "$example/temperature-etl.sh" "$url/reading?lie=slow" "$url/stats" out >/dev/null 2>slow.err 3>&- &
			slow=$!
		fi
		if flock -n out/job.lock true; then sleep 0.02; else break; fi
	done
	job
	kill -- -$slow
	wait $slow || true
	[ "$status" -eq 75 ]
	grep -q 'another run is at work' err
	facts | cmp - before
}

@test "the sensor lies: status 1, nothing of it is kept, nothing old is posted" {
	local lie
	jobs_well 3
	facts >before
	for lie in text empty none two html nothing hot notime future; do
		job "?lie=$lie"
		[ "$status" -eq 1 ] || { echo "$lie: status $status: $(cat err)"; return 1; }
		facts | cmp - before
	done
	[ "$(taken)" -eq 3 ]
	jobs_well 1
	[ "$(wc -l <out/temperature.csv)" -eq 5 ]
	"$BATS_TEST_DIRNAME/temperature-check" log out
}

@test "the sensor repeats itself: its reading is in the window once" {
	jobs_well 3
	facts >before
	job '?lie=again'
	[ "$status" -eq 0 ]
	facts | cmp - before
}

# A run whose messages and status are in DIR.err and DIR.status.
job_in() { # DIR SENSOR DASHBOARD
	local status=0
	"$example/temperature-etl.sh" "$2" "$3" "$1" 2>"$1.err" 3>&- || status=$?
	echo $status >"$1.status"
}

@test "the sensor or the dashboard is down or slow: 75, nothing old is posted, and the next run is right" {
	local dir pids=()
	jobs_well 3
	facts >before
	for dir in down slow nowhere untold; do cp -r out $dir; done
	job_in down "$url/reading?lie=down" "$url/stats" &
	pids+=($!)
	job_in slow "$url/reading?lie=slow" "$url/stats" &
	pids+=($!)
	# Nobody listens at port 9, discard.
	job_in nowhere http://127.0.0.1:9/reading "$url/stats" &
	pids+=($!)
	job_in untold "$url/reading" http://127.0.0.1:9/stats &
	pids+=($!)
	wait "${pids[@]}"
	for dir in down slow nowhere untold; do
		[ "$(cat $dir.status)" -eq 75 ] || { echo "$dir: status $(cat $dir.status): $(cat $dir.err)"; return 1; }
		[ $dir = untold ] || cmp out/temperature.csv $dir/temperature.csv
		[ $dir = untold ] || cmp out/temp_stats.csv $dir/temp_stats.csv
	done
	facts | cmp - before
	# The reading that the dashboard was not told of is kept, and counts the next time.
	[ "$(wc -l <untold/temperature.csv)" -eq 5 ]
	[ "$(taken)" -eq 3 ]
	"$example/temperature-etl.sh" "$url/reading" "$url/stats" untold
	"$BATS_TEST_DIRNAME/temperature-check" log untold
}

@test "a store that is damaged: status 2, nothing is posted" {
	jobs_well 3
	head -c -3 out/temperature.csv >torn
	cp torn out/temperature.csv
	job
	[ "$status" -eq 2 ]
	grep -q 'temperature.csv: state damaged: the last record has no end' err
	cmp out/temperature.csv torn
	[ "$(taken)" -eq 3 ]
}

@test "the crontab line, as cron runs it: no environment, no terminal, descriptors closed" {
	local line
	line=$(sed -n 's/^#\t\* \* \* \* \* //p' "$example/temperature-etl.sh")
	[ -n "$line" ]
	line=${line/\/path\/to/$(cd "$example" && pwd)}
	line=${line/http:\/\/SENSOR/$url}
	line=${line/http:\/\/DASHBOARD/$url}
	line=${line/\/var\/lib\/temperature/$PWD\/out}
	[[ $line != *[A-Z]*/reading* ]]
	# Nothing but the source tree may be found on cron's PATH; the programs under test stand in for it.
	ln -s "$ETL_BIN" build
	mkdir -p examples/temperature
	cp "$example/temperature-etl.sh" examples/temperature/
	line=${line/$(cd "$example" && pwd)/$PWD\/examples\/temperature}
	for descriptors in '</dev/null' '<&-' '<&- >&-' '<&- >&- 2>&-'; do
		setsid env -i HOME=/ LOGNAME=nobody SHELL=/bin/sh PATH=/usr/bin:/bin sh -c "exec $descriptors; cd /; $line" ||
			{ echo "$descriptors: status $?"; return 1; }
	done
	[ "$(taken)" -eq 4 ]
	"$BATS_TEST_DIRNAME/temperature-check" log out
}

@test "usage: 2" {
	run -2 "$example/temperature-etl.sh"
	run -2 "$example/temperature-etl.sh" "$url/reading"
	run -2 "$example/temperature-etl.sh" "$url/reading" "$url/stats" out more
	[ ! -e out ]
	touch file
	run -2 "$example/temperature-etl.sh" "$url/reading" "$url/stats" file
	[ "$(taken)" -eq 0 ]
}

@test "the dashboard takes JSON alone, and says so" {
	printf 'a\n1\n' >in.csv
	run -2 "$ETL_BIN/etl-load" "$url/stats" --method=PUT --to csv in.csv
	[[ "$output" == *"answered 400 bad request; it says: this is no JSON"* ]]
	[ "$(taken)" -eq 0 ]
}
