/*
 * What is not POSIX, with what stands in for it elsewhere than on Linux.
 */
#ifndef ETL_COMPAT_H
#define ETL_COMPAT_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "msg.h"

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#endif

/* Is fd an anonymous pipe, whose inode can carry a mark (etl(7), CLEAN END)? */
static inline bool
compat_is_pipe(int fd)
{
#ifdef __linux__
	enum { PIPEFS_MAGIC_NUMBER = 0x50495045 };
	struct statfs fs;
	return fstatfs(fd, &fs) == 0 && fs.f_type == PIPEFS_MAGIC_NUMBER;
#else
	(void)fd;
	return false;
#endif
}

/* Asks for a pipe of that many bytes; one that stays smaller is only slower. */
static inline void
compat_grow_pipe(int fd, int bytes)
{
#ifdef F_SETPIPE_SZ
	(void)fcntl(fd, F_SETPIPE_SZ, bytes);
#else
	(void)fd;
	(void)bytes;
#endif
}

/* Renames, unless there is something of the new name already: then -1 and EEXIST. */
static inline int
compat_rename_new(const char *from, const char *to)
{
#ifdef SYS_renameat2
	enum { NO_REPLACE = 1 };
	if (syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, NO_REPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
#endif
	return link(from, to) == 0 ? unlink(from) : -1;
}

/*
 * In a child, between fork and exec: die with the parent.  Returns false if it is gone already.
 * Elsewhere than on Linux nothing is asked for.
 */
static inline bool
compat_die_with(pid_t parent)
{
#ifdef __linux__
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		return false;
#endif
	return getppid() == parent;
}

/* Gives the disk back what a file holds from at on; where that cannot be, it stays. */
static inline void
compat_punch(int fd, uint64_t at, uint64_t len)
{
#ifdef FALLOC_FL_PUNCH_HOLE
	(void)fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at, (off_t)len);
#else
	(void)fd;
	(void)at;
	(void)len;
#endif
}

/* All that was written to the file system that fd is on is on disk; -1: it may not be. */
static inline int
compat_sync_all(int fd)
{
#ifdef __linux__
	return syncfs(fd);
#else
	(void)fd;
	errno = ENOSYS;
	return -1;
#endif
}

/* Bytes of RAM that this machine has. */
static inline uint64_t
compat_memory(void)
{
	long pages = sysconf(_SC_PHYS_PAGES);
	long size = sysconf(_SC_PAGESIZE);
	return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : (uint64_t)1 << 30;
}

/* Processors that this program may run on. */
static inline size_t
compat_processors(void)
{
#ifdef __linux__
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof set, &set) == 0)
		return (size_t)CPU_COUNT(&set);
#endif
	long count = sysconf(_SC_NPROCESSORS_ONLN);
	return count > 0 ? (size_t)count : 1;
}

/* What large pages are multiples of. */
#define COMPAT_LARGE ((size_t)2 << 20)

/*
 * Zeros for what is large and read at random, a multiple of COMPAT_LARGE bytes, which is how they
 * are aligned: in large pages where the system has them, of which few are enough for the processor
 * to know where all of it is.
 */
static inline void *
compat_take_large(size_t bytes)
{
	char *at = MAP_FAILED;
	if (bytes <= SIZE_MAX - COMPAT_LARGE)
		at = mmap(NULL, bytes + COMPAT_LARGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		mem_die();
	size_t before = (size_t)(-(uintptr_t)at & (COMPAT_LARGE - 1));
	if (before != 0)
		(void)munmap(at, before);
	(void)munmap(at + before + bytes, COMPAT_LARGE - before);
#ifdef MADV_HUGEPAGE
	(void)madvise(at + before, bytes, MADV_HUGEPAGE);
#endif
	return at + before;
}

/* Whole large pages? */
static inline bool
compat_is_large(size_t bytes)
{
	return bytes >= COMPAT_LARGE && bytes % COMPAT_LARGE == 0;
}

/*
 * Memory, of large pages where it is as large as some; its content is not set.  compat_give_back()
 * ends it.
 */
static inline void *
compat_take(size_t bytes)
{
	return compat_is_large(bytes) ? compat_take_large(bytes) : xmalloc(bytes);
}

/* Of compat_take() or, where it is large, compat_take_large(); else of the heap. */
static inline void
compat_give_back(void *at, size_t bytes)
{
	if (at != NULL && compat_is_large(bytes))
		(void)munmap(at, bytes);
	else
		free(at);
}

/* Fills at[len], at most 256 bytes, with what nobody can foresee. */
static inline void
compat_random(void *at, size_t len)
{
	if (getentropy(at, len) != 0)
		die(END_SETUP, "the system has no random bytes: %s", strerror(errno));
}

#endif
