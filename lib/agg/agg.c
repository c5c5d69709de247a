#include "agg/agg.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "agg/inputs.h"
#include "decimal/double.h"

/* One aggregate that is asked for. */
struct asked {
	struct slot *slot;
	result *result;
	bool in_order;
	struct decimal parameter;
	struct slice separator;
	struct slice text[AGG_ROWS];
};

struct agg {
	struct table *group;
	struct memory memory;
	struct inputs inputs;
	size_t own; /* bytes of the caller's in a payload */
	struct slot *slot; /* states that several aggregates need stand there once */
	size_t slots;
	struct asked *asked;
	size_t count;
	struct arena texts; /* of the results */
	/* Of the rows that are added; is_one: all of them are of the group with the empty key. */
	bool is_one;
	struct slice key[VECTOR_ROWS];
	uint32_t number[VECTOR_ROWS];
	char *payload[VECTOR_ROWS];
};

/* p of quantile(x, p), exact as it is written. */
static bool
take_share(const struct program_aggregate *from, struct decimal *out, struct program_error *error)
{
	enum { DIGITS_MAX = 18 };
	const char *usage = from->function->usage;
	const struct vector *v = from->parameter;
	const struct decimal one = {1, 0};
	bool good = !vector_is_null(v, 0);
	if (good && v->type == VECTOR_REAL)
		good = double_to_decimal(v->real[0], out) == NUMBER_OK;
	else if (good)
		*out = vector_decimal(v, 0);
	if (!good || out->digits < 0 || decimal_order(*out, one) > 0)
		return program_fail(
			error, from->at, from->len, "%s: p is not within 0 and 1", usage);
	if (out->scale <= DIGITS_MAX)
		return true;
	return program_fail(error, from->at, from->len,
		"%s: p has more than %d digits behind the point", usage, DIGITS_MAX);
}

/* What stands behind the value: a share, or what is to stand between values. */
static bool
take_parameter(const struct program_aggregate *from, struct asked *asked,
	struct program_error *error)
{
	const struct vector *v = from->parameter;
	asked->separator = v != NULL && v->type == VECTOR_TEXT ? v->text[0] : slice_of(";");
	return v == NULL || v->type == VECTOR_TEXT || take_share(from, &asked->parameter, error);
}

/* The slot for a fold of this value: an earlier one that has it, or the next. */
static struct slot *
find_slot(struct agg *a, const struct fold *fold, const struct vector *value)
{
	for (size_t i = 0; i < a->slots; i++)
		if (a->slot[i].fold == fold && a->slot[i].value == value)
			return &a->slot[i];
	struct slot *s = &a->slot[a->slots++];
	*s = (struct slot){
		.fold = fold,
		.value = value,
		.memory = &a->memory,
		.values = fold->values != 0 ? table_new(fold->values) : NULL,
	};
	return s;
}

struct agg *
agg_new(const struct program *p, size_t own, struct program_error *error)
{
	struct agg *a = xcalloc(1, sizeof *a);
	const struct program_aggregate *from = program_aggregates(p, &a->count);
	a->slot = xcalloc(a->count, sizeof *a->slot);
	a->asked = xcalloc(a->count, sizeof *a->asked);
	for (size_t i = 0; i < a->count; i++) {
		const struct aggregate *aggregate = &aggregates[from[i].function->parameter];
		struct asked *asked = &a->asked[i];
		asked->slot = find_slot(a, aggregate->fold, from[i].value);
		asked->result = aggregate->result;
		asked->in_order = aggregate->in_order;
		if (take_parameter(&from[i], asked, error))
			continue;
		agg_free(a);
		return NULL;
	}
	size_t payload = (own + 7) & ~(size_t)7;
	a->own = own;
	for (size_t i = 0; i < a->slots; i++) {
		inputs_add(&a->inputs, a->slot[i].value);
		a->slot[i].offset = payload;
		payload += a->slot[i].fold->state;
	}
	a->group = table_new(payload);
	return a;
}

struct agg *
agg_new_beside(const struct agg *a, const struct program *p)
{
	struct program_error error;
	struct agg *beside = agg_new(p, a->own, &error);
	assert(beside != NULL);
	table_free(beside->group);
	beside->group = table_new_beside(a->group);
	return beside;
}

void
agg_free(struct agg *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < a->slots; i++) {
		table_free(a->slot[i].values);
		arena_clear(&a->slot[i].scratch);
	}
	table_free(a->group);
	inputs_clear(&a->inputs);
	arena_clear(&a->memory.arena);
	arena_clear(&a->texts);
	free(a->slot);
	free(a->asked);
	free(a);
}

/* Rows at a time: their groups stay in the first-level cache from the search to the last fold. */
enum { AT_ONCE = 128 };

static void
find_payloads(struct agg *a, size_t first, size_t rows)
{
	for (size_t i = first; i < first + rows; i++)
		a->payload[i] = table_payload(a->group, a->number[i]);
}

void
agg_add_none(struct agg *a)
{
	const struct slice empty = {"", 0};
	table_put(a->group, &empty, 1, a->number);
	for (size_t i = 1; i < VECTOR_ROWS; i++)
		a->number[i] = a->number[0];
	find_payloads(a, 0, VECTOR_ROWS);
}

static void
add_run(struct agg *a, const struct run *r)
{
	for (size_t i = 0; i < a->slots; i++)
		a->slot[i].fold->add(&a->slot[i], r);
}

void
agg_add(struct agg *a, const struct slice *key, const uint16_t *row, size_t rows)
{
	if (key == NULL) {
		if (!a->is_one)
			agg_add_none(a);
		a->is_one = true;
		add_run(a, &(struct run){row, rows, a->payload, a->number, true});
		return;
	}
	for (size_t at = 0; at < rows; at += AT_ONCE) {
		size_t count = rows - at < AT_ONCE ? rows - at : AT_ONCE;
		table_put(a->group, key + at, count, a->number + at);
		find_payloads(a, at, count);
		add_run(a, &(struct run){row + at, count, a->payload + at, a->number + at, false});
	}
}

void
agg_take_rows(struct agg *a, const struct agg *other)
{
	for (size_t i = 0; i < a->slots; i++)
		a->slot[i].value = other->slot[i].value;
}

bool
agg_only_counts(const struct agg *a)
{
	for (size_t i = 0; i < a->slots; i++)
		if (a->slot[i].fold != &fold_count || a->slot[i].value != NULL)
			return false;
	return true;
}

void
agg_count(struct agg *a, uint64_t records)
{
	agg_add(a, NULL, NULL, records);
}

/* The number of its key is known of each row. */
static void
add_numbered(struct agg *a, const uint16_t *row, size_t rows)
{
	for (size_t at = 0; at < rows; at += AT_ONCE) {
		size_t count = rows - at < AT_ONCE ? rows - at : AT_ONCE;
		find_payloads(a, at, count);
		add_run(a, &(struct run){row + at, count, a->payload + at, a->number + at, false});
	}
}

size_t
agg_add_known(struct agg *a, const struct slice *key, const uint16_t *row, size_t rows,
	uint16_t *left)
{
	uint16_t known[VECTOR_ROWS];
	size_t count = 0;
	size_t others = 0;
	table_find(a->group, key, rows, a->number);
	for (size_t i = 0; i < rows; i++) {
		if (a->number[i] == TABLE_NONE) {
			left[others++] = (uint16_t)i;
		} else {
			a->number[count] = a->number[i];
			known[count++] = row[i];
		}
	}
	add_numbered(a, known, count);
	return others;
}

void
agg_write_row(const struct agg *a, size_t row, struct buf *out)
{
	inputs_write(&a->inputs, row, out);
}

void
agg_read_rows(struct agg *a, const struct slice *bytes, size_t rows)
{
	inputs_restart(&a->inputs);
	for (size_t row = 0; row < rows; row++)
		inputs_read(&a->inputs, row, bytes[row]);
}

void
agg_take_back(struct agg *a, bool back)
{
	for (size_t i = 0; i < a->slots; i++) {
		const struct vector *value = a->slot[i].value;
		a->slot[i].value = back ? inputs_back(&a->inputs, value)
			: inputs_live(&a->inputs, value);
	}
}

size_t
agg_states(const struct agg *a)
{
	return a->slots;
}

size_t
agg_state_of(const struct agg *a, size_t i)
{
	size_t first = 0;
	while (a->asked[first].slot != &a->slot[i])
		first++;
	return first;
}

void
agg_write_state(const struct agg *a, uint32_t group, size_t i, struct buf *out)
{
	const struct slot *s = &a->slot[i];
	const char *payload = table_payload(a->group, group);
	size_t before = out->len;
	s->fold->write(s, payload + s->offset, out);
	/* The blank behind the last item. */
	out->len -= out->len != before;
}

static bool
read_state(struct agg *a, uint32_t group, size_t i, struct slice text)
{
	struct slot *s = &a->slot[i];
	char *payload = table_payload(a->group, group);
	return s->fold->read(s, group, payload + s->offset, &text) && text.len == 0;
}

bool
agg_read_states(struct agg *a, struct slice key, const struct slice *state, size_t *bad)
{
	uint32_t group;
	table_put(a->group, &key, 1, &group);
	for (*bad = 0; *bad < a->slots; ++*bad)
		if (!read_state(a, group, *bad, state[*bad]))
			return false;
	return true;
}

/* The caller's bytes, and the length and the text of each state. */
void
agg_write_group(const struct agg *a, uint32_t group, struct buf *out)
{
	buf_add(out, table_payload(a->group, group), a->own);
	for (size_t i = 0; i < a->slots; i++) {
		size_t len = 0;
		size_t at = out->len;
		buf_add(out, &len, sizeof len);
		agg_write_state(a, group, i, out);
		len = out->len - at - sizeof len;
		memcpy(out->at + at, &len, sizeof len);
	}
}

void
agg_read_group(struct agg *a, struct slice key, struct slice bytes)
{
	uint32_t group;
	table_put(a->group, &key, 1, &group);
	fold_take(&bytes, table_payload(a->group, group), a->own);
	for (size_t i = 0; i < a->slots; i++) {
		struct slice state = {0};
		fold_take(&bytes, &state.len, sizeof state.len);
		state.at = bytes.at;
		bytes.at += state.len;
		bytes.len -= state.len;
		bool good = read_state(a, group, i, state);
		assert(good);
		(void)good;
	}
}

const uint32_t *
agg_numbers(const struct agg *a)
{
	return a->number;
}

static void
merge_group(struct agg *a, uint32_t ours, const struct agg *from, uint32_t theirs)
{
	char *payload = table_payload(a->group, ours);
	const char *other = table_payload(from->group, theirs);
	for (size_t i = 0; i < a->slots; i++) {
		struct slot *s = &a->slot[i];
		s->fold->merge(&(struct meeting){
			.slot = s,
			.group = ours,
			.state = payload + s->offset,
			.from = &from->slot[i],
			.other = other + from->slot[i].offset,
		});
	}
}

void
agg_merge_groups(struct agg *a, const struct agg *from, uint32_t first, size_t count)
{
	for (size_t i = 0; i < count; i++)
		a->key[i] = table_key(from->group, first + (uint32_t)i);
	table_put(a->group, a->key, count, a->number);
	for (size_t i = 0; i < count; i++)
		merge_group(a, a->number[i], from, first + (uint32_t)i);
}

void
agg_merge(struct agg *a, const struct agg *from)
{
	uint32_t groups = table_count(from->group);
	for (uint32_t first = 0; first < groups; first += VECTOR_ROWS)
		agg_merge_groups(a, from, first,
			groups - first < VECTOR_ROWS ? groups - first : VECTOR_ROWS);
}

/* Values that are told apart by the numbers of their groups stay where these are. */
bool
agg_can_move(const struct agg *a)
{
	for (size_t i = 0; i < a->slots; i++)
		if (a->slot[i].values != NULL)
			return false;
	return true;
}

void
agg_take_over(struct agg *a, struct agg *const *from, size_t count,
	const struct table_place *order)
{
	struct table **group = xcalloc(count, sizeof *group);
	for (size_t i = 0; i < count; i++)
		group[i] = from[i]->group;
	table_take_over(a->group, group, count, order);
	free(group);
	for (size_t i = 0; i < count; i++) {
		memory_take_over(&a->memory, &from[i]->memory);
		agg_restart(from[i]);
	}
}

bool
agg_in_order(const struct agg *a)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->asked[i].in_order)
			return true;
	return false;
}

bool
agg_states_in_order(const struct agg *a)
{
	for (size_t i = 0; i < a->slots; i++)
		if (a->slot[i].fold->in_order)
			return true;
	return false;
}

bool
agg_has(const struct agg *a, struct slice key)
{
	uint32_t number;
	table_find(a->group, &key, 1, &number);
	return number != TABLE_NONE;
}

uint32_t
agg_groups(const struct agg *a)
{
	return table_count(a->group);
}

struct slice
agg_key(const struct agg *a, uint32_t group)
{
	return table_key(a->group, group);
}

void *
agg_own(const struct agg *a, uint32_t group)
{
	return table_payload(a->group, group);
}

size_t
agg_answer(struct agg *a, const uint32_t *group, size_t count, struct agg_fault *fault)
{
	size_t bad = 0; /* place in group[] of the first that has a fault */
	char *payload[AGG_ROWS];
	size_t faults = 0;
	arena_reset(&a->texts);
	for (size_t i = 0; i < count; i++)
		payload[i] = table_payload(a->group, group[i]);
	for (size_t i = 0; i < a->count; i++) {
		struct asked *asked = &a->asked[i];
		struct answer answer = {
			.slot = asked->slot,
			.parameter = asked->parameter,
			.separator = asked->separator,
			.group = payload,
			.groups = count,
			.text = asked->text,
			.arena = &a->texts,
		};
		asked->result(&answer);
		if (answer.faults != 0 && (faults == 0 || answer.bad < bad)) {
			bad = answer.bad;
			*fault = (struct agg_fault){i, group[bad], answer.reason};
		}
		faults += answer.faults;
	}
	return faults;
}

bool
agg_can_fail(const struct agg *a)
{
	return a->memory.can_fail;
}

struct slice
agg_text(const struct agg *a, size_t aggregate, size_t row)
{
	return a->asked[aggregate].text[row];
}

/* What is kept of all groups besides the table. */
static void
forget_kept(struct agg *a)
{
	a->is_one = false;
	arena_reset(&a->memory.arena);
	a->memory.bytes = 0;
	a->memory.spare = 0;
	a->memory.can_fail = false;
}

void
agg_empty(struct agg *a)
{
	forget_kept(a);
	table_empty(a->group);
	for (size_t i = 0; i < a->slots; i++)
		if (a->slot[i].values != NULL)
			table_empty(a->slot[i].values);
}

void
agg_restart(struct agg *a)
{
	forget_kept(a);
	table_restart(a->group);
	for (size_t i = 0; i < a->slots; i++)
		if (a->slot[i].values != NULL)
			table_restart(a->slot[i].values);
}

/* What the groups keep besides their states. */
static size_t
kept_bytes(const struct agg *a)
{
	size_t bytes = a->memory.bytes + a->memory.spare;
	for (size_t i = 0; i < a->slots; i++)
		if (a->slot[i].values != NULL)
			bytes += table_bytes(a->slot[i].values);
	return bytes;
}

size_t
agg_bytes(const struct agg *a)
{
	return table_bytes(a->group) + kept_bytes(a);
}

size_t
agg_bytes_with(const struct agg *a, const struct slice *key, size_t rows)
{
	return table_bytes_with(a->group, key, rows) + kept_bytes(a);
}

bool
agg_grows(const struct agg *a)
{
	return kept_bytes(a) != 0;
}
