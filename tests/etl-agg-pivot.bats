#!/usr/bin/env bats
# etl-agg --pivot: from long to wide.

load setup

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'plaza,type,amount,n\n7,car,12.50,1\n3,truck,40.00,2\n7,van,7.25,\n3,car,0.5,4\n7,car,,5\n' >t.csv
}

# Random records with many groups and columns: by default 8000 groups of which none has all 30 values.
many() {
	awk -v n="$1" 'BEGIN { srand(11); print "id,name,v"
		for (i = 0; i < n; i++) printf "k%d,c%d,%d\n", rand() * 8000, rand() * 30, rand() * 100 }'
}

@test "a column for each value, as they first came; of no records 0, or an empty field" {
	try etl-agg -g plaza --pivot type 'sum(amount)' t.csv
	prints $'plaza,car,truck,van\n7,12.50,,7.25\n3,0.5,40.00,'
	try etl-agg -g plaza --pivot type 'n = count(), sum(amount), d = distinct(n)' t.csv
	prints $'plaza,car_n,car_sum_amount,car_d,truck_n,truck_sum_amount,truck_d,van_n,van_sum_amount,van_d
7,2,12.50,2,0,,0,1,7.25,0\n3,1,0.5,1,1,40.00,1,0,,0'
	try etl-agg --pivot type 'count()' t.csv
	prints $'car,truck,van\n3,1,1'
	try etl-agg -g p=plaza,n --pivot 2 'any(amount)' t.csv
	prints $'p,n,car,truck,van\n7,1,12.50,,\n3,2,,40.00,\n7,,,,7.25\n3,4,0.5,,\n7,5,,,'
	# A value with a comma in it, one that is empty, and CRLF.
	printf 'k,"a b",x\r\n"",1,"2"\r\nu,"p,""q",3\r\n"u",,4\r\n' >odd.csv
	try etl-agg -g k --pivot 'a b' 'sum(x)' odd.csv
	prints $'k,1,"p,""q",\n"",2,,\nu,,3,4'
	try etl-agg -g k --pivot 'a b' 's = sum(x), count()' odd.csv
	prints $'k,1_s,1_count,"p,""q_s","p,""q_count",_s,_count\n"",2,1,,0,,0\nu,,0,3,1,4,1'
	try etl-agg -T -g k --pivot 'a b' 'sum(x)' odd.csv
	prints $'k\t1\tp,"q\t\n\t2\t\t\nu\t\t3\t4'
}

@test "--values: these columns and no others, in this order" {
	try etl-agg -g plaza --pivot type --values bus,van,car,truck 'count()' t.csv
	prints $'plaza,bus,van,car,truck\n7,0,1,2,0\n3,0,0,1,1'
	try etl-agg -g plaza --pivot type --values car,truck 'count()' t.csv
	fails 1 "etl-agg: plaza '7', type 'van': none of --values"
	[ -z "$output" ]
	try etl-agg --pivot type --values 'car,"a, ""b""",' 'n = count(), min(n)' <<<'type,n'
	prints $'car_n,car_min_n,"a, ""b""_n","a, ""b""_min_n",_n,_min_n\n0,,0,,0,'
	try etl-agg -N -g 1 --pivot 2 --values truck,car,van 'sum(num(#4))' <(tail -n +2 t.csv)
	prints $'7,,6,\n3,2,4,'
	# A group leaves as it ends: the next one need not be there.
	printf 'day,k,x\n1,a,1\n1,b,2\n1,a,4\n2,b,3\n' >days.csv
	try etl-agg -g day --sorted day --pivot k --values a,b 'sum(x)' days.csv
	prints $'day,a,b\n1,5,2\n2,,3'
	mkfifo in
	etl-agg -g day --sorted day --pivot k --values a,b 'sum(x)' in >out &
	exec 7>in
	cat days.csv >&7
	for _ in $(seq 200); do
		[ "$(wc -l <out)" -lt 2 ] || break
		sleep 0.05
	done
	[ "$(cat out)" = $'day,a,b\n1,5,2' ]
	exec 7>&-
	wait $!
	[ "$(cat out)" = $'day,a,b\n1,5,2\n2,,3' ]
}

@test "wide to long and back" {
	printf 'id,a,b c,d\n1,x,"y,z",\n2,,"",w\n3,"q ""r""",1,2\n' >wide.csv
	etl-map --unpivot 2- wide.csv >long.csv
	[ "$(wc -l <long.csv)" -eq 10 ]
	try etl-agg -g id --pivot name 'any(value)' long.csv
	prints $'id,a,b c,d\n1,x,"y,z",\n2,,,w\n3,"q ""r""",1,2'
	# And the other way, with a key of two columns.
	many 3000 | etl-agg -g id,name 'v = sum(v)' >long.csv
	etl-agg -g id --pivot name 'any(v)' long.csv | etl-map --unpivot 2- --to name,v | etl-filter 'v != ""' |
		etl-sort -k id,name | cmp - <(etl-sort -k id,name long.csv)
}

@test "nothing, no records, options that do not go together" {
	head -n 1 t.csv >none.csv
	try etl-agg -g plaza --pivot type 'count()' none.csv
	prints plaza
	try etl-agg -g plaza --pivot type --values car 'count()' none.csv
	prints plaza,car
	try etl-agg --pivot type 'count()' none.csv
	fails 1 'option --pivot: no records, and so no columns (--values names them)'
	try etl-agg -g a --pivot b 'count()' </dev/null
	fails 1 'no header'
	try etl-agg --allow-empty -g a --pivot b 'count()' </dev/null
	prints ''
	try etl-agg --allow-empty --pivot b 'count()' </dev/null
	prints ''
	try etl-agg --pivot typ 'count()' t.csv
	fails 2 "option --pivot: no such column: 'typ'; did you mean 'type'?"
	try etl-agg --pivot type,n 'count()' t.csv
	fails 2 'option --pivot: one column, not 2'
	try etl-agg -g 'kind=type' --pivot type 'count()' t.csv
	fails 2 "option --pivot: column 'type' is one of -g"
	try etl-agg -g plaza --values car 'count()' t.csv
	fails 2 'option --values: they are those of --pivot, which is missing'
	try etl-agg --pivot type --values car,van,car 'count()' t.csv
	fails 2 "option --values: 'car' is there twice"
	try etl-agg -g plaza --pivot type --having 'n > 1' 'n = count()' t.csv
	fails 2 'options --having and --pivot'
	try etl-agg -g plaza --pivot type --partial 'count()' t.csv
	fails 2 'options --partial and --pivot'
	try etl-agg -g plaza --sorted plaza --pivot type 'count()' t.csv
	fails 2 'options --sorted and --pivot need --values'
	try etl-agg -g plaza,n --sorted type --pivot type --values car 'count()' t.csv
	fails 2 "option --sorted: column 'type' is none of -g"
	try etl-agg -N --pivot 2 'count()' t.csv
	fails 2 'option --pivot: without a header only --values says which column is which'
	try etl-agg --no-out-header --pivot 2 'count()' t.csv
	fails 2 'option --pivot: without a header'
	try etl-agg -g plaza --pivot type 'sum(type)' t.csv
	fails 1 "t.csv:2: column 'type': not a number: 'car'"
	run bash -c 'etl-agg -g plaza --pivot type "count()" t.csv 2>err >/dev/full'
	fails 2 'No space left on device'
	run bash -c 'etl-agg -g plaza --pivot type "count()" t.csv 2>err >&-'
	fails 2 stdout
	# A result that cannot be is told before anything leaves.
	printf 'g,k,x\n1,a,99999999999999999999999999999999999999\n1,a,1\n' >large.csv
	try etl-agg -g g --pivot k 'sum(x)' large.csv
	fails 1 "g '1', k 'a': column 'sum_x': number out of range (38 digits)"
	[ -z "$output" ]
}

@test "two columns of one name, and too many" {
	printf 'a,b\n1,a\n' >same.csv
	try etl-agg -g a --pivot b 'count()' same.csv
	fails 1 "option --pivot: two columns would be called 'a': rename that of -g, as in new=old"
	[ -z "$output" ]
	try etl-agg -g key=a --pivot b 'count()' same.csv
	prints $'key,a\n1,1'
	try etl-agg -g a --pivot b --values c,a 'count()' same.csv
	fails 2 "option --values: two columns would be called 'a'"
	printf 'k\na\na_n\n' >names.csv
	try etl-agg --pivot k 'n = count(), n_n = count()' names.csv
	fails 1 "two columns would be called 'a_n_n'"
	run ! grep -q 'rename that' err
	many 2000 | awk -F, 'NR == 1 || !($1 in seen); { seen[$1] }' >unique.csv
	try etl-agg --pivot id --max-columns 1000 'count()' unique.csv
	fails 1 'option --pivot: 1001 values make more columns than 1000 (--max-columns)'
	try etl-agg --pivot id --max-columns 1000 --values "$(seq -s , 600)" 'n = count(), m = count()' unique.csv
	fails 2 'option --pivot: 600 values make more columns than 1000 (--max-columns)'
}

@test "beyond memory, by several jobs, of states, in any block: the same" {
	many 40000 >many.csv
	awk -F, 'NR > 1 { if (!($1 in row)) { row[$1] = ++rows; id[rows] = $1 }
			if (!($2 in column)) { column[$2] = ++columns; name[columns] = $2 }
			has[$1, $2] = 1; sum[$1, $2] += $3 }
		END { printf "id"; for (c = 1; c <= columns; c++) printf ",%s", name[c]; print ""
			for (r = 1; r <= rows; r++) { printf "%s", id[r]
				for (c = 1; c <= columns; c++)
					printf ",%s", (id[r], name[c]) in has ? sum[id[r], name[c]] : ""
				print "" } }' many.csv >want
	[ "$(wc -l <want)" -gt 7000 ]
	etl-agg -g id --pivot name 'sum(v)' many.csv | cmp - want
	etl-agg --memory 64K --stats s -g id --pivot name 'sum(v)' many.csv | cmp - want
	[ "$(grep -o '"peak_memory":[0-9]*' s | cut -d: -f2)" -lt 16000000 ] || [ "$ETL_BIN" != "$ROOT/build" ]
	etl-agg --memory 1M -g id --pivot name 'sum(v)' many.csv | cmp - want
	etl-agg --jobs 2 -g id --pivot name 'sum(v)' many.csv | cmp - want
	ETL_BLOCK=64 etl-agg -g id --pivot name 'sum(v)' many.csv | cmp - want
	ETL_SCAN=libcsv etl-agg -g id --pivot name 'sum(v)' many.csv | cmp - want
	split -n l/3 many.csv part
	etl-agg -g id,name --partial 'sum(v)' partaa >states
	etl-agg --header id,name,v -g id,name --partial --no-out-header 'sum(v)' partab partac >>states
	etl-agg --merge -g id --pivot name 'sum(v)' states | cmp - want
	etl-agg --merge --memory 64K -g id --pivot name 'sum(v)' states | cmp - want
	etl-agg --merge -g id --pivot name --values c1 'sum(v)' states >out 2>err && return 1
	grep -q "name 'c[0-9]*': none of --values" err
	# Group after group, each of them beyond memory.
	awk 'NR == 1 { print "day," $0; next } { print int(NR / 15000) "," $0 }' many.csv >days.csv
	values=$(seq -f 'c%g' -s , 0 29)
	etl-agg -g day,id --pivot name --values "$values" 'sum(v), list(v)' days.csv >want
	etl-agg --memory 128K -g day,id --sorted day --pivot name --values "$values" 'sum(v), list(v)' days.csv | cmp - want
	# What grows, and a record that alone is too large.
	etl-agg -g id --pivot name 'list(v)' many.csv >want
	etl-agg --memory 256K -g id --pivot name 'list(v)' many.csv | cmp - want
	awk 'BEGIN { print "g,k,x"; while (i++ < 20000) print "1,a,xxxxxxxxxxxxxxxx" }' >one.csv
	try etl-agg --memory 256K -g g --pivot k 'list(x)' one.csv
	fails 2 'more than --memory 262144: 1 group (allow more)'
	seq 20000 | sed '1ix' >wide.csv
	try etl-agg --memory 4M --pivot x 'count()' wide.csv
	[ "$status" -eq 0 ]
	try etl-agg --memory 256K --pivot x --values "$(seq -s , 20000)" 'list(x)' wide.csv
	fails 2 'option --pivot: more than --memory 262144: 1 record (allow more)'
	try etl-agg --memory 128K --pivot x 'count()' wide.csv
	fails 2 'option --pivot: more than --memory 131072: the names of the columns (allow more)'
}

@test "--pivot: an aggregate may be called as a column that the output has not" {
	printf 'plaza,type\n1,car\n1,van\n1,car\n' >t.csv
	try etl-agg -g plaza --pivot type 'type = count()' t.csv
	[ "$status" -eq 0 ]
	[ "$output" = $'plaza,car,van\n1,2,1' ]
	try etl-agg -g plaza --pivot type 'plaza = count()' t.csv
	[ "$output" = $'plaza,car,van\n1,2,1' ]
	try etl-agg -g car=plaza --pivot type 'count()' t.csv
	[ "$status" -ne 0 ]
	try etl-agg -g plaza --pivot type 'n = count(), n = max(plaza)' t.csv
	fails 2 "two columns are called 'n'"
}
