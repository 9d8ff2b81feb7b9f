/* See hostfs.h for the protocol. One request at a time, under the lock of the tree, so its buffers are static. What comes
 * back is the host's word: numbers are read with a bound, names cut to what fits, a reply that is none is EIO. */
#include "hostfs.h"
#include "fmt.h"
#include "fs.h"
#include "mem.h"

enum { CONTROL_MAX = 200, MESSAGE = 1200, WORD = 600, BLOCK = 512, DIRECTORIES = 4 };

/* Where the readers of directories are: the name they had last. */
struct directory {
  struct file *owner; /* NULL: free */
  char last[PITH_NAME_MAX + 1];
  char path[PITH_PATH_MAX];
};

static struct directory directories[DIRECTORIES];
static char message[MESSAGE], word[WORD];

/* ---- words ---- */

struct text {
  char *at;
  size_t room;
};

static void put_raw(struct text *t, char c) {
  if (t->room) *t->at++ = c, t->room--;
}

static void put_word(struct text *t, const char *s) {
  static const char digit[] = "0123456789ABCDEF";

  put_raw(t, ' ');
  if (!*s) put_raw(t, '%');
  for (; *s; s++) {
    if (*s > ' ' && *s <= '~' && *s != '%') {
      put_raw(t, *s);
      continue;
    }
    put_raw(t, '%');
    put_raw(t, digit[(uint8_t)*s >> 4]);
    put_raw(t, digit[*s & 15]);
  }
}

static int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The next word of a reply, decoded, in `word`; NULL at its end, or if it does not fit. */
static const char *next_word(const char **reply) {
  const char *s = *reply;
  size_t n = 0;

  while (*s == ' ' || *s == '\n') s++;
  if (!*s) return NULL;
  for (; *s && *s != ' ' && *s != '\n'; s++) {
    char c = *s;

    if (c == '%') {
      if (hex(s[1]) < 0 || hex(s[2]) < 0) continue; /* the empty word */
      c = (char)(hex(s[1]) << 4 | hex(s[2]));
      s += 2;
    }
    if (n == WORD - 1) return NULL;
    word[n++] = c;
  }
  word[n] = 0;
  *reply = s;
  return word;
}

static uint64_t number(const char **reply, unsigned base) {
  const char *s = next_word(reply);
  uint64_t n = 0;

  for (; s && hex(*s) >= 0 && (unsigned)hex(*s) < base; s++) n = n * base + (unsigned)hex(*s);
  return n;
}

/* ---- requests ---- */

static int tell(const struct hostfs *h, const char *name, size_t length, bool write) {
  char path[CONTROL_MAX + 8];
  size_t n = strlen(h->control);
  int handle;
  long done = 0, got = 1;

  memcpy(path, h->control, n);
  memcpy(path + n, name, strlen(name) + 1);
  handle = h->calls->open(path, write ? h->calls->mode_write : h->calls->mode_read);
  if (handle < 0) return -EIO;
  if (write) got = h->calls->write(handle, message, length) == (long)length ? 0 : -EIO;
  while (got > 0) { /* to the end of the reply */
    got = h->calls->read(handle, message + done, (size_t)(MESSAGE - 1 - done));
    if (got > 0) done += got;
  }
  if (!write) message[done] = 0;
  h->calls->close(handle);
  return got < 0 ? -EIO : 0;
}

/* OPERATION and its words, to a NULL. 0 and *reply behind the number, or the errno negative. */
static int ask(const struct mount *m, const char **reply, const char *operation, const char *path,
               const char *more) {
  const struct hostfs *h = (const struct hostfs *)m;
  struct text t = {message, MESSAGE - 1};
  const char *at = message;
  int error;

  while (*operation) put_raw(&t, *operation++);
  if (path) put_word(&t, path);
  if (more) put_word(&t, more);
  put_raw(&t, '\n');
  if (!t.room) return -ENAMETOOLONG;
  error = tell(h, "/ask", MESSAGE - 1 - t.room, true);
  if (!error) error = tell(h, "/answer", 0, false);
  if (error) return error;
  if (*message < '0' || *message > '9') return -EIO;
  error = -(int)number(&at, 10);
  *reply = at;
  return error < -4095 ? -EIO : error;
}

static int plain(struct mount *m, const char *operation, const char *path, const char *more) {
  const char *reply;

  return ask(m, &reply, operation, path, more);
}

static void read_stat(const char **reply, struct pith_stat *st) {
  uint32_t mode = (uint32_t)number(reply, 8);
  uint64_t size = number(reply, 10), mtime = number(reply, 10);
  uint32_t ino = (uint32_t)number(reply, 10);

  *st = (struct pith_stat){.mode = mode,
                           .size = size > INT32_MAX ? INT32_MAX : (uint32_t)size,
                           .ino = ino ? ino : 1,
                           .links = 1,
                           .block = BLOCK,
                           .mtime = (int64_t)mtime};
}

static int host_stat(struct mount *m, const char *path, struct pith_stat *st) {
  const char *reply;
  int error = ask(m, &reply, "stat", path, NULL);

  if (!error) read_stat(&reply, st);
  return error;
}

/* ---- directories ---- */

static int directory_read(struct file *f, struct pith_dirent *d) {
  struct directory *at = f->node;
  const char *reply, *name;
  uint32_t mode, ino;
  int error;

  if (f->pos <= 2) at->last[0] = 0;
  error = ask(f->mount, &reply, "next", at->path, at->last);
  if (error) return error;
  mode = (uint32_t)number(&reply, 8);
  ino = (uint32_t)number(&reply, 10);
  name = next_word(&reply);
  if (!mode || !name) return 0;
  if (strlen(name) > PITH_NAME_MAX) return -EOVERFLOW;
  memcpy(at->last, name, strlen(name) + 1);
  fs_entry(d, ino ? ino : 1, mode, name, strlen(name));
  f->pos = f->pos <= 2 ? 3 : f->pos + 1;
  return 1;
}

/* To a place that is not the start it goes step by step: names may have come and gone. */
static long directory_seek(struct file *f, int32_t offset, int whence) {
  struct pith_dirent d;

  if (whence == PITH_SEEK_CUR && !offset) return (long)f->pos;
  if (whence != PITH_SEEK_SET || offset < 0) return -EINVAL;
  f->pos = offset < 2 ? (uint32_t)offset : 2;
  while (f->pos < (uint32_t)offset && directory_read(f, &d) == 1) continue;
  return (long)f->pos;
}

static int directory_stat(struct file *f, struct pith_stat *st) {
  return host_stat(f->mount, ((struct directory *)f->node)->path, st);
}

static int directory_close(struct file *f) {
  ((struct directory *)f->node)->owner = NULL;
  return 0;
}

static const struct file_ops directory_ops = {.read = fs_is_directory,
                                              .seek = directory_seek,
                                              .stat = directory_stat,
                                              .readdir = directory_read,
                                              .close = directory_close};

static int directory_open(struct file *f, const char *path) {
  for (int i = 0; i < DIRECTORIES; i++) {
    struct directory *d = &directories[i];

    if (d->owner) continue;
    *d = (struct directory){.owner = f};
    memcpy(d->path, path, strlen(path) + 1);
    f->node = d;
    f->ops = &directory_ops;
    return 0;
  }
  return -ENFILE;
}

/* ---- files: data[0] is the host's handle, data[1] the server's number, node only tells them apart ---- */

static const struct hostfs_calls *calls(const struct file *f) {
  return ((const struct hostfs *)f->mount)->calls;
}

static int handle(const struct file *f) { return (int)f->data[0]; }

static long file_read(struct file *f, void *buf, size_t n) {
  int error = calls(f)->seek(handle(f), f->pos);
  long got = error ? error : calls(f)->read(handle(f), buf, n);

  if (got > 0) f->pos += (uint32_t)got;
  return got;
}

static long file_write(struct file *f, const void *buf, size_t n) {
  long length, done;
  int error;

  if (f->flags & PITH_O_APPEND) {
    length = calls(f)->length(handle(f));
    if (length < 0) return length;
    f->pos = (uint32_t)length;
  }
  if (n > INT32_MAX - f->pos) return -EFBIG;
  error = calls(f)->seek(handle(f), f->pos);
  done = error ? error : calls(f)->write(handle(f), buf, n);
  if (done > 0) f->pos += (uint32_t)done;
  return done;
}

static long file_seek(struct file *f, int32_t offset, int whence) {
  long length = whence == PITH_SEEK_END ? calls(f)->length(handle(f)) : 0;

  return length < 0 ? length : fs_seek(f, offset, whence, (uint32_t)length);
}

/* OPERATION of an open file, which the server knows by a number. */
static int ask_open(struct file *f, const char **reply, const char *operation, uint32_t argument) {
  char token[12], more[12];

  fmt_buf(token, sizeof token, "%u", (unsigned)f->data[1]);
  fmt_buf(more, sizeof more, "%u", (unsigned)argument);
  return ask(f->mount, reply, operation, token, more);
}

static int file_stat(struct file *f, struct pith_stat *st) {
  const char *reply;
  int error = ask_open(f, &reply, "fstat", 0);

  if (!error) read_stat(&reply, st);
  return error;
}

static int file_truncate(struct file *f, uint32_t size) {
  const char *reply;

  return ask_open(f, &reply, "ftruncate", size);
}

static int file_sync(struct file *f) {
  const char *reply;

  return ask_open(f, &reply, "fsync", 0);
}

static int file_close(struct file *f) {
  const char *reply;
  int error = calls(f)->close(handle(f)), closed = ask_open(f, &reply, "close", 0);

  return error ? error : closed;
}

static const struct file_ops file_ops = {.read = file_read,
                                         .write = file_write,
                                         .seek = file_seek,
                                         .stat = file_stat,
                                         .truncate = file_truncate,
                                         .sync = file_sync,
                                         .close = file_close};

static int host_open(struct mount *m, const char *path, uint32_t flags, uint32_t mode, struct file *f) {
  const struct hostfs *h = (const struct hostfs *)m;
  char text[12];
  struct pith_stat st;
  const char *reply, *real;
  int error = host_stat(m, path, &st);

  (void)mode;
  if (error && error != -ENOENT) return error;
  if (!error) error = fs_may_open((st.mode & PITH_S_IFMT) == PITH_S_IFDIR, flags);
  else if (flags & PITH_O_CREAT) error = 0, st.mode = PITH_S_IFREG;
  if (error) return error;
  f->mount = m;
  if ((st.mode & PITH_S_IFMT) == PITH_S_IFDIR) return directory_open(f, path);
  fmt_buf(text, sizeof text, "%x", (unsigned)flags);
  error = ask(m, &reply, "open", path, text);
  if (error) return error;
  f->data[1] = (uint32_t)number(&reply, 10);
  real = next_word(&reply);
  error = real ? h->calls->open(real, fs_writes(flags) ? h->calls->mode_update : h->calls->mode_read) : -EIO;
  f->data[0] = (uint32_t)error;
  if (error < 0) ask_open(f, &reply, "close", 0);
  else f->ops = &file_ops, f->node = (void *)(uintptr_t)(fs_hash(FS_HASH, path) | 1);
  return error < 0 ? error : 0;
}

/* ---- names ---- */

static int host_unlink(struct mount *m, const char *path) { return plain(m, "unlink", path, NULL); }
static int host_rmdir(struct mount *m, const char *path) { return plain(m, "rmdir", path, NULL); }

static int host_rename(struct mount *m, const char *from, const char *to) {
  return plain(m, "rename", from, to);
}

static int host_mkdir(struct mount *m, const char *path, uint32_t mode) {
  (void)mode;
  return plain(m, "mkdir", path, NULL);
}

static int host_utime(struct mount *m, const char *path, int64_t mtime) {
  char text[24];

  fmt_buf(text, sizeof text, "%llu", (unsigned long long)mtime);
  return plain(m, "utime", path, text);
}

static int host_usage(struct mount *m, struct pith_mount *u) {
  const char *reply;
  int error = ask(m, &reply, "usage", "", NULL);

  if (error) return error;
  u->total = (uint32_t)number(&reply, 10);
  u->free = (uint32_t)number(&reply, 10);
  return 0;
}

static const struct fs_ops hostfs_ops = {.name = "hostfs",
                                         .open = host_open,
                                         .stat = host_stat,
                                         .unlink = host_unlink,
                                         .rename = host_rename,
                                         .mkdir = host_mkdir,
                                         .rmdir = host_rmdir,
                                         .utime = host_utime,
                                         .usage = host_usage};

int hostfs_mount(struct hostfs *h) {
  struct pith_mount u = {.flags = 0};
  int error;

  if (strlen(h->control) > CONTROL_MAX) return -ENAMETOOLONG;
  h->mount = (struct mount){.point = "/host", .source = "host", .ops = &hostfs_ops};
  vfs_lock();
  error = host_usage(&h->mount, &u);
  vfs_unlock();
  return error ? error : vfs_mount(&h->mount);
}
