/* Results of groups as text. */
#include "agg/fold.h"

#include <math.h>

#include "decimal/double.h"
#include "number.h"

void
answer_null(struct answer *a, size_t i)
{
	a->text[i] = (struct slice){"", 0};
}

void
answer_text(struct answer *a, size_t i, struct slice text)
{
	a->text[i] = text;
}

void
answer_count(struct answer *a, size_t i, uint64_t n)
{
	char *at = arena_take(a->arena, INTEGER_PRINT_MAX);
	a->text[i] = (struct slice){at, uint64_print(at, n)};
}

void
answer_decimal(struct answer *a, size_t i, struct decimal d)
{
	char text[DECIMAL_PRINT_MAX];
	size_t len = decimal_print(text, d);
	a->text[i] = (struct slice){arena_keep(a->arena, text, len), len};
}

void
answer_real(struct answer *a, size_t i, double x)
{
	if (!isfinite(x)) {
		answer_fault(a, i, NUMBER_DOMAIN);
		return;
	}
	char *at = arena_take(a->arena, DOUBLE_PRINT_MAX);
	a->text[i] = (struct slice){at, double_print(at, x)};
}

void
answer_fault(struct answer *a, size_t i, enum number_fault fault)
{
	answer_null(a, i);
	if (a->faults++ != 0)
		return;
	a->bad = i;
	a->reason = number_fault_text(fault);
}
