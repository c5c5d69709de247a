#!/usr/bin/env bash
# toll-etl-by-rowid.sh ARCHIVE-OR-URL [OUTDIR]: the job of toll-etl.sh for files whose rows are in any order.
#
# Each of the three files has the rowid of the passage: their records are joined by it instead of by their position.
# Where the rows are in the same order the results are the same, byte for byte.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
	echo "usage: toll-etl-by-rowid.sh ARCHIVE-OR-URL [OUTDIR]" >&2
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

# 2. Extract: the tab-separated file, this time with its rowid.
etl-extract --member tollplaza-data.tsv --from tsv \
	--header rowid,timestamp,vehicle_number,vehicle_type,axles,plaza_id,plaza_code "$archive" |
	etl-cut -f rowid,axles,plaza_id,plaza_code -o "$out/tsv_data.csv"

# 3. Extract: the fixed-width file.  Its rowid has blanks in front, and a key is compared byte for byte.
etl-extract --member payment-data.txt --from fixed \
	-b rowid=1-6,payment_type=59-61,vehicle_code=63-67 "$archive" |
	etl-map 'rowid = trim(rowid)' -o "$out/fixed_width_data.csv"

# The passages of one file that another has not: a join would leave them out, so they end the job.
refuse_alone() { # FILE OTHER
	local alone
	alone=$(etl-join --kind anti -k rowid "$out/$1" "$out/$2" | etl-cut -f rowid --no-out-header)
	[ -z "$alone" ] || {
		echo "toll-etl-by-rowid.sh: $1 has a passage that $2 has not: rowid ${alone%%$'\n'*}" >&2
		exit 1
	}
}
for other in tsv_data.csv fixed_width_data.csv; do
	refuse_alone csv_data.csv $other
	refuse_alone $other csv_data.csv
done

# 4. Consolidate: the records with the same rowid, in the order of the first file.
etl-join -k rowid "$out/csv_data.csv" "$out/tsv_data.csv" |
	etl-join -k rowid - "$out/fixed_width_data.csv" -o "$out/extracted_data.csv"

# A rowid that a file has twice would have made more than one record of a passage.
for file in csv_data.csv tsv_data.csv fixed_width_data.csv; do
	[ "$(wc -l <"$out/$file")" -eq "$(wc -l <"$out/extracted_data.csv")" ] || {
		echo "toll-etl-by-rowid.sh: a rowid is not unique" >&2
		exit 1
	}
done

# 5. Transform: the vehicle type in capitals, all else as it came.
etl-map 'vehicle_type = upper(vehicle_type)' "$out/extracted_data.csv" -o "$out/transformed_data.csv"

# 6. Load: all records or none.
etl-load "sqlite:$out/toll.db" --table toll --mode replace "$out/transformed_data.csv"
