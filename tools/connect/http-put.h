/*
 * Records to a server: all of them are there before the first leaves.
 */
#ifndef ETL_HTTP_PUT_H
#define ETL_HTTP_PUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/reject.h"
#include "http-answer.h"
#include "http-batch.h"
#include "json/keep.h"
#include "http-url.h"

/* What the options say; begin with PUT_HOW. */
struct put_how {
	struct keep_how keep;
	struct reject_how rejects;
	struct batch_limits limits;
	const char *method;
	const char *content_type; /* NULL: that of the form */
	const char *load;         /* its name, a part of the Idempotency-Keys */
	bool is_idempotent;
	uint64_t expect_rows;     /* CSV_ANY_COUNT: as many as come */
};

#define PUT_HOW \
	{.keep = {.csv = CSV_HOW, .null = ""}, .method = "POST", .load = "", \
		.expect_rows = CSV_ANY_COUNT}

/*
 * Sends what the files hold, or standard input, to u.  Errors end the program, which says what was
 * acknowledged.
 */
void put(struct put_how *how, const struct terms *terms, const struct url *u, char *const *files,
	size_t count);

#endif
