/*
 * What the options say of a join by the nearest time (etl-join(1), BY TIME).
 */
#ifndef ETL_ASOF_H
#define ETL_ASOF_H

#include <stdbool.h>

#include "join/instants.h"
#include "join/timeline.h"
#include "opt.h"

struct asof_how {
	const char *time; /* --asof; NULL: by key alone */
	bool has_direction;
	enum timeline_direction direction;
	const char *tolerance; /* NULL: any distance */
	const char *format;    /* NULL: ISO 8601, or numbers */
	struct instants_how times;
};

/* Rows for a program's option table; how is its struct asof_how. */
#define OPT_ASOF(how) \
	{0, "asof", "COL", \
		"join by the nearest time: the column of it; left=right where names differ", \
		OPT_LIST, &(how).time, NULL}, \
	{0, "direction", "WHICH", \
		"which time: backward (not later; unless given), forward (not earlier), nearest", \
		OPT_DO, &(how), asof_set_direction}, \
	{0, "tolerance", "SPAN", "not further off than this: 90s, 15m, 1h, 7d, 2w", OPT_TEXT, \
		&(how).tolerance, NULL}, \
	{0, "time-format", "FORMAT", "how times are written, as for strptime(3); else ISO 8601", \
		OPT_TEXT, &(how).format, NULL}, \
	{0, "on-error", "HOW", "where a time cannot be read: fail, null, skip, reject", OPT_DO, \
		&(how), asof_set_on_error}

void asof_set_direction(const struct opt *opt, const char *value);
void asof_set_on_error(const struct opt *opt, const char *value);

/*
 * After reject_start(): settles what was not given.  Ends the program where something does not go
 * together.
 */
void asof_start(struct asof_how *how);
/*
 * The tolerance, once it is known whether the times are numbers.  Ends the program if it is none.
 */
int128 asof_tolerance(const struct asof_how *how);

#endif
