# shellcheck shell=bash
# Loaded by scripts/bench: the table of tasks, and which of its commands can run here.

# Of a task, by its name.
declare -A title data
task_names=()
# Of a command, by its number.  kind is ours, peer or limit; state is ready, once (measured on the sample alone) or
# absent; jobs is what stands for $jobs in it.
row_task=() row_kind=() row_name=() row_threads=() row_agree=() row_command=() row_against=() row_state=() row_jobs=()

add_row() { # TASK KIND NAME THREADS AGREE COMMAND
	row_task+=("$1") row_kind+=("$2") row_name+=("$3") row_threads+=("$4") row_agree+=("$5") row_command+=("$6")
	row_against+=('') row_state+=(ready) row_jobs+=('')
}

# A line of the table, with those that go on with it.
add_line() { # LINE
	local first second third rest
	read -r first second third rest <<<"$1"
	case $first in
	'') ;;
	task)
		task=$second
		task_names+=("$task")
		data[$task]=$third title[$task]=$rest
		;;
	ours) add_row "$task" ours etlutils 1 same "${1#ours }" ;;
	limit) add_row "$task" limit "$second" 1 none "${1#limit "$second" }" ;;
	against) row_against[-1]=${1#against } ;;
	*) add_row "$task" peer "$first" "$second" "$third" "$rest" ;;
	esac
}

read_tasks() { # FILE
	local line whole=
	while IFS= read -r line; do
		case $line in
		'#'*) continue ;;
		$'\t\tagainst '*) ;;
		$'\t\t'*)
			whole+=" ${line#$'\t\t'}"
			continue
			;;
		esac
		add_line "$whole"
		whole=${line##*$'\t'}
	done <"$1"
	add_line "$whole"
}

# Is it in a list of names, or is there no list?
is_chosen() { # NAME LIST
	[ -z "$2" ] || [[ ,$2, == *,$1,* ]]
}

# Whether a program of ours knows --jobs.
has_jobs() { # PROGRAM
	"$1" --help 2>/dev/null | grep -e '--jobs' >/dev/null
}

# A command of ours runs with one job, and as another row with two where its program can.
choose_own() { # ROW
	local program=${row_command[$1]%% *}
	[ -x "$bin/$program" ] || fail "$bin/$program is not there: make builds it"
	if has_jobs "$program"; then
		row_jobs[$1]='--jobs 1'
		add_row "${row_task[$1]}" ours etlutils 2 same "${row_command[$1]}"
		row_jobs[-1]='--jobs 2'
	fi
}

# Which commands can run.
choose_rows() {
	local i n=${#row_task[@]}
	for ((i = 0; i < n; i++)); do
		if ! is_chosen "${row_task[i]}" "$chosen_tasks"; then
			continue
		elif [ "${row_kind[i]}" = ours ]; then
			choose_own "$i"
		elif [ "${row_kind[i]}" = peer ] && [[ " ${peers[*]} " != *" ${row_name[i]} "* ]]; then
			row_state[i]=absent
		fi
	done
}

# Puts the numbers of the commands of a task into `rows`, ours first, and that of ours with one job into `ours`.
rows_of() { # TASK
	local i kind
	rows=()
	for kind in ours limit peer; do
		for i in "${!row_task[@]}"; do
			if [ "${row_task[i]}" = "$1" ] && [ "${row_kind[i]}" = $kind ]; then
				rows+=("$i")
			fi
		done
	done
	ours=${rows[0]}
}
