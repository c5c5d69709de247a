/*
 * Program text to tokens (etl-expr(7), LITERALS, NAMES).
 */
#ifndef ETL_EXPR_LEX_H
#define ETL_EXPR_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"
#include "slice.h"

enum token_kind {
	TOKEN_END,
	TOKEN_NAME,     /* text: a bare name, also a reserved word */
	TOKEN_BRACED,   /* text: the name between { and } */
	TOKEN_POSITION, /* text: the digits behind # */
	TOKEN_VARIABLE, /* text: the name behind @ */
	TOKEN_NUMBER,   /* text: as written */
	TOKEN_TEXT,     /* text: the value */
	TOKEN_REGEX,    /* text: between the slashes, as written; flags: of regex.h */
	TOKEN_MARK      /* text: an operator or ( ) , ; */
};

struct token {
	enum token_kind kind;
	bool begins_line; /* a line end, or the program's begin, comes before it */
	size_t at;        /* offset and bytes of the whole token in the program */
	size_t len;
	struct slice text;
	unsigned flags;
};

/* What is wrong with a program, and where: the caller's to clear. */
struct program_error {
	struct buf reason;
	size_t at; /* offset and bytes in the program text */
	size_t len;
};

struct lexer {
	struct slice text;
	size_t at;
	bool is_behind_operand; /* so that / divides: the last token ended a value */
	bool comments;          /* # up to the end of its line, unless a digit follows */
	struct arena *arena;    /* for names and texts with something to resolve */
	struct program_error *error;
};

/* Takes the next token; returns false with *error filled if there is none. */
bool lexer_next(struct lexer *l, struct token *out);

/* Fills the error: position, and reason as printf does.  Returns false. */
bool program_fail(struct program_error *error, size_t at, size_t len, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
