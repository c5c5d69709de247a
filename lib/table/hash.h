/*
 * A hash of byte strings that nobody can foresee: a polynomial over the integers modulo 2^61 - 1,
 * evaluated at a secret random point (J. L. Carter and M. N. Wegman, Universal classes of hash
 * functions, 1979).  Two given strings meet with a probability of at most their length / 2^61,
 * whatever they are, so that no input can be made that collides.  A last mixing spreads it over all
 * 64 bits.
 */
#ifndef ETL_HASH_H
#define ETL_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "slice.h"
#include "word.h"

struct hash_secret {
	uint64_t point; /* below 2^61 - 1, not 0 */
	uint64_t mask;
};

__extension__ typedef unsigned __int128 hash_wide;

/* a * b modulo 2^61 - 1, not fully reduced: below 2^62 for a below 2^63 and b below 2^61. */
static inline uint64_t
hash_multiply(uint64_t a, uint64_t b)
{
	const uint64_t prime = ((uint64_t)1 << 61) - 1;
	hash_wide product = (hash_wide)a * b;
	uint64_t sum = ((uint64_t)product & prime) + (uint64_t)(product >> 61);
	return (sum & prime) + (sum >> 61);
}

static inline uint64_t
hash_of(const struct hash_secret *s, struct slice key)
{
	const uint64_t seven = ((uint64_t)1 << 56) - 1;
	uint64_t h = key.len + 1;
	const char *at = key.at;
	size_t left = key.len;
	for (; left > 7; left -= 7, at += 7)
		h = hash_multiply(h, s->point) + (word_load64(at) & seven);
	h = hash_multiply(h, s->point) + word_load(at, left);
	h = hash_multiply(h, s->point) ^ s->mask;
	h = (h ^ h >> 33) * 0xff51afd7ed558ccd;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53;
	return h ^ h >> 33;
}

#endif
