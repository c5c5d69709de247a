#include "http-excerpt.h"

#include <string.h>
#include <strings.h>

enum { EXCERPT_MAX = 200 };

/*
 * Does the text hold a word of a secret header?  A server that says what it got must not put that
 * into a log.
 */
static bool
has_secret(const struct buf *text, const struct terms *t, const struct url *u)
{
	enum { WORD_MIN = 4 }; /* a shorter one would be found anywhere, and is no secret */
	if (u->password != NULL &&
		memmem(text->at, text->len, u->password, strlen(u->password)) != NULL)
		return true;
	for (const struct curl_slist *h = t->secrets; h != NULL; h = h->next) {
		size_t name = strcspn(h->data, ":;");
		const char *word = h->data + name;
		/* `Bearer` is no secret */
		bool is_scheme = memmem(h->data, name, "uthorization", 12) != NULL;
		for (size_t len; word += strspn(word, ":; \t"), (len = strcspn(word, " \t")) != 0;
			word += len) {
			if (!is_scheme && len >= WORD_MIN &&
				memmem(text->at, text->len, word, len) != NULL)
				return true;
			is_scheme = false;
		}
	}
	return false;
}

/*
 * The text with a blank for each run of blanks and line ends, so that it is one line whatever its
 * layout.
 */
static size_t
squeeze(char *out, size_t max, const char *at, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len && n < max; i++) {
		bool is_blank = memchr(" \t\r\n", at[i], 4) != NULL;
		if (is_blank && (n == 0 || out[n - 1] == ' '))
			continue;
		out[n++] = is_blank ? ' ' : at[i] != '\0' ? at[i] : '?';
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	return n;
}

void
excerpt_add(const struct request *r, const struct buf *answer, uint64_t came)
{
	char text[EXCERPT_MAX + 1];
	char why[WHY_MAX];
	struct outcome *o = r->outcome;
	const char *type = answer_header(r->curl, "Content-Type");
	if (type != NULL && strncasecmp(type, "text/html", 9) == 0)
		return;
	size_t len = squeeze(text, EXCERPT_MAX, answer->at, answer->len);
	bool is_cut = len == EXCERPT_MAX || came > answer->len;
	text[len] = '\0';
	if (len == 0 || has_secret(answer, r->terms, r->url))
		return;
	memcpy(why, o->why, sizeof why);
	outcome_set(
		o, o->status, o->again, "%.400s; it says: %s%s", why, text, is_cut ? "..." : "");
}
