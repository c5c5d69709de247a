#!/usr/bin/env bats
load setup

@test "an array of objects becomes records: nested names, arrays as text, numbers as they are written" {
	cat >f.json <<-'X'
	[{"id": 1, "at": {"lat": 48.10, "note": "x,y"}},
	 {"id": 20e3, "tags": ["a", 1], "more": {}, "at": {"note": ""}, "ok": true},
	 {"id": null, "name": "\ud83d\ude00 \"q\""}]
	X
	want=$'id,at.lat,at.note,tags,more,ok,name\n1,48.10,"x,y",,,,\n20e3,,"","[""a"", 1]",{},true,\n,,,,,,"😀 ""q"""'
	for block in 1 5 262144; do
		ETL_BLOCK=$block try etl-extract --from json f.json
		prints "$want"
		ETL_BLOCK=$block ETL_SCAN=libcsv try etl-extract --from json - <f.json
		prints "$want"
	done
	gzip -k f.json
	try etl-extract --from json f.json.gz
	prints "$want"
}

@test "lines, objects one behind the other, and arrays one behind the other are the same" {
	printf '{"a":1}\r\n\n{"a":2,"b":"x"}' >f
	for form in ndjson json; do
		try etl-extract --from "$form" f
		prints $'a,b\n1,\n2,x'
	done
	printf '[{"a":1}][]\n[{"a":2,"b":"x"}]' >f
	try etl-extract --from json f
	prints $'a,b\n1,\n2,x'
	printf '\xef\xbb\xbf{"a":1}' >g
	try etl-extract --from ndjson g g
	prints $'a\n1\n1'
}

@test "--path goes to the array in each object, whatever is around it" {
	printf '{"meta":{"items":[9]},"data":{"n":3,"items":[{"a":1},{"a":2}],"z":"]"}}{"data":{"items":[]}}' >f
	for block in 1 262144; do
		ETL_BLOCK=$block try etl-extract --from json --path data.items f
		prints $'a\n1\n2'
	done
	# A number beside the path, wherever a block of the input ends in it.
	printf '{"n":-12.50e+07,"w":true,"a":[{"b":1}],"m":[1,2.5],"z":0.1e-2\n}' >numbers
	for block in $(seq 1 40); do
		ETL_BLOCK=$block try etl-extract --from json --path a numbers
		prints $'b\n1'
	done
	try etl-extract --from json --path data.n f
	fails 1 "f:1: byte 35: an array was expected: '3,"
	try etl-extract --from json --path data.other f
	fails 1 'there is nothing called other'
	try etl-extract --from json --path meta.items f
	fails 1 "an object was expected: '9]"
	printf '{"a":[],"a":[]}' >f
	try etl-extract --from json --path a f
	fails 1 'a name for the second time'
	try etl-extract --from json --path a. f
	fails 2 "'a.' is not names"
	try etl-extract --from ndjson --path a f
	fails 2 'option --path goes with --from json'
}

@test "--columns: those, as they come; an object as text where no member of it is named" {
	printf '{"a":{"b":1,"c":{"d":2}},"e":3}\n{"e":"","f":1}\n' >f
	try etl-extract --from ndjson --columns e,a.c,x f
	prints $'e,a.c,x\n3,"{""d"":2}",\n"",,'
	try etl-extract --from ndjson --columns a.c.d f
	prints $'a.c.d\n2\n""'
	try etl-extract --from ndjson --columns '"a",e' f
	prints $'a,e\n"{""b"":1,""c"":{""d"":2}}",3\n,""'
	try etl-extract --from ndjson --columns a,b,a f
	fails 2 "'a' is named twice"
	try etl-extract --from ndjson --columns a,,b f
	fails 2 'a name is missing'
	try etl-extract --columns a f
	fails 2 'option --columns goes with --from json and --from ndjson'
}

@test "with --columns a record leaves before the next one comes" {
	mkfifo in out
	etl-extract --from ndjson --columns a <in >out 3>&- &
	exec 7>in 8<out
	echo '{"a":1}' >&7
	read -r -t 20 line <&8
	[ "$line" = a ]
	read -r -t 20 line <&8
	[ "$line" = 1 ]
	exec 7>&-
	wait $!
}

@test "nothing: no value, no record, no name" {
	printf '' >f
	try etl-extract --from json f
	fails 1 'f: empty'
	try etl-extract --from ndjson --columns a f
	prints a
	try etl-extract --from json --allow-empty f
	prints ''
	echo '[]' >f
	try etl-extract --from json f
	fails 1 'there are no columns (--columns gives them'
	try etl-extract --from json --columns a f
	prints a
	echo '[{}, {"a":null}, {"a":"x\ny"}, {}]' >f
	try etl-extract --from json f
	prints $'a\n""\n""\n"x\ny"\n""'
	echo '[{}, {"a":"x\ny"}, {"b":1}]' >f
	try etl-extract --from json f
	prints $'a,b\n,\n"x\ny",\n,1'
}

@test "malformed: status 1, with line and byte, and nothing under -o" {
	while IFS='|' read -r form text message; do
		printf '%b' "$text" >f
		for block in 1 262144; do
			ETL_BLOCK=$block try etl-extract --from "$form" -o out f
			fails 1 "etl-extract: f:$message"
			[ ! -e out ]
		done
	done <<-'X'
	ndjson|{"a":1}\n{"a":"\\ud83d"}\n|2: byte 7: no such character
	json|[{"a":1},\n{"a":"\\udc00x"}]|2: byte 7: no such character
	json|[{"a":"\xff                      "}]|1: byte 8: not UTF-8: '
	ndjson|{"a":"\x00"}\n|1: byte 7: a control byte in a string
	json|[{"a":1}|1: byte 9: ',' or ']' was expected
	json|[{"a":1},]|1: byte 10: an object was expected: ']'
	json|[{"a":1}] 2|1: byte 11: an object was expected: '2'
	json|{"a":1,"a":2}|1: byte 8: a name for the second time: '"a":2}'
	json|{"a":1,"\\u0061":2}|1: byte 8: a name for the second time
	json|{"a":{"b":1},"a.b":2}|1: byte 1: two names that make the same column
	ndjson|{"a":01}|1: byte 8: malformed number
	ndjson|{"a":1} {"a":2}|1: byte 9: text behind the value
	ndjson|{"a":\n1}|1: byte 6: a value was expected
	ndjson|[1,2]|1: byte 1: an object was expected: '[1,2]'
	json|{"a":"b|1: byte 8: unterminated string
	json|{"a":nul}|1: byte 6: a value was expected: 'nul}'
	X
	python3 -c 'print("{\"a\":" * 256 + "{}" + "}" * 256)' >f
	try etl-extract --from json f
	fails 1 'nested too deep'
	python3 -c 'print("{\"a\":" * 255 + "1" + "}" * 255)' >f
	try etl-extract --from json f
	[ "$status" -eq 0 ]
	printf '{"a":1}' | iconv -t utf-16 >f
	try etl-extract --from json f
	fails 1 'this is UTF-16'
}

@test "--rejects takes lines, and elements that are well-formed but no records" {
	printf '{"a":1}\n{"a":1,"z":}\n[1]\r\n{"a":2}\n' >f
	try etl-extract --from ndjson --rejects bad.csv f
	prints $'a\n1\n2'
	fails 0 '2 of 4 records rejected'
	try etl-cut -f line,byte,code,record bad.csv
	prints $'line,byte,code,record\n2,12,json,"{""a"":1,""z"":}"\n3,1,json,[1]'
	rm bad.csv
	printf '[{"a":1},7,{"a":2,"a":3},{"a":4}]' >f
	try etl-extract --from json --rejects bad.csv f
	prints $'a\n1\n4'
	try etl-cut -f line,byte,record bad.csv
	prints $'line,byte,record\n1,10,7\n1,19,"{""a"":2,""a"":3}"'
	# Wherever a block of the input ends.
	printf '[{"a":1},\n[7, "a text of some length"], 12345678901234567890, {"a":2,"a":"one of some length, too"},{"a":4}]' >f
	for block in 1 2 3 5 16 21 64 100 262144; do
		rm -f bad.csv
		ETL_BLOCK=$block try etl-extract --from json --rejects bad.csv f
		prints $'a\n1\n4'
		try etl-cut -f line,byte,record bad.csv
		prints $'line,byte,record\n2,1,"[7, ""a text of some length""]"\n2,31,12345678901234567890\n2,60,"{""a"":2,""a"":""one of some length, too""}"'
	done
	printf '[{"a":1},{"a" 2}]' >f
	try etl-extract --from json --rejects bad.csv f
	fails 1 "':' was expected"
	try etl-extract --from json --max-rejects 0 f
	fails 1 "':' was expected"
}

@test "limits: a field, a record, columns" {
	printf '[{"a":"12345"},{"b":1}]' >f
	try etl-extract --from json --max-field 4 f
	fails 1 'f:1: byte 7: longer than a field may be (limit of --max-field)'
	try etl-extract --from json --max-columns 1 f
	fails 1 'too many columns (limit of --max-columns)'
	ETL_BLOCK=8 try etl-extract --from json --max-record 9 f
	fails 1 'more than 9 bytes in a record (limit of --max-record)'
}

@test "what JSON has no use for is refused; so are an unclean end and a full device" {
	echo '{"a":1}' >f
	for option in -N --header=a --tsv --lenient --ragged=fill --trim --delimiter=x; do
		try etl-extract --from json "$option" f
		fails 2 'JSON has neither header'
	done
	run bash -o pipefail -c 'etl-cut -f a missing.csv 2>/dev/null | etl-extract --from json -o out -'
	[ "$status" -eq 2 ]
	[ ! -e out ]
	seq -f '{"a":%g}' 20000 >f
	try bash -c 'etl-extract --from ndjson f >/dev/full'
	fails 2 'No space left'
	try bash -c 'etl-extract --from ndjson f >&-'
	[ "$status" -eq 2 ]
}

@test "a large array is read in constant memory" {
	[[ $ETL_BIN != *asan* ]] || skip "AddressSanitizer needs more addresses than are allowed here"
	{ printf '['; seq -f '{"n":%.0f,"text":"some text that is neither long nor short"},' 300000; printf '{"n":0}]'; } >big.json
	(ulimit -v 60000; etl-extract --from json --columns n big.json) | tail -n 1 >last
	[ "$(cat last)" = 0 ]
	(ulimit -v 60000; etl-extract --from json big.json) | tail -n 1 >last
	[ "$(cat last)" = 0, ]
}

@test "random documents are what Python's json reads" {
	run "$ROOT/tests/json-oracle"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "what waits for its columns: nowhere to wait, no room, the program stopped" {
	seq -f '{"a":%g,"b":"some text"}' 20000 >f
	TMPDIR=/nonexistent try etl-extract --from ndjson -o out f
	fails 2 'temporary file in /nonexistent (see TMPDIR)'
	try bash -c 'ulimit -f 16; trap "" XFSZ; etl-extract --from ndjson -o out f'
	fails 2 'File too large'
	TMPDIR=/nonexistent try etl-extract --from ndjson --columns b,a -o out f
	[ "$(tail -n 1 out)" = 'some text,20000' ]
	rm out
	mkdir spools
	mkfifo in
	TMPDIR=$PWD/spools etl-extract --from ndjson -o out <in 3>&- &
	pid=$!
	exec 7>in
	cat f >&7
	until [ -n "$(find . -name '.out.*.tmp')" ] || ! kill -0 $pid; do :; done
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	exec 7>&-
	[ "$status" -eq 143 ]
	[ -z "$(find spools -type f)" ]
	[ -z "$(find . -name '*out*')" ]
}

@test "a member of an archive that is cut off anywhere, bytes one at a time: none, or all" {
	seq -f '{"a":%g,"b":{"c":"é"}}' 200 >f
	gzip -k f
	size=$(stat -c %s f.gz)
	for ((len = 1; len < size; len += 1 + len / 3)); do
		head -c $len f.gz >cut.gz
		try etl-extract --from json -o out cut.gz
		[ "$status" -eq 1 ]
		[ ! -e out ]
	done
	python3 -c "
import os
for b in open('f', 'rb').read(): os.write(1, bytes([b]))" | etl-extract --from json >slow
	etl-extract --from json f | cmp - slow
}
