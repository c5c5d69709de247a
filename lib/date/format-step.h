/*
 * The steps that a format of times is compiled to, and names of months and days.
 */
#ifndef ETL_DATE_FORMAT_STEP_H
#define ETL_DATE_FORMAT_STEP_H

#include <stdint.h>

enum step_kind {
	STEP_BYTE,
	STEP_SPACE, /* reading: any white space, at least one; printing: what the format has */
	STEP_YEAR,
	STEP_SHORT_YEAR,
	STEP_MONTH,
	STEP_DAY,
	STEP_SPACED_DAY,
	STEP_YEAR_DAY,
	STEP_HOUR,
	STEP_HALF_HOUR,
	STEP_MINUTE,
	STEP_SECOND,
	STEP_FRACTION,
	STEP_EPOCH,
	STEP_MONTH_NAME, /* read short or long, printed short */
	STEP_LONG_MONTH_NAME,
	STEP_WEEKDAY_NAME,
	STEP_LONG_WEEKDAY_NAME,
	STEP_HALF,
	STEP_OFFSET,
	STEP_ZONE /* a name, CEST */
};

enum { STEP_KINDS = STEP_ZONE + 1 };

struct step {
	enum step_kind kind;
	char byte;
};

enum { NAME_SHORT = 3, NAME_SLOTS = 16 };

/* Three letters in either case as one number; nothing but a letter becomes one by that bit. */
static inline uint32_t
name_key(const char *at)
{
	return ((uint32_t)(unsigned char)at[0] | (uint32_t)(unsigned char)at[1] << 8 |
		       (uint32_t)(unsigned char)at[2] << 16) |
	       0x202020;
}

/* What three letters are the name of, if of anything: a factor under which no two meet. */
static inline uint32_t
name_slot(uint32_t key)
{
	return key * 0x62f5680du >> 28;
}

/* By that slot: its number from 1, and what it has to be the key of; 0: nothing is there. */
struct name_table {
	uint8_t number[NAME_SLOTS];
	uint32_t key[NAME_SLOTS];
};

extern const struct name_table month_table;
extern const struct name_table weekday_table;

/* The number of a short name; 0: it is none. */
static inline int
name_number(const struct name_table *table, const char *at)
{
	uint32_t key = name_key(at);
	uint32_t slot = name_slot(key);
	return table->key[slot] == key ? table->number[slot] : 0;
}

#endif
