/* flock(): advisory locks of whole files, of the open file, so that they are shared by dup() and fork() and gone with its last
 * close(). They and those of fcntl() do not see each other. EWOULDBLOCK with LOCK_NB, ENOLCK (PITH_FILE_LOCKS), EINTR. */
#ifndef PITH_SYS_FILE_H
#define PITH_SYS_FILE_H
#include <fcntl.h>

#ifndef LOCK_SH
#define LOCK_SH 1
#define LOCK_EX 2
#define LOCK_NB 4
#define LOCK_UN 8
#endif

#ifdef __cplusplus
extern "C" {
#endif
int flock(int fd, int operation);
#ifdef __cplusplus
}
#endif
#endif
