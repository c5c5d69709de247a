/*
 * Two inputs joined by key: LEFT streams and gives the order, RIGHT is held in memory
 * (etl-join(1), -k).
 */
#ifndef ETL_MATCH_H
#define ETL_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "csv/csv.h"
#include "join/asof.h"
#include "opt.h"

/* Which records leave. */
struct match_kind {
	const char *name;
	/* a record of LEFT with each of RIGHT that has its key; else once, alone */
	bool pairs;
	bool with_match;  /* records of LEFT that have one */
	bool left_alone;  /* records of LEFT that have none */
	bool right_alone; /* records of RIGHT that have none */
};

/* Which sides must have each key once. */
struct match_rule {
	const char *name;
	bool left_once;
	bool right_once;
};

struct match_how {
	const struct csv_how *csv;
	const char *keys;   /* -k; NULL: all records have the same, with asof only */
	struct asof_how *asof; /* NULL: by key alone */
	const struct match_kind *kind;
	const struct match_rule *rule; /* --validate */
	const char *suffix; /* of RIGHT's names that LEFT has as well */
	const char *unpaired_left;  /* files for the records without a match; NULL: none */
	const char *unpaired_right;
	bool is_sorted;     /* both by their keys, then by their times (--sorted) */
	uint64_t memory;    /* that RIGHT may take */
	uint64_t jobs;      /* --jobs: of LEFT; 0: not given */
};

/* The kind of that name; NULL: there is none. */
const struct match_kind *match_kind(const char *name);
/* The rule of that name; NULL: there is none. */
const struct match_rule *match_rule(const char *name);

/*
 * Joins operands[0] with operands[1] and finishes the output.  Ends the program on errors, as
 * csv_read() does.
 */
void match(const struct match_how *how, char *const *operands);

#endif
