/*
 * The options of a program, as it tells them itself.
 */
#ifndef ETL_COMPLETE_PROGRAM_H
#define ETL_COMPLETE_PROGRAM_H

#include "mem.h"

/*
 * Appends what --list-options of the program beside ours prints that has this name, with a path
 * before it or without, and a NUL; nothing where there is none.  No others are ever run.
 */
void program_options(const char *name, struct buf *text);

#endif
