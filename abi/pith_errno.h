/* The error numbers of the ABI. The kernel is freestanding and takes them from here; a process takes
 * newlib's <errno.h>, whose values these are (user/libc asserts it). A call returns 0 or more on
 * success and the negative of one of these on failure. On the host the system's own values serve. */
#ifndef PITH_ERRNO_H
#define PITH_ERRNO_H
#if __STDC_HOSTED__
#include <errno.h>
#else
#define EPERM 1
#define ENOENT 2
#define ESRCH 3
#define EINTR 4
#define EIO 5
#define ENXIO 6
#define E2BIG 7
#define ENOEXEC 8
#define EBADF 9
#define ECHILD 10
#define EAGAIN 11
#define ENOMEM 12
#define EACCES 13
#define EFAULT 14
#define EBUSY 16
#define EEXIST 17
#define EXDEV 18
#define ENODEV 19
#define ENOTDIR 20
#define EISDIR 21
#define EINVAL 22
#define ENFILE 23
#define EMFILE 24
#define ENOTTY 25
#define EFBIG 27
#define ENOSPC 28
#define ESPIPE 29
#define EROFS 30
#define EPIPE 32
#define ERANGE 34
#define EIDRM 36
#define EDEADLK 45
#define ENOLCK 46
#define ENOSYS 88
#define ENOTEMPTY 90
#define ENAMETOOLONG 91
#define ETIMEDOUT 116
#define EMSGSIZE 122
#define ENOTSUP 134
#define EOVERFLOW 139
#define ECANCELED 140
#define ENOTRECOVERABLE 141
#define EOWNERDEAD 142
#endif
#endif
