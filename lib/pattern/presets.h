/*
 * Patterns for the logs that many programs write.
 */
#ifndef ETL_PRESETS_H
#define ETL_PRESETS_H

struct preset {
	const char *name;    /* as --from has it */
	const char *pattern; /* of bytes */
};

/* The preset of that name; NULL: none. */
const struct preset *preset_find(const char *name);

#endif
