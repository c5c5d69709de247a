/*
 * A child that reads several files and puts their records into a pipe: for a connector that reads
 * standard input alone.
 */
#ifndef ETL_LOAD_FEEDER_H
#define ETL_LOAD_FEEDER_H

#include <stddef.h>
#include <sys/types.h>

#include "csv/csv.h"

/*
 * csv is what the connector, too, reads the pipe by.  Returns the end that it reads from, and whom
 * to wait for.
 */
int feeder_start(const struct csv_how *csv, char *const *files, size_t count, pid_t *pid);
/* When the connector has ended: the exit status of what has fed it. */
int feeder_wait(pid_t pid);

#endif
