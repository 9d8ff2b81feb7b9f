#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "util.h"

char *trim_slashes(char *path) {
  size_t n = strlen(path);
  while (n > 1 && path[n - 1] == '/') path[--n] = 0;
  return path;
}

bool is_directory(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash && slash[1] ? slash + 1 : path;
}

const char *path_join(const char *path, const char *name) {
  static char joined[PATH_ROOM];
  size_t n = strlen(path), m = strlen(name);
  bool slash = n && path[n - 1] != '/';
  if (n + slash + m >= sizeof joined) {
    errno = ENAMETOOLONG;
    return NULL;
  }
  memmove(joined, path, n);
  joined[n] = '/';
  memcpy(joined + n + slash, name, m + 1);
  return joined;
}

void mode_text(mode_t mode, char to[11]) {
  to[0] = S_ISDIR(mode) ? 'd' : S_ISCHR(mode) ? 'c' : S_ISBLK(mode) ? 'b' : S_ISFIFO(mode) ? 'p' : '-';
  for (int i = 0; i < 9; i++) to[1 + i] = mode & (0400u >> i) ? "rwx"[i % 3] : '-';
  to[10] = 0;
}

bool copy_bytes(int from, int to, const char *from_name, const char *to_name) {
  static char buffer[2048];
  for (;;) {
    ssize_t n = read(from, buffer, sizeof buffer);
    if (n == 0) return true;
    if (n < 0) {
      if (errno == EINTR) continue;
      complain_errno(from_name);
      return false;
    }
    if (!write_all(to, buffer, (size_t)n)) {
      complain_errno(to_name);
      return false;
    }
  }
}

bool mode_parse(const char *s, mode_t *mode) {
  unsigned long long value;
  if (!parse_number(s, 8, &value) || value > 07777) return false;
  *mode = (mode_t)value;
  return true;
}
