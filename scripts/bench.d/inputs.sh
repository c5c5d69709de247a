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

# A file that is there is whole.
make_input() { # FILE KIND BYTES
	[ ! -e "$1" ] || return 0
	echo "generating $2, $3 bytes" >&2
	"$here/data" "$2" "$3" "$seed" >"$1.tmp" && mv "$1.tmp" "$1" || fail "$1: cannot be made"
}

# Puts the name of the input of a task into `in`.
need_input() { # TASK BYTES
	local kind=${data[$1]%/memory}
	in=$inputs/$kind-$2-$seed.csv
	[ "$kind" != ndjson ] || in=${in%.csv}.ndjson
	plazas=$inputs/plazas.csv
	make_input "$plazas" plazas 0
	fees=$inputs/fees.csv
	make_input "$fees" fees 0
	schema=$inputs/schema.json
	make_input "$schema" schema 0
	make_input "$in" "$kind" "$2"
	export in plazas fees schema
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
		cp "$in" "$copy" || fail "$copy: cannot be written"
	fi
	in=$copy out=$memory/out
	export out
}
