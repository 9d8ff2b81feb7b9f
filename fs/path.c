/* Paths: made absolute and clean, as text. There are no links, so ".." takes away the name before it; whether that was
 * a directory is for vfs_walk() to ask. */
#include "mem.h"
#include "vfs.h"

/* One component onto out[0..n); the new length, or a negative errno. */
static int append(char *out, size_t n, const char *name, size_t length) {
  if (length > PITH_NAME_MAX) return -ENAMETOOLONG;
  if (n + 1 + length >= PITH_PATH_MAX) return -ENAMETOOLONG;
  out[n++] = '/';
  memcpy(out + n, name, length);
  return (int)(n + length);
}

static bool is_dots(const char *name, size_t length, size_t dots) {
  return length == dots && !strncmp(name, "..", dots);
}

/* left: what is asked about a directory that ".." leaves; NULL: nothing. */
static int clean(char *out, const char *cwd, const char *path, int (*left)(const char *path)) {
  int n = 0, error;

  if (!*path) return -ENOENT;
  if (*path != '/' && cwd && cwd[1]) {
    n = (int)strlen(cwd);
    memcpy(out, cwd, (size_t)n);
  }
  while (*path) {
    const char *name = path;
    size_t length;

    while (*path && *path != '/') path++;
    length = (size_t)(path - name);
    if (*path) path++;
    if (!length || is_dots(name, length, 1)) continue;
    if (is_dots(name, length, 2)) {
      out[n] = 0;
      error = left && n ? left(out) : 0;
      if (error) return error;
      while (n && out[--n] != '/') continue;
      continue;
    }
    n = append(out, (size_t)n, name, length);
    if (n < 0) return n;
  }
  if (!n) out[n++] = '/';
  out[n] = 0;
  return 0;
}

int vfs_path(char *out, const char *cwd, const char *path) { return clean(out, cwd, path, NULL); }

static int must_be_directory(const char *path) {
  struct pith_stat st;
  int error = vfs_stat(path, &st);

  if (error) return error;
  return (st.mode & PITH_S_IFMT) == PITH_S_IFDIR ? 0 : -ENOTDIR;
}

/* How it ends. */
static int ending(const char *path) {
  size_t n = strlen(path);
  const char *name;

  if (path[n - 1] == '/') return VFS_SLASH;
  for (name = path + n; name > path && name[-1] != '/';) name--;
  if (!strcmp(name, ".")) return VFS_SLASH | VFS_DOT;
  return strcmp(name, "..") ? 0 : VFS_SLASH;
}

int vfs_walk(char *out, const char *cwd, const char *path) {
  int error = clean(out, cwd, path, must_be_directory), how;

  if (error) return error;
  how = ending(path);
  if (!how) return 0;
  error = must_be_directory(out);
  return error && error != -ENOENT ? error : how;
}
