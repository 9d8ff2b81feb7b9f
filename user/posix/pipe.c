/* Pipes and FIFOs. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pith.h"
#include "result.h"

int pipe2(int fds[2], int flags) { return (int)result(sys_pipe(fds, (unsigned)flags)); }
int pipe(int fds[2]) { return pipe2(fds, 0); }
int mkfifo(const char *path, mode_t mode) { return (int)result(sys_mkfifo(path, mode)); }
