/*
 * http: the connector for http, https, ftp and sftp (etl-connect(7)).
 *
 *	http describe
 *	http get URI [OPTION...]
 *	http put URI [OPTION...] [FILE...]
 *
 * get: the body is kept in a file without a name until it is whole, then passed on; with --stream
 * it is passed on as it comes.  Memory is constant.  http-fetch.c brings it, http-try.c waits and
 * follows redirects, http-request.c asks once, http-answer.c judges what came, http-body.c keeps
 * it.  put: lib/json/keep keeps the records until all of them are there, http-batch.c makes bodies
 * of them, http-send.c sends one until it is acknowledged, http-progress.c says how many were.
 */
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal/decimal.h"
#include "http-fetch.h"
#include "http-files.h"
#include "http-header.h"
#include "http-put.h"
#include "mem.h"
#include "msg.h"
#include "tool.h"

static struct {
	struct terms terms;
	uint64_t max_bytes;
	bool stream;
	struct put_how put;
	bool netrc;
	const char *no_stats; /* the record of the run is the parent's */
} arg = {
	.terms = {
		.connect_timeout = 10 * 1000,
		.low_speed = 30 * 1000,
		.retries = 5,
		.backoff = 1000,
		.max_retry_after = 60 * 1000,
	},
	.put = PUT_HOW,
};

static void
read_seconds(const struct opt *opt, const char *value)
{
	const struct decimal thousand = {1000, 0};
	const struct decimal max = {2000 * 1000 * 1000, 0}; /* libcurl's is an int of ms */
	struct decimal ms;
	if (decimal_parse(slice_of(value), &ms) != NUMBER_OK ||
		decimal_mul(ms, thousand, &ms) != NUMBER_OK ||
		decimal_round(ms, 0, ROUND_UP, &ms) != NUMBER_OK || ms.digits < 0 ||
		decimal_order(ms, max) > 0)
		die(END_SETUP, "option --%s: '%s' is not a number of seconds, at most 2000000",
			opt->name, value);
	*(uint64_t *)opt->into = (uint64_t)ms.digits;
}

static void
take_header(const struct opt *opt, const char *value)
{
	header_add(opt->into, value, "option --http-header");
}

static void
take_header_file(const struct opt *opt, const char *path)
{
	header_read(opt->into, path);
}

static void
set_form(const struct opt *opt, const char *value)
{
	if (!keep_form_parse(value, opt->into))
		die(END_SETUP, "option --to: '%s' is none of json, ndjson, csv", value);
}

/* The options of both directions, and those of one. */
static const struct opt both_options[] = {
	{0, "backoff", "SECONDS", "wait before the second try, doubled for each further one (1)",
		OPT_DO, &arg.terms.backoff, read_seconds},
	{0, "cacert", "FILE", "trust the certificate authorities in FILE instead of the system's",
		OPT_TEXT, &arg.terms.cacert, NULL},
	{0, "connect-timeout", "SECONDS", "for name, connection and TLS handshake of a try (10)",
		OPT_DO, &arg.terms.connect_timeout, read_seconds},
	{0, "header-file", "FILE", "send the headers in FILE, to this host alone",
		OPT_DO, &arg.terms.secrets, take_header_file},
	{'H', "http-header", "LINE", "send the header 'NAME: VALUE', not secret",
		OPT_DO, &arg.terms.headers, take_header},
	{0, "low-speed", "SECONDS", "longest time below 10 bytes a second, 0: any (30)",
		OPT_DO, &arg.terms.low_speed, read_seconds},
	{0, "max-retry-after", "SECONDS", "longest wait that a server may ask for (60)",
		OPT_DO, &arg.terms.max_retry_after, read_seconds},
	{0, "max-time", "SECONDS", "for all tries together (no limit)",
		OPT_DO, &arg.terms.max_time, read_seconds},
	{0, "netrc", NULL, "take the login from ~/.netrc", OPT_FLAG, &arg.netrc, NULL},
	{0, "netrc-file", "FILE", "take the login from FILE, in netrc's form",
		OPT_TEXT, &arg.terms.netrc, NULL},
	{0, "public-only", NULL, "refuse private, loopback and link-local addresses",
		OPT_FLAG, &arg.terms.public_only, NULL},
	{0, "retries", "N", "tries after the first (5)", OPT_COUNT, &arg.terms.retries, NULL},
	{0},
};

static const struct opt get_options[] = {
	{0, "compressed", NULL, "ask for gzip, and decode it",
		OPT_FLAG, &arg.terms.compressed, NULL},
	{0, "expect-type", "TYPE", "refuse another content type: text/csv, text/*",
		OPT_TEXT, &arg.terms.type, NULL},
	{0, "known-hosts", "FILE", "host keys for sftp (~/.ssh/known_hosts)",
		OPT_TEXT, &arg.terms.known_hosts, NULL},
	{0, "max-bytes", "BYTES", "refuse a larger body, counted after decoding",
		OPT_BYTES, &arg.max_bytes, NULL},
	{0, "require-length", NULL, "refuse a body whose end cannot be known",
		OPT_FLAG, &arg.terms.require_length, NULL},
	{0, "ssh-key", "FILE", "private key for sftp (~/.ssh/id_ed25519, id_ecdsa, id_rsa)",
		OPT_TEXT, &arg.terms.ssh_key, NULL},
	{0, "stream", NULL, "pass bytes on as they come, not when all are there",
		OPT_FLAG, &arg.stream, NULL},
	{0},
};

static const struct opt put_options[] = {
	{0, "to", "FORMAT", "json (default), ndjson, csv", OPT_DO, &arg.put.keep.form, set_form},
	{0, "schema", "FILE", "JSON: take types from this Table Schema", OPT_TEXT,
		&arg.put.keep.schema, NULL},
	{0, "infer", NULL, "JSON: numbers where all values of a column are", OPT_FLAG,
		&arg.put.keep.infer, NULL},
	{0, "null", "TEXT", "JSON: an unquoted field of this text is null, instead of an empty one",
		OPT_TEXT, &arg.put.keep.null, NULL},
	{0, "method", "METHOD", "POST (default), PUT", OPT_TEXT, &arg.put.method, NULL},
	{0, "content-type", "TYPE", "what is sent, instead of what its format is called", OPT_TEXT,
		&arg.put.content_type, NULL},
	{0, "batch-rows", "N", "POST: at most N records in a request (any number)", OPT_COUNT,
		&arg.put.limits.records, NULL},
	{0, "batch-bytes", "BYTES", "POST: at most so many bytes in a request (any number)",
		OPT_BYTES, &arg.put.limits.bytes, NULL},
	{0, "idempotent", NULL, "POST: the server honours Idempotency-Key, so ask it again",
		OPT_FLAG, &arg.put.is_idempotent, NULL},
	{0, "load-name", "NAME", "POST: sets this load apart from others of the same records",
		OPT_TEXT, &arg.put.load, NULL},
	{0, "expect-rows", "N", "send nothing unless there are N records", OPT_COUNT,
		&arg.put.expect_rows, NULL},
	OPT_CSV_IN(arg.put.keep.csv),
	OPT_REJECTS(arg.put.rejects),
	{0},
};

static const struct opt every_options[] = {
	{'h', "help", NULL, "print this help", OPT_DO, NULL, tool_stop},
	{'V', "version", NULL, "print the version", OPT_DO, NULL, tool_stop},
	{0, "list-options", NULL, "print the options for programs to read",
		OPT_DO, NULL, tool_stop},
	{0},
};

static bool tell_direction(const char *argument);

static struct tool tool = {
	.name = "http",
	.synopsis = "get URI [OPTION...] | put URI [OPTION...] [FILE...] | describe",
	.summary =
		"Bring what an http, https, ftp or sftp URI names to stdout, whole or not at all; "
		"send records to one.",
	.other = tell_direction,
	.is_connector = true,
};

static size_t
count_options(const struct opt *options)
{
	size_t n = 0;
	while (options[n].kind != OPT_END)
		n++;
	return n;
}

/* The table for a direction; both where it is neither get nor put. */
static void
choose_options(const char *direction)
{
	bool gets = strcmp(direction, "put") != 0;
	bool puts = strcmp(direction, "get") != 0;
	const struct opt *const tables[] = {
		both_options,
		gets ? get_options : NULL,
		puts ? put_options : NULL,
		every_options,
	};
	struct opt *all = NULL;
	size_t n = 0;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		size_t more = tables[i] != NULL ? count_options(tables[i]) : 0;
		all = xrealloc(all, n + more + 1, sizeof *all);
		for (size_t k = 0; k < more; k++)
			all[n++] = tables[i][k];
	}
	all[n] = (struct opt){0};
	tool.options = all;
	tool.never_marks = !gets;
}

/* An option that is unknown here but is known to the other direction. */
static bool
tell_direction(const char *argument)
{
	const struct opt *other = tool.never_marks ? get_options : put_options;
	struct slice name = {argument + 2, strcspn(argument + 2, "=")};
	for (size_t i = 0; other[i].kind != OPT_END; i++)
		if (slice_is(name, other[i].name))
			die(END_SETUP, "option --%s is for %s", other[i].name,
				tool.never_marks ? "get" : "put");
	return false;
}

/* As the name is that we were called by: records go to http and https alone. */
static void
describe(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash != NULL ? slash + 1 : program;
	bool puts = strcmp(name, "ftp") != 0 && strcmp(name, "sftp") != 0;
	printf("schemes %s\ndirections get%s\nunit bytes%s\n", puts ? "http https" : "ftp sftp",
		puts ? " put" : "", puts ? " records\nfiles yes\ncommits announced" : "");
	opt_list(both_options);
	opt_list(get_options);
	if (puts)
		opt_list(put_options);
	opt_list(every_options);
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		die(END_SETUP, "stdout: %s", strerror(errno));
}

/* What both directions need. */
static void
start(struct url *u, const char *uri)
{
	const char *why = url_read(u, uri);
	if (why != NULL)
		die(END_SETUP, "%s: %s", url_masked(uri), why);
	files_choose(&arg.terms, u, arg.netrc);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		die(END_SETUP, "libcurl cannot start");
}

static void
finish(struct url *u)
{
	curl_slist_free_all(arg.terms.headers);
	curl_slist_free_all(arg.terms.secrets);
	curl_global_cleanup();
	url_clear(u);
}

static void
get(const char *uri)
{
	struct url u;
	struct body body;
	start(&u, uri);
	body_open(&body, arg.stream, arg.max_bytes);
	fetch(&arg.terms, &u, &body);
	body_finish(&body);
	finish(&u);
}

static void
put_records(const char *uri, char *const *files, size_t count)
{
	struct url u;
	start(&u, uri);
	if (!url_is_http(&u))
		die(END_SETUP, "%s: records go to http and https alone", u.shown);
	put(&arg.put, &arg.terms, &u, files, count);
	finish(&u);
}

int
main(int argc, char **argv)
{
	size_t operands;
	/* a connector is no stage of its own: the parent writes the record */
	unsetenv("ETL_RUN_DIR");
	choose_options(argc > 1 ? argv[1] : "");
	char **rest = tool_start(&tool, argc, argv, &operands, &arg.no_stats);
	if (operands == 1 && strcmp(rest[0], "describe") == 0)
		describe(argv[0]);
	else if (operands == 2 && strcmp(rest[0], "get") == 0)
		get(rest[1]);
	else if (operands >= 2 && strcmp(rest[0], "put") == 0)
		put_records(rest[1], rest + 2, operands - 2);
	else
		die(END_SETUP, "usage: http get URI [OPTION...] | http put URI [OPTION...] "
			       "[FILE...] | http describe");
	end(END_WELL);
}
