/*
 * Expressions (etl-expr(7)): a program text is compiled once, against the names of the columns,
 * and run over the batches of a stream, at most VECTOR_ROWS rows at a time.
 *
 *	lex.c: text to tokens    parse.c: tree             types.c: typed tree
 *	summary.c: aggregates        emit.c: vector operations
 *	eval.c: a loop over rows for each
 *
 * The functions themselves are the table of functions.c and the kernels.
 */
#ifndef ETL_EXPR_PROGRAM_H
#define ETL_EXPR_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/batch.h"
#include "csv/columns.h"
#include "expr/kernel.h"
#include "expr/lex.h"
#include "mem.h"
#include "slice.h"
#include "expr/vector.h"

enum program_kind {
	PROGRAM_CONDITION,   /* one expression: etl-filter */
	PROGRAM_ASSIGNMENTS, /* name = expression; ...: etl-map */
	PROGRAM_AGGREGATES   /* [name =] aggregate(expression, ...); ...: etl-agg */
};

#define PROGRAM_NONE SIZE_MAX

/* A variable of -v, used as @name. */
struct program_variable {
	struct slice name;
	struct slice value;
};

/* What a schema says of a column; {0}: nothing. */
struct program_said {
	enum vector_type type; /* as what it is compared; VECTOR_NULL: as it is used */
	/*
	 * The member by which its values are not as we read them, and what to write around the
	 * column that they are; NULL: they are, or are no numbers and times.
	 */
	const char *form;
	const char *before;
	const char *behind;
	const struct slice *missing; /* values that are null besides the empty one */
	size_t missings;
};

/* What a program is compiled against.  {0} knows no column. */
struct program_setting {
	struct header header;
	const struct program_said *said; /* of each column; NULL: there is no schema */
	const struct program_variable *variable;
	size_t variables;
	bool floats;   /* numbers are doubles throughout */
	bool comments; /* the text is from a file: # begins a comment */
	bool as_text;  /* results are wanted as text, printed */
	/* a record with a fault is left out: functions across rows must not see it */
	bool drops;
	const struct function *aggregates; /* of PROGRAM_AGGREGATES: a table like functions[] */
	struct function_set own; /* the program's own functions */
	int64_t now;   /* of now(), in seconds; 0: the clock is asked */
	bool is_open;  /* no header is known: every name is a column, and there will be no rows */
};

/* Where an assignment goes. */
struct program_target {
	struct slice name;
	size_t replaces; /* index of the column, or PROGRAM_NONE: a new one behind the others */
	size_t copies;   /* a plain column, which can be passed on verbatim, or PROGRAM_NONE */
	enum vector_type type; /* what it was before it was printed */
};

/* An aggregate that is asked for. */
struct program_aggregate {
	struct slice name; /* of what it gives; made of the call where the program has none */
	const struct function *function;
	const struct vector *value;     /* of the last run, a constant too; NULL: it takes none */
	const struct vector *parameter; /* a constant, behind the value; NULL: it takes none */
	size_t at; /* offset and bytes in the program text */
	size_t len;
};

struct program;

/*
 * Is the text a program by its form?  What the names in it stand for is not looked at.  false with
 * *error filled, as program_compile() does.
 */
bool program_check(struct slice text, enum program_kind kind, bool comments,
	struct program_error *error);

/*
 * Compiles a text, of which a copy is kept; header and variables are needed only during the call.
 * Returns NULL with *error filled, which the caller clears in any case: {0} before.
 */
struct program *program_compile(struct slice text, enum program_kind kind,
	const struct program_setting *setting, struct program_error *error);
void program_free(struct program *p);

/*
 * The targets in order of their first assignment; only assignments have them.  Valid as long as p.
 */
const struct program_target *program_targets(const struct program *p, size_t *count);
/*
 * The aggregates in the order of the program; only aggregates have them.  Values that are computed
 * in the same way are one vector.  Valid as long as p.
 */
const struct program_aggregate *program_aggregates(const struct program *p, size_t *count);

/*
 * The values that a schema says are missing in column number i of those that the program reads, in
 * the order in which it does so, which is the same for one text whatever columns there are besides.
 * Returns false behind the last one.  Valid as long as p.
 */
struct program_missing {
	const struct slice *at;
	size_t count;
};
bool program_missing(const struct program *p, size_t i, struct program_missing *out);

/* Is there nothing to compute: no program_run() would do or find anything? */
bool program_is_idle(const struct program *p);

/*
 * Computes rows first .. first + rows - 1 of a batch; rows is at most VECTOR_ROWS.  Returns how
 * many of them have a fault: program_faults() has the first fault of each, by row, and what it
 * touched is null.
 * A program with functions across rows is run over every row once, in order, and may stop before
 * the last one: program_rows() says how many have been computed.
 */
size_t program_run(struct program *p, const struct batch *b, size_t first, size_t rows);
size_t program_rows(const struct program *p);
const struct program_fault *program_faults(const struct program *p);

/*
 * The value of a target, or the condition (number 0), row 0 being the first one of the last run;
 * index it by vector_at().  Valid until the next run, and as long as the batch.  NULL where
 * results are wanted as text and the target copies a column.
 */
const struct vector *program_result(const struct program *p, size_t target);

/*
 * Functions across rows keep what they need of a group of records in memory of the caller's:
 * program_group_size() bytes for each group, aligned to 16, zeros at first; 0 bytes if the program
 * has no such function.  group[row] is that memory for each row of the runs to come, and is
 * borrowed until it is set again.  Where it was never set, all records are one group.
 */
size_t program_group_size(const struct program *p);
void program_set_groups(struct program *p, void *const *group);
/* What is kept of so many groups besides, in bytes. */
uint64_t program_kept_bytes(const struct program *p, uint64_t groups);

/* Is the condition true (and not null) for this row of the last run? */
static inline bool
program_accepts(const struct vector *condition, size_t row)
{
	return condition->truth[vector_at(condition, row)] != 0 && !vector_is_null(condition, row);
}

/* Appends the operations, one a line. */
void program_explain(const struct program *p, struct buf *out);

/*
 * Appends the line of the program text that an error is in and, below, a caret: for messages.
 * Both end with LF.
 */
void program_show(struct slice text, const struct program_error *error, struct buf *out);

#endif
