/*
 * Doubles: read as decimals are (decimal.h), correctly rounded, and printed as short as reads back
 * the same.  Nothing here keeps or allocates memory; *out is written on success only.
 */
#ifndef ETL_DOUBLE_H
#define ETL_DOUBLE_H

#include <stddef.h>

#include "decimal/decimal.h"

enum { DOUBLE_PRINT_MAX = 32 }; /* bytes that double_print() may write */

/* The nearest double, correctly rounded. */
double double_from_decimal(struct decimal d);
/* What double_print() prints; NUMBER_RANGE if that is too long, NUMBER_DOMAIN for nan and inf. */
enum number_fault double_to_decimal(double x, struct decimal *out);

/* Correctly rounded, to 0 below the smallest; NUMBER_RANGE beyond the largest. */
enum number_fault double_parse(struct slice text, double *out);
/*
 * Writes the shortest text that reads back as x, which is finite; returns its length, no NUL.
 * Plain from 0.00001 to below 1e+22, else 1.5e-7, 2e+22; -0 is 0.
 */
size_t double_print(char out[DOUBLE_PRINT_MAX], double x);

#endif
