/* Directories are read a few entries at a time. Each entry tells where the next one is, so telldir() is exact although
 * the descriptor is ahead. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pith.h"
#include "result.h"

#define ENTRIES 6

struct __pith_dir {
  int fd;
  long here;           /* where the entry is that comes next */
  long at, count;      /* in entries */
  struct dirent entry; /* what readdir() returned */
  struct pith_dirent entries[ENTRIES];
};

DIR *fdopendir(int fd) {
  struct pith_stat st;
  long r = sys_fstat(fd, &st);
  if (r >= 0 && (st.mode & S_IFMT) != S_IFDIR) r = -ENOTDIR;
  if (r >= 0) r = sys_lseek(fd, 0, SEEK_CUR);
  if (r < 0) return (void)result(r), NULL;
  DIR *d = calloc(1, sizeof *d);
  if (!d) return NULL;
  d->fd = fd;
  d->here = r;
  return d;
}

DIR *opendir(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return NULL;
  DIR *d = fdopendir(fd);
  if (!d) sys_close(fd);
  return d;
}

int closedir(DIR *d) {
  int fd = d->fd;
  free(d);
  return (int)result(sys_close(fd));
}

int dirfd(DIR *d) { return d->fd; }

struct dirent *readdir(DIR *d) {
  if (d->at == d->count) {
    long n = sys_readdir(d->fd, d->entries, ENTRIES);
    d->at = d->count = 0;
    if (n <= 0) return n < 0 ? (void)result(n), NULL : NULL;
    d->count = n;
  }
  const struct pith_dirent *e = &d->entries[d->at++];
  d->here = (long)e->next;
  d->entry.d_ino = (ino_t)e->ino;
  d->entry.d_type = (unsigned char)(e->mode >> 12);
  memcpy(d->entry.d_name, e->name, sizeof d->entry.d_name);
  return &d->entry;
}

long telldir(DIR *d) { return d->here; }

void seekdir(DIR *d, long where) {
  if (sys_lseek(d->fd, where, SEEK_SET) < 0) return;
  d->at = d->count = 0;
  d->here = where;
}

void rewinddir(DIR *d) { seekdir(d, 0); }

int alphasort(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

/* The entry, at the end of the list; false: no memory. */
static int append(struct dirent ***list, int n, const struct dirent *e) {
  struct dirent *copy = malloc(sizeof *copy), **longer;
  if (!copy) return 0;
  longer = realloc(*list, (size_t)(n + 1) * sizeof *longer);
  if (!longer) return free(copy), 0;
  *copy = *e;
  longer[n] = copy;
  *list = longer;
  return 1;
}

int scandir(const char *path, struct dirent ***out, int (*wanted)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **)) {
  DIR *d = opendir(path);
  struct dirent **list = NULL, *e;
  int n = 0, good = 1;
  if (!d) return -1;
  errno = 0;
  while (good && (e = readdir(d))) {
    if (wanted && !wanted(e)) continue;
    good = append(&list, n, e);
    n += good;
  }
  int error = errno;
  closedir(d);
  if (error) {
    while (n) free(list[--n]);
    free(list);
    errno = error;
    return -1;
  }
  if (compare && n)
    qsort(list, (size_t)n, sizeof *list, (int (*)(const void *, const void *))(void *)compare);
  *out = list ? list : malloc(1);
  return n;
}
