#include "check/profile-out.h"

#include "msg.h"
#include "number.h"

static const char *const names[] = {"column", "type", "format", "count", "null", "distinct",
	"distinct_is", "min", "max", "mean", "p05", "p25", "p50", "p75", "p95", "min_length",
	"max_length", "top1", "top1_count", "top2", "top2_count", "top3", "top3_count"};

static void
put(struct csv_out *out, const char *text)
{
	csv_put_value(out, slice_of(text));
}

static void
put_count(struct csv_out *out, uint64_t n)
{
	char text[INTEGER_PRINT_MAX];
	csv_put_value(out, (struct slice){text, uint64_print(text, n)});
}

static void
put_column(struct csv_out *out, struct slice name, const struct profile_answer *a)
{
	csv_put_value(out, name);
	put(out, schema_kind_name(a->claim.kind));
	put(out, a->claim.format != NULL ? a->claim.format : "");
	put_count(out, a->values);
	put_count(out, a->missing);
	put_count(out, a->distinct);
	put(out, a->is_at_least ? "at least" : "exact");
	csv_put_value(out, a->least);
	csv_put_value(out, a->greatest);
	csv_put_value(out, a->mean);
	for (size_t i = 0; i < PROFILE_QUANTILES; i++)
		csv_put_value(out, a->quantile[i]);
	put_count(out, a->min_length);
	put_count(out, a->max_length);
	for (size_t i = 0; i < PROFILE_TOP; i++) {
		csv_put_value(out, i < a->tops ? a->top[i] : (struct slice){"", 0});
		if (i < a->tops)
			put_count(out, a->times[i]);
		else
			put(out, "");
	}
	csv_put_end(out);
}

void
profile_out(struct profile *p, const struct header *header, struct csv_out *out, bool with_header)
{
	struct arena arena = {0};
	out->columns = sizeof names / sizeof *names;
	csv_source(out, NULL);
	for (size_t i = 0; with_header && i < out->columns; i++)
		put(out, names[i]);
	if (with_header)
		csv_put_header_end(out);
	for (size_t i = 0; i < header->count; i++) {
		char text[SHOWN_MAX];
		struct slice name = header->name[i];
		struct profile_answer a = profile_answer(p, i, &arena);
		put_column(out, name, &a);
		if (a.is_crowded)
			warn("column '%s': more values than there is memory for (--memory): no "
			     "quantiles",
				shown(text, name.at, name.len));
		arena_reset(&arena);
	}
	arena_clear(&arena);
}
