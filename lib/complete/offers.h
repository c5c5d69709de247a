/*
 * What can be put at the cursor.
 */
#ifndef ETL_COMPLETE_OFFERS_H
#define ETL_COMPLETE_OFFERS_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/columns.h"
#include "mem.h"
#include "slice.h"

struct offer {
	struct slice value; /* the whole word */
	struct slice shown; /* its last part */
	struct slice about; /* for people; may be empty */
};

struct offers {
	struct offer *at;
	size_t count;
	size_t room;
	struct arena *arena; /* in which the bytes are; the caller's */
};

/* Adds before + text where text begins with typed.  No control byte may be in any of them. */
void offers_add(struct offers *o, struct slice before, struct slice typed, struct slice text,
	struct slice about);

/*
 * Adds the columns that can end a list, by the grammar of columns: of first behind a comma, of last
 * behind an '='. before stands in front of the list in its word.  What is in the list already is
 * left out.
 */
void offers_columns(struct offers *o, struct slice before, const char *list,
	const struct header *first, const struct header *last);

/* Adds the letters behind a colon of a key for etl-sort, as help tells them: `:t time`. */
void offers_modifiers(struct offers *o, struct slice before, const char *list,
	const struct header *header, struct slice help);

void offers_clear(struct offers *o);

#endif
