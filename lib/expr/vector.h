/*
 * A vector: the values of one typed column for a run of at most VECTOR_ROWS rows, with a bit for
 * each null.
 *
 * Text has no nulls: the empty text is what null is there (etl-expr(7), NULL).  Numbers are exact
 * decimals in one of two layouts: digits[] with one scale for all, which most columns are, or
 * wide[] with any.
 */
#ifndef ETL_VECTOR_H
#define ETL_VECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "date/date.h"
#include "decimal/decimal.h"
#include "slice.h"

/* So many rows of sixteen bytes stay in the first-level cache beside two more such columns. */
enum { VECTOR_ROWS = 1024 };

enum vector_type {
	VECTOR_NULL,
	VECTOR_TEXT,
	VECTOR_NUMBER,
	VECTOR_REAL,
	VECTOR_TRUTH,
	VECTOR_TIME,
	/* One constant, an argument and never a result: */
	VECTOR_REGEX,
	VECTOR_FORMAT,
	VECTOR_ZONE,
	VECTOR_PATH
};

struct date_format;
struct json_path;
struct regex;
struct zone;

struct vector {
	enum vector_type type;
	bool has_null;  /* false: no bit of null[] is set */
	bool is_wide;   /* numbers are in wide[], not in digits[] */
	bool has_scale; /* vector_put() has seen a number: the next has to have its scale */
	int32_t scale;  /* of all digits[] */
	size_t mask;    /* all ones, or 0 for one value that stands for all rows */
	union {
		void *cell;
		struct slice *text;
		int64_t *digits;
		double *real;
		uint8_t *truth; /* 0 or 1 */
		struct moment *time;
		struct regex **regex;
		struct date_format **format;
		struct zone **zone;
		struct json_path **path;
	};
	struct decimal *wide; /* NULL until vector_widen() */
	uint64_t null[VECTOR_ROWS / 64];
};

/*
 * A new vector for VECTOR_ROWS values or, for a constant, one.  The values are not set, none is
 * null.
 */
struct vector *vector_new(enum vector_type type, bool constant);
void vector_free(struct vector *v);

/* Makes ready for new values of all rows: no nulls, and for numbers digits[] with scale 0. */
void vector_start(struct vector *v);
/* Changes to wide[], and brings there what is in digits[]. */
void vector_widen(struct vector *v);
/* Makes every value null. */
void vector_set_all_null(struct vector *v);
/*
 * Makes null in v what is null in of: whole words at a time, so also of rows that nobody asked
 * for.
 */
void vector_add_nulls(struct vector *v, const struct vector *of);

/* Where row's value is. */
static inline size_t
vector_at(const struct vector *v, size_t row)
{
	return row & v->mask;
}

static inline bool
vector_is_null(const struct vector *v, size_t row)
{
	size_t i = row & v->mask;
	return v->has_null && (v->null[i / 64] >> i % 64 & 1) != 0;
}

/* Null as text, as number and so on: the empty text counts. */
static inline bool
vector_is_empty(const struct vector *v, size_t row)
{
	return v->type == VECTOR_TEXT ? v->text[row & v->mask].len == 0 : vector_is_null(v, row);
}

static inline void
vector_set_bit(struct vector *v, size_t row)
{
	v->null[row / 64] |= (uint64_t)1 << row % 64;
	v->has_null = true;
}

/* A number of either layout. */
static inline struct decimal
vector_decimal(const struct vector *v, size_t row)
{
	size_t i = row & v->mask;
	return v->is_wide ? v->wide[i] : (struct decimal){v->digits[i], v->scale};
}

/* Stores a number, in digits[] as long as all numbers stored since vector_start() fit. */
static inline void
vector_put(struct vector *v, size_t row, struct decimal d)
{
	size_t i = row & v->mask;
	if (!v->is_wide) {
		if (!v->has_scale)
			v->scale = d.scale;
		v->has_scale = true;
		if (d.digits == (int64_t)d.digits && d.scale == v->scale) {
			v->digits[i] = (int64_t)d.digits;
			return;
		}
		vector_widen(v);
	}
	v->wide[i] = d;
}

/*
 * Makes one value null; the cell gets the empty text, 0 or false, so that no kernel meets
 * rubbish.
 */
void vector_set_null(struct vector *v, size_t row);

/*
 * Copies row's value, which may be null, from a vector of the same type; digits must have the
 * same scale.
 */
static inline void
vector_copy(struct vector *v, size_t row, const struct vector *from)
{
	size_t i = row & from->mask;
	if (vector_is_null(from, row))
		vector_set_null(v, row);
	else if (v->type == VECTOR_TEXT)
		v->text[row] = from->text[i];
	else if (v->type == VECTOR_REAL)
		v->real[row] = from->real[i];
	else if (v->type == VECTOR_TIME)
		v->time[row] = from->time[i];
	else if (v->type != VECTOR_NUMBER)
		v->truth[row] = from->truth[i];
	else if (v->is_wide)
		v->wide[row] = vector_decimal(from, row);
	else
		v->digits[row] = from->digits[i];
}

#endif
