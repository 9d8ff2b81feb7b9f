/* Names of files that match a pattern, part by part between its slashes.
 *
 * The names of a directory are all read before the next level is looked at, so one directory is open at a time however
 * deep the pattern is. Matches come sorted by bytes. A directory that cannot be read has no names. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

void sort_texts(const char **v, size_t n) { qsort(v, n, sizeof *v, compare); }

/* A match, as a field. */
static void add(struct expansion *x, const char *path, size_t len) {
  char *field = arena_get(&scratch, sizeof(struct word) + len + 1);
  field += sizeof(struct word);
  memcpy(field, path, len);
  field[len] = 0;
  expand_field(x, field);
}

static struct word *names(const char *path, const char *pattern) {
  struct word *first = NULL;
  DIR *dir = opendir(*path ? path : ".");
  if (!dir) return NULL;
  sh.dir = dir;
  for (struct dirent *e; (e = readdir(dir));) {
    size_t len = strlen(e->d_name);
    if ((*e->d_name == '.' && *pattern != '.') || !pattern_match(pattern, e->d_name, len)) continue;
    struct word *w = arena_get(&scratch, sizeof *w + len + 1);
    memcpy(w->text, e->d_name, len + 1);
    w->next = first;
    first = w;
  }
  sh.dir = NULL;
  closedir(dir);
  return first;
}

/* path: what is fixed, with its slash; pattern: the rest. */
static void level(struct expansion *x, const char *path, const char *pattern) {
  struct str s;
  sh_deeper();
  str_init(&s, &scratch);
  str_add(&s, path, strlen(path));
  while (*pattern && !pattern_special(pattern)) { /* parts without a pattern */
    const char *slash = strchr(pattern, '/'), *end = slash ? slash + 1 : pattern + strlen(pattern);
    for (; pattern < end; pattern++) {
      if (*pattern == '\\' && pattern[1]) pattern++;
      str_put(&s, *pattern);
    }
  }
  path = str_end(&s);
  if (!*pattern) {
    if (!access(path, F_OK)) add(x, path, s.len);
    return;
  }
  size_t len = strcspn(pattern, "/");
  const char *part = arena_text(&scratch, pattern, len), *rest = pattern + len;
  for (struct word *w = names(path, part); w; w = w->next) {
    struct str next;
    str_init(&next, &scratch);
    str_add(&next, path, strlen(path));
    str_add(&next, w->text, strlen(w->text));
    if (!*rest) {
      str_end(&next);
      add(x, next.p, next.len);
      continue;
    }
    for (const char *p = rest; *p == '/'; p++) str_put(&next, '/');
    level(x, str_end(&next), rest + strspn(rest, "/"));
  }
}

bool glob_field(struct expansion *x, const char *pattern) {
  struct word **from = x->last;
  unsigned before = x->fields, n;
  level(x, "", pattern);
  n = x->fields - before;
  if (!n) return false;
  struct word **all = arena_get(&scratch, n * sizeof *all);
  const char **texts = arena_get(&scratch, n * sizeof *texts);
  n = 0;
  for (struct word *w = *from; w; w = w->next) texts[n++] = w->text;
  sort_texts(texts, n);
  for (unsigned i = 0; i < n; i++) all[i] = (struct word *)(void *)(texts[i] - sizeof(struct word));
  for (unsigned i = 0; i < n; i++) {
    *from = all[i];
    from = &all[i]->next;
  }
  *from = NULL;
  x->last = from;
  return true;
}
