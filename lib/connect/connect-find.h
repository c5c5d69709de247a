/*
 * Where connectors are: the programs named after a URI scheme (etl-connect(7)).
 */
#ifndef ETL_CONNECT_FIND_H
#define ETL_CONNECT_FIND_H

#include <stdbool.h>

#include "mem.h"
#include "slice.h"

/*
 * The scheme of `scheme:rest`, kept in the arena; NULL where the operand names a file: it has no
 * scheme, or there is such a file and no such connector.
 */
const char *connect_scheme(const char *operand, struct arena *arena);

/* The connector's program: see etl-connect(7), FILES.  NULL where there is none. */
char *connect_find(const char *scheme);

/* Could a connector have that name? */
bool connect_is_scheme(const char *name);

/*
 * The directories that are searched, in order: calls back until one answer is not NULL, and returns
 * that.
 */
void *connect_search(void *(*visit)(struct slice directory, void *arg), void *arg);
/*
 * The program of that name beside the running one, on the heap; NULL: none, or the system does not
 * say where.
 */
char *connect_beside(const char *name);
/* directory/scheme, if that is a program; else NULL. */
char *connect_look_in(struct slice directory, const char *scheme);

#endif
