#include "http-request.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http-address.h"
#include "mem.h"
#include "msg.h"
#include "number.h"

/*
 * A byte a second keeps a connection alive for ever and brings nothing; slower than this for
 * --low-speed seconds is a connection lost.
 */
enum { LOW_SPEED_BYTES = 10, BUFFER = 256 * 1024 };

static const struct {
	CURLoption option;
	long value;
} settings[] = {
	/* http-fetch.c does: what is secret must not follow to another host */
	{CURLOPT_FOLLOWLOCATION, 0},
	{CURLOPT_FAILONERROR, 1},
	{CURLOPT_SSL_VERIFYPEER, 1},
	{CURLOPT_SSL_VERIFYHOST, 2},
	{CURLOPT_TCP_KEEPALIVE, 1},
	{CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
	{CURLOPT_FTP_SKIP_PASV_IP, 1},
	{CURLOPT_LOW_SPEED_LIMIT, LOW_SPEED_BYTES},
};

static void
set_number(CURL *curl, CURLoption option, long value)
{
	if (curl_easy_setopt(curl, option, value) != CURLE_OK)
		die(END_SETUP, "libcurl does not take its option %d", (int)option);
}

static void
set_text(CURL *curl, CURLoption option, const char *value)
{
	if (value != NULL && curl_easy_setopt(curl, option, value) != CURLE_OK)
		die(END_SETUP, "libcurl does not take its option %d", (int)option);
}

static long
seconds_of(uint64_t ms)
{
	return (long)((ms + 999) / 1000);
}

/* Once, before the body's first byte or at its end if it has none. */
static void
begin(struct request *r)
{
	r->is_begun = true;
	r->is_wanted = !url_is_http(r->url) ||
		answer_begin(r->curl, r->terms, r->offset, r->resource, r->outcome);
}

static size_t
take(char *at, size_t one, size_t count, void *arg)
{
	struct request *r = arg;
	(void)one;
	if (!r->is_begun)
		begin(r);
	if (!r->is_wanted)
		return 0;
	if (body_add(r->resource->body, at, count))
		return count;
	outcome_set(r->outcome, END_DATA, false, "%s", r->resource->body->fault);
	return 0;
}

/*
 * Called with the address that is about to be connected to, after the name was resolved, for every
 * connection of a request: no name can be found public here and lead elsewhere.
 */
static curl_socket_t
open_public(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct request *r = arg;
	char text[ADDRESS_TEXT_MAX];
	const char *kind = address_kind(&address->addr, address->addrlen);
	(void)purpose;
	if (kind == NULL)
		return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	address_text(text, &address->addr, address->addrlen);
	outcome_set(r->outcome, END_SETUP, false, "%s is %s; --public-only refuses it", text, kind);
	return CURL_SOCKET_BAD;
}

void
request_header(struct request *r, const char *line)
{
	struct curl_slist *headers = curl_slist_append(r->headers, line);
	if (headers == NULL)
		die(END_SETUP, "out of memory");
	r->headers = headers;
}

static void
add_headers(struct request *r, const struct curl_slist *from)
{
	for (; from != NULL; from = from->next)
		request_header(r, from->data);
}

/* What differs from one request for http to the next. */
static void
set_http(struct request *r, bool is_home)
{
	char text[INTEGER_PRINT_MAX + 2];
	add_headers(r, r->terms->headers);
	if (is_home)
		add_headers(r, r->terms->secrets);
	if (r->terms->compressed)
		request_header(r, "Accept-Encoding: gzip");
	if (r->offset > 0) {
		struct buf condition = {0};
		snprintf(text, sizeof text, "%llu-", (unsigned long long)r->offset);
		set_text(r->curl, CURLOPT_RANGE, text);
		buf_format(&condition, "If-Range: %s", r->resource->validator);
		buf_byte(&condition, '\0');
		request_header(r, condition.at);
		buf_clear(&condition);
	}
	curl_easy_setopt(r->curl, CURLOPT_HTTPHEADER, r->headers);
}

static void
set_callbacks(struct request *r)
{
	curl_easy_setopt(r->curl, CURLOPT_ERRORBUFFER, r->error);
	if (!r->terms->public_only)
		return;
	curl_easy_setopt(r->curl, CURLOPT_OPENSOCKETFUNCTION, open_public);
	curl_easy_setopt(r->curl, CURLOPT_OPENSOCKETDATA, r);
	/* behind a proxy the address would not be seen */
	curl_easy_setopt(r->curl, CURLOPT_PROXY, "");
}

void
request_prepare(struct request *r, bool is_home, uint64_t max_time)
{
	const struct terms *t = r->terms;
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		set_number(r->curl, settings[i].option, settings[i].value);
	/*
	 * Refused where a handle that is used again still has the buffer of a request that failed
	 * early.
	 */
	curl_easy_setopt(r->curl, CURLOPT_BUFFERSIZE, (long)BUFFER);
	set_number(r->curl, CURLOPT_LOW_SPEED_TIME, seconds_of(t->low_speed));
	set_number(r->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)t->connect_timeout);
	set_number(r->curl, CURLOPT_TIMEOUT_MS, (long)max_time);
	set_text(r->curl, CURLOPT_PROTOCOLS_STR, "http,https,ftp,sftp");
	set_text(r->curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	set_text(r->curl, CURLOPT_USERAGENT, "etlutils/" ETL_VERSION);
	set_text(r->curl, CURLOPT_URL, r->url->at);
	set_text(r->curl, CURLOPT_USERNAME, r->url->user);
	set_text(r->curl, CURLOPT_PASSWORD, r->url->password);
	set_text(r->curl, CURLOPT_CAINFO, t->cacert);
	set_text(r->curl, CURLOPT_SSH_KNOWNHOSTS, t->known_hosts);
	set_text(r->curl, CURLOPT_SSH_PRIVATE_KEYFILE, t->ssh_key);
	set_text(r->curl, CURLOPT_NETRC_FILE, t->netrc);
	set_number(r->curl, CURLOPT_NETRC,
		t->netrc != NULL ? CURL_NETRC_OPTIONAL : CURL_NETRC_IGNORED);
	set_callbacks(r);
	if (url_is_http(r->url))
		set_http(r, is_home);
}

/*
 * Is it the caller's or the system's fault, or may it pass?  What is not named here is not expected
 * to.
 */
static int
status_of(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_FTP_ACCEPT_FAILED:
	case CURLE_FTP_ACCEPT_TIMEOUT:
	case CURLE_FTP_CANT_GET_HOST:
	case CURLE_FTP_WEIRD_PASV_REPLY:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_PARTIAL_FILE:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_AGAIN:
	case CURLE_SSH: /* a connection lost, mostly; its keys have codes of their own */
		return END_AGAIN;
	default:
		return END_SETUP;
	}
}

/*
 * libcurl has one code for a TLS handshake that failed: certificates and versions, which stay as
 * they are, and a connection lost meanwhile, which OpenSSL tells in words alone.
 */
static bool
is_handshake_lost(CURLcode code, const char *text)
{
	return code == CURLE_SSL_CONNECT_ERROR &&
		(strstr(text, "SYSCALL") != NULL || strstr(text, "reset by peer") != NULL ||
			strstr(text, "unexpected eof") != NULL);
}

/* FTP answers 4xx where the same command may succeed later, 5xx where not (RFC 959 4.2.1). */
static bool
is_transient_ftp(const struct request *r)
{
	return strcmp(r->url->scheme, "ftp") == 0 && answer_status(r->curl) / 100 == 4;
}

/* Makes a word begin in lower case, unless it is a name such as SSL. */
static void
lower(char *word)
{
	if (word[0] != '\0' && !isupper((unsigned char)word[1]))
		word[0] = (char)tolower((unsigned char)word[0]);
}

/* libcurl's words in our style: lower case, no full stops. */
static void
reword(char *text)
{
	size_t len = strlen(text);
	while (len > 0 && (text[len - 1] == '.' || text[len - 1] == '\n'))
		text[--len] = '\0';
	lower(text);
	for (char *stop = text; (stop = strstr(stop, ". ")) != NULL; stop += 2) {
		*stop = ';';
		lower(stop + 2);
	}
}

/* `failed to connect to HOST port N after 0 ms: Couldn't connect to server` says all but why. */
static void
name_cause(struct request *r)
{
	long why = 0;
	char *behind = strstr(r->error, " after ");
	if (behind != NULL && curl_easy_getinfo(r->curl, CURLINFO_OS_ERRNO, &why) == CURLE_OK &&
		why != 0)
		snprintf(behind, sizeof r->error - (size_t)(behind - r->error), ": %s",
			strerror((int)why));
}

static const char *
remedy(const struct request *r, CURLcode code)
{
	if (code != CURLE_PEER_FAILED_VERIFICATION)
		return "";
	if (strcmp(r->url->scheme, "sftp") == 0)
		return "; is its key in the file of known hosts?";
	return strstr(r->error, "certificate problem") != NULL
		       ? "; --cacert FILE names whom to trust"
		       : "";
}

void
request_judge_failure(struct request *r, CURLcode code)
{
	if (r->error[0] == '\0')
		snprintf(r->error, sizeof r->error, "%s", curl_easy_strerror(code));
	bool again = status_of(code) == END_AGAIN || is_handshake_lost(code, r->error) ||
		is_transient_ftp(r);
	if (code == CURLE_COULDNT_CONNECT)
		name_cause(r);
	reword(r->error);
	outcome_set(r->outcome, again ? END_AGAIN : END_SETUP, again, "%s%s", r->error,
		again ? "" : remedy(r, code));
}

/* The transfer ended as it should; is it all there? */
static void
judge_end(struct request *r)
{
	struct resource *resource = r->resource;
	struct body *body = resource->body;
	if (resource->whole != UINT64_MAX && body->taken != resource->whole)
		outcome_set(r->outcome, END_AGAIN, true, "%llu of %llu bytes came",
			(unsigned long long)body->taken, (unsigned long long)resource->whole);
	else if (!body_end(body))
		outcome_set(r->outcome, END_DATA, false, "%s", body->fault);
}

static void
judge(struct request *r, CURLcode code)
{
	if (code == CURLE_OK && !r->is_begun)
		begin(r);
	const char *location = url_is_http(r->url) ? answer_location(r->curl) : NULL;
	if (r->outcome->status != END_WELL)
		return;
	if (location != NULL)
		r->outcome->location = xstrdup(location);
	else if (code == CURLE_OK)
		judge_end(r);
	else if (code == CURLE_HTTP_RETURNED_ERROR)
		answer_refused(r->curl, r->terms, r->offset, r->resource, r->outcome);
	else
		request_judge_failure(r, code);
}

void
request_run(const struct terms *t, const struct url *u, bool is_home, uint64_t max_time,
	struct resource *resource, struct outcome *o)
{
	struct request r = {.terms = t, .url = u, .resource = resource, .outcome = o};
	*o = (struct outcome){.status = END_WELL};
	if (resource->validator != NULL)
		r.offset = resource->body->taken;
	else
		body_restart(resource->body);
	r.curl = curl_easy_init();
	if (r.curl == NULL)
		die(END_SETUP, "out of memory");
	request_prepare(&r, is_home, max_time);
	curl_easy_setopt(r.curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(r.curl, CURLOPT_WRITEDATA, &r);
	judge(&r, curl_easy_perform(r.curl));
	curl_easy_cleanup(r.curl);
	curl_slist_free_all(r.headers);
}
