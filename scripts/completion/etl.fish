# Completion for fish: etl-complete knows what can stand at the cursor.  Installed under the name of each program, or
# sourced for all of them.

# What is behind the cursor fish does not tell.
function __etl_complete
	set -l before (commandline -opc)
	set -l here (count $before)
	set -l raw (commandline -ct)
	# Of a word with a quote that is open, what closes it is added.
	set -l token
	for close in '' "'" '"'
		set token (string unescape -- "$raw$close" | string collect --allow-empty); and break
	end
	set -l lines (etl-complete --word $here $before "$token" 2>/dev/null </dev/null)
	set -l first (string split \t -- "$lines[1]")
	switch "$first[1]"
		case files
			set -l length (string length -- "$first[2]")
			for path in (__fish_complete_path (string sub -s (math $length + 1) -- "$token"))
				printf '%s%s\n' "$first[2]" $path
			end
		case directories
			set -l length (string length -- "$first[2]")
			for path in (__fish_complete_directories (string sub -s (math $length + 1) -- "$token"))
				printf '%s%s\n' "$first[2]" $path
			end
		case '*'
			string replace -r '^([^\t]*)\t[^\t]*\t' '$1\t' -- $lines[2..]
	end
end

set -l programs (string replace -rf '^(etl-.*)\.fish$' '$1' -- (status basename))
test -n "$programs"; or set programs (complete -C etl- | string replace -r '\t.*' '')
for program in $programs
	complete -c $program -f -a '(__etl_complete)'
end
