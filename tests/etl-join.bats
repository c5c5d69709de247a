#!/usr/bin/env bats
# etl-join --paste: columns side by side, none shifted.

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

@test "without --paste: 2" {
	printf 'a\n1\n' >x.csv
	try etl-join x.csv x.csv
	fails 2 "option --paste is missing"
	try etl-join --past x.csv
	fails 2 "unknown option '--past'; did you mean '--paste'?"
	try etl-join --paste -k a x.csv x.csv
	fails 2 "unknown option '-k'"
}

@test "--help, --version, --list-options" {
	try etl-join --help
	[ "$status" -eq 0 ] && [[ $output == "usage: etl-join --paste"* ]]
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
