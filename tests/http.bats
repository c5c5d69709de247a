#!/usr/bin/env bats
# The connector for http, https and ftp against a server that misbehaves (http-server).

load http

# get URI [OPTION...]: status, out and err hold what came of it.  Waits are short.
get() {
	status=0
	timeout 30 "$HTTP" get --backoff 0.01 "$@" >out 2>err || status=$?
}

# Did it end with this status, print the served body of this size (and seed), and nothing else?
gave() {
	local wanted=$BATS_TEST_TMPDIR/body.$2.${3:-0}
	[ -e "$wanted" ] || "$SERVER" --body "${@:2}" >"$wanted"
	[ "$status" -eq "$1" ] && cmp out "$wanted" && return
	echo "status $status" && cat err && return 1
}

# Did it end with this status, print no byte of data, and say this?
failed() {
	[ "$status" -eq "$1" ] && [ ! -s out ] && said "$2" && return
	echo "status $status, $(wc -c <out) bytes" && cat err && return 1
}

@test "describe: schemes, directions, unit, options with tabs" {
	run -0 "$HTTP" describe
	[ "${lines[0]}" = "schemes http https" ]
	[ "${lines[1]}" = "directions get put" ]
	[ "${lines[2]}" = "unit bytes records" ]
	[ "${lines[3]}" = "files yes" ]
	[ "${lines[4]}" = "commits announced" ]
	for line in "${lines[@]:5}"; do
		[[ $line =~ ^[-a-zA-Z]$'\t'--[a-z-]+$'\t'[A-Z|N%]*$'\t'.+$ ]]
	done
	[ -z "$(printf '%s\n' "${lines[@]:5}" | cut -f 2 | sort | uniq -d)" ]
	run -0 "${HTTP%/*}/sftp" describe
	[ "${lines[1]}" = "directions get" ]
	[ "${lines[2]}" = "unit bytes" ]
	[[ $output != *--method* ]]
	[[ $output == *$'\n-\t--retries\tN\t'* ]]
	[[ $output == *$'\nH\t--http-header\tLINE\t'* ]]
}

@test "help and version; a full device is status 2" {
	run -0 "$HTTP" --help
	[[ ${lines[0]} == "usage: http get URI [OPTION...]"* ]]
	run -0 "$HTTP" --version
	[[ $output == "http (etlutils) "* ]]
	for word in --help --version --list-options describe; do
		run -2 sh -c '"$HTTP" "$1" >/dev/full' - $word
		[[ $output == *"No space left on device"* ]]
	done
}

@test "usage: status 2 and what is wanted" {
	run -2 "$HTTP"
	[[ $output == *"usage: http get URI"* ]]
	run -2 "$HTTP" get
	run -2 "$HTTP" get "$URL/" "$URL/"
	run -2 "$HTTP" fetch "$URL/"
	run -2 "$HTTP" put
	get "$URL/" --method=PUT
	failed 2 "option --method is for put"
	get "$URL/" --retrys 3
	failed 2 "unknown option '--retrys'; did you mean '--retries'?"
	get "$URL/" --retries many
	failed 2 "'many' is not a whole number"
	for value in x -1 1e9 ''; do
		get "$URL/" --max-time "$value"
		failed 2 "is not a number of seconds"
	done
}

@test "a URL that is none, or of another protocol" {
	for uri in nonsense '' /etc/passwd 'http://' 'http://a b/' 'http://h:99999/'; do
		get "$uri"
		failed 2 "malformed: a URL is"
	done
	for uri in file:///etc/passwd gopher://h/ scp://h/f ftps://h/f; do
		get "$uri"
		failed 2 "the protocol is none of http, https, ftp, sftp"
	done
}

@test "the body, byte for byte, with nothing said" {
	get "$URL/?key=$key&size=1234567"
	gave 0 1234567
	quiet
	[[ $(sent 1 user-agent) == etlutils/* ]]
	[ "$(sent 1 accept-encoding)" = - ]
	get "$URL/?size=0"
	gave 0 0
	get "$URL/?size=100000&frame=chunked"
	gave 0 100000
	quiet
	get "$URL/?size=100000" --stream
	gave 0 100000
}

@test "4xx: status 2 at the first try, its page is not data" {
	for code in 400 401 403 404 405 410 451; do
		get "$URL/?key=$key&status=$code"
		failed 2 "answered $code"
	done
	[ "$(requests)" -eq 7 ]
	get "$URL/?status=404" --stream
	failed 2 "answered 404 not found"
}

@test "a status without a body to pass on" {
	get "$URL/?status=304"
	failed 2 "answered 304"
	get "$URL/?range=unasked"
	failed 2 "answered with a part, which was not asked for"
}

@test "408, 429 and 5xx are tried again" {
	for code in 408 429 500 502 503 504; do
		get "$URL/?key=$key.$code&status=$code&times=2"
		gave 0 1000
		said "answered $code"
		said "try 3 of 6"
	done
}

@test "501 and 505 will not pass: status 2 at once" {
	for code in 501 505; do
		get "$URL/?key=$key.$code&status=$code"
		failed 2 "answered $code"
		[ "$(wc -l <err)" -eq 1 ]
	done
}

@test "status 75 when the tries are used up" {
	get "$URL/?key=$key&status=503" --retries 2
	failed 75 "answered 503 service unavailable"
	[ "$(requests)" -eq 3 ]
	get "$URL/?key=$key.none&status=500" --retries 0
	failed 75 "answered 500 internal server error"
	[ "$(wc -l <err)" -eq 1 ]
}

@test "Retry-After in seconds and as a date is waited for" {
	local start=$EPOCHREALTIME
	get "$URL/?key=$key.s&status=503&times=1&retry=1"
	gave 0 1000
	[ "$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))" -ge 1000 ]
	start=$EPOCHREALTIME
	get "$URL/?key=$key.d&status=429&times=1&retry=date%2B3"
	gave 0 1000
	[ "$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))" -ge 1900 ]
}

@test "Retry-After that is absurd is capped, that is no time is ignored" {
	for text in 99999999 99999999999999999999999999 date%2B99999; do
		get "$URL/?key=$key.$text&status=503&times=1&retry=$text" --max-retry-after 0.2
		gave 0 1000
		said "in 0.2 s"
	done
	for text in soon -5 date-5 ''; do
		get "$URL/?key=$key.$text.x&status=503&times=1&retry=$text" --max-retry-after 0.2
		gave 0 1000
		said "in 0.0 s"
	done
}

@test "--max-time holds for the tries together, and no wait begins that would pass it" {
	local start=$SECONDS
	get "$URL/?key=$key&status=503&retry=50" --max-time 5
	failed 75 "--max-time leaves no time for another try"
	[ $((SECONDS - start)) -le 1 ]
	get "$URL/?hang=1" --max-time 0.5
	failed 75 "timed out"
	[ $((SECONDS - start)) -le 4 ]
}

@test "a server that sends a byte now and then: status 75" {
	get "$URL/?slow=400" --low-speed 1 --retries 0
	failed 75 "less than 10 bytes/sec"
}

@test "a server that does not answer: status 75" {
	get "$URL/?hang=1" --low-speed 1 --retries 0
	failed 75 "less than 10 bytes/sec"
	get "$URL/?mute=1" --retries 1
	failed 75 "try 2 of 2"
}

@test "a reset in the body: goes on by Range and If-Range with a strong ETag" {
	get "$URL/?key=$key&size=300000&cut=100000&times=1&etag=%22v1%22"
	gave 0 300000
	said "going on there"
	[ "$(sent 1 range)" = - ]
	[ "$(sent 2 range)" = "bytes=100000-" ]
	[ "$(sent 2 if-range)" = "''v1''" ]
	get "$URL/?key=$key.s&size=300000&cut=100000&times=3&etag=%22v1%22" --stream
	gave 0 300000
}

@test "Last-Modified stands in for the ETag if it is old enough" {
	local then='Mon, 02 Nov 2020 10:00:00 GMT' now
	get "$URL/?key=$key&size=3000&cut=1000&times=1&modified=${then// /%20}"
	gave 0 3000
	[ "$(sent 2 range)" = "bytes=1000-" ]
	[ "$(sent 2 if-range)" = "$then" ]
	now=$(LC_ALL=C date -u -d '+1 hour' '+%a, %d %b %Y %H:%M:%S GMT')
	key="$key.now"
	get "$URL/?key=$key&size=3000&cut=1000&times=1&modified=${now// /%20}"
	gave 0 3000
	[ "$(sent 2 range)" = - ]
}

@test "without a strong validator it begins again" {
	get "$URL/?key=$key.w&size=3000&cut=1000&times=1&etag=W/%22v1%22"
	gave 0 3000
	said "trying again"
	key="$key.w"
	[ "$(sent 2 range)" = - ]
	get "$URL/?key=$key.0&size=3000&cut=1000&times=1"
	gave 0 3000
	get "$URL/?key=$key.1&size=3000&cut=1000&times=1&frame=chunked&fin=1"
	gave 0 3000
}

@test "200 instead of 206: begins again, also with another body" {
	get "$URL/?key=$key&size=3000&cut=1000&times=1&etag=%22v%22&range=ignore"
	gave 0 3000
	[ "$(sent 2 range)" = "bytes=1000-" ]
	get "$URL/?key=$key.c&size=3000&cut=1000&times=1&etag=%22v%22&changes=1"
	gave 0 3000 1
}

@test "a part that is not the one asked for is not taken" {
	get "$URL/?key=$key.1&size=3000&cut=1000&times=1&etag=%22v%22&range=shift"
	gave 0 3000
	said "resumed with a part of something else"
	get "$URL/?key=$key.2&size=3000&cut=1000&times=1&etag=%22v%22&range=other"
	gave 0 3000
	get "$URL/?key=$key.3&size=3000&cut=1000&times=1&etag=%22v%22&range=short"
	gave 0 3000
	said "2000 of 3000 bytes came"
}

@test "all bytes came, the end did not: range not satisfiable, begins again" {
	get "$URL/?key=$key&size=3000&cut=3000&times=1&etag=%22v%22&frame=chunked"
	gave 0 3000
	said "answered 416"
}

@test "--stream: what is out cannot be recalled: status 75 unless it resumes" {
	get "$URL/?key=$key.1&size=3000&cut=1000&times=1" --stream
	gave 75 1000
	said "cannot be resumed"
	get "$URL/?key=$key.2&size=3000&cut=1000&times=1&etag=%22v%22&range=ignore" --stream
	gave 75 1000
	said "does not resume"
	get "$URL/?key=$key.3&size=3000&cut=1000&times=1&etag=%22v%22&changes=1" --stream
	gave 75 1000
	get "$URL/?key=$key.4&size=3000&cut=1000&times=1&etag=%22v%22&range=other" --stream
	gave 75 1000
	get "$URL/?key=$key.5&size=3000&cut=0&times=1" --stream
	gave 0 3000
}

@test "a body shorter than its length, or cut between chunks: status 75, nothing emitted" {
	get "$URL/?lie=1" --retries 1
	failed 75 "transfer closed with 1 bytes remaining"
	get "$URL/?frame=chunked&cut=500&fin=1" --retries 1
	failed 75 "transfer closed"
	get "$URL/?cut=999" --retries 1
	failed 75 "try 2 of 2"
}

@test "neither length nor chunks: a warning, refused by --require-length" {
	get "$URL/?frame=none"
	gave 0 1000
	said "neither length nor chunks"
	get "$URL/?frame=none" --require-length
	failed 1 "neither length nor chunks"
	get "$URL/?frame=none" --require-length --stream
	failed 1 "neither length nor chunks"
	get "$URL/?frame=none&size=0" --require-length
	failed 1 "neither length nor chunks"
	get "$URL/?frame=chunked" --require-length
	gave 0 1000
}

@test "five redirects are followed, a sixth is not" {
	get "$URL/?key=$key.5&hops=5"
	gave 0 1000
	quiet
	get "$URL/?key=$key&hops=6"
	failed 2 "more than 5 redirects"
	[ "$(requests)" -eq 6 ]
	for code in 301 303 307 308; do
		get "$URL/?code=$code&to=/%3Fsize=77"
		gave 0 77
	done
	get "$URL/?code=300&to=/"
	failed 2 "answered 300"
}

@test "redirects lead to http and https only" {
	for to in file:///etc/passwd gopher://127.0.0.1/ "$FTP/size/9" sftp://h/ dict://h/; do
		get "$URL/?to=$to"
		failed 2 "a redirect may lead to http and https only"
	done
	for to in http:// data:,x; do
		get "$URL/?to=$to"
		failed 2 "malformed"
	done
}

@test "a redirect from https to http is refused, the other way followed" {
	get "$TLS/?to=$URL/" --cacert "$CERT"
	failed 2 "a redirect from https to http is refused"
	get "$URL/?to=$TLS/" --cacert "$CERT"
	gave 0 1000
}

@test "logins and secret headers stay with their host" {
	local here="http://me:canary@127.0.0.1:$PORT"
	printf '# secrets\n\nX-Api-Key: canary\nAuthorization: Bearer canary\r\n' >secret
	get "$here/?auth=me:canary"
	gave 0 1000
	get "$here/?to=/%3Fkey=$key%26auth=me:canary"
	gave 0 1000
	[[ $(sent 1 authorization) == Basic* ]]
	get "$here/?to=http://localhost:$PORT/%3Fkey=$key.u"
	gave 0 1000
	get "$URL/?to=/%3Fkey=$key.s" --header-file secret
	get "$URL/?to=http://localhost:$PORT/%3Fkey=$key.o" --header-file secret -H 'X-Plain: 1'
	local base=$key
	key=$base.u
	[[ $(sent 1 authorization) == Basic* ]]
	[ "$(sent 2 authorization)" = - ]
	key=$base.s
	[ "$(sent 2 x-api-key)" = canary ]
	[ "$(sent 2 authorization)" = "Bearer canary" ]
	key=$base.o
	[ "$(sent 1 x-api-key)" = canary ]
	[ "$(sent 2 x-api-key)" = - ]
	[ "$(sent 2 authorization)" = - ]
	[ "$(sent 2 x-plain)" = 1 ]
}

@test "no password in a message" {
	printf 'X-Api-Key canary\n' >bad
	get "http://me:canary@127.0.0.1:$PORT/?auth=me:other"
	failed 2 "http://me:***@127.0.0.1:$PORT/"
	said_not canary
	for uri in 'http://me:canary@h:x/' 'http://me:can/ary@h/' 'me:canary@h' 'ssh://me:canary@h/' \
		'http://me:cana ry@h/' 'http://me:canary@nowhere.invalid/'; do
		get "$uri" --retries 0
		[ "$status" -ne 0 ]
		said '***'
		! grep -q 'can/*a *ry' err
	done
	get "$URL/" --header-file bad
	failed 2 "bad: not a header"
	said_not canary
}

@test "headers: secret ones and our own are refused, the form is checked" {
	for name in Authorization authorization Cookie Proxy-Authorization; do
		get "$URL/" --http-header "$name: canary"
		failed 2 "--header-file FILE"
		said_not canary
	done
	for name in Range If-Range accept-encoding Transfer-Encoding; do
		get "$URL/" -H "$name: x"
		failed 2 "is this program's own"
	done
	for line in X 'X y: z' ': x' '' $'X: y\r\nZ: 1'; do
		get "$URL/" -H "$line"
		failed 2 "not a header of the form"
	done
	get "$URL/?key=$key" -H 'Accept: text/csv' -H 'X-Empty:' -H 'X-Two:a'
	gave 0 1000
	[ "$(sent 1 accept)" = text/csv ]
	[ "$(sent 1 x-empty)" = "" ]
	[ "$(sent 1 x-two)" = a ]
	"${HTTP%/*}/etl-extract" "$URL/?key=$key&size=14" --header=a,b --http-header='X-Two: b' >out
	[ "$(sent 2 x-two)" = b ]
	get "$URL/" --header-file missing
	failed 2 "missing: No such file or directory"
	get "$URL/" --header-file .
	failed 2 "Is a directory"
}

@test "netrc is read when asked for, and must be there" {
	printf 'machine 127.0.0.1 login me password canary\n' >.netrc
	HOME=$PWD get "$URL/?auth=me:canary"
	failed 2 "answered 401 unauthorized"
	HOME=$PWD get "$URL/?auth=me:canary" --netrc
	gave 0 1000
	get "$URL/?auth=me:canary" --netrc-file .netrc
	gave 0 1000
	get "$URL/?to=http://localhost:$PORT/%3Fkey=$key" --netrc-file .netrc
	[[ $(sent 1 authorization) == Basic* ]]
	[ "$(sent 2 authorization)" = - ]
	get "$URL/" --netrc-file missing
	failed 2 "missing: No such file or directory"
	HOME=/nonexistent get "$URL/" --netrc
	failed 2 "/nonexistent/.netrc: No such file or directory"
	HOME='' get "$URL/" --netrc
	failed 2 "HOME is not set"
}

@test "--public-only refuses addresses inside, also by name and redirect" {
	get "$URL/?key=$key" --public-only
	failed 2 "127.0.0.1 is loopback; --public-only refuses it"
	run -1 requests
	get "http://localhost:$PORT/" --public-only
	failed 2 "is loopback"
	local host
	for host in 127.1 0.0.0.0 2130706433 0x7f000001 10.1.2.3 172.31.0.1 192.168.0.1 169.254.169.254 100.64.0.1 \
		'[::1]' '[::ffff:127.0.0.1]' '[::ffff:10.0.0.1]' '[fe80::1]' '[fd00::1]' '[64:ff9b::7f00:1]' '[2002:7f00:1::]'; do
		get "http://$host:$PORT/" --public-only --connect-timeout 1 --retries 0
		failed 2 "--public-only refuses it"
	done
	http_proxy=$URL get http://127.0.0.1:1/ --public-only
	failed 2 "is loopback"
}

@test "TLS is verified: self-signed, wrong host, expired: status 2" {
	get "$TLS/"
	failed 2 "self-signed certificate"
	said "--cacert FILE"
	get "$TLS/" --cacert "$CERT"
	gave 0 1000
	get "${TLS/localhost/127.0.0.1}/" --cacert "$CERT"
	failed 2 "subject name matches target host name"
	get "$TLS/" --cacert missing
	failed 2 "missing: No such file or directory"
	get "${TLS/https/http}/" --retries 0
	[ "$status" -ne 0 ] && [ ! -s out ]
	get "https://127.0.0.1:$PORT/" --retries 0
	failed 2 "SSL"
}

@test "TLS: an expired certificate" {
	openssl req -new -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out csr.pem 2>/dev/null
	printf '%s\n' '[ca]' default_ca=c '[c]' database=index serial=serial new_certs_dir=. default_md=sha256 \
		policy=p x509_extensions=e '[p]' commonName=supplied '[e]' subjectAltName=DNS:localhost >ca.cnf
	: >index
	echo 01 >serial
	openssl ca -batch -selfsign -config ca.cnf -keyfile key.pem -in csr.pem -out old.pem \
		-startdate 20200101000000Z -enddate 20200201000000Z 2>/dev/null
	"$SERVER" ports requests old.pem key.pem 3>&- &
	local pid=$!
	wait_for ports
	get "https://localhost:$(sed -n 's/^https //p' ports)/" --cacert old.pem
	kill $pid
	failed 2 "certificate has expired"
}

@test "a TLS handshake that was cut off is tried again" {
	get "https://localhost:$DROP/" --retries 1
	failed 75 "try 2 of 2"
}

@test "--compressed: asks for gzip and decodes it; else bytes stay as they came" {
	get "$URL/?key=$key&size=500000&encoding=gzip" --compressed
	gave 0 500000
	[ "$(sent 1 accept-encoding)" = gzip ]
	get "$URL/?size=5000" --compressed
	gave 0 5000
	get "$URL/?size=5000&encoding=gzip"
	[ "$status" -eq 0 ]
	"$SERVER" --body 5000 | cmp - <(gzip -dc out)
	get "$URL/?encoding=br" --compressed
	failed 2 "encoded as 'br', which was not asked for"
}

@test "--compressed: a cut or damaged encoding is status 1, whatever the length says" {
	for n in 1 4 8 9 100; do
		get "$URL/?size=5000&encoding=gzip&gzcut=$n" --compressed
		failed 1 "the gzip encoding ends too early"
	done
	for n in 0 2 20 60; do
		get "$URL/?size=5000&encoding=gzip&gzflip=$n" --compressed
		failed 1 "the gzip encoding"
	done
}

@test "--compressed goes on where the connection was lost" {
	get "$URL/?key=$key&size=500000&encoding=gzip&cut=20000&times=2&etag=%22z%22" --compressed
	gave 0 500000
	[ "$(sent 2 range)" = "bytes=20000-" ]
	get "$URL/?key=$key.0&size=500000&encoding=gzip&cut=20000&times=2" --compressed
	gave 0 500000
}

@test "--max-bytes counts after decoding" {
	get "$URL/?size=1000" --max-bytes 1000
	gave 0 1000
	for frame in length chunked none; do
		get "$URL/?size=1001&frame=$frame" --max-bytes 1000
		failed 1 "larger than --max-bytes"
	done
	get "$URL/?size=3000000&encoding=gzip" --compressed --max-bytes 2M
	failed 1 "larger than --max-bytes"
	get "$URL/?key=$key&size=3000&cut=1000&times=1&etag=%22v%22" --max-bytes 3000
	gave 0 3000
	get "$URL/?key=$key.0&size=3000&cut=1000&times=1" --max-bytes 3000
	gave 0 3000
	get "$URL/" --max-bytes 10X
	failed 2 "not a number of bytes"
}

@test "--expect-type: an HTML page with 200 is status 1" {
	get "$URL/?type=text/html" --expect-type text/csv
	failed 1 "the content type is 'text/html', wanted text/csv"
	get "$URL/?type=" --expect-type text/csv
	failed 1 "has no content type"
	get "$URL/?type=text/csv-schema" --expect-type text/csv
	failed 1 "wanted text/csv"
	for type in text/csv TEXT/Csv 'text/*'; do
		get "$URL/" --expect-type "$type"
		gave 0 1000
	done
	get "$URL/?type=application/json" --expect-type 'text/*' --stream
	failed 1 "wanted text/*"
}

@test "ftp: the file, missing, busy, cut, wrong login" {
	get "$FTP/size/5000"
	gave 0 5000
	quiet
	get "$FTP/missing"
	failed 2 "does not exist"
	get "$FTP/busy" --retries 1
	failed 75 "450"
	get "$FTP/cut/5000" --retries 1
	failed 75 "transfer closed with 2500 bytes remaining"
	get "${FTP/127/wrong:wrong@127}/size/9"
	failed 2 "access denied"
	get "$FTP/size/5000" --public-only
	failed 2 "is loopback"
}

@test "sftp: hosts must be known" {
	HOME='' get sftp://127.0.0.1:1/f
	failed 2 "HOME is not set"
	HOME=$PWD get sftp://127.0.0.1:1/f
	failed 2 "known_hosts: No such file or directory"
	: >known
	get sftp://127.0.0.1:1/f --known-hosts known --ssh-key missing
	failed 2 "missing: No such file or directory"
}

@test "refused and unresolvable: status 75, since either may pass" {
	get http://127.0.0.1:1/ --retries 2
	failed 75 "failed to connect to 127.0.0.1 port 1: Connection refused"
	# What is waited for is said before the wait, a line each.
	[ "$(grep -c 'Connection refused; trying again in 0\.0 s, try [23] of 3$' err)" -eq 2 ]
	[ "$(wc -l <err)" -eq 3 ]
	get http://nowhere.invalid/ --retries 0
	failed 75 "could not resolve host: nowhere.invalid"
}

@test "standard output full or closed: status 2" {
	for how in '' --stream; do
		status=0
		"$HTTP" get "$URL/" $how >/dev/full 2>err || status=$?
		[ "$status" -eq 2 ]
		said "No space left on device"
		status=0
		"$HTTP" get "$URL/" $how >&- 2>err || status=$?
		[ "$status" -eq 2 ]
		said "Bad file descriptor"
	done
}

@test "a reader that leaves: killed by SIGPIPE, in silence; where that is ignored: status 2" {
	for how in '' --stream; do
		status=0
		env --default-signal=PIPE bash -c '"$HTTP" get "$1" $2 2>err | head -c 10 >out; exit ${PIPESTATUS[0]}' \
			- "$URL/?size=3000000" $how || status=$?
		[ "$status" -eq 141 ]
		quiet
		status=0
		env --ignore-signal=PIPE bash -c '"$HTTP" get "$1" $2 2>err | head -c 10 >out; exit ${PIPESTATUS[0]}' \
			- "$URL/?size=3000000" $how || status=$?
		[ "$status" -eq 2 ]
		said "Broken pipe"
	done
}

@test "no room or no directory for the temporary file: status 2" {
	TMPDIR=/nonexistent get "$URL/"
	failed 2 "/nonexistent"
	status=0
	bash -c 'ulimit -f 100; "$HTTP" get "$1" 2>err | cat >out; exit ${PIPESTATUS[0]}' - "$URL/?size=900000" || status=$?
	failed 2 "temporary file (see TMPDIR): File too large"
	TMPDIR=/nonexistent get "$URL/" --stream
	gave 0 1000
}

@test "killed in the middle: dies by the signal and leaves nothing" {
	mkdir tmp
	for signal in TERM INT HUP; do
		status=0
		TMPDIR=tmp timeout --preserve-status -s $signal 0.4 \
			"$HTTP" get "$URL/?slow=100&size=100" >out 2>err || status=$?
		[ "$status" -eq $((128 + $(kill -l $signal))) ]
		[ ! -s out ]
		[ -z "$(ls -A tmp)" ]
	done
}

@test "an empty environment, closed descriptors, no record of its own" {
	mkdir runs
	status=0
	env -i "$HTTP" get "$URL/?size=100000" >out 2>&- <&- || status=$?
	gave 0 100000
	status=0
	env -i "$HTTP" get "$URL/?lie=1" --retries 1 --backoff 0.01 >out 2>&- <&- || status=$?
	[ "$status" -eq 75 ]
	[ ! -s out ]
	ETL_RUN_DIR=$PWD/runs get "$URL/"
	gave 0 1000
	[ -z "$(ls -A runs)" ]
}

@test "proxies come from the environment as for curl" {
	http_proxy=$URL get "http://nowhere.invalid/?size=321"
	gave 0 321
	http_proxy=http://127.0.0.1:1 no_proxy=127.0.0.1 get "$URL/"
	gave 0 1000
}
