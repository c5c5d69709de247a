#include "http-address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { V4_BITS = 96 }; /* ::ffff:a.b.c.d, RFC 4291 2.5.5.2 */

struct range {
	unsigned char prefix[16];
	int bits;
	const char *kind;
};

#define V4(a, b, c) {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, 0}

static const struct range ranges[] = {
	{V4(0, 0, 0), V4_BITS + 8, "unspecified"},
	{V4(10, 0, 0), V4_BITS + 8, "private"},
	{V4(100, 64, 0), V4_BITS + 10, "shared by a carrier"},
	{V4(127, 0, 0), V4_BITS + 8, "loopback"},
	{V4(169, 254, 0), V4_BITS + 16, "link-local"},
	{V4(172, 16, 0), V4_BITS + 12, "private"},
	{V4(192, 0, 0), V4_BITS + 24, "reserved"},
	{V4(192, 0, 2), V4_BITS + 24, "documentation"},
	{V4(192, 168, 0), V4_BITS + 16, "private"},
	{V4(198, 18, 0), V4_BITS + 15, "benchmarking"},
	{V4(198, 51, 100), V4_BITS + 24, "documentation"},
	{V4(203, 0, 113), V4_BITS + 24, "documentation"},
	{V4(224, 0, 0), V4_BITS + 4, "multicast"},
	{V4(240, 0, 0), V4_BITS + 4, "reserved"},
	{{[15] = 1}, 128, "loopback"},
	{{0}, 128, "unspecified"},
	{{0x01, 0x00}, 64, "discard-only"},
	{{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, "private"},
	{{0x20, 0x01, 0x0d, 0xb8}, 32, "documentation"},
	{{0xfc, 0x00}, 7, "private"},
	{{0xfe, 0x80}, 10, "link-local"},
	{{0xfe, 0xc0}, 10, "site-local"},
	{{0xff, 0x00}, 8, "multicast"},
};

/* IPv6 addresses that stand for an IPv4 one, which begins at byte `at`. */
static const struct {
	unsigned char prefix[16];
	int bits;
	size_t at;
} carriers[] = {
	{{0x00, 0x64, 0xff, 0x9b}, 96, 12}, /* NAT64, RFC 6052 */
	{{0x20, 0x02}, 16, 2},              /* 6to4, RFC 3056 */
	{{0}, 96, 12},                      /* IPv4-compatible, RFC 4291 2.5.5.1 */
};

static bool
has_prefix(const unsigned char *address, const unsigned char *prefix, int bits)
{
	size_t whole = (size_t)bits / 8;
	unsigned char mask = (unsigned char)(0xff00 >> (bits % 8));
	if (memcmp(address, prefix, whole) != 0)
		return false;
	return bits % 8 == 0 || ((address[whole] ^ prefix[whole]) & mask) == 0;
}

static const char *
kind_of(const unsigned char address[16])
{
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (has_prefix(address, ranges[i].prefix, ranges[i].bits))
			return ranges[i].kind;
	return NULL;
}

static const char *
kind_of_v4(const unsigned char v4[4])
{
	unsigned char mapped[16] = V4(0, 0, 0);
	memcpy(mapped + 12, v4, 4);
	return kind_of(mapped);
}

const char *
address_kind(const struct sockaddr *address, size_t len)
{
	if (address->sa_family == AF_INET && len >= sizeof(struct sockaddr_in)) {
		struct sockaddr_in in;
		memcpy(&in, address, sizeof in);
		return kind_of_v4((const unsigned char *)&in.sin_addr);
	}
	if (address->sa_family != AF_INET6 || len < sizeof(struct sockaddr_in6))
		return "of another family";
	struct sockaddr_in6 in6;
	memcpy(&in6, address, sizeof in6);
	const unsigned char *at = in6.sin6_addr.s6_addr;
	const char *kind = kind_of(at);
	for (size_t i = 0; kind == NULL && i < sizeof carriers / sizeof *carriers; i++)
		if (has_prefix(at, carriers[i].prefix, carriers[i].bits))
			kind = kind_of_v4(at + carriers[i].at);
	return kind;
}

const char *
address_text(char out[ADDRESS_TEXT_MAX], const struct sockaddr *address, size_t len)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	snprintf(out, ADDRESS_TEXT_MAX, "an address");
	if (address->sa_family == AF_INET && len >= sizeof in) {
		memcpy(&in, address, sizeof in);
		inet_ntop(AF_INET, &in.sin_addr, out, ADDRESS_TEXT_MAX);
	} else if (address->sa_family == AF_INET6 && len >= sizeof in6) {
		memcpy(&in6, address, sizeof in6);
		inet_ntop(AF_INET6, &in6.sin6_addr, out, ADDRESS_TEXT_MAX);
	}
	return out;
}
