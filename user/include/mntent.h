/* What is mounted, line by line of /proc/mounts: source, place, kind, "ro" or "rw". What getmntent() gives is there until it is
 * called again. */
#ifndef PITH_MNTENT_H
#define PITH_MNTENT_H
#include <stdio.h>

#define MOUNTED "/proc/mounts"
#define MNTTYPE_IGNORE "ignore"
#define MNTTYPE_NFS "nfs"
#define MNTTYPE_SWAP "swap"
#define MNTOPT_RO "ro"
#define MNTOPT_RW "rw"

struct mntent {
  char *mnt_fsname, *mnt_dir, *mnt_type, *mnt_opts;
  int mnt_freq, mnt_passno; /* 0 */
};

#ifdef __cplusplus
extern "C" {
#endif
FILE *setmntent(const char *file, const char *mode);
struct mntent *getmntent(FILE *stream);
int endmntent(FILE *stream); /* 1 */
char *hasmntopt(const struct mntent *entry, const char *option);
#ifdef __cplusplus
}
#endif
#endif
