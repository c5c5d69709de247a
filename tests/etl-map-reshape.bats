#!/usr/bin/env bats
# etl-map --unpivot and --explode: several records of one.

load setup

@test "--unpivot: a record for each column, the others as they are" {
	printf 'id,q1,n,q2\n1,"1.0",x,\n"2",3,"y,z","a\nb"\n' >f
	for block in 1 262144; do
		ETL_BLOCK=$block try etl-map --unpivot 'q*' --to quarter,amount f
		[ "$status" -eq 0 ]
		[ "$(etl-cut -T -f quarter,amount --tsv-escape <<<"$output")" = $'quarter\tamount\nq1\t1.0\nq2\t\nq1\t3\nq2\ta\\nb' ]
	done
	try etl-map --unpivot q2,q1 f
	[ "${lines[0]}" = id,n,name,value ]
	[ "${lines[1]}" = 1,x,q2, ]
	try etl-map --unpivot id..q2 f
	[ "${lines[0]}" = name,value ]
	[ "${lines[1]}" = id,1 ]
	try etl-map -N --unpivot 2 f
	[ "${lines[0]}" = id,n,q2,2,q1 ]
}

@test "--unpivot keeps quotes that came" {
	scanner_only
	printf 'id,"a ""b"\n"1","2"\n' >f
	try etl-map --unpivot 2 f
	prints $'id,name,value\n"1","a ""b","2"'
}

@test "--explode: a record for each part, all else the same" {
	printf 'id,tags,n\n1,a;b;;c,x\n2,,y\n3,"p,q;r ""s""",z\n4,"one",w\n' >f
	for block in 1 262144; do
		ETL_BLOCK=$block try etl-map --explode tags f
		[ "$(etl-cut -T -f 1..3 <<<"$output")" = $'id\ttags\tn\n1\ta\tx\n1\tb\tx\n1\t\tx\n1\tc\tx\n2\t\ty\n3\tp,q\tz\n3\tr "s"\tz\n4\tone\tw' ]
	done
	try etl-map --explode tags --separator ', ' <<<$'tags\n"a, b,c"\n""'
	prints $'tags\na\n"b,c"\n""'
	try etl-map --explode 2 --separator ';;' f
	[ "${lines[1]}" = '1,a;b,x' ]
	[ "${lines[2]}" = '1,c,x' ]
	# What etl-agg has made a list of comes apart again.
	printf 'k,v\n1,a\n1,b\n2,\n1,c\n' >long
	try bash -o pipefail -c "etl-agg -g k 'v = list(v)' long | etl-map --explode v"
	prints $'k,v\n1,a\n1,b\n1,c\n2,'
}

@test "nothing, CRLF, several jobs, the ledger" {
	printf 'a,b\r\n' >f
	try etl-map --unpivot b f
	prints a,name,value
	printf 'a,b\r\n1,2;3\r\n' >f
	try etl-map --unpivot b f
	prints $'a,name,value\n1,b,2;3'
	try etl-map --explode b --stats s f
	prints $'a,b\n1,2\n1,3'
	[ "$(jq -c '[.in,.out,.filtered,.rejected,.made]' s)" = '[1,2,0,0,1]' ]
	{ echo a,b,c; seq -f '%.0f,x;y,z' 100000; } >big
	etl-map --unpivot b,c --jobs 1 big | cksum >one
	etl-map --unpivot b,c --jobs 3 big | cksum >three
	cmp one three
	[ "$(etl-map --unpivot b,c big | wc -l)" -eq 200001 ]
	etl-map --explode b --jobs 1 big | cksum >one
	etl-map --explode b --jobs 3 big | cksum >three
	cmp one three
	[ "$(etl-map --explode b big | tail -n +2 | wc -l)" -eq 200000 ]
	printf '' >f
	try etl-map --explode b f
	fails 1 'there is no header'
}

@test "what is wrong: columns, names, options, data" {
	printf 'a,b\n1,2\n' >f
	try etl-map --unpivot c f
	fails 2 'c'
	try etl-map --unpivot b --to a,x f
	fails 2 "option --to: there is a column 'a' already"
	try etl-map --unpivot b --to x,x f
	fails 2 "there is a column 'x' already"
	for to in x x, ,x x,y,z; do
		try etl-map --unpivot b --to "$to" f
		fails 2 'is not two names'
	done
	try etl-map --explode 1,2 f
	fails 2 'one column, not 2'
	try etl-map --explode a --separator '' f
	fails 2 'option --separator: it is empty'
	try etl-map --explode a --unpivot b f
	fails 2 'exclude each other'
	try etl-map --explode a --by b f
	fails 2 'take no program'
	printf 'a,b\n1,"2\n' >f
	try etl-map --explode a f
	fails 1 'unterminated quote'
	printf 'a,b\n1\n' >f
	try etl-map --unpivot a f
	fails 1 'f:2'
	{ echo a,b; seq -f '%g,x;y' 50000; } >f
	try bash -c 'etl-map --explode b f >/dev/full'
	fails 2 'No space left'
}
