#include "unpack/reason.h"

#include <stdarg.h>
#include <stdio.h>

void
blame(struct reason *r, enum unpack_fault fault, const char *format, ...)
{
	if (r->fault != UNPACK_OK)
		return;
	r->fault = fault;
	va_list args;
	va_start(args, format);
	va_list again;
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	size_t size = (size_t)(len > 0 ? len : 0) + 1;
	vsnprintf(buf_room(&r->text, size), size, format, again);
	va_end(again);
	r->text.len += size;
}

const char *
reason_text(const struct reason *r)
{
	return r->fault != UNPACK_OK ? r->text.at : "";
}
