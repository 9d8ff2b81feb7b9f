/* Files between the kernel and applications: flags and structures. Numbers that C programs see are newlib's. */
#ifndef PITH_FILE_ABI_H
#define PITH_FILE_ABI_H
#include <stdint.h>

enum {
  PITH_OPEN_MAX = 20,  /* descriptors of a process; a system may give it fewer */
  PITH_PATH_MAX = 256, /* bytes of a path with its closing 0 */
  PITH_NAME_MAX = 63,  /* bytes of a name in a directory, without it */
  PITH_PIPE_BUF = 512, /* a write to a pipe of up to so many bytes is in one piece */
};

/* open(); newlib's values */
#define PITH_O_ACCMODE 3u
#define PITH_O_RDONLY 0u
#define PITH_O_WRONLY 1u
#define PITH_O_RDWR 2u
#define PITH_O_APPEND 0x0008u
#define PITH_O_CREAT 0x0200u
#define PITH_O_TRUNC 0x0400u
#define PITH_O_EXCL 0x0800u
#define PITH_O_SYNC 0x2000u
#define PITH_O_NONBLOCK 0x4000u
#define PITH_O_CLOEXEC 0x40000u
#define PITH_O_DIRECTORY 0x200000u

/* lseek() */
enum { PITH_SEEK_SET, PITH_SEEK_CUR, PITH_SEEK_END };
/* fcntl(): DUPFD and DUPFD_CLOEXEC give the lowest free number from arg on */
enum {
  PITH_F_DUPFD = 0,
  PITH_F_GETFD,
  PITH_F_SETFD,
  PITH_F_GETFL,
  PITH_F_SETFL,
  PITH_F_GETLK = 7, /* to a struct pith_lock: what is in its way; type PITH_F_UNLCK: nothing is */
  PITH_F_SETLK,     /* from one: at once, or -EAGAIN */
  PITH_F_SETLKW,    /* waits */
  PITH_F_DUPFD_CLOEXEC = 14,
  PITH_F_FLOCK = 100, /* the number itself: PITH_LOCK_; flock() */
};
#define PITH_FD_CLOEXEC 1u

/* A lock of bytes of a file. */
struct pith_lock {
  uint32_t type;          /* PITH_F_RDLCK, PITH_F_WRLCK, PITH_F_UNLCK */
  uint32_t start, length; /* 0: all from start on */
  int32_t pid;            /* told by PITH_F_GETLK */
};
enum { PITH_F_RDLCK = 1, PITH_F_WRLCK, PITH_F_UNLCK };
enum { PITH_LOCK_SH = 1, PITH_LOCK_EX = 2, PITH_LOCK_NB = 4, PITH_LOCK_UN = 8 };

/* st_mode */
#define PITH_S_IFMT 0170000u
#define PITH_S_IFIFO 0010000u
#define PITH_S_IFCHR 0020000u
#define PITH_S_IFDIR 0040000u
#define PITH_S_IFREG 0100000u

struct pith_stat {
  uint32_t mode; /* type and permission bits: what the file system allows, the same for everybody */
  uint32_t size; /* bytes */
  uint32_t ino;  /* the same file, the same number, within its file system; 16 bits */
  uint32_t dev;  /* index of the mount, as sys_mount_info() counts */
  uint32_t links;
  uint32_t block; /* bytes a read or write does best with */
  int64_t mtime;  /* microseconds since 1970 */
};

struct pith_dirent {
  uint32_t next; /* lseek() to there goes on behind it */
  uint16_t ino;
  uint16_t mode; /* the type, PITH_S_IF */
  char name[PITH_NAME_MAX + 1];
};

struct pith_mount {
  char point[32];             /* "/tmp" */
  char source[32];            /* what is behind it, for display */
  char type[16];              /* "tmpfs" */
  uint32_t flags;             /* PITH_MOUNT_ */
  uint32_t total, free;       /* in units of 256 bytes */
  uint32_t files, files_free; /* 0: no such limit */
};
#define PITH_MOUNT_READ_ONLY 1u

/* poll(); newlib has no <poll.h>: the values are the usual ones */
struct pith_pollfd {
  int32_t fd; /* negative: passed over */
  uint16_t events, revents;
};
#define PITH_POLLIN 0x001u
#define PITH_POLLPRI 0x002u
#define PITH_POLLOUT 0x004u
#define PITH_POLLERR 0x008u
#define PITH_POLLHUP 0x010u
#define PITH_POLLNVAL 0x020u

/* ioctl() requests: what `arg` points to is in the comment */
enum {
  PITH_TCGETS = 0x5401, /* struct pith_termios */
  PITH_TCSETS,          /* the same: now; +1 when output has drained; +2 then, and input is dropped */
  PITH_TCSETSW,
  PITH_TCSETSF,
  PITH_TCSBRK = 0x5409,    /* no argument: waits until output has drained */
  PITH_TCXONC,             /* the number itself: 0 stops output, 1 starts it, 2 sends STOP, 3 sends START */
  PITH_TCFLSH,             /* the number itself: 0 input, 1 output, 2 both */
  PITH_TIOCGPGRP = 0x540F, /* int32_t: the foreground group */
  PITH_TIOCSPGRP,
  PITH_TIOCOUTQ,            /* int32_t: bytes not sent yet */
  PITH_TIOCGWINSZ = 0x5413, /* struct pith_winsize */
  PITH_TIOCSWINSZ,
  PITH_FIONREAD = 0x541B, /* int32_t: bytes that can be read */
  PITH_TCSBRKP = 0x5425,  /* no argument: a break, when output has drained */
  PITH_TIMERSET = 0x5054, /* of /dev/timer: struct pith_timer_spec, what it is to do */
  PITH_TIMERGET,          /* what it does: first_us is what is left */
};

struct pith_timer_spec {
  uint64_t first_us, period_us; /* from now on; 0: never, not again */
};

struct pith_termios {
  uint32_t iflag, oflag, cflag, lflag;
  uint32_t speed; /* bits per second */
  uint8_t cc[20];
};

struct pith_winsize {
  uint16_t rows, columns, x, y;
};

_Static_assert(sizeof(struct pith_stat) == 32, "ABI");
_Static_assert(sizeof(struct pith_dirent) == 72, "ABI");
_Static_assert(sizeof(struct pith_mount) == 100, "ABI");
_Static_assert(sizeof(struct pith_pollfd) == 8, "ABI");
_Static_assert(sizeof(struct pith_termios) == 40, "ABI");
_Static_assert(sizeof(struct pith_winsize) == 8, "ABI");
_Static_assert(sizeof(struct pith_timer_spec) == 16, "ABI");
_Static_assert(sizeof(struct pith_lock) == 16, "ABI");
#endif
