/* Files that are run but do not lie in memory already: read into process memory, where their text is executed, once for all
 * who run the same file, and given back when the last of them has ended. The same is the same file of the same length,
 * last changed at the same moment.
 *
 * Who runs what is in the table of processes; nothing is counted. */
#include "elf.h"
#include "files.h"
#include "load.h"
#include "mem.h"

#if PITH_FILES
enum { IMAGES = PITH_PROCESSES + 1 };

static struct image {
  const void *memory;  /* NULL: free */
  bool held;           /* somebody is about to run it, or reads it */
  uint32_t size;       /* bytes of it that were read */
  struct pith_stat st; /* of the file; ino 0: of none */
} images[IMAGES];
static unsigned used; /* so the end of a process costs no look at them when there are none */

static bool is_run(const void *file) {
  for (int i = 0; i < PITH_PROCESSES; i++) {
    const struct process *p = &process_table[i];

    if (p->state != PROCESS_FREE && p->state != PROCESS_REAPED && p->file == file) return true;
  }
  return false;
}

void image_sweep(void) {
  for (int i = 0; used && i < IMAGES; i++) {
    struct image *m = &images[i];

    if (!m->memory || m->held || is_run(m->memory)) continue;
    pool_give(&process_pool, K_WORD(m->memory));
    m->memory = NULL;
    used--;
  }
}

static struct image *image_of(const void *memory) {
  for (int i = 0; i < IMAGES; i++)
    if (images[i].memory == memory) return &images[i];
  return NULL;
}

bool image_keep(const void *memory) {
  struct image *m = is_run(memory) ? image_of(NULL) : NULL;

  if (!m) return false;
  *m = (struct image){.memory = memory};
  used++;
  return true;
}

/* ---- reading ---- */

static bool is_same(const struct pith_stat *a, const struct pith_stat *b) {
  return a->ino && a->ino == b->ino && a->dev == b->dev && a->size == b->size && a->mtime == b->mtime;
}

static const void *find(const struct pith_stat *st, uint32_t *size) {
  const void *found = NULL;

  pith_mutex_lock(&process_lock);
  for (int i = 0; i < IMAGES && !found; i++) {
    if (!images[i].memory || !is_same(&images[i].st, st)) continue;
    images[i].held = true;
    *size = images[i].size;
    found = images[i].memory;
  }
  pith_mutex_unlock(&process_lock);
  return found;
}

static long read_at(void *file, uint32_t at, void *to, uint32_t n) {
  struct file *f = file;
  uint32_t got = 0;
  long r = vfs_seek(f, (int32_t)at, PITH_SEEK_SET);

  while (r >= 0 && got < n) {
    r = vfs_read(f, (uint8_t *)to + got, n - got);
    if (r == 0) return -ENOEXEC; /* it has become shorter */
    if (r > 0) got += (uint32_t)r;
  }
  return r < 0 ? r : 0;
}

static long take(struct image **m, const void *memory) {
  pith_mutex_lock(&process_lock);
  *m = image_of(NULL);
  if (*m) **m = (struct image){.memory = memory, .held = true}, used++;
  pith_mutex_unlock(&process_lock);
  return *m ? 0 : -EAGAIN;
}

static long fetch(struct file *f, const struct pith_stat *st, const void **file, uint32_t *size) {
  struct image *m;
  void *memory;
  long r = elf_end(read_at, f, st->size, size);

  if (r) return r;
  memory = process_memory_take(*size);
  if (!memory) return -ENOMEM;
  r = read_at(f, 0, memory, *size);
  if (!r) r = take(&m, memory);
  if (r) {
    process_memory_give(memory);
    return r;
  }
  m->st = *st;
  m->size = *size;
  *file = memory;
  return 0;
}

int image_open(const char *path, const void **file, uint32_t *size) {
  struct pith_stat st;
  struct file *f;
  long r = vfs_map(path, file, size);

  if (r != -ENOENT) return r == -EISDIR ? -EACCES : (int)r;
  r = vfs_stat(path, &st);
  if (r) return (int)r;
  if ((st.mode & PITH_S_IFMT) != PITH_S_IFREG) return -EACCES;
  *file = find(&st, size);
  if (*file) return 0;
  r = vfs_open(path, PITH_O_RDONLY, 0, &f);
  if (r) return (int)r;
  r = fetch(f, &st, file, size);
  vfs_close(f);
  return (int)r;
}

void image_close(const void *file) {
  struct image *m;

  pith_mutex_lock(&process_lock);
  m = image_of(file);
  if (m) m->held = false;
  image_sweep();
  pith_mutex_unlock(&process_lock);
}
#endif
