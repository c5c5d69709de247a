/*
 * What can be put at the cursor, as lines for a shell: the word, its last part, a remark; tabs
 * between them.
 */
#ifndef ETL_COMPLETE_PRINT_H
#define ETL_COMPLETE_PRINT_H

#include "complete/offers.h"

/*
 * Prints them to stdout.  raw is the word at the cursor as it is written, of which the shell
 * replaces the end that is text, all of it where it has no such end: what is printed is quoted as
 * it goes on there.  NULL: words as they are.
 */
void print_offers(const struct offers *offers, const char *raw, const char *text);

#endif
