#!/usr/bin/env bats
# etl-load: files, and the connector for SQLite: what is loaded, and that nothing is where something failed.

load setup

rows() { # DATABASE [TABLE]
	sqlite3 "$1" "SELECT count(*) FROM \"${2:-t}\""
}

# A connector that was killed, or died with its parent, may hold its lock for a moment yet.
sqlite3() {
	command sqlite3 -cmd '.timeout 10000' "$@"
}

# A database with table t(id INTEGER, name TEXT) of one row.
given_table() {
	sqlite3 t.db "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES(1, 'old')"
}

is_unchanged() {
	[ "$(sqlite3 t.db 'SELECT * FROM t' 'PRAGMA integrity_check')" = "1|old
ok" ]
}

# A user who cannot override permissions: words to put before a command.  The source tree may be out of its reach,
# so that it gets a copy of what it runs in USER_BIN.
as_user() {
	USER_WORDS=(env)
	USER_BIN=$ETL_BIN
	if [ "$(id -u)" -eq 0 ]; then
		USER_COPY=$(mktemp -d)
		USER_BIN=$USER_COPY
		chmod 755 "$USER_BIN"
		cp "$ETL_BIN/etl-load" "$ETL_BIN/sqlite" "$USER_BIN"
		USER_WORDS=(setpriv --reuid=65534 --regid=65534 --clear-groups env "ETL_CONNECT_PATH=$USER_BIN")
	fi
}

teardown() {
	[ -z "${USER_COPY:-}" ] || rm -r "$USER_COPY"
}

# ---- SQLite: what arrives

@test "a missing table is created, with types from all values" {
	cat >in.csv <<-'END'
	id,zip,price,big,when,none,mixed
	1,007,1.50,9223372036854775807,2021-08-19,,1
	-2,12345,2,-9223372036854775808,2021-08-20,,x
	END
	try etl-load sqlite:t.db --table t in.csv
	prints ''
	try sqlite3 t.db "SELECT name || ' ' || type FROM pragma_table_info('t')"
	prints 'id INTEGER
zip TEXT
price TEXT
big INTEGER
when TEXT
none TEXT
mixed TEXT'
	try sqlite3 t.db 'SELECT * FROM t'
	prints '1|007|1.50|9223372036854775807|2021-08-19||1
-2|12345|2|-9223372036854775808|2021-08-20||x'
}

@test "what is no integer as we would print it makes the column text" {
	for value in 007 +1 -0 1.0 1e3 ' 1' 9223372036854775808 0x1 1_000; do
		rm -f t.db
		printf 'a,b\n5,1\n%s,2\n' "$value" | etl-load sqlite:t.db --table t
		try sqlite3 t.db "SELECT typeof(a) || ' ' || a FROM t"
		prints "text 5
text $value"
	done
}

@test "a value that comes late still decides, and no row is lost or changed" {
	for block in 1 64 262144; do
		rm -f t.db
		{ echo a,b,c; seq -f '%.0f,1,' 30000; echo 007,x,4; seq -f '%.0f,2,5' 3; } >in.csv
		ETL_BLOCK=$block etl-load sqlite:t.db --table t in.csv
		try sqlite3 t.db 'SELECT count(*), count(DISTINCT rowid), sum(a), typeof(a), typeof(b) FROM t' \
			"SELECT group_concat(type) FROM pragma_table_info('t')" \
			'SELECT c, count(*), typeof(c) FROM t GROUP BY c' 'SELECT a FROM t WHERE rowid IN (1, 30001, 30002)' \
			'PRAGMA integrity_check' 'SELECT freelist_count < 30 FROM pragma_freelist_count' "SELECT count(*) FROM sqlite_schema"
		prints '30004|30004|450015013|text|text
TEXT,TEXT,INTEGER
|30000|null
4|1|integer
5|3|integer
1
007
1
ok
1
1'
	done
}

@test "unquoted empty is NULL, quoted empty is empty; --null says otherwise" {
	unset ETL_SCAN # libcsv does not tell quoted from unquoted
	printf 'a,b\n,""\nNA,"NA"\n' >in.csv
	etl-load sqlite:t.db --table t in.csv
	try sqlite3 t.db "SELECT quote(a), quote(b) FROM t"
	prints "NULL|''
'NA'|'NA'"
	etl-load sqlite:t.db --table u --null NA in.csv
	try sqlite3 t.db "SELECT quote(a), quote(b) FROM u"
	prints "''|''
NULL|'NA'"
}

@test "an empty value that is all of its record is NULL, though it has quotes" {
	unset ETL_SCAN
	printf 'a,b\n1,x\n,y\n3,z\n' >in.csv
	for block in 1 262144; do
		rm -f t.db
		etl-cut -f a in.csv | ETL_BLOCK=$block etl-load sqlite:t.db --table t
		try sqlite3 t.db "SELECT quote(a), typeof(a) FROM t"
		prints $'1|integer\nNULL|null\n3|integer'
	done
	etl-cut -f a in.csv | etl-load sqlite:t.db --table k -k a 2>err && false
	grep -F "stdin:3: column 'a': a key cannot be NULL" err
	etl-cut -f b,a in.csv | etl-map 'a = text(a)' | etl-load sqlite:t.db --table two
	[ "$(sqlite3 t.db 'SELECT count(*) FROM two WHERE a IS NULL')" = 1 ]
	printf 'a,b\n"",1\n' | etl-load sqlite:t.db --table quoted
	[ "$(sqlite3 t.db 'SELECT quote(a) FROM quoted')" = "''" ]
	etl-cut -f a in.csv | etl-load sqlite:t.db --table other --null 3
	try sqlite3 t.db "SELECT quote(a) FROM other"
	prints $'\'1\'\n\'\'\nNULL'
}

@test "--schema: what it has for missing values is NULL; what --infer makes can be loaded" {
	unset ETL_SCAN
	printf 'a,b\n1,x\nNA,NA\n,\n5,"x"\n' >in.csv
	echo '{"fields":[{"name":"a","type":"integer"},{"name":"b","missingValues":["x"]}],"missingValues":["NA"]}' >s.json
	for block in 1 262144; do
		rm -f t.db
		ETL_BLOCK=$block etl-load sqlite:t.db --table t --schema s.json in.csv
		try sqlite3 t.db "SELECT quote(a), quote(b) FROM t"
		prints $'1|NULL\nNULL|\'NA\'\nNULL|NULL\n5|\'x\''
	done
	etl-load sqlite:t.db --table t --schema s.json in.csv
	[ "$(sqlite3 t.db 'SELECT count(*) FROM t WHERE a IS NULL')" = 4 ]
	printf 'a,b\n"NA",y\n' >quoted.csv
	try etl-load sqlite:t.db --table t --schema s.json quoted.csv
	fails 1 "quoted.csv:2: column 'a': not a 64-bit integer, as its column needs: 'NA'"
	try etl-load sqlite:t.db --table t --schema s.json -k a --mode upsert in.csv
	[ "$status" -ne 0 ]
	etl-check --infer -o inferred.json in.csv
	etl-load sqlite:t.db --table inferred --schema inferred.json in.csv
	[ "$(sqlite3 t.db 'SELECT count(a), typeof(max(a)) FROM inferred')" = '2|integer' ]
	echo '{"fields":[{"name":"a"},{"name":"b"}],"missingValues":"NA"}' >s.json
	try etl-load sqlite:u.db --table t --schema s.json in.csv
	fails 2 "s.json: line 1: field 'a': "
	[ ! -e u.db ]
}

@test "quotes, delimiters, newlines and UTF-8 arrive as they are" {
	printf 'a,b\n"x ""y"", z","two\nlines"\n\xc3\xa9\xf0\x9f\x98\x80,"\xe2\x82\xac"\n' >in.csv
	etl-load sqlite:t.db --table t in.csv
	try sqlite3 t.db "SELECT quote(a), quote(b) FROM t"
	prints "'x \"y\", z'|'two
lines'
'é😀'|'€'"
}

@test "TSV, headerless, another delimiter, CRLF, BOM, no final newline" {
	printf 'a\tb\n1\t"\n' | etl-load sqlite:t.db --table t --tsv
	printf '1;x\r\n2;y' | etl-load sqlite:t.db --table u --header=k,v -d ';'
	printf '\xef\xbb\xbfa\r\n1\r\n' | etl-load sqlite:t.db --table v
	printf '1,2\n' | etl-load sqlite:t.db --table w -N
	try sqlite3 t.db 'SELECT * FROM t' 'SELECT * FROM u' 'SELECT a, typeof(a) FROM v' 'SELECT "1", "2" FROM w'
	prints '1|"
1|x
2|y
1|integer
1|2'
}

@test "several files, one of them standard input, under one header" {
	printf 'a,b\n1,x\n' >one.csv
	printf 'a,b\n3,z\n' >three.csv
	printf 'a,b\n2,y\n' | etl-load sqlite:t.db --table t one.csv - three.csv
	try sqlite3 t.db 'SELECT * FROM t'
	prints '1|x
2|y
3|z'
	printf 'a,c\n3,z\n' >three.csv
	try etl-load sqlite:t.db --table t one.csv three.csv
	fails 1 "three.csv: column 2 is 'c' here, 'b' in one.csv"
	[ "$(rows t.db)" -eq 3 ]
}

@test "append matches columns by name" {
	given_table
	printf 'name,ID\ntwo,2\n' | etl-load sqlite:t.db --table t
	try sqlite3 t.db 'SELECT * FROM t'
	prints '1|old
2|two'
}

@test "append refuses other columns and names them all" {
	given_table
	try etl-load sqlite:t.db --table t <<<$'id,name,extra\n2,x,y'
	fails 1 "stdin: table 't' has no column 'extra'"
	fails 1 "the input has the columns 'id', 'name', 'extra'; the table has 'id', 'name'"
	fails 1 'etl-load: t.db: nothing was committed'
	try etl-load sqlite:t.db --table t <<<$'id\n2'
	fails 1 "there is no column 'name', for which table 't' has no default"
	is_unchanged
}

@test "a column with a default, a rowid and a generated one may be missing" {
	sqlite3 t.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, d TEXT DEFAULT 'x', g TEXT AS (a || '!'))"
	etl-load sqlite:t.db --table t <<<$'a\nhi'
	try sqlite3 t.db 'SELECT * FROM t'
	prints '1|hi|x|hi!'
	try etl-load sqlite:t.db --table t <<<$'a,g\nhi,hi'
	fails 1 "column 'g' of table 't' is generated"
}

@test "replace keeps the table's definition and leaves the new rows alone" {
	given_table
	sqlite3 t.db 'CREATE INDEX i ON t(name)'
	sqlite3 t.db .schema >before
	printf 'name,id\nx,7\n' | etl-load sqlite:t.db --table t --mode replace
	try sqlite3 t.db 'SELECT * FROM t'
	prints '7|x'
	sqlite3 t.db .schema | diff before -
	printf 'a\n1\n' | etl-load sqlite:t.db --table new --mode=replace
	[ "$(rows t.db new)" -eq 1 ]
}

@test "replace by nothing must be meant" {
	given_table
	try sh -c ': | etl-load sqlite:t.db --table t --mode replace'
	fails 75 'nothing came, and nothing says that this is all'
	is_unchanged
	try sh -c 'command-not-found-here 2>/dev/null | etl-load sqlite:t.db --table t --mode replace'
	fails 75 'nothing was committed'
	is_unchanged
	try sh -c ': | etl-load sqlite:t.db --table t --mode replace --allow-empty'
	prints ''
	[ "$(rows t.db)" -eq 0 ]
	echo id,name | etl-load sqlite:t.db --table t --mode replace
	[ "$(rows t.db)" -eq 0 ]
}

@test "header only creates the table, empty" {
	try etl-load sqlite:t.db --table t <<<'a,b'
	prints ''
	[ "$(rows t.db)" -eq 0 ]
	try etl-load sqlite:t.db --table u --allow-empty </dev/null
	prints ''
	try etl-load sqlite:t.db --table u </dev/null
	fails 1 'empty: there is no header'
}

@test "-k makes the primary key, which no row may lack or share" {
	etl-load sqlite:t.db --table t -k a,b <<<$'a,b,c\n1,x,1\n1,y,2'
	try sqlite3 t.db "SELECT group_concat(name || pk) FROM pragma_table_info('t')"
	prints 'a1,b2,c0'
	try etl-load sqlite:t.db --table t -k a,b <<<$'a,b,c\n2,x,1\n1,y,2'
	fails 1 'stdin:3: UNIQUE constraint failed: t.a, t.b'
	try etl-load sqlite:t.db --table t -k a,b <<<$'a,b,c\n2,x,1\n3,,2'
	fails 1 "stdin:3: column 'b': a key cannot be NULL"
	try etl-load sqlite:t.db --table u -k a <<<$'a,b\n5,x\n5,y'
	fails 1 'stdin:3: UNIQUE constraint failed: u.a'
	try etl-load sqlite:t.db --table u -k nope <<<$'a,b\n5,x\n5,y'
	fails 2 "nope"
	[ "$(sqlite3 t.db .tables)" = t ]
}

@test "a key that turns from integer to text late is still unique" {
	{ echo k; seq 40000; echo 007; echo 7; } >in.csv
	try etl-load sqlite:t.db --table t -k k in.csv
	fails 1 'in.csv:40003: UNIQUE constraint failed'
	{ echo k; seq 40000; echo 007; } | etl-load sqlite:t.db --table t -k k
	try sqlite3 t.db "SELECT count(*), typeof(k) FROM t" "SELECT type, pk FROM pragma_table_info('t')"
	prints '40001|text
TEXT|1'
}

@test "upsert and insert-only" {
	given_table
	sqlite3 t.db "INSERT INTO t VALUES(2, 'two')"
	etl-load sqlite:t.db --table t --mode upsert -k id <<<$'id,name\n1,new\n3,three\n3,again' --stats s
	try sqlite3 t.db 'SELECT * FROM t'
	prints '1|new
2|two
3|again'
	etl-load sqlite:t.db --table t --mode insert-only -k id --stats s2 <<<$'id,name\n1,no\n4,four'
	try sqlite3 t.db 'SELECT name FROM t WHERE id IN (1, 4)'
	prints 'new
four'
	grep -q '"in":2,.*"out":1,.*"filtered":1,"rejected":0' s2
	try etl-load sqlite:t.db --table t --mode upsert <<<$'id,name\n1,new'
	fails 2 '-k names them'
	try etl-load sqlite:t.db --table t --mode upsert -k name <<<$'id,name\n1,new'
	fails 2 "table 't' has no PRIMARY KEY and no unique index on (\"name\")"
}

@test "an upsert into a table whose types are still open" {
	{ echo k,v; seq -f '%.0f,1' 40000; echo 7,x; echo 40001,2; } | etl-load sqlite:t.db --table t --mode upsert -k k
	try sqlite3 t.db 'SELECT count(*), typeof(k), typeof(v) FROM t' 'SELECT v FROM t WHERE k = 7'
	prints '40001|integer|text
x'
}

@test "an INTEGER column changes nothing silently" {
	sqlite3 t.db "CREATE TABLE t(code INTEGER)"
	try etl-load sqlite:t.db --table t <<<$'code\n7\n007'
	fails 1 "stdin:3: column 'code': an INTEGER column would change it (--schema can allow that): '007'"
	try etl-load sqlite:t.db --table t <<<$'code\nn/a'
	fails 1 "stdin:2: column 'code': not a 64-bit integer, as its column needs: 'n/a'"
	[ "$(rows t.db)" -eq 0 ]
	echo '{"fields": [{"name": "code", "type": "integer"}]}' >s.json
	etl-load sqlite:t.db --table t --schema s.json <<<$'code\n007'
	[ "$(sqlite3 t.db 'SELECT code FROM t')" = 7 ]
}

@test "--schema gives the types, and holds the values against them" {
	cat >s.json <<-'END'
	{"fields": [{"name": "n", "type": "integer"}, {"name": "x", "type": "number"},
	 {"name": "b", "type": "boolean"}, {"name": "s"}]}
	END
	printf 'n,x,b,s,other\n007,1.50,true,5,9\n,,,,\n' | etl-load sqlite:t.db --table t --schema s.json
	try sqlite3 t.db "SELECT group_concat(type) FROM pragma_table_info('t')" 'SELECT * FROM t'
	prints 'INTEGER,REAL,TEXT,TEXT,INTEGER
7|1.5|true|5|9
||||'
	try etl-load sqlite:t.db --table u --schema s.json <<<$'n,x,b,s\n1,one,true,x'
	fails 1 "stdin:2: column 'x': not a number: 'one'"
	try etl-load sqlite:t.db --table u --schema s.json <<<$'n,x,b\n1,1,true'
	fails 1 "there is no column 's', which the schema has"
	printf '{"fields":\n [{"name": "n", "type": "int"}]}' >bad.json
	try etl-load sqlite:t.db --table u --schema bad.json <<<$'n\n1'
	fails 2 "bad.json: line 2: field 'n': no such type: 'int'; did you mean 'integer'"
	try etl-load sqlite:t.db --table u --schema none.json <<<$'n\n1'
	fails 2 'none.json: No such file or directory'
	try etl-load sqlite:t.db --table u --schema s.json --as-text <<<$'n\n1'
	fails 2 'exclude each other'
}

@test "--as-text makes all columns TEXT" {
	etl-load sqlite:t.db --table t --as-text <<<$'a,b\n1,2'
	[ "$(sqlite3 t.db 'SELECT typeof(a), typeof(b) FROM t')" = 'text|text' ]
}

@test "--after runs in the same transaction" {
	given_table
	echo "CREATE TABLE sums AS SELECT count(*) AS n FROM t; -- a comment" >after.sql
	etl-load sqlite:t.db --table t --after after.sql <<<$'id,name\n2,x'
	[ "$(sqlite3 t.db 'SELECT n FROM sums')" = 2 ]
	sqlite3 t.db 'DELETE FROM t WHERE id > 1; DROP TABLE sums'
	printf 'SELECT 1;\n\nSELEC 2;\n' >after.sql
	try etl-load sqlite:t.db --table t --after after.sql <<<$'id,name\n2,x'
	fails 2 'after.sql:3: near "SELEC": syntax error'
	is_unchanged
	for word in COMMIT ROLLBACK BEGIN; do
		echo "$word;" >after.sql
		try etl-load sqlite:t.db --table t --after after.sql <<<$'id,name\n2,x'
		fails 2 'after.sql:1'
		is_unchanged
	done
	echo 'INSERT INTO t VALUES(1, 2);' >after.sql
	try etl-load sqlite:t.db --table t --after after.sql <<<$'id,name\n2,x'
	fails 1 'after.sql:1: UNIQUE constraint failed: t.id'
	is_unchanged
	try etl-load sqlite:t.db --table t --after missing.sql <<<$'id,name\n2,x'
	fails 2 'missing.sql: No such file or directory'
	printf 'SELECT 1;\0SELECT 2;' >after.sql
	try etl-load sqlite:t.db --table t --after after.sql <<<$'id,name\n2,x'
	fails 2 'after.sql: not UTF-8 text'
}

@test "--expect-rows" {
	given_table
	try etl-load sqlite:t.db --table t --expect-rows 2 <<<$'id,name\n2,x'
	fails 1 '1 record came, 2 were expected'
	is_unchanged
	etl-load sqlite:t.db --table t --expect-rows 1 <<<$'id,name\n2,x'
	[ "$(rows t.db)" -eq 2 ]
}

@test "a database whose scheme was forgotten is neither replaced nor appended to" {
	given_table
	for mode in append replace; do
		try etl-load t.db --mode $mode <<<$'id,name\n2,x'
		fails 2 't.db: a SQLite database; as such it is written sqlite:t.db'
		fails 2 't.db: nothing was committed'
		is_unchanged
	done
	try etl-load t.db --table t <<<$'id,name\n2,x'
	fails 2 'option --table: the target is a file; a SQLite database is written sqlite:t.db'
	echo 'SQLite format' >plain.csv
	etl-load plain.csv <<<$'SQLite format\n1'
	[ "$(cat plain.csv)" = $'SQLite format\n1' ]
}

@test "-v says what was loaded, its absence nothing" {
	seq -f '%.0f' 0 1234 | sed '1s/.*/n/' >in.csv
	try etl-load sqlite:t.db --table toll in.csv -v
	prints ''
	[ "$(cat err)" = 'etl-load: t.db: table toll: 1,234 rows loaded' ]
	try etl-load sqlite:t.db --table u in.csv
	[ ! -s err ]
	try etl-load out.csv in.csv -v
	[ "$(cat err)" = 'etl-load: out.csv: 1,234 records loaded' ]
	try etl-load new.csv --verbose <<<$'a\n1'
	[ "$(cat err)" = 'etl-load: new.csv: 1 record loaded' ]
	try etl-load sqlite:t.db --table one --verbose <<<$'a\n1'
	[ "$(cat err)" = 'etl-load: t.db: table one: 1 row loaded' ]
	etl-load sqlite:t.db --table two -k a <<<$'a\n1'
	try etl-load sqlite:t.db --table two -k a --mode insert-only -v <<<$'a\n1\n2'
	[ "$(cat err)" = 'etl-load: t.db: table two: 1 row loaded, 1 left out' ]
}

@test "names are data: quotes, SQL and spaces in table and columns" {
	for name in "'; DROP TABLE t; --" 'a"b' "o'clock" 'two words' 'select' '[x]' '%s%n' 'täble' '*'; do
		rm -f t.db
		printf '"%s",b\n1,2\n' "${name//\"/\"\"}" >in.csv
		try etl-load sqlite:t.db --table "$name" in.csv
		prints ''
		try sqlite3 t.db 'SELECT name FROM sqlite_schema' \
			"SELECT name FROM pragma_table_info((SELECT name FROM sqlite_schema)) LIMIT 1"
		prints "$name
$name"
		etl-load sqlite:t.db --table "$name" --mode upsert -k b in.csv || [ $? -eq 2 ]
	done
	try etl-load sqlite:t.db --table sqlite_x in.csv
	fails 2 'reserved'
	try etl-load sqlite:t.db in.csv
	fails 2 '--table is needed'
}

@test "a load that fails half-way leaves neither rows nor table" {
	{ echo a,b; seq -f '%.0f,x' 50000; echo '1,"x'; } >in.csv
	try etl-load sqlite:t.db --table t in.csv
	fails 1 'in.csv:50002: byte 3: unterminated quote'
	fails 1 'etl-load: t.db: nothing was committed'
	[ -z "$(sqlite3 t.db .tables)" ]
	[ ! -e t.db-journal ]
	given_table
	{ echo id,name; seq -f '%.0f,x' 2 50000; echo '1,x'; } >in.csv
	try etl-load sqlite:t.db --table t in.csv
	fails 1 'in.csv:50001: UNIQUE constraint failed: t.id'
	is_unchanged
}

@test "constraints: NOT NULL, CHECK, STRICT, a trigger's word" {
	sqlite3 t.db "CREATE TABLE t(a INTEGER NOT NULL, b TEXT CHECK (b <> 'bad'));
		CREATE TABLE s(a INT, b TEXT) STRICT;
		CREATE TABLE u(a); CREATE TRIGGER r BEFORE INSERT ON u WHEN new.a = 'x' BEGIN SELECT RAISE(ABORT, 'no x'); END"
	try etl-load sqlite:t.db --table t <<<$'a,b\n1,x\n,y'
	fails 1 'stdin:3: NOT NULL constraint failed: t.a'
	try etl-load sqlite:t.db --table t <<<$'a,b\n1,x\n2,bad'
	fails 1 'stdin:3: CHECK constraint failed'
	try etl-load sqlite:t.db --table s <<<$'a,b\n1,x\nq,bad'
	fails 1 "stdin:3: column 'a': not a 64-bit integer"
	try etl-load sqlite:t.db --table u <<<$'a\n1\nx'
	fails 1 'stdin:3: no x'
	[ "$(rows t.db)$(rows t.db s)$(rows t.db u)" = 000 ]
}

@test "a table that rolls the transaction back itself loses the load, not a part of it" {
	sqlite3 t.db "CREATE TABLE t(a INTEGER UNIQUE ON CONFLICT ROLLBACK)"
	try etl-load sqlite:t.db --table t --rejects r.csv <<<$'a\n1\n2\n2\n3'
	fails 1 'UNIQUE constraint failed'
	[ "$(rows t.db)" -eq 0 ]
}

@test "--rejects: bad rows go to the file, the others load" {
	given_table
	printf 'id,name\n2,two\n1,"dup, licate"\nx,y\n3,a\xff\n4\n5,five\n' >in.csv
	try etl-load sqlite:t.db --table t --rejects r.csv --ragged=reject --stats s in.csv
	prints ''
	[ "$(rows t.db)" -eq 3 ]
	try cut -d, -f1-4,6 r.csv
	prints 'stage,file,line,byte,code
etl-load,in.csv,3,,constraint
etl-load,in.csv,4,,type
etl-load,in.csv,5,,utf8
etl-load,in.csv,6,,ragged'
	grep -q '"1,""dup, licate"""' r.csv
	grep -q '"in":6,.*"out":2,.*"filtered":0,"rejected":4' s
	try etl-load sqlite:t.db --table t --max-rejects 1 <<<$'id,name\n6,x\n1,x\n2,x'
	fails 1 'more than 1 reject'
	[ "$(rows t.db)" -eq 3 ]
}

@test "NUL and invalid UTF-8 are refused with their place; a BLOB column holds them" {
	printf 'a\nok\nx\0y\n' >nul.csv
	try etl-load sqlite:t.db --table t nul.csv
	fails 1 "nul.csv:3: column 'a': SQLite's texts hold no NUL byte: 'x\\x00y'"
	printf 'a,b\n1,\xc3\xa9\n1,\xe9\n' >latin.csv
	try etl-load sqlite:t.db --table t latin.csv
	fails 1 "latin.csv:3: column 'b': not UTF-8"
	printf 'a\xff,b\n1,2\n' >name.csv
	try etl-load sqlite:t.db --table t name.csv
	fails 1 'name.csv: column 1: its name is not UTF-8 text'
	# The delimiter makes a character with the byte behind it; the field has but half of one.
	printf 'a\xc3b\nx\xc3\xa9\n' >half.csv
	try etl-load sqlite:t.db --table half -d $'\xc3' half.csv
	fails 1 "half.csv:2: column 'b': not UTF-8"
	sqlite3 t.db 'CREATE TABLE raw(a BLOB)'
	etl-load sqlite:t.db --table raw nul.csv
	[ "$(sqlite3 t.db 'SELECT hex(a) FROM raw' | tail -n 1)" = 780079 ]
}

@test "duplicate names, and too many columns for SQLite" {
	try etl-load sqlite:t.db --table t <<<$'a,b,A\n1,2,3'
	fails 1 "stdin: columns 1 and 3 have the same name to SQLite: 'a', 'A'"
	seq -s, 10000 >in.csv
	try etl-load sqlite:t.db --table t in.csv
	fails 1 'in.csv: 10000 columns: a table of SQLite can have'
	seq -s, 2000 >in.csv
	seq -s, 2000 >>in.csv
	etl-load sqlite:t.db --table t in.csv
	[ "$(sqlite3 t.db 'SELECT "2000" FROM t')" = 2000 ]
}

@test "the same rows whatever the block and the scanner" {
	{ echo id,name,note; for i in $(seq 300); do printf '%d,"n ""%d""",%s\n' "$i" "$i" "$((i % 3 ? i : 0))"; done; } >in.csv
	etl-load sqlite:ref.db --table t in.csv
	sqlite3 ref.db .dump >ref
	for how in ETL_BLOCK=1 ETL_BLOCK=64 ETL_BLOCK=262144 ETL_SCAN=libcsv; do
		rm -f t.db
		env "$how" etl-load sqlite:t.db --table t in.csv
		sqlite3 t.db .dump | diff ref -
	done
}

# ---- SQLite: what the system does

@test "locked by another: 75, at once or after a while" {
	given_table
	mkfifo hold
	sqlite3 t.db <hold &
	exec 9>hold
	echo 'BEGIN EXCLUSIVE; SELECT 1;' >&9
	for _ in $(seq 100); do sqlite3 t.db 'SELECT 1 FROM t' 2>/dev/null || break; sleep 0.02; done
	try etl-load sqlite:t.db --table t --lock-wait 0 <<<$'id,name\n2,x'
	fails 75 't.db: database is locked by another program (--lock-wait SECONDS waits longer)'
	etl-load sqlite:t.db --table t --lock-wait 20 <<<$'id,name\n2,x' 9>&- &
	sleep 0.3
	exec 9>&-
	wait $!
	[ "$(rows t.db)" -eq 2 ]
}

@test "two loads at once: one waits for the other, both are there" {
	{ echo a; seq 100000; } >in.csv
	etl-load sqlite:t.db --table t in.csv --lock-wait 60 &
	etl-load sqlite:t.db --table t in.csv --lock-wait 60
	wait $!
	[ "$(rows t.db)" -eq 200000 ]
}

@test "a damaged database is refused, with a hint, and stays as it is" {
	given_table
	{ echo id,name; seq -f '%.0f,xxxxxxxxxxxxxxxxxxxxxxxx' 2 2000; } | etl-load sqlite:t.db --table t
	dd if=/dev/urandom of=t.db bs=4096 seek=1 count=1 conv=notrunc status=none
	cp t.db before.db
	try etl-load sqlite:t.db --table t <<<$'id,name\n5000,x'
	fails 2 "PRAGMA quick_check"
	cmp t.db before.db
	echo 'this is no database, but it is long enough to look like one' >n.db
	try etl-load sqlite:n.db --table t <<<$'id,name\n5000,x'
	fails 2 'n.db: file is not a database'
}

@test "a full disk" {
	given_table
	{ echo id,name; seq -f '%.0f,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' 2 20000; } >in.csv
	try sh -c 'ulimit -f 64; exec etl-load sqlite:t.db --table t in.csv'
	[ "$status" -eq 2 ]
	grep -q 'nothing was committed' err
	is_unchanged
}

@test "no permission, no directory, a directory, odd URIs" {
	as_user
	mkdir -m 777 d && chmod 777 .
	given_table
	mv t.db d && chmod 644 d/t.db && chmod 555 d
	try "${USER_WORDS[@]}" "$USER_BIN/etl-load" sqlite:d/t.db --table t <<<$'id,name\n2,x'
	fails 2 'd/t.db'
	[ "$(rows d/t.db)" -eq 1 ]
	chmod 755 d
	try etl-load sqlite:none/t.db --table t <<<$'a\n1'
	fails 2 "none/t.db: there is no directory 'none'"
	try etl-load sqlite:in/t.db --table t <<<$'a\n1'
	fails 2 "in/t.db: there is no directory 'in'"
	: >in
	try etl-load sqlite:in/t.db --table t <<<$'a\n1'
	fails 2 "in/t.db: 'in' is no directory"
	try etl-load sqlite:d --table t <<<$'a\n1'
	fails 2 'd: Is a directory'
	try etl-load sqlite: --table t <<<$'a\n1'
	fails 2 'sqlite: names no file: write sqlite:PATH'
	fails 2 'sqlite:: nothing was committed'
	try etl-load sqlite://host/x.db --table t <<<$'a\n1'
	fails 2 'no host'
	etl-load sqlite::memory: --table t <<<$'a\n1'
	[ -e :memory: ]
	etl-load 'sqlite:file:x.db?mode=memory' --table t <<<$'a\n1'
	[ -e 'file:x.db?mode=memory' ]
	etl-load "sqlite://$PWD/abs.db" --table t <<<$'a\n1'
	[ "$(rows abs.db)" -eq 1 ]
	sqlite3 v.db 'CREATE VIEW t AS SELECT 1 AS a'
	try etl-load sqlite:v.db --table t <<<$'a\n1'
	fails 2 'is a view'
}

# What is in this directory besides the files that tests write.
left() {
	find . -mindepth 1 ! -name in.csv ! -name err ! -name f ! -name '*.sql' -printf '%P\n' | sort
}

# A load into t.db that waits for the rest of its input, once it has a lot of it.
start_stalled() { # WORD...
	mkfifo f
	"$@" etl-load sqlite:t.db --table t f 2>err 3>&- &
	pid=$!
	exec 9>f
	{ echo id,name; seq -f '%.0f,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' 2 60000; } >&9
	for _ in $(seq 100); do [ ! -s .t.db.new.tmp ] || break; sleep 0.02; done
	[ -e .t.db.new.tmp ]
	[ ! -e t.db ]
}

ended() { # STATUS
	status=0
	wait "$pid" || status=$?
	rm -f f
	[ "$status" -eq "$1" ] || { echo "status $status, not $1: $(cat err)"; return 1; }
}

@test "a first load that fails leaves no database" {
	printf 'id,name\n1,a\n2,b,c\n' >in.csv
	try etl-load sqlite:t.db --table t in.csv
	fails 1 'in.csv:3'
	[ -z "$(left)" ]
	printf 'id\n1\n1\n' >in.csv
	try etl-load sqlite:t.db --table t -k id in.csv
	fails 1 UNIQUE
	try etl-load sqlite:t.db --table t --expect-rows 3 in.csv
	fails 1 'expect-rows'
	echo 'CREATE TABLE u(a); nonsense' >after.sql
	try etl-load sqlite:t.db --table t --after after.sql in.csv
	fails 2 'after.sql:1'
	try bash -c 'etl-cut -f nothing in.csv | etl-load sqlite:t.db --table t'
	[ "$status" -ne 0 ]
	[ -z "$(left)" ]
	: >t.db
	try etl-load sqlite:t.db --table t -k id in.csv
	fails 1 UNIQUE
	[ "$(left)" = t.db ] && [ ! -s t.db ]
}

@test "a first load that is killed: nothing remains, or what the next removes" {
	for signal in TERM INT HUP KILL; do
		for to in parent connector; do
			start_stalled env --default-signal=INT,HUP
			local target=$pid
			[ $to = parent ] || target=$(cat "/proc/$pid/task/$pid/children")
			kill -$signal $target
			ended "$([ $to = parent ] && echo $((128 + $(kill -l $signal))) || echo 75)"
			exec 9>&-
			for _ in $(seq 100); do kill -0 $target 2>/dev/null || break; sleep 0.02; done
			[ $signal != KILL ] || left | grep -qxF .t.db.new.tmp
			if [ $signal != KILL ]; then [ -z "$(left)" ] || { left; return 1; }; fi
			[ ! -e t.db ]
		done
	done
	[ -e .t.db.new.tmp ]
	etl-load sqlite:t.db --table t <<<$'a\n1'
	[ "$(left)" = t.db ]
	[ "$(rows t.db)" -eq 1 ]
}

@test "two first loads at once: the second waits, and adds its table" {
	start_stalled
	try etl-load sqlite:t.db --table u --lock-wait 0 <<<$'a\n1'
	fails 75 't.db: another run is creating it'
	etl-load sqlite:t.db --table u --lock-wait 30 <<<$'a\n1' 2>err2 3>&- 9>&- &
	local second=$!
	sleep 0.2
	exec 9>&-
	ended 0
	wait $second || { cat err2; return 1; }
	[ "$(rows t.db)" -eq 59999 ] && [ "$(rows t.db u)" -eq 1 ]
	rm err2
	[ "$(left)" = t.db ]
	# And where the first fails the second creates it.
	rm t.db
	start_stalled
	etl-load sqlite:t.db --table u --lock-wait 30 <<<$'a\n1' 3>&- 9>&- &
	second=$!
	sleep 0.2
	echo '1,"x"y' >&9
	exec 9>&-
	ended 1
	wait $second
	[ "$(sqlite3 t.db .tables)" = u ]
	[ "$(left)" = t.db ]
}

@test "a database that another program creates meanwhile stays" {
	start_stalled
	sqlite3 t.db 'CREATE TABLE mine(a); INSERT INTO mine VALUES(7)'
	exec 9>&-
	ended 75
	grep -qF 't.db: another program has created it meanwhile' err
	grep -qF 't.db: nothing was committed' err
	[ "$(sqlite3 t.db 'SELECT * FROM mine' .tables)" = $'7\nmine' ]
	[ "$(left)" = t.db ]
}

@test "a new database: its mode, through a symlink, what was laid in its way" {
	umask 027
	etl-load sqlite:t.db --table t <<<$'a\n1'
	[ "$(stat -c %a t.db)" = 640 ]
	rm t.db
	mkdir d
	ln -s d/real.db t.db
	etl-load sqlite:t.db --table t <<<$'a\n1'
	[ -L t.db ] && [ "$(rows d/real.db)" -eq 1 ]
	[ "$(left)" = $'d\nd/real.db\nt.db' ]
	echo precious >d/precious
	ln d/precious .n.db.new.tmp
	etl-load sqlite:n.db --table t <<<$'a\n1'
	[ "$(cat d/precious)" = precious ] && [ "$(rows n.db)" -eq 1 ]
	ln -s d/precious .m.db.new.tmp
	try etl-load sqlite:m.db --table t <<<$'a\n1'
	fails 2 '.m.db.new.tmp: Too many levels'
	[ "$(cat d/precious)" = precious ] && [ ! -e m.db ]
}

@test "kill -9 of etl-load or of its connector at any moment leaves the table as it was" {
	given_table
	{ echo id,name; seq -f '%.0f,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' 2 60000; } >in.csv
	local landed=0
	for i in $(seq 30); do
		etl-load sqlite:t.db --table t in.csv 2>err &
		local pid=$!
		sleep "0.0$((RANDOM % 90 + 10))"
		if [ $((i % 2)) -eq 0 ]; then
			kill -9 "$pid" 2>/dev/null || :
		else
			kill -9 $(cat "/proc/$pid/task/$pid/children" 2>/dev/null) 2>/dev/null || :
		fi
		status=0
		wait "$pid" || status=$?
		if [ "$status" -eq 0 ]; then
			[ "$(rows t.db)" -eq 60000 ]
			sqlite3 t.db 'DELETE FROM t WHERE id > 1'
			continue
		fi
		landed=$((landed + 1))
		[ "$status" -eq 137 ] || [ "$status" -eq 75 ]
		if [ "$(rows t.db)" -eq 60000 ]; then
			[ "$status" -eq 137 ] || grep -q 'either all rows are there or none' err
			sqlite3 t.db 'DELETE FROM t WHERE id > 1'
		fi
		is_unchanged
	done
	[ "$landed" -ge 10 ]
}

@test "SIGTERM, SIGINT and SIGHUP roll back, leave no journal and kill" {
	given_table
	for signal in TERM INT HUP; do
		for to in parent child; do
			mkfifo f
			# An interactive shell's children do not ignore INT.
			env --default-signal=INT etl-load sqlite:t.db --table t f 2>err &
			local pid=$!
			exec 9>f
			{ echo id,name; seq -f '%.0f,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' 2 60000; } >&9
			for _ in $(seq 100); do [ ! -e t.db-journal ] || break; sleep 0.02; done
			[ -e t.db-journal ]
			local target=$pid
			[ $to = parent ] || target=$(cat "/proc/$pid/task/$pid/children")
			kill -$signal $target
			status=0
			wait "$pid" || status=$?
			exec 9>&-
			rm f
			if [ $to = parent ]; then
				[ "$status" -eq $((128 + $(kill -l $signal))) ]
			else
				[ "$status" -eq 75 ]
				grep -q "connector 'sqlite' was killed by signal $(kill -l $signal)" err
				grep -q 't.db: nothing was committed' err
			fi
			is_unchanged
		done
	done
}

@test "from a pipe: SIGTERM while it waits for input leaves no journal" {
	given_table
	mkfifo f
	bash -c 'exec etl-load sqlite:t.db --table t < <(cat f)' 2>err &
	local pid=$!
	exec 9>f
	{ echo id,name; seq -f '%.0f,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' 2 60000; } >&9
	for _ in $(seq 100); do [ ! -e t.db-journal ] || break; sleep 0.02; done
	sleep 0.3
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	exec 9>&-
	[ "$status" -eq 143 ]
	[ ! -e t.db-journal ]
	is_unchanged
}

@test "an upstream of ours that failed or was killed: nothing is committed" {
	given_table
	printf 'id,name\n2,x\n3,"y\n' >bad.csv
	try sh -c 'etl-cut -f id,name bad.csv | etl-load sqlite:t.db --table t'
	fails 1 'ended with status 1'
	fails 1 'etl-load: t.db: nothing was committed'
	is_unchanged
	try bash -c 'etl-cut -f id,name < <(echo id,name; seq -f "%.0f,x" 2 1000; sleep 0.2; pkill -9 -P $$ etl-cut) |
		etl-load sqlite:t.db --table t'
	fails 75 'was killed before its end'
	is_unchanged
}

@test "--require-clean refuses a foreign upstream" {
	given_table
	try sh -c 'printf "id,name\n2,x\n" | etl-load sqlite:t.db --table t --require-clean'
	fails 75 'require-clean'
	is_unchanged
	printf 'id,name\n2,x\n' >in.csv
	etl-cut -f id,name in.csv | etl-load sqlite:t.db --table t --require-clean
	[ "$(rows t.db)" -eq 2 ]
}

@test "one record of the run, with what the connector read and wrote" {
	mkdir run
	ETL_RUN_DIR=run etl-load sqlite:t.db --table t --stats s <<<$'a\n1\n2'
	[ "$(wc -l <run/stages.ndjson)" -eq 1 ]
	[ "$(wc -l <s)" -eq 1 ]
	grep -q '"program":"etl-load".*"status":0,"in":2,.*"out":2,.*"rejected":0' s
	try env ETL_RUN_DIR=run etl-load sqlite:t.db --table t <<<$'a\n1\nx'
	tail -n 1 run/stages.ndjson | grep -q '"status":1,.*"out":0,'
	printf 'a\n1\n' >one.csv
	printf 'a\n2\n33\n' >two.csv
	etl-load sqlite:u.db --table t --stats many one.csv - two.csv <<<$'a\n4\n5\n6'
	[ "$(jq -c '.in, .bytes_in, (.inputs[] | [.name, .records, .bytes])' many)" = '6
19
["one.csv",1,4]
["stdin",3,8]
["two.csv",2,7]' ] || { jq . many; return 1; }
	try etl-load sqlite:u.db --table t --stats failed one.csv two.csv --expect-rows 9
	[ "$(jq -c '.inputs[] | [.name, .records]' failed)" = '["one.csv",1]
["two.csv",2]' ]
	for i in $(seq 4000); do ln one.csv "$i.csv"; done
	etl-load sqlite:u.db --table t --stats s2 {1..4000}.csv
	[ "$(jq -c '.in, (.inputs | length), .inputs[0].name[:14]' s2)" = $'4000\n1\n"1.csv, 2.csv, "' ]
}

# ---- files

@test "a file: new, appended to, replaced" {
	unset ETL_SCAN # libcsv does not keep quotes
	etl-load out.csv <<<$'a,b\n1,"x"'
	etl-load out.csv <<<$'a,b\n2,y'
	try cat out.csv
	prints 'a,b
1,"x"
2,y'
	etl-load --mode replace out.csv <<<$'a,b\n3,z'
	try cat out.csv
	prints 'a,b
3,z'
	[ "$(ls -A | sort | tr '\n' ' ')" = 'err out.csv out.csv.lock ' ]
}

@test "file: URIs, symlinks, FIFOs, directories" {
	etl-load "file://$PWD/a%20b.csv" <<<$'a\n1'
	[ "$(cat 'a b.csv')" = $'a\n1' ]
	ln -s 'a b.csv' link.csv
	etl-load file:link.csv <<<$'a\n2'
	etl-load --mode replace link.csv <<<$'a\n3'
	[ -L link.csv ]
	[ "$(cat 'a b.csv')" = $'a\n3' ]
	mkfifo f
	cat f >got &
	etl-load f <<<$'a\n1'
	wait
	[ "$(cat got)" = $'a\n1' ]
	mkdir d
	try etl-load d <<<$'a\n1'
	fails 2 'd: Is a directory'
	try etl-load file://host/x <<<$'a\n1'
	fails 2 'no other host'
	try etl-load none/x.csv <<<$'a\n1'
	fails 2 "none/x.csv: there is no directory 'none'"
	: >plain
	try etl-load plain/x.csv <<<a
	fails 2 "plain/x.csv: 'plain' is no directory"
	rm plain
	try etl-load /dev/full <<<$'a\n1'
	fails 2 'No space left on device'
}

@test "append: the header must be the file's, whatever its quotes" {
	printf '"a",b\r\n1,2' >out.csv
	etl-load out.csv <<<$'a,"b"\n3,4'
	[ "$(cat out.csv)" = $'"a",b\r\n1,2\n3,4' ]
	cp out.csv before
	try etl-load out.csv <<<$'a,c\n5,6'
	fails 1 "column 2 is 'b' in out.csv, 'c' in the input"
	fails 1 'etl-load: out.csv: nothing was committed'
	try etl-load out.csv <<<$'a\n5'
	fails 1 'out.csv has 2 columns, the input has 1'
	cmp out.csv before
	try etl-load -N out.csv <<<$'5,6,7'
	fails 1 'out.csv has 2 columns, the input has 3'
	etl-load -N out.csv <<<$'5,6'
	[ "$(tail -n 1 out.csv)" = 5,6 ]
}

@test "append: TSV and other delimiters" {
	etl-load -T out.tsv <<<$'a,b\n1,x'
	etl-load -T out.tsv <<<$'a,b\n2,"y,z"'
	[ "$(cat out.tsv)" = $'a\tb\n1\tx\n2\ty,z' ]
	etl-load -D ';' out.txt <<<$'a,b\n1,x'
	etl-load -D ';' out.txt <<<$'a,b\n1,"x;"'
	[ "$(cat out.txt)" = $'a;b\n1;x\n1;"x;"' ]
}

@test "a file: bad input leaves it as it was" {
	printf 'a,b\n1,2\n' >out.csv
	cp out.csv before
	for mode in append replace; do
		try etl-load --mode $mode out.csv <<<$'a,b\n3,4\n5,"'
		fails 1 'unterminated quote'
		fails 1 'out.csv: nothing was committed'
		cmp out.csv before
		try sh -c ": | etl-load --mode $mode out.csv"
		fails 75 'nothing came'
		try etl-load --mode $mode --expect-rows 3 out.csv <<<$'a,b\n3,4'
		fails 1 '1 record came, 3 were expected'
		cmp out.csv before
		[ "$(ls -A | sort | tr '\n' ' ')" = 'before err out.csv out.csv.lock ' ]
	done
}

@test "append: a torn tail is cut by the next run" {
	{ echo a; seq 1000; } >out.csv
	cp out.csv before
	{ echo a; seq 300000; } >in.csv
	strace -o /dev/null true 2>/dev/null || skip 'no strace here'
	local cut=0
	# The temporary takes 32 writes, the append itself 8.
	for when in fsync:1 fsync:2 fsync:3 fsync:4 ftruncate:1 pwrite64:1 write:{1,31,32,33,34,35,39,40,41}; do
		status=0
		strace -o /dev/null -e "inject=${when%:*}:signal=KILL:when=${when#*:}" etl-load out.csv in.csv 2>/dev/null ||
			status=$?
		etl-load out.csv <<<$'a' 2>err
		if grep -q "cut back to $(stat -c %s before) bytes" err; then cut=$((cut + 1)); fi
		if [ "$(wc -l <out.csv)" -eq 301001 ]; then cp before out.csv; fi
		cmp before out.csv
	done
	[ "$cut" -ge 5 ]
}

@test "append: a note that is damaged, and one about another file" {
	printf 'a\n1\n' >out.csv
	echo 'what is this' >out.csv.lock
	try etl-load out.csv <<<$'a\n2'
	fails 2 'out.csv.lock: damaged'
	[ "$(cat out.csv)" = $'a\n1' ]
	echo "2 1000 $(stat -c %i out.csv) 12345" >out.csv.lock
	etl-load out.csv <<<$'a\n2'
	[ "$(cat out.csv)" = $'a\n1\n2' ]
	printf '2 10' >out.csv.lock
	etl-load out.csv <<<$'a\n3'
	[ "$(cat out.csv)" = $'a\n1\n2\n3' ]
}

@test "append: two at once both arrive whole; a lock that is held is 75" {
	etl-load out.csv <<<$'a\n0'
	{ echo a; seq 50000; } >in.csv
	for _ in 1 2 3 4; do etl-load out.csv in.csv --lock-wait 30 & done
	wait
	[ "$(wc -l <out.csv)" -eq 200002 ]
	[ "$(sort out.csv | uniq -c | awk '$1 != 4' | wc -l)" -eq 2 ]
	exec 9>out.csv.lock
	flock 9
	try etl-load out.csv in.csv --lock-wait 0
	fails 75 'out.csv.lock: held by another run'
	exec 9>&-
}

@test "what a file cannot be asked" {
	for option in --table=t --key=a --schema=s --null=x --after=f; do
		try etl-load out.csv $option <<<$'a\n1'
		fails 2 'the target is a file'
	done
	try etl-load out.csv --mode upsert <<<$'a\n1'
	fails 2 "'upsert' is none of append, replace"
	[ ! -e out.csv ]
}

# ---- connectors in general

given_connector() { # LINE-OF-DESCRIPTION... ; its `put` keeps arguments and input
	mkdir -p c
	export ETL_CONNECT_PATH=$PWD/c
	{
		echo '#!/bin/sh'
		echo 'if [ "$1" = describe ]; then cat "${0%/*}/about"; exit; fi'
		echo 'printf "%s\n" "$@" >args; cat >got; exit "$(cat want 2>/dev/null || echo 0)"'
	} >c/keep
	chmod +x c/keep
	printf '%s\n' "$@" >c/about
}

@test "options are passed on in their long form, and checked" {
	given_connector 'schemes keep' 'directions put' 'unit records' $'-\t--topic\tNAME\tx' $'t\t--tsv\t\tx' $'-\t--table\tT\tx'
	etl-load keep:x/y --topic=a=b -t --table 'my t' -v <<<$'a\n1'
	try cat args
	prints 'put
keep:x/y
--topic=a=b
--tsv
--table=my t'
	[ "$(cat got)" = $'a\n1' ]
	try etl-load keep:x --topic a <<<$'a\n1'
	fails 2 "option --topic of connector 'keep' needs its value behind a '=': --topic=NAME"
	try etl-load keep:x --topik=a <<<$'a\n1'
	fails 2 "unknown option '--topik' of connector 'keep'; did you mean '--topic=NAME'?"
	try etl-load keep:x --mode replace <<<$'a\n1'
	fails 2 "unknown option '--mode' of connector 'keep'"
	try etl-load nope:x <<<$'a\n1'
	fails 2 "no connector for 'nope:'"
}

@test "files for a connector that reads standard input alone" {
	given_connector 'schemes keep' 'directions put' 'unit records'
	printf 'a\n1\n' >one
	printf 'a\n2\n' >two
	etl-load keep:x one
	[ "$(cat got)" = $'a\n1' ]
	etl-load keep:x one two
	[ "$(cat got)" = $'a\n1\n2' ]
	printf 'a\tb\n1\t"\n' >one.tsv
	printf 'a\tb\n2\t,\n' >two.tsv
	echo $'t\t--tsv\t\tx' >>c/about
	etl-load keep:x --tsv one.tsv two.tsv
	[ "$(cat got)" = $'a\tb\n1\t"\n2\t,' ]
	try etl-load keep:x one none
	fails 2 'none: No such file'
	printf 'a\n"\n' >two
	try etl-load keep:x one two
	fails 1 'two:2: byte 1: unterminated quote'
}

@test "a connector's status is ours; one that promises nothing is not vouched for" {
	given_connector 'schemes keep' 'directions put' 'unit records'
	for status in 1 2 75; do
		echo $status >want
		try etl-load keep:x <<<$'a\n1'
		[ "$status" -eq "$(cat want)" ]
		[ ! -s err ]
	done
	echo 3 >want
	try etl-load keep:x <<<$'a\n1'
	fails 2 "connector 'keep' ended with status 3"
	given_connector 'schemes keep' 'directions put' 'unit records' 'commits whole'
	try etl-load keep://u:secret@h/x <<<$'a\n1'
	fails 2 'etl-load: keep://u:***@h/x: nothing was committed'
	try etl-load keep://u:sec/ret@h/x <<<$'a\n1'
	fails 2 'etl-load: keep://u:***@h/x: nothing was committed'
	given_connector 'schemes keep' 'directions get' 'unit records'
	try etl-load keep:x <<<$'a\n1'
	fails 2 "connector 'keep' cannot put"
}

@test "a connector's report is taken whole or not at all" {
	given_connector 'schemes keep' 'directions put' 'unit records'
	sed -i 's/^printf/eval "printf \x27$(cat said)\x27 >\&$ETL_REPORT_FD"; &/' c/keep
	for said in '' '1 2' '1 2 3 4 5 6 7' '1 2 3 4 5 6 7 8' '1 2 3 4 5 6 7 x\n' '1 2 3 4 5 6 7 8 9\n' \
		'-1 2 3 4 5 6 7 8\n' 'committing\n1 2\n' ' 1 2 3 4 5 6 7 8\n'; do
		echo "$said" >said
		rm -f s
		etl-load keep:x --stats s <<<$'a\n1'
		grep -q '"out":0,.*"filtered":0,"rejected":0,.*"outputs":\[\]' s
	done
	for said in '5 60 7 4 50 6 2 1\n' 'committing\n5 60 7 4 50 6 2 1\n'; do
		echo "$said" >said
		rm -f s
		etl-load keep:x --stats s <<<$'a\n1'
		grep -q '"in":5,"bytes_in":60,.*"out":4,"bytes_out":50,.*"filtered":2,"rejected":1,' s
	done
	echo a >one.csv
	echo a >two.csv
	for said in 'input 2 20 3\ninput 3 40 4\n' 'committing\ninput 5 60 7\ninput 0 0 0\n'; do
		echo "${said}5 60 7 4 50 6 2 1\n" >said
		rm -f s
		etl-load keep:x --stats s one.csv two.csv
		[ "$(jq -c '[.in, .inputs[0].records + .inputs[1].records, .inputs[1].name]' s)" = '[5,5,"two.csv"]' ]
	done
	for said in '' 'input 5 60 7\ninput 0 0 0\ninput 0 0 0\n' 'input 2 20 3\ninput 2 40 4\n'; do
		echo "${said}5 60 7 4 50 6 2 1\n" >said
		rm -f s
		etl-load keep:x --stats s one.csv two.csv
		[ "$(jq -c '[.in, (.inputs | length), .inputs[0].name]' s)" = '[5,1,"one.csv, two.csv"]' ]
	done
	echo 'input 5 60\n5 60 7 4 50 6 2 1\n' >said
	rm -f s
	etl-load keep:x --stats s one.csv two.csv
	grep -q '"out":0,.*"outputs":\[\]' s
}

# ---- as all programs

@test "help, version, unknown options, no target" {
	try etl-load --help
	[ "$status" -eq 0 ]
	[[ "$output" == 'usage: etl-load TARGET'* ]]
	try etl-load --version
	[[ "$output" == 'etl-load (etlutils) '* ]]
	try etl-load out.csv --taple=x <<<$'a\n1'
	fails 2 "unknown option '--taple=x'; did you mean '--table'?"
	try etl-load out.csv -Z <<<$'a\n1'
	fails 2 "unknown option '-Z'"
	try etl-load
	fails 2 'which target?'
	printf 'a\n1\n' >in.csv
	try "$ETL_BIN/etl-load" in.csv http://127.0.0.1:1/stats --method=PUT
	fails 2 "the target comes first, and here that is the file 'in.csv'; http:... is no input"
	try "$ETL_BIN/etl-load" in.csv sqlite:t.db --table t
	fails 2 "the target comes first, and here that is the file 'in.csv'; sqlite:... is no input"
	[ "$(cat in.csv)" = $'a\n1' ]
	try etl-load - <<<$'a\n1'
	fails 2 'no target'
	try etl-load sqlite:t.db --table t --mode insert </dev/null
	fails 2 "'insert' is none of append, replace, upsert, insert-only"
	try sh -c 'etl-load --help >/dev/full'
	[ "$status" -eq 2 ]
}

@test "closed and odd descriptors, missing files: an error before anything is touched" {
	for target in out.csv 'sqlite:t.db --table t'; do
		try sh -c "etl-load $target <&-"
		[ "$status" -eq 2 ]
		try sh -c "etl-load $target <."
		fails 2 'Is a directory'
		try etl-load $target none.csv
		fails 2 'none.csv: No such file or directory'
		try etl-load $target .
		fails 2 'Is a directory'
	done
	[ ! -e out.csv ]
	[ ! -e t.db ]
	etl-load sqlite:t.db --table t <<<$'a\n1' >&-
	etl-load out.csv <<<$'a\n1' >&- 2>&-
	[ "$(rows t.db)" -eq 1 ]
}

@test "malformed input of every kind: status 1, file and line, nothing committed" {
	given_table
	printf 'id,name\n2,x"y\n' >stray
	printf 'id,name\n2\n' >ragged
	{ printf 'id,name\n2,"x'; seq 100000; } >open
	printf '\xff\xfei\0d\0' >utf16
	printf 'id,name\n2,x\ry\n' >cr
	{ printf 'id,name\n2,'; head -c 70000 /dev/zero | tr '\0' x; echo; } >long
	for file in stray ragged open utf16 cr; do
		try etl-load sqlite:t.db --table t $file
		fails 1 "$file"
		fails 1 'nothing was committed'
		is_unchanged
	done
	try etl-load sqlite:t.db --table t --max-field 64K long
	fails 1 'long:2: more than 65536 bytes in a field'
	try etl-load sqlite:t.db --table t --lenient stray
	prints ''
	[ "$(sqlite3 t.db 'SELECT name FROM t WHERE id = 2')" = 'x"y' ]
	etl-load sqlite:t.db --table u long
	[ "$(sqlite3 t.db 'SELECT length(name) FROM u')" -eq 70000 ]
}
