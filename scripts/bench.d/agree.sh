# shellcheck shell=bash
# Loaded by scripts/bench: does a peer print what ours prints?

# The same records, where numbers that differ by less than a part in a thousand million are the same.
same_values() { # FILE FILE
	awk -F , -v other="$2" '
		function differ(a, b) { return a != b && !(a + 0 == a && b + 0 == b && (a - b) ^ 2 <= (1e-9 * a) ^ 2) }
		function end(where) { print where; is_bad = 1; exit 1 }
		{
			if ((getline line <other) <= 0)
				end("line " NR " is missing: " $0)
			n = split(line, theirs, ",")
			for (i = 1; i <= NF || i <= n; i++)
				if (differ($i, theirs[i]))
					end("line " NR ": " $0 " became " line)
		}
		END {
			if (!is_bad && (getline line <other) > 0)
				end("line " NR + 1 " is too much: " line)
			exit is_bad
		}' "$1"
}

# The same bytes; says where they are not.
same() { # FILE FILE
	if ! cmp -s "$1" "$2"; then
		diff "$1" "$2" | head -n 4 | cut -c 1-200
		return 1
	fi
}

# Lines in one order.
in_order() { # FILE
	sort "$1" >"$1.sorted"
	echo "$1.sorted"
}

# Records behind the header in the order of their first field, without quotes.
records() { # FILE
	tail -n +2 "$1" | tr -d '"\r' | sort -t , -k 1,1 >"$1.records"
	echo "$1.records"
}

column() { # COLUMNS FILE
	cut -d , -f "$1" "$2" >"$2.column"
	echo "$2.column"
}

# The number in the last line.
last() { # FILE
	tail -n 1 "$1" | tr -cd '0-9\n' >"$1.last"
	echo "$1.last"
}

# Whether two outputs agree; if not, prints where they do not.
agree() { # HOW OURS THEIRS
	case $1 in
	same) same "$2" "$3" ;;
	unspaced) same "$2" <(tr -d ' ' <"$3") ;;
	sorted) same "$(in_order "$2")" "$(in_order "$3")" ;;
	values) same_values "$(records "$2")" "$(records "$3")" ;;
	last) same "$(last "$2")" "$(last "$3")" ;;
	keys=*) same "$(in_order "$(column "${1#*=}" "$2")")" "$(in_order "$(column "${1#*=}" "$3")")" ;;
	order=*) same "$(column "${1#*=}" "$2")" "$(column "${1#*=}" "$3")" && agree sorted "$2" "$3" ;;
	*) fail "bench.d/tasks: no such agreement: $1" ;;
	esac
}

# Runs a command of a task on the sample, notes what it took, and holds its output against ours.
check_row() { # ROW
	local theirs=$work/theirs expected=$work/ours where
	[ "$1" != "$ours" ] || theirs=$expected
	measure "$1" "$theirs"
	sample_figures[$1]=$figures
	[ "$1" != "$ours" ] && [ "${row_kind[$1]}" != limit ] || return 0
	if [ -n "${row_against[$1]}" ]; then
		expected=$work/against
		sh -c "${row_against[$1]}" >"$expected"
	fi
	if ! where=$(agree "${row_agree[$1]}" "$expected" "$theirs"); then
		echo "bench: ${row_task[$1]}: the output of ${row_name[$1]} (${row_threads[$1]}) differs from ours: $where" >&2
		is_agreed=false
	fi
}

# All commands of a task.
check_task() { # TASK
	local i
	rows_of "$1"
	! is_in_memory "$1" || return 0
	need_input "$1" "$(bytes_of "$1" "$sample")"
	for i in "${rows[@]}"; do
		[ "${row_state[i]}" = absent ] || check_row "$i"
	done
	rm -f "$work"/ours* "$work"/theirs* "$work"/against*
}
