#include "http-upload.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "msg.h"
#include "number.h"

enum { PIECE = 64 * 1024 };

uint64_t
upload_size(const struct upload *u)
{
	return u->head.len + u->len + u->tail.len;
}

static size_t
read_slice(struct slice from, uint64_t at, char *to, size_t max)
{
	size_t left = from.len - (size_t)at;
	size_t n = left < max ? left : max;
	memcpy(to, from.at + at, n);
	return n;
}

static size_t
read_file(const struct upload *u, uint64_t at, char *to, size_t max)
{
	uint64_t left = u->len - at;
	ssize_t n;
	do
		n = pread(u->fd, to, left < max ? (size_t)left : max, (off_t)at);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		die(END_SETUP, "%s: %s", u->fd_name, n < 0 ? strerror(errno) : "was cut");
	return (size_t)n;
}

size_t
upload_read(struct upload *u, char *at, size_t max)
{
	uint64_t behind_head = u->head.len + u->len;
	size_t n = 0;
	if (u->at < u->head.len)
		n = read_slice(u->head, u->at, at, max);
	else if (u->at < behind_head)
		n = read_file(u, u->at - u->head.len, at, max);
	else if (u->at < upload_size(u))
		n = read_slice(u->tail, u->at - behind_head, at, max);
	u->at += n;
	return n;
}

static void
digest(unsigned char out[EVP_MAX_MD_SIZE], struct upload *u, struct slice name)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	char *piece = xmalloc(PIECE);
	bool good = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
		EVP_DigestUpdate(context, name.at, name.len) == 1;
	u->at = 0;
	for (size_t n; good && (n = upload_read(u, piece, PIECE)) != 0;)
		good = EVP_DigestUpdate(context, piece, n) == 1;
	if (!good || EVP_DigestFinal_ex(context, out, NULL) != 1)
		die(END_SETUP, "libcrypto cannot compute a SHA-256");
	u->at = 0;
	free(piece);
	EVP_MD_CTX_free(context);
}

/* RFC 9562, 5.8: version 8, variant 10. */
static const char *
put_uuid(char out[UPLOAD_KEY_MAX], unsigned char bytes[16])
{
	static const char hex[] = "0123456789abcdef";
	char *to = out;
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x80);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = hex[bytes[i] >> 4];
		*to++ = hex[bytes[i] & 15];
	}
	*to = '\0';
	return out;
}

const char *
upload_key(char out[UPLOAD_KEY_MAX], struct upload *u, const char *uri, const char *load,
	uint64_t number)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	char digits[INTEGER_PRINT_MAX];
	struct buf name = {0};
	/* NULs between them, so that no two triples are the same bytes. */
	buf_add(&name, uri, strlen(uri) + 1);
	buf_add(&name, load, strlen(load) + 1);
	buf_add(&name, digits, uint64_print(digits, number));
	buf_byte(&name, '\0');
	digest(sum, u, (struct slice){name.at, name.len});
	buf_clear(&name);
	return put_uuid(out, sum);
}
