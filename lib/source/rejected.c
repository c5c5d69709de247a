#include "source/rejected.h"

#include <string.h>

#include "mem.h"

void
rejected_give_back(const struct csv_how *how, const char *header)
{
	struct arena arena = {0};
	struct csv_out out;
	csv_out_open(&out, how);
	struct csv_in *in = csv_open(how, NULL, 0);
	struct columns record = csv_columns("record", "--from rejects", csv_header(in), 0, &arena);
	if (header != NULL) {
		out_add(&out.out, header, strlen(header));
		csv_put_header_end(&out);
	}
	for (const struct batch *b; (b = csv_read(in)) != NULL;) {
		for (size_t row = 0; row < b->rows; row++) {
			struct cell cell = batch_cell(b, row, record.at[0].index);
			struct slice value = batch_value(b, cell, &arena);
			out_add(&out.out, value.at, value.len);
			csv_put_end(&out);
		}
		arena_reset(&arena);
	}
	csv_finish(&out, in);
	csv_close(in);
	arena_clear(&arena);
}
