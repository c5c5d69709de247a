#!/usr/bin/env bats
# Completion: what etl-complete offers, and what interactive shells make of it.
load setup

# shellcheck disable=SC2016 # names, not commands
HOSTILE=('$(touch ran)' '`touch ran`' 'a b' 'x,y' 'star*' '"q"' "it's" '!!' '-dash' 'größe' 'k=v' 'b\c' '~' '#no' 'a;b|c&' '$HOME' '{a,b}')

# Writes t.csv, of hostile names.
hostile_file() {
	local name head=
	for name in "${HOSTILE[@]}"; do head="$head,\"${name//\"/\"\"}\""; done
	printf '%s\n' "${head:1}" >t.csv
	seq 1 ${#HOSTILE[@]} | paste -sd , >>t.csv
	printf 'secret\n' >a.txt
}

needs() { # SHELL
	command -v "$1" >/dev/null || skip "$1 is not installed"
	command -v python3 >/dev/null || skip 'python3 is not installed'
	case $1 in
	bash) completion=". $ROOT/scripts/completion/etl.bash" ;;
	zsh) completion="fpath=($ROOT/scripts/completion \$fpath); autoload -Uz compinit; compinit -u -D" ;;
	fish) completion="source $ROOT/scripts/completion/etl.fish" ;;
	esac
}

# Types keys; fails unless the lines, without a blank at their end, are those that follow them.
becomes() { # SHELL KEYS LINE KEYS LINE...
	local shell=$1 keys=() lines=() typed i
	shift
	while [ $# -gt 0 ]; do
		keys+=("$1") lines+=("$2")
		shift 2
	done
	typed=$(timeout 60 "$ROOT/tests/shell-type" "$shell" "$completion" "${keys[@]}") || { echo "$typed"; return 1; }
	mapfile -t typed <<<"$typed"
	for i in "${!keys[@]}"; do
		[ "${typed[i]% }" = "${lines[i]}" ] || { echo "'${keys[i]}' is '${typed[i]}', not '${lines[i]}'"; return 1; }
	done
}

# What is offered, with blanks between.
offered() { # WORD...
	etl-complete "$@" 2>err | sed 1d | cut -f 1 | paste -sd ' '
}

plain_file() {
	printf 'id,amount,area,when\n1,2,3,4\n' >t.csv
	printf 'id;money\n1;2\n' >u.csv
}

@test "columns of the file on the line, before and behind the cursor, without those chosen" {
	plain_file
	[ "$(offered --word 2 etl-cut -f '' t.csv)" = 'id amount area when' ]
	[ "$(offered etl-cut t.csv -f '')" = 'id amount area when' ]
	[ "$(offered --word 2 etl-cut -f a t.csv)" = 'amount area' ]
	[ "$(offered --word 2 etl-cut -f amount,a t.csv)" = amount,area ]
	[ "$(offered --word 2 etl-cut -f new=am t.csv)" = new=amount ]
	[ "$(offered --word 2 etl-cut -f id..w t.csv)" = id..when ]
	[ "$(offered --word 1 etl-cut -fam t.csv)" = -famount ]
	[ "$(offered --word 1 etl-cut -xfam t.csv)" = -xfamount ]
	[ "$(offered --word 1 etl-cut --fields=am t.csv)" = --fields=amount ]
	[ "$(offered --word 2 etl-cut -f am -- t.csv)" = amount ]
	[ "$(offered --word 2 etl-cut -f am -o u.csv ./t.csv)" = amount ]
	# shellcheck disable=SC2088 # as it is typed
	[ "$(HOME=$PWD offered --word 2 etl-cut -f am '~/t.csv')" = amount ]
	[ "$(offered --word 2 etl-cut -f '' missing.csv)" = '' ]
	[ "$(offered --word 2 etl-cut -f '' .)" = '' ]
	[ ! -s err ]
}

@test "every option of every program that takes columns offers them" {
	plain_file
	local count=0
	for program in "$ETL_BIN"/etl-*; do
		while IFS=$'\t' read -r _ name argument _; do
			case $argument in COLS | COL | KEYS) ;; *) continue ;; esac
			[ "$(offered --word 2 "${program##*/}" "$name" am t.csv)" = amount ] || { echo "$program $name"; return 1; }
			count=$((count + 1))
		done < <("$program" --list-options)
	done
	[ "$count" -ge 12 ]
}

@test "an option of each table is offered, and each offered is one" {
	for program in "$ETL_BIN"/etl-*; do
		name=${program##*/}
		"$program" --list-options | grep -q -- --help
		diff <(etl-complete "$name" - | sed 1d | cut -f 1) <("$program" --list-options | cut -f 2)
	done
}

@test "options for reading hold" {
	plain_file
	[ "$(offered --word 4 etl-cut -d ';' -f m u.csv)" = money ]
	[ "$(offered --word 2 etl-cut -f m u.csv '-d;')" = money ]
	[ "$(offered --word 2 etl-cut -f '' -N t.csv)" = '1 2 3 4' ]
	[ "$(offered --word 2 etl-cut -f '' --header=p,q,r,s t.csv)" = 'p q r s' ]
	[ "$(offered --word 2 etl-cut -f '' --rename-header p,q,r,s t.csv)" = 'p q r s' ]
	printf 'x\ty\n1\t2\n' >t.tsv
	[ "$(offered --word 2 etl-cut -f '' -t t.tsv)" = 'x y' ]
	[ "$(offered --word 2 etl-cut -f '' -xt t.tsv)" = 'x y' ]
	[ "$(offered --word 2 etl-cut -f '' t.csv -d no)" = '' ]
	[ ! -s err ]
}

@test "behind an = a join has the columns of RIGHT; a sort its letters; the expression is no file" {
	plain_file
	printf 'key,name\n1,2\n' >r.csv
	[ "$(offered --word 4 etl-join t.csv r.csv -k i)" = id ]
	[ "$(offered --word 4 etl-join t.csv r.csv -k id=k)" = id=key ]
	[ "$(offered --word 2 etl-sort -k amount:n t.csv | tr ' ' '\n' | grep -c '^amount:n[a-z]$')" -ge 3 ]
	[ "$(offered --word 2 etl-sort -k amount: t.csv | tr ' ' '\n' | grep -c ':n$')" -eq 1 ]
	[ "$(offered --word 2 etl-agg -g a 'n = count()' t.csv)" = 'amount area' ]
	[ "$(offered --word 4 etl-join t.csv r.csv --asof i)" = id ]
	[ "$(offered --word 3 etl-join t.csv r.csv --asof=id=k)" = --asof=id=key ]
}

@test "words of options are offered, and are the ones that they take" {
	[ "$(offered etl-join --kind s)" = semi ]
	[ "$(offered etl-cut --ragged '')" = 'fill truncate reject' ]
	[ "$(offered etl-filter --on-error=n)" = --on-error=null ]
	[ "$(offered etl-extract --newline '')" = cr ]
	[ "$(offered etl-uniq --keep '')" = 'first last' ]
	[ "$(offered etl-join --direction '')" = 'backward forward nearest' ]
	[ "$(offered etl-load --to '')" = 'json ndjson csv' ]
	[ "$(offered etl-tail-window --last '')" = '' ]
	[ "$(offered etl-cut --jobs '')" = '' ]
	printf 'a\n1\n' >t.csv
	for word in $(offered etl-cut --ragged ''); do etl-cut --max-rejects 0 --ragged "$word" t.csv; done
	for word in $(offered etl-join --kind ''); do etl-join --kind "$word" -k a t.csv t.csv; done
	for word in $(offered etl-join --validate ''); do etl-join --validate "$word" -k a t.csv t.csv; done
	[ "$(offered etl-join --validate '' | wc -w)" -eq 4 ]
	for word in $(offered etl-join --direction ''); do etl-join --direction "$word" --asof a:n t.csv t.csv; done
	for word in $(offered etl-load --to ''); do etl-load "$word" --to "$word" t.csv; done
	for word in $(offered etl-uniq --keep ''); do etl-uniq --keep "$word" t.csv; done
	for word in $(offered etl-sort --nulls ''); do etl-sort -k a --nulls "$word" t.csv; done
	[ "$(etl-complete etl-cut -o '')" = $'files\t' ]
	[ "$(etl-complete etl-cut --output=x)" = $'files\t--output=' ]
	[ "$(etl-complete etl-sort --tmp-dir '')" = $'directories\t' ]
	[ "$(etl-complete etl-cut '')" = $'files\t' ]
}

@test "names that the grammar takes for something else are quoted, and choose their column" {
	hostile_file
	local at=0
	while IFS=$'\t' read -r item _; do
		at=$((at + 1))
		[ "$(etl-cut -f "$item" t.csv | sed 1d)" = "$at" ]
		[ "$(etl-cut -f "id=$(etl-complete --word 2 etl-cut -f 'id=' t.csv | grep "column $at\$" | cut -f 2)" t.csv | sed 1d)" = "$at" ]
	done < <(etl-complete --word 2 etl-cut -f '' t.csv | sed 1d)
	[ "$at" -eq ${#HOSTILE[@]} ]
	printf 'a,"b\nc",a,,"\x07",\xff\n1,2,3,4,5,6\n' >t.csv
	[ "$(etl-complete --word 2 etl-cut -f '' t.csv | sed 1d | cut -f 1 | paste -sd ' ')" = 'a[1] #2 a[2] "" #5 #6' ]
	[ "$(offered --word 2 etl-cut -f '"' t.csv)" = '""' ]
}

@test "nothing waits, and nothing is said: FIFOs, devices, what is malformed, compressed, endless" {
	mkfifo fifo
	printf 'a,b\n1,2\n' | gzip >t.csv.gz
	printf 'a,"b' >open.csv
	printf 'a"b,c\n' >stray.csv
	printf '\xff\xfea\0' >wide.csv
	: >empty.csv
	head -c 33554432 /dev/zero | tr '\0' x >endless.csv
	for file in fifo /dev/zero /dev/stdin - /proc/self/environ t.csv.gz open.csv stray.csv wide.csv empty.csv endless.csv; do
		run timeout 10 etl-complete --word 2 etl-cut -f '' "$file"
		[ "$status" -lt 124 ] || { echo "$file: $status"; return 1; }
		[ -z "$(sed 1d <<<"$output")" ] || { echo "$file: $output"; return 1; }
	done
	printf 'a,b\n' >big.csv
	truncate -s 10G big.csv
	[ "$(timeout 10 etl-complete --word 2 etl-cut -f b big.csv | sed 1d | cut -f 1)" = b ]
}

@test "only programs beside it are asked, whatever is typed" {
	printf 'a\n1\n' >t.csv
	printf '#!/bin/sh\ntouch ran\n' >etl-cut
	cp etl-cut etl-evil
	chmod +x etl-cut etl-evil
	[ "$(PATH="$PWD:$PATH" offered --word 2 ./etl-cut -f '' t.csv)" = a ]
	[ "$(offered --word 2 ./etl-evil -f '' t.csv)" = '' ]
	[ "$(offered --word 1 sh -)" = '' ]
	[ "$(offered --word 1 ../etl-cut/.. -)" = '' ]
	[ ! -e ran ]
}

@test "a line as bash has it: quotes, redirections, what is replaced" {
	plain_file
	line() { etl-complete --line "$1" --behind "${2-}" --text "${3-}" | sed 1d | cut -f 1 | paste -sd ' '; }
	[ "$(line 'etl-cut -f am' ' t.csv' am)" = amount ]
	[ "$(line 'etl-cut -f ' ' <t.csv')" = 'id amount area when' ]
	[ "$(line 'etl-cut -f ' ' >u.csv t.csv')" = 'id amount area when' ]
	[ "$(line 'etl-cut -f am' 'ount,id "t.csv"' am)" = amount ]
	[ "$(line "etl-cut -f 'am" '' am)" = '' ]
	[ "$(line "etl-cut 't'\.csv -f i\\d,am" '' am)" = amount ]
	[ "$(line 'etl-cut t.csv --fields=am' '' am)" = amount ]
	[ "$(line 'etl-cut t.csv --fields=am' '' '--fields=am')" = '--fields=amount' ]
	# shellcheck disable=SC2016 # not to be run
	[ "$(line 'etl-cut $(touch ran) `touch ran` -f ' ' t.csv')" = 'id amount area when' ]
	[ ! -e ran ]
}

@test "usage" {
	try etl-complete
	fails 2 'no program is named'
	try etl-complete --word 5 etl-cut -f
	fails 2 'option --word: there is 1 word behind the program'
	try etl-complete --word 0 etl-cut -f
	fails 2 'option --word'
	try etl-complete --line etl-cut
	[ "$status" -eq 2 ]
	try bash -c 'etl-complete etl-cut - >/dev/full'
	fails 2 stdout
	try bash -c 'etl-complete etl-cut - >&-'
	fails 2 stdout
}

in_a_shell() { # SHELL
	needs "$1"
	plain_file
	becomes "$1" \
		'etl-cut t.csv -f am\t' 'etl-cut t.csv -f amount' \
		'etl-cut t.csv -f a\t' 'etl-cut t.csv -f a' \
		'etl-cut t.csv -f id,am\t' 'etl-cut t.csv -f id,amount' \
		'etl-cut t.csv -f n=am\t' 'etl-cut t.csv -f n=amount' \
		'etl-cut t.csv --fields=am\t' 'etl-cut t.csv --fields=amount' \
		'etl-cut t.csv -f am\t,w\t' "$2" \
		'etl-sort t.csv -k amount:\t' 'etl-sort t.csv -k amount:' \
		'etl-cut --rag\t' 'etl-cut --ragged' \
		'etl-cut --ragged=f\t' 'etl-cut --ragged=fill' \
		'etl-join --kind se\t' 'etl-join --kind semi' \
		'etl-cut t.c\t' 'etl-cut t.csv' \
		'etl-cut -o t.c\t' 'etl-cut -o t.csv' \
		'etl-cut --output=t.c\t' 'etl-cut --output=t.csv'
}

# Each hostile name, by what it begins with, and run: the column is the one that was meant, and nothing else has run.
hostile_in_a_shell() { # SHELL
	local i keys=() typed
	needs "$1"
	hostile_file
	for i in "${!HOSTILE[@]}"; do
		# By the grammar's quotes, and as the last of a list in the shell's own.
		keys+=("etl-cut t.csv -f n=${BEGUN[i]}\\t")
	done
	typed=$(timeout 60 "$ROOT/tests/shell-type" "$1" "$completion" "${keys[@]}") || { echo "$typed"; return 1; }
	mapfile -t typed <<<"$typed"
	for i in "${!HOSTILE[@]}"; do
		[ "$("$1" -c "${typed[i]}" | paste -sd ' ')" = "n $((i + 1))" ] || { echo "${keys[i]}: ${typed[i]}"; return 1; }
	done
	[ ! -e ran ]
}

# shellcheck disable=SC2016 # names, not commands
# What each hostile name begins with, as a user types it.
BEGUN=('\$\(' '\`' 'a\ ' 'x' 'st' '\"\"\"q' 'it' '\!' '-d' 'gr' 'k' 'b' '\~' '\#' 'a\;' '\$H' '\"\{')

@test "bash: columns, words, options, files" {
	in_a_shell bash 'etl-cut t.csv -f amount,when'
	becomes bash 'etl-cut -f am t.csv\b\b\b\b\b\b\t' 'etl-cut -f amount t.csv' \
		"etl-cut t.csv -f 'am\\t" "etl-cut t.csv -f 'amount'" \
		'etl-cut -f am | cat t.csv\b\b\b\b\b\b\b\b\b\b\b\b\t' 'etl-cut -f am | cat t.csv'
}

@test "zsh: columns, words, options, files" {
	in_a_shell zsh 'etl-cut t.csv -f amount,when'
	becomes zsh 'etl-cut -f am t.csv\b\b\b\b\b\b\t' 'etl-cut -f amount t.csv'
}

@test "fish: columns, words, options, files" {
	in_a_shell fish 'etl-cut t.csv -f amount ,w'
	[ "$(fish --no-config -c "$completion; complete -C 'etl-cut t.csv -f a'" | cut -f 1 | paste -sd ' ')" = 'amount area' ]
}

@test "bash: hostile names are quoted and never run" { hostile_in_a_shell bash; }

@test "zsh: hostile names are quoted and never run" { hostile_in_a_shell zsh; }

@test "fish: hostile names are quoted and never run" { hostile_in_a_shell fish; }
