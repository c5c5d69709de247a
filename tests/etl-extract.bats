#!/usr/bin/env bats
load setup

# A small archive with what archives from elsewhere have: AppleDouble members, a directory, a link.
make_archive() {
	mkdir -p d/__MACOSX
	printf 'a,b\r\n1,x\r\n2,"y,z"' >d/one.csv
	printf 'a\tb\r\n3\t"q\r\n' >d/two.tsv
	printf 'AAA111\nBBB222\n' >d/three.txt
	printf 'junk' >d/._one.csv
	printf 'junk' >d/__MACOSX/one.csv
	ln -s one.csv d/link.csv
	tar czf t.tgz d
}

@test "a member is read from a tgz, its record ends become LF" {
	make_archive
	try etl-extract --member one.csv t.tgz
	prints $'a,b\n1,x\n2,"y,z"'
}

@test "a TSV member: quotes are bytes, and are quoted in CSV" {
	make_archive
	try etl-extract --member two.tsv --from tsv t.tgz
	prints $'a,b\n3,"""q"'
}

@test "a fixed-width member by bytes, with names" {
	make_archive
	try etl-extract --member three.txt --from fixed -b letters=1-3,digits=4- t.tgz
	prints $'letters,digits\nAAA,111\nBBB,222'
}

@test "--from lines: each line is a record" {
	printf 'a "b", c\n\nd' >f
	try etl-extract --from lines --header text f
	prints $'text\n"a ""b"", c"\n""\nd'
	try etl-extract --from lines f
	prints $'line\n"a ""b"", c"\n""\nd'
	try etl-extract --from lines -N f
	prints $'"a ""b"", c"\n""\nd'
	try bash -c 'etl-extract --from lines f | etl-cut -f line | wc -l'
	prints 4
	try bash -c 'etl-extract --from lines -N f | etl-cut -N -f 1 | etl-extract --from fixed -b x=1'
	prints $'x\n""""\n""""\nd'
	try bash -c 'etl-extract --from lines f | etl-extract --from lines'
	prints $'line\nline\n"""a """"b"""", c"""\n""""""\nd'
}

@test "--list-members shows what can be read" {
	make_archive
	try etl-extract --list-members t.tgz
	[ "$status" -eq 0 ]
	grep -q 'd/one.csv$' <<<"$output"
	! grep -q '\._one' <<<"$output"
}

@test "two members match: status 1, both are named" {
	make_archive
	try etl-extract --member '*.csv' -N t.tgz
	[ "$status" -eq 0 ] # the link and the AppleDouble files do not count
	grep -q 'symbolic link' err
	try etl-extract --member 't*' -N t.tgz
	fails 1 'two members match'
}

@test "no member matches: status 1, with those there are" {
	make_archive
	try etl-extract --member four.csv t.tgz
	fails 1 "no member matches 'four.csv'"
	grep -q one.csv err
}

@test "--all reads members under one header" {
	mkdir d
	printf 'a\n1\n' >d/x.csv
	printf 'a\n2\n' >d/y.csv
	tar cf t.tar d/x.csv d/y.csv
	try etl-extract --all --member '*.csv' t.tar
	prints $'a\n1\n2'
	printf 'b\n2\n' >d/y.csv
	tar cf t.tar d/x.csv d/y.csv
	try etl-extract --all --member '*.csv' t.tar
	fails 1 "column 1 is 'b' here"
}

@test "gz, bz2, xz, zst and zip are known by their content" {
	printf 'a,b\n1,2\n' >f.csv
	gzip -c f.csv >1
	bzip2 -c f.csv >2
	xz -c f.csv >3
	zstd -qc f.csv >4
	zip -q 5 f.csv && mv 5.zip 5
	for f in 1 2 3 4 5; do
		try etl-extract "$f"
		prints $'a,b\n1,2'
		try etl-extract - <"$f"
		prints $'a,b\n1,2'
	done
}

@test "a damaged gz is status 1 wherever it is damaged: 300 random flips and cuts" {
	seq -f 'row,%g,"quoted, text"' 2000 | gzip -n >good.gz
	cat >damage.py <<-'EOF'
	import random, subprocess, sys
	random.seed(11)
	good = open("good.gz", "rb").read()
	whole = subprocess.run(["etl-extract", "-N", "good.gz"], capture_output=True).stdout
	bad = 0
	for i in range(300):
	    data = bytearray(good)
	    if i % 2:
	        data = data[: random.randrange(1, len(data))]
	    else:
	        data[random.randrange(10, len(data))] ^= 1 << random.randrange(8)
	    open("bad.gz", "wb").write(data)
	    done = subprocess.run("etl-extract -N bad.gz | etl-cut -N -o out.csv", shell=True,
	                          executable="/bin/bash", capture_output=True)
	    import os
	    if done.returncode != 1 or os.path.exists("out.csv"):
	        same = os.path.exists("out.csv") and open("out.csv", "rb").read() == whole
	        if not (done.returncode == 0 and same):
	            print("case", i, done.returncode, done.stderr)
	            bad += 1
	        if os.path.exists("out.csv"):
	            os.remove("out.csv")
	sys.exit(bad != 0)
	EOF
	run python3 damage.py
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "--max-bytes holds back what grows too much" {
	head -c 3000000 /dev/zero | tr '\0' a | gzip >bomb.gz
	try etl-extract -N --max-bytes 1M bomb.gz
	[ "$status" -eq 1 ]
}

@test "--encoding converts, and says where the text is not valid" {
	printf 'n\nd\xe9j\xe0\n' >latin
	try etl-extract --encoding latin1 latin
	prints $'n\ndéjà'
	printf 'a,b\n1,2\n' | iconv -t utf-16 >wide
	try etl-extract wide
	fails 1 'etl-extract --encoding utf-16'
	try etl-extract --encoding utf-16 wide
	prints $'a,b\n1,2'
	printf 'n\nx\xff\n' >broken
	try etl-extract --encoding utf-8 broken
	fails 1 'broken: byte 4: not valid in utf-8'
	try etl-extract --encoding nonsense latin
	fails 2 "'nonsense' is not known here (iconv -l lists"
}

@test "--newline cr converts old files" {
	printf 'a,b\r1,2\r' >old
	try etl-extract old
	fails 1 'CR without LF'
	try etl-extract --newline cr old
	prints $'a,b\n1,2'
}

@test "--quote and --trim read foreign dialects" {
	printf "a , b\n1,  'x,y'\n" >f
	try etl-extract --quote "'" --trim f
	prints $'a,b\n1,"x,y"'
	printf "a\n'x'y\n" >f
	try etl-extract --quote "'" f
	fails 1 'f:2: malformed record'
}

@test "--from rejects gives the records back" {
	printf 'a,b\n1,"x"y\n2,z\n3,"p,q"r\n' >f
	try etl-cut --rejects r f
	prints $'a,b\n2,z'
	try etl-extract --from rejects --header a,b r
	prints $'a,b\n1,"x"y\n3,"p,q"r'
}

@test "file: URIs, with escapes; no other host" {
	printf 'a\n1\n' >'x y.csv'
	try etl-extract "file:x%20y.csv"
	prints $'a\n1'
	try etl-extract "file://$PWD/x%20y.csv"
	prints $'a\n1'
	try etl-extract file://elsewhere/x
	fails 2 'no other host'
}

@test "several sources leave under one header; another header is refused" {
	printf 'a,b\n1,2\n' >x
	printf 'a,b\n3,4\n' | gzip >y
	try etl-extract x y
	prints $'a,b\n1,2\n3,4'
	printf 'a,c\n3,4\n' >y
	try etl-extract x y
	fails 1 "column 2 is 'c' here, 'b' in"
}

@test "messages name archive, member and line" {
	mkdir d
	printf 'a,b\n1,2\n3,x"y\n' >d/m.csv
	tar czf t.tgz d/m.csv
	try etl-extract t.tgz
	fails 1 't.tgz:d/m.csv:3: byte 4: quote inside an unquoted field'
}

@test "usage: unknown option, format, missing file, directory" {
	try etl-extract --form csv x
	fails 2 "did you mean '--from'"
	try etl-extract --from jsn x
	[ "$status" -eq 2 ]
	try etl-extract nofile
	fails 2 'nofile: No such file'
	try etl-extract .
	fails 2 'directory'
	try etl-extract --from fixed nofile
	[ "$status" -eq 2 ]
	printf 'a\n' >f
	try etl-extract -b 1-2 f
	fails 2 '--from fixed'
	try etl-extract nosuch:thing
	fails 2 "no connector for 'nosuch:'"
}

@test "an option that only a connector knows is checked against it" {
	for words in --retry=3 '--retry 3'; do
		try etl-extract $words http://127.0.0.1:9/
		fails 2 "unknown option '--retry' of connector 'http'; did you mean '--retries=N' or '--netrc'?"
	done
	try etl-extract --unlike=anything http://127.0.0.1:9/
	fails 2 "of connector 'http'; see 'etl-extract --list'"
	for words in 'http://127.0.0.1:9/ --retries 3' '--retries 3 http://127.0.0.1:9/'; do
		try etl-extract $words
		fails 2 "option --retries of connector 'http' needs its value behind a '=': --retries=N"
	done
}

@test "the end: full device, closed stdout, a reader that leaves, an upstream that failed" {
	seq 100000 >f
	try bash -c 'etl-extract -N f >/dev/full'
	fails 2 'No space left'
	try bash -c 'etl-extract -N f >&-'
	[ "$status" -eq 2 ]
	try bash -o pipefail -c 'etl-extract -N f | head -1'
	[ "$status" -eq 141 ]
	[ ! -s err ]
	try bash -o pipefail -c 'printf "a\n\"x\"y\n" | etl-cut | etl-extract -o out -'
	fails 1 'ended with status 1'
	[ ! -e out ]
}

@test "empty input, header only" {
	: >f
	try etl-extract f
	fails 1 'empty'
	try etl-extract --allow-empty f
	prints ''
	echo a,b >f
	try etl-extract f
	prints 'a,b'
}

@test "a connector of one's own, and its failure" {
	mkdir c
	cat >c/mine <<-'EOF'
	#!/bin/sh
	case $1 in
	describe) printf 'schemes mine\ndirections get\nunit bytes\n-\t--status\tN\tend so\n' ;;
	get)
		printf 'a,b\n1,2\n'
		for word; do case $word in --status=*) exit "${word#*=}" ;; esac; done
		;;
	esac
	EOF
	chmod +x c/mine
	export ETL_CONNECT_PATH=$PWD/c
	try etl-extract mine:x
	prints $'a,b\n1,2'
	try etl-extract mine:x --status=75
	[ "$status" -eq 75 ]
	try bash -o pipefail -c 'etl-extract mine:x --status=75 | etl-cut -o out'
	[ "$status" -eq 75 ]
	[ ! -e out ]
	try etl-extract mine:x --status=9
	fails 2 "connector 'mine' ended with status 9"
	try etl-extract mine:x --stats=f
	prints $'a,b\n1,2'
}
