#!/usr/bin/env bats
# etl-load --to json and ndjson: records as objects, in files and on standard output.

load setup

given_records() {
	printf 'a,b,n\n1,"",007\n,"x ""y""\nz",-2.50\n' >in.csv
}

@test "an array or lines, of strings; an unquoted empty field is null" {
	given_records
	want='{"a":"1","b":"","n":"007"}
{"a":null,"b":"x \"y\"\nz","n":"-2.50"}'
	for block in 1 262144; do
		ETL_BLOCK=$block try etl-load - --to ndjson in.csv
		prints "$want"
		ETL_BLOCK=$block ETL_SCAN=libcsv try etl-load - --to ndjson <in.csv
		prints "$want"
	done
	try etl-load - --to json in.csv
	prints "[${want/$'\n'/$',\n'}]"
	try etl-load - --to ndjson --null 1 in.csv
	[ "${lines[0]}" = '{"a":null,"b":"","n":"007"}' ]
	printf 'a,b\r\n1,2\r\n' >crlf
	try etl-load - --to ndjson crlf
	prints '{"a":"1","b":"2"}'
}

@test "an empty value that is all of its record is null, though it has quotes" {
	printf 'a,b\n1,x\n,y\n' | etl-cut -f a >one.csv
	grep -Fx '""' one.csv
	try etl-load - --to ndjson --infer one.csv
	prints $'{"a":1}\n{"a":null}'
	try etl-load - --to ndjson --null x one.csv
	prints $'{"a":"1"}\n{"a":""}'
	echo '{"fields":[{"name":"a","type":"integer"}]}' >s.json
	try etl-load - --to ndjson --schema s.json one.csv
	prints $'{"a":1}\n{"a":null}'
}

@test "--schema: what it has for missing values is null" {
	printf 'a,b\n1,x\nNA,NA\n,\n' >m.csv
	echo '{"fields":[{"name":"a","type":"number"},{"name":"b","missingValues":["x"]}],"missingValues":["NA"]}' >s.json
	try etl-load - --to ndjson --schema s.json m.csv
	prints '{"a":1,"b":null}
{"a":null,"b":"NA"}
{"a":null,"b":null}'
	etl-check --infer -o inferred.json m.csv
	etl-load - --to json --schema inferred.json m.csv | jq -e 'map(.a) == [1, null, null]'
	unset ETL_SCAN # libcsv does not tell quoted from unquoted
	printf 'a,b\n"NA",y\n' >quoted.csv
	try etl-load - --to ndjson --schema s.json quoted.csv
	fails 1 "quoted.csv:2: column 'a': not a number: 'NA'"
	echo '{"fields":[{"name":"a","missingValues":"NA"},{"name":"b"}]}' >s.json
	try etl-load - --to ndjson --schema s.json m.csv
	fails 2 "s.json: line 1: field 'a': "
}

@test "types from --infer or --schema, with all digits" {
	given_records
	try etl-load - --to ndjson --infer in.csv
	[ "${lines[0]}" = '{"a":1,"b":"","n":"007"}' ]
	printf 'n,t\n12345678901234567890.10,yes\n' >n.csv
	echo '{"fields":[{"name":"n","type":"number"}]}' >s.json
	try etl-load - --to ndjson --schema s.json n.csv
	prints '{"n":12345678901234567890.10,"t":"yes"}'
	printf 'n,t\nx,yes\n1,no\n' >n.csv
	try etl-load out.json --to json --schema s.json n.csv
	fails 1 "n.csv:2: column 'n': not a number: 'x'"
	fails 1 'out.json: nothing was committed'
	[ ! -e out.json ]
	try etl-load - --to ndjson --schema s.json --rejects bad.csv n.csv
	prints '{"n":1,"t":"no"}'
	[ "$(etl-cut -f line,column bad.csv)" = $'line,column\n2,n' ]
}

@test "files: lines are appended, an array is replaced, all or nothing" {
	given_records
	for i in 1 2; do
		try etl-load out.ndjson --to ndjson in.csv -v
		fails 0 'out.ndjson: 2 records loaded'
	done
	[ "$(wc -l <out.ndjson)" -eq 4 ]
	try etl-load out.json --to json --mode replace in.csv
	[ "$status" -eq 0 ]
	[ "$(jq length out.json)" -eq 2 ]
	try etl-load out.json --to json in.csv
	fails 2 'nothing can be appended to an array'
	[ "$(jq length out.json)" -eq 2 ]
	try bash -o pipefail -c 'etl-filter "num(b) > 0" in.csv | etl-load out.json --to json --mode replace'
	fails 1 'out.json: nothing was committed'
	[ "$(jq length out.json)" -eq 2 ]
	try etl-load out.json --to json --mode replace --expect-rows 3 in.csv
	fails 1 'nothing was committed'
	try etl-load - --to json in.csv missing.csv
	fails 2 missing.csv
	try bash -c 'etl-load - --to json in.csv >/dev/full'
	fails 2 'No space left'
	[ -z "$(find . -name '*.tmp')" ]
}

@test "nothing in, and what JSON cannot hold" {
	printf 'a\n' >in.csv
	try etl-load - --to json in.csv
	prints '[]'
	try etl-load - --to ndjson in.csv
	prints ''
	printf '' >in.csv
	try etl-load - --to json in.csv
	fails 1 'there is no header'
	printf 'a\nx\xff\n' >in.csv
	try etl-load - --to json in.csv
	fails 1 "in.csv:2: column 'a': not UTF-8"
	printf 'a,a\n1,2\n' >in.csv
	try etl-load - --to json in.csv
	fails 1 "two columns are called 'a'"
	printf 'a,b\n1\n' >in.csv
	try etl-load - --to json in.csv
	fails 1 'in.csv:2'
}

@test "--nest: columns a.b are members of a, wherever they stand" {
	printf 'a.b,c,a.d.e,x.,a.d.f\n1,"",007,q,\n' >in.csv
	try etl-load - --to ndjson --nest in.csv
	prints '{"a":{"b":"1","d":{"e":"007","f":null}},"c":"","x":{"":"q"}}'
	try etl-load - --to ndjson --nest --infer in.csv
	prints '{"a":{"b":1,"d":{"e":"007","f":null}},"c":"","x":{"":"q"}}'
	printf 'a.b,c,a\n1,2,3\n' >in.csv
	try etl-load - --to ndjson --nest in.csv
	fails 1 "column 'a' would be a value, and an object as well"
	python3 -c 'print("a" + ".b" * 255 + "\n1")' >deep.csv
	etl-load - --to json --nest deep.csv | etl-extract --from json | cmp - deep.csv
	python3 -c 'print("c,a" + ".b" * 256 + "\n1,1")' >deep.csv
	try etl-load - --to json --nest deep.csv
	fails 1 "would be a value within 257 objects, and 256 are the most (--nest)"
	try etl-load out.csv --nest in.csv
	fails 2 'option --nest: CSV has no objects'
}

@test "there and back: objects of strings and null are the same again" {
	cat >f.ndjson <<-'X'
	{"id":"1","at":{"lat":"48.10","in":{"city":"Ulm","x\"y":""}},"note":"a\nb","ä":null}
	{"id":"","at":{"lat":null,"in":{"city":"\u001f,","x\"y":"😀"}},"note":"\\","ä":"\u0000"}
	X
	etl-extract --from ndjson f.ndjson | etl-load - --to ndjson --nest >back
	cmp f.ndjson back
	etl-load - --to json --nest < <(etl-extract --from ndjson f.ndjson) >back.json
	[ "$(etl-extract --from json back.json)" = "$(etl-extract --from ndjson f.ndjson)" ]
	echo '{"n":-0.10e5,"big":123456789012345678901234567890,"x":{"y":1}}' >g
	jq -c 'keys' g >/dev/null
	try bash -c 'etl-extract --from ndjson g | etl-load - --to ndjson --nest --schema <(echo "{\"fields\":[{\"name\":\"n\",\"type\":\"number\"},{\"name\":\"big\",\"type\":\"integer\"},{\"name\":\"x.y\",\"type\":\"integer\"}]}")'
	prints "$(cat g)"
}

@test "options that do not go together" {
	printf 'a\n1\n' >in.csv
	try etl-load - in.csv
	fails 2 "with --to json or ndjson it is standard output"
	try etl-load f --to yaml in.csv
	fails 2 "option --to: 'yaml' is none of json, ndjson, csv"
	for words in --out-tsv --out-delimiter=x --no-out-header; do
		try etl-load f --to json $words in.csv
		fails 2 'JSON has neither header nor delimiter'
	done
	for words in --infer --schema=x --null=x; do
		try etl-load f $words in.csv
		fails 2 "option ${words%%=*}: the target is a file"
	done
	try etl-load f --to json --table t in.csv
	fails 2 'option --table: the target is a file'
}
