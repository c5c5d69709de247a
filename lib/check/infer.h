/*
 * What the values of columns have in common, over all of them: the narrowest type and format that
 * holds each as it is written, bounds, lengths, whether they differ.  What is claimed is what rules
 * (rule.h) take of a schema that says so.
 */
#ifndef ETL_CHECK_INFER_H
#define ETL_CHECK_INFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/rule.h"
#include "csv/batch.h"
#include "csv/columns.h"
#include "decimal/decimal.h"
#include "mem.h"
#include "slice.h"
#include "table/table.h"

/* The words that may stand for no value. */
enum { INFER_WORDS = 12 };
extern const char *const infer_words[INFER_WORDS];

/* What a column may be, as long as no value says no: the first that is left is what it is. */
enum infer_form {
	INFER_INTEGER, /* of 64 bits, exactly as we print it */
	INFER_NUMBER,  /* likewise a decimal of at most 38 digits */
	INFER_BOOLEAN, /* true and false */
	INFER_BOOLEAN_TITLE,
	INFER_BOOLEAN_UPPER,
	INFER_DATES,        /* from here on, by infer_format() */
	INFER_NUMERAL = 30, /* a number, but not as we write it: no type, told to people */
	INFER_FORMS,
	INFER_STRING = INFER_FORMS
};

/* The first value that is not of a form. */
struct infer_end {
	const char *file;
	uint64_t line;
	struct slice value; /* the beginning of it, as much as is shown */
	bool is_first;      /* the column had no value before */
};

struct infer_column {
	uint32_t can; /* a bit for each form that holds all values so far */
	const struct infer_end *end[INFER_FORMS]; /* NULL: none so far */
	const struct infer_end
		*last; /* of the last form that was left, last_form; NULL: one is left */
	enum infer_form last_form;
	struct decimal low[INFER_FORMS], high[INFER_FORMS]; /* of those that have an order */
	uint64_t values;                                    /* that are there */
	uint64_t missing;                                   /* empty ones */
	uint64_t *words; /* how often each has come that may stand for no value; NULL: none has */
	const struct infer_end *word; /* the first of them */
	size_t min_length, max_length;
	struct table *seen; /* the different values, words apart; NULL: too many to be kept */
	bool is_repeated;
	bool is_beyond; /* they differed as long as there was memory for them */
};

struct infer {
	struct infer_column *column;
	size_t columns;
	struct rule *rule; /* of the forms from INFER_DATES on */
	size_t rules;
	uint64_t memory; /* for the values of a column */
	struct arena kept;
	struct arena made; /* of some rows */
	const struct batch *batch;
};

/* memory: for the different values of all columns. */
void infer_init(struct infer *in, const struct header *header, uint64_t memory);
void infer_clear(struct infer *in);

void infer_take(struct infer *in, const struct batch *b);

/*
 * What infer_take() does with one column of some rows, at most INFER_ROWS, but that it keeps no
 * values: those that are there, words apart, are in value[] then.  Returns how many; they are valid
 * until the batch or infer_reset().
 */
enum { INFER_ROWS = 1024 };
size_t infer_values(struct infer *in, const struct batch *b, size_t first, size_t rows,
	size_t column, struct slice *value);
/* Before the next rows. */
void infer_reset(struct infer *in);

/* What is claimed of a column. */
struct infer_claim {
	enum infer_form form; /* INFER_STRING where none else is left */
	enum schema_kind kind;
	const char *format; /* NULL: the default */
	bool is_ambiguous;  /* two formats read each value as another time: it is a string */
	bool has_words;     /* words stand for no value */
	bool is_required;
	bool is_unique;
	bool has_enum; /* seen holds all values, few of them */
	bool has_bounds, has_lengths;
};

/* At the end, once for each column. */
struct infer_claim infer_claim(struct infer *in, size_t column);

/* What a value of the form is: "an integer". */
const char *infer_form_name(enum infer_form form);

/* A bound as it stands in a schema: a number, or a time of the form; returns its length, no NUL. */
enum { INFER_PRINT_MAX = 160 };
size_t infer_print(const struct infer *in, enum infer_form form, struct decimal place,
	char out[INFER_PRINT_MAX]);

#endif
