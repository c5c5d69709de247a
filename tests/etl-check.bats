#!/usr/bin/env bats
# etl-check --schema: what fits a Table Schema passes byte for byte, what does not is told with its reason.
# etl-check --infer: a schema that all records fit, and what a narrower type would lose.
# etl-check --profile: what columns hold.
# etl-check --diff: what has changed from one schema to another.

load setup

# Writes s.json: a schema of these fields.
schema() { # FIELD...
	local IFS=,
	printf '{"fields":[%s]}' "$*" >s.json
}

# Fails unless a column x of this field takes the values before -- and refuses, with this code, those behind.
takes() { # CODE FIELD-MEMBERS VALUE... -- VALUE...
	local code=$1 good=() bad=() into=good value
	schema "{\"name\":\"x\",$2}" '{"name":"y"}'
	shift 2
	for value in "$@"; do
		if [ "$value" = -- ]; then
			into=bad
		elif [ $into = good ]; then
			good+=("$value")
		else
			bad+=("$value")
		fi
	done
	{ echo x,y; for value in "${good[@]}"; do printf '"%s",\n' "${value//\"/\"\"}"; done; } >good.csv
	etl-check --schema s.json good.csv >out
	etl-cut -f 1- good.csv | cmp - out
	for value in "${bad[@]}"; do
		rm -f bad.csv
		printf 'x,y\n"%s",\n' "${value//\"/\"\"}" | etl-check --schema s.json --rejects bad.csv >out 2>/dev/null
		[ "$(cat out)" = x,y ] || { echo "taken: $value"; return 1; }
		[ "$(etl-cut -f code,column bad.csv | tail -n 1)" = "$code,x" ] || { cat bad.csv; return 1; }
	done
}

@test "what fits passes as it came" {
	scanner_only
	schema '{"name":"a","type":"integer"}' '{"name":"b"}' '{"name":"c","type":"number"}'
	printf '\xef\xbb\xbf"a",b,c\r\n007,"x",1.50\r\n\r\n+1,"a ""b""\r\nc",\n-0,\x00\xff,"1e5"' >in.csv
	etl-check --schema s.json in.csv >out
	printf '"a",b,c\n007,"x",1.50\n+1,"a ""b""\r\nc",\n-0,\x00\xff,"1e5"\n' | cmp - out
	etl-check --schema s.json -o out2 in.csv
	cmp out out2
	try etl-check -q --schema s.json in.csv
	prints ''
}

@test "nothing, a header alone, several inputs, other dialects" {
	schema '{"name":"a","type":"integer"}' '{"name":"b"}'
	try etl-check --schema s.json </dev/null
	fails 1 'stdin: '
	try etl-check --allow-empty --schema s.json </dev/null
	prints ''
	printf 'a,b\n' >h.csv
	try etl-check --schema s.json h.csv
	prints a,b
	printf 'a,b\n1,x\n' >one.csv
	try etl-check --schema s.json h.csv one.csv one.csv
	prints $'a,b\n1,x\n1,x'
	printf 'a\tb\n1\t"x\nz\t\n' >t.tsv
	try etl-check -t -T --schema s.json t.tsv
	fails 1 "etl-check: t.tsv:3: column 'a': not an integer: 'z'"
	try etl-check -t -T --max-rejects 1 --schema s.json t.tsv
	prints $'a\tb\n1\t"x'
	try etl-check -N --schema s.json one.csv
	fails 1 "etl-check: one.csv:1: column 'a': not an integer: 'a'"
	printf '5,q\n' >n.csv
	try etl-check -N --schema s.json n.csv
	prints 5,q
	try etl-check --header a,b --schema s.json n.csv
	prints $'a,b\n5,q'
	try etl-check --ragged reject --rejects r.csv --schema s.json <<<$'a,b\n1\n2,x'
	prints $'a,b\n2,x'
	grep -q ',ragged,' r.csv
}

@test "types and formats" {
	takes type '"type":"integer"' 0 007 -5 +3 99999999999999999999999999999999999999999999 '' -- 1.0 1e3 - + ' 1' '1 ' x 0x1 1_000
	takes type '"type":"integer","groupChar":",","bareNumber":false' '$1,000' 5% -- x 1.5
	takes type '"type":"number"' 0 1.50 .5 -1e5 1E+3 NaN INF -INF +7 -- 1. . e5 1e 1e+ 1,5 nan Infinity ' 1' 0x1 1.2.3
	takes type '"type":"number","decimalChar":",","groupChar":"."' 1,5 1.000,25 -3 -- 1,5,5 x
	takes type '"type":"number","bareNumber":false' '$ 1.50' '95 %' -3EUR -- EUR
	takes type '"type":"boolean"' true False TRUE 1 0 -- yes 2 t
	takes type '"type":"boolean","trueValues":["y"],"falseValues":["n"]' y n -- true 1
	takes type '"type":"date"' 2021-08-01 0001-01-01 9999-12-31 2024-02-29 -- 2021-02-29 2021-8-1 01.08.2021 2021-08-01T00:00:00Z 20210801
	takes type '"type":"date","format":"%d.%m.%Y"' 01.08.2021 -- 2021-08-01 31.02.2021
	takes type '"type":"date","format":"any"' 2021-08-01 -- x
	takes type '"type":"time"' 12:30:00 00:00:00.5 -- 12:30 24:00:00 x 12:30:61
	takes type '"type":"time","format":"%H:%M"' 12:30 -- 12:30:00 25:00
	takes type '"type":"datetime"' 2021-08-01T12:30:00Z 2021-08-01T12:30:00 2021-08-01T12:30:00.25+02:00 -- 2021-08-01 '2021-08-01 12:30:00' 2021-08-01T12:30Z 2021-02-30T00:00:00Z
	takes type '"type":"datetime","format":"any"' '2021-08-01 12:30' 2021-08-01 -- noon
	takes type '"type":"datetime","format":"%Y/%m/%d %H:%M"' '2021/08/01 12:30' -- 2021-08-01T12:30:00Z
	takes type '"type":"year"' 2021 0999 12021 -0044 -- 21 +2021 20x1
	takes type '"type":"yearmonth"' 2021-08 -- 2021-13 2021 2021-8
	takes type '"type":"duration"' P1Y P1Y2M3W4DT5H6M7S PT0.5S P2W -P1D -- +P1D P 1Y PT P1H P1S P1D2Y PT1.5H2M
	takes type '"type":"object"' '{}' '{"a":[1]}' -- '[]' '{' x
	takes type '"type":"array"' '[]' '[1,"a"]' -- '{}' '[1,]'
	takes type '"type":"geopoint"' '90.50, 45.50' 180,-90 -- 181,0 0,91 5 a,b 1,2,3
	takes type '"type":"geopoint","format":"array"' '[90.50, 45.50]' -- '[1]' '[1,2,3]' '["1","2"]' 1,2
	takes type '"type":"geopoint","format":"object"' '{"lon":90.5,"lat":45}' -- '{"lon":90.5}' '[1,2]'
	takes type '"type":"geojson"' '{"type":"Point","coordinates":[1,2]}' -- '{}' '[]' x
	takes type '"type":"string","format":"email"' a@b.org -- a @b a@ a@b@c 'a b@c.org' a@.org
	takes type '"type":"string","format":"uri"' http://x.org/ mailto:a@b -- x.org 'http://a b' :x x: 1a:b
	takes type '"type":"string","format":"uuid"' 123e4567-e89b-12d3-a456-426614174000 -- 123e4567e89b12d3a456426614174000 123e4567-e89b-12d3-a456-42661417400g
	takes type '"type":"string","format":"binary"' TWFu TWE= TQ== -- TWF 'T=Fu' 'TW F'
	takes type '"type":"any"' x 1 '' --
	takes type '"name2":1' x '' --
}

@test "constraints" {
	takes minimum '"type":"integer","constraints":{"minimum":5}' 5 6 99999999999 '' -- 4 -6
	takes maximum '"type":"number","constraints":{"maximum":"1.50"}' 1.5 1.500 -3 15e-1 -- 1.51 1.5000000000000000000000001 2e0
	takes minimum '"type":"number","constraints":{"exclusiveMinimum":0}' 0.0000001 -- 0 -0 0.00
	takes maximum '"type":"number","constraints":{"exclusiveMaximum":10}' 9.99 -- 10 10.0 11
	takes range '"type":"number","constraints":{"minimum":0}' 1e37 -- NaN INF 1e99 123456789012345678901234567890123456789
	takes minimum '"type":"date","constraints":{"minimum":"2021-01-01"}' 2021-01-01 -- 2020-12-31
	takes maximum '"type":"date","format":"%d.%m.%Y","constraints":{"maximum":"31.12.2020"}' 01.02.2020 -- 01.01.2021
	takes maximum '"type":"datetime","constraints":{"maximum":"2021-01-01T00:00:00Z"}' 2021-01-01T02:00:00+02:00 -- 2021-01-01T00:00:00.000000001Z
	takes minimum '"type":"time","constraints":{"minimum":"08:00:00"}' 08:00:00 -- 07:59:59
	takes maximum '"type":"year","constraints":{"maximum":"2021"}' 2021 -1000 -- 2022
	takes minimum '"type":"yearmonth","constraints":{"minimum":"2021-02"}' 2021-02 -- 2021-01
	takes min-length '"constraints":{"minLength":3}' abc äöü '' 日本語 -- ab äö 日本
	takes max-length '"constraints":{"maxLength":3}' abc äöü 日本語 -- abcd 日本語x
	takes max-length '"type":"array","constraints":{"maxLength":2}' '[1,2]' -- '[1,2,3]'
	takes pattern '"constraints":{"pattern":"[a-z]+|x1"}' abc x1 -- x12 Abc abc1 $'abc\n'
	takes pattern '"constraints":{"pattern":"a|ab|^c$"}' a ab c -- ba abb cc $'c\n' $'a\xff' $'\xffab'
	takes pattern '"constraints":{"pattern":"(*NO_JIT)a+"}' a aa -- b ab $'a\xff' $'\xffa'
	takes pattern '"constraints":{"pattern":"(?x) a b # all of it"}' ab -- abc 'a b'
	takes pattern '"constraints":{"pattern":"\\Qa)"}' 'a)' -- a 'a))'
	takes pattern '"constraints":{"pattern":"(?m)a$"}' a -- $'a\nb'
	takes effort '"constraints":{"pattern":"(a|aa)+"}' aaa -- aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab
	takes enum '"constraints":{"enum":["a","b c"]}' a 'b c' '' -- c A 'a '
	takes enum '"type":"number","constraints":{"enum":[1,"2.50"]}' 1 1.0 2.5 +1 10e-1 -- 2 1.01
	takes enum '"type":"integer","constraints":{"enum":[7]}' 7 007 -- 8
}

# A number in the schema is one of JSON, a text there is as the values are.
@test "bounds and enum of a field with its own form of numbers" {
	local comma='"type":"number","decimalChar":","' both='"type":"number","decimalChar":",","groupChar":"."'
	takes maximum "$both,\"constraints\":{\"maximum\":1000.5}" 1000,5 1.000,50 999 -- 1000,51 10005 1.000,6
	takes maximum "$both,\"constraints\":{\"maximum\":\"1.000,5\"}" 1000,5 -- 1000,51 10005
	takes minimum "$both,\"constraints\":{\"minimum\":1.5}" 1,5 15 -- 1,4 1
	takes maximum "$both,\"constraints\":{\"exclusiveMaximum\":1.5}" 1,4 -- 1,5 15
	takes maximum "$comma,\"constraints\":{\"maximum\":1000.5}" 1000,5 -- 1000,51 10005
	takes enum "$both,\"constraints\":{\"enum\":[1000.5,\"2.000,25\",3e3]}" 1000,5 1.000,50 2000,25 3000 3.000 -- 10005 2,00025 200025
	takes maximum '"type":"integer","groupChar":",","constraints":{"maximum":"1,000"}' 1000 1,000 -- 1001 1,001
	takes maximum '"type":"number","bareNumber":false,"constraints":{"maximum":95}' '95 %' -- '95.5%'
	takes enum '"type":"integer","constraints":{"enum":["","7"]}' 7 '' -- 8
}

@test "missing values: of the schema, of the field; required" {
	printf '{"missingValues":["n/a","-"],"fields":[{"name":"a","type":"integer"},{"name":"b","missingValues":[""]},{"name":"c","missingValues":[{"value":"?","label":"none"}],"type":"date"}]}' >s.json
	printf 'a,b,c\n1,n/a,?\nn/a,-,?\n"-",,2021-01-01\n' >x.csv
	etl-check --schema s.json x.csv >out
	etl-cut -f 1- x.csv | cmp - out
	try etl-check --schema s.json <<<$'a,b,c\n,,?'
	fails 1 "column 'a': not an integer: ''"
	printf '{"missingValues":["","n/a"],"fields":[{"name":"a","constraints":{"required":true}},{"name":"b"}]}' >s.json
	try etl-check --schema s.json <<<$'a,b\nx,\n"",'
	fails 1 "etl-check: stdin:3: column 'a': no value, and one is required"
	try etl-check --schema s.json <<<$'a,b\nx,\nn/a,'
	fails 1 "etl-check: stdin:3: column 'a': no value, and one is required: 'n/a'"
	printf '{"missingValues":[],"fields":[{"name":"a","constraints":{"required":true}},{"name":"b","type":"number"}]}' >s.json
	try etl-check --schema s.json <<<$'a,b\n,1'
	prints $'a,b\n,1'
	try etl-check --schema s.json <<<$'a,b\n,'
	fails 1 "column 'b': not a number: ''"
}

@test "messages: file, line, column, reason, value; rejects as they came" {
	scanner_only
	schema '{"name":"d","type":"date"}' '{"name":"n","type":"number","constraints":{"minimum":0}}' '{"name":"s","constraints":{"pattern":"[a-z]*"}}'
	printf 'd,n,s\n2021-01-01,1,a\n"2021-02-30",1,"two\nlines"\n2021-01-01,"-1",a\n2021-01-01,1,"A\x01"\nx,-1,B\n' >x.csv
	try etl-check --schema s.json --rejects r.csv x.csv
	prints $'d,n,s\n2021-01-01,1,a'
	fails 0 'etl-check: 4 of 5 records rejected: see r.csv'
	etl-extract --from rejects r.csv >back.csv 2>/dev/null || cut -d, -f 1-7 r.csv >back.csv
	etl-cut -f line,column,code,reason,record r.csv >got
	cat >want <<-'END'
		line,column,code,reason,record
		3,d,type,column 'd': no such time: '2021-02-30',"""2021-02-30"",1,""two
		lines"""
		5,n,minimum,column 'n': below 0: '-1',"2021-01-01,""-1"",a"
		6,s,pattern,column 's': does not match /[a-z]*/: 'A\x01',"2021-01-01,1,""A"""
		7,d,type,column 'd': not a date: 'x',"x,-1,B"
	END
	tr -d '\001' <got >plain
	diff want plain
	try etl-check --schema s.json --max-rejects 3 x.csv
	fails 1 "x.csv:7: column 'd': not a date: 'x': more than 3 rejects"
	try etl-check -q --schema s.json --max-rejects 4 x.csv
	prints ''
}

# Records of which some have a key that was there: what is right by itself, what awk lets through.
make_keys() { # COUNT
	awk -v n="$1" 'BEGIN { print "a,b,c,d"; for (i = 0; i < n; i++) { x = (x * 1103515245 + 12345) % 2147483648
		print int(x / 7) % n "," (x % 3 ? int(x / 64) % (4 * n) : "") "," int(i / 2) "," x % 5 % 2 } }'
}

@test "unique, primaryKey, uniqueKeys, within memory and beyond it" {
	printf '{"fields":[{"name":"a","type":"integer","constraints":{"unique":true}},{"name":"b","constraints":{"unique":true}},{"name":"c"},{"name":"d","type":"integer"}],"primaryKey":["c","d"]}' >s.json
	make_keys 30000 >x.csv
	awk -F, 'NR == 1 || !(A[$1]++ + ($2 != "" && B[$2]++) + C[$3 "," $4]++)' x.csv >want
	[ "$(wc -l <want)" -gt 5000 ]
	for memory in 1G 200K 0; do
		rm -f r
		etl-check --schema s.json --memory $memory --rejects r x.csv >out 2>err
		cmp want out
		sort r >r.$memory
	done
	cmp r.1G r.200K
	cmp r.1G r.0
	grep -q ",c,key,\"columns 'c', 'd': repeated, and to be unique: '[0-9]*', '[01]'\"" r
	try etl-check -q --schema s.json --memory 0 x.csv
	fails 1 'repeated, and to be unique'
	try etl-check --schema s.json --memory 0 want
	[ "$output" = "$(cat want)" ]
	printf '{"fields":[{"name":"a"},{"name":"b"}],"primaryKey":"a","uniqueKeys":[["a","b"],["b"]]}' >s.json
	try etl-check --schema s.json <<<$'a,b\n1,x\n2,\n3,\n4,x'
	fails 1 "etl-check: stdin:5: column 'b': repeated, and to be unique: 'x'"
	try etl-check --schema s.json <<<$'a,b\n1,x\n,y'
	fails 1 "stdin:3: column 'a': no value, and one is required"
	# Values of a record that is wrong by itself do not count.
	schema '{"name":"a","constraints":{"unique":true}}' '{"name":"b","type":"integer"}'
	try etl-check --schema s.json --max-rejects 9 <<<$'a,b\n1,x\n1,1\n1,2'
	prints $'a,b\n1,1'
}

@test "the header: what is allowed, and what is said" {
	schema '{"name":"a"}' '{"name":"b"}' '{"name":"c","type":"integer"}'
	try etl-check --schema s.json <<<a,b
	fails 2 "etl-check: s.json: the header does not fit: no column 'c' (\"fieldsMatch\": \"superset\" in the schema allows fewer columns)"
	try etl-check --schema s.json <<<a,b,c,d
	fails 2 "not in the schema 'd' (\"fieldsMatch\": \"subset\" in the schema allows more columns)"
	try etl-check --schema s.json <<<a,x,c
	fails 2 "the header does not fit: no column 'b'; not in the schema 'x'"
	try etl-check --schema s.json <<<b,a,c
	fails 2 "column 1 is 'b', and 'a' in the schema (\"fieldsMatch\": \"equal\" in the schema allows any order)"
	try etl-check --schema s.json <<<a,b,c,a
	fails 2 "twice in the header 'a'"
	try etl-check -N --schema s.json <<<1,2
	fails 2 "2 columns, and 3 in the schema"
	try etl-check --schema s.json --rejects r </dev/null
	fails 1 'stdin: '
	match() { sed -i "s/^{\(\"fieldsMatch\":[^ ]* \)*/{\"fieldsMatch\":\"$1\", /" s.json; }
	match equal
	try etl-check --schema s.json <<<$'c,a,b\n1,x,y'
	prints $'c,a,b\n1,x,y'
	try etl-check --schema s.json <<<$'c,a\n1,x'
	fails 2 "no column 'b'"
	match subset
	try etl-check --schema s.json <<<$'c,d,a,b\n1,z,x,y'
	prints $'c,d,a,b\n1,z,x,y'
	try etl-check --schema s.json <<<$'c,d\n1,x'
	fails 2 "no column 'a', 'b'"
	match superset
	try etl-check --schema s.json <<<$'c,a\n1,x'
	prints $'c,a\n1,x'
	try etl-check --schema s.json <<<$'c,d\n1,x'
	fails 2 "not in the schema 'd'"
	match partial
	try etl-check --schema s.json <<<$'d,c\n1,x'
	fails 1 "column 'c': not an integer: 'x'"
	try etl-check --schema s.json <<<$'d,e\n1,x'
	fails 2 'none of its columns is in the schema'
	match some
	try etl-check --schema s.json <<<a,b,c
	fails 2 "s.json: line 1: fieldsMatch is none of exact, equal, subset, superset, partial: 'some'"
}

@test "a schema that is wrong: 2, with its line" {
	echo a >x.csv
	wrong() { # MEMBERS REASON
		printf '{"fields":[\n{"name":"a",%s}]}' "$1" >s.json
		try etl-check --schema s.json x.csv
		fails 2 "etl-check: s.json: line 2: $2"
	}
	wrong '"type":"int"' "field 'a': no such type: 'int'; did you mean 'integer'"
	wrong '"type":1' "field 'a': the type is not a string"
	wrong '"type":"boolean","trueValues":["y","1"],"falseValues":["n","1"]' "field 'a': both of trueValues and falseValues: '1'"
	wrong '"type":"boolean","trueValues":["0"]' "field 'a': both of trueValues and falseValues: '0'"
	wrong '"type":"integer","constraints":{"minimum":5,"maximum":1}' "field 'a': minimum is above maximum: '5' and '1'"
	wrong '"type":"integer","constraints":{"exclusiveMinimum":5,"maximum":5}' "field 'a': nothing is within minimum and maximum: '5' and '5'"
	wrong '"type":"date","constraints":{"maximum":"2020-01-01","minimum":"2021-01-01"}' "field 'a': minimum is above maximum: '2021-01-01' and '2020-01-01'"
	wrong '"constraints":{"minLength":5,"maxLength":1}' "field 'a': minLength is above maxLength: 5 and 1"
	printf '{"fields":[{"name":"a"},\n{"name":"a"}]}' >s.json
	try etl-check --schema s.json x.csv
	fails 2 "etl-check: s.json: line 2: field 'a': has been there before"
	# A bound that is reached, and lengths that are the same, leave something.
	schema '{"name":"a","constraints":{"minLength":1,"maxLength":1}}'
	try etl-check --schema s.json x.csv
	prints a
	[ ! -s err ]
	schema '{"name":"a","type":"integer","constraints":{"minimum":5,"maximum":5}}'
	try etl-check --schema s.json x.csv
	prints a
	# A slip of the hand is warned of; members of others are not.
	printf '{"primarykey":"a","title":"t","note":1,"fields":[\n{"name":"a","constraint":{},"reqired":true,\n"Unique":true,"rdfType":"x","note":"n","titel":"x"}]}' >s.json
	try etl-check --schema s.json x.csv
	prints a
	[ "$(cat err)" = "etl-check: s.json: line 1: 'primarykey' has no meaning; did you mean 'primaryKey'?
etl-check: s.json: line 2: 'constraint' has no meaning; did you mean 'constraints'?
etl-check: s.json: line 2: 'reqired' has no meaning here; did you mean 'required' in 'constraints'?
etl-check: s.json: line 3: 'Unique' has no meaning here; did you mean 'unique' in 'constraints'?" ]
	try etl-check --diff s.json s.json
	[ "$status" -eq 0 ]
	grep -q "'constraint' has no meaning" err
	wrong '"type":"date","format":"dmy"' "field 'a': no such format of this type: 'dmy'"
	wrong '"type":"date","format":"%Q"' "field 'a': "
	wrong '"type":"integer","format":"email"' "field 'a': no such format of this type: 'email'"
	wrong '"constraints":{"min":1}' "field 'a': no such constraint: 'min'; did you mean"
	wrong '"constraints":[]' "field 'a': the constraints are not an object"
	wrong '"constraints":{"required":1}' "field 'a': neither true nor false: 'required'"
	wrong '"constraints":{"minimum":1}' "field 'a': not for this type: 'minimum'"
	wrong '"type":"integer","constraints":{"minimum":"x"}' "field 'a': minimum is not of the field's type: 'x'"
	wrong '"type":"integer","constraints":{"minimum":[1]}' "field 'a': neither text nor number: 'minimum'"
	wrong '"type":"date","constraints":{"minimum":20210101}' "field 'a': minimum is not of the field's type: '20210101'"
	wrong '"type":"number","decimalChar":",","constraints":{"maximum":"1.5"}' "field 'a': maximum is not of the field's type: '1.5'"
	wrong '"type":"number","decimalChar":",","constraints":{"enum":["1,5","1.5"]}' "field 'a': enum has what is not of the field's type: '1.5'"
	wrong '"type":"integer","constraints":{"minimum":1,"exclusiveMinimum":1}' "field 'a': the bound has been there before: 'exclusiveMinimum'"
	wrong '"type":"integer","constraints":{"minLength":1}' "field 'a': not for this type: 'minLength'"
	wrong '"constraints":{"minLength":-1}' "field 'a': not a whole number: 'minLength'"
	wrong '"constraints":{"pattern":"("}' "field 'a': missing closing parenthesis: '('"
	wrong '"constraints":{"pattern":"a)(b"}' "field 'a': unmatched closing parenthesis: 'a)(b'"
	wrong '"constraints":{"enum":"x"}' "field 'a': not an array: 'enum'"
	wrong '"missingValues":[null]' "field 'a': neither text nor number in: 'missingValues'"
	wrong '"decimalChar":",,","type":"number"' "field 'a': decimalChar is not one byte"
	printf '{"fields":[{"name":"a"}],"primaryKey":\n["a","b"]}' >s.json
	try etl-check --schema s.json x.csv
	fails 2 "etl-check: s.json: line 2: a key of a field that is no column: 'b'"
	printf '{"fields":[{"name":"a"}],"uniqueKeys":[["a"],"a"],"primaryKey":["a",\n"a"]}' >s.json
	try etl-check --schema s.json x.csv
	fails 2 "etl-check: s.json: line 2: a key that has a field twice: 'a'"
	printf '{"fields":[{"name":"a"}],"uniqueKeys":[["a"],"a"],"primaryKey":["a"]}' >s.json
	try etl-check --schema s.json x.csv
	prints a
	printf '{"fields":[{"name":"a"}],"foreignKeys":[]}' >s.json
	try etl-check --schema s.json x.csv
	prints a
	grep -q 's.json: foreignKeys are not checked' err
	printf '\xef\xbb\xbf{"fields":[{"name":"a"}]}' >s.json
	try etl-check --schema s.json x.csv
	prints a
	printf '' >s.json
	try etl-check --schema s.json x.csv
	fails 2 's.json: line 1: a value was expected'
	echo '[' >s.json
	try etl-check --schema s.json x.csv
	fails 2 's.json: line '
	try etl-check --schema nofile x.csv
	fails 2 'nofile: No such file or directory'
	try etl-check x.csv
	fails 2 'one of the options --schema, --infer, --profile, --diff is needed'
	schema '{"name":"a"}'
	try etl-check -q -o out --schema s.json x.csv
	fails 2 'options -q and -o exclude each other'
	try etl-check --schema s.json --memory much x.csv
	fails 2 'option --memory'
}

@test "every block size and the other reader: the same" {
	printf '{"fields":[{"name":"a","type":"integer","constraints":{"unique":true}},{"name":"b","type":"number","constraints":{"minimum":0}},{"name":"c","constraints":{"maxLength":4}}]}' >s.json
	awk 'BEGIN { print "a,b,c"; for (i = 0; i < 3000; i++) print i % 2500 "," (i % 17 ? i / 8 : -i) ",\"" (i % 13 ? "x" : "x,\"\"yz") i % 90 "\"" }' >x.csv
	etl-check --schema s.json --max-rejects 100% x.csv >want
	[ "$(wc -l <want)" -gt 2000 ]
	for block in 1 7 64 1000; do
		ETL_BLOCK=$block etl-check --schema s.json --max-rejects 100% x.csv | cmp - want
		ETL_BLOCK=$block etl-check --schema s.json --memory 0 --max-rejects 100% x.csv | cmp - want
	done
	ETL_SCAN=libcsv etl-check --schema s.json want >out
	ETL_SCAN=libcsv etl-cut -f 1- want | cmp - out
}

@test "a device that is full, a descriptor that is closed, the same file, an upstream that died" {
	schema '{"name":"a","type":"integer","constraints":{"unique":true}}' '{"name":"b"}'
	awk 'BEGIN { print "a,b"; for (i = 0; i < 20000; i++) print i ",x" }' >x.csv
	try bash -c 'etl-check --schema s.json x.csv >/dev/full'
	fails 2 'stdout: No space left on device'
	try bash -c 'etl-check --schema s.json x.csv >&-'
	fails 2 'stdout: '
	try bash -c 'etl-check --schema s.json <&-'
	fails 2 'stdin: '
	try bash -c 'etl-check --schema s.json x.csv >>x.csv'
	fails 2 x.csv
	try bash -c 'etl-check --schema s.json x.csv | head -n 1'
	prints a,b
	mkdir tmp
	try env TMPDIR=/nonexistent etl-check --schema s.json --memory 0 -o out x.csv
	fails 2 'temporary file in /nonexistent (see TMPDIR): No such file or directory'
	[ ! -e out ]
	TMPDIR=$PWD/tmp etl-check --schema s.json --memory 0 -o out x.csv
	cmp out x.csv
	[ -z "$(ls -A tmp)" ]
	try bash -c 'set -o pipefail; etl-filter "a < 10 || num(b) > 1" x.csv | etl-check --schema s.json -o late'
	fails 1 'not a number'
	[ ! -e late ]
	try bash -c 'set -o pipefail; etl-check --schema s.json <(printf "a,b\nx,\n") | etl-cut -f a -o late'
	fails 1 'not an integer'
	[ ! -e late ]
}

# Fails unless the field that is inferred of a column of these values, and the messages, have these texts.
infers() { # FIELD-TEXT MESSAGE-TEXT VALUE...
	local field=$1 message=$2 value
	shift 2
	{ echo x,y; for value in "$@"; do printf '"%s",\n' "${value//\"/\"\"}"; done; } >x.csv
	etl-check --infer -o s.json x.csv 2>err
	grep -qF -- "$field" s.json || { cat s.json; return 1; }
	if [ -z "$message" ]; then
		[ ! -s err ] || { cat err; return 1; }
	else
		grep -qF -- "$message" err || { cat err; return 1; }
	fi
	etl-check -q --schema s.json x.csv
}

@test "--infer: the narrowest type that keeps every value as it is written" {
	infers '{"name": "x", "type": "integer", "constraints": {"required": true, "minimum": -9223372036854775808, "maximum": 9223372036854775807}}' '' \
		9223372036854775807 -9223372036854775808 5 5
	infers '"type": "integer", "constraints": {"unique": true, "minimum": 0, "maximum": 7}' '' 0 '' 7
	infers '"type": "number", "constraints": {"required": true, "minimum": -0.5, "maximum": 1.50}' '' 1.50 1 -0.5
	infers '"type": "number"' "etl-check: x.csv:4: column 'x': number: as an integer '2.0' would lose what is behind the point" 1 3 2.0 4.5
	infers '"type": "number"' "x.csv:3: column 'x': number: as an integer '9223372036854775808' would not fit into 64 bits" 1 9223372036854775808
	infers '"type": "string", "constraints": {"required": true, "unique": true, "minLength": 1, "maxLength": 3}' \
		"etl-check: x.csv:3: column 'x': string: as a number '007' would become '7'" 1 007 2.5
	infers '"type": "string"' "x.csv:2: column 'x': string: as a number '1e5' would become '100000'" 1e5
	infers '"type": "string"' "x.csv:2: column 'x': string: as a number '+1' would become '1'" +1 2
	infers '"type": "string"' "x.csv:2: column 'x': string: as a number '1e99' would not fit into 38 digits" 1e99
	infers '"type": "string"' "x.csv:4: column 'x': string: not an integer: 'many'" 1 2 many x 7
	infers '"type": "string"' "x.csv:3: column 'x': string: not a date: '2021-02-30'" 2021-02-28 2021-02-30
	infers '"type": "string"' '' a 7
	infers '"type": "boolean", "constraints": {"required": true}' '' true false true
	infers '"type": "boolean"' '' FALSE
	infers '"type": "string"' "not a boolean: 'True'" true True
	infers '"type": "date", "constraints": {"required": true, "minimum": "2020-02-29", "maximum": "2021-08-01"}' '' 2021-08-01 2020-02-29
	infers '"type": "date", "format": "%d.%m.%Y", "constraints": {"required": true, "minimum": "31.12.2020", "maximum": "01.01.2021"}' '' 31.12.2020 01.01.2021
	infers '"type": "date", "format": "%m/%d/%Y"' '' 01/02/2021 12/31/2021
	infers '"type": "string"' 'each value is a date with the day first, and another with the month first' 01/02/2021 03/04/2021
	infers '"type": "datetime", "constraints": {"required": true, "minimum": "2021-01-01T00:00:00Z", "maximum": "2021-01-01T00:00:00.5Z"}' '' \
		2021-01-01T00:00:00.5Z 2021-01-01T02:00:00+02:00
	infers '"type": "datetime", "format": "%Y-%m-%d %H:%M:%S"' '' '2021-01-01 10:00:00'
	infers '"type": "time", "constraints": {"required": true, "minimum": "00:00:00", "maximum": "23:59:59"}' '' 23:59:59 00:00:00
	infers '"type": "string"' "not a time: '00:30:00+02:00'" 10:00:00 00:30:00+02:00
	infers '"type": "yearmonth"' '' 2021-08
	infers '"type": "string", "format": "email"' '' a@b.org c@d.org
	infers '"type": "string", "format": "uri"' '' http://x.org/
	infers '"type": "string", "format": "uuid"' '' 123e4567-e89b-12d3-a456-426614174000
}

@test "--infer: missing values, sets, what is unique, within memory" {
	infers '"type": "integer", "missingValues": ["", "n/a", "-"], "constraints": {"minimum": 1, "maximum": 1}' \
		"x.csv:2: column 'x': integer: but for 'n/a', taken as no value" n/a 1 - n/a 1
	infers '"type": "string", "constraints": {"required": true, "minLength": 1, "maxLength": 4}' '' n/a abcd - n/a x
	infers '"type": "string", "constraints": {"required": true, "unique": true, "minLength": 3, "maxLength": 3}' '' n/a NaN
	infers '"name": "y", "type": "string"}' '' 1
	infers '"type": "string", "constraints": {"required": true, "enum": ["ä", "b", "n/a"]}' '' n/a ä ä ä ä ä ä ä b b b b b b b b n/a
	infers '"constraints": {"minLength": 1, "maxLength": 1}' '' a a a a b b b b ''
	awk 'BEGIN { print "a,b,c"; for (i = 0; i < 60000; i++) print i "," i % 30000 ",k" i % 3 }' >x.csv
	etl-check --infer x.csv >s.json 2>err
	grep -q '"a", "type": "integer", "constraints": {"required": true, "unique": true, "minimum": 0, "maximum": 59999}' s.json
	grep -q '"b", "type": "integer", "constraints": {"required": true, "minimum": 0, "maximum": 29999}' s.json
	grep -qF '"c", "type": "string", "constraints": {"required": true, "enum": ["k0", "k1", "k2"]}' s.json
	[ ! -s err ]
	etl-check --infer --memory 100K x.csv >s.json 2>err
	grep -q '"a", "type": "integer", "constraints": {"required": true, "minimum"' s.json
	grep -qF '"enum": ["k0", "k1", "k2"]' s.json
	grep -q "^etl-check: column 'a': more different values than there is memory for (--memory): unique is not claimed$" err
	etl-check -q --schema s.json x.csv
}

@test "--infer: nothing, a header alone, names that no schema has, bad input" {
	try etl-check --infer </dev/null
	fails 1 'stdin: '
	try etl-check --infer --allow-empty </dev/null
	[ "$status" -eq 0 ]
	printf 'a,b\n' >h.csv
	try etl-check --infer h.csv
	prints $'{\n  "fields": [\n    {"name": "a", "type": "string"},\n    {"name": "b", "type": "string"}\n  ],\n  "missingValues": [""]\n}'
	etl-check --infer h.csv >s.json
	try etl-check --schema s.json h.csv
	prints a,b
	try etl-check --infer -N <<<$'5,x'
	[ "$status" -eq 0 ]
	[[ $output = *'{"name": "1", "type": "integer"'* ]]
	try etl-check --infer <<<$'a,a\n1,2'
	fails 1 'the header makes no schema: '
	try etl-check --infer <<<$'a\xff,b\n1,2'
	fails 1 'the header makes no schema: '
	printf 'q"\n\xff\n\xff\n\xff\n\xff\n\xff\n' | etl-check --lenient --infer >s.json 2>err
	grep -qF '"q\"", "type": "string", "constraints": {"required": true, "minLength": 1, "maxLength": 1}' s.json
	printf 'a\n\x00\n\x00\n\x00\n\x00\n\x00\n' >n.csv
	etl-check --infer n.csv >s.json
	grep -qF '"enum": ["\u0000"]' s.json
	etl-check -q --schema s.json n.csv
	try etl-check --infer <<<$'a,b\n1'
	fails 1 'stdin:2: '
	try etl-check --infer --schema s.json h.csv
	fails 2 'options --schema, --infer, --profile, --diff exclude each other'
	try etl-check --infer -q h.csv
	fails 2 'option -q: only with --schema and --diff'
	try bash -c 'etl-check --infer h.csv >/dev/full'
	fails 2 'stdout: No space left on device'
	try bash -c 'etl-check --infer h.csv >&-'
	fails 2 'stdout: '
	try bash -c 'set -o pipefail; etl-filter "num(a) > 1" <<<$'"'a\\nx'"' | etl-check --infer -o late'
	fails 1 'not a number'
	[ ! -e late ]
}

@test "--infer, --profile: random inputs fit what is inferred of them, which is what they are made of" {
	"$BATS_TEST_DIRNAME/check-oracle" 50 "$RANDOM"
	ETL_BLOCK=1 "$BATS_TEST_DIRNAME/check-oracle" 10 "$RANDOM"
}

@test "--profile: counts, bounds, mean, quantiles, what is frequent" {
	local head=column,type,format,count,null,distinct,distinct_is,min,max,mean,p05,p25,p50,p75,p95,min_length,max_length,top1,top1_count,top2,top2_count,top3,top3_count
	printf 'n,s,d,e,w\n1,b,2021-02-01,,5\n2.50,"a,b",2021-01-01,,n/a\n-3,b,2021-02-01,,6\n0,äöü,,,7\n,b,2021-03-01,,n/a\n' >x.csv
	try etl-check --profile x.csv
	prints "$head
n,number,,4,1,4,exact,-3,2.50,0.125,-2.55,-0.75,0.50,1.375,2.275,1,4,1,1,2.50,1,-3,1
s,string,,5,0,3,exact,\"a,b\",äöü,,,,,,,1,3,b,3,\"a,b\",1,äöü,1
d,date,,4,1,3,exact,2021-01-01,2021-03-01,,,,,,,10,10,2021-02-01,2,2021-01-01,1,2021-03-01,1
e,string,,0,5,0,exact,,,,,,,,,0,0,,,,,,
w,integer,,3,2,3,exact,5,7,6,5.1,5.5,6,6.5,6.9,1,1,5,1,6,1,7,1"
	printf 'n,s\n' >h.csv
	try etl-check --profile h.csv
	prints "$head
n,string,,0,0,0,exact,,,,,,,,,0,0,,,,,,
s,string,,0,0,0,exact,,,,,,,,,0,0,,,,,,"
	# In a column of text words for nothing are values like any other.
	try etl-check --profile --no-out-header <<<$'a\nNULL\nNULL'
	prints 'a,string,,2,0,1,exact,NULL,NULL,,,,,,,4,4,NULL,2,,,,'
	try etl-check --profile --no-out-header <<<$'a\nb\n?\nnull\nb\n?'
	prints 'a,string,,5,0,3,exact,?,null,,,,,,,1,4,b,2,?,2,null,1'
	try etl-check --profile </dev/null
	fails 1 'stdin: '
	try etl-check --profile --no-out-header -T -N <<<$'7\n7'
	prints $'1\tinteger\t\t2\t0\t1\texact\t7\t7\t7\t7\t7\t7\t7\t7\t1\t1\t7\t2\t\t\t\t'
	try etl-check --profile -q h.csv
	fails 2 'option -q: only with --schema and --diff'
	try bash -c 'etl-check --profile h.csv >/dev/full'
	fails 2 'stdout: No space left on device'
}

@test "--profile: beyond memory it says so, and what it says is right" {
	awk 'BEGIN { print "a,b"; for (i = 0; i < 50000; i++) print i "," i % 10 }' >x.csv
	etl-check --profile --memory 300K x.csv >p.csv 2>said
	try etl-cut -f column,count,distinct_is,mean,p50,top1,top1_count p.csv
	prints $'column,count,distinct_is,mean,p50,top1,top1_count\na,50000,at least,24999.5,,0,1\nb,50000,exact,4.5,,0,5000'
	grep -q "^etl-check: column 'a': more values than there is memory for (--memory): no quantiles$" said
	# How the input comes in blocks makes no difference, whatever the memory.
	local memory block
	head -n 5000 x.csv >y.csv
	for memory in 16K 100K 150K 200K; do
		ETL_BLOCK=1 etl-check --profile --memory $memory y.csv >want 2>/dev/null
		for block in 300 4096 100000; do
			ETL_BLOCK=$block etl-check --profile --memory $memory y.csv 2>/dev/null | cmp - want
		done
		etl-check --profile --memory $memory y.csv 2>/dev/null | cmp - want
	done
	grep -q 'at least' want
	etl-check --profile x.csv >p.csv 2>said
	[ ! -s said ]
	try etl-cut -f distinct,distinct_is,p05,p50 p.csv
	prints $'distinct,distinct_is,p05,p50\n50000,exact,2499.95,24999.5\n10,exact,0,4.5'
}

# Fails unless from a field x of the first members to one of the second there are exactly these differences.
differs() { # OLD-MEMBERS NEW-MEMBERS LINE...
	schema "{\"name\":\"x\"$1}"
	mv s.json old.json
	schema "{\"name\":\"x\"$2}"
	shift 2
	try etl-check --diff old.json s.json
	[ "$status" -eq $(($# > 0)) ]
	[ "$output" = "$(printf '%s\n' field,change,what,old,new "$@")" ] || { echo "$output"; return 1; }
}

@test "--diff: wider, narrower, neither" {
	differs '' ''
	differs '' ',"type":"string","title":"X"'
	differs ',"type":"integer"' ',"type":"number"' x,wider,type,integer,number
	differs ',"type":"number"' ',"type":"integer"' x,narrower,type,number,integer
	differs ',"type":"date"' '' x,wider,type,date,string
	differs '' ',"type":"any"' x,wider,type,string,any
	differs ',"type":"date"' ',"type":"boolean"' x,changed,type,date,boolean
	differs ',"type":"date"' ',"type":"date","format":"%d.%m.%Y"' x,changed,format,,%d.%m.%Y
	differs ',"constraints":{"required":true}' ',"constraints":{"unique":true}' x,wider,required,true, x,narrower,unique,,true
	differs ',"type":"integer","constraints":{"minimum":1,"maximum":9}' ',"type":"integer","constraints":{"minimum":"0","maximum":10}' \
		x,wider,minimum,1,0 x,wider,maximum,9,10
	differs ',"type":"number","constraints":{"minimum":1,"maximum":9}' ',"type":"integer","constraints":{"minimum":2,"maximum":8}' \
		x,narrower,type,number,integer x,narrower,minimum,1,2 x,narrower,maximum,9,8
	differs ',"type":"integer","constraints":{"minimum":1}' ',"type":"integer","constraints":{"exclusiveMinimum":1}' \
		x,narrower,minimum,1, x,narrower,exclusiveMinimum,,1
	differs ',"type":"integer","constraints":{"minimum":1}' ',"type":"date","constraints":{"minimum":"2021-01-01"}' \
		x,changed,type,integer,date x,changed,minimum,1,2021-01-01
	differs ',"constraints":{"minLength":1,"maxLength":5}' ',"constraints":{"minLength":2}' x,narrower,minLength,1,2 x,wider,maxLength,5,
	differs ',"constraints":{"enum":["a","b"]}' ',"constraints":{"enum":["b","c","a"]}' \
		'x,wider,enum,"[""a"", ""b""]","[""b"", ""c"", ""a""]"'
	differs ',"constraints":{"enum":["a","b"]}' ',"constraints":{"enum":["b","c"]}' 'x,changed,enum,"[""a"", ""b""]","[""b"", ""c""]"'
	differs ',"constraints":{"pattern":"a"}' ',"constraints":{"pattern":"b","enum":["b"]}' x,changed,pattern,a,b 'x,narrower,enum,,"[""b""]"'
	# What says the same is no difference, however it is written.
	differs ',"constraints":{"required":false,"unique":false}' ''
	differs '' ',"format":"default","constraints":{"required":false}'
	differs ',"type":"number","decimalChar":".","groupChar":"","bareNumber":true' ',"type":"number"'
	differs ',"type":"integer","constraints":{"enum":[1,2],"minimum":1,"maximum":"9"}' ',"type":"integer","constraints":{"enum":["2",1],"minimum":"1","maximum":9}'
	differs ',"type":"number","constraints":{"enum":[1,2],"maximum":1.50}' ',"type":"number","constraints":{"enum":[2,1.0,2.00],"maximum":1.5}'
	differs ',"type":"number","constraints":{"enum":[1,2]}' ',"type":"number","constraints":{"enum":[1.0,3,2]}' 'x,wider,enum,"[1, 2]","[1.0, 3, 2]"'
	differs ',"constraints":{"required":false}' ',"constraints":{"required":true}' x,narrower,required,false,true
	differs ',"type":"date","format":"any"' ',"type":"date","format":"default"' x,changed,format,any,
	differs ',"missingValues":["-"]' '' 'x,changed,missingValues,"[""-""]",'
}

@test "--diff: fields that come, go and move; what is said of all; the status" {
	schema '{"name":"a"}' '{"name":"b","type":"date"}' '{"name":"c"}' '{"name":"d"}'
	mv s.json old.json
	schema '{"name":"d"}' '{"name":"a"}' '{"name":"new","type":"time"}' '{"name":"c"}'
	try etl-check --diff old.json s.json
	[ "$status" -eq 1 ]
	[ "$output" = $'field,change,what,old,new\nd,moved,field,4,1\nnew,added,field,,time\nb,removed,field,date,' ]
	try etl-check -q --diff old.json s.json
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ ! -s err ]
	try etl-check -q --diff s.json s.json
	prints ''
	try etl-check --diff -T --no-out-header old.json s.json
	[ "${lines[0]}" = $'d\tmoved\tfield\t4\t1' ]
	# A difference is an answer, and no failure for the rest of the pipe.
	try bash -c 'etl-check --diff old.json s.json | etl-cut -f field,change'
	prints $'field,change\nd,moved\nnew,added\nb,removed'
	printf '{"fields":[{"name":"a"}],"primaryKey":"a","missingValues":[""]}' >old.json
	printf '{"fields":[{"name":"a"}],"primaryKey":["a"],"fieldsMatch":["exact"]}' >s.json
	try etl-check --diff old.json s.json
	prints field,change,what,old,new
	printf '{"fields":[{"name":"a"}],"missingValues":["","-"],"fieldsMatch":"subset"}' >s.json
	try etl-check --diff old.json s.json
	[ "$output" = $'field,change,what,old,new\n,changed,missingValues,,"["""", ""-""]"\n,changed,primaryKey,a,\n,changed,fieldsMatch,exact,subset' ]
	try etl-check --diff old.json
	fails 2 'option --diff: two schemas are to be named, and not 1'
	try etl-check --diff old.json nofile
	fails 2 'nofile: No such file or directory'
	printf '{"fields":[{"name":"a","constraints":{"min":1}}]}' >bad.json
	try etl-check --diff old.json bad.json
	fails 2 "bad.json: line 1: field 'a': no such constraint: 'min'"
	try bash -c 'etl-check --diff old.json s.json >/dev/full'
	fails 2 'stdout: No space left on device'
	# What is inferred of an input does not differ from what is inferred of it again, its columns in another order.
	etl-check --infer -o one.json "$ROOT/tests/man-data/trips.csv"
	etl-cut -f 2,1,3- "$ROOT/tests/man-data/trips.csv" | etl-check --infer -o two.json
	try etl-check --diff one.json two.json
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 2 ]
}

@test "--schema of etl-filter, etl-map and etl-agg: columns are compared as what they are" {
	schema '{"name":"a","type":"integer"}' '{"name":"b","type":"number"}' '{"name":"d","type":"date"}' \
		'{"name":"e","type":"datetime"}' '{"name":"s"}' '{"name":"g","type":"date","format":"%d.%m.%Y"}'
	printf 'a,b,d,e,s,g\n10,9,2021-01-02,2021-01-01T12:00:00Z,x,01.02.2021\n007,7.0,2021-01-01,2021-01-01T02:00:00+02:00,b,01.01.2022\n9,10,2020-12-31,2021-01-01T00:00:00Z,ab,02.01.2021\n,1,,,,\n' >x.csv
	# The rows, by column b, for which an expression is true.
	rows() { # EXPR ROW...
		local expr=$1
		shift
		try bash -c 'set -o pipefail; etl-filter --schema s.json "$1" x.csv | etl-cut -f b' - "$expr"
		prints "$(printf '%s\n' b "$@")"
	}
	rows 'a < b' 10
	rows 'a == b' 7.0
	rows 'a != b' 9 10 1
	rows 'd < e' 10
	rows 'd == e' 7.0 1
	rows 'd <= "2021-01-01"' 7.0 10
	rows 's < "c"' 7.0 10 1
	rows 's < "c" && a > 8' 10
	rows 'a in (b, 9)' 7.0 10
	rows 'between(a, b, 10)' 9 7.0
	rows 'text(a) < text(b)' 9 7.0 1
	rows 'a == ""' 1
	rows 'a == "007"' 7.0
	try etl-filter --schema s.json --float 'a < b' x.csv
	[ "${#lines[@]}" -eq 2 ]
	try etl-filter --schema s.json 'a < s' x.csv
	fails 2 'write num(a) < num(s) or text(a) < text(s)'
	try etl-filter --schema s.json 'd < g' x.csv
	fails 2 'write parse_time(g, "%d.%m.%Y"), or text(g) for its text'
	try etl-filter 'a < b' x.csv
	fails 2 'write num(a) < num(b) or text(a) < text(b)'
	try etl-map --schema s.json 'y = a; z = a < b' x.csv
	[ "${lines[2]}" = '007,7.0,2021-01-01,2021-01-01T02:00:00+02:00,b,01.01.2022,007,false' ]
	try etl-agg --schema s.json 'min(s), max(s), min(a), sum(b)' x.csv
	prints $'min_s,max_s,min_a,sum_b\nab,x,7,27.0'
	try etl-agg 'min(s)' x.csv
	fails 1 "x.csv:2: column 's': not a number: 'x'"
	etl-filter --jobs 3 --schema s.json 'a < b' x.csv | cmp - <(etl-filter --schema s.json 'a < b' x.csv)
	try etl-filter --schema s.json 'a < b' <<<a,b
	fails 2 "etl-filter: s.json: no such column: 'd'"
	try etl-filter --schema nofile 'a < b' x.csv
	fails 2 'nofile: No such file or directory'
	echo '{"fields":1}' >s.json
	try etl-map --schema s.json 'y = a' x.csv
	fails 2 's.json: line 1: '
}

@test "--schema of etl-filter, etl-map and etl-agg: a form that is not ours is never computed with" {
	schema '{"name":"n","type":"number","groupChar":".","decimalChar":","}' '{"name":"d","type":"date","format":"%d.%m.%Y"}' \
		'{"name":"p","type":"integer","bareNumber":false}' '{"name":"t","type":"time","format":"%I:%M %p"}' \
		'{"name":"i","type":"datetime","format":"%Y-%m-%d %H:%M:%S"}' '{"name":"q","type":"number","groupChar":"","decimalChar":".","bareNumber":true}'
	printf 'n,d,p,t,i,q\n"1.500,5",01.12.2020,5%%,01:00 PM,2021-01-01 10:00:00,1.500\n"2,5",02.01.2021,12 %%,11:00 AM,2020-01-01 00:00:00,2\n' >x.csv
	# Is refused before the first record, with what to write.
	refuses() { # EXPR REMEDY
		try etl-filter --schema s.json "$1" x.csv
		fails 2 "write $2"
	}
	local number='num(replace(replace(n, ".", ""), ",", ".")), or text(n) for its text'
	for expr in 'n > 5' '5 < n' 'n == 1' 'n in (1, 2)' 'num(n) > 1' 'int(n) > 1' 'n < d' 'n < "2"' 'between(n, 1, 2)' \
		'n + 1 > 2' 'abs(n) > 1' 'round(n) > 1' 'sqrt(n) > 1' 'n < @v'; do
		try etl-filter -v v=3 --schema s.json "$expr" x.csv
		fails 2 "write $number"
	done
	try etl-filter --float --schema s.json 'n > 5' x.csv
	fails 2 "write $number"
	for expr in 'd < "2020-12-31"' 'd < now()' 'd == i' 'year(d) == 2020' 'parse_time(d) < now()' 'between(d, "a", "b")' 'd >= i'; do
		refuses "$expr" 'parse_time(d, "%d.%m.%Y"), or text(d)'
	done
	refuses 'p > 5' 'num(extract(p, /[-+]?[0-9](.*[0-9])?/))'
	refuses 't < "02:00 PM"' 'parse_time(concat("1970-01-01 ", t), "%Y-%m-%d %I:%M %p")'
	# Neither a choice nor another record nor a name makes another form of it.
	refuses 'num(coalesce(n, "0")) > 2' 'num(replace('
	refuses 'num(if(p == "", "0", n)) > 2' 'num(replace('
	refuses 'num(null_if(n, "x")) > 2' 'num(replace('
	try etl-map --schema s.json 'y = prev(n); z = y + 1' x.csv
	fails 2 "'y' has groupChar in the schema: write"
	for expr in 'max(n)' 'sum(n)' 'median(n)' 'min(d)' 'sum_if(n, p == "")'; do
		try etl-agg --schema s.json "$expr" x.csv
		fails 2 'in the schema: write'
	done
	# What is said to write does it.
	rows() { # EXPR ROW...
		local expr=$1
		shift
		try bash -c 'set -o pipefail; etl-filter --schema s.json "$1" x.csv | etl-cut -f n' - "$expr"
		prints "$(printf '%s\n' n "$@")"
	}
	rows 'num(replace(replace(n, ".", ""), ",", ".")) > 5' '"1.500,5"'
	rows 'parse_time(d, "%d.%m.%Y") < "2020-12-31"' '"1.500,5"'
	rows 'num(extract(p, /[-+]?[0-9](.*[0-9])?/)) > 5' '"2,5"'
	rows 'parse_time(concat("1970-01-01 ", t), "%Y-%m-%d %I:%M %p") < "1970-01-01T12:00:00Z"' '"2,5"'
	# As text, and in our form, nothing is in the way.
	rows 'n == "2,5"' '"2,5"'
	rows 'd =~ /2021/' '"2,5"'
	rows 'text(d) < "02"' '"1.500,5"'
	rows 'length(n) > 3 && !is_null(p)' '"1.500,5"'
	rows 'd in ("02.01.2021")' '"2,5"'
	rows 'i < "2020-06-01"' '"2,5"'
	rows 'q < 2' '"1.500,5"'
	try etl-agg --schema s.json 'count(n), mode(d), distinct(p), first(n), m = max(text(d))' x.csv
	prints $'count_n,mode_d,distinct_p,first_n,m\n2,01.12.2020,2,"1.500,5",02.01.2021'
	try etl-map --schema s.json 'n = num(replace(replace(n, ".", ""), ",", ".")); z = n + 1' x.csv
	[ "${lines[1]}" = '1500.5,01.12.2020,5%,01:00 PM,2021-01-01 10:00:00,1.500,1501.5' ]
}

@test "--schema of etl-filter, etl-map and etl-agg: missing values are null" {
	printf '{"missingValues":["","-"],"fields":[{"name":"a","type":"integer","missingValues":["","NA","n/a"]},{"name":"s"},{"name":"k","missingValues":[]}]}' >s.json
	printf 'a,s,k\n30,x,-\nNA,-,NA\nn/a,-,NA\n7,NA,\n,,\n' >x.csv
	try etl-filter --schema s.json 'a > 28' x.csv
	prints $'a,s,k\n30,x,-'
	try etl-filter --schema s.json 'is_null(a) && is_null(s)' x.csv
	prints $'a,s,k\nNA,-,NA\nn/a,-,NA\n,,'
	try etl-filter --schema s.json 'a != null && k == "-" || s == "NA" || a == "NA"' x.csv
	prints $'a,s,k\n30,x,-\n7,NA,'
	try etl-agg --schema s.json 'count(a), count(s)' <<<$'a,s,k\n"NA","-",'
	prints $'count_a,count_s\n0,0'
	# Where one side decides only some rows of the other are read.
	try etl-filter --schema s.json 'k == "NA" && coalesce(a, 5) == 5' x.csv
	prints $'a,s,k\nNA,-,NA\nn/a,-,NA'
	try etl-agg --schema s.json 'count(), count(a), sum(a), mean(a), min(a), count(s), distinct(s), count(k)' x.csv
	prints $'count,count_a,sum_a,mean_a,min_a,count_s,distinct_s,count_k\n5,2,37,18.5,7,2,2,3'
	# What is not computed leaves as it came.
	try etl-map --schema s.json 'y = a; z = coalesce(a, 0); w = fill_down(a); u = upper(s)' x.csv
	prints $'a,s,k,y,z,w,u\n30,x,-,30,30,30,X\nNA,-,NA,NA,0,30,\nn/a,-,NA,n/a,0,30,\n7,NA,,7,7,7,NA\n,,,,0,7,'
	etl-map --schema s.json 'z = coalesce(a, 0)' x.csv >want
	ETL_BLOCK=1 etl-map --schema s.json 'z = coalesce(a, 0)' x.csv | cmp - want
	ETL_SCAN=libcsv etl-map --schema s.json 'z = coalesce(a, 0)' x.csv | cmp - want
	etl-map --jobs 3 --schema s.json 'z = coalesce(a, 0)' x.csv | cmp - want
	try etl-map --explain --schema s.json 'z = coalesce(a, 0)' x.csv
	[[ "$output" = *'#1 (missing values null)'* ]]
	# The schema that is inferred of an input serves for it.
	printf 'a\n30\nNA\n20\nNA\n' >na.csv
	etl-check --infer -o na.json na.csv
	try etl-filter --schema na.json 'a > 28' na.csv
	prints $'a\n30'
	try etl-agg --schema na.json 'count(a), sum(a)' na.csv
	prints $'count_a,sum_a\n2,50'
	printf '{"fields":[\n{"name":"a","missingValues":"NA"}]}' >s.json
	try etl-filter --schema s.json 'a > 28' na.csv
	fails 2 "etl-filter: s.json: line 2: field 'a': not an array: 'missingValues'"
}
