/* How full a file system is. */
#ifndef _SYS_STATVFS_H
#define _SYS_STATVFS_H
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct statvfs {
  unsigned long f_bsize, f_frsize;             /* 256 */
  fsblkcnt_t f_blocks, f_bfree, f_bavail; /* in units of f_frsize */
  fsfilcnt_t f_files, f_ffree, f_favail;  /* 0: no such limit */
  unsigned long f_fsid, f_flag, f_namemax;
};
#define ST_RDONLY 1
#define ST_NOSUID 2

int statvfs(const char *path, struct statvfs *to);
int fstatvfs(int fd, struct statvfs *to);

#ifdef __cplusplus
}
#endif
#endif
