#include "complete/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complete/line.h"

static void
print_offer(struct slice text, const struct offer *offer)
{
	printf("%.*s\t%.*s\t%.*s\n", (int)text.len, text.at, (int)offer->shown.len, offer->shown.at,
		(int)offer->about.len, offer->about.len != 0 ? offer->about.at : "");
}

/* Where in a word the part begins that the shell will replace. */
static size_t
find_text(const char *raw, const char *text)
{
	size_t len = strlen(raw), end = strlen(text);
	return end <= len && strcmp(raw + len - end, text) == 0 ? len - end : 0;
}

/* What takes the place of that part: the value from there on, quoted as its beginning is. */
static void
print_rest(const struct offer *offer, const char *raw, const char *text)
{
	struct buf before = {0}, rest = {0};
	char quote;
	char *kept = xstrdup(raw);
	kept[find_text(raw, text)] = '\0';
	(void)line_unquote(kept, &before, &quote);
	struct slice value = offer->value;
	if (before.len <= value.len &&
		(before.len == 0 || memcmp(before.at, value.at, before.len) == 0)) {
		line_quote(&rest, (struct slice){value.at + before.len, value.len - before.len},
			quote);
		print_offer((struct slice){rest.len != 0 ? rest.at : "", rest.len}, offer);
	}
	buf_clear(&before);
	buf_clear(&rest);
	free(kept);
}

void
print_offers(const struct offers *offers, const char *raw, const char *text)
{
	for (size_t i = 0; i < offers->count; i++) {
		if (raw == NULL)
			print_offer(offers->at[i].value, &offers->at[i]);
		else
			print_rest(&offers->at[i], raw, text);
	}
}
