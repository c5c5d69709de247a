#include "date/layout.h"

#include <string.h>

#include "word.h"

/* How many bytes a step takes; 0: that depends, or it has no place here. */
static size_t
width(const struct step *step)
{
	switch (step->kind) {
	case STEP_BYTE:
		return 1;
	case STEP_SPACE:
		return step->byte == ' ';
	case STEP_YEAR:
		return 4;
	case STEP_MONTH:
	case STEP_DAY:
	case STEP_SPACED_DAY:
	case STEP_HOUR:
	case STEP_MINUTE:
	case STEP_SECOND:
		return 2;
	case STEP_MONTH_NAME:
	case STEP_WEEKDAY_NAME:
		return NAME_SHORT;
	default:
		return 0;
	}
}

/* Where a part that can be shorter or longer ends has to be told by a byte that it cannot have. */
static bool
ends_clearly(const struct step *step, size_t left)
{
	bool is_open = step->kind == STEP_SPACED_DAY || step->kind == STEP_MONTH_NAME ||
		       step->kind == STEP_WEEKDAY_NAME;
	if (!is_open || left == 1)
		return true;
	return step[1].kind == STEP_SPACE ||
	       (step[1].kind == STEP_BYTE && strchr(",;:./-_T", step[1].byte) != NULL &&
		       (step[1].byte != 'T' || step->kind == STEP_SPACED_DAY));
}

enum { IS_LITERAL = 1, IS_DIGIT = 2 };

/* What is in each byte of the text; false if that is not the same in all. */
static bool
place(struct layout *l, const struct step *step, size_t steps, char *literal, char *what)
{
	memset(l->at, LAYOUT_NONE, sizeof l->at);
	for (size_t i = 0; i < steps; i++, step++) {
		size_t n = width(step);
		bool is_literal = step->kind == STEP_BYTE || step->kind == STEP_SPACE;
		bool is_name = step->kind == STEP_MONTH_NAME || step->kind == STEP_WEEKDAY_NAME;
		if (n == 0 || l->len + n > LAYOUT_MAX || !ends_clearly(step, steps - i) ||
			(!is_literal && l->at[step->kind] != LAYOUT_NONE))
			return false;
		if (!is_literal)
			l->at[step->kind] = (uint8_t)l->len;
		literal[l->len] = step->byte;
		memset(what + l->len, is_literal ? IS_LITERAL : is_name ? 0 : IS_DIGIT, n);
		if (step->kind == STEP_SPACED_DAY)
			what[l->len] = 0;
		l->len += n;
	}
	return l->len >= sizeof(uint64_t);
}

void
layout_make(struct layout *l, const struct step *step, size_t steps)
{
	char literal[LAYOUT_MAX] = {0};
	char what[LAYOUT_MAX] = {0};
	*l = (struct layout){0};
	/* Whichever of the two came last would count. */
	if (!place(l, step, steps, literal, what) ||
		(l->at[STEP_MONTH] != LAYOUT_NONE && l->at[STEP_MONTH_NAME] != LAYOUT_NONE) ||
		(l->at[STEP_DAY] != LAYOUT_NONE && l->at[STEP_SPACED_DAY] != LAYOUT_NONE)) {
		l->len = 0;
		return;
	}
	for (size_t at = 0; at < l->len; at += sizeof(uint64_t)) {
		struct layout_word *w = &l->word[l->words++];
		char bytes[3][sizeof(uint64_t)];
		w->at = at + sizeof(uint64_t) <= l->len ? at : l->len - sizeof(uint64_t);
		for (size_t i = 0; i < sizeof(uint64_t); i++) {
			char kind = what[w->at + i];
			bytes[0][i] = kind == IS_LITERAL ? literal[w->at + i] : '\0';
			bytes[1][i] = kind == IS_LITERAL ? '\xff' : '\0';
			bytes[2][i] = kind == IS_DIGIT ? '\xff' : '\0';
		}
		w->literal = word_load64(bytes[0]);
		w->where = word_load64(bytes[1]);
		w->digits = word_load64(bytes[2]);
	}
}

/*
 * Are its bytes what they have to be?  A digit has 3 in its upper half, and still with 6 more; a
 * byte that overflows is none already.
 */
static bool
fits(const struct layout *l, const char *text)
{
	const uint64_t upper = 0xf0f0f0f0f0f0f0f0u;
	const uint64_t six = 0x0606060606060606u;
	const uint64_t three = 0x3030303030303030u;
	uint64_t wrong = 0;
	for (size_t i = 0; i < l->words; i++) {
		const struct layout_word *w = &l->word[i];
		uint64_t bytes = word_load64(text + w->at);
		uint64_t digits = bytes & w->digits;
		wrong |= (bytes & w->where) ^ w->literal;
		wrong |= (digits & upper) ^ (three & w->digits);
		wrong |= ((digits + (six & w->digits)) & upper & w->digits) ^ (three & w->digits);
	}
	return wrong == 0;
}

static inline int
pair(const char *at)
{
	return (at[0] - '0') * 10 + (at[1] - '0');
}

static inline int
pair_or(const struct layout *l, enum step_kind kind, const char *text, int otherwise)
{
	return l->at[kind] != LAYOUT_NONE ? pair(text + l->at[kind]) : otherwise;
}

/* Returns 0 where a blank or a digit is neither. */
static inline int
spaced_day(const char *at)
{
	if (at[0] == ' ')
		return at[1] - '0';
	return at[0] >= '0' && at[0] <= '9' ? pair(at) : 0;
}

bool
layout_read(const struct layout *l, const char *text, struct civil *c, int *weekday)
{
	if (!fits(l, text) || l->at[STEP_YEAR] == LAYOUT_NONE)
		return false;
	c->year = pair(text + l->at[STEP_YEAR]) * 100 + pair(text + l->at[STEP_YEAR] + 2);
	c->month = pair_or(l, STEP_MONTH, text, 1);
	c->day = pair_or(l, STEP_DAY, text, 1);
	c->hour = pair_or(l, STEP_HOUR, text, 0);
	c->minute = pair_or(l, STEP_MINUTE, text, 0);
	c->second = pair_or(l, STEP_SECOND, text, 0);
	if (l->at[STEP_SPACED_DAY] != LAYOUT_NONE)
		c->day = spaced_day(text + l->at[STEP_SPACED_DAY]);
	if (l->at[STEP_MONTH_NAME] != LAYOUT_NONE)
		c->month = name_number(&month_table, text + l->at[STEP_MONTH_NAME]);
	*weekday = 0;
	if (l->at[STEP_WEEKDAY_NAME] == LAYOUT_NONE)
		return c->month != 0 && c->day != 0;
	*weekday = name_number(&weekday_table, text + l->at[STEP_WEEKDAY_NAME]);
	return c->month != 0 && c->day != 0 && *weekday != 0;
}
