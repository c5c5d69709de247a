#!/usr/bin/env bats
# The toll job: examples/toll.
load setup

toll=$BATS_TEST_DIRNAME/../examples/toll

# The records of a file, without its header.
records() {
	tail -n +2 "$1"
}

in_table() { # QUERY
	sqlite3 out/toll.db "$1"
}

@test "make-tolldata: the same rows and seed give the same archive, another seed another one" {
	"$toll/make-tolldata" 100 1 a.tgz
	"$toll/make-tolldata" 100 1 >b.tgz
	"$toll/make-tolldata" 100 2 c.tgz
	cmp a.tgz b.tgz
	run ! cmp -s a.tgz c.tgz
}

@test "make-tolldata: CRLF, no last newline, fixed places, AppleDouble members" {
	"$toll/make-tolldata" 100 1 a.tgz
	tar xzf a.tgz
	[ "$(tar tzf a.tgz | grep -c '^\._')" -eq 2 ]
	for file in vehicle-data.csv tollplaza-data.tsv; do
		[ "$(grep -c $'\r$' $file)" -eq 99 ]
		[ "$(tail -c 1 $file | od -An -c | tr -d ' ')" != '\n' ]
	done
	[ "$(awk '{ print length($0) }' payment-data.txt | sort -u)" -eq 67 ]
	run ! grep -q $'\r' payment-data.txt
	diff <(cut -c 59-61 payment-data.txt | sort -u) <(printf 'CRD\nCSH\nTAG\n')
}

@test "make-tolldata: what is no number of rows is refused" {
	for rows in '' x 007 1000000 -1; do
		run -2 "$toll/make-tolldata" "$rows" 1 a.tgz
	done
	run -2 "$toll/make-tolldata" 1
	[ ! -e a.tgz ]
}

@test "the toll job: its files, their columns and every record" {
	"$toll/make-tolldata" 1000 7 a.tgz
	"$toll/toll-etl.sh" a.tgz out
	tar xzf a.tgz
	[ "$(head -n 1 out/csv_data.csv)" = rowid,timestamp,vehicle_number,vehicle_type ]
	[ "$(head -n 1 out/tsv_data.csv)" = axles,plaza_id,plaza_code ]
	[ "$(head -n 1 out/fixed_width_data.csv)" = payment_type,vehicle_code ]
	paste -d , <(cut -d , -f 1-4 vehicle-data.csv) <(tr -d '\r' <tollplaza-data.tsv | cut -f 5-7 --output-delimiter ,) \
		<(cut -c 59-61,63-67 --output-delimiter , payment-data.txt) >extracted
	records out/extracted_data.csv | cmp - extracted
	awk -F , -v OFS=, '{ $4 = toupper($4) } 1' extracted | cmp - <(records out/transformed_data.csv)
	wanted=rowid,timestamp,vehicle_number,vehicle_type,axles,plaza_id,plaza_code,payment_type,vehicle_code
	[ "$(head -n 1 out/extracted_data.csv)" = $wanted ]
	[ "$(head -n 1 out/transformed_data.csv)" = $wanted ]
	sqlite3 -csv out/toll.db 'select * from toll' | tr -d '\r"' | cmp - <(records out/transformed_data.csv)
}

@test "the toll job: a second run gives the same, nothing twice" {
	"$toll/make-tolldata" 100 1 a.tgz
	"$toll/toll-etl.sh" a.tgz out
	cp out/transformed_data.csv before
	"$toll/toll-etl.sh" a.tgz out
	cmp before out/transformed_data.csv
	[ "$(in_table 'select count(*) from toll')" -eq 100 ]
}

@test "the toll job: files of different lengths are refused, the table stays" {
	"$toll/make-tolldata" 100 1 a.tgz
	"$toll/toll-etl.sh" a.tgz out
	mkdir short
	tar xzf a.tgz -C short
	sed -i '$d' short/payment-data.txt
	tar czf b.tgz -C short .
	run -1 "$toll/toll-etl.sh" b.tgz out
	[[ $output == *"fixed_width_data.csv ended after 99 records (line 100)"* ]]
	[ "$(in_table 'select count(*) from toll')" -eq 100 ]
}

@test "the toll job: a damaged archive is status 1 and leaves no file behind" {
	"$toll/make-tolldata" 1000 1 a.tgz
	head -c 20000 a.tgz >torn.tgz
	run -1 "$toll/toll-etl.sh" torn.tgz out
	[ ! -e out/toll.db ]
	[ -z "$(find out -name '.*.tmp' -o -name transformed_data.csv)" ]
	run -2 "$toll/toll-etl.sh" missing.tgz out
}

# An archive of the files in a directory, whose rows 2..9 are now in another order in two of them.
shuffle() { # DIRECTORY ARCHIVE
	for file in tollplaza-data.tsv payment-data.txt; do
		{ sed -n 1p "$1/$file"; sed -n 2,9p "$1/$file" | sort -k 4; sed 1,9d "$1/$file"; } >new
		! cmp -s new "$1/$file" || return 1
		mv new "$1/$file"
	done
	tar czf "$2" -C "$1" .
}

@test "the toll job by rowid: the same bytes, also where the rows are in another order" {
	"$toll/make-tolldata" 1000 7 a.tgz
	"$toll/toll-etl.sh" a.tgz byhand
	"$toll/toll-etl-by-rowid.sh" a.tgz out
	cmp byhand/extracted_data.csv out/extracted_data.csv
	cmp byhand/transformed_data.csv out/transformed_data.csv
	[ "$(in_table 'select count(*) from toll')" -eq 1000 ]
	mkdir data
	tar xzf a.tgz -C data
	shuffle data b.tgz
	"$toll/toll-etl-by-rowid.sh" b.tgz out
	cmp byhand/transformed_data.csv out/transformed_data.csv
	"$toll/toll-etl.sh" b.tgz out
	run ! cmp -s byhand/transformed_data.csv out/transformed_data.csv
}

@test "the toll job by rowid: a passage that is missing or there twice ends it, the table stays" {
	"$toll/make-tolldata" 100 1 a.tgz
	"$toll/toll-etl-by-rowid.sh" a.tgz out
	mkdir data
	tar xzf a.tgz -C data
	cp data/payment-data.txt all
	sed 17d all >data/payment-data.txt
	tar czf b.tgz -C data .
	run -1 "$toll/toll-etl-by-rowid.sh" b.tgz out
	[[ $output == *"csv_data.csv has a passage that fixed_width_data.csv has not: rowid 17" ]]
	sed '17s/^    17/   170/' all >data/payment-data.txt
	tar czf b.tgz -C data .
	run -1 "$toll/toll-etl-by-rowid.sh" b.tgz out
	[[ $output == *"rowid 17" ]]
	sed '17p' all >data/payment-data.txt
	tar czf b.tgz -C data .
	run -1 "$toll/toll-etl-by-rowid.sh" b.tgz out
	[[ $output == *"a rowid is not unique" ]]
	[ "$(in_table 'select count(*) from toll')" -eq 100 ]
}

@test "the toll job by make -j2: the same files" {
	"$toll/make-tolldata" 100 1 a.tgz
	"$toll/toll-etl.sh" a.tgz byhand
	make -C "$toll" -j2 BIN="$ETL_BIN" OUT="$PWD/out" ARCHIVE="$PWD/a.tgz"
	for file in csv_data tsv_data fixed_width_data extracted_data transformed_data; do
		cmp byhand/$file.csv out/$file.csv
	done
	[ "$(in_table 'select count(*) from toll')" -eq 100 ]
	[[ $(make -C "$toll" BIN="$ETL_BIN" OUT="$PWD/out" ARCHIVE="$PWD/a.tgz") == *"Nothing to be done"* ]]
}

@test "make: each task by the name it has in the course; a failed one leaves no file" {
	"$toll/make-tolldata" 10 1 a.tgz
	for task in unzip_data extract_data_from_csv extract_data_from_tsv extract_data_from_fixed_width \
		consolidate_data transform_data; do
		make -C "$toll" BIN="$ETL_BIN" OUT="$PWD/out" ARCHIVE="$PWD/a.tgz" $task
	done
	[ -e out/transformed_data.csv ]
	tar czf empty.tgz --files-from /dev/null
	run -2 make -C "$toll" BIN="$ETL_BIN" OUT="$PWD/none" ARCHIVE="$PWD/empty.tgz"
	[ ! -e none/members.txt ]
	[ ! -e none/toll.db ]
}

@test "the toll job from a URL" {
	"$toll/make-tolldata" 100 1 a.tgz
	(exec python3 -u -m http.server --bind 127.0.0.1 0 >served 2>&1 3>&-) &
	server=$!
	for _ in $(seq 100); do
		grep -q 'port' served && break
		sleep 0.05
	done
	port=$(grep -oE 'port [0-9]+' served | cut -d ' ' -f 2)
	run "$toll/toll-etl.sh" "http://127.0.0.1:$port/a.tgz" out
	kill $server
	[ "$status" -eq 0 ]
	[ "$(in_table 'select count(*) from toll')" -eq 100 ]
}

@test "the archive of the course: its digest" {
	archive=$ROOT/../shared/data/tolldata.tgz
	[ -e "$archive" ] || skip "it is not at ../shared/data/tolldata.tgz beside the source tree"
	for script in toll-etl toll-etl-by-rowid; do
		"$toll/$script.sh" "$archive" out
		[ "$(records out/transformed_data.csv | sha256sum)" = \
			"fca9c871dfebd5d850c1b099ca16cd71ef26e132c615cbe424f9eb188b1a33d2  -" ]
		[ "$(in_table 'select count(*) from toll')" -eq 10000 ]
		rm -r out
	done
}

# The lines from the third on, until a blank one: a command, its further lines behind `>`, what it prints.
@test "the first example of the README prints what it shows" {
	"$toll/make-tolldata" 10000 1 tolldata.tgz
	sed -n '3,/^$/s/^    //p' "$ROOT/README.md" >example
	sed -nE 's/^[$>] //p' example >command
	[ "$(head -c 11 command)" = etl-extract ]
	bash command | diff <(grep -v '^[$>] ' example) -
}
