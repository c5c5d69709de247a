#!/usr/bin/env bats
load setup

# The pattern of --from combined as its manual gives it, on one line.
manual_pattern() {
	sed -n '/goes on one line:$/,/^\.Ed/{/^\^/,/\$$/p}' "$ROOT/man/etl-extract.1" | sed 's/\\e/\\/g' | tr -d '\n'
}

@test "the groups of a pattern are columns, in order, whatever the block" {
	printf '10.0.0.1 GET /a\n10.0.0.2 PUT /b,"c"\r\n\n10.0.0.3 HEAD /' >f
	want=$'ip,method,path\n10.0.0.1,GET,/a\n10.0.0.2,PUT,"/b,""c"""\n10.0.0.3,HEAD,/'
	for block in 1 7 262144; do
		ETL_BLOCK=$block try etl-extract --from regex '(?<ip>\S+) (?<method>\S+) (?<path>.*)' f
		prints "$want"
		ETL_BLOCK=$block ETL_SCAN=libcsv try etl-extract --from regex '(?<ip>\S+) (?<method>\S+) (?<path>.*)' - <f
		prints "$want"
	done
	gzip -k f
	mkdir d
	cp f d/a.log
	tar czf t.tgz d
	try etl-extract --from regex '(?<ip>\S+) (?<method>\S+) (?<path>.*)' f.gz
	prints "$want"
	try etl-extract --member '*.log' --from regex '(?<ip>\S+) (?<method>\S+) (?<path>.*)' t.tgz
	prints "$want"
	try etl-extract --from regex '^(?<first>.)' f f.gz
	prints $'first\n1\n1\n1\n1\n1\n1'
}

@test "a match may be anywhere in the line; of several it is the first" {
	printf 'x 12 y 34\n' >f
	try etl-extract --from regex '(?<n>\d+)' f
	prints $'n\n12'
	try etl-extract --from regex '(?<n>\d+)$' f
	prints $'n\n34'
	try etl-extract --from regex '(?i)(?<x>X) \d+ (?<y>Y)' f
	prints $'x,y\nx,y'
}

@test "a group that took no part is empty, one that found nothing is the empty text" {
	printf 'a=\nb\n' >f
	try etl-extract --from regex '^(?:(?<key>\w)=(?<value>.*)|(?<word>\w))$' f
	prints $'key,value,word\na,"",\n,,b'
	try etl-extract --from regex '^a?(?<x>=)?' f
	prints $'x\n=\n""'
	try etl-extract --from regex -T '^(?:(?<key>\w)=(?<value>.*)|(?<word>\w))$' f
	prints $'key\tvalue\tword\na\t\t\n\t\tb'
}

@test "groups without names: with --header or -N, and never beside others" {
	printf 'a-1\nb-2\n' >f
	try etl-extract --from regex '(\w)-(\d)' --header letter,digit f
	prints $'letter,digit\na,1\nb,2'
	try etl-extract --from regex '(\w)-(\d)' -N f
	prints $'a,1\nb,2'
	try etl-extract --from regex '(?<l>\w)-(?<d>\d)' --header 'x,"y,z"' f
	prints $'x,"y,z"\na,1\nb,2'
	try etl-extract --from regex '(?<l>\w)-(?<d>\d)' --no-out-header f
	prints $'a,1\nb,2'
	try etl-extract --from regex '(\w)-(\d)' f
	fails 2 'group 1 of the pattern has no name: (?<name>...) is a column, (?:...) is none'
	try etl-extract --from regex '(?<l>\w)-(\d)' --header a,b f
	fails 2 'group 2 of the pattern has no name'
	try etl-extract --from regex '(\w)-(\d)' --header a f
	fails 2 '1 name for 2 fields'
	try etl-extract --from regex '(?J)(?:(?<x>a)|(?<x>b))-(?<d>\d)' f
	prints $'x,d\na,1\nb,2'
}

@test "what is no pattern, or none with columns, is status 2 before anything is read" {
	try etl-extract --from regex
	fails 2 'the pattern is missing, which is the first operand'
	try etl-extract --from regex access.log nofile
	fails 2 'nofile'
	: >access.log
	try etl-extract --from regex access.log -o out
	fails 2 "the pattern 'access.log' has no group to make a column of"
	[ ! -e out ]
	try etl-extract --from regex 'a.(?:b)' access.log
	fails 2 "'a.(?:b)' has no group"
	try etl-extract --from regex '(?<a>x' access.log
	fails 2 'missing closing parenthesis: byte 7 of the pattern'
	try etl-extract --from regex '(?<a>[z-a])' access.log
	fails 2 "byte 9 of the pattern: 'a])'"
	try etl-extract --from regex $'(?<a>\xff)' access.log
	fails 2 'UTF-8'
	for option in -t '-d;' --lenient --ragged=fill --quote=x --trim --rename-header=a -b1 --columns=a; do
		try etl-extract --from regex '(?<a>x)' "$option" access.log
		fails 2 option
	done
	try etl-extract --from regexp access.log
	fails 2 'none of csv, tsv, fixed, lines, regex, clf, combined, syslog'
}

@test "a line that does not match ends the run, or is a reject" {
	printf 'a1\nTraceback\na2\n\xff\x01b\n' >f
	try etl-extract --from regex 'a(?<n>\d)' -o out f
	fails 1 "etl-extract: f:2: the line does not match the pattern: 'Traceback'"
	[ ! -e out ]
	try etl-extract --from regex 'a(?<n>\d)' --rejects bad.csv --stats s f
	prints $'n\n1\n2'
	fails 0 '2 of 4 records rejected'
	try etl-cut -f line,code,reason bad.csv
	prints $'line,code,reason\n2,pattern,the line does not match the pattern\n4,pattern,the line does not match the pattern'
	etl-extract --from rejects bad.csv >again
	printf 'Traceback\n\xff\x01b\n' | cmp - again
	jq -e '.in == 4 and .out == 2 and .rejected == 2' s
	try etl-extract --from regex 'a(?<n>\d)' --max-rejects 1 f
	fails 1 'f:4: the line does not match the pattern: more than 1 reject'
}

@test "nothing, and empty lines: no records; the count of the ledger holds" {
	: >f
	try etl-extract --from regex '(?<a>.*)' f
	prints a
	printf '\n\r\n' >f
	try etl-extract --from regex '(?<a>.+)' --stats s f
	prints a
	jq -e '.in == 2 and .out == 0 and .filtered == 2' s
	try etl-extract --from regex '^(?<a>.*)$' f
	prints $'a\n""\n""'
}

@test "a pattern that would take for ever is an error with its line, or a reject" {
	{ echo aaa; python3 -c 'print("a" * 60 + "b")'; echo a; } >f
	try timeout 60 etl-extract --from regex '^(?<a>(?:a+)+)$' f
	fails 1 "f:2: the pattern takes too long or too much memory here: 'aaaa"
	try timeout 60 etl-extract --from regex '^(?<a>(?:a+)+)$' --rejects bad f
	prints $'a\naaa\na'
	try etl-cut -f line,code bad
	prints $'line,code\n2,effort'
	try timeout 60 etl-extract --from regex '(*NO_JIT)^(?<a>(?:a+)+)$' f
	fails 1 'f:2: the pattern takes too long'
}

@test "hostile lines take the presets no longer than others" {
	for text in '"h - " + " [" * 300000' '"h - - [t] \"" + "\\\"" * 300000' '"h - - [t] \"" * 100000' \
		'"<1>1 - - - - - " + "[a b=\"c\"]" * 100000 + "x"' '"Oct  1 00:00:00 " + "a:" * 300000'; do
		python3 -c "print($text)" >f
		for form in clf combined syslog; do
			run timeout 20 etl-extract --from "$form" f
			[ "$status" -eq 0 ] || [ "$status" -eq 1 ]
		done
	done
}

@test "any bytes: NUL, invalid UTF-8, characters, long lines" {
	printf 'x\0y z\nfoo caf\xe9 \xff\nd\xc3\xa9j\xc3\xa0 vu\n' >f
	etl-extract --from regex '^(?<a>\S+) (?<b>.*)$' f >out
	printf 'a,b\nx\0y,z\nfoo,caf\xe9 \xff\nd\xc3\xa9j\xc3\xa0,vu\n' | cmp - out
	try etl-extract --from regex '^(?<a>.)(?<b>.)' f
	[ "$status" -eq 0 ]
	grep -qx 'd,é' <<<"$output"
	printf '\xe2\x82\xac1\n\xff2\n' >f
	try etl-extract --from regex '^(?<a>\x{20ac})' --rejects /dev/null f
	prints $'a\n€'
	python3 -c 'print("k", "v" * 5000000)' >f
	etl-extract --from regex '^(?<k>\S+) (?<v>.*)$' f >out
	[ "$(wc -c <out)" -eq 5000007 ]
	try etl-extract --from regex '^(?<k>\S+)' --max-field 1000 f
	fails 1 'limit'
	printf 'a\tb\n' >f
	try etl-extract --from regex '(?<k>.*)' -T f
	fails 1 'f:1: TSV cannot hold'
}

@test "--from combined and clf: what is not there is empty, escapes are no ends" {
	cat >f <<-'X'
	::1 - - [10/Oct/2000:13:55:36 -0700] "GET /a\"b\" HTTP/1.0" 200 2326 "-" ""
	h id a b [t] [10/Oct/2000:13:55:36 -0700] "-" 408 - "http://x/\\" "Mozilla/4.08 [en], \"x\""
	h -x -y [10/Oct/2000:13:55:36 -0700] "\x16\x03" - 0 "-" "-"
	X
	want='host,ident,user,time,request,status,bytes,referer,agent
::1,,,10/Oct/2000:13:55:36 -0700,"GET /a\""b\"" HTTP/1.0",200,2326,,""
h,id,a b [t],10/Oct/2000:13:55:36 -0700,,408,,http://x/\\,"Mozilla/4.08 [en], \""x\"""
h,-x,-y,10/Oct/2000:13:55:36 -0700,\x16\x03,,0,,'
	try etl-extract --from combined f
	prints "$want"
	try etl-extract --from regex "$(manual_pattern)" f
	prints "$want"
	sed -E 's/ "[^"]*" "[^"]*"$//; 2s/ "http.*//' f >g
	try etl-extract --from clf g
	prints "$(cut -d, -f1-7 <<<"$want")"
	try etl-extract --from clf f
	fails 1 'f:1: the line does not match'
	try etl-extract --from combined g
	fails 1 'g:1: the line does not match'
	printf 'h - - [t] "caf\xe9" 200 1\n' >f
	etl-extract --from clf f >out
	printf 'host,ident,user,time,request,status,bytes\nh,,,t,caf\xe9,200,1\n' | cmp - out
}

@test "--from combined takes the very lines that the pattern of its manual takes" {
	python3 - <<-'X' >f
	import random
	r = random.Random(20)
	bits = ['-', ' ', '"', '\\', '\\"', '[', ']', 'a', '7', '200', ' "', '" ', '] ', ' [', '"-"', ' - ']
	for _ in range(3000):
	    q = lambda: '"%s"' % ''.join(r.choice(bits) for _ in range(r.randrange(4)))
	    w = lambda: r.choice(['w', '-w', ''.join(r.choice(bits) for _ in range(r.randrange(1, 3)))])
	    print('%s %s %s [%s] %s %s %s %s %s' % (w(), r.choice(['-', w()]), r.choice(['-', w()]), r.choice(['t', 't', 't', w()]),
	          q(), r.choice(['200', '-', w()]), r.choice(['12', '-', w()]), q(), q()))
	X
	etl-extract --from combined --rejects no f >out 2>/dev/null
	etl-extract --from regex "$(manual_pattern)" --rejects no2 f >out2 2>/dev/null
	[ "$(wc -l <out)" -gt 300 ]
	[ "$(wc -l <no)" -gt 300 ]
	cmp no no2
	cmp out out2
}

@test "--from syslog: RFC 3164, RFC 5424 and files of daemons under one header" {
	cat >f <<-'X'
	Oct 11 22:14:15 mymachine su[10]: 'su root' failed
	<34>Oct  1 22:14:15 mymachine su: failed
	<165>1 2003-10-11T22:14:15.003Z m.example.com evntslog - ID47 [e@1 app="A\"p\]x]"][b c="d"] An event
	<34>1 2003-10-11T22:14:15.003Z - - - - -
	<34>1 - h p 7 - - 
	2024-03-01T10:00:00.123456+01:00 host kernel: [    0.0] Linux
	Oct  1 02:04:05 host last message repeated 3 times
	Oct  1 02:04:05 fe80::1 sudo:     joe : TTY=pts/0
	<13>Oct  1 02:04:05 tag[x]: no host
	Oct  1 2023 02:04:05.5 host postfix/smtpd[12]:
	X
	want="priority,time,host,program,pid,msgid,data,message
,Oct 11 22:14:15,mymachine,su,10,,,'su root' failed
34,Oct  1 22:14:15,mymachine,su,,,,failed
165,2003-10-11T22:14:15.003Z,m.example.com,evntslog,,ID47,\"[e@1 app=\"\"A\\\"\"p\\]x]\"\"][b c=\"\"d\"\"]\",An event
34,2003-10-11T22:14:15.003Z,,,,,,
34,,h,p,7,,,\"\"
,2024-03-01T10:00:00.123456+01:00,host,kernel,,,,[    0.0] Linux
,Oct  1 02:04:05,host,,,,,last message repeated 3 times
,Oct  1 02:04:05,fe80::1,sudo,,,,    joe : TTY=pts/0
13,Oct  1 02:04:05,,tag,x,,,no host
,Oct  1 2023 02:04:05.5,host,postfix/smtpd,12,,,\"\""
	try etl-extract --from syslog f
	prints "$want"
	printf '<7>1 - - - - - - \xef\xbb\xbfcaf\xe9\n' >f
	etl-extract --from syslog f >out
	printf 'priority,time,host,program,pid,msgid,data,message\n7,,,,,,,caf\xe9\n' | cmp - out
	printf 'no log\n' >f
	try etl-extract --from syslog f
	fails 1 'f:1: the line does not match'
}

@test "a record leaves before the next line comes" {
	mkfifo in out
	etl-extract --from regex 'x(?<a>\d)' <in >out 3>&- &
	exec 7>in 8<out
	echo x1 >&7
	read -r -t 20 line <&8
	[ "$line" = a ]
	read -r -t 20 line <&8
	[ "$line" = 1 ]
	exec 7>&-
	wait $!
}

@test "stopped, nothing is left of -o; a gz that is cut off anywhere gives none" {
	for i in {1..200}; do echo "line $i $RANDOM"; done >f
	mkfifo in
	etl-extract --from regex '(?<w>\w+) (?<n>\d+)' -o out <in 3>&- &
	pid=$!
	exec 7>in
	cat f >&7
	until [ -n "$(find . -name '.out.*.tmp')" ] || ! kill -0 $pid; do :; done
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	exec 7>&-
	[ "$status" -eq 143 ]
	[ -z "$(find . -name '*out*')" ]
	gzip -k f
	size=$(stat -c %s f.gz)
	for ((len = 1; len < size; len += 1 + len / 3)); do
		head -c $len f.gz >cut.gz
		try etl-extract --from regex '(?<w>\w+) (?<n>\d+)' -o out cut.gz
		[ "$status" -eq 1 ]
		[ ! -e out ]
	done
	python3 -c "
import os
for b in open('f', 'rb').read(): os.write(1, bytes([b]))" | etl-extract --from regex '(?<w>\w+) (?<n>\d+)' >slow
	etl-extract --from regex '(?<w>\w+) (?<n>\d+)' f | cmp - slow
}

@test "a full device, a closed output, an upstream that was killed" {
	printf 'x1\n' >f
	try bash -c 'etl-extract --from regex "x(?<a>.)" f >/dev/full'
	fails 2 'No space left'
	try bash -c 'etl-extract --from regex "x(?<a>.)" f >&-'
	fails 2 'stdout'
	try bash -c 'etl-extract --from regex "x(?<a>.)" <&-'
	fails 2 'stdin'
	try bash -c 'etl-cut -f 1 <(echo a; echo x1) | etl-extract --from regex "(?<a>.)" -o out'
	prints ''
	[ "$(<out)" = $'a\na\nx' ]
	try bash -c 'etl-extract nofile 2>/dev/null | etl-extract --from regex "(?<a>.)" -o out2'
	fails 2 'stdin'
	[ ! -e out2 ]
}

@test "a pattern that asks for UTF is not run over bytes that are none" {
	printf 'a\364\nsecret\n' >f
	for first in '(*UTF)' '(*UTF)(*NO_JIT)'; do
		try etl-extract --from regex --rejects r "$first(?<a>.+)" f
		[ "$status" -eq 0 ]
		[ "$output" = $'a\nsecret' ]
		grep -q ',1,,,pattern,' r
		rm r
	done
}
