/*
 * The parts of an input each to a command of its own, and what they print as our output.
 */
#ifndef ETL_SPLIT_TO_COMMANDS_H
#define ETL_SPLIT_TO_COMMANDS_H

#include <stdbool.h>
#include <stdint.h>

#include "csv/csv.h"
#include "split/split.h"

struct to_commands_how {
	const char *command;
	bool keeps_order;
	uint32_t most;  /* of them at a time, where their number is not fixed */
	uint64_t memory;
	uint64_t max_record;
};

/* Splits all of in; what the commands print goes to out.  Ends the program on errors. */
void to_commands(const struct to_commands_how *how, const struct split_how *split,
	struct csv_in *in, struct csv_out *out);

#endif
