#!/usr/bin/env bash
# temperature-etl.sh SENSOR DASHBOARD [DIR]: one reading more, and what the last 60 of them say.
#
# SENSOR gives a reading as CSV (ts,celsius), DASHBOARD takes statistics as JSON; both are URLs.  For each minute,
# in crontab(5):
#
#	* * * * * /path/to/temperature-etl.sh http://SENSOR/reading http://DASHBOARD/stats /var/lib/temperature
#
# Each step below is one command and leaves one file in DIR (temperature-out), whole or not at all.  The first that
# fails ends the job with its status (75: try again), so that nothing old is posted for new.  The job may be stopped
# at any moment and run again: the same reading is in the store once.
set -euo pipefail

if [ $# -lt 2 ] || [ $# -gt 3 ]; then
	echo "usage: temperature-etl.sh SENSOR DASHBOARD [DIR]" >&2
	exit 2
fi
sensor=$1
dashboard=$2
dir=${3:-temperature-out}
mkdir -p -- "$dir" || exit 2

# Cron has a short PATH.  Without installed programs those of the source tree are used.
PATH=$PATH:/usr/local/bin
command -v etl-load >/dev/null || PATH=$(cd "$(dirname "$0")/../../build" && pwd):$PATH

# Of two runs at the same time one is enough.
exec 9>"$dir/job.lock"
flock -n 9 || {
	echo "temperature-etl.sh: another run is at work" >&2
	exit 75
}

# 1. Extract: one reading, and one that can be true; a sensor that answers anything else is not believed.
etl-extract "$sensor" --expect-type=text/csv --max-time=10 |
	etl-filter 'between(celsius, -90, 60) && ts <= date_add(now(), 5, "minute")' |
	etl-load "$dir/reading.csv" --mode replace --expect-rows 1

# 2. Keep the last 60; the key is what makes a repeated run harmless.
etl-tail-window -n 60 --time ts --key ts --store "$dir/temperature.csv" "$dir/reading.csv" |
	# 3. Transform: their statistics.
	etl-agg 'newest = last(ts), readings = count(), min = min(celsius), max = max(celsius), mean = mean(celsius)' \
		-o "$dir/temp_stats.csv"

# 4. Load: PUT replaces what the dashboard had, so that it may be repeated too.
etl-load "$dashboard" --method=PUT --max-time=10 --to json --infer "$dir/temp_stats.csv"
