/* newlib's, with what headers of sockets would have: programs look for it before they know that there are none. */
#include_next <sys/types.h>
#ifndef _SOCKLEN_T_DECLARED
#define _SOCKLEN_T_DECLARED
typedef __socklen_t socklen_t;
#endif
