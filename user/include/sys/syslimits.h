/* What <limits.h> includes: the limits that are the system's own are Pith's (abi/pith_file.h), the others newlib's. */
#ifndef _PITH_SYSLIMITS_H
#define _PITH_SYSLIMITS_H
#include_next <sys/syslimits.h>
#undef ARG_MAX
#undef LINK_MAX
#undef NAME_MAX
#undef OPEN_MAX
#undef PATH_MAX
#define ARG_MAX 16384
#define LINK_MAX 1
#define NAME_MAX 63
#define OPEN_MAX 20
#define PATH_MAX 256
#endif
