#include "expr/vector.h"

#include <stdlib.h>
#include <string.h>

#include "date/zone.h"
#include "expr/json-path.h"
#include "expr/regex.h"
#include "mem.h"

static size_t
cell_size(enum vector_type type)
{
	switch (type) {
	case VECTOR_TEXT:
		return sizeof(struct slice);
	case VECTOR_NUMBER:
		return sizeof(int64_t);
	case VECTOR_REAL:
		return sizeof(double);
	case VECTOR_TIME:
		return sizeof(struct moment);
	case VECTOR_REGEX:
		return sizeof(struct regex *);
	case VECTOR_FORMAT:
		return sizeof(struct date_format *);
	case VECTOR_ZONE:
		return sizeof(struct zone *);
	case VECTOR_PATH:
		return sizeof(struct json_path *);
	case VECTOR_NULL:
	case VECTOR_TRUTH:
		break;
	}
	return sizeof(uint8_t);
}

static size_t
capacity(const struct vector *v)
{
	return v->mask == 0 ? 1 : VECTOR_ROWS;
}

struct vector *
vector_new(enum vector_type type, bool constant)
{
	struct vector *v = xcalloc(1, sizeof *v);
	v->type = type;
	v->mask = constant ? 0 : SIZE_MAX;
	v->cell = xcalloc(capacity(v), cell_size(type));
	return v;
}

void
vector_free(struct vector *v)
{
	if (v == NULL)
		return;
	if (v->type == VECTOR_REGEX)
		regex_free(v->regex[0]);
	if (v->type == VECTOR_FORMAT)
		date_format_free(v->format[0]);
	if (v->type == VECTOR_ZONE)
		zone_free(v->zone[0]);
	if (v->type == VECTOR_PATH)
		json_path_free(v->path[0]);
	free(v->cell);
	free(v->wide);
	free(v);
}

void
vector_start(struct vector *v)
{
	if (v->has_null)
		memset(v->null, 0, sizeof v->null);
	v->has_null = false;
	v->is_wide = false;
	v->has_scale = false;
	v->scale = 0;
}

void
vector_widen(struct vector *v)
{
	if (v->wide == NULL)
		v->wide = xcalloc(capacity(v), sizeof *v->wide);
	for (size_t i = 0; i < capacity(v); i++)
		v->wide[i] = (struct decimal){v->digits[i], v->scale};
	v->is_wide = true;
}

void
vector_set_all_null(struct vector *v)
{
	v->is_wide = false;
	for (size_t i = 0; i < capacity(v); i++)
		vector_set_null(v, i);
}

void
vector_add_nulls(struct vector *v, const struct vector *of)
{
	if (!of->has_null)
		return;
	uint64_t all = of->mask == 0 && (of->null[0] & 1) != 0 ? UINT64_MAX : 0;
	for (size_t i = 0; i < VECTOR_ROWS / 64; i++)
		v->null[i] |= of->mask == 0 ? all : of->null[i];
	v->has_null = true;
}

void
vector_set_null(struct vector *v, size_t row)
{
	size_t i = row & v->mask;
	switch (v->type) {
	case VECTOR_TEXT:
		v->text[i] = (struct slice){"", 0};
		return;
	case VECTOR_NUMBER:
		if (v->is_wide)
			v->wide[i] = (struct decimal){0};
		else
			v->digits[i] = 0;
		break;
	case VECTOR_REAL:
		v->real[i] = 0;
		break;
	case VECTOR_NULL:
	case VECTOR_TRUTH:
		v->truth[i] = 0;
		break;
	case VECTOR_TIME:
		v->time[i] = (struct moment){0};
		break;
	case VECTOR_REGEX:
	case VECTOR_FORMAT:
	case VECTOR_ZONE:
	case VECTOR_PATH:
		return;
	}
	vector_set_bit(v, i);
}
