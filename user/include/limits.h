/* The compiler's limits, then the system's. */
#ifndef _PITH_LIMITS_H
#define _PITH_LIMITS_H
#include_next <limits.h>
#include <sys/syslimits.h>

#ifndef SSIZE_MAX
#define SSIZE_MAX INT_MAX
#endif
#define _POSIX_NAME_MAX 14
#define _POSIX_PATH_MAX 256
#define _POSIX_OPEN_MAX 20
#define _POSIX_PIPE_BUF 512
#define _POSIX_ARG_MAX 4096
#define _POSIX2_LINE_MAX 2048
#endif
