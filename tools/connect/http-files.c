#include "http-files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "msg.h"

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
choose_ssh_files(struct terms *t)
{
	static const char *const keys[] = {".ssh/id_ed25519", ".ssh/id_ecdsa", ".ssh/id_rsa"};
	if (t->known_hosts == NULL)
		t->known_hosts = at_home(".ssh/known_hosts");
	for (size_t i = 0; t->ssh_key == NULL && i < sizeof keys / sizeof *keys; i++) {
		char *path = at_home(keys[i]);
		if (access(path, R_OK) == 0)
			t->ssh_key = path;
		else
			free(path);
	}
}

void
files_choose(struct terms *t, const struct url *u, bool netrc)
{
	if (netrc && t->netrc == NULL)
		t->netrc = at_home(".netrc");
	if (strcmp(u->scheme, "sftp") == 0)
		choose_ssh_files(t);
	check_readable(t->netrc);
	check_readable(t->cacert);
	check_readable(t->known_hosts);
	check_readable(t->ssh_key);
}
