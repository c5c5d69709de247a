/*
 * The unit tests' own few lines: each check prints one line of TAP.
 *
 *	int main(void) { ok(1 + 1 == 2, "sum of %d and %d", 1, 1); return done(); }
 */
#ifndef ETL_UNIT_H
#define ETL_UNIT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static struct {
	int count;
	int failed;
} unit;

/* Prints `ok N - name` or `not ok N - name`; returns good. */
__attribute__((format(printf, 2, 3), unused)) static bool
ok(bool good, const char *name, ...)
{
	va_list args;
	printf("%sok %d - ", good ? "" : "not ", ++unit.count);
	va_start(args, name);
	vprintf(name, args);
	va_end(args);
	putchar('\n');
	unit.failed += !good;
	return good;
}

/* Prints the plan; returns the exit status. */
__attribute__((unused)) static int
done(void)
{
	printf("1..%d\n", unit.count);
	return unit.failed != 0;
}

#endif
