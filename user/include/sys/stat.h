/* newlib's, and what it declares for other systems alone. */
#include_next <sys/stat.h>
#ifndef PITH_SYS_STAT_H
#define PITH_SYS_STAT_H

#ifdef __cplusplus
extern "C" {
#endif
int lstat(const char *__restrict path, struct stat *__restrict st);
#ifdef __cplusplus
}
#endif
#endif
