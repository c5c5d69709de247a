# shellcheck shell=bash
# Loaded by scripts/bench: what is measured beside the tasks: start-up, instructions per byte, growth with the input.

# Milliseconds of a program that prints its version, the median of many runs.
start_up() { # NAME COMMAND...
	local begin end left
	: >"$work/ms"
	for ((left = 10 * rounds; left > 0; left--)); do
		begin=${EPOCHREALTIME/./}
		"${@:2}" >/dev/null 2>&1 </dev/null || :
		end=${EPOCHREALTIME/./}
		echo $((end - begin)) >>"$work/ms"
	done
	echo "$1,$(awk -v us="$(median "$work/ms" 1)" 'BEGIN { printf "%.2f", us / 1000 }')"
}

start_ups() {
	local name
	echo program,milliseconds
	start_up 'true (what a process takes)' /bin/true
	for name in "$bin"/etl-*; do
		start_up "${name##*/}" "$name" --version
	done
	for name in http sqlite; do
		start_up "$name (connector)" "$bin/$name" describe
	done
	for name in "${peers[@]}"; do
		eval "start_up $name $("$here/peers" command "$name")"
	done
}

# Instructions of one run of ours.
instructions() { # ROW
	export jobs=${row_jobs[$1]}
	sh -c "exec valgrind --tool=callgrind --callgrind-out-file=/dev/null ${row_command[$1]}" 2>&1 >/dev/null |
		sed -n 's/.*Collected *: *\([0-9]*\).*/\1/p'
}

# Of the second half of an input: the start does not count.
count_instructions() {
	local task half whole
	echo task,instructions_per_byte
	for task in "${tasks[@]}"; do
		rows_of "$task"
		! is_in_memory "$task" || continue
		echo "counting the instructions of $task" >&2
		need_input "$task" 2000000
		half=$(instructions "$ours")
		need_input "$task" 4000000
		whole=$(instructions "$ours")
		awk -v task="$task" -v n=$((whole - half)) 'BEGIN { printf "%s,%.2f\n", task, n / 2e6 }'
	done
}

# The numbers of the fastest peers of a task, by results.csv: of those with one thread, of all.
fastest_peers() { # TASK
	awk -F , -v task="$1" '
		$1 != task || $3 != "peer" || $7 == "" || $12 != "" { next }
		$5 == 1 && (one == "" || $7 + 0 < best_one) { one = $4 " 1"; best_one = $7 }
		any == "" || $7 + 0 < best_any { any = $4 " " $5; best_any = $7 }
		END { if (one != "") print one; if (any != "" && any != one) print any }' "$dir/results.csv" |
		while read -r name threads; do
			for i in "${rows[@]}"; do
				[ "${row_name[i]} ${row_threads[i]}" != "$name $threads" ] || echo "$i"
			done
		done
}

# A task at a size: ours, and the fastest peers.
scale_task() { # TASK MEGABYTES
	local i bytes chosen=() times=3
	rows_of "$1"
	bytes=$(($2 * 1000000))
	need_input "$1" "$bytes"
	cat "$in" >/dev/null
	for i in "${rows[@]}"; do
		[ "${row_kind[i]}" != ours ] || chosen+=("$i")
	done
	# shellcheck disable=SC2207 # numbers
	chosen+=($(fastest_peers "$1"))
	[ "$2" -le 1000 ] || times=1
	measure_rows "$times" "${chosen[@]}"
	for i in "${chosen[@]}"; do
		# shellcheck disable=SC2086 # three figures
		set -- "$1" "$2" ${figures_of[$i]}
		echo "$1,${row_name[i]},${row_threads[i]},$bytes,$3,$(awk -v kib="$5" 'BEGIN { printf "%.1f", kib / 1024 }')"
	done
}

# A task in 128 MiB: what it took, and whether it printed what it prints in all the memory it likes.
limit_task() { # TASK MEGABYTES
	local is_right=wrong
	rows_of "$1"
	need_input "$1" $(($2 * 1000000))
	row_jobs[ours]="--memory 128M ${row_jobs[ours]}"
	measure "$ours" /dev/null
	if cmp -s <(jobs='' sh -c "${row_command[ours]}") <(jobs='--memory 128M' sh -c "${row_command[ours]}"); then
		is_right=right
	fi
	row_jobs[ours]=${row_jobs[ours]#--memory 128M }
	awk -v task="$1" -v bytes=$(($2 * 1000000)) -v is_right="$is_right" -v figures="$figures" 'BEGIN {
		split(figures, f, " ")
		printf "%s,128 MiB,%d,%s,%.1f,%s\n", task, bytes, f[1], f[3] / 1024, is_right }'
}

# The sizes that the disk has room for: two inputs and what sort puts aside.
fitting_sizes() {
	local size room
	room=$(df -B 1000000 --output=avail "$inputs" | tail -n 1)
	for size in ${sizes//,/ }; do
		if [ $((size * 4)) -lt "$room" ]; then
			echo $size
		else
			echo "bench: --scaling: no room for $size MB" >&2
		fi
	done
}

measure_scaling() {
	local task size largest=
	echo task,program,threads,bytes,seconds,peak_mib >"$dir/scaling.csv"
	echo task,memory,bytes,seconds,peak_mib,outcome >"$dir/limits.csv"
	for size in $(fitting_sizes); do
		largest=$size
		for task in cut filter agg agg-1m uniq sort; do
			is_chosen "$task" "$chosen_tasks" || continue
			echo "measuring $task of $size MB" >&2
			scale_task "$task" "$size" >>"$dir/scaling.csv"
		done
	done
	for task in agg-1m uniq sort; do
		is_chosen "$task" "$chosen_tasks" || continue
		echo "measuring $task of $largest MB in 128 MiB" >&2
		limit_task "$task" "$largest" >>"$dir/limits.csv"
	done
}
