# shellcheck shell=bash
# Loaded by scripts/bench: the inputs of the tasks, made where they are not there.

# How large the input of a task is where clean is as large as this.
bytes_of() { # TASK MEGABYTES
	case ${data[$1]} in
	quoted | wide) echo $(($2 * 500000)) ;;
	*) echo $(($2 * 1000000)) ;;
	esac
}

# Whether a task has input and output in memory files.
is_in_memory() { # TASK
	[[ ${data[$1]} = */memory ]]
}

# Puts the name of the input of a task into `in`.
need_input() { # TASK BYTES
	local kind=${data[$1]%/memory}
	in=$inputs/$kind-$2-$seed.csv
	plazas=$inputs/plazas.csv
	[ -e "$plazas" ] || "$here/data" plazas 0 >"$plazas"
	if [ ! -e "$in" ]; then
		echo "generating $kind, $2 bytes" >&2
		"$here/data" "$kind" "$2" "$seed" >"$in.tmp"
		mv "$in.tmp" "$in"
	fi
	export in plazas
}

# The same in a memory file, if there is room for it and for an output of that size.
need_memory_input() { # TASK BYTES
	local room copy
	need_input "$1" "$2"
	copy=$memory/${in##*/}
	if [ ! -e "$copy" ]; then
		room=$(df -B 1 --output=avail "$memory" | tail -n 1)
		if [ "$room" -lt $(($2 * 9 / 4)) ]; then
			echo "bench: $1: not measured: no room for memory files" >&2
			return 1
		fi
		rm -f "$memory"/*
		cp "$in" "$copy"
	fi
	in=$copy out=$memory/out
	export out
}
