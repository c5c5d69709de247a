/*
 * Memory that cannot fail, and the two owners of bytes: buf (grows, one object) and arena (many
 * small objects, freed at once).  Running out ends the program with status 2 through the clean-up
 * list.
 */
#ifndef ETL_MEM_H
#define ETL_MEM_H

#include <stddef.h>
#include <stdint.h>

/* Owned bytes.  at[len] is never read; {0} is a valid empty one. */
struct buf {
	char *at;
	size_t len;
	size_t cap;
};

struct arena_block;

/* Small objects with one end of life.  {0} is a valid empty one. */
struct arena {
	struct arena_block *block;
};

/* How much --memory allows: who has that option and runs out of memory is told to set it lower. */
void mem_note_budget(uint64_t bytes);
/* Says that it has run out. */
_Noreturn void mem_die(void);

void *xmalloc(size_t bytes);
void *xcalloc(size_t count, size_t bytes);
/* Changes an array to count objects of the given size; the product is checked. */
void *xrealloc(void *old, size_t count, size_t bytes);
char *xstrdup(const char *text);

/*
 * Makes room for `more` bytes behind len and returns where they start; len is the caller's to
 * raise.
 */
char *buf_room(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *at, size_t len);
void buf_text(struct buf *b, const char *text);
void buf_byte(struct buf *b, char byte);
/* Appends as printf does. */
void buf_format(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_clear(struct buf *b);

/* Returns bytes aligned to 16, valid until arena_reset() or arena_clear(). */
void *arena_take(struct arena *a, size_t bytes);
/* Returns a copy of at[len] with a NUL behind it. */
char *arena_keep(struct arena *a, const void *at, size_t len);
/* Takes over the objects of another one, which is empty then. */
void arena_take_over(struct arena *a, struct arena *from);
/* Frees all objects, keeps one block for the next ones. */
void arena_reset(struct arena *a);
void arena_clear(struct arena *a);

#endif
