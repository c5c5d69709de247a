#include "join/pairs.h"

#include <stdint.h>
#include <string.h>

#include "msg.h"

/* One item of the list, as it is and as each side reads it. */
struct item {
	struct slice whole;
	struct slice left;
	struct slice right;
};

static bool
has_name(const struct header *header, struct slice name)
{
	for (size_t i = 0; i < header->count; i++)
		if (slice_same(header->name[i], name))
			return true;
	return header->count == 0;
}

static bool
is_pair(const struct item *item)
{
	return item->left.len != item->whole.len;
}

static struct item
split(struct slice whole, const struct header *left, const struct header *right)
{
	size_t equals = columns_find_equals(whole);
	if (equals == whole.len || (has_name(left, whole) && has_name(right, whole)))
		return (struct item){whole, whole, whole};
	return (struct item){
		.whole = whole,
		.left = {whole.at, equals},
		.right = {whole.at + equals + 1, whole.len - equals - 1},
	};
}

static bool
fail(const char *reason, struct slice item, struct buf *why)
{
	char text[SHOWN_MAX];
	buf_format(why, "%s: '%s'", reason, shown(text, item.at, item.len));
	return false;
}

/* The items, and in list[] what each side is to choose from its header. */
static bool
read_items(const char *text, const struct header *left, const struct header *right,
	struct item *item, struct buf list[2], struct buf *why)
{
	for (struct item *i = item;; i++) {
		size_t len = columns_item_len(text);
		*i = split((struct slice){text, len}, left, right);
		if (is_pair(i) && (i->left.len == 0 || i->right.len == 0))
			return fail("a name is missing beside the '='", i->whole, why);
		buf_add(&list[0], i->left.at, i->left.len);
		buf_add(&list[1], i->right.at, i->right.len);
		char behind = text[len] != '\0' ? ',' : '\0';
		buf_byte(&list[0], behind);
		buf_byte(&list[1], behind);
		if (behind == '\0')
			return true;
		text += len + 1;
	}
}

static bool
choose(struct columns *out, const char *list, unsigned forms, const struct pairs_side *side,
	struct arena *arena, struct buf *why)
{
	*out = (struct columns){0};
	if (side->header->count == 0)
		return true;
	struct buf reason = {0};
	bool good = columns_parse(out, list, side->header, forms, arena, &reason);
	if (!good)
		buf_format(why, "%s: %.*s", side->input, (int)reason.len, reason.at);
	buf_clear(&reason);
	return good;
}

static size_t
count_of(const struct columns *columns, size_t item)
{
	size_t count = 0;
	for (size_t i = 0; i < columns->count; i++)
		count += columns->at[i].item == item;
	return count;
}

/* The first item that has more columns on one side than on the other; SIZE_MAX: there is none. */
static size_t
find_uneven(const struct pairs *p)
{
	for (size_t i = 0; i < p->left.count || i < p->right.count; i++) {
		size_t a = i < p->left.count ? p->left.at[i].item : SIZE_MAX;
		size_t b = i < p->right.count ? p->right.at[i].item : SIZE_MAX;
		if (a != b)
			return a < b ? a : b;
	}
	return SIZE_MAX;
}

static bool
check_counts(const struct pairs *p, const struct item *item, const struct pairs_side *left,
	const struct pairs_side *right, struct buf *why)
{
	char text[SHOWN_MAX];
	size_t n = find_uneven(p);
	if (n == SIZE_MAX)
		return true;
	size_t count = count_of(&p->left, n);
	buf_format(why, "'%s' is %zu column%s of %s but %zu of %s",
		shown(text, item[n].whole.at, item[n].whole.len), count, plural(count),
		left->input, count_of(&p->right, n), right->input);
	return false;
}

/* 3, #3, -1, 2-5, 5-, 1..-2: by place, if columns are called so on both sides or on none. */
static bool
goes_by_number(struct slice item, const struct header *left, const struct header *right)
{
	size_t n = 0;
	while (n < item.len && strchr("0123456789#-.", item.at[n]) != NULL)
		n++;
	return n == item.len && has_name(left, item) == has_name(right, item);
}

/* What stands for columns of both sides must not pair one with another. */
static bool
check_names(const struct pairs *p, const struct item *item, const struct pairs_side *left,
	const struct pairs_side *right, struct buf *why)
{
	char text[SHOWN_MAX], a[SHOWN_MAX], b[SHOWN_MAX];
	for (size_t i = 0; i < p->left.count; i++) {
		const struct item *from = &item[p->left.at[i].item];
		struct slice x = left->header->name[p->left.at[i].index];
		struct slice y = right->header->name[p->right.at[i].index];
		if (is_pair(from) || slice_same(x, y) ||
			goes_by_number(from->whole, left->header, right->header))
			continue;
		shown(text, from->whole.at, from->whole.len);
		buf_format(why,
			"'%s' pairs '%s' of %s with '%s' of %s: name the columns one by one", text,
			shown(a, x.at, x.len), left->input, shown(b, y.at, y.len), right->input);
		return false;
	}
	return true;
}

/*
 * How to write the first item of which a side has no column; what has a like name already says so.
 */
static void
say_remedy(const char *text, const struct pairs_side *left, const struct pairs_side *right,
	struct buf *why)
{
	size_t len;
	if (why->at[why->len - 1] == '?')
		return;
	for (;; text += len + 1) {
		char first[SHOWN_MAX];
		char second[SHOWN_MAX];
		len = columns_item_len(text);
		struct item i = split((struct slice){text, len}, left->header, right->header);
		shown(first, i.left.at, i.left.len);
		shown(second, i.right.at, i.right.len);
		bool is_left = has_name(left->header, i.left);
		bool is_right = has_name(right->header, i.right);
		if (is_pair(&i) && !is_left && has_name(left->header, i.right) &&
			has_name(right->header, i.left))
			buf_format(why, "; LEFT's name comes first: %s=%s", second, first);
		else if (!is_pair(&i) && is_left && !is_right)
			buf_format(why, "; if it has another name there, write %s=NAME", first);
		else if (!is_pair(&i) && is_right && !is_left)
			buf_format(why, "; if it has another name there, write NAME=%s", second);
		if (!is_left || !is_right || text[len] == '\0')
			return;
	}
}

bool
pairs_parse(struct pairs *out, const char *text, unsigned forms, const struct pairs_side *left,
	const struct pairs_side *right, struct arena *arena, struct buf *why)
{
	struct item *item = arena_take(arena, (strlen(text) + 1) * sizeof *item);
	struct buf list[2] = {{0}, {0}};
	bool good = read_items(text, left->header, right->header, item, list, why) &&
		    choose(&out->left, arena_keep(arena, list[0].at, list[0].len), forms, left,
			    arena, why) &&
		    choose(&out->right, arena_keep(arena, list[1].at, list[1].len), forms, right,
			    arena, why);
	if (!good)
		say_remedy(text, left, right, why);
	if (good && left->header->count != 0 && right->header->count != 0)
		good = check_counts(out, item, left, right, why) &&
			check_names(out, item, left, right, why);
	buf_clear(&list[0]);
	buf_clear(&list[1]);
	return good;
}
