# shellcheck shell=bash
# Completion for bash: etl-complete knows what can stand at the cursor.  Installed under the name of each program, or
# sourced for all of them.

_etl() { # PROGRAM TEXT
	local lines line
	mapfile -t lines < <(etl-complete --line "${COMP_LINE:0:COMP_POINT}" --behind "${COMP_LINE:COMP_POINT}" \
		--text "$2" 2>/dev/null </dev/null)
	COMPREPLY=()
	case ${lines[0]-} in
	files*) compopt -o default ;;
	directories*) compopt -o dirnames ;;
	columns*) compopt -o nospace -o nosort ;;
	esac
	for line in "${lines[@]:1}"; do
		# A list on the screen (63, ?) shows the last part of each.
		[ "$COMP_TYPE" -ne 63 ] || line=${line#*$'\t'}
		COMPREPLY+=("${line%%$'\t'*}")
	done
}

case ${BASH_SOURCE[0]##*/} in
etl-*) complete -F _etl "${BASH_SOURCE[0]##*/}" ;;
*) while read -r; do complete -F _etl "$REPLY"; done < <(compgen -c etl-) ;;
esac
