/* newlib's, and the program's name. */
#include_next <stdlib.h>
#ifndef PITH_STDLIB_H
#define PITH_STDLIB_H
#include <sys/features.h>

#ifdef __cplusplus
extern "C" {
#endif
#if __BSD_VISIBLE
const char *getprogname(void);
void setprogname(const char *name);
#endif
#ifdef __cplusplus
}
#endif
#endif
