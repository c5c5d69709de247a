#!/usr/bin/env bats
# scripts/bench, on inputs that are too small to measure anything: every task has its row, outputs are compared, and
# what it writes is what it says.  The peers here are mawk and such as the tests make.
load setup

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir fakes
	PATH=$PWD/fakes:$PATH
}

bench() { # OPTION...
	B=$ETL_BIN run "$ROOT/scripts/bench" --dir "$PWD/out" --runs 1 "$@"
}

# A peer that prints this.
fake() { # NAME TEXT
	printf '#!/bin/sh\n%s\n' "$2" >"fakes/$1"
	chmod +x "fakes/$1"
}

# The values of a column of results.csv in the rows of a kind.
column() { # COLUMN KIND
	awk -F , -v column="$1" -v kind="$2" '$3 == kind { print $column }' out/results.csv
}

@test "every task has a row of ours, with seconds and memory, and one of mawk where it has one" {
	bench --with mawk 2
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	wanted=$(sed -n 's/^task \([^ ]*\).*/\1/p' "$ROOT/scripts/bench.d/tasks")
	[ "$(cut -d , -f 1 out/results.csv | tail -n +2 | uniq)" = "$wanted" ]
	[ "$(awk -F , '{ print NF }' out/results.csv | sort -u)" = 14 ]
	awk -F , '$3 == "ours" && $11 != 0 && !($7 > 0 && $7 < 60 && $8 > 0 && $10 > 0 && $10 < 4000) { print; bad = 1 }
		END { exit bad }' out/results.csv
	awk -F , '$4 == "mawk" && $11 == 1 && $14 <= 0 { print; bad = 1 } $4 == "mawk" && $11 == 1 { n++ }
		END { exit bad || n < 10 }' out/results.csv
	# What is not there has a row all the same.
	grep -q '^cut,[^,]*,peer,zsv,1,2000000,,,,,0,,,$' out/results.csv

	# The tables say the same as results.csv.
	seconds=$(awk -F , '$1 == "delta" && $4 == "mawk" { print $7 < 0.1 ? sprintf("%.3f", $7) : sprintf("%.2f", $7) }' \
		out/results.csv)
	grep -q "^| a difference by key | mawk $seconds | mawk $seconds | " out/results.md
	grep -q "^| cut, memory | at most 16 MiB | [0-9.]* MiB | .*met |$" out/results.md
	grep -q '^| quoted | 2 times the fastest peer with one thread | not measured |  |$' out/results.md
	grep -q '^etl-cut,[0-9.]*$' out/startup.csv
	python3 -c 'import sys, xml.dom.minidom as x
n = len(x.parse("out/chart.svg").getElementsByTagName("rect")); print(n); sys.exit(n < 30)'
	# Nothing of its work is left, and the inputs are.
	run ! ls -d out/work.*
	[ -s out/data/clean-2000000-42.csv ]
}

@test "inputs are the same for the same seed, others for another, and are not made twice" {
	"$ROOT/scripts/bench.d/data" clean 100000 >a
	[ "$(sha256sum <a | cut -c 1-16)" = 4333615070167417 ]
	"$ROOT/scripts/bench.d/data" clean 50000 | cmp - <(head -c "$("$ROOT/scripts/bench.d/data" clean 50000 | wc -c)" a)
	if "$ROOT/scripts/bench.d/data" clean 100000 7 | cmp -s - a; then false; fi
	for kind in keys tsv ndjson quoted wide; do
		"$ROOT/scripts/bench.d/data" $kind 300000 >$kind
		[ "$(wc -c <$kind)" -ge 300000 ]
		[ "$(wc -c <$kind)" -lt 302000 ]
	done
	[ "$(etl-agg 'n = distinct(customer), m = max(id)' quoted | tail -n 1)" = "$(etl-cut -f id,customer quoted | tail -n +2 |
		awk -F '"' '{ split($0, f, ","); m = f[1]; if (!s[$2]++) n++ } END { print n "," m }')" ]
	grep -q 'said ""' quoted
	[ "$(head -n 1 wide | tr ',' '\n' | wc -l)" -eq 100 ]
	run -2 "$ROOT/scripts/bench.d/data" other 5
	bench --with mawk --tasks last 1
	touch -d 2001-01-01 out/data/*
	bench --with mawk --tasks last 1
	[ "$status" -eq 0 ]
	[ -z "$(find out/data -newermt 2001-01-02 -type f)" ]
}

@test "an output that differs from ours ends the run with 1 and names task and peer, whatever the way it is compared" {
	fake gawk "exec mawk -F, -v OFS=, '{ print \$4, \$1, \$9 }' \"\$5\""
	bench --with gawk --tasks cut 1
	[ "$status" -eq 1 ] || { echo "$output"; false; }
	[[ $output == *'bench: cut: the output of gawk (1) differs from ours: '* ]]
	[ ! -e out/results.csv ]
	fake datamash "exec mawk -F, 'NR > 1 { n[\$6]++; s[\$6] += \$10; p[\$6] += \$11; if (\$11 > m[\$6]) m[\$6] = \$11 }
		END { print; for (g in n) print g \",\" n[g] \",\" s[g] + 0.01 \",\" p[g] / n[g] \",\" m[g] }'"
	bench --with datamash --tasks agg 1
	[ "$status" -eq 1 ]
	[[ $output == *'bench: agg: the output of datamash (1) differs from ours: line 1: '* ]]
	fake mlr 'echo 1234'
	bench --with mlr --tasks count 1
	[ "$status" -eq 1 ]
	[[ $output == *'bench: count: the output of mlr (n) differs from ours: '* ]]
	fake mlr 'echo no such option >&2; exit 3'
	bench --with mlr --tasks count 1
	[ "$status" -eq 1 ]
	[[ $output == *'bench: count: mlr (n) ended with status 3: no such option'* ]]
}

@test "--scaling, --instructions and --update-readme add to it what they name" {
	cp -r "$ROOT/scripts" "$ROOT/README.md" .
	cp README.md before
	B=$ETL_BIN run scripts/bench --dir "$PWD/out" --runs 1 --with mawk --tasks filter,agg-1m --scaling=1,2 --update-readme 1
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$(grep -c '^filter,etlutils,1,[12]000000,' out/scaling.csv)" -eq 2 ]
	[ "$(grep -c '^filter,mawk,1,[12]000000,' out/scaling.csv)" -eq 2 ]
	grep -q '^agg-1m,128 MiB,2000000,[0-9.]*,[0-9.]*,right$' out/limits.csv
	python3 -c 'import sys, xml.dom.minidom as x
sys.exit(len(x.parse("out/scaling.svg").getElementsByTagName("polyline")) < 4)'
	# Twice, and the lines around the table are as they were.
	B=$ETL_BIN run scripts/bench --dir "$PWD/out" --runs 1 --with mawk --tasks filter --update-readme 1
	[ "$(grep -c '^| a number and a text | mawk ' README.md)" -eq 1 ]
	[ "$(grep -c '^Machine: ' README.md)" -eq 1 ]
	cmp <(sed '/^<!-- bench -->$/,/^<!-- .bench -->$/d' README.md) <(sed '/^<!-- bench -->$/,/^<!-- .bench -->$/d' before)
	command -v valgrind || skip "valgrind is not installed"
	bench --with mawk --tasks filter --instructions 1
	awk -F , '$1 == "filter" && $2 > 0.5 && $2 < 500 { n++ } END { exit n != 1 }' out/instructions.csv
}

@test "an operand or option that is none is status 2" {
	for words in --tusks '--tasks cat' '--with mowk' '--runs 0' '--runs x' 0 12x --runs '--peers=mowk'; do
		# shellcheck disable=SC2086 # words
		bench $words
		[ "$status" -eq 2 ] || { echo "$words: $status"; false; }
		[[ $output == 'bench: '* ]]
	done
	bench --help
	[ "$status" -eq 0 ]
	[[ $output == 'usage: scripts/bench '* ]]
	[ "$(wc -L <<<"$output")" -le 120 ]
}
