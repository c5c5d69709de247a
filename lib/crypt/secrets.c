#include "crypt/secrets.h"

#include <stdlib.h>

#include "crypt/keyring.h"
#include "crypt/token.h"
#include "expr/kernel.h"

/* The next row, from *i on, whose text is not null; of those before it nothing comes out. */
static bool
next_text(struct call *c, size_t *i, size_t *row, struct slice *text)
{
	while (*i < c->rows.count) {
		*row = row_at(&c->rows, (*i)++);
		*text = call_text(c, 0, *row);
		c->out->text[*row] = no_text;
		if (text->len != 0)
			return true;
	}
	return false;
}

static void
hash(struct call *c)
{
	struct slice s;
	for (size_t i = 0, row; next_text(c, &i, &row, &s);) {
		token_sha256(s, call_room(c, SHA256_LEN));
		c->out->text[row] = call_use(c, SHA256_LEN);
	}
}

/* A new key is put in front of the others: by the last one pseudonyms stay what they are. */
static void
give_pseudonym(struct call *c)
{
	const struct keyring *k = c->e->own;
	unsigned char key[KEY_BYTES];
	token_domain(&k->key[k->count - 1], c->args > 1 ? c->arg[1]->text[0] : no_text, key);
	struct slice s;
	for (size_t i = 0, row; next_text(c, &i, &row, &s);) {
		token_pseudonym(key, s, call_room(c, PSEUDONYM_LEN));
		c->out->text[row] = call_use(c, PSEUDONYM_LEN);
	}
}

static void
encrypt(struct call *c)
{
	const struct keyring *k = c->e->own;
	struct slice s;
	for (size_t i = 0, row; next_text(c, &i, &row, &s);) {
		size_t len = token_seal(&k->key[0], s, call_room(c, token_room(s.len)));
		c->out->text[row] = call_use(c, len);
	}
}

/* What is no token may be a text that nobody is to see: it is in no message. */
static void
decrypt(struct call *c)
{
	const struct keyring *k = c->e->own;
	struct slice s;
	for (size_t i = 0, row; next_text(c, &i, &row, &s);) {
		struct slice name;
		size_t len;
		enum token_fault fault =
			token_open(k, s, call_room(c, token_room(s.len)), &len, &name);
		if (fault == TOKEN_OK)
			c->out->text[row] = call_use(c, len);
		else
			call_fault(c, row, token_fault_text(fault),
				fault == TOKEN_NAME ? name : no_culprit);
	}
}

/* FORM_EACH: none is computed before there is data; what is encrypted twice differs. */
/* clang-format off: a table */
const struct function secrets_functions[] = {
	{"sha256", "s", 't', 1, 1, FORM_EACH, hash, 0, "sha256(x)",
		"SHA-256 of x, 64 hexadecimal digits"},
	{"pseudonym", "sk", 't', 1, 2, FORM_EACH, give_pseudonym, 0, "pseudonym(x[, domain])",
		"26 letters and digits that stand for x, the same for the same key and domain"},
	{"encrypt", "s", 't', 1, 1, FORM_EACH, encrypt, 0, "encrypt(x)",
		"a token that only the key can undo, another one each time"},
	{"decrypt", "s", 't', 1, 1, FORM_EACH, decrypt, 0, "decrypt(x)",
		"the text that a token of encrypt() was made of"},
	{NULL, "", 0, 0, 0, FORM_ROWS, NULL, 0, NULL, NULL},
};
/* clang-format on */

bool
secrets_ready(void *state, const struct function *f, struct buf *why)
{
	struct keyring *k = state;
	const char *path = getenv("ETL_KEY_FILE");
	if (f->run == hash || k->count != 0)
		return true;
	if (path != NULL && *path != '\0')
		return keyring_read(k, path, why);
	buf_format(why, "%s needs a key: ETL_KEY_FILE names no file of keys", f->usage);
	return false;
}
