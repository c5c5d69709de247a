#include "check/form.h"

#include "digits.h"

static bool
is_letter(char byte)
{
	return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool
has_blank(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] <= ' ' || text.at[i] == 0x7f)
			return true;
	return false;
}

bool
form_is_email(struct slice text)
{
	const char *at = memchr(text.at, '@', text.len);
	if (at == NULL || at == text.at || has_blank(text))
		return false;
	struct slice host = {at + 1, text.len - (size_t)(at - text.at) - 1};
	return host.len != 0 && memchr(host.at, '@', host.len) == NULL && *host.at != '.' &&
	       host.at[host.len - 1] != '.';
}

bool
form_is_uri(struct slice text)
{
	size_t i = 0;
	while (i < text.len && (is_letter(text.at[i]) ||
				       (i != 0 && (digits_is(text.at[i]) || text.at[i] == '+' ||
							  text.at[i] == '-' || text.at[i] == '.'))))
		i++;
	return i != 0 && i + 1 < text.len && text.at[i] == ':' && !has_blank(text);
}

bool
form_is_uuid(struct slice text)
{
	if (text.len != 36)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
		char low = text.at[i] | 0x20;
		if (is_dash ? text.at[i] != '-'
			    : !digits_is(text.at[i]) && (low < 'a' || low > 'f'))
			return false;
	}
	return true;
}

bool
form_is_binary(struct slice text)
{
	size_t len = text.len;
	if (len % 4 != 0)
		return false;
	for (int pads = 0; pads < 2 && len != 0 && text.at[len - 1] == '='; pads++)
		len--;
	for (size_t i = 0; i < len; i++)
		if (!digits_is(text.at[i]) && !is_letter(text.at[i]) && text.at[i] != '+' &&
			text.at[i] != '/')
			return false;
	return true;
}

/* Takes `digits` and one of the designators in *order, which goes on behind it; false: no such. */
static bool
take_amount(struct slice text, size_t *i, const char **order, bool *has_fraction)
{
	size_t end = digits_end(text, *i);
	*has_fraction = end < text.len && (text.at[end] == '.' || text.at[end] == ',');
	size_t last = *has_fraction ? digits_end(text, end + 1) : end;
	if (end == *i || last == text.len || (*has_fraction && last == end + 1) ||
		text.at[last] == '\0')
		return false;
	const char *at = strchr(*order, text.at[last]);
	if (at == NULL)
		return false;
	*order = at + 1;
	*i = last + 1;
	return true;
}

bool
form_is_duration(struct slice text)
{
	const char *order = "YMWD";
	bool has_fraction = false;
	bool is_time = false;
	size_t i = text.len != 0 && *text.at == '-';
	if (i == text.len || text.at[i++] != 'P' || i == text.len)
		return false;
	while (i < text.len) {
		if (!is_time && text.at[i] == 'T') {
			is_time = true;
			order = "HMS";
			i++;
		}
		if (has_fraction || !take_amount(text, &i, &order, &has_fraction))
			return false;
	}
	return true;
}
