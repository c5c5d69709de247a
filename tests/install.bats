#!/usr/bin/env bats
load setup

installed() {
	make -C "$ROOT" -s B="$ETL_BIN" install DESTDIR="$PWD/root" PREFIX=/opt/etl
}

@test "what is installed runs, and finds its connectors" {
	installed
	printf 'a,b\n1,2\n' >f.csv
	run env -i root/opt/etl/bin/etl-load sqlite:t.db --table t f.csv
	[ "$status" -eq 0 ]
	[ "$(sqlite3 t.db 'select a + b from t')" = 3 ]
	run env -i root/opt/etl/bin/etl-extract http://127.0.0.1:1/ --retries=0
	[ "$status" -eq 75 ]
	[[ $output == *'127.0.0.1'* ]]
}

@test "manuals are installed, and are readable without" {
	installed
	for page in "$ROOT"/man/*.1; do
		mandoc -Tmarkdown "root/opt/etl/share/man/man1/${page##*/}" | grep -q 'EXIT STATUS'
		mandoc -Tmarkdown "$page" | grep -q NAME
	done
}

@test "uninstall leaves nothing" {
	installed
	make -C "$ROOT" -s B="$ETL_BIN" uninstall DESTDIR="$PWD/root" PREFIX=/opt/etl
	run find root ! -type d
	[ -z "$output" ]
	[ ! -e root/opt/etl ]
}

@test "uninstall leaves what is not ours" {
	installed
	touch root/opt/etl/bin/other
	make -C "$ROOT" -s B="$ETL_BIN" uninstall DESTDIR="$PWD/root" PREFIX=/opt/etl
	[ -e root/opt/etl/bin/other ]
}

@test "etl-cut and its kin need libc alone" {
	for name in etl-cut etl-join etl-stage etl-view; do
		needs=$(readelf -d "$ETL_BIN/$name" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | grep -v '^ld-')
		[ "$needs" = libc.so.6 ]
	done
}
