#!/usr/bin/env bats
# etl-join: --paste puts columns side by side, none shifted; -k joins by key, none lost.

load setup

@test "the columns of all inputs, in order" {
	printf 'a,b\n1,2\n3,4\n' >x.csv
	printf 'c\nfive\nsix\n' >y.csv
	printf 'd,e\n7,8\n9,10\n' >z.csv
	try etl-join --paste x.csv y.csv z.csv
	prints $'a,b,c,d,e\n1,2,five,7,8\n3,4,six,9,10'
	try etl-join --paste z.csv x.csv
	prints $'d,e,a,b\n7,8,1,2\n9,10,3,4'
}

@test "fields stay byte for byte" {
	scanner_only
	printf 'a,"b"\n007," x ""y""\n"\n"",\n' >x.csv
	printf '\xef\xbb\xbfc,d\r\n1.50,\xff\r\n\x00,"p,q"' >y.csv
	try etl-join --paste x.csv y.csv
	[ "$status" -eq 0 ]
	etl-join --paste x.csv y.csv >out
	printf 'a,"b",c,d\n007," x ""y""\n",1.50,\xff\n"",,\x00,"p,q"\n' | cmp - out
}

@test "files, standard input and process substitutions" {
	printf 'a\n1\n2\n' >x.csv
	printf 'b\n3\n4\n' >y.csv
	try bash -c 'etl-join --paste x.csv - <(etl-cut x.csv) <y.csv'
	prints $'a,b,a\n1,3,1\n2,4,2'
	try bash -c 'etl-cut y.csv | etl-join --paste'
	prints $'b\n3\n4'
	try bash -c 'etl-cut y.csv | etl-join - --paste x.csv'
	prints $'b,a\n3,1\n4,2'
}

@test "standard input or a pipe twice: 2" {
	printf 'a\n1\n' >x.csv
	try bash -c 'etl-join --paste - - <x.csv'
	fails 2 "operands 1 and 2 are the same standard input"
	try bash -c 'cat x.csv | etl-join --paste x.csv - /dev/stdin'
	fails 2 "operands 2 and 3 are the same pipe"
	mkfifo f
	try etl-join --paste f x.csv f
	fails 2 "operands 1 and 3 are the same pipe"
	try etl-join --paste x.csv x.csv
	prints $'a,a\n1,1'
}

@test "unequal lengths: which ended where, which goes on where" {
	{ echo n; seq 9999; } >b.csv
	{ echo m; seq 10000; } >a.csv
	try etl-join --paste a.csv b.csv
	fails 1 "etl-join: b.csv ended after 9999 records (line 10000) but a.csv goes on at line 10001"
	try etl-join --paste b.csv b.csv a.csv
	fails 1 "b.csv ended after 9999 records (line 10000) but a.csv goes on at line 10001"
	try etl-join --paste -N a.csv b.csv
	fails 1 "b.csv ended after 10000 records (line 10000) but a.csv goes on at line 10001"
	echo n >none.csv
	try etl-join --paste none.csv a.csv
	fails 1 "none.csv has no records but a.csv goes on at line 2"
	printf 'n\n1\n' >one.csv
	try bash -c 'etl-join --paste a.csv - <one.csv'
	fails 1 "stdin ended after 1 record (line 2) but a.csv goes on at line 3"
	try etl-join --paste -o out a.csv b.csv
	fails 1 "b.csv ended"
	[ ! -e out ]
	[ -z "$(find . -name '.out*')" ]
}

@test "the lines are lines of the file, where records span several and blank lines are skipped" {
	printf 'a,b\n1,"x\ny\nz"\n\n2,w\n' >a.csv
	printf 'c\n1\n"2\n3"\n4\n' >b.csv
	for block in 1 64 262144; do
		try env ETL_BLOCK=$block etl-join --paste a.csv b.csv
		fails 1 "a.csv ended after 2 records (line 6) but b.csv goes on at line 5"
	done
	printf 'c\n1\n' >b.csv
	try etl-join --paste a.csv b.csv
	fails 1 "b.csv ended after 1 record (line 2) but a.csv goes on at line 6"
}

@test "any size of block, any scanner, inputs of different widths: the same" {
	seq 3000 | sed 's/.*/&,a "quoted" &/; s/"/""/g; s/,\(.*\)/,"\1"/' | sed '1i n,text' >x.csv
	seq 3000 | sed '1i n' >y.csv
	seq 3000 | sed 's/.*/&,&,&,&,&&&&&&,&,&/' | sed '1i a,b,c,d,e,f,g' >z.csv
	paste -d, x.csv y.csv z.csv >want
	local scan block
	for block in 1 64 1000 262144; do
		etl-join --paste x.csv y.csv z.csv >got
		ETL_BLOCK=$block etl-join --paste x.csv y.csv z.csv >got
		cmp want got
	done
	for scan in portable libcsv; do
		ETL_SCAN=$scan etl-join --paste x.csv y.csv z.csv >got
		cmp want got
	done
	etl-join --paste <(etl-cut x.csv) y.csv <(etl-cut z.csv) >got
	cmp want got
}

@test "-N: no header in, none out" {
	printf '1,2\n3,4\n' >x.csv
	printf '5\n6\n' >y.csv
	try etl-join --paste -N x.csv y.csv
	prints $'1,2,5\n3,4,6'
	: >empty
	try etl-join --paste -N empty empty
	prints ""
	try etl-join --paste -N x.csv empty
	fails 1 "empty has no records but x.csv goes on at line 1"
}

@test "one-column inputs: an empty line is an empty value" {
	printf 'a\n\n1\n""\n' >x.csv
	printf 'b\n2\n\n3\n' >y.csv
	try etl-join --paste x.csv y.csv
	prints $'a,b\n,2\n1,\n"",3'
	try etl-join --paste x.csv
	prints $'a\n""\n1\n""'
}

@test "empty input, header only" {
	printf 'a,b\n' >head.csv
	printf 'c' >other.csv
	: >empty
	try etl-join --paste head.csv other.csv
	prints 'a,b,c'
	try etl-join --paste head.csv empty
	fails 1 "empty: empty: there is no header"
	try etl-join --paste --allow-empty head.csv empty
	prints 'a,b'
	try etl-join --paste --allow-empty empty empty
	prints ''
	try etl-join --paste --no-out-header head.csv other.csv
	prints ''
}

@test "dialects: TSV and semicolons in, TSV out" {
	printf 'a\tb\n1,5\t"x\n' >x.tsv
	printf 'c\ty\n2\t3\n' >y.tsv
	try etl-join --paste -t x.tsv y.tsv
	prints $'a,b,c,y\n"1,5","""x",2,3'
	try etl-join --paste -t -T x.tsv y.tsv
	prints $'a\tb\tc\ty\n1,5\t"x\t2\t3'
	printf 'a;b\n1;"2;3"\n' >x.csv
	try etl-join --paste -d ';' x.csv x.csv
	prints $'a,b,a,b\n1,"2;3",1,"2;3"'
}

@test "malformed and ragged records: file and line, no header of ours twice" {
	printf 'a,b\n1,2\n3\n' >ragged.csv
	printf 'c\n1\n2\n' >y.csv
	try etl-join --paste y.csv ragged.csv
	fails 1 "ragged.csv:3: 1 field"
	try etl-join --paste --ragged fill y.csv ragged.csv
	prints $'c,a,b\n1,1,2\n2,3,'
	printf 'a,b\n1,2\n3,x"y\n' >quote.csv
	try etl-join --paste y.csv quote.csv
	fails 1 "quote.csv:3: byte 4"
	try etl-join --paste --lenient y.csv quote.csv
	prints $'c,a,b\n1,1,2\n2,3,"x""y"'
	printf '\xff\xfea\0' >utf16.csv
	try etl-join --paste y.csv utf16.csv
	fails 1 "utf16.csv: UTF-16 text"
}

@test "rejects would shift the pairs: 2" {
	printf 'a\n1\n' >x.csv
	try etl-join --paste --rejects r.csv x.csv x.csv
	fails 2 "options --rejects and --max-rejects: not with --paste"
	[ ! -e r.csv ]
	try etl-join --paste --max-rejects 5 x.csv x.csv
	fails 2 "would pair all after it"
	try etl-join --paste --ragged reject x.csv x.csv
	fails 2 "option --ragged=reject needs --rejects"
}

@test "--header and --rename-header: 2, with the way out" {
	printf 'a\n1\n' >x.csv
	try etl-join --paste --header a,b x.csv x.csv
	fails 2 "name them before or behind, with etl-cut"
	try etl-join --paste --rename-header a,b x.csv x.csv
	fails 2 "name them before or behind, with etl-cut"
}

@test "neither -k nor --paste, or both: 2" {
	printf 'a\n1\n' >x.csv
	try etl-join x.csv x.csv
	fails 2 "option -k is missing"
	try etl-join --past x.csv
	fails 2 "unknown option '--past'; did you mean '--paste'?"
	for option in '-k a' '--kind left' '--validate one-to-one' '--asof a' '--sorted' '--unpaired-left u' '--unpaired-right u' '--suffix _2' '--memory 1M' \
		'--jobs 2'; do
		try etl-join --paste $option x.csv x.csv
		fails 2 "option ${option% *}: not with --paste, which joins by position"
	done
}

@test "--help, --version, --list-options" {
	try etl-join --help
	[ "$status" -eq 0 ] && [[ $output == "usage: etl-join LEFT RIGHT -k KEYS"* ]]
	try etl-join --version
	[ "$status" -eq 0 ] && [[ $output == "etl-join (etlutils) "* ]]
	try bash -c 'etl-join --list-options | grep -c paste'
	prints 1
	try bash -c 'etl-join --help >/dev/full'
	fails 2 "stdout: No space left on device"
}

@test "a missing file or a directory: 2, before any output and before a pipe is read" {
	printf 'a\n1\n' >x.csv
	try etl-join --paste x.csv missing.csv
	fails 2 "etl-join: missing.csv: No such file or directory"
	[ -z "$output" ]
	try bash -c 'etl-join --paste - missing.csv < <(sleep 60)'
	fails 2 "missing.csv"
	try etl-join --paste x.csv .
	fails 2 ".: Is a directory"
	try bash -c 'etl-join --paste x.csv - <.'
	fails 2 "stdin: Is a directory"
}

@test "standard input closed, standard output closed or full: 2" {
	seq 50000 | sed '1i a' >x.csv
	try bash -c 'etl-join --paste x.csv - <&-'
	fails 2 "stdin: Bad file descriptor"
	try bash -c 'etl-join --paste x.csv x.csv >&-'
	fails 2 "stdout: Bad file descriptor"
	try bash -c 'etl-join --paste x.csv x.csv >/dev/full'
	fails 2 "stdout: No space left on device"
	try bash -c 'head -2 x.csv | etl-join --paste >/dev/full'
	fails 2 "stdout: No space left on device"
	try bash -c 'etl-join --paste x.csv x.csv >>x.csv'
	fails 2 "x.csv: input and output are the same file"
}

@test "-o, also onto an input" {
	printf 'a\n1\n' >x.csv
	try etl-join --paste -o x.csv x.csv x.csv
	prints ""
	[ "$(cat x.csv)" = $'a,a\n1,1' ]
}

@test "a reader that leaves: silent" {
	seq 200000 | sed '1i a' >x.csv
	try env --default-signal=PIPE bash -c 'etl-join --paste x.csv x.csv | head -1; exit ${PIPESTATUS[0]}'
	[ "$status" -eq 141 ]
	[ "$output" = a,a ]
	[ ! -s err ]
}

@test "an input whose program was killed or failed: its status, not a difference in length" {
	seq 200000 | sed '1i a' >x.csv
	mkfifo feed
	exec 4<>feed
	head -1000 x.csv >feed
	etl-join --paste x.csv <(echo $BASHPID >pid; exec etl-cut feed) >out 2>err 3>&- 4>&- &
	local join=$! tries=500
	until [ "$(wc -l <out)" -ge 900 ] || [ $((tries -= 1)) -eq 0 ]; do sleep 0.02; done
	kill -9 "$(cat pid)"
	status=0
	wait $join || status=$?
	exec 4>&-
	fails 75 "was killed before its end"
	grep -q "upstream etl-cut (process [0-9]*) was killed before its end" err
	printf 'a,b\n1,2\n3\n' >bad.csv
	try bash -c 'etl-join --paste x.csv <(etl-cut bad.csv)'
	fails 1 "ended with status 1"
	try bash -c 'etl-join --paste <(etl-cut bad.csv) <(etl-cut missing)'
	[ "$status" -ne 0 ]
}

@test "the next program learns that the inputs did not match" {
	seq 10 | sed '1i a' >x.csv
	seq 11 | sed '1i a' >y.csv
	try bash -c 'set -o pipefail; etl-join --paste x.csv y.csv | etl-cut -o out'
	fails 1 "upstream"
	[ ! -e out ]
}

@test "10,000 columns an input, 60 inputs" {
	seq -s, 10000 >wide.csv
	seq -s, 10000 >>wide.csv
	etl-join --paste wide.csv wide.csv >out
	[ "$(head -1 out | tr , '\n' | wc -l)" -eq 20000 ]
	printf 'a\n1\n2\n' >x.csv
	local all=()
	for _ in $(seq 60); do all+=(x.csv); done
	try bash -c 'etl-join --paste --stats s "$@" | tail -1' _ "${all[@]}"
	prints "$(printf '2,%.0s' $(seq 59))2"
	[ "$(grep -o '"peak_memory":[0-9]*' s | cut -d: -f2)" -le 200000000 ]
}

@test "--stats: a record of all inputs counts once, so that in = out" {
	seq 10 | sed '1i a' >x.csv
	etl-join --paste --stats s x.csv x.csv x.csv >/dev/null
	grep -q '"in":10,.*"out":10,' s
}

# What follows joins by key.

trips() {
	printf 'id,plaza,amount\n1,7,12.50\n2,9,40\n3,7,7.25\n4,,1\n' >trips.csv
	printf 'plaza,name,city\n9,"Gate, ""North""",Ulm\n8,East,Bonn\n7,South,Ulm\n,None,\n' >plazas.csv
}

@test "each kind: which records leave, in which order" {
	trips
	try etl-join trips.csv plazas.csv -k plaza
	prints $'id,plaza,amount,name,city\n1,7,12.50,South,Ulm\n2,9,40,"Gate, ""North""",Ulm\n3,7,7.25,South,Ulm'
	inner=$output
	try etl-join trips.csv plazas.csv -k plaza --kind inner
	prints "$inner"
	try etl-join trips.csv plazas.csv -k plaza --kind left
	prints "$inner"$'\n4,,1,,'
	try etl-join trips.csv plazas.csv -k plaza --kind right
	prints "$inner"$'\n,8,,East,Bonn\n,,,None,'
	try etl-join trips.csv plazas.csv -k plaza --kind full
	prints "$inner"$'\n4,,1,,\n,8,,East,Bonn\n,,,None,'
	try etl-join trips.csv plazas.csv -k plaza --kind semi
	prints $'id,plaza,amount\n1,7,12.50\n2,9,40\n3,7,7.25'
	try etl-join trips.csv plazas.csv -k plaza --kind anti
	prints $'id,plaza,amount\n4,,1'
	try etl-join trips.csv plazas.csv -k plaza --kind outer
	fails 2 "option --kind: 'outer' is none of inner, left, right, full, semi, anti"
}

@test "--validate: a key twice is 1, with both lines" {
	trips
	printf 'plaza,name\n9,a\n\n,b\n,c\n7,"d\nd"\n"7",e\n' >twice.csv
	local rule
	for rule in one-to-one one-to-many; do
		try etl-join trips.csv plazas.csv -k plaza --validate $rule
		fails 1 "etl-join: trips.csv:4: column 'plaza': there before, on line 2 (--validate $rule): '7'"
	done
	for rule in one-to-one many-to-one; do
		for kind in inner left right full semi anti; do
			try etl-join plazas.csv twice.csv -k plaza --validate $rule --kind $kind -o out
			fails 1 "etl-join: twice.csv:8: column 'plaza': there before, on line 6 (--validate $rule): '7'"
			[ ! -e out ]
		done
	done
	try etl-join trips.csv plazas.csv -k plaza --validate many-to-one
	prints "$(etl-join trips.csv plazas.csv -k plaza)"
	try etl-join plazas.csv trips.csv -k plaza --validate one-to-many --kind full
	prints "$(etl-join plazas.csv trips.csv -k plaza --kind full)"
	try etl-join trips.csv twice.csv -k plaza --validate many-to-many
	prints "$(etl-join trips.csv twice.csv -k plaza)"
	# Whether it has a match or not, and by all columns of the key together.
	printf 'a,b\n1,1\n1,2\n12,\n12,\n2,1\n1,2\n' >x.csv
	printf 'a,b\n' >y.csv
	try etl-join x.csv y.csv -k a,b --validate one-to-one
	fails 1 "x.csv:7: columns 'a', 'b': there before, on line 3 (--validate one-to-one): '1', '2'"
	try etl-join trips.csv plazas.csv -k plaza --validate 1:1
	fails 2 "option --validate: '1:1' is none of one-to-one, one-to-many, many-to-one, many-to-many"
}

@test "--validate beyond memory, several jobs: the same message" {
	{ echo k; seq 60000; echo 50000; echo 40000; seq 60001 70000; } >x.csv
	echo k >none.csv
	for memory in 100K 1G; do
		for jobs in 1 3; do
			try env ETL_BLOCK=10000 etl-join x.csv none.csv -k k --validate one-to-many --memory $memory --jobs $jobs
			fails 1 "x.csv:60002: column 'k': there before, on line 50001 (--validate one-to-many): '50000'"
		done
	done
	{ echo k; seq 60000; } >x.csv
	for memory in 100K 1G; do
		try etl-join x.csv none.csv -k k --kind anti --validate one-to-one --memory $memory --stats s
		[ "$status" -eq 0 ] && [ "${#lines[@]}" -eq 60001 ]
	done
}

@test "--unpaired-left, --unpaired-right: the records without a match, whole, beside any kind" {
	scanner_only
	printf 'id,plaza\n1,7\n"2",10\r\n3,7\n4,""\n' >x.csv
	printf 'plaza,"name"\n9,a\n\n8,"b"\r\n7,"c\nd"\n,z\n' >y.csv
	local kind jobs
	for kind in inner left right full semi anti; do
		etl-join x.csv y.csv -k plaza --kind $kind >want
		for jobs in 1 3; do
			ETL_BLOCK=1 etl-join x.csv y.csv -k plaza --kind $kind --unpaired-left u --unpaired-right v --jobs $jobs >got
			cmp want got
			printf 'id,plaza\n"2",10\n4,""\n' | cmp - u
			printf 'plaza,"name"\n9,a\n8,"b"\n,z\n' | cmp - v
		done
	done
	# They are not counted among those out.
	etl-join x.csv y.csv -k plaza --unpaired-left u --unpaired-right v --stats s -o out
	grep -q '"in":4,.*"out":2,.*"filtered":2,"rejected":0,"made":0,' s
	# As the output is written.
	etl-join x.csv y.csv -k plaza --unpaired-left u --unpaired-right v -D ';' --no-out-header -o out
	printf '"2";10\n4;""\n' | cmp - u
	printf '9;a\n8;"b"\n;z\n' | cmp - v
}

@test "--unpaired of one column, of nothing, of an empty input" {
	printf 'a\n1\n\n' >x.csv
	printf 'a\n\n""\n3\n' >y.csv
	try etl-join x.csv y.csv -k a --unpaired-left u --unpaired-right v
	prints a
	[ "$(cat u)" = $'a\n1\n""' ]
	[ "$(cat v)" = $'a\n""\n""\n3' ]
	try etl-join x.csv x.csv -k a --unpaired-left u --unpaired-right v
	prints $'a\n1'
	[ "$(cat u)" = $'a\n""' ]
	: >empty
	try etl-join --allow-empty empty y.csv -k a --unpaired-left u --unpaired-right v
	prints ''
	[ ! -s u ]
	[ "$(cat v)" = $'a\n""\n""\n3' ]
	try etl-join --allow-empty x.csv empty -k a --unpaired-left u --unpaired-right v
	prints a
	[ "$(cat u)" = $'a\n1\n""' ]
	[ ! -s v ]
	printf '1,2\n3,4\n' >x.csv
	try etl-join -N x.csv x.csv -k 1=2 --unpaired-left u --unpaired-right v
	prints ''
	[ "$(cat u)" = $'1,2\n3,4' ]
	[ "$(cat v)" = $'1,2\n3,4' ]
}

@test "--unpaired: all or nothing, also where the output fails; a pipe is marked" {
	trips
	echo old >u
	printf '8,"x\n' | cat plazas.csv - >bad.csv
	try etl-join trips.csv bad.csv -k plaza --unpaired-left u
	fails 1 "bad.csv:6: "
	try etl-join bad.csv trips.csv -k plaza --unpaired-left u -o out
	fails 1 "bad.csv:6: "
	[ ! -e out ]
	try etl-join trips.csv plazas.csv -k plaza --unpaired-left u -o /dev/full
	fails 2 "/dev/full: No space left on device"
	try etl-join trips.csv plazas.csv -k plaza --unpaired-left /dev/full -o out
	fails 2 "/dev/full: No space left on device"
	[ ! -e out ]
	try etl-join trips.csv plazas.csv -k plaza --unpaired-left missing/u
	fails 2 "missing/u"
	[ "$(cat u)" = old ]
	[ -z "$(find . -name '.*.tmp')" ]
	try bash -c 'etl-join trips.csv plazas.csv -k plaza --unpaired-left >(etl-cut --require-clean -o v) >/dev/null
		until [ -e v ]; do sleep 0.02; done'
	[ "$(cat v)" = $'id,plaza,amount\n4,,1' ]
}

@test "--unpaired: neither an input, the output, the rejects nor one another" {
	trips
	cp trips.csv keep.csv
	ln -s trips.csv link
	for name in trips.csv ./trips.csv link; do
		try etl-join trips.csv plazas.csv -k plaza --unpaired-left $name
		fails 2 "$name: input and --unpaired-left are the same file"
		try etl-join trips.csv plazas.csv -k plaza --unpaired-right $name
		fails 2 "$name: input and --unpaired-right are the same file"
	done
	try bash -c 'etl-join - plazas.csv -k plaza --unpaired-left trips.csv <trips.csv'
	fails 2 "trips.csv: input and --unpaired-left are the same file"
	for name in out "$PWD/out"; do
		try etl-join trips.csv plazas.csv -k plaza --unpaired-left $name -o out
		fails 2 "$name: output and --unpaired-left are the same file"
		try etl-join trips.csv plazas.csv -k plaza --unpaired-left $name --unpaired-right out
		fails 2 "$name: --unpaired-left and --unpaired-right are the same file"
	done
	try bash -c 'etl-join trips.csv plazas.csv -k plaza --unpaired-left out >out'
	fails 2 "out: output and --unpaired-left are the same file"
	try etl-join trips.csv plazas.csv -k plaza --unpaired-left r --rejects r
	fails 2 "r: output and --rejects are the same file"
	try etl-join trips.csv plazas.csv -k plaza --unpaired-right ''
	fails 2 "option --unpaired-right: '' is no file"
	cmp trips.csv keep.csv
	try etl-join trips.csv plazas.csv -k plaza --kind anti --unpaired-left /dev/null --unpaired-right /dev/null
	prints $'id,plaza,amount\n4,,1'
}

@test "random inputs: the same as nested loops, for any size of block" {
	[ "${ETL_SCAN:-}" = libcsv ] || "$BATS_TEST_DIRNAME/join-oracle" 60 "$RANDOM"
	for scan in portable libcsv; do
		ETL_SCAN=$scan "$BATS_TEST_DIRNAME/join-oracle" 20 "$RANDOM"
	done
}

@test "a key that both sides repeat gives all pairs, RIGHT's in RIGHT's order" {
	printf 'k,l\na,1\nb,2\na,3\n' >x.csv
	printf 'k,r\na,z\nb,y\na,x\na,w\n' >y.csv
	try etl-join x.csv y.csv -k k
	prints $'k,l,r\na,1,z\na,1,x\na,1,w\nb,2,y\na,3,z\na,3,x\na,3,w'
	try etl-join x.csv y.csv -k k --kind semi
	prints $'k,l\na,1\nb,2\na,3'
	try etl-join x.csv x.csv -k k
	prints $'k,l,l_right\na,1,1\na,1,3\nb,2,2\na,3,1\na,3,3'
}

@test "an empty value in any column of the key matches nothing, and is kept where records without a match are" {
	printf 'a,b,l\n1,2,x\n1,,y\n,,z\n,2,w\n' >x.csv
	printf 'a,b,r\n1,,p\n,,q\n1,2,o\n' >y.csv
	try etl-join x.csv y.csv -k a,b
	prints $'a,b,l,r\n1,2,x,o'
	try etl-join x.csv y.csv -k a,b --kind full
	prints $'a,b,l,r\n1,2,x,o\n1,,y,\n,,z,\n,2,w,\n1,,,p\n,,,q'
	try etl-join x.csv y.csv -k a --kind anti --no-out-header
	prints $',,z\n,2,w'
}

@test "several columns: values do not run into each other, order is that of the list" {
	printf 'a,b\nx,yz\nxy,z\n' >x.csv
	printf 'b,a,r\nz,xy,1\nyz,x,2\nxyz,,3\n' >y.csv
	try etl-join x.csv y.csv -k a,b
	prints $'a,b,r\nx,yz,2\nxy,z,1'
	try etl-join x.csv y.csv -k b=a,a=b
	prints $'a,b,r'
	try etl-join x.csv y.csv -k a=b,b=a --kind right
	prints $'a,b,r\nz,xy,1\nyz,x,2\nxyz,,3'
}

@test "-k: other names on the other side, positions, quotes, names that hold '='" {
	printf 'id,n\n1,x\n2,y\n' >x.csv
	printf 'city,customer_id\nUlm,2\nBonn,1\n' >y.csv
	try etl-join x.csv y.csv -k id=customer_id
	prints $'id,n,city\n1,x,Bonn\n2,y,Ulm'
	want=$output
	for keys in '1=2' '#1=#2' '1=-1' '"id"="customer_id"' 'id=cust*' 'id..id=2-'; do
		try etl-join x.csv y.csv -k "$keys"
		prints "$want"
	done
	printf 'a=b,"c,d",a\n1,2,5\n' >x.csv
	printf 'b,a=b,"c,d"\n5,1,2\n' >y.csv
	try etl-join x.csv y.csv -k 'a=b,"c,d"'
	prints $'a=b,"c,d",a,b\n1,2,5,5'
	try etl-join x.csv y.csv -k '"a=b"="a=b"'
	prints $'a=b,"c,d",a,b,"c,d_right"\n1,2,5,5,2'
	try etl-join x.csv y.csv -k '"c,d"="c,d","a=b"=2'
	prints $'a=b,"c,d",a,b\n1,2,5,5'
	try etl-join x.csv y.csv -k 'a="b"'
	prints $'a=b,"c,d",a,a=b_right,"c,d_right"\n1,2,5,1,2'
	printf 'b\n5\n' >y.csv
	try etl-join x.csv y.csv -k 'a=b'
	prints $'a=b,"c,d",a\n1,2,5'
}

@test "-k: ranges and patterns give as many on both sides, and by name the same" {
	printf 'k1,k2,k3,l\n1,2,3,x\n' >x.csv
	printf 'r,k1,k2,k3\ny,1,2,3\n' >y.csv
	for keys in 'k*' 'k1..k3' '1-3=2-4' 'k3,k*' 'k1..k2,3=k3'; do
		try etl-join x.csv y.csv -k "$keys"
		prints $'k1,k2,k3,l,r\n1,2,3,x,y'
	done
	printf 'r,k3,k2,k1\ny,3,2,1\n' >y.csv
	try etl-join x.csv y.csv -k 'k*'
	fails 2 "option -k: 'k*' pairs 'k1' of x.csv with 'k3' of y.csv: name the columns one by one"
	try etl-join x.csv y.csv -k 'k1..k3=k3..k1'
	prints 'k1,k2,k3,l,r'
	try etl-join x.csv y.csv -k 'k1,k2..k3=k3'
	fails 2 "option -k: 'k2..k3=k3' is 2 columns of x.csv but 1 of y.csv"
	try etl-join x.csv y.csv -k 'k1=k1..k2'
	fails 2 "option -k: y.csv: range runs backwards"
	printf '1,2\na,b\n' >x.csv
	printf 'x,y\na,b\n' >y.csv
	try etl-join x.csv y.csv -k 1
	fails 2 "option -k: '1' pairs '1' of x.csv with 'x' of y.csv: name the columns one by one"
	try etl-join x.csv y.csv -k '#1'
	prints $'1,2,y\na,b,b'
}

@test "-k: what is not there, twice, empty: 2, before any output" {
	trips
	try etl-join trips.csv plazas.csv -k plza
	fails 2 "etl-join: option -k: trips.csv: no such column: 'plza'; did you mean 'plaza'?"
	[ -z "$output" ]
	try etl-join trips.csv - -k amount=nam <plazas.csv
	fails 2 "option -k: stdin: no such column: 'nam'; did you mean 'name'?"
	try etl-join trips.csv plazas.csv -k plaza,amount
	fails 2 "option -k: plazas.csv: no such column: 'amount'; if it has another name there, write amount=NAME"
	printf 'id,code\n' >codes.csv
	try etl-join codes.csv plazas.csv -k name
	fails 2 "option -k: codes.csv: no such column: 'name'; if it has another name there, write NAME=name"
	try etl-join codes.csv plazas.csv -k name=code
	fails 2 "option -k: codes.csv: no such column: 'name'; LEFT's name comes first: code=name"
	try etl-join trips.csv plazas.csv -k plaza,plaza
	fails 2 "column chosen twice: 'plaza'"
	try etl-join trips.csv plazas.csv -k plaza,amount=plaza
	fails 2 "option -k: plazas.csv: column chosen twice: 'plaza'"
	try etl-join trips.csv plazas.csv -k 'plaza='
	fails 2 "option -k: a name is missing beside the '=': 'plaza='"
	try etl-join trips.csv plazas.csv -k 'plaza,=name'
	fails 2 "a name is missing beside the '=': '=name'"
	try etl-join trips.csv plazas.csv -k ''
	fails 2 "empty item in the list of columns"
	try etl-join trips.csv plazas.csv -k 9
	fails 2 "option -k: trips.csv: no such column: '9' (there are 3)"
	printf 'a,a\n1,2\n' >x.csv
	try etl-join x.csv x.csv -k a
	fails 2 "column 'a' is in the header 2 times: write #1 or a[1]"
	try etl-join x.csv x.csv -k 'a[2]=a[2]' --kind anti
	prints 'a,a'
}

@test "names that both sides have: a suffix, unless that name is taken" {
	printf 'k,n,"the ""city"""\n1,a,b\n' >x.csv
	printf 'k,n,"the ""city""",w\n1,c,d,e\n' >y.csv
	try etl-join x.csv y.csv -k k
	prints $'k,n,"the ""city""",n_right,"the ""city""_right",w\n1,a,b,c,d,e'
	try etl-join x.csv y.csv -k k --suffix ', 2'
	prints $'k,n,"the ""city""","n, 2","the ""city"", 2",w\n1,a,b,c,d,e'
	try etl-join x.csv y.csv -k n=k --kind full
	prints $'k,n,"the ""city""",n_right,"the ""city""_right",w\n1,a,b,,,\n,1,,c,d,e'
	try etl-join x.csv y.csv -k k --suffix ''
	fails 2 "column 'n' of y.csv would be called 'n', a name that is taken: choose another --suffix, or rename it before, with etl-cut"
	printf 'k,n,n_right\n1,a,b\n' >x.csv
	try etl-join x.csv y.csv -k k
	fails 2 "column 'n' of y.csv would be called 'n_right', a name that is taken"
	[ -z "$output" ]
	try etl-join y.csv x.csv -k k
	fails 2 "column 'n' of x.csv would be called 'n_right', a name that is taken"
	try etl-join x.csv y.csv -k k --suffix .y
	prints $'k,n,n_right,n.y,"the ""city""",w\n1,a,b,c,d,e'
	try etl-join x.csv y.csv -k k --no-out-header
	prints 1,a,b,c,d,e
	try etl-join x.csv y.csv -k k --kind semi
	prints $'k,n,n_right\n1,a,b'
	printf 'k,w,w\n1,2,3\n' >x.csv
	printf 'k,n,n\n1,c,d\n' >y.csv
	try etl-join x.csv y.csv -k k
	prints $'k,w,w,n,n\n1,2,3,c,d'
}

@test "bytes: fields leave as they came, keys are their values" {
	scanner_only
	printf 'k," l "\r\n"a",\xff\r\na,"7"\n007,\n"q""",""\n"",""' >x.csv
	printf '\xef\xbb\xbf"r","k"\n"x",a\n\x00,"q"""\r\n"",""\n y ,7\n"z",a' >y.csv
	etl-join x.csv y.csv -k k --kind full >out
	printf 'k," l ","r"\n"a",\xff,"x"\n"a",\xff,"z"\na,"7","x"\na,"7","z"\n007,,\n"q""","",\x00\n"","",\n"",,""\n7,, y \n' | cmp - out
}

@test "keys that differ in a NUL byte only, or at the end of 1 MiB" {
	printf 'k,l\na,1\na\0,2\na\0\0,3\n' >x.csv
	printf 'k,r\na\0\0,x\na,y\n\0a,z\n' >y.csv
	etl-join x.csv y.csv -k k >out
	printf 'k,l,r\na,1,y\na\0\0,3,x\n' | cmp - out
	long=$(head -c 1048575 /dev/zero | tr '\0' k)
	printf 'k,l\n%sa,1\n"%sb",2\n%sc,3\n' "$long" "$long" "$long" >x.csv
	printf 'r,k\nx,%sb\ny,"%sa"\nz,%s\n' "$long" "$long" "$long" >y.csv
	for block in 64 262144; do
		ETL_BLOCK=$block etl-join x.csv y.csv -k k | etl-map 'k = concat(text(length(k)), substr(k, 1048576, 1))' >out
		printf 'k,l,r\n1048576a,1,y\n1048576b,2,x\n' | cmp - out
	done
}

@test "-N: columns by number, no names to clash" {
	printf '1,a\n2,b\n' >x.csv
	printf 'p,2\nq,3\n' >y.csv
	try etl-join -N x.csv y.csv -k 1=2
	prints 2,b,p
	try etl-join -N x.csv y.csv -k 1=2 --kind full
	prints $'1,a,\n2,b,p\n3,,q'
	try etl-join -N x.csv y.csv -k 1=3
	fails 2 "option -k: y.csv: no such column: '3' (there are 2)"
	try etl-join --header a,b x.csv y.csv -k a
	fails 2 "options --header and --rename-header: not where several inputs have their own names"
}

@test "dialects: TSV and semicolons in, TSV out, for both inputs" {
	printf 'k\tl\na"\tx,y\n' >x.tsv
	printf 'r\tk\n"\ta"\n,\tb\n' >y.tsv
	try etl-join -t x.tsv y.tsv -k k --kind full
	prints $'k,l,r\n"a""","x,y",""""\nb,,","'
	try etl-join -t -T x.tsv y.tsv -k k --kind full
	prints $'k\tl\tr\na"\tx,y\t"\nb\t\t,'
	printf 'k;l\n"a;";x\n' >x.csv
	printf 'k;r\na;1\n"a;";"2;,"\n' >y.csv
	try etl-join -d ';' x.csv y.csv -k k
	prints $'k,l,r\n"a;",x,"2;,"'
	try etl-join -d ';' -D ';' x.csv y.csv -k k
	prints $'k;l;r\n"a;";x;"2;,"'
	printf 'k,r\na,"1\t2"\n' >y.csv
	printf 'k,l\na,x\n' >x.csv
	try etl-join -T x.csv y.csv -k k
	fails 1 "y.csv:2: TSV cannot hold"
	try etl-join -T --tsv-escape x.csv y.csv -k k
	prints $'k\tl\tr\na\tx\t1\\t2'
}

@test "one column in the output: an empty value is not a blank line" {
	printf 'k\n\na\nb\n' >x.csv
	printf 'k\nb\n\n""\nc\n' >y.csv
	try etl-join x.csv y.csv -k k --kind full
	prints $'k\n""\na\nb\n""\n""\nc'
	try etl-join x.csv y.csv -k k --kind anti
	prints $'k\n""\na'
	try etl-join x.csv y.csv -k k
	prints $'k\nb'
}

@test "empty inputs, header only" {
	trips
	head -1 plazas.csv >head.csv
	: >empty
	inner=id,plaza,amount,name,city
	try etl-join trips.csv head.csv -k plaza
	prints "$inner"
	try etl-join trips.csv head.csv -k plaza --kind left
	prints "$inner"$'\n1,7,12.50,,\n2,9,40,,\n3,7,7.25,,\n4,,1,,'
	try etl-join trips.csv head.csv -k plaza --kind anti
	prints "$(cat trips.csv)"
	try etl-join head.csv trips.csv -k plaza --kind right --no-out-header
	prints $'7,,,1,12.50\n9,,,2,40\n7,,,3,7.25\n,,,4,1'
	try etl-join trips.csv empty -k plaza
	fails 1 "empty: empty: there is no header"
	try etl-join empty trips.csv -k plaza
	fails 1 "empty: empty: there is no header"
	for kind in left full anti; do
		try etl-join --allow-empty trips.csv empty -k plaza --kind $kind
		prints "$(cat trips.csv)"
	done
	for kind in inner right semi; do
		try etl-join --allow-empty trips.csv empty -k plaza --kind $kind
		prints id,plaza,amount
	done
	try etl-join --allow-empty trips.csv empty -k plza
	fails 2 "did you mean 'plaza'?"
	for kind in inner left semi anti; do
		try etl-join --allow-empty empty trips.csv -k plaza --kind $kind
		prints ''
	done
	for kind in right full; do
		try etl-join --allow-empty empty trips.csv -k plaza --kind $kind
		fails 1 "empty: empty: it has no columns that the records of trips.csv could go with (--kind $kind)"
		try etl-join --allow-empty empty head.csv -k plaza --kind $kind
		prints ''
	done
	try etl-join -N empty empty -k 1 --kind full
	prints ''
	try etl-join -N trips.csv empty -k 2 --kind full
	prints "$(cat trips.csv)"
}

@test "malformed and ragged records of either input: file and line" {
	trips
	printf 'plaza,name\n7,x\n8\n' >ragged.csv
	try etl-join trips.csv ragged.csv -k plaza
	fails 1 "ragged.csv:3: 1 field"
	[ -z "$output" ]
	try etl-join trips.csv ragged.csv -k plaza --ragged fill --kind right
	prints $'id,plaza,amount,name\n1,7,12.50,x\n3,7,7.25,x\n,8,,'
	try etl-join ragged.csv trips.csv -k plaza
	fails 1 "ragged.csv:3: 1 field"
	printf 'plaza,name\n7,x"y\n8,z\n' >quote.csv
	try etl-join trips.csv quote.csv -k plaza
	fails 1 "quote.csv:2: byte 4"
	try etl-join trips.csv quote.csv -k plaza --lenient
	prints $'id,plaza,amount,name\n1,7,12.50,"x""y"\n3,7,7.25,"x""y"'
	printf 'plaza,name\n7,"x\n' >open.csv
	try etl-join trips.csv open.csv -k plaza
	fails 1 "open.csv:2: byte 3: "
	[ -z "$output" ]
}

@test "rejects of both inputs, and the record of the run" {
	printf 'k,l\n1,a\n2\n3,c\n1,d\n4,e\n' >x.csv
	printf 'k,r\n1,p\n1,q\n8\n9,s\n' >y.csv
	try etl-join x.csv y.csv -k k --rejects r --ragged reject --stats s --kind right
	prints $'k,l,r\n1,a,p\n1,a,q\n1,d,p\n1,d,q\n9,,s'
	grep -q '2 of 9 records rejected: see r' err
	[ "$(etl-cut -f file,line,record --no-out-header r)" = $'y.csv,4,8\nx.csv,3,2' ]
	# in + made = out + filtered + rejected
	grep -q '"in":5,.*"out":5,.*"filtered":2,"rejected":2,"made":4,' s
	try etl-join x.csv y.csv -k k --ragged reject --max-rejects 1
	fails 1 "x.csv:3: 1 field where there are 2 columns: more than 1 reject"
	try etl-join x.csv y.csv -k k --ragged reject --max-rejects 20%
	fails 1 "2 of 9 records rejected: more than 20%"
	try etl-join x.csv y.csv -k k --ragged reject --max-rejects 25%
	[ "$status" -eq 0 ]
}

@test "--stats: in counts LEFT; what has no match is filtered, what there is more of is made" {
	trips
	local kind want
	while read -r kind want; do
		etl-join trips.csv plazas.csv -k plaza --kind "$kind" --stats s >/dev/null
		tail -1 s | grep -q "\"in\":4,.*\"out\":${want%% *},.*\"filtered\":$(cut -d ' ' -f 2 <<<"$want"),\"rejected\":0,\"made\":${want##* }," ||
			{ tail -1 s; return 1; }
	done <<<'inner 3 1 0
left 4 0 0
right 5 1 2
full 6 0 2
semi 3 1 0
anti 1 3 0'
	printf 'plaza\n7\n7\n7\n' >many.csv
	etl-join trips.csv many.csv -k plaza --stats t >/dev/null
	grep -q '"in":4,.*"out":6,.*"filtered":2,"rejected":0,"made":4,' t
}

@test "either input may be standard input or a pipe, not both the same" {
	trips
	want=$(etl-join trips.csv plazas.csv -k plaza)
	try bash -c 'etl-cut trips.csv | etl-join - plazas.csv -k plaza'
	prints "$want"
	try bash -c 'etl-cut plazas.csv | etl-join trips.csv - -k plaza'
	prints "$want"
	try bash -c 'etl-join <(etl-cut trips.csv) <(etl-cut plazas.csv) -k plaza'
	prints "$want"
	try bash -c 'etl-join - - -k plaza <trips.csv'
	fails 2 "operands 1 and 2 are the same standard input"
	try bash -c 'cat trips.csv | etl-join - /dev/stdin -k plaza'
	fails 2 "operands 1 and 2 are the same pipe"
	try etl-join -k plaza
	fails 2 "two inputs are joined by key, LEFT and RIGHT: there are 0 operands"
	try etl-join -k plaza trips.csv
	fails 2 "LEFT and RIGHT: there is 1 operand"
	try etl-join -k plaza trips.csv trips.csv trips.csv
	fails 2 "LEFT and RIGHT: there are 3 operands"
	try etl-join trips.csv missing.csv -k plaza
	fails 2 "missing.csv: No such file or directory"
	try bash -c 'etl-join - missing.csv -k plaza < <(sleep 60)'
	fails 2 "missing.csv: No such file or directory"
	try etl-join -o plazas.csv trips.csv plazas.csv -k plaza
	prints ''
	[ "$(cat plazas.csv)" = "$want" ]
}

# Runs an etl-join one input of which comes from an etl-cut, and kills that when it has begun to write.
kill_input_of() { # COMMAND
	{ echo k,r; seq 20000 | sed 's/.*/&,x/'; } >x.csv
	mkfifo feed
	exec 4<>feed
	head -2000 x.csv >feed
	bash -c "set -o pipefail; $1" 2>err 3>&- 4>&- &
	local join=$! tries=500
	until [ "$(stat -L -c %a "/proc/$(cat pid 2>/dev/null)/fd/1" 2>/dev/null)" = 640 ] || [ $((tries -= 1)) -eq 0 ]; do
		sleep 0.02
	done
	kill -9 "$(cat pid)"
	status=0
	wait $join || status=$?
	exec 4>&-
}

@test "RIGHT's program was killed: 75, and not a byte of output" {
	kill_input_of 'etl-join -k k x.csv <(echo $BASHPID >pid; exec etl-cut feed) >out'
	fails 75 "was killed before its end"
	[ -e out ] && [ ! -s out ]
	rm feed
	kill_input_of 'etl-join -k k x.csv <(echo $BASHPID >pid; exec etl-cut feed) --kind anti -o out.csv'
	fails 75 "was killed before its end"
	[ ! -e out.csv ]
}

@test "LEFT's program was killed: 75, and what reads on commits nothing" {
	kill_input_of 'etl-join -k k <(echo $BASHPID >pid; exec etl-cut feed) x.csv | etl-cut -o whole'
	fails 75 "was killed before its end"
	grep -q 'etl-cut: stdin: .*upstream' err
	[ ! -e whole ]
}

@test "an input that failed, or that nobody vouches for" {
	trips
	printf 'plaza,r\n7\n' >bad.csv
	try bash -c 'etl-join trips.csv <(etl-cut bad.csv) -k plaza --kind left'
	fails 1 "ended with status 1"
	[ -z "$output" ]
	try bash -c 'etl-join <(etl-cut bad.csv) plazas.csv -k plaza'
	fails 1 "ended with status 1"
	try bash -c 'etl-join --require-clean trips.csv <(cat plazas.csv) -k plaza'
	fails 75 "nothing says that the program upstream finished"
	[ -z "$output" ]
}

@test "a slow LEFT: each record leaves when it has come" {
	trips
	mkfifo feed
	etl-join - plazas.csv -k plaza <feed >out 3>&- &
	local join=$! tries=500
	exec 4>feed
	head -2 trips.csv >&4
	until grep -q South out || [ $((tries -= 1)) -eq 0 ]; do sleep 0.02; done
	[ "$(cat out)" = $'id,plaza,amount,name,city\n1,7,12.50,South,Ulm' ]
	tail -n +3 trips.csv >&4
	exec 4>&-
	wait $join
	[ "$(wc -l <out)" -eq 4 ]
}

@test "standard output closed or full, a reader that leaves" {
	seq 100000 | sed 's/.*/&,x/; 1i k,l' >x.csv
	try bash -c 'etl-join x.csv x.csv -k k >/dev/full'
	fails 2 "stdout: No space left on device"
	try bash -c 'head -2 x.csv | etl-join - x.csv -k k >/dev/full'
	fails 2 "stdout: No space left on device"
	try bash -c 'etl-join x.csv x.csv -k k >&-'
	fails 2 "stdout: Bad file descriptor"
	try bash -c 'etl-join - x.csv -k k <&-'
	fails 2 "stdin: Bad file descriptor"
	try env --default-signal=PIPE bash -c 'etl-join x.csv x.csv -k k | head -1; exit ${PIPESTATUS[0]}'
	[ "$status" -eq 141 ]
	[ "$output" = k,l,l_right ]
	[ ! -s err ]
}

# Two inputs of some MB in which keys come once, several times or not at all.
large() {
	seq 40000 | etl-map -N --header i 'k = if(i % 11 == 0, "", text(i * 7919 % 30012)); g = i % 3; l = concat("left ", text(i))' >x.csv
	seq 60000 | etl-map -N --header j 'k = if(j % 13 == 0, "", text(j * 6151 % 40008)); g = j % 3; r = concat("right \"", text(j))' >y.csv
}

@test "--memory: more is on disk, and the output is the same" {
	large
	local kind memory
	for kind in inner left right full semi anti; do
		etl-join x.csv y.csv -k k,g --kind $kind --unpaired-left u --unpaired-right v --stats s >want
		mv u u.want
		mv v v.want
		for memory in 1 200K; do
			etl-join x.csv y.csv -k k,g --kind $kind --memory $memory >got
			cmp want got
		done
		etl-join x.csv y.csv -k k,g --kind $kind --memory 1M --jobs 3 --unpaired-left u --unpaired-right v --stats t >got
		cmp want got
		cmp u.want u
		cmp v.want v
		[ "$(grep -o '"in":.*"blocked_read"\|"filtered".*"made":[0-9]*' s)" = "$(grep -o '"in":.*"blocked_read"\|"filtered".*"made":[0-9]*' t)" ]
	done
	[ "$(wc -l <u)" -gt 5000 ] && [ "$(wc -l <v)" -gt 5000 ]
	try etl-join x.csv y.csv -k k,g --memory lots
	fails 2 "option --memory"
}

@test "beyond --memory: a key that is too much alone, one that is long, one column" {
	awk 'BEGIN { print "k,r"; for (i = 0; i < 20000; i++) print (i % 3 ? "hot" : i) ",right " i }' >y.csv
	printf 'k,l\n3,a\nhot,b\n9,c\nhot,d\n5,e\n' >x.csv
	printf 'k,l\n3,a\n5,e\n' >cold.csv
	local left kind
	for left in x.csv cold.csv; do
		for kind in inner left right full semi anti; do
			etl-join $left y.csv -k k --kind $kind --unpaired-right v >want
			mv v v.want
			etl-join $left y.csv -k k --kind $kind --unpaired-right v --memory 1K >got
			cmp want got
			cmp v.want v
		done
	done
	long=$(head -c 300000 /dev/zero | tr '\0' k)
	printf 'k\n%s\n""\n%sb\n1\n' "$long" "$long" >x.csv
	printf 'k\n1\n%sb\n%sb\n\n2\n' "$long" "$long" >y.csv
	for kind in inner left right full semi anti; do
		etl-join x.csv y.csv -k k --kind $kind --unpaired-left u --unpaired-right v >want
		mv u u.want
		mv v v.want
		etl-join x.csv y.csv -k k --kind $kind --memory 1K --unpaired-left u --unpaired-right v >got
		cmp want got
		cmp u.want u
		cmp v.want v
	done
}

@test "beyond --memory: rejects, --validate, TSV, a LEFT that fails" {
	large
	{ cat x.csv; echo ragged; } >bad.csv
	etl-join bad.csv y.csv -k k,g --ragged reject --rejects r --memory 100K --stats s >got 2>err
	etl-join x.csv y.csv -k k,g | cmp - got
	[ "$(etl-cut -f line,record --no-out-header r)" = 40002,ragged ]
	tail -1 s | grep -q '"in":40001,.*"rejected":1,'
	try etl-join bad.csv y.csv -k k,g --memory 100K -o out
	fails 1 "bad.csv:40002: 1 field"
	[ ! -e out ]
	try etl-join x.csv y.csv -k k,g --memory 100K --validate many-to-one -o out
	fails 1 "y.csv:"
	etl-join -T x.csv y.csv -k k,g >want
	etl-join -T x.csv y.csv -k k,g --memory 100K >got
	cmp want got
	try bash -c 'set -o pipefail; etl-join <(etl-cut bad.csv) y.csv -k k,g --memory 100K | etl-cut -o whole'
	fails 1 "ended with status 1"
	[ ! -e whole ]
}

@test "beyond --memory: memory is what was allowed, no file stays, a disk that is full" {
	scanner_only
	mkdir tmp
	{ echo k,l; seq -f '%.0f,left' 300000; } >x.csv
	{ echo k,r; seq -f '%.0f,0123456789abcdef0123456789abcdef' 2 2 1000000; } >y.csv
	TMPDIR=tmp etl-join x.csv y.csv -k k --memory 4M --stats s | tail -n +2 | cut -d, -f1 | cmp - <(seq 2 2 300000)
	[ -z "$(ls tmp)" ]
	[ "$ETL_BIN" != "$ROOT/build" ] || [ "$(grep -o '"peak_memory":[0-9]*' s | cut -d: -f2)" -le 12582912 ]
	try etl-join x.csv y.csv -k k --memory 4M --tmp-dir none/where
	fails 2 "option --tmp-dir: none/where: No such file or directory"
	TMPDIR=none/where etl-join x.csv y.csv -k k --memory 4M --tmp-dir tmp --kind semi | cut -d, -f1 | tail -n +2 |
		cmp - <(seq 2 2 300000)
	TMPDIR=none/where try etl-join x.csv y.csv -k k --memory 4M
	fails 2 "none/where"
	TMPDIR=tmp try bash -c 'ulimit -f 1000; exec etl-join x.csv y.csv -k k --memory 1M -o out.csv'
	fails 2 "temporary file (see TMPDIR): File too large"
	[ -z "$(ls tmp)" ]
	[ ! -e out.csv ]
}

@test "a large LEFT in little memory" {
	scanner_only
	seq 1000000 | sed 's/.*/&,a text that is a little longer/; 1i k,l' >x.csv
	seq 1 200 1000000 | sed 's/.*/&,right/; 1i k,r' >y.csv
	etl-join x.csv y.csv -k k --stats s | tail -n +2 | cut -d , -f 1,3 | cmp - <(seq 1 200 1000000 | sed 's/.*/&,right/')
	[ "$(grep -o '"peak_memory":[0-9]*' s | cut -d: -f2)" -le 16777216 ] || [[ $ETL_BIN == *asan* ]]
}

@test "10,000 columns on either side" {
	seq -s, 10000 >x.csv
	seq -s, 10000 >>x.csv
	etl-join x.csv x.csv -k '#5000' >out
	[ "$(head -1 out | tr , '\n' | wc -l)" -eq 19999 ]
	[ "$(tail -1 out | cut -d , -f 5000,10001,15000)" = 5000,1,5001 ]
	etl-join x.csv x.csv -k '#1=#2' --kind full >out
	[ "$(tail -1 out | cut -d , -f 1,2,10001,10002)" = 2,,1,3 ]
}

# What follows joins by the nearest time.

quotes() {
	printf 'ts,sym,qty\n10:00:00Z,A,1\n10:00:05,A,2\n09:59:59,A,3\n10:00:04Z,B,4\n,A,5\n10:00:04Z,,6\n' |
		sed 's/^[01]/2024-01-01T&/' >trades.csv
	printf 'ts,sym,px\n10:00:03Z,A,12\n10:00:00Z,A,10\n11:00:00+01:00,A,11\n10:00:09Z,B,20\n,A,99\n10:00:06Z,A,13\n' |
		sed 's/^[01]/2024-01-01T&/' >quotes.csv
}

@test "--asof: each direction, ties, with and without a key, tolerance" {
	quotes
	# The quantity of the trade, and the price beside it.
	pair() {
		try bash -c 'etl-join trades.csv quotes.csv --asof ts "$@" | etl-cut -f qty,px --no-out-header' pair "$@"
	}
	pair -k sym
	prints $'1,11\n2,12'
	pair -k sym --kind left
	prints $'1,11\n2,12\n3,\n4,\n5,\n6,'
	pair -k sym --kind left --direction backward
	prints $'1,11\n2,12\n3,\n4,\n5,\n6,'
	pair -k sym --direction forward
	prints $'1,10\n2,13\n3,10\n4,20'
	pair -k sym --direction nearest
	prints $'1,11\n2,13\n3,10\n4,20'
	pair
	prints $'1,11\n2,12\n4,12\n6,12'
	pair -k sym --tolerance 2s
	prints $'1,11\n2,12'
	pair -k sym --tolerance 1s
	prints '1,11'
	pair -k sym --direction forward --tolerance 1s
	prints $'1,10\n2,13\n3,10'
	pair -k sym --direction nearest --tolerance 0s
	prints '1,11'
	try etl-join trades.csv quotes.csv --asof ts -k sym
	prints $'ts,sym,qty,ts_right,px\n2024-01-01T10:00:00Z,A,1,2024-01-01T11:00:00+01:00,11\n2024-01-01T10:00:05,A,2,2024-01-01T10:00:03Z,12'
	# Halfway between two it is the earlier one.
	printf 'ts,sym,qty\n2024-01-01T10:00:04.5Z,A,1\n2024-01-01T10:00:04.500000001Z,A,2\n' >trades.csv
	pair --direction nearest
	prints $'1,12\n2,13'
}

@test "--asof: what pairs with nothing goes to the files of what is unpaired" {
	quotes
	etl-join trades.csv quotes.csv --asof ts -k sym --unpaired-left u --unpaired-right v --stats s -o out
	[ "$(etl-cut -f qty --no-out-header u | paste -sd ' ')" = '3 4 5 6' ]
	[ "$(etl-cut -f px --no-out-header v | paste -sd ' ')" = '10 20 99 13' ]
	grep -q '"in":6,.*"out":2,.*"filtered":4,"rejected":0,"made":0,' s
}

@test "--asof: names that differ, formats, numbers" {
	printf 'when,a\n24.11.2026 10:00,1\n' >x.csv
	printf 'since,b\n24.11.2026 09:00,y\n' >y.csv
	try etl-join x.csv y.csv --asof when=since --time-format '%d.%m.%Y %H:%M' --tolerance 1h
	prints $'when,a,since,b\n24.11.2026 10:00,1,24.11.2026 09:00,y'
	try etl-join x.csv y.csv --asof when=since --time-format '%d.%m.%Y %H:%M' --tolerance 59m
	prints when,a,since,b
	printf 'n,a\n5,1\n-1.5,2\n1e3,3\n99999999999999999.000000001,4\n' >x.csv
	printf 'm,b\n-2,x\n4.50,y\n6,z\n99999999999999999,w\n' >y.csv
	try etl-join x.csv y.csv --asof n=m:n
	prints $'n,a,m,b\n5,1,4.50,y\n-1.5,2,-2,x\n1e3,3,6,z\n99999999999999999.000000001,4,99999999999999999,w'
	try etl-join x.csv y.csv --asof n=m:n --tolerance 0.5
	prints $'n,a,m,b\n5,1,4.50,y\n-1.5,2,-2,x\n99999999999999999.000000001,4,99999999999999999,w'
	try etl-join x.csv y.csv --asof n=m:n --tolerance 0.000000001
	prints $'n,a,m,b\n99999999999999999.000000001,4,99999999999999999,w'
	try etl-join x.csv x.csv --asof n:n --direction nearest -k a
	[ "$status" -eq 0 ] && [ "${#lines[@]}" -eq 5 ] && [ "${lines[4]}" = 99999999999999999.000000001,4,99999999999999999.000000001 ]
	local bad
	for bad in '0.0000000001:more than nine digits behind the point' '1e30:number out of range' 'x:not a number' '1 :not a number'; do
		printf 'n,a\n1,1\n%s,2\n' "${bad%%:*}" >bad.csv
		try etl-join bad.csv y.csv --asof n=m:n
		fails 1 "bad.csv:3: column 'n': ${bad#*:}: '${bad%%:*}'"
	done
}

@test "--asof: a time that cannot be read, in either input: fail, null, skip, reject" {
	quotes
	{ cat trades.csv; printf 'x,A,7\n2024-01-01T10:00:07Z,A,8\n'; } >bad.csv
	{ cat quotes.csv; printf '2024-02-30,A,14\n'; } >worse.csv
	try etl-join bad.csv quotes.csv --asof ts -k sym
	fails 1 "etl-join: bad.csv:8: column 'ts': not a time: 'x'"
	try etl-join bad.csv worse.csv --asof ts -k sym --on-error fail
	fails 1 "etl-join: worse.csv:8: column 'ts': no such time: '2024-02-30'"
	[ -z "$output" ]
	local jobs
	for jobs in 1 3; do
		export ETL_BLOCK=50
		etl-join bad.csv worse.csv --asof ts -k sym --on-error null --kind left --jobs $jobs 2>err | etl-cut -f qty,px --no-out-header >out
		[ "$(cat out)" = $'1,11\n2,12\n3,\n4,\n5,\n6,\n7,\n8,13' ]
		grep -q '^etl-join: 2 records with no time for one that cannot be read (--on-error=null)$' err
		etl-join bad.csv worse.csv --asof ts -k sym --on-error skip --kind left --jobs $jobs --stats s --unpaired-left u \
			--unpaired-right v 2>err | etl-cut -f qty,px --no-out-header >out
		[ "$(cat out)" = $'1,11\n2,12\n3,\n4,\n5,\n6,\n8,13' ]
		[ "$(grep -c . u)" -eq 5 ]
		run grep -E ',7$|,14$' u v
		[ "$status" -eq 1 ]
		grep -q '^etl-join: 2 records skipped (--on-error=skip)$' err
		tail -1 s | grep -q '"in":8,.*"out":7,.*"filtered":1,"rejected":0,"made":0,'
		rm -f r
		etl-join bad.csv worse.csv --asof ts -k sym --rejects r --jobs $jobs --stats s 2>err | etl-cut -f qty,px --no-out-header >out
		[ "$(cat out)" = $'1,11\n2,12\n8,13' ]
		[ "$(etl-cut -f file,line,column,code,record --no-out-header r)" = $'worse.csv,8,ts,time,"2024-02-30,A,14"\nbad.csv,8,ts,time,"x,A,7"' ]
		tail -1 s | grep -q '"in":8,.*"out":3,.*"filtered":4,"rejected":2,"made":1,'
	done
	try etl-join bad.csv worse.csv --asof ts -k sym --max-rejects 1
	fails 1 "bad.csv:8: column 'ts': not a time: 'x': more than 1 reject"
}

@test "--asof: what does not go together: 2" {
	quotes
	local kind
	for kind in right full semi anti; do
		try etl-join trades.csv quotes.csv --asof ts --kind $kind
		fails 2 "option --kind $kind: not with --asof, where it is inner or left"
	done
	try etl-join trades.csv quotes.csv --asof ts --validate one-to-one
	fails 2 "option --validate: not with --asof"
	try etl-join trades.csv quotes.csv --asof ts --direction back
	fails 2 "option --direction: 'back' is none of backward, forward, nearest"
	try etl-join trades.csv quotes.csv --asof ts --on-error ignore
	fails 2 "option --on-error: 'ignore' is none of fail, null, skip, reject"
	try etl-join trades.csv quotes.csv --asof ts --on-error reject
	fails 2 "option --on-error=reject needs --rejects FILE or --max-rejects N"
	for span in 5 5x 1.5h -1m '' 99999999999999999999s 9999999999999999999w; do
		try etl-join trades.csv quotes.csv --asof ts --tolerance "$span"
		fails 2 "option --tolerance: '$span' is no span of time such as 90s, 15m, 1h, 7d, 2w"
	done
	for span in 5m -1 ''; do
		try etl-join trades.csv quotes.csv --asof qty=px:n --tolerance "$span"
		fails 2 "option --tolerance: '$span' is no number, as the times are (:n)"
	done
	for option in '--direction nearest' '--tolerance 5m' '--time-format %s' '--on-error skip'; do
		try etl-join trades.csv quotes.csv -k sym $option
		fails 2 "option ${option% *}: in which column is the time?  --asof says"
	done
	try etl-join trades.csv quotes.csv --asof ts --time-format '%Q'
	fails 2 "option --time-format: "
	try etl-join trades.csv quotes.csv --asof ts:n --time-format '%s'
	fails 2 "option --time-format: not with numbers (--asof ts:n)"
	try etl-join trades.csv quotes.csv --asof ts:t
	fails 2 "option --asof: no such modifier: 't'; there is n (number)"
	try etl-join trades.csv quotes.csv --asof ts,sym
	fails 2 "option --asof: 'ts,sym' is more than one column"
	try etl-join trades.csv quotes.csv --asof time
	fails 2 "option --asof: trades.csv: no such column: 'time'"
	try etl-join trades.csv quotes.csv --asof qty
	fails 2 "option --asof: quotes.csv: no such column: 'qty'; if it has another name there, write qty=NAME"
	try etl-join trades.csv quotes.csv --asof ts --memory 10K
	fails 2 "bytes of --memory"
}

@test "--asof: empty inputs, header only, a NUL byte, CR LF" {
	quotes
	: >empty
	head -1 quotes.csv >head.csv
	try etl-join trades.csv head.csv --asof ts -k sym
	prints ts,sym,qty,ts_right,px
	try etl-join trades.csv head.csv --asof ts --kind left
	[ "$status" -eq 0 ] && [ "${#lines[@]}" -eq 7 ]
	try etl-join head.csv trades.csv --asof ts
	prints ts,sym,px,ts_right,sym_right,qty
	try etl-join --allow-empty trades.csv empty --asof ts --kind left
	prints "$(cat trades.csv)"
	try etl-join --allow-empty trades.csv empty --asof ts -k sym
	prints ts,sym,qty
	try etl-join --allow-empty empty quotes.csv --asof ts -k sym
	prints ''
	printf 'ts\r\n2024-01-01\r\n' >x.csv
	try etl-join x.csv x.csv --asof ts
	prints $'ts,ts_right\n2024-01-01,2024-01-01'
	printf 'ts\n2024-01-01\0\n' >x.csv
	try etl-join x.csv quotes.csv --asof ts
	fails 1 "x.csv:2: column 'ts': not a time: '2024-01-01\\x00'"
}

@test "--asof: many rows out of order, several jobs, any block: the same" {
	seq 5000 | etl-map -N --header i 'k = i * 7919 % 13; t = i * 7907 % 5003' >x.csv
	seq 3000 | etl-map -N --header j 'k = j * 7919 % 13; t = j * 6151 % 5003' >y.csv
	etl-join x.csv y.csv --asof t:n -k k --direction nearest --tolerance 40 --unpaired-left u --unpaired-right v >want
	[ "$(wc -l <want)" -gt 2000 ]
	cp u u.want
	cp v v.want
	local block
	for block in 64 5000; do
		ETL_BLOCK=$block etl-join x.csv y.csv --asof t:n -k k --direction nearest --tolerance 40 --unpaired-left u \
			--unpaired-right v --jobs 3 >got
		cmp want got
		cmp u.want u
		cmp v.want v
	done
	# In order of time the records that match are the same.
	etl-join <(etl-sort -k t:n x.csv) <(etl-sort -k t:n y.csv) --asof t:n -k k --direction nearest --tolerance 40 | etl-sort >got
	etl-sort want | cmp - got
}

# What follows joins sorted inputs.

@test "--sorted: each kind, in the order of the keys" {
	scanner_only
	printf 'k,l\n"",1\n10,2\n10,"3"\n9,4\n' >x.csv
	printf 'r,k\r\np,\r\nq,1\r\n"s",10\nt,10\nu,7\nv,"9"\nw,9\n' >y.csv
	for block in 1 64 262144; do
		export ETL_BLOCK=$block
		try etl-join x.csv y.csv -k k --sorted
		prints $'k,l,r\n10,2,"s"\n10,2,t\n10,"3","s"\n10,"3",t\n9,4,v\n9,4,w'
		try etl-join x.csv y.csv -k k --sorted --kind left
		prints $'k,l,r\n"",1,\n10,2,"s"\n10,2,t\n10,"3","s"\n10,"3",t\n9,4,v\n9,4,w'
		try etl-join x.csv y.csv -k k --sorted --kind right
		prints $'k,l,r\n,,p\n1,,q\n10,2,"s"\n10,2,t\n10,"3","s"\n10,"3",t\n7,,u\n9,4,v\n9,4,w'
		try etl-join x.csv y.csv -k k --sorted --kind full
		prints $'k,l,r\n"",1,\n,,p\n1,,q\n10,2,"s"\n10,2,t\n10,"3","s"\n10,"3",t\n7,,u\n9,4,v\n9,4,w'
		try etl-join x.csv y.csv -k k --sorted --kind semi --unpaired-left u --unpaired-right v
		prints $'k,l\n10,2\n10,"3"\n9,4'
		[ "$(cat u)" = $'k,l\n"",1' ]
		[ "$(cat v)" = $'r,k\np,\nq,1\nu,7' ]
		try etl-join x.csv y.csv -k k --sorted --kind anti
		prints $'k,l\n"",1'
	done
}

@test "--sorted: not sorted is 1 with the line, in either input, to their ends" {
	printf 'k,l\na,1\nb,"2\n2"\nc,3\nbb,4\n' >x.csv
	printf 'k,r\na,1\n' >y.csv
	local kind
	for kind in inner left right full semi anti; do
		for block in 1 262144; do
			try env ETL_BLOCK=$block etl-join x.csv y.csv -k k --sorted --kind $kind -o out
			fails 1 "etl-join: x.csv:6: column 'k': less than the key before, so that the input is not sorted (--sorted): 'bb'"
			try env ETL_BLOCK=$block etl-join y.csv x.csv -k k --sorted --kind $kind -o out
			fails 1 "etl-join: x.csv:6: column 'k': less than the key before, so that the input is not sorted (--sorted): 'bb'"
			[ ! -e out ]
		done
	done
	# By all columns, in the order of -k; a longer text behind a shorter one; NUL before all others.
	printf 'a,b\n1,2\n1\0,1\n11,1\n2,1\n2,2\n' >x.csv
	try etl-join x.csv x.csv -k a,b --sorted --kind anti
	prints a,b
	try etl-join x.csv x.csv -k b,a --sorted
	fails 1 "x.csv:3: columns 'b', 'a': less than the key before, so that the input is not sorted (--sorted): '1', '1\\x00'"
	printf 'k\n9\n10\n' >x.csv
	try bash -c 'etl-join x.csv - -k k --sorted <x.csv'
	fails 1 ":3: column 'k': less than the key before"
}

@test "--sorted: what etl-sort leaves is sorted, the records are those of the other way" {
	seq 4000 | etl-map -N --header i 'a = i * 7919 % 61; b = mask(text(i * 31 % 7), 0)' >x.csv
	seq 3000 | etl-map -N --header j 'a = j * 6151 % 67; b = mask(text(j % 5), 0)' >y.csv
	etl-sort -k a,b x.csv -o xs.csv
	etl-sort -k a,b y.csv -o ys.csv
	local kind block
	for kind in anti inner full; do
		etl-join x.csv y.csv -k a,b --kind $kind | etl-sort >want
		for block in 100 262144; do
			ETL_BLOCK=$block etl-join xs.csv ys.csv -k a,b --kind $kind --sorted --jobs 2 | etl-sort | cmp want -
		done
	done
	[ "$(wc -l <want)" -gt 100 ]
}

@test "--sorted --validate, without memory for the keys" {
	{ echo k; seq -f '%06.0f' 30000; } >x.csv
	{ echo k; seq -f '%06.0f' 20000 40000; echo 040000; } >y.csv
	try etl-join x.csv y.csv -k k --sorted --validate one-to-many --memory 1K
	[ "$status" -eq 0 ] && [ "${#lines[@]}" -eq 10002 ]
	for block in 7 262144; do
		try env ETL_BLOCK=$block etl-join x.csv y.csv -k k --sorted --validate one-to-one
		fails 1 "y.csv:20003: column 'k': there before, on line 20002 (--validate one-to-one): '040000'"
		try env ETL_BLOCK=$block etl-join y.csv x.csv -k k --sorted --validate one-to-many
		fails 1 "y.csv:20003: column 'k': there before, on line 20002 (--validate one-to-many): '040000'"
	done
	printf 'k\n""\n""\n1\n' >x.csv
	try etl-join x.csv x.csv -k k --sorted --validate one-to-one
	prints $'k\n1'
}

@test "--sorted: constant memory; the records of one key beyond --memory: 2" {
	scanner_only
	{ echo k,l; seq -f '%08.0f' 1000000 | sed 's/$/,some text/'; } >x.csv
	{ echo k,r; seq -f '%08.0f' 1000000 | sed 's/$/,other text/'; } >y.csv
	etl-join x.csv y.csv -k k --sorted --kind full --stats s >out
	[ "$(wc -l <out)" -eq 1000001 ]
	[ "$(grep -o '"peak_memory":[0-9]*' s | cut -d: -f2)" -le 10000000 ] || [[ $ETL_BIN == *asan* ]]
	{ echo k,r; yes 00000007,text | head -20000; } >same.csv
	try etl-join x.csv same.csv -k k --sorted --memory 100K
	fails 2 "with this key need more than the 102400 bytes of --memory"
	try etl-join same.csv x.csv -k k --sorted --memory 100K
	[ "$status" -eq 0 ] && [ "${#lines[@]}" -eq 20001 ]
	try etl-join x.csv same.csv -k k --sorted --memory 100K --kind semi
	prints $'k,l\n00000007,some text'
}

@test "--sorted: a slow LEFT, empty inputs, header only" {
	printf 'k,r\na,1\nb,2\n' >y.csv
	: >empty
	head -1 y.csv >head.csv
	try etl-join y.csv head.csv -k k --sorted --kind full
	prints $'k,r,r_right\na,1,\nb,2,'
	try etl-join head.csv y.csv -k k --sorted --kind full
	prints $'k,r,r_right\na,,1\nb,,2'
	try etl-join --allow-empty y.csv empty -k k --sorted --kind left
	prints "$(cat y.csv)"
	try etl-join --allow-empty empty y.csv -k k --sorted
	prints ''
	mkfifo feed
	etl-join - y.csv -k k --sorted <feed >out 3>&- &
	local join=$! tries=500
	exec 4>feed
	printf 'k,l\na,x\n' >&4
	until grep -q 'a,x,1' out || [ $((tries -= 1)) -eq 0 ]; do sleep 0.02; done
	[ "$(cat out)" = $'k,l,r\na,x,1' ]
	printf 'b,y\n' >&4
	exec 4>&-
	wait $join
	[ "$(tail -1 out)" = b,y,2 ]
}

# What follows joins sorted inputs by the nearest time.

@test "--asof --sorted: the same as without --sorted, for any size of block, with the files and the counts" {
	quotes
	etl-sort -k sym,ts:t trades.csv -o x.csv
	{ cat quotes.csv; tail -n +2 quotes.csv | sed 's/$/0/'; } | etl-sort -k sym,ts:t -o y.csv
	local direction tolerance count='"(in|out|filtered|rejected|made)":[0-9]+'
	for direction in backward forward nearest; do
		for tolerance in '1s --kind left' 1h; do
			set -- --asof ts -k sym --direction $direction --tolerance $tolerance
			rm -f s s2
			etl-join x.csv y.csv "$@" --unpaired-left u --unpaired-right v --stats s -o want
			for block in 1 262144; do
				ETL_BLOCK=$block etl-join x.csv y.csv "$@" --sorted --unpaired-left u2 --unpaired-right v2 --stats s2 -o got
				cmp want got
				cmp u u2
				cmp v v2
				[ "$(tail -1 s2 | grep -oE "$count")" = "$(grep -oE "$count" s)" ]
			done
		done
	done
	# By time alone.
	etl-sort -k ts:t trades.csv -o x.csv
	etl-sort -k ts:t quotes.csv -o y.csv
	for direction in backward forward nearest; do
		etl-join x.csv y.csv --asof ts --direction $direction --unpaired-right v -o want
		etl-join x.csv y.csv --asof ts --direction $direction --unpaired-right v2 --sorted --jobs 2 -o got
		cmp want got
		cmp v v2
	done
	[ "$(wc -l <want)" -gt 3 ]
}

@test "--asof --sorted: what etl-sort leaves, of several columns of the key and numbers" {
	seq 5000 | etl-map -N --header i 'a = i * 7919 % 13; b = i % 3; t = (i * 7907 % 5003) / 4' >x.csv
	seq 3000 | etl-map -N --header j 'a = j * 7919 % 13; b = j % 5; t = (j * 6151 % 5003) / 5' >y.csv
	etl-sort -k a,b,t:n x.csv -o xs.csv
	etl-sort -k a,b,t:n y.csv -o ys.csv
	local direction
	for direction in backward forward nearest; do
		set -- --asof t:n -k a,b --direction $direction --tolerance 20
		etl-join xs.csv ys.csv "$@" --unpaired-left u --unpaired-right v >want
		etl-join xs.csv ys.csv "$@" --unpaired-left u2 --unpaired-right v2 --sorted --memory 1K | cmp want -
		cmp u u2
		cmp v v2
	done
	[ "$(wc -l <want)" -gt 2000 ]
	# Their times are no numbers as texts are ordered.
	etl-sort -k a,b,t x.csv -o xs.csv
	try etl-join xs.csv ys.csv --asof t:n -k a,b --sorted
	fails 1 "column 't': less than the time before, so that the input is not sorted (--sorted): '"
}

@test "--asof --sorted: not sorted is 1 with the line, in either input, to their ends" {
	local ts='less than the time before, so that the input is not sorted (--sorted)'
	local key='less than the key before, so that the input is not sorted (--sorted)'
	printf 'k,t\na,2024-01-01\n' >y.csv
	printf 'k,t\na,2024-01-01\na,"2024-01-03"\na,\n,"x,y"\n' >x.csv
	wrong() {
		local block direction
		for direction in backward forward nearest; do
			for block in 1 262144; do
				try env ETL_BLOCK=$block etl-join x.csv y.csv --asof t -k k --sorted --direction $direction -o out
				fails 1 "etl-join: x.csv:$1"
				try env ETL_BLOCK=$block etl-join y.csv x.csv --asof t -k k --sorted --direction $direction -o out
				fails 1 "etl-join: x.csv:$1"
				[ ! -e out ]
			done
		done
	}
	printf 'k,t\n,2024-01-05\na,2024-01-03\na,\na,"2024-01-02"\n' >x.csv
	wrong "5: column 't': $ts: '2024-01-02'"
	# The same text, but not the same time.
	printf 'k,t\na,2024-01-01T10:00:00+01:00\nb,2024-01-01T10:00:00\nb,2024-01-01T10:00:00+01:00\n' >x.csv
	wrong "4: column 't': $ts: '2024-01-01T10:00:00+01:00'"
	printf 'k,t\na,2024-01-01\nb,2024-01-01\n"a",2024-01-02\n' >x.csv
	wrong "4: column 'k': $key: 'a'"
	printf 'k,t\nb,\na,\n' >x.csv
	wrong "3: column 'k': $key: 'a'"
	printf 't,k\n2024-01-02,a\n2024-01-01,b\n' >x.csv
	try etl-join y.csv x.csv --asof t --sorted
	fails 1 "x.csv:3: column 't': $ts: '2024-01-01'"
	try etl-join x.csv y.csv --asof t -k k --sorted
	prints $'t,k,t_right\n2024-01-02,a,2024-01-01'
	printf 'k,t\na,9\na,10\nb,8\nb,7.5\n' >x.csv
	try bash -c 'etl-join x.csv - --asof t:n -k k --sorted <x.csv'
	fails 1 ":5: column 't': $ts: '7.5'"
}

@test "--asof --sorted: a time that cannot be read, in either input: fail, null, skip, reject" {
	printf 'k,t,l\na,2024 10:00,1\na,2024 11:00,2\na,x,3\na,2024 12:00,4\n' >x.csv
	printf 'k,t,r\na,2024 09:00,p\na,2024 25:00,q\na,2024 10:30,r\na,,s\n' >y.csv
	set -- x.csv y.csv --asof t -k k --time-format '%Y %H:%M' --sorted
	try etl-join "$@"
	fails 1 "etl-join: y.csv:3: column 't': "
	try etl-join x.csv <(sed 3d y.csv) --asof t -k k --time-format '%Y %H:%M' --sorted --on-error fail
	fails 1 "etl-join: x.csv:4: column 't': "
	for block in 1 262144; do
		export ETL_BLOCK=$block
		etl-join "$@" --on-error null --kind left --unpaired-right v >out 2>err
		[ "$(cat out)" = $'k,t,l,t_right,r\na,2024 10:00,1,2024 09:00,p\na,2024 11:00,2,2024 10:30,r\na,x,3,,\na,2024 12:00,4,2024 10:30,r' ]
		[ "$(cat v)" = $'k,t,r\na,2024 25:00,q\na,,s' ]
		grep -q '^etl-join: 2 records with no time for one that cannot be read (--on-error=null)$' err
		rm -f s r
		etl-join "$@" --on-error skip --unpaired-left u --unpaired-right v --stats s >out 2>err
		[ "$(cat out)" = $'k,t,l,t_right,r\na,2024 10:00,1,2024 09:00,p\na,2024 11:00,2,2024 10:30,r\na,2024 12:00,4,2024 10:30,r' ]
		[ "$(cat u v)" = $'k,t,l\nk,t,r\na,,s' ]
		grep -q '^etl-join: 2 records skipped (--on-error=skip)$' err
		grep -q '"in":4,.*"out":3,.*"filtered":1,"rejected":0,"made":0,' s
		rm -f s
		etl-join "$@" --rejects r --stats s >out2 2>err
		cmp out out2
		[ "$(etl-cut -f file,line,column,code,record --no-out-header r | sort)" = $'x.csv,4,t,time,"a,x,3"\ny.csv,3,t,time,"a,2024 25:00,q"' ]
		grep -q '"in":4,.*"out":3,.*"filtered":0,"rejected":2,"made":1,' s
	done
	try etl-join "$@" --max-rejects 1
	fails 1 "more than 1 reject"
}

@test "--asof --sorted: constant memory, where --asof alone has too little" {
	scanner_only
	{ echo t,l; seq -f '%08.0f,some text' 1000000; } >x.csv
	{ echo t,r; seq -f '%08.0f,other text' 1000000; } >y.csv
	try etl-join x.csv y.csv --asof t:n --memory 1M
	fails 2 "bytes of --memory"
	etl-join x.csv y.csv --asof t:n --sorted --memory 1M --unpaired-right v --stats s >out
	[ "$(wc -l <out)" -eq 1000001 ]
	[ "$(tail -1 out)" = '01000000,some text,01000000,other text' ]
	[ "$(cat v)" = t,r ]
	[ "$(grep -o '"peak_memory":[0-9]*' s | cut -d: -f2)" -le 10000000 ] || [[ $ETL_BIN == *asan* ]]
}

@test "--asof --sorted --unpaired-right: RIGHT's order, records without a time wait for the one before" {
	printf 't,l\n5,x\n' >x.csv
	{ printf 't,r\n,a\n1,b\n'; yes ,none | head -2000; printf '4,d\n,e\n9,f\n'; } >y.csv
	for block in 1 262144; do
		ETL_BLOCK=$block etl-join x.csv y.csv --asof t:n --unpaired-right v --sorted >out
		[ "$(cat out)" = $'t,l,t_right,r\n5,x,4,d' ]
		sed /^4/d y.csv | cmp - v
	done
	try etl-join x.csv y.csv --asof t:n --unpaired-right v --sorted --memory 10K
	fails 2 "the records without a time up to here need more than the 10240 bytes of --memory"
	try etl-join x.csv y.csv --asof t:n --sorted --memory 10K
	prints $'t,l,t_right,r\n5,x,4,d'
}

@test "--asof --sorted: empty inputs, header only, /dev/full" {
	quotes
	etl-sort -k sym,ts:t trades.csv -o trades.csv
	etl-sort -k sym,ts:t quotes.csv -o quotes.csv
	: >empty
	head -1 quotes.csv >head.csv
	set -- --asof ts -k sym --sorted
	try etl-join trades.csv head.csv "$@"
	prints ts,sym,qty,ts_right,px
	try etl-join trades.csv head.csv "$@" --kind left
	[ "$status" -eq 0 ] && [ "${#lines[@]}" -eq 7 ]
	etl-join head.csv trades.csv "$@" --unpaired-right v >out
	[ "$(cat out)" = ts,sym,px,ts_right,qty ]
	cmp v trades.csv
	try etl-join --allow-empty trades.csv empty "$@" --kind left
	prints "$(cat trades.csv)"
	try etl-join --allow-empty trades.csv empty --asof ts --sorted
	fails 1 "trades.csv:4: column 'ts': less than the time before"
	try etl-join --allow-empty trades.csv empty "$@"
	prints ts,sym,qty
	try etl-join --allow-empty empty quotes.csv "$@"
	prints ''
	try etl-join empty quotes.csv "$@"
	fails 1 empty
	try bash -c 'etl-join trades.csv quotes.csv --asof ts -k sym --sorted >/dev/full'
	fails 2 'No space left on device'
	try bash -c 'etl-join trades.csv quotes.csv --asof ts -k sym --sorted >&-'
	fails 2 'stdout'
	try etl-join trades.csv quotes.csv "$@" --unpaired-right /dev/full
	fails 2 '/dev/full: No space left on device'
	printf 'ts\r\n2024-01-01\r\n' >x.csv
	try etl-join x.csv x.csv --asof ts --sorted
	prints $'ts,ts_right\n2024-01-01,2024-01-01'
	try etl-join trades.csv quotes.csv "$@" --validate one-to-one
	fails 2 "option --validate: not with --asof"
	try etl-join trades.csv quotes.csv --sorted --direction nearest
	fails 2 "option -k is missing"
}

@test "--asof --sorted: a slow LEFT" {
	printf 't,r\n1,p\n2,q\n' >y.csv
	mkfifo feed
	etl-join - y.csv --asof t:n --sorted <feed >out 3>&- &
	local join=$! tries=500
	exec 4>feed
	printf 't,l\n1.5,x\n' >&4
	until grep -q '1.5,x,1,p' out || [ $((tries -= 1)) -eq 0 ]; do sleep 0.02; done
	[ "$(cat out)" = $'t,l,t_right,r\n1.5,x,1,p' ]
	printf '3,y\n' >&4
	exec 4>&-
	wait $join
	[ "$(tail -1 out)" = 3,y,2,q ]
}
