/*
 * Files of the user that requests need: logins, keys, authorities.
 */
#ifndef ETL_HTTP_FILES_H
#define ETL_HTTP_FILES_H

#include <stdbool.h>

#include "http-answer.h"
#include "http-url.h"

/*
 * Names those in the terms that are not named yet and that u needs: ~/.netrc where netrc says so,
 * and for sftp ~/.ssh/known_hosts and a private key there.  Ends the program where one of the terms
 * cannot be read.
 */
void files_choose(struct terms *t, const struct url *u, bool netrc);

#endif
