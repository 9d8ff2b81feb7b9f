/* utime(): newlib has the structure, not the function. */
#ifndef _PITH_UTIME_H
#define _PITH_UTIME_H
#include <sys/types.h>
#include <sys/utime.h>

#ifdef __cplusplus
extern "C" {
#endif
int utime(const char *path, const struct utimbuf *times);
#ifdef __cplusplus
}
#endif
#endif
