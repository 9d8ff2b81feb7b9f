/* Which terminal a descriptor is. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "pith.h"
#include "result.h"

#define FOLDER "/dev/"

/* The entry of /dev that is this file; its name comes behind FOLDER. */
static int find(const struct pith_stat *st, char *name, size_t size) {
  struct pith_dirent entries[2];
  long n, fd = sys_open("/dev", PITH_O_RDONLY | PITH_O_DIRECTORY, 0);
  int error = ENOTTY;
  if (fd < 0) return (int)-fd;
  while (error == ENOTTY && (n = sys_readdir((int)fd, entries, 2)) > 0)
    for (long i = 0; i < n; i++) {
      size_t length = strlen(entries[i].name) + 1;
      if (entries[i].ino != st->ino || (entries[i].mode & PITH_S_IFMT) != PITH_S_IFCHR) continue;
      error = size < sizeof FOLDER - 1 + length ? ERANGE : 0;
      if (error) break;
      memcpy(name, FOLDER, sizeof FOLDER - 1);
      memcpy(name + sizeof FOLDER - 1, entries[i].name, length);
      break;
    }
  sys_close(fd);
  return error;
}

int ttyname_r(int fd, char *name, size_t size) {
  struct pith_stat st;
  if (!isatty(fd)) return errno;
  long r = sys_fstat(fd, &st);
  return r < 0 ? (int)-r : find(&st, name, size);
}

char *ttyname(int fd) {
  static char name[sizeof FOLDER + PITH_NAME_MAX];
  int error = ttyname_r(fd, name, sizeof name);
  if (!error) return name;
  errno = error;
  return NULL;
}

/* A caller's array has at least L_ctermid bytes. */
char *ctermid(char *s) {
  static char name[] = FOLDER "tty";
  return s ? strcpy(s, name) : name;
}
