/* newlib's, and the program's name, which belongs here with GNU. */
#include_next <errno.h>
#ifndef PITH_ERRNO_H_
#define PITH_ERRNO_H_
#include <sys/features.h>

#ifdef __cplusplus
extern "C" {
#endif
#if __GNU_VISIBLE
extern char *program_invocation_name, *program_invocation_short_name;
#endif
#ifdef __cplusplus
}
#endif
#endif
