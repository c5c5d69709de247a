#include "url.h"

/* Is what should be the port, behind the first colon, none?  An IPv6 address is in brackets. */
static bool
has_odd_port(const char *authority, size_t len)
{
	const char *colon = *authority != '[' ? memchr(authority, ':', len) : NULL;
	if (colon == NULL)
		return false;
	size_t digits = strspn(colon + 1, "0123456789");
	return digits == 0 || colon + 1 + digits < authority + len;
}

/* The password of `user:password@host...`. */
static struct slice
find(const char *user)
{
	size_t len = strcspn(user, "/?#");
	const char *at = memrchr(user, '@', len);
	if (at == NULL && has_odd_port(user, len))
		at = memrchr(user, '@', strcspn(user, " \t\r\n"));
	const char *colon = at != NULL ? memchr(user, ':', (size_t)(at - user)) : NULL;
	if (colon == NULL)
		return (struct slice){user, 0};
	return (struct slice){colon + 1, (size_t)(at - colon - 1)};
}

struct slice
url_password(const char *text)
{
	struct slice found = {text, 0};
	while (found.len == 0 && (text = strstr(text, "://")) != NULL)
		found = find(text += 3);
	return found;
}
