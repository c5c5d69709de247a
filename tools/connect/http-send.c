#include "http-send.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "http-excerpt.h"
#include "http-request.h"
#include "mem.h"
#include "msg.h"

enum {
	BUFFER = 256 * 1024,
	LARGE = 1024 * 1024,        /* a body that is worth asking first whether it is wanted */
	ANSWER_MAX = 1024 * 1024    /* of an answer more is not waited for */
};

/* One body on its way. */
struct sending {
	struct sender *sender;
	struct upload *upload;
	uint64_t records;
	const char *key;
	/* Of the request that is under way: */
	CURL *curl;
	bool is_answered;           /* the whole head of an answer has come, interim ones aside */
	uint64_t came;              /* bytes of its body */
	struct buf answer;          /* the first EXCERPT_FROM of them */
};

static size_t
give(char *at, size_t one, size_t count, void *arg)
{
	struct sending *s = arg;
	return upload_read(s->upload, at, one * count);
}

/* libcurl begins again where a server wants a login first, and the like. */
static int
seek(void *arg, curl_off_t offset, int from)
{
	struct sending *s = arg;
	if (from != SEEK_SET)
		return CURL_SEEKFUNC_CANTSEEK;
	s->upload->at = (uint64_t)offset;
	return CURL_SEEKFUNC_OK;
}

static size_t
take(char *at, size_t one, size_t count, void *arg)
{
	struct sending *s = arg;
	size_t len = one * count;
	size_t room = s->answer.len < EXCERPT_FROM ? EXCERPT_FROM - s->answer.len : 0;
	buf_add(&s->answer, at, len < room ? len : room);
	s->came += len;
	return s->came <= ANSWER_MAX ? len : 0;
}

/* An answer cut short in its head is none: nobody knows what it would have been. */
static size_t
take_head(char *at, size_t one, size_t count, void *arg)
{
	struct sending *s = arg;
	size_t len = one * count;
	if (len >= 5 && memcmp(at, "HTTP/", 5) == 0)
		s->is_answered = false;
	else if (len <= 2 && answer_status(s->curl) >= 200)
		s->is_answered = true;
	return len;
}

static void
add_headers(const struct sending *s, struct request *r)
{
	struct buf line = {0};
	buf_format(&line, "Content-Type: %s", s->sender->how->content_type);
	buf_byte(&line, '\0');
	request_header(r, line.at);
	line.len = 0;
	if (s->key != NULL) {
		buf_format(&line, "Idempotency-Key: %s", s->key);
		buf_byte(&line, '\0');
		request_header(r, line.at);
	}
	buf_clear(&line);
	/*
	 * libcurl would ask before each PUT, and wait a second for servers that do not answer to
	 * that.
	 */
	if (upload_size(s->upload) <= LARGE)
		request_header(r, "Expect:");
	curl_easy_setopt(r->curl, CURLOPT_HTTPHEADER, r->headers);
}

static void
set_up(struct sending *s, struct request *r)
{
	CURL *curl = r->curl;
	add_headers(s, r);
	/* what the server says of its reasons is wanted */
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 0L);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, s->sender->how->method);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)upload_size(s->upload));
	curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, (long)BUFFER);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, s);
	curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, seek);
	curl_easy_setopt(curl, CURLOPT_SEEKDATA, s);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, s);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_head);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, s);
	/*
	 * On a connection that it had kept libcurl sends a request again by itself if that is
	 * closed without an answer: the server may have taken the first.
	 */
	curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, (long)!s->sender->how->is_idempotent);
}

/* The server may have taken the records: then they are sent again only where that does no harm. */
static void
judge_unknown(const struct sending *s, struct outcome *o)
{
	char why[WHY_MAX];
	if (!o->again || s->sender->how->is_idempotent)
		return;
	memcpy(why, o->why, sizeof why);
	outcome_set(o, o->status, false,
		"%.600s; not sent again, since it may have been taken (see --idempotent)", why);
}

/*
 * 301, 302 and 303 have something fetched from elsewhere, and may come when the records have been
 * taken.
 */
static bool
judge_redirect(struct request *r, long status, const char *location)
{
	struct url to;
	if (status == 307 || status == 308) {
		r->outcome->location = xstrdup(location);
		return true;
	}
	const char *why = url_follow(&to, r->url, location);
	outcome_set(r->outcome, END_SETUP, false,
		"answered %ld, a redirect to %.400s; records follow only 307 and 308: is that the "
		"URI to send them to?",
		status, why == NULL ? to.shown : "somewhere else");
	url_clear(&to);
	return false;
}

/*
 * 429 and a 503 that gives a time say that the request was turned away, 408 that it did not come
 * whole.
 */
static bool
is_turned_away(CURL *curl, long status)
{
	return status == 429 || status == 408 ||
	       (status == 503 && answer_header(curl, "Retry-After") != NULL);
}

/*
 * The server answered something other than 2xx.  Returns whether it is known not to have taken the
 * records.
 */
static bool
judge_answer(struct sending *s, struct request *r)
{
	long status = answer_status(s->curl);
	const char *location = answer_location(s->curl);
	struct outcome *o = r->outcome;
	if (location != NULL)
		return judge_redirect(r, status, location);
	if (status < 400) {
		outcome_set(
			o, END_SETUP, false, "answered %ld, which acknowledges nothing", status);
		return false;
	}
	answer_refused(s->curl, r->terms, 0, NULL, o);
	if (status == 413 && strcmp(s->sender->how->method, "POST") == 0)
		outcome_set(o, o->status, false,
			"answered 413 content too large: --batch-rows or --batch-bytes makes it "
			"smaller");
	excerpt_add(r, &s->answer, s->came);
	bool is_known = o->status != END_AGAIN || is_turned_away(s->curl, status);
	if (!is_known)
		judge_unknown(s, o);
	return is_known;
}

/*
 * There was no answer to all of it.  Returns whether the server is known not to have taken the
 * records.
 */
static bool
judge_loss(const struct sending *s, struct request *r, CURLcode code, bool is_begun)
{
	if (r->outcome->status == END_WELL && code == CURLE_OK)
		outcome_set(r->outcome, END_SETUP, false,
			"answered %ld before it had the records: is this where they are taken?",
			answer_status(s->curl));
	else if (r->outcome->status == END_WELL)
		request_judge_failure(r, code);
	if (!is_begun)
		return true;
	judge_unknown(s, r->outcome);
	return false;
}

static void
judge(struct sending *s, struct request *r, CURLcode code)
{
	curl_off_t sent = 0;
	curl_easy_getinfo(s->curl, CURLINFO_SIZE_UPLOAD_T, &sent);
	bool is_good = s->is_answered && answer_status(s->curl) / 100 == 2;
	/* Taken is taken, whatever then became of the answer's own body. */
	if (is_good && (uint64_t)sent == upload_size(s->upload))
		return;
	bool is_known =
		s->is_answered && !is_good ? judge_answer(s, r) : judge_loss(s, r, code, sent != 0);
	progress_fail(s->sender->progress, is_known);
}

static void
request(void *what, const struct url *at, bool is_home, uint64_t max_time, struct outcome *o)
{
	struct sending *s = what;
	struct sender *sender = s->sender;
	struct request r = {.curl = sender->curl, .terms = sender->terms, .url = at, .outcome = o};
	*o = (struct outcome){.status = END_WELL};
	s->curl = sender->curl;
	s->is_answered = false;
	s->came = 0;
	s->answer.len = 0;
	s->upload->at = 0;
	curl_easy_reset(r.curl);
	request_prepare(&r, is_home, max_time);
	set_up(s, &r);
	progress_send(sender->progress, s->records);
	judge(s, &r, curl_easy_perform(r.curl));
	curl_slist_free_all(r.headers);
}

void
send_open(struct sender *s, const struct terms *terms, const struct send_how *how,
	const struct url *home, struct progress *progress)
{
	*s = (struct sender){.terms = terms, .how = how, .home = home, .progress = progress};
	s->schedule = (struct schedule){.terms = terms, .start = clock_ns()};
	s->curl = curl_easy_init();
	if (s->curl == NULL)
		die(END_SETUP, "out of memory");
}

void
send_upload(struct sender *s, struct upload *u, uint64_t records, const char *key, const char *what)
{
	struct sending sending = {.sender = s, .upload = u, .records = records, .key = key};
	struct outcome o;
	s->schedule.tries = 0;
	for (;;) {
		try_once(&s->schedule, s->home, request, &sending, &o);
		if (o.status == END_WELL)
			break;
		try_wait(&s->schedule, what, "trying again", &o);
	}
	buf_clear(&sending.answer);
	progress_acknowledge(s->progress, records);
}

void
send_close(struct sender *s)
{
	curl_easy_cleanup(s->curl);
}
