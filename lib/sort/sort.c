#include "sort/sort.h"

#include "mem.h"
#include "out.h"
#include "sort/last.h"
#include "sort/merge.h"
#include "sort/pile.h"
#include "sort/run.h"

enum {
	MERGED_MAX = 64, /* runs at a time */
	PIECE_MIN = 8 * 1024,
	PIECE_MAX = 1024 * 1024,
	CHOSEN_MIN = 1024 /* records of which a few are worth choosing */
};

/* What of records in order is let through: of equal ones the first, and no more than the limit. */
struct sieve {
	const struct sort_how *how;
	struct last last;
	uint64_t passed;
};

struct sort {
	const struct sort_how *how;
	uint64_t memory;    /* for records */
	struct pile pile;
	struct pile chosen; /* the first of the pile, when they are chosen; else empty */
	struct last bound;  /* where so many as the limit are known: the last of them */
	struct out file; /* open where there are runs */
	struct run *run; /* in the order in which their records came */
	size_t runs;
	size_t runs_max;
	size_t largest; /* bytes of a record in a run */
	struct merge merge;
	bool is_merged; /* the records come from merge, not from the pile */
	size_t next;    /* record of the pile */
	struct sieve sieve;
};

static bool
is_full(const struct sieve *v)
{
	return v->passed == v->how->limit;
}

static bool
passes(struct sieve *v, const struct record *r)
{
	if (v->how->is_unique) {
		if (v->last.is_there && last_order(&v->last, r->key, r->tail) == 0)
			return false;
		last_keep(&v->last, r->key, r->tail);
	}
	v->passed++;
	return true;
}

struct sort *
sort_new(const struct sort_how *how)
{
	struct sort *s = xcalloc(1, sizeof *s);
	s->how = how;
	s->memory = how->limit != UINT64_MAX ? how->memory / 2 : how->memory;
	s->sieve.how = how;
	pile_init(&s->pile, s->memory);
	pile_init(&s->chosen, s->memory);
	return s;
}

static void
begin_run(struct sort *s)
{
	if (s->runs == s->runs_max) {
		s->runs_max = s->runs_max != 0 ? s->runs_max * 2 : MERGED_MAX;
		s->run = xrealloc(s->run, s->runs_max, sizeof *s->run);
	}
	if (s->runs == 0)
		out_open_spool(&s->file);
	out_flush(&s->file);
	s->run[s->runs].from = s->file.bytes;
}

static void
end_run(struct sort *s)
{
	out_flush(&s->file);
	s->run[s->runs++].to = s->file.bytes;
}

/* Sorts the pile, and gives what of it is let through, one by one; then empties it. */
static void
empty_pile(struct sort *s, void (*take)(struct sort *s, const struct record *r))
{
	struct sieve v = {.how = s->how};
	struct record r;
	pile_sort(&s->pile);
	for (size_t i = 0; i < s->pile.count && !is_full(&v); i++) {
		pile_read(&s->pile, i, &r);
		if (!passes(&v, &r))
			continue;
		take(s, &r);
		if (is_full(&v))
			last_keep(&s->bound, r.key, r.tail);
	}
	pile_empty(&s->pile);
	last_clear(&v.last);
}

static void
put_run(struct sort *s, const struct record *r)
{
	run_put(&s->file, r);
}

static void
spill(struct sort *s)
{
	begin_run(s);
	empty_pile(s, put_run);
	end_run(s);
}

static void
keep_chosen(struct sort *s, const struct record *r)
{
	pile_add(&s->chosen, r->key, r->tail, (struct slice){r->text.at, r->text.len - 1});
}

/* The first of the records are enough: they change places with all. */
static void
choose(struct sort *s)
{
	empty_pile(s, keep_chosen);
	struct pile all = s->pile;
	s->pile = s->chosen;
	s->chosen = all;
}

/* Are there so many records that the first of them are at most half? */
static bool
pays_to_choose(const struct sort *s)
{
	return s->pile.count >= CHOSEN_MIN && s->pile.count / 2 >= s->how->limit;
}

bool
sort_wants(const struct sort *s, uint64_t key, struct slice tail)
{
	return !s->bound.is_there || last_order(&s->bound, key, tail) > 0;
}

void
sort_add(struct sort *s, uint64_t key, struct slice tail, struct slice text)
{
	size_t size = tail.len + text.len + RECORD_KEY + RECORD_HEAD_MAX;
	if (size > s->largest)
		s->largest = size;
	if (pays_to_choose(s))
		choose(s);
	if (s->pile.count != 0 && pile_bytes(&s->pile, size) > s->memory)
		spill(s);
	pile_add(&s->pile, key, tail, text);
}

/* How many runs the budget lets be merged at once; the pile may still hold a half of it. */
static size_t
count_merged(const struct sort *s)
{
	uint64_t piece = s->largest > PIECE_MIN ? s->largest : PIECE_MIN;
	uint64_t count = s->memory / 2 / piece;
	return count < 2 ? 2 : count > MERGED_MAX ? MERGED_MAX : (size_t)count;
}

static size_t
piece_of(const struct sort *s, size_t count)
{
	uint64_t piece = s->memory / 2 / count;
	return piece < PIECE_MIN ? PIECE_MIN : piece > PIECE_MAX ? PIECE_MAX : (size_t)piece;
}

static void
open_merge(struct sort *s, size_t first, size_t count)
{
	merge_init(&s->merge, count + 1);
	for (size_t i = first; i < first + count; i++)
		merge_add_run(&s->merge, &s->file, s->run[i], piece_of(s, count));
}

/*
 * Makes one of neighbours, behind all others in the file, and gives the space that they had back.
 */
static void
join_runs(struct sort *s, size_t first, size_t count)
{
	struct sieve v = {.how = s->how};
	open_merge(s, first, count);
	begin_run(s);
	for (const struct record *r; !is_full(&v) && (r = merge_next(&s->merge)) != NULL;)
		if (passes(&v, r))
			run_put(&s->file, r);
	end_run(s);
	merge_clear(&s->merge);
	last_clear(&v.last);
	for (size_t i = first; i < first + count; i++)
		out_forget_spool(&s->file, s->run[i].from, s->run[i].to);
	s->run[first] = s->run[--s->runs];
	s->runs -= count - 1;
	for (size_t i = first + 1; i < s->runs; i++)
		s->run[i] = s->run[i + count - 1];
}

/* From left to right, again and again, and no more than is needed. */
static void
join_most(struct sort *s, size_t max)
{
	for (size_t at = 0; s->runs > max; at++) {
		if (at + 1 >= s->runs)
			at = 0;
		size_t count = s->runs - max + 1;
		if (count > max)
			count = max;
		if (count > s->runs - at)
			count = s->runs - at;
		join_runs(s, at, count);
	}
}

void
sort_finish(struct sort *s)
{
	if (s->runs == 0) {
		pile_sort(&s->pile);
		return;
	}
	size_t max = count_merged(s);
	/* The last records stay in memory where there is room for them beside the runs. */
	if (pile_bytes(&s->pile, 0) > s->memory / 2)
		spill(s);
	pile_sort(&s->pile);
	pile_trim(&s->pile);
	join_most(s, max);
	open_merge(s, 0, s->runs);
	merge_add_pile(&s->merge, &s->pile);
	s->is_merged = true;
}

static bool
next_record(struct sort *s, struct record *r)
{
	if (s->is_merged) {
		const struct record *next = merge_next(&s->merge);
		if (next != NULL)
			*r = *next;
		return next != NULL;
	}
	if (s->next == s->pile.count)
		return false;
	pile_read(&s->pile, s->next++, r);
	return true;
}

bool
sort_next(struct sort *s, struct slice *text)
{
	struct record r;
	while (!is_full(&s->sieve) && next_record(s, &r)) {
		if (!passes(&s->sieve, &r))
			continue;
		*text = r.text;
		return true;
	}
	return false;
}
