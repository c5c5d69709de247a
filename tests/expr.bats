#!/usr/bin/env bats
# Expressions, etl-expr(7): zones, secrets, JSON and patterns, by etl-map, which has all of them.
load setup

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'a,b\n1,2\n3,4\n' >t.csv
}

@test "times by the clocks of a zone: read, printed, cut, added to; TZ changes nothing" {
	printf 'ts\n2021-03-28 01:59:59\n2021-10-31 02:30:00\n2050-07-01 12:00\n2021-10-31 02:30:00+01:00\n""\n' >z.csv
	try env TZ=Asia/Tokyo etl-map -v z=Europe/Berlin 'ts = parse_time(ts, null, @z); l = format_time(ts, null, @z)
		ny = format_time(ts, "%a %d %H:%M %Z %z", "America/New_York"); d = date_trunc(ts, "day", @z); h = hour(ts, "Asia/Kolkata")' z.csv
	prints 'ts,l,ny,d,h
2021-03-28T00:59:59Z,2021-03-28T01:59:59+01:00,Sat 27 20:59 EDT -0400,2021-03-27T23:00:00Z,6
2021-10-31T00:30:00Z,2021-10-31T02:30:00+02:00,Sat 30 20:30 EDT -0400,2021-10-30T22:00:00Z,6
2050-07-01T10:00:00Z,2050-07-01T12:00:00+02:00,Fri 01 06:00 EDT -0400,2050-06-30T22:00:00Z,15
2021-10-31T01:30:00Z,2021-10-31T02:30:00+01:00,Sat 30 21:30 EDT -0400,2021-10-30T22:00:00Z,7
,,,,'
	# A name tells which of two hours; a day is 23 hours, an hour is an hour; no clock skips an hour twice.
	try etl-map -N '{2} = parse_time(#1, "%F %R %Z", "Europe/Berlin")' <<<$'2021-10-31 02:30 CEST\n2021-10-31 02:30 CET\n2021-10-31 02:30 UTC'
	prints $'2021-10-31 02:30 CEST,2021-10-31T00:30:00Z\n2021-10-31 02:30 CET,2021-10-31T01:30:00Z\n2021-10-31 02:30 UTC,2021-10-31T02:30:00Z'
	try etl-map -N '#1 = parse_time(#1); {2} = date_add(#1, 1, "day", "Europe/Berlin"); {3} = date_add(#1, 24, "hour", "Europe/Berlin")
		{4} = date_diff(#1, {3}, "day", "Europe/Berlin"); {5} = date_diff(#1, {3}, "hour", "Europe/Berlin")' <<<2021-03-27T11:00:00Z
	prints 2021-03-27T11:00:00Z,2021-03-28T10:00:00Z,2021-03-28T11:00:00Z,1,24
}

@test "an hour that clocks skip is a fault of its record, and so is a year that they leave" {
	printf 'ts\n2021-03-28 02:30:00\n2021-03-28 03:30:00\n' >s.csv
	try etl-map 'ts = parse_time(ts, "%F %T", "Europe/Berlin")' s.csv
	fails 1 "etl-map: s.csv:2: 'parse_time(ts, \"%F %T\", \"Europe/Berlin\")': no such time in Europe/Berlin: '2021-03-28 02:30:00'"
	try etl-map --on-error=null 'ts = parse_time(ts, null, "Europe/Berlin")' s.csv
	[ "$output" = $'ts\n\n2021-03-28T01:30:00Z' ] || [ "$output" = $'ts\n""\n2021-03-28T01:30:00Z' ]
	try etl-map 'ts = date_add(ts, 1, "day", "Europe/Berlin")' <<<$'ts\n2021-03-27T01:30:00Z'
	fails 1 "no such time in Europe/Berlin: '2021-03-28T02:30:00'"
	for program in 'hour(t, "Asia/Tokyo")' 'format_time(t, null, "Asia/Tokyo")' 'format_time(t, "%F", "Asia/Tokyo")' \
		'date_trunc(t, "day", "Asia/Tokyo")' 'date_add(t, 1, "day", "Asia/Tokyo")'; do
		try etl-map "t = $program" <<<$'t\n9999-12-31T23:59:59Z'
		fails 1 'time outside of the years 1 to 9999'
	done
	try etl-map 't = parse_time(t, "%F %Z", "Europe/Berlin")' <<<$'t\n2021-08-01 EST'
	fails 1 "not a time: '2021-08-01 EST'"
	try etl-map 't = parse_time(t, "%F %Z", "Europe/Berlin")' <<<$'t\n2021-08-01 CET'
	fails 1 "no such time in Europe/Berlin: '2021-08-01 CET'"
}

@test "a zone is known when the program is compiled, from a file that is one" {
	for zone in /etc/passwd ../../etc/passwd a/../b zone.tab '' 'Europe/'; do
		try etl-map 'a = hour(a, "'"$zone"'")' t.csv
		fails 2 "no such time zone: '$zone'"
	done
	try etl-map 'a = hour(a, "berlin")' t.csv
	fails 2 "no such time zone: 'berlin'; did you mean 'Europe/Berlin'?"
	[ "$(sed -n 3p err)" = '              ^^^^^^^^' ]
	try etl-map 'a = hour(a, "America/New York")' t.csv
	fails 2 "; did you mean 'America/New_York'"
	try etl-map 'a = hour(a, b)' t.csv
	fails 2 "hour(x[, zone]) takes a time zone that is known before any data here, and 'b' is text"
	for program in 'parse_time(a, "Europe/Berlin")' 'format_time(now(), "UTC")'; do
		try etl-map "a = $program" t.csv
		fails 2 'a time zone stands behind the format, which is null for ISO 8601: null, "'
	done
	try etl-map 'a = hour(a, 3)' t.csv
	fails 2 "and '3' is a number"
	TZDIR=$PWD/none try etl-map 'a = hour(a, "UTC")' t.csv
	fails 2 "$PWD/none: No such file or directory; time zones are in the package tzdata, or where TZDIR says"
	mkdir -p tz/A
	cp /usr/share/zoneinfo/Europe/Berlin tz/A/B
	head -c 1000 tz/A/B >tz/A/Cut
	head -c 2000000 /dev/zero >tz/Zero
	: >tz/Empty
	mkfifo tz/Fifo
	TZDIR=$PWD/tz try etl-map 'h = hour(t, "A/B")' <<<$'t\n2021-08-01T12:00Z'
	prints $'t,h\n2021-08-01T12:00Z,14'
	TZDIR=$PWD/tz try etl-map 'a = hour(a, "A/Cut")' t.csv
	fails 2 "$PWD/tz/A/Cut: damaged: "
	TZDIR=$PWD/tz try etl-map 'a = hour(a, "Empty")' t.csv
	fails 2 "$PWD/tz/Empty: not a time zone (TZif)"
	TZDIR=$PWD/tz try etl-map 'a = hour(a, "Zero")' t.csv
	fails 2 "$PWD/tz/Zero: File too large"
	for zone in A Fifo; do
		TZDIR=$PWD/tz try etl-map "a = hour(a, \"$zone\")" t.csv
		fails 2 "no such time zone: '$zone'"
	done
	TZDIR=$PWD/tz try etl-map --explain 'a = hour(a, "A/B")' t.csv
	[[ $output == *'= hour(v2, "A/B"): number'* ]]
	TZDIR=$PWD/tz try etl-filter 'hour(parse_time("2021-08-01T12:00Z"), "A/B") == 14' t.csv
	prints $'a,b\n1,2\n3,4'
}

@test "zones agree with an oracle" {
	python3 -c 'import zoneinfo' || skip 'python3 has no zoneinfo'
	"$ROOT/tests/zone-oracle" "$RANDOM" 12 40
}

# A file of keys, as etl-expr(7) has it made.
make_keys() { # FILE NAME...
	local file=$1 name
	shift
	for name; do (umask 077; printf '%s %s\n' "$name" "$(od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n')" >>"$file"); done
}

@test "sha256 and pseudonym are what other programs compute" {
	printf 'n\nEva\nEva\n""\n"a ""b"", é"\n' >m.csv
	(umask 077; printf '# old\n\nk1\t000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F\r\n' >keys)
	cat >oracle <<-'END'
		import base64, csv, hashlib, sys
		def hash(text, size, **more): return hashlib.blake2b(text, digest_size=size, **more).digest()
		key = hash(b"", 32, key=bytes(range(32)), salt=bytes([2]) + bytes(15), person=b"etlutils" + bytes(8))
		def pseudonym(text, domain): return base64.b32encode(hash(text, 16, key=hash(domain, 32, key=key))).decode().lower()[:26]
		out = csv.writer(sys.stdout, lineterminator="\n")
		out.writerow(("s", "p", "q"))
		for n in ("Eva", "Eva", "", 'a "b", é'):
		    t = n.encode()
		    out.writerow((hashlib.sha256(t).hexdigest(), pseudonym(t, b""), pseudonym(t, b"n")) if t else ("", "", ""))
	END
	ETL_KEY_FILE=keys etl-map 's = sha256(n); p = pseudonym(n); q = pseudonym(n, "n")' m.csv >got.csv
	try etl-cut -f s,p,q got.csv
	prints "$(python3 oracle)"
	try etl-map 's = sha256(n)' --jobs 2 m.csv
	[ "$status" -eq 0 ]
	ETL_KEY_FILE=keys try etl-map 'p = pseudonym(n, n)' m.csv
	fails 2 "pseudonym(x[, domain]) takes text that is known before any data here, and 'n' is text"
}

@test "encrypt and decrypt: tokens differ, keys change, what is no token is not shown" {
	printf 'n\nEva\nEva\n""\n"a ""b"", é"\n' >n.csv
	make_keys keys k1
	export ETL_KEY_FILE=keys
	etl-map 'n = encrypt(n)' n.csv >e.csv
	[ "$(sort -u e.csv | wc -l)" -eq 5 ]
	grep -qE '^e1\.k1\.[A-Za-z0-9_-]{58}$' e.csv
	run ! grep Eva e.csv
	for block in 1 7 4096; do
		ETL_BLOCK=$block try etl-map 'n = decrypt(n)' e.csv
		prints $'n\nEva\nEva\n""\n"a ""b"", é"'
	done
	make_keys new k2
	cat keys >>new
	export ETL_KEY_FILE=new
	try etl-map 'n = encrypt(decrypt(n))' e.csv
	[ "$(grep -c '^e1\.k2\.' <<<"$output")" -eq 3 ]
	head -n 1 new >only
	chmod 600 only
	ETL_KEY_FILE=only try etl-map 'n = decrypt(n)' e.csv
	fails 1 "etl-map: e.csv:2: 'decrypt(n)': no key of this name in ETL_KEY_FILE: 'k1'"
	: >wrong
	chmod 600 wrong
	make_keys wrong k1
	ETL_KEY_FILE=wrong try etl-map 'n = decrypt(n)' e.csv
	fails 1 "etl-map: e.csv:2: 'decrypt(n)': the token was altered, or its key is another one of that name"
	sed 's/.$//' e.csv | sed 1s/.*/n/ >cut.csv
	try etl-map 'n = decrypt(n)' cut.csv
	fails 1 "etl-map: cut.csv:2: 'decrypt(n)': "
	try etl-map 'n = decrypt(n)' n.csv
	[ "$status" -eq 1 ]
	[ "$(cat err)" = "etl-map: n.csv:2: 'decrypt(n)': not a token of encrypt()" ]
	try etl-map --on-error=null 'n = decrypt(n)' n.csv
	prints $'n\n""\n""\n""\n""'
	# What was written by this version can be read by later ones.
	(umask 077; printf 'k1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n' >fixed)
	ETL_KEY_FILE=fixed try etl-map -N '#1 = decrypt(#1)' <<<e1.k1.NRgl177b0YBxshIKt7OpjGfeyxJj1mXM8f75vUCNYq9nEaPvFgUBsbbSZA
	prints Eva
}

@test "keys: a file that is none ends the program, and no message has a key" {
	canary=00c0ffee00c0ffee
	refused() { # FILE TEXT
		ETL_KEY_FILE=$1 try etl-map 'a = encrypt(a)' t.csv
		fails 2 "$2"
		[ "$output" = '' ]
		run ! grep -i c0ffee err
	}
	refused '' 'encrypt(x) needs a key: ETL_KEY_FILE names no file of keys'
	[ "$(sed -n 3p err)" = '      ^^^^^^^^^^' ]
	refused none 'none: No such file or directory'
	refused . '.: not a regular file'
	mkfifo fifo
	refused fifo 'fifo: not a regular file'
	key=$canary$canary$canary$canary
	umask 077
	check() { # TEXT-OF-FILE REASON
		printf '%b' "$1" >keys
		refused keys "$2"
	}
	check '' 'keys: there is no key in it'
	check '# none\n\n' 'keys: there is no key in it'
	check "$key\n" 'keys:1: not a name and a key, with a blank between'
	check "a $key b\n" 'keys:1: not a name and a key'
	check "# ok\nk $key\nb ${key%?}\n" 'keys:3: too short: a key has 64 hexadecimal digits'
	check "k ${key%?}g\n" 'keys:1: a key has 64 hexadecimal digits, and nothing else'
	check "k ${key}0\n" 'keys:1: a key has 64 hexadecimal digits, and nothing else'
	check "k.1 $key\n" 'keys:1: the name of a key has at most 32'
	check "k $key\nk $key" 'keys:2: a name for the second time'
	check "k\\0 $key\n" 'keys:1: the name of a key'
	head -c 100000 /dev/zero >keys
	refused keys 'keys: File too large'
	printf 'k %s\n' "$key" >keys
	for mode in 644 640 602; do
		chmod "$mode" keys
		refused keys "keys: others can read or write it (mode 0$mode); chmod 600 keys"
	done
	chmod 400 keys
	ETL_KEY_FILE=keys try etl-map --explain 'a = encrypt(a)' t.csv
	[ "$status" -eq 0 ]
	run ! grep -i c0ffee <<<"$output"
	try etl-filter 'decrypt(a) == "1"' t.csv
	fails 2 "decrypt() is a function of etl-map, and of no other program: compute a column with it first"
	try etl-agg 'count(sha256(a))' t.csv
	fails 2 "sha256() is a function of etl-map"
	try etl-map --list-functions
	grep -q '^pseudonym(x\[, domain\])' <<<"$output"
}

@test "json: values at a path, as they are written" {
	cat >j.csv <<-'END'
		j
		"{""main"": {""temp"": 12.50, ""a.b"": ""x\ny \u00e9\ud83d\ude00"", ""it's"": """"}, ""items"": [{""n"": ""n1""}, 7e2, true, null]}"
		"{""main"": 3, ""t\u0065mp"": -0}"
		""
		"[]"
	END
	cat >prog <<-'END'
		t = num(json(j, "main.temp")) * 2; u = json(j, "main.'a.b'"); q = json(j, "$.main.\"it's\"")
		n = json(j, "items[0].n"); i = json(j, "items[1]"); b = json(j, "items[2]"); z = json(j, "items[3]")
		o = json(j, ".items[0]"); m = json(j, "main"); e = json(j, "temp"); x = json(j, "[0]"); j = length(json(j, "$"))
	END
	for block in 1 64 65536; do
		ETL_BLOCK=$block try etl-map --program prog j.csv
		prints "$(printf '%s\n' 'j,t,u,q,n,i,b,z,o,m,e,x' \
			'112,25.00,"x
y é😀",,n1,7e2,true,,"{""n"": ""n1""}","{""temp"": 12.50, ""a.b"": ""x\ny \u00e9\ud83d\ude00"", ""it'"'"'s"": """"}",,' \
			'28,,,,,,,,,3,-0,' '0,,,,,,,,,,,' '2,,,,,,,,,,,')"
	done
	try etl-filter 'json(j, "main.temp") == "12.50"' j.csv
	[ "$(wc -l <<<"$output")" -eq 2 ]
	try etl-map --explain 't = json(j, "main.temp")' j.csv
	[[ $output == *'json(v1, "main.temp"): text'* ]]
}

@test "json: malformed text is a fault of its record, with the byte; a path at fault one of the program" {
	for case in '[1,2|5: '"',' or ']' was expected" '{"a": tru}|7: a value was expected: '"'tru}'" \
		'{"a": 1} x|10: text behind the value: '"'x'" '{"a": 1, "a": 2}|10: a name for the second time' \
		'{"a": "\ud83d"}|8: no such character: \u and four digits, surrogates in pairs' \
		'{"a": 1, "b": "'$'\xff''"}|16: not UTF-8'; do
		printf 'j\n"%s"\n' "$(sed 's/"/""/g' <<<"${case%%|*}")" >bad.csv
		try etl-map 'j = json(j, "a")' bad.csv
		fails 1 "etl-map: bad.csv:2: 'json(j, \"a\")': not JSON: byte ${case#*|}"
	done
	head -c 300 /dev/zero | tr '\0' '[' | sed '1i j' >deep.csv
	try etl-map 'j = json(j, "a")' deep.csv
	fails 1 'not JSON: byte 257: nested too deep'
	try etl-map --on-error=null 'j = json(j, "a"); k = 1' bad.csv
	prints $'j,k\n,1'
	for case in '|1: the path is empty; $ is all of the text' 'a.|3: a name is missing here' 'a[x]|3: between brackets' \
		"'a|3: a name without its closing quote" 'a]|2: a point or a bracket is missing here' 'a[-1]|3: between brackets'; do
		try etl-map -v p="${case%%|*}" 'j = json(j, @p)' bad.csv
		fails 2 "path, byte ${case#*|}"
	done
	try etl-map 'j = json(j, j)' bad.csv
	fails 2 "json(x, path) takes a path that is known before any data here, and 'j' is text"
}

@test "json agrees with Python on random texts" {
	cat >make <<-'END'
		import csv, json, random, sys
		rng = random.Random(int(sys.argv[1]))
		names = ["a", "b", "a.b", "é", "", "c d", '"', "😀"]
		def value(depth):
		    kind = rng.randrange(8 if depth < 4 else 5)
		    if kind < 5:
		        return rng.choice([None, True, 12, -1.5e300, "x", 'q"\\\n\u0000é😀', ""])
		    count = rng.randrange(4)
		    return [value(depth + 1) for _ in range(count)] if kind == 5 else {rng.choice(names): value(depth + 1) for _ in range(count)}
		def show(v):
		    return "" if v is None else v if isinstance(v, str) else json.dumps(v)
		def get(v, path):
		    for step in path:
		        if isinstance(step, int) != isinstance(v, list) or not isinstance(v, (list, dict)): return None
		        if isinstance(step, int) and step >= len(v) or isinstance(step, str) and step not in v: return None
		        v = v[step]
		    return v
		paths = {"a": ["a"], "b[1]": ["b", 1], "'a.b'.a": ["a.b", "a"], "é[0].b": ["é", 0, "b"], "[1]": [1], "''": [""], "'\"'[0]": ['"', 0], "😀.'c d'": ["😀", "c d"]}
		if sys.argv[2] == "program":
		    print("\n".join(f"p{i} = json(j, {json.dumps(p, ensure_ascii=False)})" for i, p in enumerate(paths)) + "\nj = 0")
		else:
		    out = csv.writer(sys.stdout, lineterminator="\n")
		    out.writerow(["j"] + [f"p{i}" for i in range(len(paths))] * (sys.argv[2] == "want"))
		    for _ in range(400):
		        v = value(0)
		        text = json.dumps(v, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 1]))
		        out.writerow([text] if sys.argv[2] == "data" else [0] + [show(get(v, p)) for p in paths.values()])
	END
	seed=$RANDOM
	python3 make "$seed" data >data.csv
	python3 make "$seed" program >prog
	# Objects and arrays are given as they are written: compared as values.
	etl-map --program prog data.csv >got.csv
	python3 make "$seed" want >want.csv
	cat >same <<-'END'
		import csv, json, sys
		def norm(t):
		    try: return json.dumps(json.loads(t)) if t[:1] in "[{" else t
		    except ValueError: return t
		a, b = ([[norm(f) for f in row] for row in csv.reader(open(n, newline=""))] for n in sys.argv[1:])
		bad = [(x, y) for x, y in zip(a, b) if x != y]
		print(*bad[:3], sep="\n")
		sys.exit(bool(bad) or len(a) != len(b) or len({f for row in a for f in row}) < 8)
	END
	python3 same got.csv want.csv || { echo "seed $seed"; return 1; }
}

@test "groups of a pattern by their names" {
	printf 'd\n19.08.2021\n' >d.csv
	try etl-map -v re='(?<day>\d+)\.(?<month>\d+)\.(?<year>\d+)' 'y = extract(d, @re, "year"); d = replace(d, regex(@re), "${year}-${month}-$1")' d.csv
	prints $'d,y\n2021-08-19,2021'
	try etl-map 'y = extract(d, /(?<year>\d+)/, "yaer")' d.csv
	fails 2 "the pattern has no group of that name: 'yaer'; it is written (?<name>...)"
	[ "$(sed -n 3p err)" = '                                 ^^^^^^' ]
	try etl-map 'y = replace(d, /(?<year>\d+)/, "${}")' d.csv
	fails 2 "'\$' stands for a group, \$1, \${10} or \${name}; \$\$ is a dollar"
}
