/*
 * The records of a file that --rejects has written.
 */
#ifndef ETL_REJECTED_H
#define ETL_REJECTED_H

#include "csv/csv.h"

/*
 * Writes them as they once came, behind a header unless that is NULL; the inputs are those of
 * how->next.
 */
void rejected_give_back(const struct csv_how *how, const char *header);

#endif
