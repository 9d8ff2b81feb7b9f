/* Where things are. */
#ifndef _PITH_PATHS_H
#define _PITH_PATHS_H
#include_next <paths.h>

#define _PATH_CONSOLE "/dev/console"
#define _PATH_TTY "/dev/tty"
#define _PATH_TMP "/tmp/"
#define _PATH_DEFPATH "/bin"
#define _PATH_STDPATH "/bin"
#define _PATH_MOUNTED "/proc/mounts"
#endif
