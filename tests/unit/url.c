/*
 * The password of a URL: found in what is a URL, in what should have been one, and nowhere else.
 */
#include "url.h"

#include "unit.h"

static void
finds(const char *text, const char *password)
{
	struct slice found = url_password(text);
	ok(slice_is(found, password), "%s: '%s', not '%.*s'", text, password, (int)found.len,
		found.at);
}

static void
test_urls(void)
{
	finds("http://joe:secret@host/p?q=r@s", "secret");
	finds("sftp://joe:s:e@c@host:22", "s:e@c");
	finds("http://:secret@host", "secret");
	finds("http://joe:sec ret@host/", "sec ret");
	finds("http://joe:secret@[::1]:80/", "secret");
	finds("--target=https://joe:secret@host/", "secret");
}

static void
test_malformed(void)
{
	finds("http://joe:sec/ret@host/", "sec/ret");
	finds("http://joe:sec?ret@host/", "sec?ret");
	finds("http://joe:#@host/a:b", "#");
	finds("http://joe:12/3@host/", ""); /* the path /3@host/ at port 12 */
}

static void
test_without(void)
{
	static const char *const none[] = {"", "://", "://@", "http://host", "http://joe@host/",
		"http://joe:@host/", "http://host/a:b@c", "http://host:80/a:b@c",
		"http://[::1]/a@b", "http://[fe80::a]:80/?a@b",
		"http://host:$PORT/x | mail me@home", "joe:secret@host", "name:nr",
		"@:", "http:/joe:x@h"};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		finds(none[i], "");
}

static void
test_many(void)
{
	const char *text = "curl http://host/ https://joe:@host ftp://joe:one@host/ | curl "
			   "http://joe:two@host/";
	finds(text, "one");
	struct slice first = url_password(text);
	finds(first.at + first.len, "two");
}

int
main(void)
{
	test_urls();
	test_malformed();
	test_without();
	test_many();
	return done();
}
