/* The directories programs are looked for in. */
#ifndef PITH_POSIX_PATH_H
#define PITH_POSIX_PATH_H
#include <stdbool.h>

/* $PATH, or where programs are. */
const char *path_list(void);
/* NAME in the next directory of *rest, in `to` (PATH_MAX bytes; "" if it does not fit). False: there is none. */
bool path_next(const char **rest, const char *name, char *to);
#endif
