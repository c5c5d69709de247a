#include "pattern/presets.h"

#include <stddef.h>
#include <string.h>

/* Between quotes, where a backslash takes the meaning of the next byte; - is nothing. */
#define QUOTED(name) "\"(?:-|(?<" name ">[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+))\""
#define WORD(name) "(?:-|(?<" name ">\\S+))"

/*
 * The login of a user may have blanks in it.  A time has no bracket: a line of many would be looked
 * through to its end from each of them.
 */
#define CLF \
	"^(?<host>\\S+) " WORD("ident") " (?:-|(?<user>.+?)) \\[(?<time>[^\\[\\]]+)\\] " \
	QUOTED("request") " (?:-|(?<status>\\d{3})) (?:-|(?<bytes>\\d+))"

/* RFC 5424, section 6; a byte order mark says that the message is UTF-8. */
#define SYSLOG_5424 \
	"1 " WORD("time") " " WORD("host") " " WORD("program") " " WORD("pid") " " WORD("msgid") \
	" (?:-|(?<data>(?:\\[(?:[^\\]\"]|\"(?:[^\"\\\\]|\\\\.)*+\")*+\\])++))" \
	"(?: (?:\\xef\\xbb\\xbf)?(?<message>.*))?$"

/* RFC 3164, section 4.1, as syslog daemons write it to files; or with times as in ISO 8601. */
#define SYSLOG_3164 \
	"(?<time>[A-Z][a-z]{2} {1,2}\\d{1,2}(?: \\d{4})? [\\d:]{8}(?:\\.\\d+)?|" \
	"\\d{4}-\\d{2}-\\d{2}[T ][\\d:]{8}[-+Z\\d:.,]*) " \
	"(?:(?<host>\\S*[^\\s:]) )?(?:(?<program>[^\\s:\\[]+)(?:\\[(?<pid>[^\\]\\s]*)\\])?: ?)?" \
	"(?<message>.*)$"

static const struct preset presets[] = {
	{"clf", CLF "$"},
	{"combined", CLF " " QUOTED("referer") " " QUOTED("agent") "$"},
	{"syslog", "(?Js)^(?:<(?<priority>\\d{1,3})>(?:" SYSLOG_5424 "|" SYSLOG_3164
		   ")|" SYSLOG_3164 ")"},
};

const struct preset *
preset_find(const char *name)
{
	for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
		if (strcmp(presets[i].name, name) == 0)
			return &presets[i];
	return NULL;
}
