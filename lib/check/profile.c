#include "check/profile.h"

#include <stdlib.h>
#include <string.h>

#include "decimal/decimal.h"
#include "expr/vector.h"
#include "schema/schema.h"

const char *const profile_quantiles[PROFILE_QUANTILES] = {"0.05", "0.25", "0.5", "0.75", "0.95"};

static void
start(struct profile_fold *f, const struct fold *fold)
{
	f->state = xcalloc(1, fold->state);
	f->slot = (struct slot){.fold = fold, .memory = &f->memory};
}

static void
stop(struct profile_fold *f)
{
	free(f->state);
	f->state = NULL;
	arena_clear(&f->memory.arena);
	arena_clear(&f->slot.scratch);
}

void
profile_init(struct profile *p, const struct header *header, uint64_t memory)
{
	*p = (struct profile){.memory = memory / 2 / (header->count + 1)};
	infer_init(&p->infer, header, 0);
	p->numbers = vector_new(VECTOR_NUMBER, false);
	p->texts = vector_new(VECTOR_TEXT, false);
	p->column = xcalloc(header->count, sizeof *p->column);
	for (size_t i = 0; i < header->count; i++) {
		struct profile_column *c = &p->column[i];
		c->seen = table_new(sizeof(uint64_t));
		start(&c->total, &fold_total);
		start(&c->values, &fold_values);
		start(&c->least, &fold_least_text);
		start(&c->greatest, &fold_greatest_text);
	}
}

void
profile_clear(struct profile *p)
{
	for (size_t i = 0; i < p->infer.columns; i++) {
		struct profile_column *c = &p->column[i];
		table_free(c->seen);
		stop(&c->total);
		stop(&c->values);
		stop(&c->least);
		stop(&c->greatest);
	}
	vector_free(p->numbers);
	vector_free(p->texts);
	free(p->column);
	infer_clear(&p->infer);
}

static void
add(struct profile_fold *f, const struct vector *v, size_t count)
{
	uint16_t row[INFER_ROWS];
	char *group[INFER_ROWS];
	static const uint32_t number[INFER_ROWS];
	if (f->state == NULL)
		return;
	for (size_t i = 0; i < count; i++) {
		row[i] = (uint16_t)i;
		group[i] = f->state;
	}
	f->slot.value = v;
	f->slot.fold->add(&f->slot, &(struct run){.row = row,
					    .rows = count,
					    .group = group,
					    .number = number,
					    .is_one = true});
}

/* As long as the column has a type of numbers all of its values are some. */
static void
take_numbers(struct profile *p, struct profile_column *c, const struct slice *value, size_t count)
{
	vector_start(p->numbers);
	for (size_t i = 0; i < count; i++) {
		struct decimal d = {0, 0};
		int64_t digits;
		if (decimal_parse_short(value[i], &digits, &d.scale))
			d.digits = digits;
		else
			decimal_parse(value[i], &d);
		vector_put(p->numbers, i, d);
	}
	add(&c->total, p->numbers, count);
	add(&c->values, p->numbers, count);
	if (c->values.memory.bytes + c->values.memory.spare <= p->memory)
		return;
	c->is_crowded |= c->values.state != NULL;
	stop(&c->values);
}

static void
take_texts(struct profile *p, struct profile_column *c, const struct slice *value, size_t count)
{
	vector_start(p->texts);
	memcpy(p->texts->text, value, count * sizeof *value);
	add(&c->least, p->texts, count);
	add(&c->greatest, p->texts, count);
}

/* One after the other as long as there is memory: how they came in batches makes no difference. */
static void
fill(struct profile *p, struct profile_column *c, const struct slice *value, size_t count,
	uint32_t *number)
{
	table_find(c->seen, value, count, number);
	for (size_t i = 0; i < count; i++) {
		if (number[i] != TABLE_NONE)
			continue;
		table_find(c->seen, &value[i], 1, &number[i]);
		if (c->is_full || number[i] != TABLE_NONE)
			continue;
		c->is_full = table_count(c->seen) > 0 &&
			     table_bytes_with(c->seen, &value[i], 1) > p->memory;
		if (!c->is_full)
			table_put(c->seen, &value[i], 1, &number[i]);
	}
}

/* When there is no more memory those that are there are still counted. */
static void
tally(struct profile *p, struct profile_column *c, const struct slice *value, size_t count)
{
	uint32_t number[INFER_ROWS];
	if (c->is_full)
		table_find(c->seen, value, count, number);
	else if (table_bytes_with(c->seen, value, count) <= p->memory)
		table_put(c->seen, value, count, number);
	else
		fill(p, c, value, count, number);
	for (size_t i = 0; i < count; i++) {
		c->is_beyond |= number[i] == TABLE_NONE;
		if (number[i] != TABLE_NONE)
			++*(uint64_t *)table_payload(c->seen, number[i]);
	}
}

static bool
may_be_number(const struct infer_column *c)
{
	return (c->can & ((uint32_t)1 << INFER_INTEGER | (uint32_t)1 << INFER_NUMBER)) != 0;
}

void
profile_take(struct profile *p, const struct batch *b)
{
	struct slice value[INFER_ROWS];
	for (size_t first = 0; first < b->rows; first += INFER_ROWS) {
		size_t rows = b->rows - first < INFER_ROWS ? b->rows - first : INFER_ROWS;
		infer_reset(&p->infer);
		for (size_t i = 0; i < p->infer.columns; i++) {
			struct profile_column *c = &p->column[i];
			size_t count = infer_values(&p->infer, b, first, rows, i, value);
			tally(p, c, value, count);
			take_texts(p, c, value, count);
			if (may_be_number(&p->infer.column[i])) {
				take_numbers(p, c, value, count);
			} else {
				stop(&c->total);
				stop(&c->values);
			}
		}
	}
}

static struct slice
result_of(struct profile_fold *f, result *compute, const char *parameter, struct arena *arena)
{
	struct slice text = {"", 0};
	char *group = f->state;
	struct answer a = {
		.slot = &f->slot,
		.group = &group,
		.groups = 1,
		.text = &text,
		.arena = arena,
	};
	if (group == NULL)
		return text;
	decimal_parse(slice_of(parameter), &a.parameter);
	compute(&a);
	return text;
}

/*
 * Words that have turned out to be values.  Of one that has no place, some may have come when it
 * was a value already: how many is not known.
 */
static void
add_words(struct profile *p, struct profile_column *c, const uint64_t *words)
{
	for (size_t i = 0; words != NULL && i < INFER_WORDS; i++) {
		struct slice word = slice_of(infer_words[i]);
		uint32_t number;
		if (words[i] == 0)
			continue;
		take_texts(p, c, &word, 1);
		if (c->is_full)
			table_find(c->seen, &word, 1, &number);
		else
			table_put(c->seen, &word, 1, &number);
		c->is_beyond |= number == TABLE_NONE;
		if (number != TABLE_NONE)
			*(uint64_t *)table_payload(c->seen, number) += words[i];
	}
}

static void
find_tops(const struct profile_column *c, struct profile_answer *out)
{
	for (uint32_t i = 0; i < table_count(c->seen); i++) {
		uint64_t times = *(uint64_t *)table_payload(c->seen, i);
		size_t at = out->tops;
		while (at > 0 && out->times[at - 1] < times)
			at--;
		if (at == PROFILE_TOP)
			continue;
		out->tops += out->tops < PROFILE_TOP;
		for (size_t k = out->tops - 1; k > at; k--) {
			out->top[k] = out->top[k - 1];
			out->times[k] = out->times[k - 1];
		}
		out->top[at] = table_key(c->seen, i);
		out->times[at] = times;
	}
}

static struct slice
print(const struct infer *in, enum infer_form form, struct decimal place, struct arena *arena)
{
	char text[INFER_PRINT_MAX];
	size_t len = infer_print(in, form, place, text);
	return (struct slice){arena_keep(arena, text, len), len};
}

struct profile_answer
profile_answer(struct profile *p, size_t column, struct arena *arena)
{
	struct profile_column *c = &p->column[column];
	struct infer_column *i = &p->infer.column[column];
	struct profile_answer out = {.claim = infer_claim(&p->infer, column)};
	uint64_t words = 0;
	for (size_t k = 0; out.claim.has_words && k < INFER_WORDS; k++)
		words += i->words[k];
	if (!out.claim.has_words)
		add_words(p, c, i->words);
	out.values = i->values;
	out.missing = i->missing + words;
	out.distinct = table_count(c->seen);
	out.is_at_least = c->is_beyond;
	out.is_crowded = c->is_crowded && c->total.state != NULL;
	out.min_length = i->values != 0 ? i->min_length : 0;
	out.max_length = i->max_length;
	if (out.claim.has_bounds) {
		out.least = print(&p->infer, out.claim.form, i->low[out.claim.form], arena);
		out.greatest = print(&p->infer, out.claim.form, i->high[out.claim.form], arena);
	} else {
		out.least = result_of(&c->least, pick_result, "0", arena);
		out.greatest = result_of(&c->greatest, pick_result, "0", arena);
	}
	out.mean = result_of(&c->total, total_mean, "0", arena);
	for (size_t k = 0; k < PROFILE_QUANTILES; k++)
		out.quantile[k] =
			result_of(&c->values, values_quantile, profile_quantiles[k], arena);
	find_tops(c, &out);
	return out;
}
