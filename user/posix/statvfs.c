/* How full a file system is: what sys_mount_info() says of the one a file is on. */
#include <string.h>
#include <sys/statvfs.h>
#include "pith.h"
#include "result.h"

static int told(long r, const struct pith_stat *st, struct statvfs *to) {
  struct pith_mount m;
  if (r >= 0) r = sys_mount_info(st->dev, &m);
  if (r < 0) return (int)result(r);
  *to = (struct statvfs){.f_bsize = 256,
                         .f_frsize = 256,
                         .f_blocks = m.total,
                         .f_bfree = m.free,
                         .f_bavail = m.free,
                         .f_files = m.files,
                         .f_ffree = m.files_free,
                         .f_favail = m.files_free,
                         .f_fsid = st->dev,
                         .f_flag = ST_NOSUID | (m.flags & PITH_MOUNT_READ_ONLY ? ST_RDONLY : 0),
                         .f_namemax = PITH_NAME_MAX};
  return 0;
}

int statvfs(const char *path, struct statvfs *to) {
  struct pith_stat st;
  return told(sys_stat(path, &st), &st, to);
}

int fstatvfs(int fd, struct statvfs *to) {
  struct pith_stat st;
  return told(sys_fstat(fd, &st), &st, to);
}
