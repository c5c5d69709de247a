/*
 * Values that have to be between quotes: each byte at each place of texts of 0 to 40 bytes.
 */
#include "csv/csv-parse.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

static size_t
count_wrong(size_t len, char delimiter)
{
	/* Bytes of their own: one read behind them is seen by AddressSanitizer. */
	char *text = xmalloc(len + (len == 0));
	size_t wrong = 0;
	memset(text, 'x', len);
	for (size_t at = 0; at < len; at++) {
		for (int byte = 0; byte < 256; byte++) {
			text[at] = (char)byte;
			bool special = text[at] == delimiter || byte == '"' || byte == '\n' ||
				       byte == '\r';
			wrong += csv_parse_needs_quotes((struct slice){text, len}, delimiter) !=
				 special;
		}
		text[at] = 'x';
	}
	wrong += csv_parse_needs_quotes((struct slice){text, len}, delimiter);
	free(text);
	return wrong;
}

int
main(void)
{
	static const char delimiters[] = ",;\t\xff|";
	for (size_t i = 0; i < sizeof delimiters - 1; i++) {
		size_t wrong = 0;
		for (size_t len = 0; len <= 40; len++)
			wrong += count_wrong(len, delimiters[i]);
		ok(wrong == 0, "delimiter %02x", (unsigned char)delimiters[i]);
	}
	return done();
}
