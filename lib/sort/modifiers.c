#include "sort/modifiers.h"

#include "msg.h"

static const struct kind {
	char letter;
	enum order_kind kind;
	const char *name;
} kinds[] = {
	{'n', ORDER_NUMBER, "number"},
	{'t', ORDER_TIME, "time"},
	{'h', ORDER_SIZE, "size"},
	{'v', ORDER_VERSION, "version"},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static const struct kind *
find_kind(char letter)
{
	const struct kind *k = kinds;
	while (k < kinds + KINDS && k->letter != letter)
		k++;
	return k < kinds + KINDS ? k : NULL;
}

static bool
fail_unknown(struct slice letter, struct buf *why)
{
	char text[SHOWN_MAX];
	buf_format(why, "no such modifier: '%s'; there are ", shown(text, letter.at, letter.len));
	for (size_t i = 0; i < KINDS; i++)
		buf_format(why, "%c (%s), ", kinds[i].letter, kinds[i].name);
	buf_text(why, "i (case does not count) and r (reverse)");
	return false;
}

/* A value is one of the kinds; case is a matter of texts. */
static bool
fail_both(char a, char b, struct buf *why)
{
	buf_format(why, "modifiers %c and %c exclude each other", a, b);
	return false;
}

static bool
read_letters(struct slice letters, struct order_column *column, struct buf *why)
{
	const struct kind *chosen = NULL;
	for (size_t i = 0; i < letters.len; i++) {
		const struct kind *kind = find_kind(letters.at[i]);
		if (letters.at[i] == 'r')
			column->is_reverse = true;
		else if (letters.at[i] == 'i')
			column->is_folded = true;
		else if (kind == NULL)
			return fail_unknown((struct slice){letters.at + i, 1}, why);
		else if (chosen != NULL && chosen != kind)
			return fail_both(chosen->letter, kind->letter, why);
		else
			chosen = kind;
	}
	if (chosen == NULL)
		return true;
	column->kind = chosen->kind;
	bool is_text = column->kind == ORDER_VERSION;
	return is_text || !column->is_folded || fail_both(chosen->letter, 'i', why);
}

bool
modifiers_read(struct slice modifiers, enum order_nulls nulls, struct order_column *column,
	struct buf *why)
{
	*column = (struct order_column){.index = column->index};
	if (modifiers.at != NULL && modifiers.len == 0) {
		buf_text(why, "no modifier behind the ':'");
		return false;
	}
	if (!read_letters(modifiers, column, why))
		return false;
	column->has_empty_last =
		nulls == ORDER_NULLS_USUAL ? column->is_reverse : nulls == ORDER_NULLS_LAST;
	return true;
}
