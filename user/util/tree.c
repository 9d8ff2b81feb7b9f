/* Folders with all that is in them. The path of what is at hand is one buffer that grows and shrinks with the depth, so
 * a level costs little stack; each holds an open folder, hence the limit. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include "util.h"

struct path {
  char text[PATH_ROOM];
  size_t length;
};

static bool path_set(struct path *p, const char *text) {
  p->length = strlen(text);
  if (p->length >= sizeof p->text) {
    complain(text, error_text(ENAMETOOLONG));
    return false;
  }
  memcpy(p->text, text, p->length + 1);
  return true;
}

/* Appends a name; what the length was, or 0: it does not fit, and that was said. */
static size_t path_enter(struct path *p, const char *name) {
  size_t before = p->length, n = strlen(name);
  if (before + 1 + n >= sizeof p->text) {
    complain(p->text, error_text(ENAMETOOLONG));
    return 0;
  }
  p->text[p->length++] = '/';
  memcpy(p->text + p->length, name, n + 1);
  p->length += n;
  return before;
}

static void path_leave(struct path *p, size_t before) {
  p->length = before;
  p->text[before] = 0;
}

static bool is_dots(const char *name) { return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2])); }

static DIR *enter(const char *path, unsigned depth) {
  DIR *folder = NULL;
  if (depth >= TREE_DEPTH) complain(path, "too deep");
  else if (!(folder = opendir(path))) complain_errno(path);
  return folder;
}

static struct path here, there;

static bool remove_here(unsigned depth);

/* Removes what is in the folder. A folder that changes while it is read may leave names out: `again` is set if any went. */
static bool remove_inside(unsigned depth, bool *again) {
  bool good = true;
  struct dirent *entry;
  DIR *folder = enter(here.text, depth);
  if (!folder) return false;
  *again = false;
  while ((entry = readdir(folder))) {
    if (is_dots(entry->d_name)) continue;
    size_t before = path_enter(&here, entry->d_name);
    if (!before) {
      good = false;
      continue;
    }
    if (remove_here(depth + 1)) *again = true;
    else good = false;
    path_leave(&here, before);
  }
  closedir(folder);
  return good;
}

static bool remove_here(unsigned depth) {
  if (!is_directory(here.text)) {
    if (unlink(here.text) == 0) return true;
    complain_errno(here.text);
    return false;
  }
  for (bool again = true;;) {
    if (again && !remove_inside(depth, &again)) return false;
    if (rmdir(here.text) == 0) return true;
    if (again && (errno == ENOTEMPTY || errno == EEXIST)) continue;
    complain_errno(here.text);
    return false;
  }
}

bool remove_tree(const char *path) { return path_set(&here, path) && remove_here(0); }

static bool same_file(const char *a, const char *b, const struct stat *st_a) {
  struct stat st_b;
  if (strcmp(a, b) == 0) return true;
  return stat(b, &st_b) == 0 && st_a->st_ino && st_a->st_dev == st_b.st_dev && st_a->st_ino == st_b.st_ino;
}

bool copy_file(const char *from, const char *to) {
  struct stat st;
  int in = open(from, O_RDONLY), out = -1;
  bool good = false;
  if (in < 0 || fstat(in, &st) < 0) complain_errno(from);
  else if (same_file(from, to, &st)) complain(to, "would be copied onto itself");
  else if ((out = open(to, O_WRONLY | O_CREAT | O_TRUNC, st.st_mode & 0777)) < 0) complain_errno(to);
  else good = copy_bytes(in, out, from, to);
  if (in >= 0) close(in);
  if (out >= 0 && close(out) < 0) {
    complain_errno(to);
    good = false;
  }
  return good;
}

static bool copy_here(bool recursive, unsigned depth);

static bool copy_inside(unsigned depth) {
  bool good = true;
  struct dirent *entry;
  DIR *folder = enter(here.text, depth);
  if (!folder) return false;
  while ((entry = readdir(folder))) {
    if (is_dots(entry->d_name)) continue;
    size_t from = path_enter(&here, entry->d_name), to = from ? path_enter(&there, entry->d_name) : 0;
    if (!to || !copy_here(true, depth + 1)) good = false;
    if (from) path_leave(&here, from);
    if (to) path_leave(&there, to);
  }
  closedir(folder);
  return good;
}

bool copy_times;

static bool copy_time(void) {
  struct stat st;
  struct timeval times[2];
  if (!copy_times) return true;
  if (stat(here.text, &st) == 0) {
    times[0] = times[1] = (struct timeval){st.st_mtime, st.st_mtim.tv_nsec / 1000};
    if (utimes(there.text, times) == 0) return true;
  }
  complain_errno(there.text);
  return false;
}

static bool copy_here(bool recursive, unsigned depth) {
  if (!is_directory(here.text)) return copy_file(here.text, there.text) && copy_time();
  if (!recursive) {
    complain(here.text, error_text(EISDIR));
    return false;
  }
  /* Into itself it would never end. */
  if (depth == 0 && strncmp(here.text, there.text, here.length) == 0 &&
      (there.text[here.length] == '/' || !there.text[here.length])) {
    complain(there.text, "would be copied into itself");
    return false;
  }
  if (mkdir(there.text, 0777) < 0 && !is_directory(there.text)) {
    complain_errno(there.text);
    return false;
  }
  bool good = copy_inside(depth);
  return copy_time() && good;
}

bool copy_tree(const char *from, const char *to, bool recursive) {
  return path_set(&here, from) && path_set(&there, to) && copy_here(recursive, 0);
}

const char *destination(const char *from, char *to) {
  const size_t length = strlen(to);
  const bool into = is_directory(to), meant = length && to[length - 1] == '/';
  const char *path = NULL;
  if (!into && meant && !is_directory(from)) {
    complain(to, "Not a directory");
    return NULL;
  }
  trim_slashes(to);
  path = into ? path_join(to, base_name(from)) : path_join("", to);
  if (!path) complain_errno(to);
  return path;
}
