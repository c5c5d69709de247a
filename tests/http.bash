# Loaded by the tests of the http connector: the server that misbehaves, and what was asked of it.
bats_require_minimum_version 1.5.0

setup_file() {
	export HTTP="${ETL_BIN:-$BATS_TEST_DIRNAME/../build}/http"
	export SERVER="$BATS_TEST_DIRNAME/http-server"
	export LOG="$BATS_FILE_TMPDIR/requests"
	export CERT="$BATS_FILE_TMPDIR/cert.pem"
	unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
		-addext subjectAltName=DNS:localhost -keyout "$BATS_FILE_TMPDIR/key.pem" -out "$CERT" 2>/dev/null
	local ports="$BATS_FILE_TMPDIR/ports"
	"$SERVER" "$ports" "$LOG" "$CERT" "$BATS_FILE_TMPDIR/key.pem" 3>&- &
	echo $! >"$BATS_FILE_TMPDIR/pid"
	wait_for "$ports"
	export PORT URL TLS FTP DROP
	PORT=$(head -n 1 "$ports")
	URL="http://127.0.0.1:$PORT"
	TLS="https://localhost:$(sed -n 's/^https //p' "$ports")"
	FTP="ftp://127.0.0.1:$(sed -n 's/^ftp //p' "$ports")"
	DROP=$(sed -n 's/^drop //p' "$ports")
}

teardown_file() {
	kill "$(cat "$BATS_FILE_TMPDIR/pid")"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	key="$BATS_TEST_NUMBER"
}

wait_for() {
	for _ in $(seq 100); do
		[ ! -e "$1" ] || return 0
		sleep 0.05
	done
	return 1
}

said() {
	grep -F -q -- "$1" err
}

said_not() {
	! grep -F -q -- "$1" err
}

quiet() {
	[ ! -s err ]
}

# The requests for this test's key: how many, or a header of the Nth ("-" if it has none).
requests() {
	grep -c "key=$key[&\"]" "$LOG"
}

sent() {
	local entry
	entry=$(grep "key=$key[&\"]" "$LOG" | sed -n "$1p")
	[ -n "$entry" ] || return
	case $entry in
	*"\"$2\": \""*)
		entry=${entry#*"\"$2\": \""}
		entry=${entry//\\\"/\'\'}
		printf '%s\n' "${entry%%\"*}"
		;;
	*) echo - ;;
	esac
}
