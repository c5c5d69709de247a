load setup

# Rows that make several batches of 256 KiB; the row numbers given have no number in n.
many() { # BAD...
	awk -v bad=" $* " 'BEGIN {
		print "n,text"
		for (i = 1; i <= 60000; i++)
			print (index(bad, " " i " ") ? "n/a" : i) ",the text of record " i
	}'
}

@test "any number of jobs gives the same output, messages, rejects and counts" {
	"$ROOT/tests/jobs-matrix" 60
}

@test "of several errors the first record's is told" {
	many 30000 59000 >a.csv
	for jobs in 1 2 5; do
		try etl-map --jobs "$jobs" 'm = n * 2' a.csv
		fails 1 "a.csv:30001: column 'n': not a number: 'n/a'"
		[ "$(wc -l <err)" -eq 1 ]
	done
	many 59000 | sed '30001s/$/,more/' >b.csv
	try etl-filter --jobs 3 'n > 5' b.csv
	fails 1 "b.csv:30001: 3 fields where there are 2 columns"
	many 20000 | sed '30001s/$/,more/' >c.csv
	try etl-filter --jobs 3 'n > 5' c.csv
	fails 1 "c.csv:20001: column 'n': not a number"
}

@test "groups come in the order of the input, with the quotes they first came in, within the memory and beyond" {
	awk 'BEGIN {
		print "k,n"
		for (i = 1; i <= 300000; i++) {
			k = (i * 7919) % 60013
			print (i % 3 ? k : "\"" k "\"") "," i % 1000 "." i % 10
		}
	}' >a.csv
	etl-agg --jobs 1 -g k 'count(), sum(n), mean(n), distinct(n), max(n)' a.csv >one
	[ "$(wc -l <one)" -eq 60014 ]
	for options in "--jobs 2" "--jobs 5" "--jobs 3 --memory 4M" "--jobs 2 --memory 20M"; do
		# shellcheck disable=SC2086 # words
		etl-agg $options -g k 'count(), sum(n), mean(n), distinct(n), max(n)' a.csv | cmp - one
	done
	etl-agg --jobs 1 'count(), sum(n), mean(n), quantile(n, 0.3)' a.csv >one
	etl-agg --jobs 4 'count(), sum(n), mean(n), quantile(n, 0.3)' a.csv | cmp - one
}

@test "very many groups, which the jobs have in common: as one job has them" {
	awk 'BEGIN {
		print "k,l,n,t"
		for (i = 1; i <= 200000; i++) {
			k = i % 5 ? (i * 7919) % 60013 : "often"
			if (i % 1000 > 990)
				k = "a key that is longer than what stands in its entry " k
			if (i % 11 == 0)
				k = "\"" k "\""
			print k "," i % 3 "," (i * 104729) % 1000003 "." i % 100 "," i % 977
		}
		for (i = 0; i < 30; i++)
			print 4 ",1,9999999999999999999999999." i ",7"
	}' >a.csv
	for by in k k,l; do
		for aggregates in 'n = count(), s = sum(n), m = mean(n), hi = max(n), lo = min(text(t))' \
			'd = approx_distinct(t), q = approx_quantile(n, 0.9), v = var(n)' 'median(n)' 'median(n), distinct(t)'; do
			etl-agg --jobs 1 -g "$by" "$aggregates" a.csv >one
			for options in "--jobs 2" "--jobs 6" "--jobs 2 --memory 10M" "--jobs 3 --memory 30M"; do
				# shellcheck disable=SC2086 # words
				etl-agg $options -g "$by" "$aggregates" a.csv | cmp - one
			done
		done
	done
	[ "$(wc -l <one)" -gt 140000 ]
	etl-agg --jobs 1 -g k --partial 'count(), sum(n)' a.csv >one
	ETL_BLOCK=100000 etl-agg --jobs 2 -g k --partial 'count(), sum(n)' a.csv | cmp - one
	etl-agg --jobs 3 -g k 'count()' a.csv a.csv >two
	etl-agg --jobs 1 -g k 'count()' a.csv a.csv | cmp - two
}

@test "jobs that have groups in common and run out of memory end, with 2" {
	(echo k; seq 1500000) >a.csv
	for limit in 150000 200000 250000; do
		for _ in 1 2 3; do
			status=0
			(ulimit -v "$limit" && timeout 60 etl-agg --jobs 4 --memory 1G -g k 'count()' a.csv >/dev/null 2>err) ||
				status=$?
			[ "$status" -eq 2 ]
			grep -q 'out of memory' err
		done
	done
}

@test "rejects stand on file in order, and a limit is met where one job meets it" {
	many 100 20000 20001 40000 59999 >a.csv
	for jobs in 1 4; do
		try etl-filter --jobs "$jobs" --rejects "r$jobs" 'n > 0' a.csv
		[ "$status" -eq 0 ]
		try etl-filter --jobs "$jobs" --max-rejects 3 'n > 0' a.csv
		fails 1 "a.csv:40001: column 'n': not a number: 'n/a': more than 3 rejects"
	done
	cmp r1 r4
	[ "$(cut -d, -f3 r4 | tail -n +2 | paste -sd ' ')" = "101 20001 20002 40001 60000" ]
}

@test "nothing is committed where a job fails" {
	many 59000 >a.csv
	echo old >out.csv
	try etl-map --jobs 3 'm = n * 2' a.csv -o out.csv
	fails 1 "a.csv:59001"
	[ "$(cat out.csv)" = old ]
	[ -z "$(find . -name '*.tmp')" ]
}

@test "several inputs, a pipe among them, and standard input" {
	many >a.csv
	cat a.csv <(many | tail -n +2) >twice.csv
	etl-cut --jobs 3 a.csv a.csv | cmp - twice.csv
	etl-cut --jobs 3 a.csv <(many) | cmp - twice.csv
	etl-cut --jobs 3 - <a.csv | cmp - a.csv
	many | etl-cut --jobs 3 | cmp - a.csv
	many | etl-filter --jobs 3 'n > 0' - | cmp - a.csv
}

@test "a reader that leaves early, a full device, a signal" {
	many >a.csv
	cat a.csv a.csv a.csv a.csv >large.csv
	run bash -c 'set -o pipefail; etl-cut --ragged=fill,truncate --jobs 3 large.csv | head -n 1'
	[ "$output" = n,text ]
	[ "$status" -eq 141 ]
	try bash -c 'etl-cut --jobs 3 a.csv >/dev/full'
	fails 2 "stdout: No space left on device"
	mkfifo p
	etl-cut --jobs 3 a.csv -o p 9<&- 3<&- &
	pid=$!
	exec 9<p
	kill -TERM "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	exec 9<&-
}

# The first batch takes so long that its job writes those of the others as well.
@test "a device that is full when a job writes what others have made" {
	awk 'BEGIN {
		printf "n,text\n1,"
		for (i = 0; i < 300000; i++)
			printf "some words "
		for (i = 2; i <= 20000; i++)
			printf "\n%d,the text of record %d", i, i
		print ""
	}' >a.csv
	for _ in 1 2 3; do
		try timeout 20 bash -c 'ETL_BLOCK=12000 etl-filter --jobs 4 "n != 1 || lower(upper(text)) == text(n)" a.csv >/dev/full'
		fails 2 "stdout: No space left on device"
		[ "$(wc -l <err)" -eq 1 ]
	done
}

@test "inputs whose last record has no end: the next one is not read over it" {
	awk 'BEGIN { printf "n,text\n1,"; for (i = 0; i < 16000; i++) printf "some words " }' >a.csv
	for _ in $(seq 60); do
		echo a.csv
	done >names
	xargs etl-map --jobs 1 'text = upper(text)' <names >one
	[ "$(wc -l <one)" -eq 61 ]
	for jobs in 2 3; do
		xargs etl-map --jobs "$jobs" 'text = upper(text)' <names | cmp - one
	done
}

@test "a signal: rejects are whole records on file, and nothing is committed" {
	many $(seq 1 7 60000) >a.csv
	for i in $(seq 12); do
		rm -f r
		etl-map --jobs 3 --rejects r 'm = n * 2' a.csv a.csv a.csv -o out.csv 3>&- &
		pid=$!
		sleep "0.0$((i * 7))"
		kill -TERM "$pid" 2>/dev/null || :
		status=0
		wait "$pid" || status=$?
		[ "$status" -eq 143 ] || [ "$status" -eq 0 ]
		[ ! -e r ] || etl-cut -f record r >/dev/null
		[ "$status" -eq 0 ] || [ ! -e out.csv ]
		rm -f out.csv
		[ -z "$(find . -name '*.tmp')" ]
	done
}

@test "a record that is joined with very many takes no more memory with several jobs" {
	awk 'BEGIN { print "k,text"; for (i = 0; i < 3000; i++) print "1,the text of record " i " of the right" }' >right.csv
	awk 'BEGIN { print "k,n"; for (i = 0; i < 900; i++) print "1," i }' >left.csv
	etl-join --jobs 1 left.csv right.csv -k k | sha256sum >one
	etl-join --jobs 3 --stats s left.csv right.csv -k k | sha256sum | cmp - one
	[ "$ETL_BIN" != "$ROOT/build" ] || [ "$(grep -o '"peak_memory":[0-9]*' s | cut -d: -f2)" -le 40000000 ]
}

@test "records that need a look far into the file, between those that need none" {
	# Line breaks in quotes from the start, two fields too many, a record beyond a block, a quote never closed.
	many | sed 's/^\(.*\)7,\(.*\)$/\17,"\2\n,"/; 20001s/$/,more/; 40001s/$/,more,still/' >a.csv
	{
		cat a.csv
		printf '1,"%s"\n' "$(yes 'long "" text' | head -n 50000)"
		many | tail -n +2
	} >b.csv
	etl-cut -f text,n --ragged=truncate --jobs 1 b.csv >one 2>err1
	[ "$(wc -l <one)" -gt 170000 ]
	for jobs in 2 4; do
		etl-cut -f text,n --ragged=truncate --jobs "$jobs" b.csv 2>err2 | cmp - one
		cmp err1 err2
		try etl-cut -f text,n --jobs "$jobs" b.csv
		fails 1 "b.csv:22001: 3 fields where there are 2 columns"
	done
	{
		cat b.csv
		printf '5,"open\n'
		many | tail -n +2
	} >c.csv
	last=$(($(wc -l <b.csv) + 1))
	for jobs in 1 3; do
		try etl-cut -f text,n --ragged=truncate --jobs "$jobs" c.csv
		fails 1 "c.csv:$last: byte 3: unterminated quote"
	done
}

@test "as many threads as processors by themselves: for one large file, to no pipe" {
	strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
	[ "$ETL_BIN" = "$ROOT/build" ] || skip 'strace and the sanitizers do not go together'
	[ "$(nproc)" -gt 1 ] || skip 'there is one processor'
	yes 'a,b' | head -c 70000000 >large.csv
	head -c 4000 large.csv >small.csv
	threads() { # COMMAND...
		strace -f -e trace=clone,clone3 -o trace "$@"
		grep -c 'clone3\?(' trace || true
	}
	[ "$(threads etl-cut -f 2 -o out large.csv)" -gt 0 ]
	threads etl-cut -f 2 >out <large.csv
	grep -q 'clone3\?(' trace
	[ "$(threads etl-cut -f 2 -o out small.csv)" -eq 0 ]
	[ "$(threads etl-cut -f 2 -o out large.csv small.csv)" -eq 0 ]
	threads etl-cut -f 2 large.csv | cat >out
	run ! grep -q 'clone3\?(' trace
}

@test "--jobs: what it cannot be" {
	many >a.csv
	try etl-cut --jobs 65 a.csv
	fails 2 "option --jobs: more than 64"
	for none in none -1 '' 2.5; do
		try etl-cut --jobs "$none" a.csv
		fails 2 "option --jobs: '$none' is not a whole number"
	done
	etl-cut --jobs 2 --jobs 0 a.csv | cmp - a.csv
	try etl-join --paste --jobs 2 a.csv a.csv
	fails 2 "option --jobs: not with --paste, which joins by position"
	(
		ulimit -v 200000
		try etl-cut --jobs 64 a.csv
		[ "$status" -eq 0 ] || fails 2 "etl-cut: "
	)
}
