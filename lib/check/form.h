/*
 * What a text looks like: the formats of strings, and the types that have a form and no order.
 */
#ifndef ETL_CHECK_FORM_H
#define ETL_CHECK_FORM_H

#include <stdbool.h>

#include "slice.h"

/* Something, one @, a name with neither blank nor @ and no dot at an end. */
bool form_is_email(struct slice text);
/* A scheme, a colon, something. */
bool form_is_uri(struct slice text);
/* Hexadecimal digits in groups of 8, 4, 4, 4 and 12. */
bool form_is_uuid(struct slice text);
/* Base64 (RFC 4648), padded. */
bool form_is_binary(struct slice text);
/* ISO 8601: -?P[nY][nM][nW][nD][T[nH][nM][nS]], a fraction in the last one only. */
bool form_is_duration(struct slice text);

#endif
