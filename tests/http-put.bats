#!/usr/bin/env bats
# The connector for http and https, sending: what arrives, and what is said and done where it does not.

load http

# put URI [OPTION...]: status and err hold what came of it.  Waits are short.
put() {
	status=0
	timeout 30 "$HTTP" put --backoff 0.01 "$@" >out 2>err || status=$?
}

# Did it end with this status and say this?
ended() { # STATUS [TEXT...]
	local text
	[ "$status" -eq "$1" ] || { echo "status $status, not $1" && cat err && return 1; }
	for text in "${@:2}"; do
		said "$text" || { echo "not said: $text" && cat err && return 1; }
	done
	[ ! -s out ]
}

went_well() {
	ended 0 && { quiet || { cat err && return 1; }; }
}

# The Nth request for this test's key, as the server has it in its log, through jq.
request() { # N FILTER
	grep "key=$key[&\"]" "$LOG" | sed -n "$1p" | jq -r "$2"
}

requested() { # TIMES
	local n
	n=$(requests || :)
	[ "$n" -eq "$1" ] || { echo "$n requests, not $1" && return 1; }
}

# What was sent in the Nth request, byte for byte.
body() { # N
	grep "key=$key[&\"]" "$LOG" | sed -n "${1:-1}p" | jq -j .body
}

given_rows() { # N: of two columns, n and name
	awk -v n="$1" 'BEGIN { print "n,name"; for (i = 1; i <= n; i++) print i ",row " i }'
}

# Commands of other programs of the suite.
etl() {
	local program=$1
	shift
	"${HTTP%/*}/etl-$program" "$@"
}

# ---- what arrives

@test "json: one array of objects, all values strings" {
	put "$URL/?key=$key" < <(printf 'id,name\n007,a\n2,"b, c"\n')
	went_well
	requested 1
	body 1 >sent
	printf '[{"id":"007","name":"a"},\n{"id":"2","name":"b, c"}]\n' | cmp - sent
	[ "$(request 1 .method)" = POST ]
	[ "$(request 1 .headers.\"content-type\")" = application/json ]
	[ "$(request 1 .headers.\"content-length\")" = "$(wc -c <sent)" ]
	[ "$(request 1 .headers.expect)" = null ]
	[ "$(request 1 .headers.\"transfer-encoding\")" = null ]
}

@test "json: escapes, UTF-8, NUL, line ends" {
	printf 'a,"b""\\"\n"q "" \\ /",\001\037\177\n"two\nlines\t\r",\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\nx\0y,\n' >in.csv
	put "$URL/?key=$key" in.csv
	went_well
	[ "$(body 1 | head -1)" = '[{"a":"q \" \\ /","b\"\\":"\u0001\u001f'$'\177''"},' ]
	[ "$(body 1 | sed -n 2p)" = '{"a":"two\nlines\t\r","b\"\\":"é€😀"},' ]
	[ "$(body 1 | sed -n 3p)" = '{"a":"x\u0000y","b\"\\":null}]' ]
	body 1 | jq -e length >/dev/null
}

@test "json: an unquoted empty field is null, a quoted one the empty text; --null says otherwise" {
	printf 'a,b,c\n,"",NA\n"NA",x,""\n' >in.csv
	put "$URL/?key=$key" in.csv
	[ "$(body 1)" = $'[{"a":null,"b":"","c":"NA"},\n{"a":"NA","b":"x","c":""}]' ]
	put "$URL/?key=$key" --null NA in.csv
	[ "$(body 2)" = $'[{"a":"","b":"","c":null},\n{"a":"NA","b":"x","c":""}]' ]
	put "$URL/?key=$key" < <(printf 'a\n1\n\n""\n2\n')
	[ "$(body 3 | jq -c '[.[].a]')" = '["1",null,null,"2"]' ]
	put "$URL/?key=$key" < <(printf 'a\n\n\n\n')
	[ "$(body 4 | jq -c '[.[].a]')" = '[null,null,null]' ]
}

@test "--schema: numbers keep their digits, booleans are booleans, all else stays text" {
	cat >s.json <<-'END'
	{"fields": [{"name": "i", "type": "integer"}, {"name": "x", "type": "number"}, {"name": "b", "type": "boolean"},
	 {"name": "d", "type": "date"}]}
	END
	put "$URL/?key=$key" --schema s.json < <(printf 'i,x,b,d,s\n12345678901234567890123,1.50,true,2026-01-01,5\n007,+.5e3,0,,\n-1,1e400,False,x,1.0\n,,,,\n')
	went_well
	[ "$(body 1)" = '[{"i":12345678901234567890123,"x":1.50,"b":true,"d":"2026-01-01","s":"5"},
{"i":7,"x":0.5e3,"b":false,"d":null,"s":null},
{"i":-1,"x":1e400,"b":false,"d":"x","s":"1.0"},
{"i":null,"x":null,"b":null,"d":null,"s":null}]' ]
}

@test "--schema: a value of another type is named with its place, and nothing is sent" {
	echo '{"fields": [{"name": "i", "type": "integer"}, {"name": "x", "type": "number"}, {"name": "b", "type": "boolean"}]}' >s.json
	while IFS=: read -r record column reason value; do
		printf 'i,x,b\n1,2,true\n%s\n' "$record" >in.csv
		put "$URL/?key=$key" --schema s.json in.csv
		ended 1 "in.csv:3: column '$column': $reason: '$value'"
	done <<-'END'
	1.0,2,1:i:not a whole number:1.0
	1e3,2,1:i:not a whole number:1e3
	1,1.,1:x:not a number:1.
	1,NaN,1:x:not a number:NaN
	1,"1,5",1:x:not a number:1,5
	1,"",1:x:not a number:
	1,2,yes:b:not a boolean:yes
	END
	put "$URL/?key=$key" --schema s.json < <(printf 'i,x\n1,2\n')
	ended 1 "stdin: there is no column 'b', which the schema has"
	put "$URL/?key=$key" --schema none.json in.csv
	ended 2 'none.json: No such file'
	requested 0
}

@test "--infer: numbers where every value of the whole input is one, verbatim" {
	printf 'i,d,zip,big,e,none,mixed\n1,1.50,1,9223372036854775807,1,,1\n-2,2,007,9223372036854775808,1e3,,\n' >in.csv
	put "$URL/?key=$key" --infer in.csv
	went_well
	[ "$(body 1)" = '[{"i":1,"d":1.50,"zip":"1","big":9223372036854775807,"e":"1","none":null,"mixed":1},
{"i":-2,"d":2,"zip":"007","big":9223372036854775808,"e":"1e3","none":null,"mixed":null}]' ]
	put "$URL/?key=$key" --infer --batch-rows 60000 < <(echo a,b; yes 5,6 | head -100000; echo x,7)
	went_well
	requested 3
	[ "$(request 2 .size)" -eq $((60000 * 17 + 1)) ]
	put "$URL/?key=$key" --infer --batch-rows 1000 < <(echo a,b; yes 5,6 | head -1000; echo x,7)
	[ "$(body 4 | jq -c 'unique')" = '[{"a":"5","b":6}]' ]
	[ "$(body 5)" = '[{"a":"x","b":7}]' ]
	put "$URL/?key=$key" --infer < <(printf 'a\n1\n""\n')
	[ "$(body 6)" = $'[{"a":1},\n{"a":null}]' ]
}

@test "--infer and --schema together: what the schema does not name is inferred" {
	echo '{"fields": [{"name": "a"}]}' >s.json
	put "$URL/?key=$key" --infer --schema s.json < <(printf 'a,b\n1,2\n')
	[ "$(body 1)" = '[{"a":"1","b":2}]' ]
}

@test "ndjson: an object a line; csv: the header with each request" {
	given_rows 3 >in.csv
	put "$URL/?key=$key" --to ndjson in.csv
	went_well
	[ "$(body 1)" = '{"n":"1","name":"row 1"}
{"n":"2","name":"row 2"}
{"n":"3","name":"row 3"}' ]
	[ "$(request 1 .headers.\"content-type\")" = application/x-ndjson ]
	put "$URL/?key=$key" --to csv --batch-rows 2 in.csv
	went_well
	[ "$(body 2)" = $'n,name\n1,row 1\n2,row 2' ]
	[ "$(body 3)" = $'n,name\n3,row 3' ]
	[ "$(request 3 .headers.\"content-type\")" = text/csv ]
}

@test "csv: fields keep their bytes; other dialects become our own" {
	put "$URL/?key=$key" --to csv < <(printf '"a",b\r\n"x",\xff\0\r\n1,""\r\n')
	went_well
	[ "$(request 1 .sha256)" = "$(printf '"a",b\n"x",\xff\0\n1,""\n' | sha256sum | cut -d ' ' -f 1)" ]
	put "$URL/?key=$key" --to csv --tsv < <(printf 'a\tb,c\n1\tx"y\n')
	[ "$(body 2)" = $'a,"b,c"\n1,"x""y"' ]
	put "$URL/?key=$key" --to csv -d ';' < <(printf 'a;b\n"1;2";"x,y"\n')
	[ "$(body 3)" = $'a,b\n"1;2","x,y"' ]
	put "$URL/?key=$key" --to csv -N < <(printf '1,2\n')
	[ "$(body 4)" = 1,2 ]
	put "$URL/?key=$key" --to csv --header 'x,"y z"' < <(printf '1,2\n')
	[ "$(body 5)" = $'x,"y z"\n1,2' ]
	put "$URL/?key=$key" --to csv < <(printf 'a\n\n1\n')
	[ "$(body 6)" = $'a\n""\n1' ]
}

@test "json: other dialects, headerless input, CRLF, BOM, no final newline" {
	put "$URL/?key=$key" --tsv --tsv-escape < <(printf '\xef\xbb\xbfa\tb\r\n1\t"\\t"')
	[ "$(body 1)" = '[{"a":"1","b":"\"\t\""}]' ]
	put "$URL/?key=$key" -N < <(printf '1,2')
	[ "$(body 2)" = '[{"1":"1","2":"2"}]' ]
	put "$URL/?key=$key" --header a,b < <(printf '1,2\n')
	[ "$(body 3)" = '[{"a":"1","b":"2"}]' ]
	put "$URL/?key=$key" --rename-header 'x y,é' < <(printf 'a,b\n1,2\n')
	[ "$(body 4)" = '[{"x y":"1","é":"2"}]' ]
	# The delimiter would make a character of the two halves beside it, and is none itself.
	put "$URL/?key=$key" -d $'\xa9' < <(printf 'a\xa9b\n\xc3\xa9\xa9\n')
	ended 1 "stdin:2: 3 fields where there are 2 columns"
	put "$URL/?key=$key" -d $'\xc3' < <(printf 'a\xc3b\nx\xc3\xa9\n')
	ended 1 "stdin:2: column 'b': not UTF-8"
}

@test "several files, and standard input among them" {
	given_rows 1 >one.csv
	printf 'n,name\n3,z\n' >three.csv
	put "$URL/?key=$key" one.csv - three.csv < <(printf 'n,name\n2,y\n')
	went_well
	[ "$(body 1 | jq -c '[.[].n]')" = '["1","2","3"]' ]
	put "$URL/?key=$key" one.csv none.csv
	ended 2 'none.csv: No such file'
	requested 1
}

# Random records, and the SHA-256 of what is to be sent of them; the shortest field has so many pieces.
given_random() { # LEAST
	python3 - "$1" <<-'END'
	import csv, hashlib, json, random, sys
	random.seed(7)
	least = int(sys.argv[1])
	pieces = ["a", "é", "€", "😀", '"', '""', ",", "\n", "\r\n", "\\", "\x01", "\x10\x1f", "\t", " ", "0", "x" * 300, "\x7f", "/"]
	names = ["one", 'two"', "th,ree", "\\four\n"]
	rows = [["".join(random.choices(pieces, k=random.choice([least, 1, 3, 20]))) for _ in names] for _ in range(3000)]
	with open("in.csv", "w", newline="") as file:
	    out = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
	    out.writerows([names] + rows)
	objects = (json.dumps(dict(zip(names, row)), ensure_ascii=False, separators=(",", ":")) for row in rows)
	text = "[" + ",\n".join(objects) + "]\n"
	print(hashlib.sha256(text.encode()).hexdigest(), file=open("wanted", "w"))
	END
}

@test "random records arrive as an independent writer has them, for all blocks and both scanners" {
	given_random 0
	for block in 1 64 262144; do
		ETL_BLOCK=$block put "$URL/?key=$key" in.csv
		went_well
	done
	# libcsv does not tell a quoted field from an unquoted one: with it there are no empty ones.
	given_random 1
	ETL_SCAN=libcsv put "$URL/?key=$key" in.csv
	went_well
	[ "$(request 4 .sha256)" = "$(cat wanted)" ]
	given_random 0
	for n in 1 2 3; do
		[ "$(request $n .sha256)" = "$(cat wanted)" ]
	done
}

# ---- what cannot be sent

@test "invalid UTF-8 is refused with its place, before anything is sent" {
	put "$URL/?key=$key" --batch-rows 10 < <(given_rows 3000; printf '5,caf\xe9\n')
	ended 1 "stdin:3002: column 'name': not UTF-8: 'caf"
	for bytes in '\xc3' '\xed\xa0\x80' '\xc0\x80' '\xf4\x90\x80\x80' '\x80'; do
		put "$URL/?key=$key" --to ndjson < <(printf "a,b\n1,x\n2,\"$bytes\"\n")
		ended 1 "stdin:3: column 'b': not UTF-8"
	done
	put "$URL/?key=$key" < <(printf 'a,\xff\n1,2\n')
	ended 1 'stdin: column 2: its name is not UTF-8'
	requested 0
}

@test "a name that is there twice is refused: an object would lose a value" {
	put "$URL/?key=$key" < <(printf 'a,b,a\n1,2,3\n')
	ended 1 "stdin: two columns are called 'a', which an object cannot have"
	requested 0
	put "$URL/?key=$key" --to csv < <(printf 'a,b,a\n1,2,3\n')
	went_well
}

@test "--rejects: the bad records go to the file, the others are sent" {
	echo '{"fields": [{"name": "n", "type": "integer"}]}' >s.json
	printf 'n,name\n1,a\nx,b\n3,\xff\n4\n5,e\n' >in.csv
	put "$URL/?key=$key" --schema s.json --rejects r.csv --ragged reject in.csv
	ended 0 '3 of 5 records rejected'
	[ "$(body 1)" = $'[{"n":1,"name":"a"},\n{"n":5,"name":"e"}]' ]
	[ "$(etl cut -f line,column,code r.csv)" = $'line,column,code\n3,n,type\n4,name,utf8\n5,,ragged' ]
	put "$URL/?key=$key" --schema s.json --max-rejects 1 --ragged reject in.csv
	ended 1 'more than 1 reject'
	put "$URL/?key=$key" --schema s.json --max-rejects 10% --ragged reject in.csv
	ended 1 '10%'
	requested 1
}

@test "malformed input of every kind: status 1, file and line, nothing sent" {
	printf 'a,b\n1,x"y\n' >stray
	printf 'a,b\n1\n' >ragged
	{ printf 'a,b\n1,"x'; seq 100000; } >open
	printf '\xff\xfea\0,\0' >utf16
	printf 'a,b\n1,x\ry\n' >cr
	{ printf 'a,b\n1,'; head -c 70000 /dev/zero | tr '\0' x; echo; } >long
	for file in stray ragged open utf16 cr; do
		put "$URL/?key=$key" --batch-rows 1 $file
		ended 1 "$file"
	done
	put "$URL/?key=$key" --max-field 64K long
	ended 1 'long:2: more than 65536 bytes in a field'
	requested 0
	put "$URL/?key=$key" --lenient stray
	ended 0 'mended'
	[ "$(body 1)" = '[{"a":"1","b":"x\"y"}]' ]
	put "$URL/?key=$key" --ragged fill ragged
	[ "$(body 2)" = '[{"a":"1","b":null}]' ]
	put "$URL/?key=$key" long
	went_well
	[ "$(body 3 | jq '.[0].b | length')" -eq 70000 ]
}

@test "--expect-rows: nothing is sent unless there are as many" {
	put "$URL/?key=$key" --expect-rows 4 --batch-rows 1 < <(given_rows 3)
	ended 1 '3 records came, 4 were expected'
	requested 0
	put "$URL/?key=$key" --expect-rows 3 < <(given_rows 3)
	went_well
}

@test "a header alone: a POST of nothing is not sent, a PUT empties the resource" {
	for form in json ndjson csv; do
		put "$URL/?key=$key" --to $form < <(echo a,b)
		went_well
	done
	requested 0
	for form in json ndjson csv; do
		put "$URL/?key=$key" --to $form --method PUT < <(echo a,b)
		went_well
	done
	[ "$(body 1)" = '[]' ]
	[ "$(request 2 .size)" -eq 0 ]
	[ "$(body 3)" = a,b ]
}

@test "no input at all is an error; that of a PUT must be meant" {
	for method in POST PUT; do
		put "$URL/?key=$key" --method $method </dev/null
		ended 1 'empty: there is no header'
	done
	put "$URL/?key=$key" --method PUT < <(:)
	ended 75 'nothing came, and nothing says that this is all'
	requested 0
	put "$URL/?key=$key" --allow-empty < <(:)
	went_well
	requested 0
	put "$URL/?key=$key" --allow-empty --method PUT < <(:)
	went_well
	[ "$(body 1)" = '[]' ]
}

# ---- batches and keys

@test "--batch-rows: as many requests as it takes, in order" {
	given_rows 10 >in.csv
	put "$URL/?key=$key" --batch-rows 4 in.csv
	went_well
	requested 3
	[ "$(for n in 1 2 3; do body $n; done | jq -s -c '[.[] | [.[].n | tonumber]]')" = '[[1,2,3,4],[5,6,7,8],[9,10]]' ]
	put "$URL/?key=$key" --batch-rows 5 in.csv
	requested 5
	put "$URL/?key=$key" --batch-rows 1 in.csv
	requested 15
	put "$URL/?key=$key" in.csv
	requested 16
}

@test "--batch-bytes: no body is larger, unless of a record that alone is" {
	given_rows 1000 >in.csv
	for form in json ndjson csv; do
		key=$BATS_TEST_NUMBER.$form
		put "$URL/?key=$key" --batch-bytes 1000 --to $form in.csv
		went_well
		grep "key=$key[&\"]" "$LOG" | jq .size >sizes
		[ "$(sort -n sizes | tail -1)" -le 1000 ]
		# None is smaller than it must be, the last aside.
		[ "$(sed '$d' sizes | sort -n | head -1)" -gt 950 ]
	done
	for n in $(seq "$(wc -l <sizes)"); do body "$n" | sed 1d; done >rows
	sed 1d in.csv | cmp - rows
	key=$BATS_TEST_NUMBER.large
	put "$URL/?key=$key" --batch-bytes 1K < <(echo a; echo 1; head -c 3000 /dev/zero | tr '\0' x; echo; echo 2)
	[ "$(grep "key=$key[&\"]" "$LOG" | jq -r .size | tr '\n' ' ')" = '12 3011 12 ' ]
	put "$URL/?key=$key.both" --batch-bytes 1000 --batch-rows 3 in.csv
	key=$key.both requested 334
}

@test "the Idempotency-Key is what the manual says, the same whenever the same is sent" {
	cat >key.py <<-'END'
	import hashlib, sys, uuid
	uri, load, number = (a.encode() for a in sys.argv[1:])
	digest = hashlib.sha256(uri + b"\0" + load + b"\0" + number + b"\0" + sys.stdin.buffer.read()).digest()
	value = bytearray(digest[:16])
	value[6] = value[6] & 15 | 128
	value[8] = value[8] & 63 | 128
	print(uuid.UUID(bytes=bytes(value)))
	END
	given_rows 3 >in.csv
	put "$URL/?key=$key" --batch-rows 2 in.csv
	put "$URL/?key=$key" --batch-rows 2 --load-name noon in.csv
	put "http://me:canary@127.0.0.1:$PORT/?key=$key" --batch-rows 2 in.csv
	requested 6
	for n in 1 2; do
		[ "$(request $n '.headers["idempotency-key"]')" = "$(body $n | python3 key.py "$URL/?key=$key" '' $n)" ]
		[ "$(request $((n + 2)) '.headers["idempotency-key"]')" = "$(body $n | python3 key.py "$URL/?key=$key" noon $n)" ]
		[ "$(request $((n + 4)) '.headers["idempotency-key"]')" = "$(request $n '.headers["idempotency-key"]')" ]
	done
	put "$URL/?key=$key" --method PUT in.csv
	[ "$(request 7 '.headers["idempotency-key"]')" = null ]
}

# ---- answers

@test "2xx acknowledges, whatever else is said" {
	for code in 200 201 202 204 299; do
		put "$URL/?key=$key&status=$code&page=whatever" < <(given_rows 2)
		went_well
	done
	requested 5
}

@test "4xx: status 2 at once, with what the server says" {
	for code in 400 401 403 404 405 409 415 422 418; do
		put "$URL/?key=$key.$code&status=$code&page=bad+amount" < <(given_rows 2)
		ended 2 "answered $code" '; it says: bad amount' 'nothing was acknowledged'
		said_not 'not known'
		[ "$(wc -l <err)" -eq 2 ]
		key=$key.$code requested 1
	done
	put "$URL/?key=$key&status=413" < <(given_rows 2)
	ended 2 'answered 413 content too large: --batch-rows or --batch-bytes makes it smaller'
	put "$URL/?status=413" --method PUT < <(given_rows 2)
	ended 2 'answered 413 content too large'
	said_not batch
	put "$URL/?key=$key&status=501" < <(given_rows 2)
	ended 2 'answered 501 not implemented'
	requested 2
}

@test "what the server says is one line, cut, its control bytes escaped; no page for browsers" {
	put "$URL/?status=400&page=%7B%0A%20%20%22error%22:%0D%0A%09%22no%22%0A%7D%0A" < <(given_rows 1)
	ended 2 'it says: { "error": "no" }'
	put "$URL/?status=400&page=a%1B%5B31mb%7F%07" < <(given_rows 1)
	ended 2 'it says: a\x1b[31mb\x7f\x07'
	put "$URL/?status=400&echo=x-say" -H "X-Say: $(printf 'y%.0s' $(seq 1000))" < <(given_rows 1)
	ended 2 "it says: $(printf 'y%.0s' $(seq 200))..."
	said_not "$(printf 'y%.0s' $(seq 201))"
	put "$URL/?status=400&type=text/html;charset=x&page=%3Chtml%3E" < <(given_rows 1)
	ended 2 'answered 400 bad request'
	said_not 'it says'
	put "$URL/?status=400&page=%20%0A" < <(given_rows 1)
	said_not 'it says'
	put "$URL/?status=400&page=%25s%25n%25s" < <(given_rows 1)
	ended 2 'it says: %s%n%s'
}

@test "429, 408, and 503 with a time, turn the request away: it is sent again" {
	given_rows 2 >in.csv
	for query in status=429 status=408 'status=503&retry=0' 'status=429&retry=0'; do
		put "$URL/?key=$key.$((++n))&$query&times=2" in.csv
		ended 0 'try 3 of 6'
		key=$key.$n requested 3
	done
	put "$URL/?key=$key&status=429" --retries 1 in.csv
	ended 75 'try 2 of 2' 'answered 429 too many requests' 'nothing was acknowledged'
	said_not 'not known'
	# The tries are counted anew for each batch.
	put "$URL/?key=$key.b&status=429&good=3" --retries 2 --batch-rows 1 in.csv
	ended 0 'batch 1 (record 1): answered 429' 'batch 2 (record 2): answered 429'
	key=$key.b requested 6
	local start=$EPOCHREALTIME
	put "$URL/?status=503&times=1&retry=1&key=$key.wait" in.csv
	ended 0
	[ "$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))" -ge 1000 ]
}

@test "5xx: a POST may have been taken, so it is sent once; one that is declared idempotent, and a PUT, again" {
	given_rows 2 >in.csv
	for code in 500 502 503 504; do
		put "$URL/?key=$key.$code&status=$code&times=2" in.csv
		ended 75 "answered $code" 'not sent again, since it may have been taken (see --idempotent)' \
			'nothing was acknowledged; whether the request was taken is not known'
		key=$key.$code requested 1
		put "$URL/?key=$key.i$code&status=$code&times=2" --idempotent in.csv
		ended 0 'try 3 of 6'
		grep "key=$key.i$code[&\"]" "$LOG" | jq -r '.headers["idempotency-key"] + .sha256' | sort -u >keys
		[ "$(wc -l <keys)" -eq 1 ]
		key=$key.i$code requested 3
		put "$URL/?key=$key.p$code&status=$code&times=2" --method PUT in.csv
		ended 0 'try 3 of 6'
		key=$key.p$code requested 3
	done
	put "$URL/?key=$key&status=500" --idempotent --retries 1 in.csv
	ended 75 'whether the request was taken is not known'
}

@test "a lost connection: likewise" {
	given_rows 2 >in.csv
	for fault in drop=body mute=1 cuthead=1; do
		put "$URL/?key=$key.$fault&$fault" in.csv
		ended 75 'not sent again' 'whether the request was taken is not known'
		key=$key.$fault requested 1
		put "$URL/?key=$key.i$fault&$fault&times=2" --idempotent in.csv
		ended 0 'try 3 of 6'
		key=$key.i$fault requested 3
		put "$URL/?key=$key.p$fault&$fault&times=2" --method PUT in.csv
		ended 0 'try 3 of 6'
		put "$URL/?key=$key.q$fault&$fault" --method PUT --retries 1 in.csv
		ended 75 'try 2 of 2' 'whether the request was taken is not known'
	done
}

@test "a refusal that follows a lost try does not make that one known" {
	put "$URL/?key=$key&drop=body&times=1&auth=a:b" --idempotent < <(given_rows 2)
	ended 2 'answered 401' 'whether the request was taken is not known'
	requested 2
}

@test "nothing was sent: a POST is tried again" {
	given_rows 2 >in.csv
	put http://127.0.0.1:1/ --retries 1 in.csv
	ended 75 'failed to connect' 'try 2 of 2' 'nothing was acknowledged'
	said_not 'not known'
	put http://nowhere.invalid/ --retries 1 in.csv
	ended 75 'could not resolve host' 'try 2 of 2'
	said_not 'not known'
	put "https://localhost:$DROP/" --retries 1 in.csv
	ended 75 'try 2 of 2'
	said_not 'not known'
}

@test "a connection lost before the body has left: a POST is tried again" {
	{ echo a; head -c 2000000 /dev/zero | tr '\0' x; echo; } >in.csv
	put "$URL/?key=$key&drop=head&times=2" in.csv
	ended 0 'try 3 of 6'
	requested 3
	[ "$(request 3 .size)" -gt 2000000 ]
	put "$URL/?drop=head" --retries 1 in.csv
	ended 75 'try 2 of 2' 'nothing was acknowledged'
	said_not 'not known'
}

@test "an answer whose own body is cut is an answer" {
	put "$URL/?key=$key&page=$(printf 'y%.0s' $(seq 500))&cut=100" < <(given_rows 2)
	went_well
	requested 1
	put "$URL/?key=$key&page=$(printf 'y%.0s' $(seq 500))&cut=100&status=400" < <(given_rows 2)
	ended 2 'answered 400 bad request; it says: yyy'
}

@test "a connection that was kept and is closed without an answer: a POST is still sent once" {
	given_rows 4 >in.csv
	put "$URL/?key=$key&keep=1&mute=1&from=2&times=2" --batch-rows 2 in.csv
	ended 75 'batch 2 (records 3 to 4)' '1 batch (2 of 4 records) was acknowledged; whether batch 2 was taken is not known'
	requested 2
	put "$URL/?key=$key.i&keep=1&mute=1&from=2&times=2" --batch-rows 2 --idempotent in.csv
	ended 0
	key=$key.i requested 3
}

@test "the connection is kept from one request to the next where that is safe" {
	given_rows 4 >in.csv
	for option in --idempotent --retries=5; do
		put "$URL/?key=$key.$option&keep=1" --batch-rows 1 $option in.csv
		went_well
		grep "key=$key.$option&" "$LOG" | jq .port | sort -u | wc -l >>connections
	done
	[ "$(tr '\n' ' ' <connections)" = '1 4 ' ]
}

@test "an answer that comes before the body has been sent" {
	{ echo a; head -c 6000000 /dev/zero | tr '\0' x | fold -w 1000; echo; } >in.csv
	put "$URL/?key=$key&early=1&status=413" in.csv
	ended 2 'answered 413' 'nothing was acknowledged'
	[ "$(request 1 .headers.expect)" = 100-continue ]
	put "$URL/?early=drain&status=422&page=early" in.csv
	ended 2 'answered 422' 'it says: early'
	put "$URL/?key=$key.i&early=1&status=503" --retries 1 --idempotent in.csv
	ended 75 'answered 503' 'try 2 of 2'
	# It has said that all is well, but has not seen all of it.
	put "$URL/?key=$key.o&early=1&status=200" in.csv
	ended 2 'answered 200 before it had the records'
	put "$URL/?key=$key.w" in.csv
	went_well
	[ "$(key=$key.w request 1 .size)" -gt 6000000 ]
}

@test "307 and 308 lead the records elsewhere, other redirects do not" {
	given_rows 2 >in.csv
	for code in 307 308; do
		put "$URL/?to=/%3Fkey=$key.$code&code=$code" --method PUT in.csv
		went_well
		key=$key.$code requested 2
		[ "$(key=$key.$code request 2 .path)" = "/?key=$key.$code" ]
		[ "$(key=$key.$code request 2 .method)" = PUT ]
		[ "$(key=$key.$code body 2 | jq length)" -eq 2 ]
	done
	for code in 301 302 303; do
		put "$URL/?key=$key&to=/%3Fkey=$key.$code%26token=s&code=$code" in.csv
		ended 2 "answered $code, a redirect to $URL/; records follow only 307 and 308" 'is not known'
		key=$key.$code requested 0
	done
	requested 3
	put "$URL/?key=$key&status=304" in.csv
	ended 2 'answered 304, which acknowledges nothing'
	put "$URL/?key=$key.5&hops=5" in.csv
	went_well
	put "$URL/?key=$key.6&hops=6" in.csv
	ended 2 'more than 5 redirects'
	for to in file:///etc/passwd "$FTP/size/9" gopher://h/; do
		put "$URL/?to=$to" in.csv
		ended 2 'a redirect may lead to http and https only'
	done
	put "$TLS/?to=$URL/%3Fkey=$key.plain" --cacert "$CERT" in.csv
	ended 2 'a redirect from https to http is refused'
	key=$key.plain requested 1
}

@test "logins and secret headers go to their own host, and into no message" {
	printf 'Authorization: Bearer canary-1\nX-Api-Key: canary-2\n' >secret
	given_rows 1 >in.csv
	put "$URL/?key=$key&to=http://localhost:$PORT/%3Fkey=$key.other" --header-file secret in.csv
	went_well
	[ "$(request 1 .headers.authorization)" = 'Bearer canary-1' ]
	key=$key.other requested 2
	[ "$(key=$key.other request 2 '.headers["x-api-key"]')" = null ]
	[ "$(key=$key.other request 2 .headers.authorization)" = null ]
	for name in authorization x-api-key; do
		put "$URL/?status=401&echo=$name" --header-file secret in.csv
		ended 2 'answered 401'
		said_not canary
		said_not 'it says'
	done
	put "http://me:canary@127.0.0.1:$PORT/?status=400&echo=x-say" -H 'X-Say: canary' in.csv
	ended 2 'http://me:***@127.0.0.1'
	said_not canary
	put "http://me:canary@127.0.0.1:$PORT/?auth=me:canary" in.csv
	went_well
	printf 'machine 127.0.0.1 login me password canary\n' >netrc
	put "$URL/?auth=me:canary" --netrc-file netrc in.csv
	went_well
	put "$URL/?auth=me:canary" in.csv
	ended 2 'answered 401 unauthorized: give a login by --netrc or a token by --header-file'
	for name in Authorization Content-Type Idempotency-Key Expect; do
		put "$URL/" -H "$name: canary" in.csv
		ended 2
		said_not canary
	done
	put "$URL/?key=$key.plain" -H 'X-Plain: 1' in.csv
	[ "$(key=$key.plain request 1 '.headers["x-plain"]')" = 1 ]
}

@test "a secret is in no argument of a process" {
	printf 'X-Api-Key: canary\n' >secret
	given_rows 1 >in.csv
	"${HTTP%/*}/etl-load" "$URL/?key=$key&hang=1" --header-file=secret in.csv 2>err 3>&- &
	local pid=$! args=''
	for _ in $(seq 100); do
		requested 1 >/dev/null && break
		sleep 0.05
	done
	args=$(tr '\0' ' ' <"/proc/$pid/cmdline"; ps -o args= --ppid "$pid")
	kill "$pid"
	wait "$pid" || :
	[[ $args == *--header-file=secret* ]]
	[[ $args != *canary* ]]
	[ "$(request 1 '.headers["x-api-key"]')" = canary ]
}

@test "TLS is verified before anything is sent; inside addresses can be refused" {
	given_rows 1 >in.csv
	put "$TLS/?key=$key" in.csv
	ended 2 'certificate' 'nothing was acknowledged'
	put "$URL/?key=$key" --public-only in.csv
	ended 2 'is loopback; --public-only refuses it'
	requested 0
	put "$TLS/?key=$key" --cacert "$CERT" in.csv
	went_well
	requested 1
}

# ---- what is said

@test "batches: how much was acknowledged is said, and is in the record of the run" {
	given_rows 80 >in.csv
	put "$URL/?key=$key&status=422&from=4&page=row+31" --batch-rows 10 in.csv
	ended 2 "$URL/?key=$key&status=422&from=4&page=row+31: batch 4 (records 31 to 40): answered 422 unprocessable content; it says: row 31" \
		'3 batches (30 of 80 records) were acknowledged'
	said_not 'not known'
	requested 4
	status=0
	etl load "$URL/?key=$key.s&status=500&from=4" --batch-rows=10 in.csv --stats s 2>err || status=$?
	ended 75 '3 batches (30 of 80 records) were acknowledged; whether batch 4 was taken is not known'
	said_not 'nothing was committed'
	[ "$(jq -c '[.in, .out, .rejected, .status]' s)" = '[80,30,0,75]' ]
	put "$URL/?key=$key.t&status=400&from=12" --batch-rows 1000 < <(given_rows 12345)
	ended 2 'batch 12 (records 11,001 to 12,000)' '11 batches (11,000 of 12,345 records) were acknowledged'
}

@test "through etl-load: formats, -v, the record; what came before the first request left no trace" {
	given_rows 2 >in.csv
	etl load "$URL/?key=$key" in.csv -v --stats s 2>err
	[ "$(cat err)" = "etl-load: $URL/?key=$key: 2 records loaded" ]
	[ "$(jq -c '[.in, .out, .bytes_out, .status]' s)" = "[2,2,$(request 1 .size),0]" ]
	etl load "$URL/?key=$key" --to ndjson --infer --method=PUT in.csv
	[ "$(body 2)" = $'{"n":1,"name":"row 1"}\n{"n":2,"name":"row 2"}' ]
	etl cut -f n in.csv | etl load "$URL/?key=$key" --to csv
	[ "$(body 3)" = $'n\n1\n2' ]
	requested 3
	status=0
	etl load "$URL/?key=$key" --expect-rows 3 in.csv 2>err >out || status=$?
	ended 1 "etl-load: $URL/?key=$key: nothing was committed"
	for words in '--mode replace' '--table t' '--after f'; do
		status=0
		etl load "$URL/?key=$key" $words in.csv 2>err || status=$?
		ended 2 "unknown option '${words%% *}' of connector 'http'"
	done
	status=0
	etl load out.txt --to yaml in.csv 2>err || status=$?
	ended 2 "option --to: 'yaml' is none of json, ndjson, csv"
	status=0
	etl load out.txt --infer in.csv 2>err || status=$?
	ended 2 'option --infer: the target is a file'
	etl load out.txt --to csv in.csv
	cmp in.csv out.txt
	requested 3
}

@test "ftp and sftp take no records" {
	given_rows 1 >in.csv
	for scheme in ftp sftp; do
		status=0
		etl load "$scheme://127.0.0.1:1/x" in.csv 2>err >out || status=$?
		ended 2 "connector '$scheme' cannot put"
	done
	put "$FTP/x" in.csv
	ended 2 'records go to http and https alone'
}

# ---- ends

@test "an upstream that failed or was killed: nothing is sent" {
	given_rows 3000 >in.csv
	printf 'a\n"x"y\n' >bad.csv
	status=0
	etl cut bad.csv 2>/dev/null | timeout 30 "$HTTP" put "$URL/?key=$key" 2>err >out || status=$?
	ended 1 'ended with status 1'
	for loader in "$HTTP put" "${HTTP%/*}/etl-load"; do
		status=0
		(sleep 0.7 && kill -9 "$(cat pid)") 3>&- &
		{ cat in.csv; sleep 2; } | sh -c 'echo $$ >pid; exec "$0"' "${HTTP%/*}/etl-cut" |
			timeout 30 $loader "$URL/?key=$key" --batch-rows=10 2>err >out || status=$?
		ended 75 'was killed before its end'
	done
	said 'nothing was committed'
	requested 0
}

@test "--require-clean refuses what nobody vouches for" {
	put "$URL/?key=$key" --require-clean < <(given_rows 3)
	ended 75 'nothing says that the program upstream finished'
	requested 0
	given_rows 3 >in.csv
	put "$URL/?key=$key" --require-clean < <(etl cut -f n in.csv)
	went_well
}

@test "killed by a signal between two batches: says what was acknowledged" {
	given_rows 4 >in.csv
	for signal in TERM INT HUP; do
		env --default-signal=INT "$HTTP" put "$URL/?key=$key.$signal&hang=1&from=2" --batch-rows 2 in.csv 2>err >out 3>&- &
		local pid=$!
		for _ in $(seq 100); do
			[ "$(grep -c "key=$key.$signal&" "$LOG")" -lt 2 ] || break
			sleep 0.05
		done
		kill -$signal $pid
		status=0
		wait $pid || status=$?
		ended $((128 + $(kill -l $signal))) '1 batch (2 of 4 records) was acknowledged; whether batch 2 was taken is not known'
	done
}

@test "the connector is killed while it sends: etl-load says that nobody knows" {
	given_rows 4 >in.csv
	"${HTTP%/*}/etl-load" "$URL/?key=$key&hang=1" in.csv 2>err >out 3>&- &
	local pid=$!
	for _ in $(seq 100); do
		requested 1 >/dev/null && break
		sleep 0.05
	done
	kill -9 "$(ps -o pid= --ppid "$pid")"
	status=0
	wait "$pid" || status=$?
	ended 75 "connector 'http' was killed by signal 9" 'killed while sending: nobody knows how much of it was taken'
}

@test "a server that does not answer, or takes nothing: status 75" {
	given_rows 2 >in.csv
	put "$URL/?key=$key&hang=1" --low-speed 1 in.csv
	ended 75 'less than 10 bytes/sec' 'is not known'
	requested 1
	put "$URL/?hang=1" --max-time 0.5 --idempotent in.csv
	ended 75 'timed out'
	local start=$SECONDS
	put "$URL/?status=503&retry=50" --max-time 5 in.csv
	ended 75 '--max-time leaves no time for another try'
	[ $((SECONDS - start)) -le 2 ]
}

@test "usage: status 2 and what is wanted, before anything is read or sent" {
	given_rows 1 >in.csv
	put "$URL/?key=$key" --method PATCH in.csv
	ended 2 "option --method: 'PATCH' is none of POST, PUT"
	put "$URL/?key=$key" --to xml in.csv
	ended 2 "option --to: 'xml' is none of json, ndjson, csv"
	for words in '--batch-rows 5' '--batch-bytes 5'; do
		put "$URL/?key=$key" --method PUT $words in.csv
		ended 2 'each PUT replaces what the one before has put there'
	done
	for words in '--infer' '--schema s' '--null x'; do
		put "$URL/?key=$key" --to csv $words in.csv
		ended 2 'CSV has neither types nor null'
	done
	for type in '' text / text/ /csv $'a/b\r\nX: y' $'a/b\x7f'; do
		put "$URL/?key=$key" --content-type "$type" in.csv
		ended 2 'is not TYPE/SUBTYPE'
	done
	put "$URL/?key=$key" --batch-rows x in.csv
	ended 2 "'x' is not a whole number"
	put "$URL/?key=$key" --stream in.csv
	ended 2 'option --stream is for get'
	put "$URL/?key=$key" --idempotant in.csv
	ended 2 "did you mean '--idempotent'?"
	put ssh://h/ in.csv
	ended 2 'the protocol is none of'
	requested 0
	put "$URL/?key=$key" --content-type 'application/vnd.api+json; x=y' in.csv
	[ "$(request 1 '.headers["content-type"]')" = 'application/vnd.api+json; x=y' ]
}

@test "odd descriptors, no room for what waits: status 2, nothing sent" {
	given_rows 30000 >in.csv
	put "$URL/?key=$key" <&-
	ended 2
	put "$URL/?key=$key" <.
	ended 2 'Is a directory'
	put "$URL/?key=$key" . </dev/null
	ended 2 'Is a directory'
	TMPDIR=/nonexistent put "$URL/?key=$key" in.csv
	ended 2 /nonexistent
	status=0
	bash -c 'ulimit -f 100; exec "$HTTP" put "$1" in.csv' - "$URL/?key=$key" 2>err >out || status=$?
	ended 2 'temporary file (see TMPDIR): File too large'
	requested 0
	mkdir tmp
	env -i TMPDIR=tmp "$HTTP" put "$URL/?key=$key" in.csv >&- 2>&- <&-
	requested 1
	[ -z "$(ls -A tmp)" ]
}

@test "memory stays the same however much there is" {
	[ -x /usr/bin/time ] || skip 'no time(1)'
	[ -z "${ETL_BIN##*asan*}" ] && [ -n "${ETL_BIN:-}" ] && skip 'measures nothing under AddressSanitizer'
	given_rows 300000 >in.csv
	/usr/bin/time -f %M -o peak "$HTTP" put "$URL/?key=$key" --infer in.csv
	[ "$(request 1 .size)" -gt 9000000 ]
	/usr/bin/time -f %M -o small "$HTTP" put "$URL/?key=$key" --infer <<<$'a,b\n1,2'
	[ "$(cat peak)" -le "$(($(cat small) + 2048))" ]
}
