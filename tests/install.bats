#!/usr/bin/env bats
# make install, what is installed, and make uninstall.
load setup

# Two runs of make in one directory would meet.
setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
}

# Runs a target of the Makefile on the programs under test, which are built already.
target() { # TARGET [VARIABLE=VALUE...]
	make -C "$ROOT" -s B="$ETL_BIN" "$@" </dev/null 2>make.err || { cat make.err; return 1; }
}

# Programs of ours, as somebody finds them who has nothing of the build tree.
installed() { # ROOT COMMAND...
	local at=$1
	shift
	env -i PATH="$at/bin:/usr/bin:/bin" "$@"
}

@test "install, run, uninstall: nothing remains" {
	target install DESTDIR="$PWD/dest" PREFIX=/opt/etl
	for program in extract complete cut map join view load stage; do
		[ -x "dest/opt/etl/bin/etl-$program" ]
		installed "$PWD/dest/opt/etl" "etl-$program" --version
	done
	target uninstall DESTDIR="$PWD/dest" PREFIX=/opt/etl
	[ ! -e dest ] || { find dest; false; }
}

@test "the connectors are found beside the installed programs, wherever they were moved" {
	target install DESTDIR="$PWD/dest" PREFIX=/usr
	mv dest/usr moved
	[ "$(readlink moved/libexec/etl/https)" = http ]
	printf 'a,b\n1,x\n2,y\n' >t.csv
	installed "$PWD/moved" etl-load sqlite:t.db --table t t.csv
	[ "$(sqlite3 t.db 'select count(*) from t')" -eq 2 ]
	run -75 installed "$PWD/moved" etl-extract --retries=0 http://127.0.0.1:1/t.csv
	[[ $output == *http* ]]
	installed "$PWD/moved" etl-extract --list >list
	grep -q sqlite list
	grep -q https list
}

@test "the manuals are installed and can be read, installed or not" {
	target install DESTDIR="$PWD/dest" PREFIX=/usr
	for page in "$ROOT"/man/*.[17]; do
		name=${page##*/}
		cmp "$page" "dest/usr/share/man/man${name##*.}/$name"
	done
	if command -v mandoc >/dev/null; then
		mandoc dest/usr/share/man/man1/etl-cut.1 | grep -q etl-cut
	fi
	for program in dest/usr/bin/*; do
		[ -e "dest/usr/share/man/man1/${program##*/}.1" ]
	done
}

@test "completion is installed where shells look, and asks the installed programs" {
	target install DESTDIR="$PWD/dest" PREFIX=/usr
	mv dest/usr moved
	printf 'amount,b\n1,2\n' >t.csv
	for program in moved/bin/*; do
		[ -e "moved/share/bash-completion/completions/${program##*/}" ]
		[ -e "moved/share/fish/vendor_completions.d/${program##*/}.fish" ]
	done
	[ -e moved/share/zsh/site-functions/_etl ]
	# shellcheck disable=SC2016 # for the other shell
	[ "$(installed "$PWD/moved" bash -c '. moved/share/bash-completion/completions/etl-cut; complete -p etl-cut
		compopt() { :; }
		COMP_LINE="etl-cut t.csv -f am" COMP_POINT=19 COMP_TYPE=9
		_etl etl-cut am -f; echo "${COMPREPLY[@]}"')" = $'complete -F _etl etl-cut\namount' ]
}

@test "uninstall removes what install made, and nothing that was there" {
	mkdir -p here/bin here/share/man/man1
	touch here/share/man/man1/other.1
	find here | sort >before
	target install PREFIX="$PWD/here"
	target install PREFIX="$PWD/here"
	target uninstall PREFIX="$PWD/here"
	find here | sort | diff before -
	target install PREFIX="$PWD/here"
	touch here/libexec/of-others
	target uninstall PREFIX="$PWD/here"
	[ -e here/libexec/of-others ]
	target uninstall PREFIX="$PWD/here"
}

@test "installed files are readable by all, whatever the umask" {
	umask 077
	target install DESTDIR="$PWD/dest" PREFIX=/usr
	[ -z "$(find dest/usr -type f -name 'etl*' ! -perm -044)" ]
	[ -z "$(find dest/usr/bin -type f ! -perm 755)" ]
	[ -z "$(find dest -mindepth 1 -type d ! -perm 755)" ]
}

@test "etl-cut needs libc alone; what is heavy is in connectors" {
	for program in etl-complete etl-cut etl-join etl-sort etl-split etl-stage etl-tail-window etl-uniq; do
		[ "$(readelf -d "$ETL_BIN/$program" | grep -c NEEDED)" -eq 1 ] || readelf -d "$ETL_BIN/$program" | grep asan
	done
	for program in "$ETL_BIN"/etl-*; do
		run ! bash -c 'readelf -d "$1" | grep -E "NEEDED.*(curl|sqlite|libpq|rdkafka)"' - "$program"
		[ "${program##*/}" = etl-map ] || run ! bash -c 'readelf -sW "$1" | grep -E " crypto_|sodium"' - "$program"
	done
	for program in agg check extract filter map; do
		readelf -d "$ETL_BIN/etl-$program" | grep -q 'NEEDED.*pcre2'
	done
	for program in complete load stage view; do
		run ! bash -c 'readelf -d "$1" | grep "NEEDED.*pcre2"' - "$ETL_BIN/etl-$program"
	done
	readelf -sW "$ETL_BIN/etl-map" | grep -q ' crypto_' || readelf -d "$ETL_BIN/etl-map" | grep -q sodium
}
