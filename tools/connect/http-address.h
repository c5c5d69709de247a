/*
 * Which internet addresses are for everybody, and which lead inside: loopback, private,
 * link-local...
 */
#ifndef ETL_HTTP_ADDRESS_H
#define ETL_HTTP_ADDRESS_H

#include <stddef.h>
#include <sys/socket.h>

enum { ADDRESS_TEXT_MAX = 64 };

/*
 * NULL if the address is public, else what it is in a word: "loopback".  The ranges are those of
 * the IANA special-purpose registries (RFC 6890); an IPv4 address inside an IPv6 one is judged as
 * itself.
 */
const char *address_kind(const struct sockaddr *address, size_t len);
/* The address in digits, for messages.  Returns out. */
const char *address_text(char out[ADDRESS_TEXT_MAX], const struct sockaddr *address, size_t len);

#endif
