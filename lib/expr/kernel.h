/*
 * What kernels share: the call they answer, its rows, faults, and room for the text they make.
 */
#ifndef ETL_EXPR_KERNEL_H
#define ETL_EXPR_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/batch.h"
#include "decimal/decimal.h"
#include "expr/functions.h"
#include "expr/kept.h"
#include "mem.h"
#include "expr/vector.h"

#define FAULT_NO_COLUMN SIZE_MAX

/* Why a row has no value. */
struct program_fault {
	size_t row;           /* of the batch */
	size_t column;        /* whose field could not be read, or FAULT_NO_COLUMN */
	struct slice text;    /* the expression at fault, as the program writes it */
	const char *reason;   /* "not a number" */
	struct slice culprit; /* at is NULL: there is none to show */
};

/* Rows that a kernel works on: at[count], or 0 .. count - 1 where at is NULL. */
struct rows {
	size_t count;
	const uint16_t *at;
};

/* The state of one run over some rows of one batch. */
struct evaluation {
	const struct batch *batch; /* NULL while constants are computed */
	size_t first;              /* row of the batch that row 0 of the vectors is */
	size_t rows;
	bool floats;
	struct arena arena; /* values of this run */
	char *room;
	size_t room_left;
	struct program_fault *fault;
	size_t faults;
	size_t fault_room;
	uint64_t faulty[VECTOR_ROWS / 64];
	/* of each row: memory of its group, for what kernels across rows keep */
	void *const *group;
	struct keeper keeper;
	const void *own; /* what the program's own functions work with */
};

struct call {
	struct evaluation *e;
	const struct function *function;
	struct vector *out; /* none of arg; started: no nulls */
	struct vector *const *arg;
	size_t args;
	struct rows rows;
	size_t column; /* for faults */
	struct slice text;
	size_t place; /* of a kernel across rows: which struct kept of the group is its own */
};

static inline size_t
row_at(const struct rows *rows, size_t i)
{
	return rows->at != NULL ? rows->at[i] : i;
}

/* The text that an argument is in a row. */
static inline struct slice
call_text(const struct call *c, size_t arg, size_t row)
{
	return c->arg[arg]->text[vector_at(c->arg[arg], row)];
}

/* Makes the row's result null and notes the reason, unless the row has a fault already. */
void call_fault(struct call *c, size_t row, const char *reason, struct slice culprit);
/* The same for a fault of number.h. */
void call_number_fault(struct call *c, size_t row, enum number_fault fault, struct slice culprit);

/* Makes the result null where an argument is. */
void call_nulls(struct call *c);

/* Returns need bytes, of which call_use() takes the first ones; valid until the next run. */
char *call_room_more(struct call *c, size_t need);

static inline char *
call_room(struct call *c, size_t need)
{
	return need <= c->e->room_left ? c->e->room : call_room_more(c, need);
}

static inline struct slice
call_use(struct call *c, size_t len)
{
	struct slice made = {c->e->room, len};
	c->e->room += len;
	c->e->room_left -= len;
	return made;
}

/* What brings the digits of v to a scale that is not lower; 0 if no 63 bits hold that. */
int64_t kernel_factor(const struct vector *v, int32_t scale);

static const struct slice no_culprit = {NULL, 0};
static const struct slice no_text = {"", 0};

static const char fault_crossed[] = "the lower limit is above the higher";
static const char fault_bin[] = "width of a bin is not above 0";

/* convert.c: between text and values; what a cell is read as */
kernel convert_number, convert_real, convert_widen, convert_whole;
kernel convert_print_number, convert_print_real, convert_print_truth;
kernel convert_is_number;

/* compare.c: parameter is a set of enum order bits */
enum { ORDER_LESS, ORDER_SAME, ORDER_MORE, ORDER_ONE_NULL, ORDER_BOTH_NULL };
enum {
	ACCEPT_SAME = 1 << ORDER_SAME | 1 << ORDER_BOTH_NULL,
	ACCEPT_OTHER = 1 << ORDER_LESS | 1 << ORDER_MORE | 1 << ORDER_ONE_NULL,
	ACCEPT_LESS = 1 << ORDER_LESS,
	ACCEPT_LESS_SAME = 1 << ORDER_LESS | 1 << ORDER_SAME,
	ACCEPT_MORE = 1 << ORDER_MORE,
	ACCEPT_MORE_SAME = 1 << ORDER_MORE | 1 << ORDER_SAME
};
kernel compare, compare_between, compare_in, compare_null_if, compare_extreme;

/* logic.c */
kernel logic_not, logic_and, logic_or, logic_choose, logic_coalesce, logic_is_null;

/* math.c; rounding makes decimals of doubles too, parameter is an enum decimal_rounding */
kernel math_add, math_subtract, math_multiply, math_divide, math_modulo, math_negate, math_absolute;
kernel math_round, math_round_real, math_bin, math_clamp;

/* real.c: the same on doubles, and what only doubles have */
kernel real_add, real_subtract, real_multiply, real_divide, real_modulo, real_negate, real_absolute;
kernel real_bin, real_clamp, real_rescale, real_power;
kernel real_root, real_logarithm, real_exponential;

/* text.c */
enum { TEXT_LEFT = 1, TEXT_RIGHT = 2 };
kernel text_trim, text_substr, text_length, text_replace, text_split_part, text_pad, text_concat;
kernel text_contains, text_starts_with, text_ends_with, text_mask;

/* match.c: regular expressions; parameter of match_test is whether a match is wanted */
kernel match_test, match_extract, match_replace;

#define MATCH_DOLLAR SIZE_MAX

/*
 * The reference that template begins with, its first byte being $: returns its bytes, with the
 * group that it stands for, or MATCH_DOLLAR for $$; 0 if it is none.
 */
size_t match_reference(struct slice template, size_t *group);

/* time.c: parameter of time_part is an enum time_part */
enum time_part {
	TIME_YEAR,
	TIME_MONTH,
	TIME_DAY,
	TIME_HOUR,
	TIME_MINUTE,
	TIME_SECOND,
	TIME_WEEKDAY
};
kernel time_read, time_read_format, time_read_zone, time_print, time_print_format, time_print_zone;
kernel time_part, time_epoch;
kernel time_trunc, time_add, time_difference;

/* case.c: parameter is whether to upper case */
kernel case_change;

/* json.c */
kernel json_value;

/* row.c: what the row itself is */
kernel row_number, row_line, row_file;

/* across.c: over the rows of a group, all of them, in order */
enum { PREV_MAX = 1000000 }; /* records to go back */
kernel across_prev, across_delta, across_cumsum, across_fill_down, across_rank;

#endif
