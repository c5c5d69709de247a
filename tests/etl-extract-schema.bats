#!/usr/bin/env bats
load setup

schema() { # FIELDSMATCH NAME...
	local match=$1 fields=
	shift
	for name; do fields+="${fields:+, }{\"name\": \"$name\", \"type\": \"integer\"}"; done
	printf '{"fields": [%s], "fieldsMatch": "%s", "missingValues": ["", "NA"]}\n' "$fields" "$match" >s.json
}

@test "--schema: a header that fits passes, byte for byte, whatever the values are" {
	printf 'a,"b"\r\n"NA",x\n,""\n' >f.csv
	schema exact a b
	for scan in '' libcsv; do
		ETL_SCAN=$scan try etl-extract --schema s.json f.csv
		[ "$status" -eq 0 ]
		[ "$(tail -n 1 <<<"$output")" = ',""' ]
	done
	try etl-extract --schema s.json -t <(printf 'a\tb\n1\t2\n')
	prints $'a,b\n1,2'
	try etl-extract --schema s.json --rename-header a,b <(printf 'x,y\n1,2\n')
	prints $'a,b\n1,2'
	try etl-extract --schema s.json --header a,b <(printf '1,2\n')
	prints $'a,b\n1,2'
	try etl-extract --schema s.json f.csv f.csv
	[ "${#lines[@]}" -eq 5 ]
}

@test "--schema: a header that does not fit is status 2 before any output" {
	printf 'a,c\n1,2\n' >f.csv
	schema exact a b
	try etl-extract --schema s.json -o out f.csv
	fails 2 "etl-extract: s.json: the header does not fit: no column 'b'; not in the schema 'c'"
	[ ! -e out ]
	schema exact c a
	try etl-extract --schema s.json f.csv
	fails 2 "column 1 is 'a', and 'c' in the schema"
	[ -z "$output" ]
	schema equal c a
	try etl-extract --schema s.json f.csv
	prints $'a,c\n1,2'
	schema subset a
	try etl-extract --schema s.json f.csv
	prints $'a,c\n1,2'
	schema superset a b c
	try etl-extract --schema s.json f.csv
	prints $'a,c\n1,2'
	schema exact a
	try etl-extract --schema s.json -N f.csv
	fails 2 'the header does not fit'
	schema exact x y
	try etl-extract --schema s.json -N f.csv
	prints $'a,c\n1,2'
	try etl-extract --schema s.json --allow-empty /dev/null
	prints ''
}

@test "--schema: what is no schema, and what none is for" {
	printf 'a\n1\n' >f.csv
	try etl-extract --schema none.json f.csv
	fails 2 none.json
	echo '{"fields": [{"name": "a", "type": "int"}]}' >s.json
	try etl-extract --schema s.json f.csv
	fails 2 "s.json: line 1: field 'a': no such type: 'int'"
	echo '{"fields": [{"name": "a"}], "fieldsMatch": "some"}' >s.json
	try etl-extract --schema s.json f.csv
	fails 2 'fieldsMatch is none of'
	schema exact a
	try etl-extract --schema s.json --from rejects f.csv
	fails 2 'option --schema'
	echo '{"fields": []}' >s.json
	try etl-extract --schema s.json --from ndjson <(echo '{"a":1}')
	fails 2 "not in the schema 'a'"
}

@test "--schema with JSON: its fields are the columns, in its order, and records do not wait" {
	schema exact b 'a.c' '"x,y"'
	sed -i 's/""x,y""/"x,\\"y"/' s.json
	printf '{"a":{"c":1},"b":"NA"}\n{"x,\\"y":"","b":null}\n' >f
	for form in json ndjson; do
		try etl-extract --schema s.json --from "$form" f
		prints $'b,a.c,"x,""y"\nNA,1,\n,,""'
	done
	try etl-extract --schema s.json --from json <(echo '[]')
	prints 'b,a.c,"x,""y"'
	schema exact a
	mkfifo in out
	etl-extract --from ndjson --schema s.json <in >out 3>&- &
	exec 7>in 8<out
	echo '{"a":1}' >&7
	read -r -t 20 line <&8
	read -r -t 20 line <&8
	[ "$line" = 1 ]
	exec 7>&-
	wait $!
}

@test "--schema with JSON: a value that no column takes is an error with its place, or a reject" {
	schema exact a b.c
	while IFS='|' read -r text message; do
		printf '{"a":1}\n%s\n{"a":2,"z":null,"b":{"c":3,"d":null}}\n' "$text" >f
		for form in json ndjson; do
			try etl-extract --schema s.json --from "$form" f
			fails 1 "etl-extract: f:2: byte $message"
		done
		try etl-extract --schema s.json --from ndjson --rejects r f
		prints $'a,b.c\n1,\n2,3'
	done <<-'X'
	{"a":1,"z":7}|8: a name that the schema has not: '"z":7}
	{"z":""}|2: a name that the schema has not: '"z":""}
	{"z":{"a":1}}|2: a name that the schema has not
	{"b":{"c":1,"d":[]}}|13: a name that the schema has not: '"d":[]}}
	{"b":5}|2: a name that the schema has not: '"b":5}
	X
	[ "$(etl-cut -f code r | sort -u)" = $'code\njson' ]
	schema subset a
	echo '{"a":1,"z":7}' >f
	try etl-extract --schema s.json --from json f
	prints $'a\n1'
	# Names that differ from record to record, beyond those that are remembered.
	python3 -c 'for i in range(70000): print("{\"k%d\":null}" % i)
print("{\"late\":1}")' >f
	schema exact a
	try etl-extract --schema s.json --from ndjson -o out f
	fails 1 'f:70001: byte 2: a name that the schema has not'
}

@test "--schema with JSON and --columns: the columns must fit as any header must" {
	schema exact a b
	echo '{"a":1,"b":2,"c":3}' >f
	try etl-extract --schema s.json --from json --columns a,b f
	prints $'a,b\n1,2'
	try etl-extract --schema s.json --from json --columns a,c f
	fails 2 "no column 'b'; not in the schema 'c'"
	schema superset a b
	try etl-extract --schema s.json --from json --columns b f
	prints $'b\n2'
}

@test "--schema with lines: fixed, lines and patterns" {
	printf 'x1\n' >f
	schema exact l d
	try etl-extract --schema s.json --from fixed -b l=1,d=2 f
	prints $'l,d\nx,1'
	try etl-extract --schema s.json --from fixed -b 1,2 f
	prints x,1
	try etl-extract --schema s.json --from fixed -b l=1,e=2 f
	fails 2 "no column 'd'; not in the schema 'e'"
	try etl-extract --schema s.json --from fixed -b 1,2,1 f
	fails 2 'the header does not fit'
	try etl-extract --schema s.json --from regex '(?<l>.)(?<d>.)' f
	prints $'l,d\nx,1'
	try etl-extract --schema s.json --from regex '(.)(.)' --header 'l,"d"' f
	prints $'l,"d"\nx,1'
	try etl-extract --schema s.json --from regex '(?<d>.)(?<l>.)' f
	fails 2 "column 1 is 'd'"
	schema exact line
	try etl-extract --schema s.json --from lines f
	prints $'line\nx1'
	try etl-extract --schema s.json --from clf f
	fails 2 "no column 'line'; not in the schema 'host', 'ident'"
}

@test "--schema with lines: where no header is written the columns have no names" {
	printf 'x1\n' >f
	schema exact l d
	try etl-extract --schema s.json --from regex -N '(.)(.)' f
	prints x,1
	try etl-extract --schema s.json --from regex --header l,d --no-out-header '(.)(.)' f
	prints x,1
	try etl-extract --schema s.json --from regex -N '(.)' f
	fails 2 'the header does not fit'
	schema exact x
	try etl-extract --schema s.json --from lines -N f
	prints x1
}
