# shellcheck shell=bash
# Loaded by scripts/bench: one run of a command, and the median of several.

# What a command took for the first 100 MB, by its number: seconds, seconds of user and system, KiB.
declare -A sample_figures

broken() { # ROW REASON
	echo "bench: ${row_task[$1]}: ${row_name[$1]} (${row_threads[$1]}) $2" >&2
	exit 1
}

# Runs a command, its output through a pipe; puts seconds, seconds of user and system, and KiB into `figures`.
measure() { # ROW OUTPUT
	local begin end user system kib
	export jobs=${row_jobs[$1]}
	rm -f "$work/status"
	begin=${EPOCHREALTIME/./}
	{ /usr/bin/time -q -f '%U %S %M' -o "$work/time" sh -c "${row_command[$1]}" 2>"$work/err" ||
		echo $? >"$work/status"; } | cat >"$2"
	end=${EPOCHREALTIME/./}
	[ ! -e "$work/status" ] || broken "$1" "ended with status $(cat "$work/status"): $(head -n 3 "$work/err")"
	read -r user system kib <"$work/time"
	figures=$(awk -v t=$((end - begin)) -v u="$user" -v s="$system" -v m="$kib" \
		'BEGIN { printf "%.4f %.2f %d", t / 1e6, u + s, m }')
}

# The middle one of the numbers in a column of a file.
median() { # FILE COLUMN
	cut -d ' ' -f "$2" "$1" | sort -n | awk '{ a[NR] = $1 } END { print (a[int((NR + 1) / 2)] + a[int(NR / 2) + 1]) / 2 }'
}

# Runs the commands that are ready in turn, so that what slows the machine for a while slows all of them; puts the
# medians into `figures_of`.
declare -A figures_of
measure_rows() { # ROUNDS ROW...
	local i rounds_left
	for i in "${@:2}"; do
		: >"$work/runs.$i"
	done
	for ((rounds_left = $1; rounds_left > 0; rounds_left--)); do
		for i in "${@:2}"; do
			measure "$i" /dev/null
			echo "$figures" >>"$work/runs.$i"
		done
	done
	for i in "${@:2}"; do
		figures_of[$i]="$(median "$work/runs.$i" 1) $(median "$work/runs.$i" 2) $(median "$work/runs.$i" 3)"
	done
}

# A line of results.csv without its ratios.
put_row() { # ROW BYTES RUNS SCALE [SECONDS CPU KIB]
	awk -v OFS=, -v task="${row_task[$1]}" -v title="${title[${row_task[$1]}]}" -v kind="${row_kind[$1]}" \
		-v name="${row_name[$1]}" -v threads="${row_threads[$1]}" -v bytes="$2" -v runs="$3" -v scale="$4" \
		-v s="${5:-0}" -v cpu="${6:-0}" -v kib="${7:-0}" 'BEGIN {
		if (runs == 0)
			print task, title, kind, name, threads, bytes, "", "", "", "", 0, ""
		else
			print task, title, kind, name, threads, bytes, sprintf("%.4f", s * scale),
				sprintf("%.3f", bytes / 1e9 / (s * scale)), sprintf("%.2f", cpu * scale),
				sprintf("%.1f", kib / 1024), runs, (scale > 1 ? "scaled" : "")
	}'
}

# Did the sample take a peer ten times as long as it took ours?  Of seconds and of those of user and system the fewer:
# the ones grow where the machine has other work, the others where there are threads.
is_slow() { # ROW
	[ "${row_kind[$1]}" = peer ] &&
		awk -v theirs="${sample_figures[$1]}" -v own="${sample_figures[$ours]}" '
			function fewer(figures,	f) { split(figures, f, " "); return f[1] < f[2] ? f[1] + 0 : f[2] + 0 }
			BEGIN { exit !(fewer(theirs) > 10 * fewer(own) && fewer(theirs) > 1) }'
}

# Two jobs print what one prints, on the whole input too.
check_jobs() { # TASK
	local i
	for i in "${rows[@]}"; do
		if [ "${row_kind[i]}" = ours ] && [ "$i" != "$ours" ] && ! is_in_memory "$1"; then
			cmp <(jobs=${row_jobs[ours]} sh -c "${row_command[ours]}") <(jobs=${row_jobs[i]} sh -c "${row_command[i]}") ||
				broken "$i" "prints what one job does not print"
		fi
	done
}

# The lines of results.csv of a task.
time_task() { # TASK
	local i bytes scale ready=()
	rows_of "$1"
	bytes=$(bytes_of "$1" "$megabytes")
	scale=$(awk -v a="$megabytes" -v b="$sample" 'BEGIN { print a / b }')
	if ! is_in_memory "$1"; then
		need_input "$1" "$bytes"
	elif ! need_memory_input "$1" "$bytes"; then
		row_state[ours]=absent
	fi
	for i in "${rows[@]}"; do
		if [ "${row_state[ours]}" = absent ]; then
			row_state[i]=absent
		elif [ "${row_state[i]}" = ready ] && is_slow "$i"; then
			row_state[i]=once
		fi
		[ "${row_state[i]}" != ready ] || ready+=("$i")
	done
	if [ ${#ready[@]} -ne 0 ]; then
		# The input comes from the page cache, into which this brings it.
		cat "$in" >/dev/null
		check_jobs "$1"
		measure_rows "$rounds" "${ready[@]}"
	fi
	for i in "${rows[@]}"; do
		# shellcheck disable=SC2086 # three figures
		case ${row_state[i]} in
		absent) put_row "$i" "$bytes" 0 1 ;;
		once) put_row "$i" "$bytes" 1 "$scale" ${sample_figures[$i]} ;;
		ready) put_row "$i" "$bytes" "$rounds" 1 ${figures_of[$i]} ;;
		esac
	done
}

# How many times as long as a row the best peer takes: of those with one thread, of all.
add_ratios() { # <ROWS
	awk -F , -v OFS=, '
		function ratio(best, own) { return best == "" || own == "" ? "" : sprintf("%.2f", best / own) }
		{ line[NR] = $0; task[NR] = $1; s[NR] = $7 }
		$3 == "peer" && $7 != "" {
			if ($5 == 1 && (!($1 in one) || $7 + 0 < one[$1])) one[$1] = $7
			if (!($1 in any) || $7 + 0 < any[$1]) any[$1] = $7
		}
		END {
			print "task,title,kind,program,threads,bytes,seconds,gb_per_second,cpu_seconds,peak_mib,runs,note," \
				"best_one_thread_peer_ratio,best_peer_ratio"
			for (i = 1; i <= NR; i++)
				print line[i], ratio(one[task[i]], s[i]), ratio(any[task[i]], s[i])
		}'
}
