/*
 * Texts of a format whose parts all stand where they stand in every text of that length: they are
 * read without looking for them.  %a %b %e %H:%M:%S %Y is such a format; nothing but %Y %m %d %e
 * %H %M %S %b %a and bytes as they are may be in it.
 */
#ifndef ETL_DATE_LAYOUT_H
#define ETL_DATE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "date/date.h"
#include "date/format-step.h"

enum { LAYOUT_MAX = 40, LAYOUT_WORDS = LAYOUT_MAX / 8, LAYOUT_NONE = LAYOUT_MAX };

/* Eight bytes of the text, which the words may have in common. */
struct layout_word {
	size_t at;
	uint64_t literal; /* bytes that are these, */
	uint64_t where;   /* where this has all bits */
	uint64_t digits;  /* where this has all bits stands a digit */
};

struct layout {
	size_t len; /* 0: the format has no layout */
	size_t words;
	struct layout_word word[LAYOUT_WORDS];
	uint8_t at[STEP_KINDS]; /* of each part, or LAYOUT_NONE */
};

/* Fills an empty layout. */
void layout_make(struct layout *l, const struct step *step, size_t steps);
/*
 * Reads l->len bytes: what the format has of the date and the time of day, and the weekday. 
 * false: the text is to be read step by step, which tells what is wrong, if anything is.
 */
bool layout_read(const struct layout *l, const char *text, struct civil *c, int *weekday);

#endif
