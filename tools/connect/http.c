/*
 * http: the connector for http, https, ftp and sftp (etl-connect(7)).
 *
 *	http describe
 *	http get URI [OPTION...]
 *
 * The body is kept in a file without a name until it is whole, then passed on; with --stream it is passed on
 * as it comes.  Memory is constant.  http-fetch.c brings it, http-try.c waits and follows redirects,
 * http-request.c asks once, http-answer.c judges what came, http-body.c keeps it.
 */
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "decimal/decimal.h"
#include "http-fetch.h"
#include "mem.h"
#include "msg.h"
#include "tool.h"

static struct {
	struct terms terms;
	uint64_t max_bytes;
	bool stream;
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
};

/* Headers that cannot be given by --http-header, and why. */
static const struct {
	const char *name;
	bool is_secret;
} kept[] = {
	{"Authorization", true},
	{"Cookie", true},
	{"Proxy-Authorization", true},
	{"Accept-Encoding", false},
	{"Connection", false},
	{"Content-Length", false},
	{"If-Range", false},
	{"Range", false},
	{"TE", false},
	{"Transfer-Encoding", false},
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

/*
 * Adds `NAME: VALUE` to the list (RFC 9110 5.1, 5.5); where says where it comes from.  The value is not
 * shown: it may be a secret.
 */
static void
add_header(struct curl_slist **list, const char *line, bool may_be_secret, const char *where)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789"
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t name = strspn(line, token);
	if (name == 0 || line[name] != ':' || strpbrk(line, "\r\n") != NULL)
		die(END_SETUP, "%s: not a header of the form 'NAME: VALUE'", where);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		if (strlen(kept[i].name) != name || strncasecmp(kept[i].name, line, name) != 0)
			continue;
		if (!kept[i].is_secret)
			die(END_SETUP, "%s: the header %s is this program's own", where,
				kept[i].name);
		if (!may_be_secret)
			die(END_SETUP, "%s: arguments are seen by all users: put %s into a file, "
				"--header-file FILE", where, kept[i].name);
	}
	/* libcurl sends a header without a value only if it ends with a semicolon. */
	bool is_empty = line[name + 1 + strspn(line + name + 1, " \t")] == '\0';
	struct buf b = {0};
	buf_add(&b, line, is_empty ? name : strlen(line));
	buf_add(&b, ";", is_empty ? 2 : 0);
	buf_byte(&b, '\0');
	*list = curl_slist_append(*list, b.at);
	buf_clear(&b);
}

static void
take_header(const struct opt *opt, const char *value)
{
	(void)opt;
	add_header(&arg.terms.headers, value, false, "option --http-header");
}

/* One header a line; blank lines and lines that begin with # are skipped. */
static void
take_header_file(const struct opt *opt, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	(void)opt;
	if (file == NULL)
		die(END_SETUP, "%s: %s", path, strerror(errno));
	for (ssize_t len; (len = getline(&line, &size, file)) >= 0;) {
		while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			line[--len] = '\0';
		if (strlen(line) != (size_t)len)
			die(END_SETUP, "%s: not text", path);
		if (len > 0 && line[0] != '#')
			add_header(&arg.terms.secrets, line, true, path);
	}
	if (ferror(file))
		die(END_SETUP, "%s: %s", path, strerror(errno));
	free(line);
	fclose(file);
}

static const struct opt options[] = {
	{0, "backoff", "SECONDS", "wait before the second try, doubled for each further one (1)",
		OPT_DO, &arg.terms.backoff, read_seconds},
	{0, "cacert", "FILE", "trust the certificate authorities in FILE instead of the system's",
		OPT_TEXT, &arg.terms.cacert, NULL},
	{0, "compressed", NULL, "ask for gzip, and decode it",
		OPT_FLAG, &arg.terms.compressed, NULL},
	{0, "connect-timeout", "SECONDS", "for name, connection and TLS handshake of a try (10)",
		OPT_DO, &arg.terms.connect_timeout, read_seconds},
	{0, "expect-type", "TYPE", "refuse another content type: text/csv, text/*",
		OPT_TEXT, &arg.terms.type, NULL},
	{0, "header-file", "FILE", "send the headers in FILE, to this host alone",
		OPT_DO, NULL, take_header_file},
	{'H', "http-header", "LINE", "send the header 'NAME: VALUE', not secret",
		OPT_DO, NULL, take_header},
	{0, "known-hosts", "FILE", "host keys for sftp (~/.ssh/known_hosts)",
		OPT_TEXT, &arg.terms.known_hosts, NULL},
	{0, "low-speed", "SECONDS", "longest time below 10 bytes a second, 0: any (30)",
		OPT_DO, &arg.terms.low_speed, read_seconds},
	{0, "max-bytes", "BYTES", "refuse a larger body, counted after decoding",
		OPT_BYTES, &arg.max_bytes, NULL},
	{0, "max-retry-after", "SECONDS", "longest wait that a server may ask for (60)",
		OPT_DO, &arg.terms.max_retry_after, read_seconds},
	{0, "max-time", "SECONDS", "for all tries together (no limit)",
		OPT_DO, &arg.terms.max_time, read_seconds},
	{0, "netrc", NULL, "take the login from ~/.netrc", OPT_FLAG, &arg.netrc, NULL},
	{0, "netrc-file", "FILE", "take the login from FILE, in netrc's form",
		OPT_TEXT, &arg.terms.netrc, NULL},
	{0, "public-only", NULL, "refuse private, loopback and link-local addresses",
		OPT_FLAG, &arg.terms.public_only, NULL},
	{0, "require-length", NULL, "refuse a body whose end cannot be known",
		OPT_FLAG, &arg.terms.require_length, NULL},
	{0, "retries", "N", "tries after the first (5)", OPT_COUNT, &arg.terms.retries, NULL},
	{0, "ssh-key", "FILE", "private key for sftp (~/.ssh/id_ed25519, id_ecdsa, id_rsa)",
		OPT_TEXT, &arg.terms.ssh_key, NULL},
	{0, "stream", NULL, "pass bytes on as they come, not when all are there",
		OPT_FLAG, &arg.stream, NULL},
	{'h', "help", NULL, "print this help", OPT_DO, NULL, tool_stop},
	{'V', "version", NULL, "print the version", OPT_DO, NULL, tool_stop},
	{0, "list-options", NULL, "print the options for programs to read",
		OPT_DO, NULL, tool_stop},
	{0},
};

static const struct tool tool = {
	.name = "http",
	.synopsis = "get URI [OPTION...] | describe",
	.summary = "Bring what an http, https, ftp or sftp URI names to stdout, whole or not at all.",
	.options = options,
	.is_connector = true,
};

static void
describe(void)
{
	printf("schemes http https ftp sftp\ndirections get\nunit bytes\n");
	opt_list(options);
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		die(END_SETUP, "stdout: %s", strerror(errno));
}

/* A file that libcurl would do without in silence. */
static void
check_readable(const char *path)
{
	if (path != NULL && access(path, R_OK) != 0)
		die(END_SETUP, "%s: %s", path, strerror(errno));
}

static char *
at_home(const char *name)
{
	const char *home = getenv("HOME");
	struct buf b = {0};
	if (home == NULL || *home == '\0')
		die(END_SETUP, "HOME is not set, so there is no ~/%s", name);
	buf_format(&b, "%s/%s", home, name);
	buf_byte(&b, '\0');
	return b.at;
}

/* Without a list of known hosts libssh2 would trust any; of keys it looks for id_rsa alone. */
static void
choose_ssh_files(void)
{
	static const char *const keys[] = {".ssh/id_ed25519", ".ssh/id_ecdsa", ".ssh/id_rsa"};
	if (arg.terms.known_hosts == NULL)
		arg.terms.known_hosts = at_home(".ssh/known_hosts");
	for (size_t i = 0; arg.terms.ssh_key == NULL && i < sizeof keys / sizeof *keys; i++) {
		char *path = at_home(keys[i]);
		if (access(path, R_OK) == 0)
			arg.terms.ssh_key = path;
		else
			free(path);
	}
}

static void
get(const char *uri)
{
	struct url u;
	struct body body;
	const char *why = url_read(&u, uri);
	if (why != NULL)
		die(END_SETUP, "%s: %s", url_masked(uri), why);
	if (arg.netrc && arg.terms.netrc == NULL)
		arg.terms.netrc = at_home(".netrc");
	if (strcmp(u.scheme, "sftp") == 0)
		choose_ssh_files();
	check_readable(arg.terms.netrc);
	check_readable(arg.terms.cacert);
	check_readable(arg.terms.known_hosts);
	check_readable(arg.terms.ssh_key);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		die(END_SETUP, "libcurl cannot start");
	body_open(&body, arg.stream, arg.max_bytes);
	fetch(&arg.terms, &u, &body);
	body_finish(&body);
	curl_slist_free_all(arg.terms.headers);
	curl_slist_free_all(arg.terms.secrets);
	curl_global_cleanup();
	url_clear(&u);
}

int
main(int argc, char **argv)
{
	size_t operands;
	unsetenv("ETL_RUN_DIR"); /* a connector is no stage of its own: the parent writes the record */
	char **rest = tool_start(&tool, argc, argv, &operands, &arg.no_stats);
	if (operands == 1 && strcmp(rest[0], "describe") == 0)
		describe();
	else if (operands == 2 && strcmp(rest[0], "get") == 0)
		get(rest[1]);
	else if (operands > 0 && strcmp(rest[0], "put") == 0)
		die(END_SETUP, "put is not among the directions; see 'http describe'");
	else
		die(END_SETUP, "usage: http get URI [OPTION...] | http describe");
	end(END_WELL);
}
