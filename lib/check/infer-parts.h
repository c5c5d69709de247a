/*
 * What watching the values of a column shares with claiming what they have in common.
 */
#ifndef ETL_CHECK_INFER_PARTS_H
#define ETL_CHECK_INFER_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/infer.h"
#include "schema/schema.h"

enum {
	INFER_ENUM_MAX = 20, /* a set of values is claimed where there are no more */
	INFER_NANOS = 1000000000,
	INFER_RULES = 21
};

/* What a form from INFER_DATES on is in a schema. */
struct infer_rule {
	enum schema_kind kind;
	const char *format; /* NULL: the default */
	int pair;           /* two of one pair read each other's values otherwise; 0: none */
};

extern const struct infer_rule infer_rules[INFER_RULES];
_Static_assert((int)INFER_DATES + (int)INFER_RULES <= (int)INFER_NUMERAL, "a bit for each form");

static inline const struct infer_rule *
infer_rule(unsigned form)
{
	return &infer_rules[form - INFER_DATES];
}

static inline uint32_t
infer_bit(unsigned form)
{
	return (uint32_t)1 << form;
}

/* Do values of the form have an order? */
static inline bool
infer_has_order(unsigned form)
{
	if (form <= INFER_NUMBER)
		return true;
	return form >= INFER_DATES && form < INFER_NUMERAL &&
	       infer_rule(form)->kind != SCHEMA_IS_STRING;
}

/* A value of the column has so many characters. */
static inline void
infer_length(struct infer_column *c, size_t length)
{
	c->min_length = length < c->min_length ? length : c->min_length;
	c->max_length = length > c->max_length ? length : c->max_length;
}

#endif
