#!/usr/bin/env bats
# etl-tail-window: a stream cut into windows.

load setup

# A record for each time, numbered: `ts,n`.  A time alone is one of a day.
times() { # TIME...
	echo ts,n
	printf '%s\n' "$@" | sed 's/^[0-9][0-9]:/2026-11-24T&/' | awk '{ print $0 "," NR }'
}

# The output short: `10-11 1 2` for the records 1 and 2 in the window from 10 to 11 o'clock.
windows() {
	awk -F, 'NR > 1 {
		span = substr($1, 12, 5) "-" substr($2, 12, 5)
		gsub(":00", "", span)
		if (span != last) printf "%s%s", (NR > 2 ? "\n" : ""), span
		last = span
		printf " %s", $NF
	} END { if (NR > 1) print "" }'
}

# Fails unless that is how the records of the file `text` leave.
cut_as() { # WINDOWS OPTION...
	local wanted=$1
	shift
	try etl-tail-window --time ts "$@" text
	[ "$status" -eq 0 ] || { cat err; return 1; }
	[ "$(windows <<<"$output")" = "$wanted" ] || { windows <<<"$output"; return 1; }
}

# ---- Windows one behind the other

@test "--tumbling: the bounds in front, the record behind them byte for byte" {
	scanner_only
	printf '"ts",n,t\r\n2026-11-24T10:59:59.9Z,007,"x"\r\n"2026-11-24 11:00",1.50,"p ""q""\n"\n2026-11-24T12:30+01:00,,\xff\x00\n' >text
	for block in 1 7 64 262144; do
		ETL_BLOCK=$block etl-tail-window --tumbling 1h --time ts text | cmp - <(
			printf 'window_start,window_end,"ts",n,t\n'
			printf '2026-11-24T10:00:00Z,2026-11-24T11:00:00Z,2026-11-24T10:59:59.9Z,007,"x"\n'
			printf '2026-11-24T11:00:00Z,2026-11-24T12:00:00Z,"2026-11-24 11:00",1.50,"p ""q""\n"\n'
			printf '2026-11-24T11:00:00Z,2026-11-24T12:00:00Z,2026-11-24T12:30+01:00,,\xff\x00\n')
	done
}

@test "--tumbling: each length begins at 1970-01-01T00:00Z, or at --offset from there" {
	times 10:07 >text
	cut_as '10:07-10:08 1' --tumbling 60s
	cut_as '10-11 1' --tumbling 1h
	cut_as '09-12 1' --tumbling 3h
	cut_as '10:05-11:05 1' --tumbling 1h --offset 5m
	start() { etl-tail-window --time ts "$@" text | sed -n '2s/,.*//p'; }
	[ "$(start --tumbling 1d)" = 2026-11-24T00:00:00Z ]
	# Weeks: as 1970 began, on a Thursday; on a Monday by --offset.
	[ "$(start --tumbling 1w)" = 2026-11-19T00:00:00Z ]
	[ "$(start --tumbling 1w --offset 4d)" = 2026-11-23T00:00:00Z ]
	[ "$(start --tumbling 1w --offset 11d)" = 2026-11-23T00:00:00Z ]
	[ "$(start --tumbling 1d --offset 23h)" = 2026-11-23T23:00:00Z ]
	times 1969-12-31T23:59:59.5Z 0001-01-01T00:00:00Z >text
	[ "$(etl-tail-window --tumbling 1h --late 999999999d --time ts text | cut -d, -f 1)" = \
		$'window_start\n0001-01-01T00:00:00Z\n1969-12-31T23:00:00Z' ]
}

@test "--tumbling: a record at the end of a window is in the next; equal times stay as they came" {
	times 10:00 10:59:59.999999999 11:00 11:00 11:00 >text
	cut_as $'10-11 1 2\n11-12 3 4 5' --tumbling 1h
	cut_as $'10-11 1 2\n11-12 3 4 5' --tumbling 3600s
	times 10:30 10:20 10:40 10:10 >text
	cut_as '10-11 1 2 3 4' --tumbling 60m
}

@test "--late: out of order within that, and in order of the windows" {
	times 10:58 11:01 10:59 11:02 10:57 11:05 11:07 12:30 >text
	cut_as $'10-11 1 3 5\n11-12 2 4 6 7\n12-13 8' --tumbling 1h --late 5m
	times 12:00 10:00 11:00 10:30 >text
	cut_as $'10-11 2 4\n11-12 3\n12-13 1' --tumbling 1h --late 4h
	cut_as $'10-11 2 4\n11-12 3\n12-13 1' --tumbling 1h --late 99999999999w
}

@test "late records: an error, or a reject with its line" {
	times 10:58 11:05 10:59 11:06 10:59:59 >text
	try etl-tail-window --tumbling 1h --time ts text
	[ "$(windows <<<"$output")" = '10-11 1' ]
	fails 1 "text:4: column 'ts': too late, its window closed at 2026-11-24T11:00:00Z: '2026-11-24T10:59'"
	# The watermark is at the end of the window: it has closed.
	try etl-tail-window --tumbling 1h --late 5m --time ts text
	fails 1 "text:4: column 'ts': too late"
	cut_as $'10-11 1 3\n11-12 2 4' --tumbling 1h --late 301s --max-rejects 1
	cut_as $'10-11 1 3 5\n11-12 2 4' --tumbling 1h --late 361s
	for block in 1 30 262144; do
		rm -f r.csv
		try env ETL_BLOCK=$block etl-tail-window --tumbling 1h --time ts --rejects r.csv --stats st text
		[ "$(windows <<<"$output")" = $'10-11 1\n11-12 2 4' ]
		[ "$(etl-cut -f line,column,code r.csv)" = $'line,column,code\n4,ts,late\n6,ts,late' ]
		grep -q '2 of 5 records rejected' err
	done
	grep -q '"in":5,.*"out":3,.*"filtered":0,"rejected":2,"made":0,' st
	try etl-tail-window --tumbling 1h --time ts --max-rejects 1 text
	fails 1 'more than 1 reject'
	etl-extract --from rejects r.csv >again 2>/dev/null || etl-cut -f record --no-out-header r.csv >again
	grep -q '2026-11-24T10:59:59,5' again
}

@test "times that are none: an error, or a reject in its place" {
	times 10:00 '' noon 2026-02-30 '"a ""b"""' 11:00 >text
	try etl-tail-window --tumbling 1h --time ts text
	fails 1 "text:3: column 'ts': not a time: ''"
	try etl-tail-window --tumbling 1h --time ts --rejects r.csv text
	[ "$(windows <<<"$output")" = $'10-11 1\n11-12 6' ]
	[ "$(etl-cut -f line,code r.csv)" = $'line,code\n3,time\n4,time\n5,time\n6,time' ]
	printf 'ts,n\n24.11.2026 10:07,1\n' >text
	cut_as '10-11 1' --tumbling 1h --time-format '%d.%m.%Y %H:%M'
}

@test "the first year and the last: a window that is not within them is no window" {
	times 0001-01-01 9999-12-31T22:59:59Z >text
	try etl-tail-window --tumbling 1h --time ts text
	[ "$(cut -d, -f 2 <<<"$output")" = $'window_end\n0001-01-01T01:00:00Z\n9999-12-31T23:00:00Z' ]
	times 9999-12-31T23:00Z >text
	try etl-tail-window --tumbling 1h --time ts text
	fails 1 "text:2: column 'ts': its window is not within the years 1 to 9999: '9999-12-31T23:00Z'"
	times 0001-01-01 >text
	try etl-tail-window --tumbling 1w --time ts --rejects r.csv text
	prints 'window_start,window_end,ts,n'
	[ "$(etl-cut -f code --no-out-header r.csv)" = time ]
}

@test "header only, no header, one column, nothing" {
	echo ts >text
	try etl-tail-window --tumbling 1h --time ts text
	prints window_start,window_end,ts
	printf 'ts\n2026-11-24T10:00Z\n' >text
	try etl-tail-window --tumbling 1h --time ts text
	prints $'window_start,window_end,ts\n2026-11-24T10:00:00Z,2026-11-24T11:00:00Z,2026-11-24T10:00Z'
	printf '2026-11-24T10:00Z,x\n' >text
	try etl-tail-window --tumbling 1h -N --time 1 text
	prints 2026-11-24T10:00:00Z,2026-11-24T11:00:00Z,2026-11-24T10:00Z,x
	try etl-tail-window --tumbling 1h --header ts,window_end --time ts --names a,b text
	prints $'a,b,ts,window_end\n2026-11-24T10:00:00Z,2026-11-24T11:00:00Z,2026-11-24T10:00Z,x'
	try etl-tail-window --tumbling 1h --header ts,n --no-out-header --time ts text
	prints 2026-11-24T10:00:00Z,2026-11-24T11:00:00Z,2026-11-24T10:00Z,x
	: >text
	try etl-tail-window --tumbling 1h -N --time 1 text
	prints ''
	try etl-tail-window --tumbling 1h --time ts text
	fails 1 'text: empty: there is no header'
	try etl-tail-window --tumbling 1h --time ts --allow-empty text
	prints ''
	printf 'ts,n\n2026-11-24T10:00Z,1' >text
	try etl-tail-window --tumbling 1h --time ts text
	prints $'window_start,window_end,ts,n\n2026-11-24T10:00:00Z,2026-11-24T11:00:00Z,2026-11-24T10:00Z,1'
}

@test "dialects in and out" {
	printf 'ts\tt\n2026-11-24T10:00Z\t"x,y\n' >text
	try etl-tail-window --tumbling 1h --time ts -t text
	prints $'window_start,window_end,ts,t\n2026-11-24T10:00:00Z,2026-11-24T11:00:00Z,2026-11-24T10:00Z,"""x,y"'
	try etl-tail-window --tumbling 1h --time ts -t -T text
	prints $'window_start\twindow_end\tts\tt\n2026-11-24T10:00:00Z\t2026-11-24T11:00:00Z\t2026-11-24T10:00Z\t"x,y'
	printf 'ts,t\n2026-11-24T10:00Z,"a ""b"""\n2026-11-24T10:01Z,"x\ty"\n' >text
	try etl-tail-window --tumbling 1h --time ts -D - text
	[ "$(sed -n 2p <<<"$output")" = '"2026-11-24T10:00:00Z"-"2026-11-24T11:00:00Z"-"2026-11-24T10:00Z"-"a ""b"""' ]
	try etl-tail-window --tumbling 1h --time ts -T text
	fails 1 'text:3: TSV cannot hold'
	try etl-tail-window --tumbling 1h --time ts -T --tsv-escape -o out text
	[ "$(tail -1 out)" = $'2026-11-24T10:00:00Z\t2026-11-24T11:00:00Z\t2026-11-24T10:01Z\tx\\ty' ]
}

@test "malformed and ragged records, a record of 2 MiB" {
	times 10:00 11:00 >text
	echo 2026-11-24T12:00Z >>text
	try etl-tail-window --tumbling 1h --time ts text
	fails 1 'text:4: 1 field where there are 2 columns'
	# The last window has not closed: it does not leave.
	[ "$(windows <<<"$output")" = '10-11 1' ]
	cut_as $'10-11 1\n11-12 2' --tumbling 1h --max-rejects 1
	{ times 10:00; printf '2026-11-24T10:01Z,'; head -c 2097152 /dev/zero | tr '\0' x; printf '\n2026-11-24T10:02Z,3\n'; } >text
	etl-tail-window --tumbling 1h --time ts text | cut -d, -f 3- | cmp - text
}

@test "--by: windows of each key apart, in order of their first records; one watermark" {
	printf 'ts,k,n\n' >text
	for r in 10:01,b,1 10:02,a,2 10:03,b,3 10:04,,4 11:00,a,5 11:01,b,6 11:02,"",7 11:03,a,8; do
		echo "2026-11-24T$r" >>text
	done
	try etl-tail-window --tumbling 1h --time ts --by k text
	[ "$(sed 's/.*,//' <<<"$output" | paste -sd' ')" = 'n 1 3 2 4 5 8 6 7' ]
	try etl-tail-window --tumbling 1h --time ts --by k,n text
	[ "$(sed 's/.*,//' <<<"$output" | paste -sd' ')" = 'n 1 2 3 4 5 6 7 8' ]
	printf 'ts,k,n\n2026-11-24T10:30Z,a,1\n2026-11-24T11:00Z,b,2\n2026-11-24T10:31Z,a,3\n' >text
	try etl-tail-window --tumbling 1h --time ts --by k text
	fails 1 'text:4: '
	try etl-tail-window --tumbling 1h --time ts --by q text
	fails 2 "option --by: no such column: 'q'"
}

@test "--names: the columns in front, and a clash with those of the input" {
	printf 'ts,window_start\n2026-11-24T10:00Z,1\n' >text
	try etl-tail-window --tumbling 1h --time ts text
	fails 2 "the input has a column 'window_start' already: --names START,END chooses other names"
	try etl-tail-window --tumbling 1h --time ts --names 'from,to (excluded)' text
	prints $'from,to (excluded),ts,window_start\n2026-11-24T10:00:00Z,2026-11-24T11:00:00Z,2026-11-24T10:00Z,1'
	for names in a ,b 'a,' a,b,c 'a,"b"' ''; do
		try etl-tail-window --tumbling 1h --time ts --names "$names" text
		fails 2 "option --names: '$names' is not two names"
		try etl-tail-window --tumbling 1h -N --time 1 --names "$names" text
		fails 2 "option --names: '$names' is not two names"
	done
	try etl-tail-window --tumbling 1h --time ts --names a,a text
	fails 2 'the same name twice'
	# Where no header leaves, names are nobody's concern.
	try etl-tail-window --tumbling 1h --time ts --no-out-header text
	prints 2026-11-24T10:00:00Z,2026-11-24T11:00:00Z,2026-11-24T10:00Z,1
	# One cut behind the other.
	times 10:07 >text
	try bash -c 'etl-tail-window --tumbling 1m --time ts text |
		etl-tail-window --tumbling 1h --time window_start --names hour,hour_end | etl-cut -f hour,window_start'
	prints $'hour,window_start\n2026-11-24T10:00:00Z,2026-11-24T10:07:00Z'
}

# ---- Overlapping windows

@test "--sliding: a record is in each window that its time is in, and is held once" {
	times 10:02 10:07 10:05 10:31 >text
	cut_as $'09:55-10:05 1\n10-10:10 1 2 3\n10:05-10:15 2 3\n10:25-10:35 4\n10:30-10:40 4' --sliding 10m/5m --late 5m
	cut_as $'10-10:10 1 2 3\n10:30-10:40 4' --sliding 10m/10m --late 5m
	# The way to the next window need not divide the length.
	cut_as $'09:58-10:08 1 2 3\n10:05-10:15 2 3\n10:26-10:36 4' --sliding 10m/7m --late 5m
	try etl-tail-window --sliding 10m/5m --late 5m --time ts --stats st text
	grep -q '"in":4,.*"out":8,.*"filtered":0,"rejected":0,"made":4,' st
	etl-tail-window --sliding 1h/1m --time ts --late 5m text | sed 1d | cut -d, -f 1 | sort -c
	[ "$(etl-tail-window --sliding 1h/1m --time ts --late 5m text | wc -l)" -eq 241 ]
}

@test "--sliding: what is too late for some windows is in the others, and is an error or a reject besides" {
	times 10:02 10:11 10:08 10:01 >text
	try etl-tail-window --sliding 10m/5m --time ts text
	fails 1 "text:4: column 'ts': too late for 1 of 2 windows, which closed up to 2026-11-24T10:10:00Z: '2026-11-24T10:08'"
	try etl-tail-window --sliding 10m/5m --time ts --rejects r.csv --stats st text
	[ "$(windows <<<"$output")" = $'09:55-10:05 1\n10-10:10 1\n10:05-10:15 2 3\n10:10-10:20 2' ]
	[ "$(etl-cut -f line,code r.csv)" = $'line,code\n4,late\n5,late' ]
	grep -q '"in":4,.*"out":5,.*"filtered":0,"rejected":2,"made":3,' st
	try etl-tail-window --sliding 1d/1s --time ts --max-rejects 9 -o /dev/null text
	[ "$status" -eq 0 ]
}

# ---- Sessions

@test "--session: until none comes for so long; a record at that moment begins the next" {
	times 10:00 10:09 10:18:59 10:28:59 10:40 >text
	cut_as $'10-10:28 1 2 3\n10:28-10:38 4\n10:40-10:50 5' --session 10m
	times 10:00:00.25 10:10:00.249999999 10:20:00.25 >text
	try etl-tail-window --session 10m --time ts text
	[ "$(cut -d, -f 1,2 <<<"$output" | uniq)" = "window_start,window_end
2026-11-24T10:00:00.25Z,2026-11-24T10:20:00.249999999Z
2026-11-24T10:20:00.25Z,2026-11-24T10:30:00.25Z" ]
	times 1969-12-31T23:55:00Z 1970-01-01T00:04:59Z 1970-01-01T00:15:00Z >text
	cut_as $'23:55-00:14 1 2\n00:15-00:25 3' --session 10m
	times 9999-12-31T23:49:59Z 9999-12-31T23:50:00Z >text
	try etl-tail-window --session 10m --time ts --max-rejects 1 text
	[ "$(windows <<<"$output")" = '23:49-23:59 1' ]
}

@test "--session: a record between two of them makes them one" {
	times 10:00 10:16 10:08 11:00 >text
	cut_as $'10-10:26 1 2 3\n11-11:10 4' --session 10m --late 10m
	# The first has closed by then.
	times 10:00 10:16 10:08 11:00 >text
	try etl-tail-window --session 10m --time ts text
	fails 1 "text:4: column 'ts': too late, its window closed at 2026-11-24T10:10:00Z"
	# One that has, by the key of another, is remembered as long as its records could come.
	printf 'ts,k,n\n' >text
	for r in 10:00,a,1 10:14,b,2 10:09,a,3 10:15,a,4 10:06,a,5 10:07,b,6; do echo "2026-11-24T$r" >>text; done
	try etl-tail-window --session 10m --time ts --late 4m --by k --rejects r.csv text
	[ "$(windows <<<"$output")" = $'10-10:10 1\n10:07-10:24 2 6\n10:15-10:25 4' ] || { windows <<<"$output"; return 1; }
	[ "$(etl-cut -f line --no-out-header r.csv | paste -sd' ')" = '4 6' ]
}

@test "--session: how late a record may be that lies before, within and behind one that is open" {
	times 10:20 10:24 10:15 10:33 10:22 10:12 10:42 10:41 >text
	try etl-tail-window --session 10m --time ts --rejects r.csv text
	[ "$(windows <<<"$output")" = '10:15-10:52 1 2 3 4 5 7 8' ] || { windows <<<"$output"; return 1; }
	[ "$(etl-cut -f line,reason --no-out-header r.csv)" = \
		"7,\"column 'ts': too late, its window closed at 2026-11-24T10:22:00Z: '2026-11-24T10:12'\"" ]
}

@test "--session --by: each key has its own; they leave in order of their ends" {
	printf 'ts,k,n\n' >text
	for r in 10:00,a,1 10:01,b,2 10:02,c,3 10:08,a,4 10:20,d,5 10:21,d,6; do echo "2026-11-24T$r" >>text; done
	try etl-tail-window --session 10m --time ts --by k text
	[ "$(windows <<<"$output")" = $'10:01-10:11 2\n10:02-10:12 3\n10-10:18 1 4\n10:20-10:31 5 6' ]
}

@test "many sessions that are open at once: each of a key, or all of one" {
	awk 'BEGIN { print "ts,id"; for (i = 0; i < 100000; i++)
		printf "2026-11-24T%02d:%02d:%02dZ,%d\n", 9 + i / 10000, i / 200 % 50, i % 60, i }' >text
	etl-tail-window --session 1h --late 1d --time ts --by id text | cut -d, -f 3,4 | sort | cmp - <(sort text)
	[ "$(etl-tail-window --session 1s --late 1d --time ts text | wc -l)" -eq 100001 ]
	try etl-tail-window --session 1h --late 1d --time ts --by id --memory 4M -o out text
	fails 2 'the open windows need more than 4194304 bytes'
}

# ---- Windows of a number of records

@test "--count: bounds are the numbers of the first and the last; what is left leaves at the end" {
	printf 'k,n\n' >text
	for r in a,1 b,2 b,3 a,4 a,5 c,6 b,7; do echo "$r" >>text; done
	try etl-tail-window --count 3 text
	prints "window_start,window_end,k,n
1,3,a,1
1,3,b,2
1,3,b,3
4,6,a,4
4,6,a,5
4,6,c,6
7,7,b,7"
	try etl-tail-window --count 2 --by k text
	prints "window_start,window_end,k,n
2,3,b,2
2,3,b,3
1,4,a,1
1,4,a,4
5,5,a,5
6,6,c,6
7,7,b,7"
	try etl-tail-window --count 1 text
	[ "$(cut -d, -f 1,2,4 <<<"$output" | tail -n +2)" = "$(seq 7 | sed 's/.*/&,&,&/')" ]
	try etl-tail-window --count 18446744073709551614 text
	[ "$(cut -d, -f 1,2 <<<"$output" | sort -u | head -1)" = 1,7 ]
	sed 1d text >bare
	try etl-tail-window --count 7 -N bare
	[ "$(head -1 <<<"$output")" = 1,7,a,1 ]
	echo b >>text
	try etl-tail-window --count 7 text
	fails 1 'text:9: 1 field where there are 2 columns'
}

# ---- A command for each

# Ends what does not end by itself.
bound() {
	timeout 30 "$@"
}
export -f bound

@test "--each: a command for each window, one after the other; what they print under one header" {
	times 10:00 10:30 11:00 13:00 13:59 >text
	etl-tail-window --tumbling 1h --time ts text >want
	try bound etl-tail-window --tumbling 1h --time ts --each cat text
	prints "$(cat want)"
	try bound etl-tail-window --tumbling 1h --time ts --each 'etl-agg -g window_start "n = count()"' text
	prints $'window_start,n\n2026-11-24T10:00:00Z,2\n2026-11-24T11:00:00Z,1\n2026-11-24T13:00:00Z,2'
	try bound etl-tail-window --tumbling 1h --time ts --each 'echo "began" >>log; sleep 0.05; cat; echo ended >>log' text
	[ "$(paste -sd' ' log)" = 'began ended began ended began ended' ]
	for block in 1 60 262144; do
		ETL_BLOCK=$block bound etl-tail-window --sliding 2h/1h --time ts --each cat --stats st text |
			cmp - <(etl-tail-window --sliding 2h/1h --time ts text)
		grep -q '"in":15,.*"out":20,.*"filtered":0,"rejected":0,"made":5,' st
		rm st
	done
	try bound etl-tail-window --count 2 -N --each 'wc -l' text
	prints $'2\n2\n2'
	try bound etl-tail-window --tumbling 1h --time ts -T --each "tr '\\t' '\\t'" text
	[ "$(sed -n 2p <<<"$output")" = $'2026-11-24T10:00:00Z\t2026-11-24T11:00:00Z\t2026-11-24T10:00\t1' ]
	try bound etl-tail-window --tumbling 1h --time ts --each true text
	prints ''
}

@test "--each: its environment has the bounds and the key" {
	printf 'ts,k,n\n2026-11-24T10:00Z,"a, ""b""",1\n2026-11-24T11:00Z,,2\n' >text
	# shellcheck disable=SC2016
	show='echo "[$ETL_WINDOW_START $ETL_WINDOW_END ${ETL_WINDOW_KEY-none}]"'
	try env ETL_WINDOW_KEY=old bash -c 'etl-tail-window --no-out-header "$@" text' - --tumbling 1h --time ts --each "$show"
	prints $'[2026-11-24T10:00:00Z 2026-11-24T11:00:00Z none]\n[2026-11-24T11:00:00Z 2026-11-24T12:00:00Z none]'
	show='printf %s\\n "$ETL_WINDOW_KEY" >>keys'
	try bound etl-tail-window --tumbling 1h --time ts --by k --each "$show" text
	[ "$(cat keys)" = 'a, "b"' ]
	rm keys
	try bound etl-tail-window --session 1h --time ts --by k,n --each "$show" text
	[ "$(cat keys)" = $'"a, ""b""",1\n,2' ]
	try bound etl-tail-window --count 2 --each 'echo $ETL_WINDOW_START-$ETL_WINDOW_END' text
	prints 1-2
	printf 'ts,k\n2026-11-24T10:00Z,a\0b\n' >text
	try bound etl-tail-window --tumbling 1h --time ts --by k --each cat text
	fails 1 "window 2026-11-24T10:00:00Z to 2026-11-24T11:00:00Z of 'a\\x00b': a byte 0 cannot be in the environment"
}

@test "--each: a command that fails or is killed ends the run, and the window is named" {
	times 10:00 11:00 12:00 >text
	local name='window 2026-11-24T11:00:00Z to 2026-11-24T12:00:00Z'
	for way in 'exit 1=1=ended with status 1' 'exit 2=2=ended with status 2' 'exit 75=75=ended with status 75' \
		'exit 7=2=ended with status 7' 'kill -9 $$=75=was ended by signal 9' 'no-such-command=2=ended with status 127'; do
		IFS='=' read -r command wanted reason <<<"$way"
		try bound etl-tail-window --tumbling 1h --time ts -o out \
			--each "echo x >>log; cat; case \$ETL_WINDOW_START in *T11*) $command ;; esac" text
		fails "$wanted" "$name: '"
		grep -q "$reason" err
		[ ! -e out ]
		[ "$(wc -l <log)" -eq 2 ]
		rm log
	done
	# What the shell does not tell, the mark of its output does.
	try bound etl-tail-window --tumbling 1h --time ts --each 'etl-filter "num(ts) > 0" | etl-cut; true' text
	fails 1 'window 2026-11-24T10:00:00Z to 2026-11-24T11:00:00Z: its output: the program upstream ended with status 1'
}

@test "--each: another header, malformed output, another width: 1, and the window is named" {
	times 10:00 11:00 >text
	try bound etl-tail-window --tumbling 1h --time ts --each 'cat >/dev/null; echo $ETL_WINDOW_START' text
	fails 1 "window 2026-11-24T11:00:00Z to 2026-11-24T12:00:00Z: its header is '2026-11-24T11:00:00Z', that of window 2026-11-24T10"
	try bound etl-tail-window --tumbling 1h --time ts --each 'cat; echo a,b' text
	fails 1 'output of window 2026-11-24T10:00:00Z to 2026-11-24T11:00:00Z: record 3: 2 fields, not 4'
	try bound etl-tail-window --tumbling 1h --time ts --each "cat; echo 'a,b,c,\"'" text
	fails 1 'a quote is not closed'
}

@test "--each: commands that do not read, read late, or print much before: no window waits for ever" {
	awk 'BEGIN { print "ts,n"; for (i = 0; i < 60000; i++) printf "2026-11-24T%02d:00Z,%d\n", i / 20000, i }' >text
	etl-tail-window --tumbling 1h --time ts text >want
	bound etl-tail-window --tumbling 1h --time ts --each 'sleep 0.1; cat' text | cmp - want
	[ "$(bound etl-tail-window --tumbling 1h --time ts --each 'seq 100000; exec cat >/dev/null' text | wc -l)" -eq 299998 ]
	[ "$(bound etl-tail-window --tumbling 1h --time ts --each 'head -n 2' text | wc -l)" -eq 4 ]
	try bound etl-tail-window --tumbling 1h --time ts --each 'exec <&-; echo a; echo b' text
	prints $'a\nb\nb\nb'
	bound etl-tail-window --tumbling 1h --time ts --memory 4M --each 'exec >&-; cat >"f${ETL_WINDOW_START%%:*}"' text
	{ head -n 1 want; tail -q -n +2 f*; } | cmp - want
}

@test "--each: where no record comes it is run once, with the header alone" {
	echo ts >text
	for how in '--tumbling 1h --time ts' '--count 1 --by ts'; do
		export ETL_WINDOW_START=x ETL_WINDOW_KEY=x
		try bound etl-tail-window $how --each 'echo ${ETL_WINDOW_START-none}${ETL_WINDOW_END-none}${ETL_WINDOW_KEY-none} >>log; etl-map n=1' text
		prints window_start,window_end,ts,n
		[ "$(cat log)" = nonenonenone ]
		rm log
	done
	try bound etl-tail-window --count 1 --each 'exit 3' text
	fails 2 "the header alone: 'exit 3' ended with status 3"
	try bound etl-tail-window --count 1 -N --each 'echo ran' /dev/null
	prints ''
	try bound etl-tail-window --count 1 --allow-empty --each 'echo ran' /dev/null
	prints ''
	try bound etl-tail-window --count 1 --no-out-header --each 'echo ran' text
	prints ''
	echo x >>text
	try bound etl-tail-window --tumbling 1h --time ts --max-rejects 1 --each cat text
	prints window_start,window_end,ts
}

@test "--each: where a window does not close no command runs for it" {
	times 10:00 10:01 11:00 >text
	echo 7 >>text
	# The second has not closed; the first, which has, may be at work when we are ended.
	echo none >began
	try bound etl-tail-window --tumbling 1h --time ts --each 'echo $ETL_WINDOW_START >>began' text
	fails 1 'text:5: 1 field'
	run grep -c T11 began
	[ "$output" = 0 ]
	try bash -c 'etl-cut text | timeout 30 etl-tail-window --tumbling 1h --time ts --each "echo \$ETL_WINDOW_START >>began"'
	fails 1 'upstream'
	run grep -c T11 began
	[ "$output" = 0 ]
}

@test "--each: where we are ended, so is the command that is at work" {
	times 10:00 11:00 >text
	for signal in TERM KILL; do
		rm -f pid
		etl-tail-window --tumbling 1h --time ts --each 'echo $$ >pid.new; mv pid.new pid; exec sleep 60' text 3>&- &
		local running=$!
		for _ in $(seq 500); do [ ! -e pid ] || break; sleep 0.02; done
		kill -$signal $running
		status=0
		wait $running || status=$?
		[ "$status" -eq $((128 + $(kill -l $signal))) ]
		for _ in $(seq 500); do kill -0 "$(cat pid)" 2>/dev/null || break; sleep 0.02; done
		run kill -0 "$(cat pid)"
		[ "$status" -ne 0 ]
	done
}

@test "--each: what a command prints leaves while we wait for input" {
	mkfifo feed
	timeout 60 etl-tail-window --tumbling 1h --time ts --each 'etl-agg "n = count()"' feed >out 2>err 3>&- &
	local running=$!
	exec 9<>feed
	times 10:00 10:30 11:00 >&9
	for _ in $(seq 500); do [ "$(wc -l <out)" -lt 2 ] || break; sleep 0.02; done
	[ "$(cat out)" = $'n\n2' ]
	exec 9>&-
	wait $running
	[ "$(cat out)" = $'n\n2\n1' ]
}

# ---- Streams

@test "a window leaves when the record that closes it has come" {
	mkfifo feed
	timeout 60 etl-tail-window --tumbling 1h --time ts feed >out 2>err 3>&- &
	local running=$!
	exec 9<>feed
	times 10:00 10:30 >&9
	for _ in $(seq 500); do [ ! -s out ] || break; sleep 0.02; done
	[ "$(cat out)" = window_start,window_end,ts,n ]
	printf '2026-11-24T11:00Z,3\n' >&9
	for _ in $(seq 500); do [ "$(wc -l <out)" -lt 3 ] || break; sleep 0.02; done
	[ "$(windows <out)" = '10-11 1 2' ]
	printf '2026-11-24T10:59Z,4\n' >&9
	exec 9>&-
	status=0
	wait $running || status=$?
	fails 1 'feed:5: '
	[ "$(windows <out)" = '10-11 1 2' ]
}

@test "an upstream that died or failed: windows that are open do not leave, and the pipe says so" {
	times 10:00 11:00 11:01 >text
	echo 7 >>text
	try bash -c 'etl-cut text | etl-tail-window --tumbling 1h --time ts'
	fails 1 'etl-tail-window: stdin: the program upstream ended with status 1'
	[[ $output != *T12:00:00Z,* ]]
	try bash -c 'etl-cut text | etl-tail-window --tumbling 1h --time ts | etl-cut -o made'
	fails 1 'upstream'
	[ ! -e made ]
	mkfifo feed
	(echo $BASHPID >pid; exec timeout 60 etl-cut feed 3>&-) | etl-tail-window --tumbling 1h --time ts >out 2>err 3>&- &
	local running=$!
	exec 9<>feed
	times 10:00 11:00 >&9
	for _ in $(seq 500); do [ "$(wc -l <out)" -lt 2 ] || break; sleep 0.02; done
	kill -9 "$(ps -o pid= --ppid "$(cat pid)")"
	exec 9>&-
	status=0
	wait $running || status=$?
	[ "$status" -ne 0 ]
	[ "$(windows <out)" = '10-11 1' ]
}

@test "from the first year to the last: what lies between costs nothing" {
	times 0001-01-02 9999-12-30 >text
	for windows in '--tumbling 1s' '--sliding 10s/1s' '--session 1s'; do
		[ "$(timeout 20 etl-tail-window $windows --time ts text | cut -d, -f 3 | uniq | paste -sd' ')" = \
			'ts 0001-01-02 9999-12-30' ]
	done
	[ "$(timeout 20 etl-tail-window --sliding 1h/1s --time ts text | wc -l)" -eq 7201 ]
	# A time far ahead closes all that is before it.
	times 10:00 9999-01-01 10:01 >text
	try etl-tail-window --tumbling 1h --time ts text
	fails 1 "text:4: column 'ts': too late"
}

@test "memory is that of the open windows" {
	scanner_only
	awk 'BEGIN { print "ts,n,text"; for (i = 0; i < 400000; i++)
		printf "2026-11-%02dT%02d:%02d:%02dZ,%d,some text of a record\n", 1 + i / 86400, i / 3600 % 24, i / 60 % 60, i % 60, i }' >text
	etl-tail-window --tumbling 1m --time ts --stats st text | cut -d, -f 3- | cmp - text
	[ "$(grep -o '"peak_memory":[0-9]*' st | cut -d: -f2)" -le 8000000 ]
	rm st
	etl-tail-window --tumbling 1m --time ts --by n --stats st text | cut -d, -f 3- | cmp - text
	[ "$(grep -o '"peak_memory":[0-9]*' st | cut -d: -f2)" -le 8000000 ]
	try bash -c 'etl-tail-window --tumbling 1d --time ts --memory 1M text | wc -l'
	fails 0 'the open windows need more than 1048576 bytes; --memory allows more'
	try etl-tail-window --tumbling 1d --time ts --memory 1M -o out text
	[ "$status" -eq 2 ]
	[ ! -e out ]
}

# ---- The rest

@test "random streams: what a model of a few lines says" {
	"$BATS_TEST_DIRNAME/window-oracle"
}

@test "stdout full or closed, a reader that leaves" {
	times 10:00 >text
	try bash -c 'etl-tail-window --tumbling 1h --time ts text >/dev/full'
	fails 2 'stdout: No space left on device'
	try bash -c 'etl-tail-window --tumbling 1h --time ts text >&-'
	fails 2 'stdout'
	awk 'BEGIN { print "ts"; for (i = 0; i < 200000; i++) print "2026-11-24T10:00Z" }' >text
	try env --default-signal=PIPE bash -c 'etl-tail-window --tumbling 1h --time ts text | head -1; exit ${PIPESTATUS[0]}'
	[ "$status" -eq 141 ]
	[ ! -s err ]
}

@test "usage: 2" {
	times 10:00 >text
	try etl-tail-window --tumbling 1h text
	fails 2 'in which column is the time of a record?  --time says'
	try etl-tail-window --session 1h text
	fails 2 'in which column is the time of a record?  --time says'
	try etl-tail-window --tumbling 1h --time when text
	fails 2 "option --time: no such column: 'when'"
	try etl-tail-window --tumbling 1h --time ts,n text
	fails 2 "option --time: 'ts,n' is more than one column"
	for option in --tumbling --session --late --offset; do
		for span in 1 h -1h 1.5h '' 1hh 99999999999999999999h; do
			try etl-tail-window --tumbling 1h "$option" "$span" --time ts text
			fails 2 "option $option: '$span' is no span of time such as 90s"
		done
	done
	try etl-tail-window --tumbling 0h --time ts text
	fails 2 'option --tumbling: a window has some length'
	try etl-tail-window --tumbling 9999999w --time ts text
	fails 2 'option --tumbling: no window is longer than'
	for sliding in 1h 1h/ /5m 1h/5 1h/5m/1m 1h,5m; do
		try etl-tail-window --sliding $sliding --time ts text
		fails 2 "option --sliding: '$sliding' is not two spans of time"
	done
	for sliding in 0h/0h 1h/0s; do
		try etl-tail-window --sliding $sliding --time ts text
		fails 2 'option --sliding: a window has some length'
	done
	try etl-tail-window --sliding 5m/1h --time ts text
	fails 2 'option --sliding: a window is at least as long as the way to the next'
	try etl-tail-window --session 0s --time ts text
	fails 2 'option --session: a window has some length'
	try etl-tail-window --count 0 text
	fails 2 'option --count: at least one record'
	for option in '--time ts' '--time-format %Y' '--late 1h'; do
		try etl-tail-window --count 1 $option text
		fails 2 'options --time, --time-format and --late: not with --count'
	done
	for option in '--session 1h --time ts' '--count 1'; do
		try etl-tail-window $option --offset 1h text
		fails 2 'option --offset: only with --tumbling and --sliding'
	done
	try etl-tail-window --tumbling 1h --session 1h --time ts text
	fails 2 'options --tumbling, --sliding, --session and --count exclude each other'
	for option in '-n 1' '--last 1h' '--key n' '--store s.csv' '--lock-wait 1'; do
		try etl-tail-window --tumbling 1h --time ts $option text
		fails 2 'options -n, --last, --key, --store and --lock-wait: not where a stream is cut'
	done
	for each in '' ' ' $'\t\n '; do
		try etl-tail-window --count 1 --each "$each" text
		fails 2 "' is no command"
	done
	for option in '--late 1h' '--offset 1h' '--by n' '--names a,b' '--each cat' '--memory 1G'; do
		try etl-tail-window -n 1 $option text
		fails 2 'only where a stream is cut into windows'
	done
	try etl-tail-window --tumbling 1h --time ts --time-format %Q text
	fails 2 'option --time-format: '
}
