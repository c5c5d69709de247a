load setup

# Each record must have left before the next one comes, and within 50 ms (the median, as the machine may be busy).
prompt() { # COMMAND
	try "$ROOT/tests/lockstep" 30 "$1"
	[ "$status" -eq 0 ] || { cat err; return 1; }
	[ "$output" -lt 50 ] || { echo "$1: $output ms"; return 1; }
}

@test "a record leaves when it has come: one program" {
	printf 'n,name\n' >none.csv
	prompt "etl-cut"
	prompt "etl-cut -N -d , -D ,"
	prompt "etl-filter 'n > 0'"
	prompt "etl-map 'm = n * 2'"
	prompt "etl-map --by text 's = cumsum(n)'"
	prompt "etl-join --kind left - none.csv -k n"
	prompt "etl-join --paste -"
	prompt "etl-extract -"
	prompt "etl-tail-window --count 1"
	prompt "etl-tail-window --count 1 --each cat"
}

@test "a record leaves when it has come: a pipeline" {
	prompt "etl-extract - | etl-cut | etl-filter 'n > 0' | etl-map 'm = n * 2' | etl-stage -- sed -u s/x/x/ | etl-cut"
}

@test "large transfers keep large blocks" {
	awk 'BEGIN { print "n,text"; for (i = 0; i < 100000; i++) print i ",the text of a record" }' >a.csv
	for command in "etl-cut" "etl-filter 'n >= 0'" "etl-map 'm = n'"; do
		strace -f -e trace=write -o calls bash -c "cat a.csv | $command >out"
		# The writes of our program alone: those of cat are known by what they are.
		writes=$(awk '/write\(1, / { n++ } END { print n }' calls)
		size=$(($(wc -c <a.csv) + $(wc -c <out)))
		[ "$writes" -lt $((size / 10000)) ] || { echo "$command: $writes writes for $size bytes"; return 1; }
	done
}
