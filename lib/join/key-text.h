/*
 * A key in messages: the names of its columns, and its values.
 */
#ifndef ETL_KEY_TEXT_H
#define ETL_KEY_TEXT_H

#include "csv/columns.h"
#include "mem.h"
#include "slice.h"

/* Appends `column 'a'` or `columns 'a', 'b'`, and a NUL. */
void key_text_names(const struct columns *columns, const struct header *header, struct buf *out);
/* Appends `'1'` or `'1', '2'`, and a NUL; the key as keys_take() has it. */
void key_text_values(struct slice key, size_t columns, struct buf *out);

#endif
