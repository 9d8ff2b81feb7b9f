/* Shared memory and anonymous memory.
 *
 * A kernel object has its size when it is made, POSIX's gets it from ftruncate(): until then a descriptor of a new one
 * is a note of what it will be. Descriptors of shared memory are numbers from FIRST on, which are no handles. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "named.h"
#include "result.h"

#define FIRST 0x40000000

struct shm {
  struct shm *next;
  int fd, flags;
  mode_t mode;
  long handle; /* negative: not made yet */
  char name[PITH_OBJECT_NAME];
};

bool __pith_shm_close(int fd);
bool __pith_shm_truncate(int fd, off_t size, long *r);

static struct shm *all;
static int last = FIRST - 1;
static volatile unsigned lock;
static void *mapped; /* the shared memory the process sees */
static long mapped_handle;
static bool mapped_alone; /* its descriptor is closed: its handle goes with the mapping */

static struct shm **find(int fd) {
  struct shm **link = &all;
  while (*link && (*link)->fd != fd) link = &(*link)->next;
  return link;
}

static long open_kernel(const struct shm *s, int flags, unsigned size) {
  return object_open(PITH_OBJECT_SHM, "/shm", s->name, flags, s->mode, object_rights(s->flags), 0, size);
}

static long prepare(struct shm *s, const char *name) {
  char path[PITH_OBJECT_NAME];
  long r = object_path(path, "/shm", name);
  if (r < 0) return r;
  if ((s->flags & O_ACCMODE) == O_WRONLY) return -EINVAL;
  strcpy(s->name, name);
  s->handle = open_kernel(s, 0, 0);
  if (s->handle >= 0) {
    if ((s->flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL)) return 0;
    sys_close(s->handle);
    return -EEXIST;
  }
  return s->handle == -ENOENT && s->flags & O_CREAT ? 0 : s->handle;
}

int shm_open(const char *name, int flags, mode_t mode) {
  struct shm *s = malloc(sizeof *s);
  if (!s) return (int)result(-ENOMEM);
  *s = (struct shm){.flags = flags, .mode = mode};
  long r = prepare(s, name);
  if (r < 0) {
    free(s);
    return (int)result(r);
  }
  word_lock(&lock);
  s->fd = ++last;
  s->next = all;
  all = s;
  word_unlock(&lock);
  return s->fd;
}

int shm_unlink(const char *name) { return (int)result(object_unlink("/shm", name)); }

bool __pith_shm_close(int fd) {
  word_lock(&lock);
  struct shm **link = find(fd), *s = *link;
  if (s) *link = s->next;
  if (s && mapped && s->handle == mapped_handle) mapped_alone = true;
  else if (s && s->handle >= 0) sys_close(s->handle);
  word_unlock(&lock);
  free(s);
  return s != NULL;
}

static long size_of(const struct shm *s) {
  struct pith_info_object o;
  long r = sys_info(PITH_INFO_OBJECT, (unsigned)s->handle, &o, sizeof o);
  return r < 0 ? r : (long)o.size;
}

static long truncate_to(struct shm *s, off_t size) {
  if (size <= 0) return -EINVAL;
  if (s->handle >= 0) return size <= size_of(s) ? 0 : -EFBIG;
  if ((s->flags & O_ACCMODE) != O_RDWR) return -EINVAL;
  /* Somebody may have made it in between. */
  s->handle = open_kernel(s, s->flags & (O_CREAT | O_EXCL), (unsigned)size);
  return s->handle < 0 ? s->handle : size <= size_of(s) ? 0 : -EFBIG;
}

bool __pith_shm_truncate(int fd, off_t size, long *r) {
  word_lock(&lock);
  struct shm *s = *find(fd);
  if (s) *r = truncate_to(s, size);
  word_unlock(&lock);
  return s != NULL;
}

static void *map_shared(struct shm *s, size_t length, int protection, off_t offset) {
  if (!s) return errno = ENODEV, MAP_FAILED;
  if (offset || s->handle < 0) return errno = ENXIO, MAP_FAILED;
  if (protection & PROT_WRITE && (s->flags & O_ACCMODE) != O_RDWR) return errno = EACCES, MAP_FAILED;
  if ((long)length > size_of(s)) return errno = ENXIO, MAP_FAILED;
  unsigned long at = (unsigned long)sys_map(s->handle);
  if (at > -4096UL) return errno = (int)-at, MAP_FAILED;
  mapped_handle = s->handle;
  mapped_alone = false;
  return mapped = (void *)at;
}

static long unmap_shared(void) {
  mapped = NULL;
  long r = sys_unmap();
  return mapped_alone ? sys_close(mapped_handle) : r;
}

void *mmap(void *addr, size_t length, int protection, int flags, int fd, off_t offset) {
  (void)addr;
  int kind = flags & (MAP_SHARED | MAP_PRIVATE);
  if (length == 0 || flags & MAP_FIXED || (kind != MAP_SHARED && kind != MAP_PRIVATE))
    return errno = EINVAL, MAP_FAILED;
  if (protection & PROT_EXEC) return errno = ENOTSUP, MAP_FAILED;
  if (flags & MAP_ANONYMOUS) {
    void *piece = kind == MAP_PRIVATE ? calloc(1, length) : NULL;
    if (!piece) errno = kind == MAP_PRIVATE ? ENOMEM : ENOTSUP;
    return piece ? piece : MAP_FAILED;
  }
  if (kind != MAP_SHARED) return errno = ENOTSUP, MAP_FAILED;
  word_lock(&lock);
  void *at = map_shared(*find(fd), length, protection, offset);
  word_unlock(&lock);
  return at;
}

int munmap(void *addr, size_t length) {
  if (!addr || length == 0) return (int)result(-EINVAL);
  word_lock(&lock);
  bool shared = addr == mapped;
  long r = shared ? unmap_shared() : 0;
  word_unlock(&lock);
  if (!shared) free(addr);
  return (int)result(r);
}
