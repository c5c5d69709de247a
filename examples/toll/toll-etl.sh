#!/usr/bin/env bash
# toll-etl.sh ARCHIVE-OR-URL [OUTDIR]: from the archive of a toll authority to a table that can be asked.
#
# The archive has three files that describe the same passages, row by row: one with commas, one with tabs, one
# with fields at fixed places.  Each step below is one command and leaves one file in OUTDIR (toll-out); such a
# file is there whole or not at all.  Nothing is unpacked on disk: each extract reads its member from the packed
# stream.  A URL is fetched by each of the three; where it is far away, download the archive first.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
	echo "usage: toll-etl.sh ARCHIVE-OR-URL [OUTDIR]" >&2
	exit 2
fi
archive=$1
out=${2:-toll-out}
mkdir -p -- "$out"

# Without installed programs those of the source tree are used.
command -v etl-load >/dev/null || PATH=$(cd "$(dirname "$0")/../../build" && pwd):$PATH

# 1. Extract: the comma-separated file has no header, so the columns get their names here.
etl-extract --member vehicle-data.csv \
	--header rowid,timestamp,vehicle_number,vehicle_type,axles,vehicle_code "$archive" |
	etl-cut -f rowid,timestamp,vehicle_number,vehicle_type -o "$out/csv_data.csv"

# 2. Extract: the tab-separated file.
etl-extract --member tollplaza-data.tsv --from tsv \
	--header rowid,timestamp,vehicle_number,vehicle_type,axles,plaza_id,plaza_code "$archive" |
	etl-cut -f axles,plaza_id,plaza_code -o "$out/tsv_data.csv"

# 3. Extract: the fixed-width file, by the places of its characters.
etl-extract --member payment-data.txt --from fixed -b payment_type=59-61,vehicle_code=63-67 \
	-o "$out/fixed_width_data.csv" "$archive"

# 4. Consolidate: row 1 beside row 1, and so on; files of different lengths are refused.
etl-join --paste "$out/csv_data.csv" "$out/tsv_data.csv" "$out/fixed_width_data.csv" \
	-o "$out/extracted_data.csv"

# 5. Transform: the vehicle type in capitals, all else as it came.
etl-map 'vehicle_type = upper(vehicle_type)' "$out/extracted_data.csv" -o "$out/transformed_data.csv"

# 6. Load: all records or none.
etl-load "sqlite:$out/toll.db" --table toll --mode replace "$out/transformed_data.csv"
