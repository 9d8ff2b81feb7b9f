/* A directory of the host as a file system: /host. Whoever starts the machine serves it (./pith run --host DIR); a
 * debugger's host files alone are not enough, they have no directories.
 *
 * The bytes of files go by the host's own file calls. All else is asked for: a request is written to the host file
 * CONTROL/ask and the reply read from CONTROL/answer, two FIFOs, so the machine stands still until the reply is there. Who
 * serves them keeps the machine within DIR. Format, one request a time (tools/pithlib/hostdir.py):
 *
 *   request   OPERATION PATH [ARGUMENT ...]        words; a byte outside ! to ~, and %, is %XX; the path "" is %
 *   reply     NUMBER [WORD ...]                    0 or the errno; the words are what the operation gives
 *
 *   stat PATH            mode size mtime inode     mode in octal, mtime in microseconds since 1970
 *   next PATH NAME       mode inode name           the entry after NAME (% for the first) in the order of bytes; none: 0 alone
 *   open PATH FLAGS      token path            PITH_O_ in hexadecimal; does what O_CREAT, O_EXCL, O_TRUNC ask; the token
 *                                              is the open file's number for the next four, up to close
 *   fstat TOKEN (as stat), ftruncate TOKEN SIZE, fsync TOKEN, close TOKEN
 *   unlink, rmdir, mkdir PATH; rename PATH PATH; utime PATH MTIME
 *   usage                total free                units of 256 bytes */
#ifndef PITH_HOSTFS_H
#define PITH_HOSTFS_H
#include "vfs.h"

/* The host's file calls: those of drivers/semihost.h. */
struct hostfs_calls {
  int (*open)(const char *path, int mode);
  long (*read)(int handle, void *buf, size_t n);
  long (*write)(int handle, const void *buf, size_t n);
  long (*length)(int handle);
  int (*seek)(int handle, uint32_t position);
  int (*close)(int handle);
  int mode_read, mode_update, mode_write; /* of an existing file to read; to read and write; of a FIFO to write */
};

struct hostfs {
  struct mount mount; /* point, source and ops are set by hostfs_mount() */
  const struct hostfs_calls *calls;
  const char *control; /* the folder of the FIFOs; stays */
};

/* Mounts h at /host. 0, -EIO (nobody answers), -ENAMETOOLONG (the folder's name), or as vfs_mount(). Thread. */
int hostfs_mount(struct hostfs *h);
#endif
