/*
 * The panes that there are: each found by its key and its place among those of that key.  A key is
 * there as long as it has a pane, so that a stream without end needs no more memory than its open
 * windows.
 */
#ifndef ETL_PANES_H
#define ETL_PANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"
#include "table/hash.h"
#include "window/pane.h"

/* A key. */
struct pane_group {
	struct pane_group *next;      /* with the same hash */
	uint64_t hash;
	size_t panes;
	struct pane *last;            /* that was found */
	struct pane *oldest, *newest; /* a queue of some of them, in order: the caller's */
	bool is_active;               /* the caller's */
	struct slice key;
};

struct panes {
	struct hash_secret secret;
	struct pane_group **group;
	size_t groups, group_mask;
	struct pane **pane;
	size_t count, mask;
	size_t bytes; /* that all of it takes */
};

void panes_init(struct panes *p);
void panes_clear(struct panes *p);

/*
 * The group of a key, made where there is none; it goes with its last pane, or by panes_release().
 */
struct pane_group *panes_group(struct panes *p, struct slice key);
/* Lets go of a group that has no pane. */
void panes_release(struct panes *p, struct pane_group *g);
/* The pane at a place of the group; NULL: there is none. */
struct pane *panes_find(struct panes *p, struct pane_group *g, int64_t index);
/* A new one there. */
struct pane *panes_make(struct panes *p, struct pane_group *g, int64_t index);
void panes_put(struct panes *p, struct pane *pane, uint64_t number, struct slice record);
/* Lets go of its records; the pane stays. */
void panes_empty(struct panes *p, struct pane *pane);
void panes_drop(struct panes *p, struct pane *pane);

#endif
