/*
 * Records to a target that is a connector's work, which reads them itself: it is run, and what it
 * says is told.
 */
#ifndef ETL_LOAD_SEND_H
#define ETL_LOAD_SEND_H

#include <stddef.h>
#include <stdint.h>

#include "connect/connect.h"
#include "csv/csv.h"

struct send_how {
	const struct csv_how *csv;
	struct connect_words *words; /* all options, as a connector gets them; files are added */
};

/*
 * Sends the operands, or standard input, to uri; returns the records, and what the target is called
 * in messages.  Ends the program with the status of a failure, and then says what has become of the
 * target.
 */
uint64_t send_records(const struct send_how *how, const char *scheme, const char *uri,
	char *const *operands, size_t count, const char **name);

#endif
