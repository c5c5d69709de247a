#!/usr/bin/env bats
# etl-sort: every record, in order, as it came; equal ones in their order, whatever the memory.

load setup

# Many records with few keys, in no order: `row,key,amount`.
make_records() { # COUNT
	awk -v n="$1" 'BEGIN { print "row,key,amount"; for (i = 1; i <= n; i++) {
		x = (x * 1103515245 + 12345) % 2147483648; print i ",k" int(x / 65536) % 100 "," (x % 20011 - 9000) / 100 } }'
}

@test "bytewise, as numbers, in reverse" {
	printf 'k,n\nb,10\na,9\nB,-1\n,2\nab,1e1\n' >x.csv
	try etl-sort -k k x.csv
	prints $'k,n\n,2\nB,-1\na,9\nab,1e1\nb,10'
	try etl-sort -k k:r x.csv
	prints $'k,n\nb,10\nab,1e1\na,9\nB,-1\n,2'
	try etl-sort -k n x.csv
	prints $'k,n\nB,-1\nb,10\nab,1e1\n,2\na,9'
	try etl-sort -k n:n x.csv
	prints $'k,n\nB,-1\n,2\na,9\nb,10\nab,1e1'
	try etl-sort -k n:nr x.csv
	prints $'k,n\nb,10\nab,1e1\na,9\n,2\nB,-1'
	try etl-sort -k n:rn x.csv
	prints $'k,n\nb,10\nab,1e1\na,9\n,2\nB,-1'
}

@test "several columns, each its own way; without -k all of them" {
	printf 'a,b,c\nx,2,1\ny,10,2\nx,10,3\ny,2,4\nx,2,0\n' >x.csv
	try etl-sort -k a,b:n x.csv
	prints $'a,b,c\nx,2,1\nx,2,0\nx,10,3\ny,2,4\ny,10,2'
	try etl-sort -k a:r,b:nr x.csv
	prints $'a,b,c\ny,10,2\ny,2,4\nx,10,3\nx,2,1\nx,2,0'
	try etl-sort -k b:n,a:r x.csv
	prints $'a,b,c\ny,2,4\nx,2,1\nx,2,0\ny,10,2\nx,10,3'
	try etl-sort x.csv
	prints $'a,b,c\nx,10,3\nx,2,0\nx,2,1\ny,10,2\ny,2,4'
	# A value ends where it ends: what follows it is not compared with what is in the next column.
	printf 'a,b\nx,\nx!,\nx,y\n"x",!\n' >x.csv
	scanner_only
	try etl-sort -k a,b x.csv
	prints $'a,b\nx,\n"x",!\nx,y\nx!,'
}

@test "numbers are exact, of any length" {
	printf 'n\n1e30\n999999999999999999999999999999\n1000000000000000000000000000000.5\n0.1\n0.10\n0.1000000000000000000000000000001\n-0\n0\n+0.0\n-0.00\n-5e-40\n-1e-300\n1e-300\n.5\n9223372036854775808\n9223372036854775807\n-1e15\n12345678901234.5\n12345678901234\n' >x.csv
	try etl-sort -k n:n x.csv
	prints $'n\n-1e15\n-5e-40\n-1e-300\n-0\n0\n+0.0\n-0.00\n1e-300\n0.1\n0.10\n0.1000000000000000000000000000001\n.5\n12345678901234\n12345678901234.5\n9223372036854775807\n9223372036854775808\n999999999999999999999999999999\n1e30\n1000000000000000000000000000000.5'
	try env LC_ALL=de_DE.UTF-8 etl-sort -k n:n x.csv
	[ "${lines[9]}" = 0.1 ]
}

@test "no value comes first, in reverse last" {
	scanner_only
	printf 'n,k\n-1e400,a\n,b\n1e400,c\n"",d\n' >x.csv
	try etl-sort -k n:n x.csv
	prints $'n,k\n,b\n"",d\n-1e400,a\n1e400,c'
	try etl-sort -k n:nr x.csv
	prints $'n,k\n1e400,c\n-1e400,a\n,b\n"",d'
}

@test "t: times are moments, to the nanosecond" {
	printf '%s\n' t,k 2021-08-01T12:30:00+02:00,a 2021-08-01T10:29:59.999999999Z,b 2021-08-01,c ,d 0001-01-01,e \
		9999-12-31T23:59:59.999999999,f '2021-08-01 10:30:00.000000063,g' 2021-08-01T10:30:00.000000064Z,h \
		2021-08-01T10:30,i >x.csv
	try bash -c 'etl-sort -k t:t x.csv | etl-cut -f k | tr -d "\n"'
	prints kdecbaighf
	try bash -c 'etl-sort -k t:tr x.csv | etl-cut -f k | tr -d "\n"'
	prints kfhgaibced
	try bash -c 'etl-sort -k t:t,k:r x.csv | etl-cut -f k | tr -d "\n"'
	prints kdecbiaghf
	printf 't\n2021-08-01\n2021-02-30\n01.08.2021\n0000-01-01\n' >x.csv
	try etl-sort -k t:t x.csv
	fails 1 "etl-sort: x.csv:3: column 't': no such time: '2021-02-30'"
	try etl-sort -k t:t --rejects r x.csv
	prints $'t\n2021-08-01'
	etl-cut -f line,reason --no-out-header r >got
	printf '%s\n' "3,column 't': no such time: '2021-02-30'" "4,column 't': not a time: '01.08.2021'" \
		"5,column 't': time outside of the years 1 to 9999: '0000-01-01'" | cmp - got
}

@test "h: sizes are what they are in bytes, exactly" {
	printf '%s\n' n,k 1K,a 1000,b 1024,c 1kB,d '1.5 KiB,e' 1E,f 1e3,g 2MiB,h -3G,i ,j 512B,k 0,l 1Q,m 1024R,n 2048k,o \
		1M,p 0.1K,q 102.4,r 0.10000000000000000000000000000000000001K,s 1e-40Q,t >x.csv
	try bash -c 'etl-sort -k n:h x.csv | etl-cut -f k | tr -d "\n"'
	prints kjiltqrskbdgacephofmn
	try bash -c 'etl-sort -k n:hr,k x.csv | etl-cut -f k | tr -d "\n"'
	prints kmnfhopeacbdgksqrtlij
	for value in K B 1KK 1i '1 ' ' 1' '1  K' 1.K 1KBB 0x1K 1K1; do
		printf 'n\n1\n"%s"\n' "$value" >x.csv
		try etl-sort -k n:h x.csv
		fails 1 "x.csv:3: column 'n': not a size: '$value'"
	done
	printf 'n\n1e1000000000000001K\n' >x.csv
	try etl-sort -k n:h x.csv
	fails 1 "x.csv:2: column 'n': exponent out of range: '1e1000000000000001K'"
}

@test "v: versions as sort -V has them" {
	printf '.tar0.tar\n.11\n.1\na\n..\n.\n' >hidden
	try etl-sort -N -k 1:v hidden
	prints $'.\n..\n.1\n.11\n.tar0.tar\na'
	printf '%s\n' v 1.10 1.9 1.0 1.00 1.0~rc1 foo-1.2.tar.gz foo-1.2.1.tar.gz .b .a . .. '' a1 a01 a 10 9 z Z '~' a.c~ a.c 1.0-2 1.0.2 \
		99999999999999999999999999 99999999999999999999999998 >x.csv
	try etl-sort -k v:v x.csv
	prints "$(printf '%s\n' v '""' . .. .a .b '~' 1.0~rc1 1.0 1.00 1.0-2 1.0.2 1.9 1.10 9 10 99999999999999999999999998 \
		99999999999999999999999999 Z a a.c~ a.c a1 a01 foo-1.2.tar.gz foo-1.2.1.tar.gz z)"
	awk 'BEGIN { srand(7); s = "aZ~-.0019_1"; for (i = 0; i < 4000; i++) { x = "x"
		for (n = rand() * 9; n > 0; n--) x = x substr(s, 1 + int(rand() * length(s)), 1); print x } }' >v
	for r in '' r; do
		etl-sort -N -k "1:v$r" --memory 64K v | cmp - <(LC_ALL=C sort -s "-V$r" v)
	done
	# Longer than what one byte counts.
	for n in 254 255 256 600; do
		printf 'x%0*d\nx%s\n' 700 1 "$(printf '%*s' "$n" '' | tr ' ' 9)"
	done >v
	etl-sort -N -k 1:v v | cmp - <(LC_ALL=C sort -s -V v)
}

@test "i: case does not count, in Latin, Greek and Cyrillic either" {
	printf '%s\n' k,n b,1 Ä,2 B,3 ä,4 a,5 _,6 ς,7 Σ,8 σ,9 ж,10 Ж,11 ,12 A,13 $'\xff,14' >x.csv
	try bash -c 'etl-sort -k k:i x.csv | etl-cut -f n | tr "\n" " "'
	prints 'n 12 5 13 1 3 6 2 4 7 8 9 10 11 14 '
	try bash -c 'etl-sort -k k:ri x.csv | etl-cut -f n | tr "\n" " "'
	prints 'n 14 10 11 7 8 9 2 4 6 1 3 5 13 12 '
	printf 'v\nR10\nr9\nR2\n' >x.csv
	try etl-sort -k v:iv x.csv
	prints $'v\nR2\nr9\nR10'
}

@test "--nulls: empty values first or last, in reverse or not" {
	printf '%s\n' n,k 2,b ,c 1, 3,a >x.csv
	for modifiers in n h v i nr hr vr r ir; do
		for place in first last; do
			try bash -c "etl-sort -k n:$modifiers --nulls $place x.csv | etl-cut -f n | tr '\n' ' '"
			order='1 2 3'
			[[ $modifiers != *r ]] || order='3 2 1'
			if [ $place = first ]; then prints "n \"\" $order "; else prints "n $order \"\" "; fi
		done
	done
	try etl-sort -k k,n:n --nulls last x.csv
	prints $'n,k\n3,a\n2,b\n,c\n1,'
	try etl-sort --nulls last x.csv
	prints $'n,k\n1,\n2,b\n3,a\n,c'
	printf 't\n2021-01-01\n\n""\n' >x.csv
	try etl-sort -k t:t --nulls last x.csv
	prints $'t\n2021-01-01\n""\n""'
	try etl-sort -k t:t --nulls middle x.csv
	fails 2 "option --nulls: 'middle' is neither first nor last"
}

@test "-u: of equal keys the first, whatever the memory" {
	printf 'k,n\nb,1\na,1.0\nB,2\na,1\n,01\n' >x.csv
	try etl-sort -u -k k x.csv
	prints $'k,n\n,01\nB,2\na,1.0\nb,1'
	try etl-sort -u -k k:i x.csv
	prints $'k,n\n,01\na,1.0\nb,1'
	try etl-sort -u -k n:nr x.csv
	prints $'k,n\nB,2\nb,1'
	try etl-sort -u x.csv x.csv
	prints $'k,n\n,01\nB,2\na,1\na,1.0\nb,1'
	make_records 60000 >x.csv
	{ head -n 1 x.csv; tail -n +2 x.csv | LC_ALL=C sort -t, -s -k2,2 -u; } >want
	for memory in 64K 300K 1G; do
		etl-sort -u -k key --memory "$memory" --stats s x.csv | cmp - want
	done
	[ "$(tail -n 1 s | jq -c '[.in, .out, .filtered]')" = '[60000,100,59900]' ]
	etl-uniq -k amount x.csv | etl-sort -k amount >want
	etl-sort -u -k amount --memory 64K x.csv | cmp - want
}

@test "--top: the first of the order, whatever the memory" {
	make_records 60000 >x.csv
	for top in 1 2 100 700 20000 59999 60000 60001; do
		etl-sort -k amount:nr x.csv | head -n $((top + 1)) >want
		for memory in 64K 1M 1G; do
			etl-sort -k amount:nr --top "$top" --memory "$memory" x.csv | cmp - want
		done
	done
	etl-sort -k key:r -u x.csv | head -n 31 >want
	etl-sort -k key:r -u --top 30 --memory 64K --stats s x.csv | cmp - want
	[ "$(jq -c '[.in, .out, .filtered]' s)" = '[60000,30,59970]' ]
	# Falling, each is among the first when it comes.
	seq 50000 -1 1 | etl-sort -N -k 1:n --top 3 | tr '\n' ' ' >out
	[ "$(cat out)" = '1 2 3 ' ]
	try etl-sort --top 0 x.csv
	fails 2 "option --top: 0 records are none"
	try etl-sort --top -1 x.csv
	fails 2 "option --top: '-1' is not a whole number"
	printf 'a\n1\n2"\n' >x.csv
	try etl-sort --top 1 x.csv
	fails 1 "x.csv:3: "
	[ -z "$output" ]
}

@test "--top takes the memory of what it keeps" {
	scanner_only
	seq 1000000 | sed 's/$/,0123456789abcdef0123456789abcdef/' >x.csv
	etl-sort -N -k 1:nr --top 100 --stats s x.csv | cut -d, -f 1 | cmp - <(seq 1000000 -1 999901)
	[ -n "${ASAN_OPTIONS:-}" ] || [ "$ETL_BIN" != "$ROOT/build" ] || [ "$(jq .peak_memory s)" -lt $((8 << 20)) ]
}

@test "-m: sorted files become one" {
	printf 'k,n\n1,a\n3,a\n3,b\n' >x.csv
	printf 'k,n\n2,c\n3,c\n"4",c\n' >y.csv
	printf 'k,n\n' >z.csv
	scanner_only
	try etl-sort -m -k k:n x.csv y.csv z.csv
	prints $'k,n\n1,a\n2,c\n3,a\n3,b\n3,c\n"4",c'
	try etl-sort -m -k k:n y.csv z.csv x.csv
	prints $'k,n\n1,a\n2,c\n3,c\n3,a\n3,b\n"4",c'
	try etl-sort -mu -k k:n --stats s x.csv y.csv z.csv
	prints $'k,n\n1,a\n2,c\n3,a\n"4",c'
	[ "$(jq -c '[.in, .out, .filtered]' s)" = '[6,4,2]' ]
	try etl-sort -m --top 3 -k k:n --stats t x.csv y.csv
	prints $'k,n\n1,a\n2,c\n3,a'
	[ "$(jq -c '[.in, .out, .filtered]' t)" = '[6,3,3]' ]
	try etl-sort -m -k k:n -T x.csv y.csv
	prints $'k\tn\n1\ta\n2\tc\n3\ta\n3\tb\n3\tc\n4\tc'
	try bash -c 'etl-sort -m -k k:n y.csv - <x.csv'
	prints $'k,n\n1,a\n2,c\n3,c\n3,a\n3,b\n"4",c'
	try bash -c 'etl-sort -m -k k:n <x.csv'
	prints "$(cat x.csv)"
	sed 's/$/\r/' x.csv >crlf.csv
	try etl-sort -m -k k:n crlf.csv y.csv
	prints $'k,n\n1,a\n2,c\n3,a\n3,b\n3,c\n"4",c'
	make_records 30000 >all.csv
	etl-sort -k amount:n all.csv >want
	for n in 0 1 2 3 4 5 6; do
		{ head -n 1 all.csv; tail -n +2 all.csv | awk -v n=$n 'NR > n * 5000 && NR <= (n + 1) * 5000'; } |
			etl-sort -k amount:n >part$n.csv
	done
	etl-sort -m -k amount:n part?.csv | cmp - want
	ETL_BLOCK=100 etl-sort -m -k amount:n part?.csv | cmp - want
}

@test "-m: what is not in order, has another header or is read twice is refused" {
	printf 'k,n\n1,a\n3,a\n' >x.csv
	printf 'k,n\n2,c\n10,"c\nd"\n9,c\n' >y.csv
	try etl-sort -m -k k:n -o out x.csv y.csv
	fails 1 "etl-sort: y.csv:5: out of order: '9,c'"
	[ ! -e out ]
	ETL_BLOCK=1 try etl-sort -m -k k:n x.csv y.csv
	fails 1 "etl-sort: y.csv:5: out of order: '9,c'"
	try etl-sort -m -k k x.csv y.csv
	fails 1 "y.csv:3: out of order: '10,\"c\\x0ad\"'"
	printf 'k,m\n' >z.csv
	try etl-sort -m x.csv z.csv
	fails 1 "z.csv: column 2 is 'm' here, 'n' in x.csv"
	try etl-sort -m x.csv <(printf 'k\n')
	fails 1 "the header has 1 column, that of x.csv has 2"
	try bash -c 'etl-sort -m -k k - x.csv - <y.csv'
	fails 2 "operands 1 and 3 are the same standard input, which can be read only once"
	try etl-sort -m -k k x.csv no.csv
	fails 2 "no.csv: No such file"
	printf '1,2\n' >w.csv
	printf '1\n' >v.csv
	try etl-sort -N -m w.csv v.csv
	fails 1 "v.csv: 1 column, w.csv has 2"
	printf 'k,n\n1,x\nz,x\n2,x\n' >y.csv
	try etl-sort -m -k k:n x.csv y.csv
	fails 1 "y.csv:3: column 'k': not a number: 'z'"
	try etl-sort -m -k k:n --max-rejects 1 x.csv y.csv
	prints $'k,n\n1,a\n1,x\n2,x\n3,a'
	try bash -c ': >e.csv; etl-sort -m -k k:n --allow-empty e.csv x.csv e.csv'
	prints "$(cat x.csv)"
	try bash -c "etl-sort -m x.csv <(printf 'k,n\n1,b\n'; chmod 640 /dev/stdout) -o out"
	fails 75 "/dev/fd/"
	[ ! -e out ]
}

@test "-m of more files than can be open says what helps" {
	for i in {10..29}; do
		printf 'k\n%d\n' "$i" >"$i"
	done
	try bash -c 'ulimit -n 14; etl-sort -m -k k -- ??'
	fails 2 ": Too many open files (ulimit -n allows more; or take fewer at a time, in two steps)"
	try etl-sort -m -k k ??
	prints "k"$'\n'"$(seq 10 29)"
}

@test "out of memory below --memory: the message says so, and less of it is enough" {
	case $ETL_BIN in *asan*) skip 'AddressSanitizer needs more than that to begin' ;; esac
	seq 3000000 | sed '1s/^/k\n/' >big.csv
	for command in 'etl-sort -k k' etl-uniq 'etl-agg -g k "count()"'; do
		try bash -c "ulimit -v 60000; $command --memory 1G big.csv >out"
		fails 2 "out of memory, before what --memory allows, 1073741824 bytes: set it lower"
	done
	try bash -c 'ulimit -v 60000; etl-sort -k k:n --memory 8M big.csv | cmp - big.csv'
	prints ''
	rm big.csv out
}

@test "-m takes constant memory" {
	scanner_only
	seq 400000 >a
	cp a b
	etl-sort -N -m -k 1:n --stats s a b >out
	[ "$(wc -l <out)" -eq 800000 ]
	[ -n "${ASAN_OPTIONS:-}" ] || [ "$ETL_BIN" != "$ROOT/build" ] || [ "$(jq .peak_memory s)" -lt $((8 << 20)) ]
}

@test "-c: in order or not" {
	printf 'k,n\n1,a\n10,a\n9,b\n9,c\n' >x.csv
	try etl-sort -c -k k x.csv
	prints ''
	try etl-sort -c -k k:n x.csv
	fails 1 "etl-sort: x.csv:4: out of order: '9,b'"
	try etl-sort -cu -k k x.csv
	fails 1 "etl-sort: x.csv:5: the key is that of the record before: '9,c'"
	try etl-sort -cu -k k,n x.csv
	prints ''
	try etl-sort -c -k k x.csv x.csv
	fails 1 "etl-sort: x.csv:2: out of order: '1,a'"
	try etl-sort -c -k n:n x.csv
	fails 1 "x.csv:2: column 'n': not a number: 'a'"
	printf 'k\n2\n1\nx\n' >y.csv
	try etl-sort -c -k k:n y.csv
	fails 1 "y.csv:3: out of order: '1'"
	try bash -c "printf 'k\n' | etl-sort -c"
	prints ''
	try bash -c "printf '1\n2\n' | etl-sort -N -c >/dev/full"
	[ "$status" -eq 0 ]
	for block in 1 3 100; do
		ETL_BLOCK=$block try etl-sort -c -k k:n x.csv
		fails 1 "etl-sort: x.csv:4: out of order: '9,b'"
	done
	try etl-sort -c -m x.csv
	fails 2 "options -c and -m exclude each other"
	try etl-sort -c -o y x.csv
	fails 2 "option -c writes nothing"
	try etl-sort -c --top 1 x.csv
	fails 2 "option -c writes nothing"
}

@test "modifiers that exclude each other: 2" {
	printf 'a,b\n1,2\n' >x.csv
	try etl-sort -k a,b:nv x.csv
	fails 2 "option -k: column 'b': modifiers n and v exclude each other"
	try etl-sort -k b:rth x.csv
	fails 2 "option -k: column 'b': modifiers t and h exclude each other"
	for kind in n t h; do
		try etl-sort -k "b:i$kind" x.csv
		fails 2 "option -k: column 'b': modifiers $kind and i exclude each other"
	done
	try etl-sort -k b:nn,a:vvi x.csv
	prints $'a,b\n1,2'
}

@test "fields leave byte for byte, quotes as they came, CR LF as LF" {
	scanner_only
	printf 'k,"v"\r\n"b",007\r\na," x ""y""\n"\r\n"a",\xff\x00\n' >x.csv
	etl-sort -k k x.csv >out
	printf 'k,"v"\na," x ""y""\n"\n"a",\xff\x00\n"b",007\n' | cmp - out
	printf 'k\tv\nb\t"\na\t"\n' >x.tsv
	try etl-sort -tT -k k x.tsv
	prints $'k\tv\na\t"\nb\t"'
	try etl-sort -t -k k x.tsv
	prints $'k,v\na,""""\nb,""""'
	try etl-sort -D ';' -k k x.csv
	[ "${lines[0]}" = 'k;"v"' ]
}

@test "NUL, the byte next to it, and values that begin with others" {
	printf 'k,n\na\x01,1\na\x00b,2\na,3\na\x00,4\na\x02,5\n\x00,6\n' >x.csv
	etl-sort -k k x.csv | etl-cut -f n | tr '\n' ' ' >out
	[ "$(cat out)" = 'n 6 3 4 2 1 5 ' ]
	etl-sort -k k:r x.csv | etl-cut -f n | tr '\n' ' ' >out
	[ "$(cat out)" = 'n 5 1 2 4 3 6 ' ]
}

@test "one column: an empty value is a record" {
	printf 'k\nb\n\na\n""\n' >x.csv
	try etl-sort -k k x.csv
	prints $'k\n""\n""\na\nb'
	try etl-sort -k k:nr x.csv
	fails 1 "x.csv:2: column 'k': not a number: 'b'"
}

@test "random inputs as an oracle sorts them, whatever memory and blocks" {
	[ "${ETL_SCAN:-}" = libcsv ] || "$BATS_TEST_DIRNAME/sort-oracle" 50 "$RANDOM"
	for scan in portable libcsv; do
		ETL_SCAN=$scan "$BATS_TEST_DIRNAME/sort-oracle" 12 "$RANDOM"
	done
}

@test "beyond memory the same, through many runs and several passes" {
	make_records 100000 >x.csv
	{ head -n 1 x.csv; tail -n +2 x.csv | sort -t, -s -k3,3g; } >number
	{ head -n 1 x.csv; tail -n +2 x.csv | sort -t, -s -k2,2r -k3,3g; } >both
	for memory in 64K 300K 2M 1G; do
		etl-sort -k amount:n --memory "$memory" x.csv | cmp - number
		etl-sort -k key:r,amount:n --memory "$memory" x.csv | cmp - both
	done
	try env ETL_BLOCK=64 etl-sort -k amount:n --memory 200K x.csv -o out
	cmp out number
}

@test "long values that are alike, and values that begin with others" {
	awk 'BEGIN { print "k,n"; for (x = ""; length(x) < 400; x = x "x"); for (i = 1; i <= 20000; i++)
		print x (i % 3 ? "a" : "b") (i % 50 ? "" : "c") "," i }' >same.csv
	awk 'BEGIN { print "k,n"; for (x = ""; length(x) < 8000; x = x "x"); for (i = 1; i <= 1000; i++)
		print substr(x, 1, 8 * (i * 7919 % 1000)) "," i }' >chain.csv
	for file in same.csv chain.csv; do
		{ head -n 1 $file; tail -n +2 $file | LC_ALL=C sort -t, -s -k1,1; } >want
		for memory in 64K 3M 1G; do
			etl-sort -k k --memory "$memory" $file | cmp - want
		done
	done
}

@test "very many columns" {
	awk 'BEGIN { for (i = 1; i < 65536; i++) printf "c%d,", i; print "c"; for (n = 20; n > 10; n--) {
		for (i = 1; i < 65536; i++) printf "1,"; print n } }' >x.csv
	{ head -n 1 x.csv; tail -n +2 x.csv | LC_ALL=C sort; } >want
	etl-sort x.csv | cmp - want
	etl-sort -k c:n x.csv | cmp - want
}

@test "a record larger than the memory" {
	{
		echo k,v
		for k in 5 3 4 1 2; do printf '%s,%0300000d\n' $k $k; done
	} >x.csv
	etl-sort -k k --memory 64K x.csv >out
	{ head -n 1 x.csv; tail -n +2 x.csv | sort; } | cmp - out
	etl-sort -k v:r --memory 64K x.csv | etl-cut -f k | tr -d '\n' >out
	[ "$(cat out)" = k54321 ]
}

@test "open files stay few" {
	make_records 60000 >x.csv
	(
		ulimit -n 8
		etl-sort -k amount:n --memory 64K x.csv
	) >out
	[ "$(wc -l <out)" -eq 60001 ]
}

@test "memory stays within what was given" {
	scanner_only
	make_records 1500000 >x.csv
	etl-sort -k amount:n --memory 8M --stats s x.csv >out
	[ "$(wc -l <out)" -eq 1500001 ]
	[ -n "${ASAN_OPTIONS:-}" ] || [ "$ETL_BIN" != "$ROOT/build" ] || [ "$(jq .peak_memory s)" -lt $((18 << 20)) ]
}

@test "nothing, a header only, no header, zero bytes" {
	printf 'a,b\n' >x.csv
	try etl-sort -k a:n x.csv
	prints 'a,b'
	try etl-sort --no-out-header -k a x.csv
	prints ''
	try bash -c 'printf "" | etl-sort -k a'
	fails 1 'stdin: '
	try bash -c 'printf "" | etl-sort -k a --allow-empty'
	prints ''
	try bash -c 'printf "" | etl-sort -N -k 1'
	prints ''
	try bash -c 'printf "2,x\n10,y\n1,z\n" | etl-sort -N -k 1:n'
	prints $'1,z\n2,x\n10,y'
	try bash -c 'printf "2,x\n10,y\n1,z\n" | etl-sort --header a,b -k a:nr'
	prints $'a,b\n10,y\n2,x\n1,z'
	try bash -c 'printf "a,b\n1,x" | etl-sort -k b'
	prints $'a,b\n1,x'
}

@test "several files are one input" {
	printf 'a\n3\n1\n' >x.csv
	printf 'a\n2\n1\n' >y.csv
	try etl-sort -k a:n x.csv y.csv
	prints $'a\n1\n1\n2\n3'
	printf 'b\n2\n' >y.csv
	try etl-sort -k a x.csv y.csv
	[ "$status" -ne 0 ]
	[ -z "$output" ]
}

@test "the modifiers of a range or pattern are those of all its columns" {
	printf 'id,n_a,n_b\n10,9,10\n9,10,10\n9,10,9\n' >x.csv
	try etl-sort -k 'n_*:n' x.csv
	prints $'id,n_a,n_b\n10,9,10\n9,10,9\n9,10,10'
	try etl-sort -k id,n_a..n_b:nr x.csv
	prints $'id,n_a,n_b\n10,9,10\n9,10,10\n9,10,9'
	try etl-sort -k 2-:x x.csv
	fails 2 "option -k: column 'n_a': no such modifier: 'x'"
	try etl-sort -k 4-:n x.csv
	fails 2 "option -k: range goes beyond the last column: '4-'"
}

@test "what is no number: 1 with its line, or a reject" {
	printf 'k,n\na,1\n"b\nb",n/a\nc,0x10\nd, 5\ne,1e9999999999999999\nf,-3\n' >x.csv
	try etl-sort -k k,n:n x.csv
	fails 1 "etl-sort: x.csv:3: column 'n': not a number: 'n/a'"
	[ -z "$output" ]
	try etl-sort -k n:n --rejects r x.csv
	prints $'k,n\nf,-3\na,1'
	grep -qF '4 of 6 records rejected: see r' err
	etl-cut -f line,column,code,reason r >got
	printf '%s\n' line,column,code,reason "3,n,value,column 'n': not a number: 'n/a'" \
		"5,n,value,column 'n': not a number: '0x10'" "6,n,value,column 'n': not a number: ' 5'" \
		"7,n,value,column 'n': exponent out of range: '1e9999999999999999'" | cmp - got
	try etl-sort -k n:n --max-rejects 3 x.csv
	fails 1 "x.csv:7: column 'n': exponent out of range: '1e9999999999999999': more than 3 rejects"
	[ -z "$output" ]
	try etl-sort -k k,n:nr --max-rejects 4 x.csv
	prints $'k,n\na,1\nf,-3'
	try env ETL_BLOCK=1 etl-sort -k n:n --max-rejects 4 x.csv
	prints $'k,n\nf,-3\na,1'
}

@test "an exponent of 10^15 is the last that is read" {
	printf '%s\n' n 1e1000000000000000 12e999999999999999 -1e1000000000000000 1e-1000000000000000 \
		0e9999999999999999 >x.csv
	try etl-sort -k n:n x.csv
	prints $'n\n-1e1000000000000000\n0e9999999999999999\n1e-1000000000000000\n1e1000000000000000\n12e999999999999999'
	for value in 1e1000000000000001 -1e-1000000000000001 12.5e1000000000000002; do
		printf 'n\n1\n%s\n' "$value" >x.csv
		try etl-sort -k n:n x.csv
		fails 1 "x.csv:3: column 'n': exponent out of range: '$value'"
	done
}

@test "malformed and ragged input: nothing is written" {
	printf 'a,b\n2,x\n1,y"\n' >x.csv
	try etl-sort -k a x.csv
	fails 1 'x.csv:3: '
	[ -z "$output" ]
	printf 'a,b\n2,x\n1\n' >x.csv
	try etl-sort -k a -o out x.csv
	fails 1 'x.csv:3: 1 field where there are 2 columns'
	[ ! -e out ]
	[ -z "$(find . -name '.out*')" ]
	try etl-sort -k a --ragged=fill x.csv
	prints $'a,b\n1,\n2,x'
}

@test "wrong keys: 2" {
	printf 'price,b:n,c\n2,1,1\n' >x.csv
	try etl-sort -k prize x.csv
	fails 2 "option -k: no such column: 'prize'; did you mean 'price'?"
	try etl-sort -k price:x x.csv
	fails 2 "option -k: column 'price': no such modifier: 'x'; there are n (number), t (time), h (size), v (version), i (case does not count) and r (reverse)"
	try etl-sort -k1,2nr x.csv
	fails 2 "option -k: no such column: '2nr'; modifiers stand behind a colon: 2:nr"
	try etl-sort -k 4n x.csv
	fails 2 "option -k: no such column: '4n'"
	[[ $(<err) != *colon* ]]
	try etl-sort -k price:nq x.csv
	fails 2 "no such modifier: 'q'"
	try etl-sort -k price: x.csv
	fails 2 "option -k: column 'price': no modifier behind the ':'"
	try etl-sort -k price,price:n x.csv
	fails 2 "option -k: "
	try etl-sort -k b:n,price x.csv
	prints $'price,b:n,c\n2,1,1'
	try etl-sort -k b:n:r x.csv
	prints $'price,b:n,c\n2,1,1'
	try etl-sort -k '' x.csv
	fails 2 "option -k: "
	try etl-sort -k price --memory 63K x.csv
	fails 2 "option --memory: less than 64K"
	try etl-sort -k price --memory much x.csv
	fails 2 "option --memory"
	try etl-sort -k price nofile
	fails 2 "nofile: "
}

@test "a device that is full, a descriptor that is closed, the same file" {
	make_records 2000 >x.csv
	for memory in 64K 1G; do
		try bash -c "etl-sort -k amount:n --memory $memory x.csv >/dev/full"
		fails 2 "stdout: No space left on device"
	done
	try bash -c 'head -n 2 x.csv | etl-sort >/dev/full'
	fails 2 "stdout: No space left on device"
	try bash -c 'etl-sort x.csv >&-'
	fails 2 "stdout: "
	try bash -c 'etl-sort <&-'
	fails 2 "stdin: "
	try bash -c 'etl-sort -k amount x.csv >>x.csv'
	fails 2 "x.csv"
	etl-sort -k amount:n x.csv >want
	etl-sort -k amount:n -o x.csv x.csv
	cmp x.csv want
	try bash -c 'etl-sort x.csv | head -n 1'
	prints row,key,amount
}

@test "TMPDIR: not there, full, or left as it was" {
	make_records 200000 >x.csv
	mkdir tmp
	export TMPDIR=$PWD/tmp
	try env TMPDIR=/nonexistent etl-sort -k amount:n --memory 64K -o out x.csv
	fails 2 "temporary file in /nonexistent (see TMPDIR): No such file or directory"
	[ ! -e out ]
	try env TMPDIR=/nonexistent etl-sort -k amount:n --memory 1G x.csv
	[ "$status" -eq 0 ]
	etl-sort -k amount:n --memory 64K x.csv >/dev/null
	[ -z "$(ls -A tmp)" ]
	# No file may become larger than 1 MiB: what stands for a disk that is full.
	try bash -c 'ulimit -f 1024; etl-sort -k amount:n --memory 64K x.csv'
	fails 2 "temporary file (see TMPDIR): File too large"
	[ -z "$output" ]
	[ -z "$(ls -A tmp)" ]
	try bash -c 'ulimit -f 1024; etl-sort -k amount:n --memory 64K -o out x.csv'
	fails 2 "temporary file (see TMPDIR): File too large"
	[ ! -e out ]
	[ -z "$(find . -name '.out*')" ]
}

@test "--tmp-dir: in place of TMPDIR, wrong ones told at once" {
	make_records 50000 >x.csv
	mkdir tmp
	etl-sort -k amount:n x.csv >want
	TMPDIR=/nonexistent etl-sort -k amount:n --memory 64K --tmp-dir tmp x.csv | cmp - want
	[ -z "$(ls -A tmp)" ]
	try etl-sort --tmp-dir none x.csv
	fails 2 "option --tmp-dir: none: No such file or directory"
	try etl-sort --tmp-dir x.csv x.csv
	fails 2 "option --tmp-dir: x.csv: Not a directory"
	try bash -c 'ulimit -f 100; etl-sort -k amount:n --memory 64K --tmp-dir tmp x.csv'
	fails 2 "temporary file (see TMPDIR): File too large"
	[ -z "$(ls -A tmp)" ]
}

@test "whatever the temporary file answers: all of it or nothing" {
	strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
	[ "$ETL_BIN" = "$ROOT/build" ] || skip 'strace and the sanitizers do not go together'
	mkdir tmp
	make_records 20000 >x.csv
	etl-sort -k amount:n x.csv >want
	for call in write pread64; do
		for n in 3 4 11; do
			TMPDIR=$PWD/tmp strace -o /dev/null -e inject=$call:error=EINTR:when=$n+5 \
				etl-sort -k amount:n --memory 64K -o out x.csv
			cmp out want
			rm out
			status=0
			TMPDIR=$PWD/tmp strace -o /dev/null -e inject=$call:error=EIO:when=$n \
				etl-sort -k amount:n --memory 64K -o out x.csv 2>err || status=$?
			fails 2 'temporary file (see TMPDIR): Input/output error'
			[ ! -e out ]
			[ -z "$(find . -name '.out*')" ]
			[ -z "$(ls -A tmp)" ]
		done
	done
}

@test "killed while it reads: nothing is left behind" {
	mkfifo feed
	mkdir tmp
	make_records 50000 >x.csv
	TMPDIR=$PWD/tmp etl-sort -k amount:n --memory 64K -o out feed 3>&- &
	pid=$!
	exec 4>feed
	cat x.csv >&4
	kill "$pid"
	run wait "$pid"
	exec 4>&-
	[ -z "$(ls -A tmp)" ]
	[ ! -e out ]
	[ -z "$(find . -name '.out*')" ]
}

@test "an upstream that died: its status, and nothing is written" {
	try bash -c "(printf 'a,b\n2,1\n1,4\n'; chmod 640 /dev/stdout) | etl-sort -k a"
	fails 75 "stdin: "
	[ -z "$output" ]
	try bash -c "(printf 'a,b\n2,1\n1,4\n'; chmod 641 /dev/stdout) | etl-sort -k a -o out"
	fails 1 "stdin: "
	[ ! -e out ]
	try bash -c "set -o pipefail; printf 'a,b\n2,1\n1,4\n' | etl-cut | etl-sort -k a | etl-cut -f b"
	prints $'b\n4\n1'
}

@test "--stats: in = out + rejected" {
	printf 'a\n2\nx\n1\n' >x.csv
	etl-sort -k a:n --rejects r --stats s x.csv 2>err
	[ "$(jq -c '[.in, .out, .rejected, .filtered]' s)" = '[3,2,1,0]' ]
}

@test "help, version, options of another program" {
	try etl-sort --help
	[ "$status" -eq 0 ]
	[[ $output == *"--memory BYTES"* ]]
	try bash -c 'etl-sort --help >/dev/full'
	[ "$status" -eq 2 ]
	try etl-sort --keys a
	fails 2 "--key"
}

@test "what sort(1) calls otherwise: the message names ours" {
	printf 'a,b\n1,2\n' >x.csv
	try etl-sort -n x.csv
	fails 2 "etl-sort: unknown option '-n': here it is -k NAME:n"
	try etl-sort -t, -k2 x.csv
	fails 2 "unknown option '-,': here it is -d BYTE for the delimiter, while -t is for TSV"
	try etl-sort -k a -S 1G x.csv
	fails 2 "unknown option '-S': here it is --memory BYTES"
	try etl-sort -sk a x.csv
	fails 2 "unknown option '-s': here it is always so"
	try etl-sort --temporary-directory=/tmp x.csv
	fails 2 "unknown option '--temporary-directory=/tmp': here it is --tmp-dir DIR"
	try etl-sort --reverse x.csv
	fails 2 "unknown option '--reverse': here it is -k NAME:r"
	try etl-sort -z x.csv
	fails 2 "unknown option '-z'; see 'etl-sort --help'"
	try etl-sort --chekc x.csv
	fails 2 "unknown option '--chekc'; did you mean '--check'?"
}
