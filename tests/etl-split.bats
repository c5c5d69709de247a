#!/usr/bin/env bats
# etl-split: no record is cut, lost or twice; each part has the header; files appear all or none.

load setup

peak() {
	grep -o '"peak_memory":[0-9]*' s | cut -d: -f2
}

# What is in the directory, hidden files as well, as one line.
listing() { # [DIRECTORY]
	(cd "${1:-.}" && find . -type f | sort | sed 's,^\./,,' | tr '\n' ' ')
}

@test "--rows: so many records a part, the header in each, numbers of one width" {
	printf 'a,b\n1,x\n2,"y\nz"\n3,x\n4,x\n5,x\n' >t.csv
	try etl-split --rows 2 --to 'p-{}.csv' t.csv
	prints ''
	printf 'a,b\n1,x\n2,"y\nz"\n' | cmp - p-00.csv
	printf 'a,b\n3,x\n4,x\n' | cmp - p-01.csv
	printf 'a,b\n5,x\n' | cmp - p-02.csv
	[ "$(listing)" = 'err p-00.csv p-01.csv p-02.csv t.csv ' ]
	mkdir q
	seq 101 | etl-split -N --rows 1 --to 'q/{}' -
	[ "$(find q -type f | wc -l)" -eq 101 ]
	[ "$(cat q/000 q/099 q/100)" = $'1\n100\n101' ]
	etl-split --rows 3 --digits 5 --to 'r-{}-{}.csv' t.csv
	[ -e r-00001-00001.csv ]
	try etl-split --rows 100 --to 'one-{}' --list t.csv
	prints $'file,records\none-00,5'
}

@test "--bytes: whole records, the header counts, one that is too large is alone" {
	printf 'a,b\n1,x\n2,y\n3,0123456789012345\n4,z\n5,z\n' >t.csv
	etl-split --bytes 12 --to 'p-{}.csv' --list t.csv >list
	printf 'file,records\np-00.csv,2\np-01.csv,1\np-02.csv,2\n' | cmp - list
	printf 'a,b\n3,0123456789012345\n' | cmp - p-01.csv
	[ "$(wc -c <p-02.csv)" -eq 12 ]
	etl-split --bytes 8 --to 'q-{}.csv' --list t.csv >list
	[ "$(wc -l <list)" -eq 6 ]
	etl-split --bytes 1 --to 'q-{}.csv' --list t.csv >list
	[ "$(wc -l <list)" -eq 6 ]
	awk 'BEGIN { print "n,text"; for (i = 0; i < 20000; i++) print i "," substr("abcdefghijklmnopqrstuvwxyz", 1, i % 26) }' >m.csv
	etl-split --bytes 4K --no-out-header --to 'm-{}' m.csv
	cat m-* | cmp - <(tail -n +2 m.csv)
	for part in m-*; do
		[ "$(wc -c <"$part")" -le 4096 ]
	done
	[ "$(find . -name 'm-*' | wc -l)" -le $(($(wc -c <m.csv) / 4060 + 1)) ]
	etl-split -T --bytes 12 --to 't-{}' t.csv
	[ "$(cat t-00)" = $'a\tb\n1\tx\n2\ty' ]
}

@test "--by: a part for each value, in order of first appearance, values by what they mean" {
	scanner_only
	printf 'k,v\nb,1\na,2\n"b",3\n"a",4\n07,5\n7,6\n' >t.csv
	try etl-split --by k --to 'p-{}.csv' --list t.csv
	prints $'file,records\np-b.csv,2\np-a.csv,2\np-07.csv,1\np-7.csv,1'
	printf 'k,v\nb,1\n"b",3\n' | cmp - p-b.csv
	try etl-split --by v,k --to 'q-{}.csv' t.csv
	prints ''
	[ -e q-1,b.csv ]
	try etl-split --by k --to 'd/{}/x.csv' t.csv
	fails 2 "there is no directory 'd'"
	mkdir d
	etl-split --by k,v --to 'd/k={k}/v={v}/x.csv' t.csv
	[ "$(cat d/k=a/v=4/x.csv)" = $'k,v\n"a",4' ]
}

@test "--by: no value leads out of its directory, no two have one file" {
	mkdir -p d/in
	{
		printf 'k,v\n'
		printf '%s,1\n' ../up / /etc/x .. . '""' __HIVE_DEFAULT_PARTITION__ -rf a/b a%2Fb '"a,b"' 'a b' '*' '{}'
		printf 'nul\x00x,1\n"line\nbreak",1\n\xff\xfe,1\n'
	} >t.csv
	etl-split --by k --to 'd/in/{}' --list t.csv >list
	[ "$(listing)" = "$(listing | tr -d '\0')" ]
	[ -z "$(find . -maxdepth 2 -type f ! -path './t.csv' ! -path './list')" ]
	[ "$(find d/in -type f | wc -l)" -eq 17 ]
	[ "$(find d/in -name '.*' | wc -l)" -eq 0 ]
	for name in '%2E.%2Fup' '%2F' '%2E.' '%2E' __HIVE_DEFAULT_PARTITION__ '%5F_HIVE_DEFAULT_PARTITION__' '%2Drf' \
		'a%2Fb' 'a%252Fb' 'a%2Cb' 'a b' '%2A' '%7B%7D' 'nul%00x' 'line%0Abreak' $'\xff\xfe'; do
		[ -e "d/in/$name" ] || { echo "no $name"; false; }
	done
	# The directory that a value names is a step down, never up.
	mkdir e
	etl-split --by k --to 'e/{}/part' t.csv
	[ "$(find e -type f | wc -l)" -eq 17 ]
	etl-split --by k --to 'e/.{}/part' t.csv
	[ ! -e part ]
	[ "$(find e -type f | wc -l)" -eq 34 ]
}

@test "--by: values that a template runs together end the run, names that are too long do" {
	printf 'a,b\n1,2\nx,yz\nxy,z\n' >t.csv
	try etl-split --by a,b --to 'p-{a}{b}' t.csv
	fails 2 "p-xyz: two parts would be this file"
	[ "$(listing)" = 'err t.csv ' ]
	mkdir d
	printf 'k\n%0237d\n' 1 >long.csv
	etl-split --by k --to 'd/{}' long.csv
	try etl-split --by k --to 'd/x{}' long.csv
	fails 1 "long.csv:2: a value of --by is too long for the name of a file: '000"
	ln -s real d/link
	try etl-split --by k --to 'd/{}' <<<$'k\nok\nlink'
	fails 2 "d/link: there is something that is no regular file"
	[ ! -e d/ok ]
	mkdir d/x d/y
	rmdir d/y
	ln -s x d/y
	try etl-split --by k --to 'd/{}/f' <<<$'k\nx\ny'
	fails 2 "d/y/f: two parts would be this file"
	[ -z "$(ls -A d/x)" ]
}

@test "--hash: as the manual says, in every run, for other columns and other files" {
	printf 'k,v\n' >t.csv
	seq 2000 | sed 's/.*/key&,v&/' >>t.csv
	etl-split --hash k -n 7 --to 'p-{}.csv' --list t.csv >list
	[ "$(wc -l <list)" -eq 8 ]
	cat >part.py <<-'EOF'
		import csv, glob, sys
		def part(values, n):
		    h, mask = 0xcbf29ce484222325, 2**64 - 1
		    for byte in b"\0".join(values):
		        h = (h ^ byte) * 0x100000001b3 & mask
		    h = (h ^ h >> 33) * 0xff51afd7ed558ccd & mask
		    h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53 & mask
		    return (h ^ h >> 33) % n
		names = sorted(glob.glob(sys.argv[1]))
		for number, name in enumerate(names):
		    rows = list(csv.reader(open(name)))[1:]
		    assert len(rows) > 200, name
		    for row in rows:
		        values = [row[int(c)].encode() for c in sys.argv[2:]]
		        assert part(values, len(names)) == number, row
	EOF
	python3 part.py 'p-*.csv' 0
	etl-cut -f v,k t.csv | etl-split --hash k -n 7 --to 'q-{}.csv'
	for i in 00 01 02 03 04 05 06; do
		etl-cut -f k,v q-$i.csv | cmp - p-$i.csv
	done
	etl-split --hash v,k -n 3 --to 'two-{}.csv' t.csv
	python3 part.py 'two-*.csv' 1 0
	cat p-*.csv | grep -v '^k,v' | sort | cmp - <(tail -n +2 t.csv | sort)
}

@test "--round-robin, --copy, and parts without a record" {
	printf 'a\n1\n2\n3\n4\n5\n' >t.csv
	try etl-split --round-robin -n 2 --to 'r{}' --list t.csv
	prints $'file,records\nr00,3\nr01,2'
	[ "$(cat r00)" = $'a\n1\n3\n5' ]
	etl-split --copy -n 3 --to 'c{}' --stats s t.csv
	for i in 00 01 02; do
		cmp t.csv c$i
	done
	grep -q '"in":5,.*"out":15,.*"made":10,' s
	etl-split --round-robin -n 7 --to 'e{}' t.csv
	[ "$(cat e06)" = a ]
	printf 'a\n' | etl-split --hash a -n 2 --to 'h{}'
	[ "$(cat h00 h01)" = $'a\na' ]
}

@test "many records, every block: nothing lost, nothing twice, in order" {
	awk 'BEGIN { print "id,a,b"; for (i = 0; i < 9000; i++) print i "," i * 7919 % 7 ",\"x" i % 3 "\"" }' >m.csv
	etl-cut -f 1- m.csv >want
	for how in '--rows 3000' '--bytes 29999' '--round-robin -n 3' '--by a' '--hash a -n 3'; do
		for set in ETL_BLOCK=1 ETL_BLOCK=1000 X=; do
			rm -rf d
			mkdir d
			# shellcheck disable=SC2086
			env $set etl-split $how --to 'd/{}' --stats s m.csv
			[ "$(find d -type f -exec head -q -n 1 {} + | sort -u)" = id,a,b ]
			for f in d/*; do
				tail -n +2 "$f" | sort -c -t, -n -k1,1
			done
			tail -q -n +2 d/* | tr -d '"' | sort -n -t, -k1,1 | cmp - <(tail -n +2 want | tr -d '"')
			grep -q '"in":9000,.*"out":9000,.*"filtered":0,"rejected":0,"made":0' s
			rm s
		done
	done
}

@test "nothing, a header only, one record, CRLF, headers, dialects" {
	try etl-split --rows 2 --to 'p{}' <<<a,b
	prints ''
	[ "$(cat p00)" = a,b ]
	try etl-split --by a --to 'none{}' <<<a,b
	prints ''
	[ ! -e none ]
	try etl-split --rows 2 --to 'q{}' </dev/null
	fails 1 "stdin: empty"
	[ ! -e q00 ]
	try etl-split --rows 2 --allow-empty --to 'q{}' </dev/null
	prints ''
	[ ! -e q00 ]
	try etl-split --hash x -n 2 --allow-empty --to 'q{}' </dev/null
	prints ''
	[ -e q01 ] && [ ! -s q01 ]
	try etl-split -N --rows 2 --to 'r{}' </dev/null
	prints ''
	[ ! -e r00 ]
	printf '\xef\xbb\xbfa,b\r\n1,x\r\n\r\n2,y' | etl-split --rows 1 --to 's{}'
	printf 'a,b\n2,y\n' | cmp - s01
	etl-split --header a,b --by b --to 't-{}' <<<1,x
	[ "$(cat t-x)" = $'a,b\n1,x' ]
	etl-split --rename-header c,d --no-out-header --by c --to 't-{}' <<<$'a,b\n1,x'
	[ "$(cat t-1)" = 1,x ]
	try etl-split -N --by 1 --list --to 'u-{}' <<<$'1;x\n2;x'
	prints $'u-1;x,1\nu-2;x,1'
	try etl-split -N -d ';' --by 2 --list -T -D ';' --to 'u-{}' <<<$'1;x\n2;x'
	fails 2 "exclude each other"
	try etl-split -N -d ';' -D '|' --by 2 --to 'v-{}' <<<$'1;x\n2;x'
	[ "$(cat v-x)" = $'1|x\n2|x' ]
}

@test "usage: one way to split, how many parts, one place, a template" {
	printf 'plaza_id,b\n1,2\n' >t.csv
	try etl-split --to 'p{}' t.csv
	fails 2 "how to split is missing"
	try etl-split --rows 1 --copy -n 2 --to 'p{}' t.csv
	fails 2 "exclude each other"
	try etl-split --rows 1 t.csv
	fails 2 "where do the parts go?"
	try etl-split --rows 0 --to 'p{}' t.csv
	fails 2 "option --rows: at least 1"
	try etl-split --bytes 1X --to 'p{}' t.csv
	fails 2 "option --bytes"
	try etl-split --copy --to 'p{}' t.csv
	fails 2 "option -n is missing"
	try etl-split --rows 2 -n 2 --to 'p{}' t.csv
	fails 2 "option -n: only with"
	try etl-split --copy -n 0 --to 'p{}' t.csv
	fails 2 "option -n: not within 1"
	try etl-split --copy -n 9999999 --to 'p{}' t.csv
	fails 2 "option -n: not within 1"
	try etl-split --rows 1 --digits 0 --to 'p{}' t.csv
	fails 2 "option --digits: not within 1"
	try etl-split --by b --digits 3 --to 'p{}' t.csv
	fails 2 "option --digits: not with --by"
	try etl-split --rows 1 --to p t.csv
	fails 2 "option --to: 'p': there is no {} for the number"
	try etl-split --rows 1 --to 'p{x}' t.csv
	fails 2 "option --to: '{x}': parts have a number, which is {}"
	try etl-split --by b --to 'p{plaza_id}' t.csv
	fails 2 "option --to: '{plaza_id}': no such column in --by"
	try etl-split --by plaza_id,b --to 'p{b}' t.csv
	fails 2 "option --to: 'p{b}': neither {} nor {plaza_id} is in it"
	try etl-split --by b --to 'p{b' t.csv
	fails 2 "the brace is not closed"
	try etl-split --by b --to 'p{}/' t.csv
	fails 2 "this is no name of a file"
	try etl-split --by plaza --to 'p{}' t.csv
	fails 2 "option --by: no such column: 'plaza'; did you mean 'plaza_id'?"
	try etl-split --hash b,b -n 2 --to 'p{}' t.csv
	fails 2 "option --hash: "
	try etl-split --rows 1 --to 'p{}' -o list t.csv
	fails 2 "option -o: "
	try etl-split --rows 1 --to 'p{}' t.csv no.csv
	fails 2 "no.csv: No such file"
	[ "$(listing)" = 'err t.csv ' ]
	etl-split --help | grep -q '^usage: etl-split {--rows N'
}

@test "malformed and ragged records: no part appears; rejected ones are counted" {
	printf 'a,b\n1,2\n3\n4,5\n' >r.csv
	try etl-split --rows 1 --to 'd/{}' r.csv
	fails 2 "there is no directory 'd'"
	mkdir d
	try etl-split --rows 1 --to 'd/{}' r.csv
	fails 1 "r.csv:3: "
	try etl-split --by a --to 'd/{}/{}.csv' r.csv
	fails 1 "r.csv:3: "
	[ -z "$(ls -A d)" ]
	etl-split --rows 1 --ragged=reject --rejects bad.csv --stats s --to 'd/{}' r.csv
	[ "$(listing d)" = '00 01 ' ]
	grep -q '"in":3,.*"out":2,.*"rejected":1,' s
	try etl-split --rows 1 --ragged=reject --rejects d/00 --to 'd/{}' r.csv
	fails 2 "d/00"
	printf 'a,b\n1,2\n3,"y\n' >q.csv
	try etl-split --copy -n 2 --to 'e{}' q.csv
	fails 1 "q.csv:3: "
	[ ! -e e00 ]
}

@test "a program upstream that died: no part is changed, no temporary left" {
	printf 'a\nold\n' >p00
	printf 'a,b\n1,2\n1,"x"y\n' >bad.csv
	run bash -c 'etl-cut -f a,b bad.csv 2>/dev/null | etl-split --rows 1 --to "p{}" 2>err'
	fails 1 "the program upstream ended with status 1"
	[ "$(listing)" = 'bad.csv err p00 ' ]
	mkfifo in
	bash -c '{ echo "$BASHPID" >pid; exec etl-cut -N -f 1 in; } | etl-split -N --rows 1 --to "p{}" 2>err
		echo "${PIPESTATUS[1]}" >status' &
	exec 5>in
	seq 10 >&5
	until [ -n "$(find . -name '.p*.tmp')" ]; do sleep 0.01; done
	kill -KILL "$(cat pid)"
	wait
	exec 5>&-
	[ "$(cat status)" = 75 ]
	grep -q 'was killed before its end' err
	[ "$(cat p00)" = $'a\nold' ]
	[ -z "$(find . -name '.p*' -o -name p01)" ]
}

@test "more parts than files may be open, with any --memory" {
	awk 'BEGIN { print "k,n"; for (i = 0; i < 600; i++) print i % 100 "," i }' >t.csv
	for memory in 0 1K 1G; do
		rm -rf d
		mkdir d
		(ulimit -n 30; etl-split --by k --memory $memory --to 'd/{}.csv' t.csv)
		[ "$(find d -type f | wc -l)" -eq 100 ]
		[ "$(cat d/7.csv)" = $'k,n\n7,7\n7,107\n7,207\n7,307\n7,407\n7,507' ]
	done
	(ulimit -n 30; etl-split --hash k -n 100 --to 'h-{}' t.csv)
	[ "$(tail -q -n +2 h-* | wc -l)" -eq 600 ]
	try bash -c 'ulimit -n 12; etl-split --by k --to "h-{}" t.csv'
	[ "$status" -eq 0 ]
}

@test "memory: what was allowed, and that little for a large input" {
	scanner_only
	awk 'BEGIN { for (i = 0; i < 500000; i++) print i % 97 ",0123456789abcdef0123456789abcdef" }' >big.csv
	etl-split -N --by 1 --memory 1M --to 'd{}' --stats s big.csv
	[ "$ETL_BIN" != "$ROOT/build" ] || [ "$(peak)" -le 8388608 ]
	[ "$(cat d? d?? | wc -l)" -eq 500000 ]
}

@test "a file that is the input and a part, modes, umask" {
	printf 'a\n1\n2\n3\n' >p-00
	etl-split --rows 1 --to 'p-{}' p-00
	[ "$(cat p-00 p-01 p-02)" = $'a\n1\na\n2\na\n3' ]
	chmod 640 p-00
	(umask 027; etl-split --rows 1 --to 'p-{}' p-01; etl-split --rows 1 --to 'q-{}' p-01)
	[ "$(stat -c %a p-00 q-00)" = $'640\n640' ]
	try bash -c 'etl-split --rows 1 --to "p-{}" --list p-01 >p-01'
	fails 2 "input and output are the same file"
}

@test "--list: its file is none of the parts" {
	printf 'a\n1\n2\n' >t.csv
	ln -s new-01 link
	for list in new-01 "$PWD/new-01" ./new-01 link; do
		try etl-split --rows 1 --to 'new-{}' --list -o "$list" t.csv
		fails 2 "new-01: output and a part are the same file"
		[ "$(listing)" = 'err t.csv ' ]
	done
	printf 'old\n' | tee old-00 >old-01
	for list in '-o old-01' '>>old-01' '-o old-00'; do
		try bash -c "etl-split --rows 1 --to 'old-{}' --list t.csv $list"
		fails 2 ": output and a part are the same file"
		[ "$(cat old-00 old-01)" = $'old\nold' ]
	done
	try etl-split --by a --to 'd/{}' --list -o d/2 t.csv
	fails 2 "there is no directory 'd'"
	mkdir d
	try etl-split --by a --to 'd/{}' --list -o d/2 t.csv
	fails 2 "d/2: output and a part are the same file"
	[ -z "$(ls -A d)" ]
	try etl-split --by a --to 'd/{}' --list -o d/list t.csv
	prints ''
	[ "$(cat d/list)" = $'file,records\nd/1,1\nd/2,1' ]
}

@test "the disk is full, a limit of file size, no permission: no part appears" {
	seq 100000 >n.csv
	mkdir small
	if mount -t tmpfs -o size=256k tmpfs small 2>/dev/null; then
		try etl-split -N --hash 1 -n 3 --to 'small/p-{}' n.csv
		[ -z "$(ls -A small)" ] || { umount small; false; }
		umount small
		fails 2 "small/p-0"
		grep -q 'No space left on device' err
	fi
	mkdir d
	try bash -c 'ulimit -f 100; exec etl-split -N --copy -n 2 --to "d/{}" n.csv'
	fails 2 "d/00: File too large"
	[ -z "$(ls -A d)" ]
	if [ "$(id -u)" -ne 0 ]; then
		chmod 500 d
		try etl-split -N --rows 10 --to 'd/{}' n.csv
		fails 2 "d/00: Permission denied"
		chmod 700 d
	fi
	try etl-split -N --rows 10 --to 'n.csv/{}' n.csv
	fails 2 "'n.csv' is no directory"
	try etl-split -N --rows 10 --to '/proc/{}' n.csv
	fails 2 "/proc/00: nothing can be created in '/proc'"
	for directory in none none/none; do
		try etl-split -N --rows 10 --to "$directory/{}" n.csv
		fails 2 "etl-split: there is no directory '$directory'"
	done
}

@test "signals: no temporary, no directory is left" {
	mkdir d
	for signal in INT TERM HUP; do
		mkfifo in
		env --default-signal=INT etl-split -N --by 1 --to 'd/{}/x' in 2>err &
		pid=$!
		exec 5>in
		seq 5000 >&5
		until [ "$(find d -type f | wc -l)" -gt 100 ]; do sleep 0.01; done
		kill -s $signal $pid
		status=0
		wait $pid || status=$?
		exec 5>&-
		[ "$status" -eq $((128 + $(kill -l $signal))) ]
		[ -z "$(ls -A d)" ] || { find d | head; false; }
		rm in
	done
}

@test "killed outright: the next run removes what was left, but nothing of a run that lives" {
	mkdir d
	mkfifo in
	# Few of its temporaries are open: that they are in use the directory says.
	(ulimit -n 40; exec etl-split -N --by 1 --to 'd/p-{}.csv' in) &
	pid=$!
	exec 5>in
	seq 500 >&5
	until [ "$(find d -name '.*.tmp' | wc -l)" -eq 500 ]; do sleep 0.01; done
	echo x | etl-split -N --rows 1 --to 'd/p-{}.csv'
	[ "$(find d -name '.*.tmp' | wc -l)" -eq 500 ]
	kill -KILL $pid
	wait $pid || true
	exec 5>&-
	touch d/.other.tmp d/.p-1.csv.tmp
	echo x | etl-split -N --rows 1 --to 'd/p-{}.csv'
	[ "$(listing d)" = '.other.tmp .p-1.csv.tmp p-00.csv ' ]
}

@test "stopped or killed at each step: all parts are old or new, and killed between two renames the next run cleans up" {
	strace -o /dev/null true 2>/dev/null || skip 'no strace here'
	[ -z "${ETL_SCAN:-}" ] || skip 'it has nothing to do with how records are read'
	printf 'a,b\n1,x\n2,y\n3,z\n' >t.csv
	state() { cat d/00 d/01 d/02 | tr '\n' ' '; }
	new='a,b 1,x a,b 2,y a,b 3,z '
	for call in write fsync fchmod openat; do
		for ((n = 1; ; n++)); do
			rm -rf d
			mkdir d
			for part in 0 1 2; do echo old >d/0$part; done
			strace -o trace -e trace=$call -e inject=$call:error=ENOSPC:when=$n etl-split --rows 1 --to 'd/{}' t.csv 2>err &&
				status=0 || status=$?
			grep -q INJECTED trace || break
			[ "$(listing d)" = '00 01 02 ' ]
			[ "$(state)" = "$new" ] || [ "$(state)" = 'old old old ' ]
			[ "$status" -ne 0 ] || [ "$(state)" = "$new" ]
		done
		[ "$n" -gt 3 ]
	done
	for n in 1 2 3; do
		for part in 0 1 2; do echo old >d/0$part; done
		strace -o /dev/null -e trace=rename -e inject=rename:signal=KILL:when=$n etl-split --rows 1 --to 'd/{}' t.csv 2>err || true
		[ "$(find d -name '.0*.tmp' | wc -l)" -eq $((4 - n)) ]
		echo a | etl-split --rows 1 --to 'd/{}'
		[ "$(listing d)" = '00 01 02 ' ]
		[ "$(cat d/02)" = old ]
	done
	strace -o /dev/null -e trace=rename -e inject=rename:error=EIO:when=2 etl-split --rows 1 --to 'd/{}' t.csv 2>err || true
	grep -q 'd/01: Input/output error (1 part before it is in place)' err
	[ "$(listing d)" = '00 01 02 ' ]
}

@test "output of --list that fails, readers that leave, closed descriptors" {
	printf 'a,b\n1,2\n' >t.csv
	run bash -c 'etl-split --rows 1 --to "p{}" --list t.csv 2>err >/dev/full'
	fails 2 "stdout: No space left on device"
	run bash -c 'etl-split --rows 1 --to "p{}" --list t.csv 2>err >&-'
	[ "$status" -eq 2 ]
	try bash -c 'etl-split --rows 1 --to "p{}" t.csv >&-'
	[ "$status" -eq 0 ]
	run bash -c 'etl-split --rows 1 --to "p{}" 2>err <&-'
	[ "$status" -eq 2 ]
	etl-split --rows 1 --to 'p{}' --list -o list t.csv
	[ "$(cat list)" = $'file,records\np00,1' ]
	try bash -c 'etl-split --rows 1 --to "p{}" --list t.csv | etl-cut -f file'
	prints $'file\np00'
}
