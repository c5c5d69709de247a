/*
 * What has changed from one schema to another.
 */
#ifndef ETL_CHECK_DRIFT_H
#define ETL_CHECK_DRIFT_H

#include <stdbool.h>
#include <stddef.h>

#include "check/rule.h"
#include "mem.h"
#include "schema/schema.h"
#include "slice.h"

enum drift_change {
	DRIFT_ADDED,
	DRIFT_REMOVED,
	DRIFT_MOVED,
	DRIFT_WIDER,    /* what fitted fits */
	DRIFT_NARROWER, /* what fits now fitted */
	DRIFT_CHANGED   /* neither, or nobody can say */
};

struct drift_item {
	struct slice field; /* empty: the schema as a whole */
	enum drift_change change;
	const char *what; /* "field", "type", "maximum", "primaryKey" */
	struct slice before, after;
};

struct drift {
	struct drift_item *item;
	size_t count;
};

/* A schema, and the rules that its fields are. */
struct drift_side {
	const struct schema *schema;
	struct rule *rule;
};

/* The rules are in the arena but for what drift_side_clear() frees; false as rule_init(). */
bool drift_side_init(
	struct drift_side *side, const struct schema *schema, struct arena *arena, struct buf *why);
void drift_side_clear(struct drift_side *side);

/*
 * Finds what has changed: field by field as they are in the new schema, then those that it has no
 * more, then the schema as a whole.  Texts are in the arena or in the schemas; drift_clear() frees
 * the rest.
 */
void drift_find(struct drift *d, const struct drift_side *before, const struct drift_side *after,
	struct arena *arena);
void drift_clear(struct drift *d);

/* One word. */
const char *drift_change_name(enum drift_change change);

#endif
