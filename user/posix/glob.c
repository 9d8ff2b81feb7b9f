/* Names of files that match a pattern, part by part between its slashes. What is found so far is one path, which grows and
 * shrinks; a level's directory is open while the levels below it are looked at. */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syslimits.h>

struct walk {
  glob_t *to;
  int flags;
  int (*failed)(const char *path, int error);
  char path[PATH_MAX];
};

static int add(struct walk *w, const char *path, bool mark) {
  glob_t *to = w->to;
  size_t lead = w->flags & GLOB_DOOFFS ? to->gl_offs : 0, n = strlen(path);
  char **v = realloc(to->gl_pathv, (lead + to->gl_pathc + 2) * sizeof *v), *copy = malloc(n + 2);
  if (v) to->gl_pathv = v;
  if (!v || !copy) return free(copy), GLOB_NOSPACE;
  if (!to->gl_pathc) memset(v, 0, lead * sizeof *v);
  memcpy(copy, path, n + 1);
  if (mark) strcpy(copy + n, "/");
  v[lead + to->gl_pathc++] = copy;
  v[lead + to->gl_pathc] = NULL;
  return 0;
}

static bool special(const char *part, size_t n, int flags) {
  for (size_t i = 0; i < n; i++)
    if (part[i] == '*' || part[i] == '?' || part[i] == '[' || (part[i] == '\\' && !(flags & GLOB_NOESCAPE)))
      return true;
  return false;
}

static int level(struct walk *w, size_t length, const char *rest);

/* A part is complete: `length` bytes of the path. */
static int part_done(struct walk *w, size_t length, const char *rest) {
  struct stat st;
  bool slashes = *rest == '/';
  if (stat(w->path, &st)) return 0;
  if (!slashes) return add(w, w->path, w->flags & GLOB_MARK && S_ISDIR(st.st_mode));
  if (!S_ISDIR(st.st_mode)) return 0;
  for (; *rest == '/'; rest++) {
    if (length + 1 >= sizeof w->path) return 0;
    w->path[length++] = '/';
  }
  return level(w, length, rest);
}

static int match_names(struct walk *w, size_t length, const char *part, size_t n, const char *rest) {
  char pattern[NAME_MAX * 2 + 1];
  int error = 0;
  if (n >= sizeof pattern) return 0;
  memcpy(pattern, part, n);
  pattern[n] = 0;
  w->path[length] = 0;
  DIR *d = opendir(length ? w->path : ".");
  if (!d) return (w->failed && w->failed(w->path, errno)) || w->flags & GLOB_ERR ? GLOB_ABORTED : 0;
  for (struct dirent *e; !error && (e = readdir(d));) {
    size_t name = strlen(e->d_name);
    if (fnmatch(pattern, e->d_name, FNM_PERIOD | (w->flags & GLOB_NOESCAPE ? FNM_NOESCAPE : 0))) continue;
    if (length + name >= sizeof w->path) continue;
    memcpy(w->path + length, e->d_name, name + 1);
    error = part_done(w, length + name, rest);
  }
  closedir(d);
  return error;
}

static int level(struct walk *w, size_t length, const char *rest) {
  size_t n = strcspn(rest, "/");
  w->path[length] = 0;
  if (!n) return *w->path ? add(w, w->path, false) : 0; /* it ended in a slash */
  if (special(rest, n, w->flags)) return match_names(w, length, rest, n, rest + n);
  if (length + n >= sizeof w->path) return 0;
  memcpy(w->path + length, rest, n);
  w->path[length + n] = 0;
  return part_done(w, length + n, rest + n);
}

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

int glob(const char *restrict pattern, int flags, int (*failed)(const char *path, int error),
         glob_t *restrict to) {
  if (!(flags & GLOB_APPEND)) to->gl_pathc = 0, to->gl_pathv = NULL;
  struct walk *w = malloc(sizeof *w);
  if (!w) return GLOB_NOSPACE;
  size_t before = to->gl_pathc, length = 0;
  *w = (struct walk){.to = to, .flags = flags, .failed = failed};
  for (; *pattern == '/' && length + 1 < sizeof w->path; pattern++) w->path[length++] = '/';
  int error = level(w, length, pattern);
  pattern -= length;
  if (!error && to->gl_pathc == before) error = flags & GLOB_NOCHECK ? add(w, pattern, false) : GLOB_NOMATCH;
  free(w);
  if (!(flags & GLOB_NOSORT) && to->gl_pathc > before)
    qsort(to->gl_pathv + (flags & GLOB_DOOFFS ? to->gl_offs : 0) + before, to->gl_pathc - before,
          sizeof *to->gl_pathv, compare);
  return error;
}

/* gl_offs may not have been used: what leads is NULL then. */
void globfree(glob_t *paths) {
  if (!paths->gl_pathv) return;
  char **v = paths->gl_pathv;
  size_t left = paths->gl_pathc;
  for (; left && !*v; v++) continue;
  for (; left; left--) free(*v++);
  free(paths->gl_pathv);
  paths->gl_pathv = NULL;
  paths->gl_pathc = 0;
}
