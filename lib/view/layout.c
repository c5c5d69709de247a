#include "view/layout.h"

#include <stdint.h>

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* What the columns take, none wider than cap. */
static size_t
total(const size_t *width, size_t count, size_t cap)
{
	size_t sum = (count - 1) * LAYOUT_GAP;
	for (size_t i = 0; i < count; i++)
		sum += smaller(width[i], cap);
	return sum;
}

static size_t
count_fitting(const size_t *width, size_t count, size_t max)
{
	size_t used = smaller(width[0], LAYOUT_LEAST);
	size_t n = 1;
	for (; n < count; n++) {
		used += LAYOUT_GAP + smaller(width[n], LAYOUT_LEAST);
		if (used > max)
			break;
	}
	return n;
}

size_t
layout_fit(size_t *width, size_t count, size_t max)
{
	if (count == 0 || total(width, count, SIZE_MAX) <= max)
		return count;
	size_t shown = count_fitting(width, count, max);
	/* The largest cap that fits lies between these. */
	size_t low = 1;
	size_t high = max;
	while (low < high) {
		size_t middle = low + (high - low + 1) / 2;
		if (total(width, shown, middle) <= max)
			low = middle;
		else
			high = middle - 1;
	}
	for (size_t i = 0; i < shown; i++)
		width[i] = smaller(width[i], low);
	return shown;
}
