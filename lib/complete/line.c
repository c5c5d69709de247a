#include "complete/line.h"

#include <string.h>

const char *
line_unquote(const char *text, struct buf *out, char *quote)
{
	*quote = 0;
	for (; *text != '\0'; text++) {
		bool escapes = *quote == 0 ||
			(text[1] != '\0' && strchr("\"\\$`", text[1]) != NULL);
		if (*text == *quote)
			*quote = 0;
		else if (*quote == 0 && (*text == '\'' || *text == '"'))
			*quote = *text;
		else if (*text == '\\' && *quote != '\'' && escapes && text[1] != '\0')
			buf_byte(out, *++text);
		else if (*quote == 0 && strchr(" \t\n|&;<>()", *text) != NULL)
			break;
		else
			buf_byte(out, *text);
	}
	return text;
}

static void
add(struct line *line, const struct buf *word, size_t room, struct arena *arena)
{
	if (line->count < room)
		line->word[line->count++] = arena_keep(arena, word->at, word->len);
}

/*
 * Adds the words of a text; where an output goes is none of them.  Returns where the last one
 * begins.
 */
static const char *
add_words(struct line *line, const char *text, size_t room, struct arena *arena)
{
	struct buf word = {0};
	const char *last = text;
	bool is_target = false;
	while (*text != '\0') {
		char quote;
		last = text;
		word.len = 0;
		text = line_unquote(text, &word, &quote);
		if (text == last) {
			is_target |= *text == '>';
			last = ++text;
			continue;
		}
		if (!is_target || *text == '\0')
			add(line, &word, room, arena);
		is_target = false;
	}
	buf_clear(&word);
	return last;
}

struct line
line_read(const char *before, const char *behind, struct arena *arena)
{
	size_t room = strlen(before) + strlen(behind) + 2;
	struct line line = {.word = arena_take(arena, (room + 1) * sizeof *line.word)};
	line.raw = add_words(&line, before, room, arena);
	if (*line.raw == '\0')
		line.word[line.count++] = arena_keep(arena, "", 0);
	line.here = line.count - 1;
	/* The rest of the word at the cursor belongs to it. */
	struct buf rest = {0};
	char quote;
	behind = line_unquote(behind, &rest, &quote);
	(void)add_words(&line, behind, room, arena);
	line.word[line.count] = NULL;
	buf_clear(&rest);
	return line;
}

/* What no shell gives a meaning to, wherever in a word it stands. */
static bool
is_plain(char byte)
{
	unsigned char c = (unsigned char)byte;
	return (unsigned)((c | 0x20) - 'a') < 26 || (unsigned)(c - '0') < 10 || c >= 0x80 ||
		strchr("_-.,/:=@%+", byte) != NULL;
}

static void
quote_byte(struct buf *out, char byte, char quote)
{
	/* In double quotes nothing takes its meaning from an exclamation mark. */
	if (quote == '\'' ? byte == '\'' : quote == '"' && byte == '!')
		buf_text(out, quote == '"' ? "\"'!'\"" : "'\\''");
	else if (quote == '"' ? strchr("\"\\$`", byte) != NULL : quote == 0 && !is_plain(byte))
		buf_format(out, "\\%c", byte);
	else
		buf_byte(out, byte);
}

void
line_quote(struct buf *out, struct slice text, char quote)
{
	for (size_t i = 0; i < text.len; i++)
		quote_byte(out, text.at[i], quote);
}
