#!/usr/bin/env bats
# etl-agg: groups in order of first appearance, aggregates that are exact, states that are added.

load setup

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'plaza,type,amount,n\n7,car,12.50,1\n3,truck,40.00,2\n7,van,7.25,\n3,car,0.5,4\n7,car,,5\n' >t.csv
}

# Memory of the run whose record is in the file s, in bytes.
peak() {
	grep -o '"peak_memory":[0-9]*' s | cut -d: -f2
}

@test "groups leave in order of first appearance, keys first" {
	try etl-agg -g plaza 'count(), sum(amount), mean(amount), max(amount)' t.csv
	prints $'plaza,count,sum_amount,mean_amount,max_amount\n7,3,19.75,9.875,12.50\n3,2,40.50,20.25,40.00'
	try etl-agg -g type,plaza 'n = count(); least = min(n)
most = max(n)' t.csv
	prints $'type,plaza,n,least,most\ncar,7,2,1,5\ntruck,3,1,2,2\nvan,7,1,,\ncar,3,1,4,4'
	try etl-agg -g '3..1,x=n' 'count()' t.csv
	fails 2 "option -g: range runs backwards: '3..1'"
	try etl-agg -g 'kind=type,#1' 'count()' t.csv
	prints $'kind,plaza,count\ncar,7,2\ntruck,3,1\nvan,7,1\ncar,3,1'
	try etl-agg 'count(), sum(amount)' t.csv t.csv
	prints $'count,sum_amount\n10,120.50'
}

@test "every aggregate" {
	try etl-agg -g plaza 'count(n); count_if(n > 1); sum_if(amount, type == "car"); min(amount); median(amount)
		quantile(amount, 0.25); first(type); last(type); any(type); mode(type); distinct(type); var(n); stddev(n)
		var_pop(n); stddev_pop(n); min(text(type)); max(text(type))' t.csv
	prints 'plaza,count_n,count_if_n_1,sum_if_amount_type_car,min_amount,median_amount,quantile_amount_0.25,first_type,last_type,any_type,mode_type,distinct_type,var_n,stddev_n,var_pop_n,stddev_pop_n,min_text_type,max_text_type
7,2,1,12.50,7.25,9.875,8.5625,car,car,car,car,2,8,2.8284271247461903,4,2,car,van
3,2,2,0.5,0.5,20.25,10.375,truck,car,truck,truck,2,2,1.4142135623730951,1,1,car,truck'
}

@test "against the definitions, computed with fractions; any block, any scanner" {
	query=$("$ROOT/tests/agg-oracle" query)
	for rows in 1 2 30 4000; do
		"$ROOT/tests/agg-oracle" make "$rows" 7 >o.csv
		"$ROOT/tests/agg-oracle" o.csv >want
		[ "$(wc -l <want)" -gt 1 ]
		etl-agg -g k "$query" o.csv | cmp - want
		for block in 1 64; do
			ETL_BLOCK=$block etl-agg -g k "$query" o.csv | cmp - want
		done
		ETL_SCAN=libcsv etl-agg -g k "$query" o.csv | cmp - want
		# Sorted by the key, each group's records in their order, the groups are the same.
		{ head -n 1 o.csv; tail -n +2 o.csv | sort -s -t, -k1,1; } >sorted.csv
		etl-agg -g k --sorted k "$query" sorted.csv >got
		diff <(sort got) <(sort want)
	done
}

@test "null: left out by all but count(); of nothing comes nothing" {
	printf 'k,x\na,\na,""\nb,1\n' >n.csv
	try etl-agg -g k 'count(), c = count(x), s = sum(x), m = mean(x), l = min(x), q = median(x), v = var(x), vp = var_pop(x), f = first(x), o = mode(x), d = distinct(x)' n.csv
	prints $'k,count,c,s,m,l,q,v,vp,f,o,d\na,2,0,,,,,,,,,0\nb,1,1,1,1,1,1,,0,1,1,1'
	try etl-agg 'count(null), sum(null), count(x == "1"), distinct(null)' n.csv
	prints $'count_null,sum_null,count_x_1,distinct_null\n0,,3,0'
}

@test "nothing, header only, zero bytes" {
	printf 'k,x\n' >h.csv
	try etl-agg 'n = count(), sum(x), first(k)' h.csv
	prints $'n,sum_x,first_k\n0,,'
	try etl-agg -g k 'n = count(), sum(x)' h.csv
	prints 'k,n,sum_x'
	try etl-agg -g k --sorted k 'n = count()' h.csv
	prints 'k,n'
	try etl-agg 'count()' /dev/null
	fails 1 "there is no header"
	try etl-agg --allow-empty 'n = count(), sum(x), #2 = max(#2)' /dev/null
	prints $'n,sum_x,2\n0,,'
	try etl-agg --allow-empty -g k 'n = count(), sum(x)' /dev/null
	prints ''
	try etl-agg -N 'count(), sum(#2)' /dev/null
	prints '0,'
	try etl-agg --header k,x -g k 'count(), sum(x)' /dev/null
	prints 'k,count,sum_x'
	try etl-agg --no-out-header --allow-empty 'count()' /dev/null
	prints '0'
	try etl-agg 'sum(nix)' h.csv
	fails 2 "no such column: 'nix'"
}

@test "keys leave as they first came, in quotes or not" {
	scanner_only
	printf 'k,"l"\r\n"a",1\r\na,1\r\n007,"x ""y"""\r\n7,\r\n"7",""\r\n,z\n"",z' >k.csv
	etl-agg -g k,l 'count()' k.csv >out
	printf 'k,"l",count\n"a",1,2\n007,"x ""y""",1\n7,,2\n,z,2\n' | cmp - out
	etl-agg -g k 'count(l)' -D ';' k.csv >out
	printf 'k;count_l\n"a";2\n007;1\n7;0\n;2\n' | cmp - out
	printf 'k\n""\n\n""\n' >one.csv
	try etl-agg -g k 'count()' one.csv
	prints $'k,count\n"",3'
}

@test "keys: NUL, any bytes, empty ones, a comma in one, a MiB" {
	printf 'a,b\nx,yz\nxy,z\nx\x00,1\nx,1\n\x00x,1\n\x00,1\n,1\n"x,y",z\nx,"y,z"\n\xff\xfe,1\nx\x00,1\n' >k.csv
	etl-agg -g a 'count()' k.csv >out
	printf 'a,count\nx,3\nxy,1\nx\x00,2\n\x00x,1\n\x00,1\n,1\n"x,y",1\n\xff\xfe,1\n' | cmp - out
	etl-agg -g a,b 'count()' k.csv | tail -n +2 | cut -d, -f 1 | head -n 2 >out
	printf 'x\nxy\n' | cmp - out
	[ "$(etl-agg -g a,b 'count()' k.csv | wc -l)" -eq 11 ]
	{
		echo k,v
		for i in 1 2 3 1 2; do
			head -c 1048576 /dev/zero | tr '\0' x
			echo "$i,$i"
		done
	} >long.csv
	try etl-agg -g k 'count(), sum(v)' long.csv
	[ "$status" -eq 0 ]
	[ "$(wc -c <<<"$output")" -gt 3145728 ]
	[ "$(cut -c 1048577- <<<"${lines[1]}")" = 1,2,2 ]
	[ "$(cut -c 1048577- <<<"${lines[3]}")" = 3,1,3 ]
	etl-agg -g k --memory 2M 'count(), sum(v)' long.csv | cmp - <(etl-agg -g k 'count(), sum(v)' long.csv)
}

@test "sums are exact, and it is only the result that has to fit" {
	printf 'x\n0.1\n0.20\n0.300\n' >x.csv
	try etl-agg 'sum(x), mean(x)' x.csv
	prints $'sum_x,mean_x\n0.600,0.2'
	nines=99999999999999999999999999999999999999
	printf 'x\n%s\n%s\n-%s\n0.5\n' $nines $nines $nines >x.csv
	try etl-agg -g x 'count()' x.csv
	try etl-agg 'sum(x)' x.csv
	fails 1 "etl-agg: column 'sum_x': number out of range (38 digits)"
	printf 'x\n%s\n1\n-%s\n-%s\n0.5\n%s\n' $nines $nines $nines $nines >x.csv
	try etl-agg 'sum(x), mean(x), min(x), max(x), var(x)' x.csv
	prints "sum_x,mean_x,min_x,max_x,var_x
1.5,0.25,-$nines,$nines,8e+75"
	printf 'k,x\na,1\n"b ""c",%s\n"b ""c",2\n' $nines >x.csv
	try etl-agg -g k 'n = count(), s = sum(x)' x.csv
	fails 1 "etl-agg: k 'b \"c': column 's': number out of range (38 digits)"
	[ -z "$output" ]
	{ seq 5000 | sed 's/$/,1/; 1i k,x'; printf 'last,%s\nlast,1\n' $nines; } >many.csv
	try etl-agg -g k 'sum(x)' many.csv
	fails 1 "etl-agg: k 'last': column 'sum_x': number out of range (38 digits)"
	[ -z "$output" ]
	try etl-agg -g k 'n = count(), s = sum(x)' --on-error=null x.csv
	prints $'k,n,s\na,1,1\n"b ""c",2,'
	fails 0 "1 record with null for a value that cannot be computed"
	try etl-agg -o out -g k 'sum(x)' x.csv
	fails 1 "out of range"
	[ ! -e out ]
	printf 'x\n%s\n1\n' "9999999999999999999999999999999999999.0" >x.csv
	try etl-agg 'sum(x)' x.csv
	prints $'sum_x\n10000000000000000000000000000000000000'
	try etl-agg --float 'sum(x)' x.csv
	prints $'sum_x\n1e+37'
}

@test "min and max: as they came; of equal ones the one with most digits, in any order" {
	for values in '12.5 12.50 007' '12.50 12.5 007' '7 12.50 +12.5 7.0'; do
		{ echo x; tr ' ' '\n' <<<"$values"; } >x.csv
		try etl-agg 'a = max(x), b = min(x)' x.csv
		[[ "${lines[1]}" =~ ^12.50,7(.0)?$ ]]
	done
	[ "${lines[1]}" = 12.50,7.0 ]
}

@test "64 bits are no limit" {
	printf 'x\n9223372036854775807\n9223372036854775807\n-1\n' >x.csv
	try etl-agg 'sum(x), mean(x), median(x), q = quantile(x, 0.75)' x.csv
	prints $'sum_x,mean_x,median_x,q\n18446744073709551613,6148914691236517204,9223372036854775807,9223372036854775807'
	printf 'x\n9223372036854775807\n0.5\n' >x.csv
	try etl-agg 'sum(x), mean(x), median(x)' x.csv
	prints $'sum_x,mean_x,median_x\n9223372036854775807.5,4611686018427387903.8,4611686018427387903.75'
}

@test "mean: 16 digits, or the scale of the input, half to even" {
	mean() { # VALUE... : the mean of the values
		printf '%s\n' x "$@" | etl-agg --no-out-header 'mean(x)'
	}
	[ "$(mean 1 0 0)" = 0.3333333333333333 ]
	[ "$(mean 2 0 0)" = 0.6666666666666667 ]
	[ "$(mean -200 0 0)" = -66.66666666666667 ]
	[ "$(mean 0.0001 0 0)" = 0.00003333333333333333 ]
	[ "$(mean 1000 1000)" = 1000 ]
	[ "$(mean 12.50 12.50)" = 12.5 ]
	# Half to even at the sixteenth digit.
	[ "$(mean 1000000000000000 1000000000000001)" = 1000000000000000 ]
	[ "$(mean 1000000000000001 1000000000000002)" = 1000000000000002 ]
	# The input has more digits than 16.
	[ "$(mean 1234567890123456789.25 1234567890123456789.25 1234567890123456789.26)" = 1234567890123456789.25 ]
	[ "$(mean 99999999999999999999999999999999999999 99999999999999999999999999999999999999)" = \
		99999999999999999999999999999999999999 ]
	[ "$(mean 99999999999999999999999999999999999999 1e-38)" = 50000000000000000000000000000000000000 ]
	# What is cut off is more than a half only by digits far behind.
	[ "$(mean 1000000000000000000000000000000000000.1 1e-38 0 0)" = 250000000000000000000000000000000000.03 ]
	[ "$(mean 1000000000000000000000000000000000000.1 0e-38 0 0)" = 250000000000000000000000000000000000.02 ]
	[ "$(mean 0 0.00)" = 0 ]
}

@test "quantiles: on the line between two values (R-7), exact" {
	{ echo x; seq 10; } >x.csv
	try etl-agg 'a = quantile(x, 0), b = quantile(x, 1), c = quantile(x, 0.95), d = quantile(x, 0.123456789), m = median(x)' x.csv
	prints $'a,b,c,d,m\n1,10,9.55,2.111111101,5.5'
	printf 'x\n2.0\n1\n3.50\n' >x.csv
	try etl-agg 'm = median(x), q = quantile(x, 0.25)' x.csv
	prints $'m,q\n2.00,1.50'
	# More digits than there are: a double.
	printf 'x\n0.00000000000000000000000000000000000001\n99999999999999999999999999999999999999\n' >x.csv
	try etl-agg 'median(x)' x.csv
	prints $'median_x\n5e+37'
	try etl-agg --float 'quantile(x, 0.5)' x.csv
	prints $'quantile_x_0.5\n5e+37'
	for p in -0.1 1.1 null; do
		try etl-agg "quantile(x, $p)" x.csv
		fails 2 "quantile(x, p): p is not within 0 and 1"
	done
	try etl-agg 'quantile(x, 0.1234567890123456789)' x.csv
	fails 2 "p has more than 18 digits behind the point"
	try etl-agg 'quantile(x, x)' x.csv
	fails 2 "'x' has to be known before any data"
}

@test "mode and distinct: bytes of a plain column, values of numbers" {
	printf 'x\n1.0\n2\n1\n2.00\n01\n2\n' >x.csv
	try etl-agg 'a = distinct(x), b = distinct(num(x)), c = mode(x), d = mode(num(x)), e = distinct(x > 1), f = mode(x > 1)' x.csv
	prints $'a,b,c,d,e,f\n5,2,2,1.0,2,false'
	printf 'k,x\na,u\nb,v\na,v\nb,v\na,v\na,u\n' >x.csv
	try etl-agg -g k 'mode(x), distinct(x)' x.csv
	prints $'k,mode_x,distinct_x\na,u,2\nb,v,1'
}

@test "times: min and max; text by bytes" {
	printf 't\n2021-08-01 12:30\n2021-08-01T10:30:00-04:00\n\n2020-01-01\n' >x.csv
	try etl-agg 'a = min(parse_time(t)), b = max(parse_time(t)), c = max(text(t)), d = first(parse_time(t))' x.csv
	prints $'a,b,c,d\n2020-01-01T00:00:00Z,2021-08-01T14:30:00Z,2021-08-01T10:30:00-04:00,2021-08-01T12:30:00Z'
	try etl-agg 'min(t)' x.csv
	fails 1 "x.csv:2: column 't': not a number: '2021-08-01 12:30'"
}

@test "doubles: sums that lose nothing, variance, quantiles" {
	printf 'x\n1e100\n1\n-1e100\n1\n' >x.csv
	try etl-agg --float 'sum(x), mean(x), max(x), min(x)' x.csv
	prints $'sum_x,mean_x,max_x,min_x\n2,0.5,1e+100,-1e+100'
	printf 'x,y\n1,3\n2,3\n4,3\n,3\n' >x.csv
	try etl-agg 'a = sum(x / y), b = mean(x / y), c = var(x / 2), d = median(x / 2), e = max(x / 3)' x.csv
	prints $'a,b,c,d,e\n2.333333333333333,0.7777777777777777,0.5833333333333333,1,1.3333333333333333'
	printf 'x\n1e308\n-1e308\n' >x.csv
	try etl-agg --float 'median(x), q = quantile(x, 0.75)' x.csv
	prints $'median_x,q\n0,5e+307'
	printf 'x\n1e308\n1e308\n' >x.csv
	try etl-agg --float 'sum(x)' x.csv
	fails 1 "column 'sum_x': no finite result"
}

@test "names: of columns without one, twice the same, of the key" {
	try etl-agg -g plaza 'a = sum(amount), a = count()' t.csv
	fails 2 "two columns are called 'a': name this one, as in total = sum(x)"
	[ "$(sed -n 2,3p err)" = $'  a = sum(amount), a = count()\n                       ^^^^^^^' ]
	try etl-agg 'sum(amount), sum(#3)' t.csv
	fails 2 "two columns are called 'sum_amount'"
	try etl-agg -g plaza 'plaza = count()' t.csv
	fails 2 "two columns are called 'plaza'"
	try etl-agg -g x=plaza 'x = count()' t.csv
	fails 2 "two columns are called 'x'"
	try etl-agg -g x=plaza 'plaza = count(), {a,b} = sum(n)' t.csv
	prints $'x,plaza,"a,b"\n7,3,6\n3,2,6'
	try etl-agg 'amount = max(amount), m = min(amount)' t.csv
	prints $'amount,m\n40.00,0.5'
}

@test "expressions that have a name serve those behind them" {
	try etl-agg -g plaza 'd = amount * 2; sum(d), n = d + 1; max(n)' t.csv
	prints $'plaza,sum_d,max_n\n7,39.50,26.00\n3,81.00,81.00'
	try etl-agg 'd = amount * 2' t.csv
	fails 2 "an aggregate, as in sum(amount), is expected, but the program ends"
}

@test "a bad program: 2, a caret, no output" {
	try etl-agg -o out 'sum(amuont)' t.csv
	fails 2 "no such column: 'amuont'; did you mean 'amount'?"
	[ "$(sed -n 2,3p err)" = $'  sum(amuont)\n      ^^^^^^' ]
	[ ! -e out ]
	try etl-agg 'avg(amount)' t.csv
	fails 2 "unknown function: 'avg'; did you mean 'mean'?"
	try etl-agg 'n_unique(amount)' t.csv
	fails 2 "unknown function: 'n_unique'; did you mean 'distinct'?"
	try etl-agg 'count(DISTINCT amount)' t.csv
	fails 2 "',' or ')' is expected, not 'amount'; distinct(x) counts the different ones"
	try etl-agg 'count(*)' t.csv
	fails 2 "a value is expected, not '*'; count() counts the records"
	try etl-agg 'count' t.csv
	fails 2 "no such column: 'count'; the function is count(...)"
	try etl-agg 'countif(amount > 2)' t.csv
	fails 2 "unknown function: 'countif'; did you mean 'count_if' or 'count'?"
	try etl-agg 'sum(amount) as total' t.csv
	fails 2 "an operator or ';' is expected, not 'as'; write name = expression"
	try etl-agg 'sum(amount) GROUP BY plaza' t.csv
	fails 2 "not 'GROUP'; option -g has the columns to group by"
	try etl-agg -g plaza amount 'count()' t.csv
	fails 2 "etl-agg: count(): No such file or directory; the program is the first operand, the whole of it in quotes, and here that is 'amount'"
	try etl-agg 'meen(amount)' t.csv
	fails 2 "unknown function: 'meen'; did you mean 'mean'"
	try etl-agg 'r = sum(amount) / count()' t.csv
	fails 2 "sum(...) is an aggregate, which is part of no expression: compute with what it gives in an etl-map behind"
	try etl-agg 's = sum(amount); r = s / 2' t.csv
	fails 2 "'s' is an aggregate, which has its value only at the end"
	try etl-agg 'round(amount)' t.csv
	fails 2 "'round(amount)' is no aggregate, as sum(x) is, and has no name to be used by"
	try etl-agg 'sum(trim(amount))' t.csv
	fails 2 "sum(x) takes a number here, and 'trim(amount)' is text; write num(trim(amount))"
	try etl-agg 'sum(amount, 2)' t.csv
	fails 2 "sum(x) does not take 2 arguments"
	try etl-agg '' t.csv
	fails 2 "an aggregate, as in sum(amount), is expected, but the program ends"
	try etl-agg
	fails 2 "a program is needed: an operand, or --program FILE"
	try etl-agg t.csv
	fails 2 "the program is missing: 't.csv' is an input; write etl-agg 'AGGREGATE(COLUMN)' t.csv"
	try etl-agg "sum($(printf '(%.0s' $(seq 1000))" t.csv
	fails 2 "nested deeper than 256"
	try etl-agg -g nix 'count()' t.csv
	fails 2 "option -g: no such column: 'nix'"
	try etl-agg -g plaza,plaza 'count()' t.csv
	fails 2 "option -g: column chosen twice: 'plaza'"
}

@test "no number: fail, with file, line and column; null, skip, reject" {
	printf 'k,x,n\na,1,1\nb,n/a,0\na,3,2\nc,zz,1\na,1,0\n' >p.csv
	try etl-agg -g k 'sum(x)' p.csv
	fails 1 "etl-agg: p.csv:3: column 'x': not a number: 'n/a'"
	[ -z "$output" ]
	try etl-agg -o out 'sum(x)' p.csv
	fails 1 "p.csv:3"
	[ ! -e out ]
	try etl-agg -g k --on-error=null 'count(), sum(x)' p.csv
	prints $'k,count,sum_x\na,3,5\nb,1,\nc,1,'
	fails 0 "2 records with null for a value that cannot be computed"
	# A record that is left out is in no group, and makes none.
	try etl-agg -g k --on-error=skip 'count(), sum(x)' p.csv --stats s
	prints $'k,count,sum_x\na,3,5'
	fails 0 "2 records skipped (--on-error=skip)"
	grep -q '"filtered":2' s
	try etl-agg -g k --rejects r.csv 'count(), sum(x)' p.csv
	prints $'k,count,sum_x\na,3,5'
	fails 0 "2 of 5 records rejected: see r.csv"
	[ "$(sed -n 2p r.csv)" = "etl-agg,p.csv,3,,x,value,column 'x': not a number: 'n/a',\"b,n/a,0\"" ]
	try etl-agg --max-rejects 1 'sum(x)' p.csv
	fails 1 "more than 1 reject"
	try etl-agg --on-error=reject 'sum(x)' p.csv
	fails 2 "option --on-error=reject needs --rejects FILE or --max-rejects N"
	try etl-agg 'sum(1 / n)' p.csv
	fails 1 "p.csv:3: '1 / n': division by zero"
	try etl-agg 'sum_if(1 / n, n != 0)' p.csv
	prints $'sum_if_1_n_n_0\n2.5'
	try etl-agg 'sum_if(num(x), is_number(x))' p.csv
	prints $'sum_if_num_x_is_number_x\n5'
}

@test "all records of a batch are left out" {
	{ echo k,x; for i in $(seq 3000); do echo "$i,bad"; done; echo a,1; } >p.csv
	for block in 64 262144; do
		try env ETL_BLOCK=$block etl-agg -g k --on-error=skip 'sum(x)' p.csv
		prints $'k,sum_x\na,1'
		try env ETL_BLOCK=$block etl-agg -g k --sorted k --on-error=skip 'sum(x)' p.csv
		prints $'k,sum_x\na,1'
	done
}

@test "--sorted: groups leave as they end" {
	printf 'day,k,x\n1,a,1\n1,b,2\n1,a,3\n2,a,4\n3,b,5\n3,b,6\n' >s.csv
	for block in 1 64 262144; do
		try env ETL_BLOCK=$block etl-agg -g k,day --sorted day 'count(), sum(x), mode(x), median(x), last(x)' s.csv
		prints $'k,day,count,sum_x,mode_x,median_x,last_x\na,1,2,4,1,2,3\nb,1,1,2,2,2,2\na,2,1,4,4,4,4\nb,3,2,11,5,5.5,6'
	done
	try etl-agg -g day --sorted day 'count()' s.csv s.csv
	fails 1 "s.csv:2: day '1': this group has ended before (--sorted)"
	try etl-agg -g k,day --sorted day,k 'count()' s.csv
	fails 1 "s.csv:4: day '1', k 'a': this group has ended before (--sorted)"
	try etl-agg -g k --sorted day 'count()' s.csv
	fails 2 "option --sorted: column 'day' is none of -g"
	try etl-agg --sorted day 'count()' s.csv
	fails 2 "option --sorted: its columns are some of -g, which is missing"
	try etl-agg -g day --sorted nix 'count()' s.csv
	fails 2 "option --sorted: no such column: 'nix'"
}

@test "--sorted: what has ended is written while the input goes on" {
	mkfifo in out
	etl-agg -g day --sorted day 'n = count()' in >out &
	exec 6<out 5>in
	printf 'day\n1\n1\n2\n' >&5
	read -r -t 10 -u 6 line
	[ "$line" = day,n ]
	read -r -t 10 -u 6 line
	[ "$line" = 1,2 ]
	printf '3\n' >&5
	read -r -t 10 -u 6 line
	[ "$line" = 2,1 ]
	exec 5>&-
	read -r -t 10 -u 6 line
	[ "$line" = 3,1 ]
	exec 6<&-
	wait $!
}

@test "--sorted: constant memory, whatever the groups hold" {
	scanner_only
	seq 400000 | awk 'BEGIN { print "k,x" } { print int($1 / 3) "," $1 % 100 }' >s.csv
	etl-agg -g k --sorted k --memory 1M --stats s 'count(), mode(x), median(x), first(x)' s.csv >out
	[ "$(wc -l <out)" -eq 133335 ]
	[ "$(sed -n 3p out)" = 1,3,3,4,3 ]
	[ "$(peak)" -le 200000000 ]
	etl-agg -g k 'count(), mode(x), median(x), first(x)' s.csv | cmp - out
}

@test "--memory: one group that takes more is 2, and says so" {
	{ echo k,x; seq 200000 | sed 's/.*/&,&/'; } >m.csv
	for aggregate in 'median(x)' 'distinct(x)' 'mode(num(x))'; do
		try etl-agg --memory 1M "$aggregate" m.csv
		fails 2 "more than --memory 1048576: 1 group ("
		[[ "$(cat err)" =~ ^etl-agg:\ m.csv:[0-9]+:\ more ]]
		[ -z "$output" ]
	done
	# The same behind the first pass, where no line is known, but the group.
	{ echo k,x; seq 20000 | sed 's/.*/&,1/'; seq 20000 | sed 's/.*/20000,&.&/'; seq 150000 | sed 's/.*/20000,&/'; } >one.csv
	try etl-agg -g k --memory 1M 'median(x), n = count()' one.csv
	fails 2 "k '20000': more than --memory 1048576: 1 group (allow more)"
	[ -z "$output" ]
	try etl-agg --memory 1M 'sum(x), var(x), last(x)' m.csv
	[ "$status" -eq 0 ]
	try etl-agg --memory 1X 'count()' m.csv
	fails 2 "memory"
	try etl-agg --memory 0 'count()' m.csv
	prints $'count\n200000'
}

# 100,000 records in 35,000 groups: keys with quotes or without, numbers of many scales, nulls, texts.  With 64K a
# partition does not fit either.
make_groups() {
	awk 'BEGIN {
		print "k,l,x,t"
		for (i = 0; i < 100000; i++) {
			k = i * 7919 % 35003
			x = i % 7 == 0 ? "" : i % 13 == 0 ? i "12345678901234567890.5" : i % 1000 / (i % 4 * 8 + 1)
			print (i % 2 ? "\"" k "\"" : k) "," k % 3 "," x "," (i % 11 == 0 ? "" : i % 3 ? "\"a,b" i % 50 "\"" : "t" i)
		}
	}' >groups.csv
}

@test "beyond --memory: few aggregates, the same bytes, however little there is" {
	scanner_only
	make_groups
	query='n = count(), count(x), s = sum(x)'
	for keys in k l,k; do
		etl-agg -g $keys "$query" groups.csv >want
		for memory in 64K 300K 2M 1G; do
			etl-agg -g $keys --memory $memory "$query" groups.csv | cmp - want
		done
		etl-agg -g $keys --memory 0 'n = count()' groups.csv | cmp - <(etl-agg -g $keys 'n = count()' groups.csv)
	done
	[ "$(wc -l <want)" -eq 35004 ]
	awk -F, '{ gsub("\"", "") } NR > 1 && !seen[$1]++ { print $1 }' groups.csv |
		cmp - <(sed 1d want | cut -d, -f 2 | tr -d '"')
}

@test "beyond --memory: all aggregates, of numbers, texts, doubles, times and conditions" {
	scanner_only
	make_groups
	query=$(python3 "$ROOT/tests/agg-oracle" query)
	double='a = sum(num(x) / 3), b = mean(num(x) / 7), c = stddev(num(x) / 3), d = median(num(x) / 3), e = max(num(x) / 9)'
	row='a = first(row_number()), b = last(line()), c = any(file()), d = min(row_number()), e = max(parse_time("2021-01-01"))'
	for text in "$query" "$double" "$row" 'max(text(t)), count_if(t == "t9"), m = min(text(t))'; do
		etl-agg -g k "$text" groups.csv >want
		for memory in 1M 3M; do
			etl-agg -g k --memory $memory "$text" groups.csv | cmp - want
		done
		etl-agg -g k --float "$text" groups.csv >want
		etl-agg -g k --float --memory 1M "$text" groups.csv | cmp - want
	done
}

@test "beyond --memory: what the definitions say" {
	python3 "$ROOT/tests/agg-oracle" make 30000 5 >few.csv
	awk -F, 'NR == 1 { print; next } { print $1 "-" NR % 2003 substr($0, length($1) + 1) }' few.csv >o.csv
	python3 "$ROOT/tests/agg-oracle" o.csv >want
	query=$(python3 "$ROOT/tests/agg-oracle" query)
	# Python writes very small doubles in another way.
	etl-agg -g k --memory 1M "$query" o.csv | etl-cut -x -f v,vp,d | cmp - <(etl-cut -x -f v,vp,d want)
	[ "$(wc -l <want)" -gt 10000 ]
}

@test "beyond --memory: groups that grow wait as they are" {
	awk 'BEGIN { print "k,x"; for (i = 0; i < 400000; i++) print i * 31 % 2003 "," i * 7919 % 1000003 / 100 }' >grow.csv
	query='median(x), quantile(x, 0.9), u = distinct(x), o = mode(x), on = mode(num(x)), first(x), last(x), sum(x)'
	etl-agg -g k "$query" grow.csv >want
	for memory in 1M 2M 6M; do
		etl-agg -g k --memory $memory "$query" grow.csv | cmp - want
	done
	etl-agg -g k --memory 4M --stats s "$query" grow.csv >out
	[ "$ETL_BIN" != "$ROOT/build" ] || [ "${ETL_SCAN:-}" = libcsv ] || [ "$(peak)" -le 16777216 ]
}

@test "beyond --memory: every block size, by libcsv" {
	make_groups
	head -n 30000 groups.csv >some.csv
	query='count(), sum(x), first(t), distinct(t)'
	etl-agg -g k "$query" some.csv >want
	for block in 1 100 4096; do
		ETL_BLOCK=$block etl-agg -g k --memory 256K "$query" some.csv | cmp - want
	done
	for scan in portable libcsv; do
		ETL_SCAN=$scan etl-agg -g k "$query" some.csv >want
		ETL_SCAN=$scan etl-agg -g k --memory 256K "$query" some.csv | cmp - want
	done
}

@test "beyond --memory: what cannot be computed is told once, by its line, and rejected once" {
	make_groups
	sed '90001s/.*/7,1,bad,t/; 60001s/.*/8,2,worse,t/' groups.csv >bad.csv
	try etl-agg -g k --memory 64K 'sum(x)' bad.csv
	fails 1 "etl-agg: bad.csv:60001: column 'x': not a number: 'worse'"
	[ -z "$output" ]
	for how in null skip; do
		etl-agg -g k --on-error $how 'sum(x), count()' bad.csv >want 2>said
		etl-agg -g k --on-error $how --memory 64K 'sum(x), count()' bad.csv 2>err | cmp - want
		cmp said err
		grep -q '^etl-agg: 2 records' err
	done
	etl-agg -g k --memory 64K --rejects r.csv --stats s 'sum(x)' bad.csv >out
	[ "$(etl-cut -f line --no-out-header r.csv)" = $'60001\n90001' ]
	grep -q '"in":100000,.*"rejected":2,' s
}

@test "beyond --memory: a result that cannot be is the first in order, before any output" {
	nines=99999999999999999999999999999999999999
	awk -v n=$nines 'BEGIN { print "k,x"; for (i = 0; i < 30000; i++) print i ",1"
		for (i = 29000; i > 20000; i -= 1000) print i "," n }' >big.csv
	try etl-agg -g k 'sum(x)' big.csv
	fails 1 "k '21000': column 'sum_x': number out of range"
	mv err said
	try etl-agg -g k --memory 64K 'sum(x)' big.csv
	fails 1 "k '21000': column 'sum_x': number out of range"
	cmp said err
	[ -z "$output" ]
	etl-agg -g k --on-error null 'sum(x)' big.csv >want 2>said
	etl-agg -g k --on-error null --memory 64K 'sum(x)' big.csv 2>err | cmp - want
	cmp said err
}

@test "beyond --memory: --sorted, whose groups hold too much" {
	awk 'BEGIN { print "day,k,x"; for (d = 0; d < 3; d++) for (i = 0; i < 20000; i++) print d "," i % 9001 "," i
		print "9,1,1"; print "9,1,2" }' >days.csv
	for query in 'count(), sum(x)' 'median(x), count()'; do
		etl-agg -g day,k "$query" days.csv >want
		etl-agg -g day,k --sorted day --memory 128K "$query" days.csv | cmp - want
	done
	[ "$(wc -l <want)" -eq 27005 ]
}

@test "beyond --memory: a disk that is full, or not there; no file stays" {
	mkdir tmp
	seq 300000 >n.csv
	TMPDIR=tmp etl-agg -N -g 1 --memory 1M 'count()' n.csv | cmp - <(sed 's/$/,1/' n.csv)
	TMPDIR=none/where try etl-agg -N -g 1 --memory 1M 'count()' n.csv
	fails 2 "none/where"
	TMPDIR=tmp try bash -c 'ulimit -f 1000; exec etl-agg -N -g 1 --memory 1M "count()" n.csv'
	fails 2 "temporary file (see TMPDIR): File too large"
	[ -z "$output" ]
	[ -z "$(ls tmp)" ]
	mkdir small
	mount -t tmpfs -o size=1m tmpfs small 2>/dev/null || skip 'no tmpfs may be mounted here'
	TMPDIR=small try etl-agg -N -g 1 --memory 64K 'count()' n.csv
	umount small
	fails 2 "temporary file (see TMPDIR): No space left on device"
	[ -z "$output" ]
}

@test "a million groups within 256 MiB" {
	awk 'BEGIN { print "k,x"; for (i = 0; i < 2000000; i++) print (i * 7919) % 1000000 "," i % 1000 "." i % 10 }' >m.csv
	etl-agg -g k --memory 256M --stats s 'count(), sum(x), mean(x), max(x)' m.csv >out
	[ "$(wc -l <out)" -eq 1000001 ]
	[ "$(sed -n 2p out)" = 0,2,0.0,0,0.0 ]
	[ "$(sed -n 3p out)" = 7919,2,2.2,1.1,1.1 ]
	# AddressSanitizer takes more.
	[ "$ETL_BIN" != "$ROOT/build" ] || [ "$(peak)" -le 268435456 ]
}

@test "-N, --header, TSV, other delimiters, --no-out-header" {
	try etl-agg -N -g 2 'count(), sum(#3)' --on-error=skip t.csv
	prints $'car,3,13.00\ntruck,1,40.00\nvan,1,7.25'
	try etl-agg --header a,b,c,d -g b 'count()' t.csv
	prints $'b,count\ntype,1\ncar,3\ntruck,1\nvan,1'
	try etl-agg --no-out-header 'count()' t.csv
	prints 5
	printf 'k\tx\n"a\t1\n"a\t2\n' >t.tsv
	try etl-agg -t -g k 'sum(x)' t.tsv
	prints $'k,sum_x\n"""a",3'
	try etl-agg -t -T -g k 'sum(x)' t.tsv
	prints $'k\tsum_x\n"a\t3'
	printf 'k,x\n"a\tb",1\n' >tab.csv
	try etl-agg -T -g k 'sum(x)' tab.csv
	fails 1 "TSV cannot hold 'a\\x09b'"
	try etl-agg -T --tsv-escape -g k 'sum(x)' tab.csv
	prints $'k\tsum_x\na\\tb\t1'
}

@test "a key that came in quotes leaves in quotes, whatever the delimiter" {
	scanner_only
	printf 'k,x\n"a\tb",1\n' >tab.csv
	try etl-agg -D . -g k 'm = mean(x / 2)' tab.csv
	prints $'k.m\n"a\tb"."0.5"'
}

@test "-v, --program, --float, --explain, --list-functions" {
	try etl-agg -v t=car 'count_if(type == @t), n = sum_if(amount, amount > num(@t2))' -v t2=1 t.csv
	prints $'count_if_type_t,n\n3,59.75'
	printf '# by plaza\nn = count() # all\nsum(#3)\n' >prog
	try etl-agg -g plaza --program prog t.csv
	prints $'plaza,n,sum_amount\n7,3,19.75\n3,2,40.50'
	printf 'count()\nsum(nix)\n' >prog
	try etl-agg --program prog t.csv
	fails 2 "prog:2: no such column: 'nix'"
	printf 'x\n0.1\n0.2\n' >x.csv
	try etl-agg --float 'sum(x), mean(x)' x.csv
	prints $'sum_x,mean_x\n0.30000000000000004,0.15000000000000002'
	try etl-agg --explain -g plaza 'd = amount * 2; sum(d), mean(d), q = quantile(amount, 0.5), count()' t.csv
	prints $'v1 = #3: text\nv2 = num(v1): number\nv3 = *(v2, 2): number\nsum_d = sum(v3)\nmean_d = mean(v3)\nq = quantile(v2, 0.5)\ncount = count()'
	try bash -c 'etl-agg --list-functions | grep -E "^(sum|upper)[(]"'
	prints $'sum(x)\texact sum\nupper(x)\tx in capital letters'
	etl-agg --list-functions | sed '/^a || b/,$d' | cut -f 1 | while read -r usage; do
		grep -qF "$usage" "$ROOT/man/etl-agg.1" || { echo "$usage is not in the manual"; exit 1; }
	done
}

@test "2,000 aggregates, 10,000 columns" {
	{ seq -s, 10000 | sed 's/[0-9]*/c&/g'; seq -s, 10000; seq -s, 10000; } >wide.csv
	program=$(for i in $(seq 2000); do printf 'sum(c%d);' "$i"; done)
	etl-agg "$program" wide.csv >out
	[ "$(tail -n 1 out | cut -d, -f 1,1000,2000)" = 2,2000,4000 ]
	etl-agg -g 1- 'n = count()' wide.csv >out
	[ "$(tail -n 1 out | cut -d, -f 5000,10000,10001)" = 5000,10000,2 ]
}

@test "malformed input keeps its own messages; nothing is written" {
	printf 'a,b\n1,2\n3\n' >ragged.csv
	try etl-agg 'count()' ragged.csv
	fails 1 "ragged.csv:3"
	[ -z "$output" ]
	try etl-agg --ragged=fill 'count(), sum(b)' ragged.csv
	prints $'count,sum_b\n2,2'
	printf 'a,b\n1,"x"y\n' >quote.csv
	try etl-agg 'count()' quote.csv
	fails 1 "quote.csv:2"
	printf 'a,b\r\n1,2\r\n1,4' >crlf.csv
	try etl-agg -g a 'max(b)' crlf.csv
	prints $'a,max_b\n1,4'
	try etl-agg -g b 'max(a)' crlf.csv
	prints $'b,max_a\n2,1\n4,1'
	try etl-agg 'count()' t.csv none.csv
	fails 2 "none.csv: No such file"
	[ -z "$output" ]
}

@test "an upstream that failed or was killed: nothing is written" {
	printf 'a,b\n1,"x"y\n' >bad.csv
	try bash -c 'etl-cut bad.csv | etl-agg "count()"'
	fails 1 "upstream"
	[ -z "$output" ]
	try bash -c "(printf 'a,b\n1,2\n3,4\n'; chmod 640 /dev/stdout) | etl-agg -g a 'count()'"
	fails 75 "upstream"
	[ -z "$output" ]
	try bash -c "(printf 'a,b\n1,2\n3,4\n'; chmod 640 /dev/stdout) | etl-agg -g a --sorted a -o out 'count()'"
	fails 75 "upstream"
	[ ! -e out ]
	# What --sorted has written already is marked as not complete.
	try bash -c "(printf 'a,b\n1,2\n3,4\n'; chmod 640 /dev/stdout) | etl-agg -g a --sorted a 'count()' | etl-cut -o out"
	fails 75 "upstream"
	[ ! -e out ]
}

@test "output that fails, readers that leave, closed descriptors" {
	try bash -c 'etl-agg "count()" t.csv >/dev/full'
	fails 2 "No space left on device"
	try bash -c 'etl-agg "count()" t.csv >&-'
	fails 2 "stdout"
	try bash -c 'etl-agg "count()" <&-'
	fails 2 "stdin"
	try bash -c 'etl-agg "count()" <.'
	fails 2 "directory"
	{ echo a; seq 300000; } >long.csv
	try bash -c 'etl-agg -g a "count()" long.csv >/dev/full'
	fails 2 "No space left on device"
	try bash -c 'set -o pipefail; etl-agg -g a "count()" long.csv | head -n 1'
	[ "$output" = a,count ]
	[ "$status" -eq 141 ]
	[ ! -s err ]
	cp t.csv same.csv
	try etl-agg -g plaza -o same.csv 'count()' same.csv
	[ "$status" -eq 0 ]
	[ "$(cat same.csv)" = $'plaza,count\n7,3\n3,2' ]
}

@test "--help, --version, --list-options, unknown options" {
	try etl-agg --help
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "usage: etl-agg [-g COLS] [--pivot COL] AGGREGATES [FILE...] | [-g COLS] [--pivot COL] --program FILE [FILE...]" ]
	try etl-agg --version
	[[ "$output" =~ ^etl-agg\ \(etlutils\)\ [0-9.]+$ ]]
	try etl-agg --list-options
	[ -z "$(etl-agg --list-options | awk -F '\t' 'NF != 4')" ]
	try etl-agg --gruop plaza 'count()' t.csv
	fails 2 "unknown option '--gruop'; did you mean '--group'?"
}

@test "how many records there are is told without a look at each, and yet whatever they are" {
	# The second program looks at all of them.
	same_count() { # FILE OPTION...
		local file=$1 block fast slow
		shift
		for block in 1 100 65536; do
			slow=$(ETL_BLOCK=$block etl-agg "$@" 'n = count(), m = sum(1)' "$file" 2>&1 | sed 's/^\([n0-9]*\),[m0-9]*$/\1/')
			fast=$(ETL_BLOCK=$block etl-agg "$@" 'n = count()' "$file" 2>&1 | cat)
			[ "$fast" = "$slow" ] || { echo "$file $*, blocks of $block: $fast, not $slow"; return 1; }
		done
	}
	awk 'BEGIN { print "a,b,c"; for (i = 1; i <= 20000; i++) print i ",the text of a record," i }' >plain
	sed '9000s/the/"the/; 9000s/record/record"/' plain >quoted
	sed '9000s/,/,"x\n\n",/; 9000s/,[0-9]*$//' plain >broken
	sed '9000,$s/$/\r/' plain >crlf
	sed '9000s/$/,4/' plain >wide
	sed '15000s/.*/x/' plain >narrow
	sed '9000s/.*//; 12000s/.*//' plain >blank
	sed '9000s/the/t"he/' plain >stray
	sed '9000s/the/"the/' plain >open
	sed '9000s/the/t\rhe/' plain >cr
	printf %s "$(cat plain)" >unended
	cut -d , -f 2 plain | sed '9000s/.*//' >narrowest
	tr a '\0' <plain >nul
	printf 'a,b\n' >none
	for file in plain quoted broken crlf wide narrow blank stray open cr unended narrowest nul none; do
		same_count "$file"
		same_count "$file" -N --allow-empty
		same_count "$file" --ragged=fill,truncate --lenient
		same_count "$file" --max-rejects 3
		same_count "$file" -t
	done
	same_count plain --max-field 10
	same_count plain --max-record 20
	run etl-agg 'n = count()' plain plain
	[ "$output" = $'n\n40000' ]
	etl-agg --stats s 'n = count()' plain
	grep -q '"in":20000,' s
}

@test "states of parts are added to what the whole gives, in any parts and steps" {
	"$ROOT/tests/partial-matrix" 150
}

@test "--partial and --merge: names, wider groups, no records, no header" {
	q='n = count(), sum(amount), avg = mean(amount), most = max(amount), kinds = distinct(type)'
	etl-agg --partial -g plaza,kind=type "$q" t.csv >states
	[ "$(head -n 1 states)" = plaza,kind,etl_state,n,sum_amount,most,kinds ]
	grep -q '^7,car,1:[0-9a-f]\{16\}:1,2,1 2 1250,12.50,2 3:car$' states
	etl-agg --merge -g plaza "$q" states | cmp - <(etl-agg -g plaza "$q" t.csv)
	etl-agg --merge -g type=kind "$q" states | cmp - <(etl-agg -g type "$q" t.csv)
	etl-agg --merge "$q" states | cmp - <(etl-agg "$q" t.csv)
	etl-agg --merge --partial -g plaza,kind "$q" states | cmp - states
	# Blanks and comments make no other program, and its column names are not needed.
	printf '# the same\nn = count()  # how many\nsum( amount );avg=mean(amount)\nmost=max(amount)\nkinds=distinct(type)\n' >q
	etl-agg --merge -g plaza,kind --program q states | cmp - <(etl-agg -g plaza,kind=type "$q" t.csv)
	head -n 1 t.csv >none.csv
	etl-agg --partial -g plaza "$q" none.csv >no-states
	[ "$(wc -l <no-states)" -eq 1 ]
	etl-agg --merge -g plaza "$q" no-states | cmp - <(etl-agg -g plaza "$q" none.csv)
	etl-agg --partial "$q" none.csv | etl-agg --merge "$q" | cmp - <(etl-agg "$q" none.csv)
	# Without a header there are no names to find the states by.
	try etl-agg -N --merge -g 1 "$q" states
	fails 2 "option --merge: no such column: 'etl_state'"
	etl-agg --header a,b,c,d --partial -g a 'count(), s = sum(#3)' <(tail -n +2 t.csv) |
		etl-agg --merge -g a 'count(), s = sum(#3)' | cmp - <(etl-agg --header a,b,c,d -g a 'count(), s = sum(#3)' <(tail -n +2 t.csv))
}

@test "--merge: what is no state" {
	q='n = count(), sum(amount), v = var(n), m = median(n), d = distinct(type), hi = max(text(type)), mode(num(n))'
	etl-agg --partial -g plaza "$q" t.csv >states
	spoil() { # WHAT PATTERN REPLACEMENT
		sed "3s/$2/$3/" states >spoilt
		run ! cmp -s states spoilt
		try etl-agg --merge -g plaza "$q" spoilt
		fails 1 "spoilt:3: column '$1"
		try etl-agg --merge -g plaza "$q" spoilt --rejects r
		prints "$(sed 3d states | etl-agg --merge -g plaza "$q")"
		etl-cut -f code,column r | grep -qx "state,$1"
		rm r
	}
	spoil etl_state ',1:' ',2:'
	spoil etl_state ',1:' ',:'
	spoil etl_state ',1:' ',1'
	spoil etl_state ',1:[0-9a-f]*' ',1:0123456789abcdef'
	spoil etl_state ':2,' ':2.5,'
	spoil n ':2,2,' ':2,-2,'
	spoil n ':2,2,' ':2,2 2,'
	spoil n ':2,2,' ':2,18446744073709551616,'
	spoil sum_amount ',2 2 4050,' ',2 2,'
	spoil sum_amount ',2 2 4050,' ',2 2 4050x,'
	spoil sum_amount ',2 2 4050,' ',2 77 4050,'
	spoil sum_amount ',2 2 4050,' ',72057594037927936 2 4050,'
	spoil sum_amount ',2 2 4050,' ",2 2 $(printf '9%.0s' {1..251}),"
	spoil sum_amount ',2 2 4050,' ",2 2 $(printf '9%.0s' {1..41}),"
	spoil n ':2,2,' ':2,72057594037927936,'
	spoil v ',2 0 6 20,' ",2 0 0 $(printf '9%.0s' {1..77}),"
	spoil v ',2 0 6 20,' ',2 0 60 20,'
	spoil m ',2 4,' ',2 n,'
	spoil d '1 5:truck 1 3:car' '1 5:truck 0 3:car'
	spoil d '1 5:truck 1 3:car' '1 5:truck 1 9:car'
	spoil d '1 5:truck 1 3:car' '1 5:truck 1 2:car'
	spoil d '1 5:truck 1 3:car' '1 5:truck 1 3:'
	spoil hi ',5:truck,' ',truck,'
	spoil hi ',5:truck,' ',99999999999999999999:truck,'
	spoil mode_num_n ',1 2 1 4$' ',1 2 1'
	# Each is one, but both together are of more values than there can be.
	etl-agg --partial 'v = var(n)' t.csv | sed 's/,.*/,36028797018963973 0 36028797018963973 36028797018963973/' |
		sed '1s/.*/etl_state,v/;2p' >states
	try etl-agg --merge 'v = var(n)' states
	fails 1 "column 'v': no finite result"
	etl-agg --partial -g plaza "$q" t.csv >states

	# Of another program, with other options, and no states at all.
	try etl-agg --merge -g plaza "${q/sum/mean}" states
	fails 2 "option --merge: no such column: 'mean_amount'; did you mean 'sum_amount'?; are these states of other aggregates?"
	try etl-agg --merge -g plaza "${q/sum(amount)/sum_amount = sum(n)}" states
	fails 1 "states:2: column 'etl_state': a state of other aggregates"
	try etl-agg --merge -g plaza --float "$q" states
	fails 1 "states:2: column 'etl_state': a state of other aggregates"
	try etl-agg --merge -g plaza "$q" t.csv
	fails 2 "option --merge: no such column: 'etl_state'"
	try etl-agg --merge -g x=n "$q" states
	fails 2 "option -g: column 'n' is a state"
	try etl-agg --merge -g 3 "$q" states
	fails 2 "option -g: column 'n' is a state"
	try etl-agg --merge --sorted plaza -g plaza "$q" states
	fails 2 'options --sorted and --merge'
	etl-agg --partial -v p=1 -g plaza 'sum(amount * num(@p))' t.csv >states
	try etl-agg --merge -v p=2 -g plaza 'sum(amount * num(@p))' states
	fails 1 "states:2: column 'etl_state': a state of other aggregates"
}

@test "--partial, --merge and --having with a schema" {
	printf '{"fields": [{"name": "plaza", "type": "integer"}, {"name": "type", "type": "string"}, {"name": "amount", "type": "string"},
		{"name": "n", "type": "integer"}]}' >s.json
	q='hi = max(amount), m = max(n)'
	etl-agg -g plaza "$q" --schema s.json t.csv >want
	grep -qx '7,7.25,5' want
	etl-agg -g plaza --partial "$q" --schema s.json t.csv >states
	etl-agg -g plaza --merge "$q" --schema s.json states | cmp - want
	try etl-agg -g plaza --merge "$q" states
	fails 1 "states:2: column 'etl_state': a state of other aggregates"
	try etl-agg -g plaza "$q" --schema s.json --having 'm > 4' t.csv
	prints $'plaza,hi,m\n7,7.25,5'
	# Missing values are left out: states that were made with others are those of other aggregates.
	schema='{"fields": [{"name": "plaza"}, {"name": "type"}, {"name": "amount", "type": "number"}, {"name": "n", "type": "number"%s}]%s}'
	# shellcheck disable=SC2059
	missing() { printf "$schema" "$1" "$2"; }
	missing '' '' >none.json
	missing '' ', "missingValues": ["", "5", "7.25"]' >all.json
	missing '' ', "missingValues": ["7.25", "", "5"]' >same.json
	missing ', "missingValues": ["5"]' ', "missingValues": ["", "7.25"]' >own.json
	missing ', "missingValues": ["7.25"]' ', "missingValues": ["", "5"]' >other.json
	q='n = sum(n), a = sum(amount), t = count(type)'
	etl-agg -g plaza --partial "$q" --schema all.json t.csv >states
	try etl-agg -g plaza --merge "$q" --schema same.json states
	prints $'plaza,n,a,t\n7,1,12.50,3\n3,6,40.50,2'
	etl-agg -g plaza "$q" --schema all.json t.csv | cmp - <(echo "$output")
	for other in none own other; do
		try etl-agg -g plaza --merge "$q" --schema $other.json states
		fails 1 "states:2: column 'etl_state': a state of other aggregates"
		etl-agg -g plaza --partial "$q" --schema $other.json t.csv >others
		etl-agg -g plaza --merge "$q" --schema $other.json others |
			cmp - <(etl-agg -g plaza "$q" --schema $other.json t.csv)
	done
	# Of a column that is not read they do not matter.
	etl-agg -g plaza --partial 'sum(n)' --schema all.json t.csv >states
	missing ', "missingValues": ["5", "7.25"]' '' >read.json
	etl-agg -g plaza --merge 'sum(n)' --schema read.json states | cmp - <(etl-agg -g plaza 'sum(n)' --schema all.json t.csv)
}

@test "--merge: numbers of any length, and more groups than the memory holds" {
	awk 'BEGIN { print "k,x"; for (i = 0; i < 60000; i++) print (i * 7919) % 20000 "," i % 97 ".25" }' >a.csv
	printf 'k,x\n1,99999999999999999999999999999999999999\n1,1e-38\n\0,1\n\0\0,2\n,3\n' >b.csv
	q='count(), sum(x), var(x), median(x), distinct(x), min(x), mode(x)'
	etl-agg --partial -g k "$q" a.csv >sa
	etl-agg --partial -g k "$q" b.csv >sb
	etl-agg -g k --on-error=null "$q" a.csv b.csv a.csv >want
	etl-agg --merge -g k --on-error=null "$q" sa sb sa | cmp - want
	etl-agg --merge -g k --on-error=null --memory 1M "$q" sa sb sa | cmp - want
	etl-agg --merge --partial -g k --memory 1M "$q" sa sb sa | etl-agg --merge -g k --on-error=null "$q" | cmp - want
	try etl-agg --merge -g k "$q" sb
	fails 1 "k '1': column 'sum_x': number out of range"
	etl-agg --partial -g k --memory 200K "$q" a.csv | cmp - sa
	for q in 'count(), sum(x)' 'distinct(x), approx_distinct(x), median(x)'; do
		etl-agg --partial -g k "$q" a.csv >one
		for jobs in 2 3; do
			ETL_BLOCK=1000 etl-agg --partial -g k --jobs "$jobs" "$q" a.csv | cmp - one
		done
	done
	# Values of all sizes in turn take no more memory than the largest alone (72 bytes each).
	awk 'BEGIN { print "x"; for (i = 0; i < 20000; i++) print i % 3 ? i : i % 2 ? "1e30" : "0.10" }' >mix.csv
	etl-agg --memory 2M 'median(x), quantile(x, 0.9)' mix.csv | cmp - <(etl-agg 'median(x), quantile(x, 0.9)' mix.csv)
}

@test "approx_distinct, approx_quantile: within what they promise; list" {
	awk 'BEGIN { srand(4); print "k,x"
		for (i = 1; i <= 200000; i++) print i % 3 "," (i % 3 ? exp(rand() * 40 - 20) - rand() * 5 : int(rand() * 30000)) }' >r.csv
	etl-agg -g k 'd = distinct(x), ad = approx_distinct(x), dn = distinct(num(x)), an = approx_distinct(num(x)),
		q = quantile(x, 0.9), aq = approx_quantile(x, 0.9), m = median(x), am = approx_quantile(x, 0.5),
		l = quantile(x, 0.01), al = approx_quantile(x, 0.01)' r.csv >out
	awk -F , 'function off(a, b) { return (a > b ? a - b : b - a) / (b < 0 ? -b : b) }
		NR > 1 { n++; if (off($3, $2) > 0.03 || off($5, $4) > 0.03 || off($7, $6) > 0.011 || off($9, $8) > 0.011 || off($11, $10) > 0.011) bad = 1 }
		END { exit bad || n != 3 }' out || { cat out; return 1; }
	try etl-agg 'approx_quantile(x, 0), max = approx_quantile(x, 1), approx_distinct(x), n = approx_distinct(num(x))' <<<$'x\n12.5\n-3\n1.0\n1\n'
	prints $'approx_quantile_x_0,max,approx_distinct_x,n\n-3,12.5,4,3'
	try etl-agg 'approx_quantile(x, 0.5), d = approx_distinct(x), list(x)' <<<$'x,y\n,1\n'
	prints $'approx_quantile_x_0.5,d,list_x\n,0,'
	# Values that are equal, zero, of one interval, far apart.
	try etl-agg -g k 'approx_quantile(x, 0.5)' <<<$'k,x\na,0\na,0\na,0\nb,7\nb,7\nb,7\nc,1e-70\nc,1\nc,1e37\nd,-5\nd,-4\nd,-3'
	prints $'k,approx_quantile_x_0.5\na,0\nb,7\nc,1.008\nd,-4.031'
	try etl-agg -g plaza 'list(amount), kinds = list(type, " | "), n = list(n, "")' t.csv
	prints $'plaza,list_amount,kinds,n\n7,12.50;7.25,car | van | car,15\n3,40.00;0.5,truck | car,24'
	try etl-agg -g plaza 'list(type, amount)' t.csv
	fails 2 'list'
	# More values than there can be: neither is a count back at 0, nor the place of a key free.
	etl-agg --partial 'approx_quantile(x, 0.5)' <<<$'x\n3' |
		awk -F, 'NR == 1; NR == 2 { sub(/[0-9]+$/, "36028797018963968"); for (i = 0; i < 512; i++) printf "%s\n", $0 }' >states
	etl-agg --merge --partial 'approx_quantile(x, 0.5)' states | tail -n 1 | grep -Eq ',3 3 [0-9]+ 72057594037927935$'
	try etl-agg 'approx_quantile(amount, 1.5)' t.csv
	fails 2 'p is not within 0 and 1'
	seq 1 30000 | sed 1ix >many.csv
	etl-agg 'approx_distinct(x), approx_quantile(x, 0.5)' many.csv |
		cmp - <(etl-agg --memory 300K 'approx_distinct(x), approx_quantile(x, 0.5)' many.csv)
	try etl-agg --memory 300K 'list(x)' many.csv
	fails 2 'more than --memory 307200: 1 group (allow more)'
	# Damaged states of sketches.
	etl-agg --partial 'd = approx_distinct(x), q = approx_quantile(x, 0.5), l = list(x)' <<<$'x\n1\n2.5' >states
	for change in '2s/,[0-9]* [0-9]* /,16384 1 /' '2s/,\([0-9]*\) [0-9]* /,\1 52 /' '2s/,1 2.5 /,3 2.5 /' '2s/,1 2.5 [0-9]* /,1 2.5 1 /' \
		'2s/,1 2.5.*,/,1 2.5,/' '2s/1:1/2:1/' '2s/1:1/0:/'; do
		sed "$change" states >spoilt
		run ! cmp -s states spoilt
		try etl-agg --merge 'd = approx_distinct(x), q = approx_quantile(x, 0.5), l = list(x)' spoilt
		fails 1 'no state'
	done
}

@test "--having: a condition on what leaves" {
	try etl-agg -g p=plaza,type 'n = count(), sum(amount)' --having 'n > 1 || p == "3" && sum_amount < 1' t.csv
	prints $'p,type,n,sum_amount\n7,car,2,12.50\n3,car,1,0.5'
	try etl-agg -g type 'list(n)' -v kind=van --having 'type != @kind && list_n =~ /;|2/' t.csv
	prints $'type,list_n\ncar,1;4;5\ntruck,2'
	try etl-agg -g type 'sum(n)' --having 'sum_n > 1' t.csv
	prints $'type,sum_n\ncar,10\ntruck,2'
	try etl-agg 'n = count()' --having 'n > 100' t.csv
	prints n
	try etl-agg -g type 'n = count()' --having 'type > 1' t.csv
	fails 1 "group:1: column 'type': not a number: 'car'"
	try etl-agg -g type 'n = count()' --having 'type > 1' --on-error=null t.csv
	prints 'type,n'
	try etl-agg -g type 'n = count()' --having 'm > 1' t.csv
	fails 2 "option --having: no such column: 'm'"
	try etl-agg -g type 'n = count()' --having 'n >' t.csv
	fails 2 'option --having: '
	try etl-agg -g type 'n = count()' --having 'n > 1' --partial t.csv
	fails 2 'options --having and --partial'
	# Values that look like CSV, and many groups, in memory or not, sorted, merged.
	printf 'k,x\n"a,""b""\n",1\n"""",2\n,3\n' >odd.csv
	try etl-agg -g k 'sum(x)' --having 'k == "\"" || k == "" || k =~ /,/' odd.csv
	prints $'k,sum_x\n"a,""b""\n",1\n"""",2\n,3'
	awk 'BEGIN { print "k,x"; for (i = 0; i < 50000; i++) print i % 20000 "," i }' >many.csv
	etl-agg -g k 'n = count(), hi = max(x)' many.csv | etl-filter 'n == 3 && hi % 7 == 0' >want
	[ "$(wc -l <want)" -gt 1000 ]
	etl-agg -g k 'n = count(), hi = max(x)' --having 'n == 3 && hi % 7 == 0' many.csv | cmp - want
	etl-agg -g k 'n = count(), hi = max(x)' --having 'n == 3 && hi % 7 == 0' --memory 300K many.csv | cmp - want
	etl-agg -g k 'n = count(), hi = max(x)' --having 'n == 3 && hi % 7 == 0' --jobs 2 many.csv | cmp - want
	etl-agg -g k --partial 'n = count(), hi = max(x)' many.csv |
		etl-agg -g k --merge 'n = count(), hi = max(x)' --having 'n == 3 && hi % 7 == 0' | cmp - want
	etl-sort -k k many.csv | etl-agg -g k --sorted k 'n = count(), hi = max(x)' --having 'n == 3 && hi % 7 == 0' |
		etl-sort -k k | cmp - <(etl-sort -k k want)
}
