/* A folder's names are read before the first of them is visited: what is done there may change the folder, and no level holds it
 * open. The path at hand is one buffer that grows and shrinks with the depth. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "util.h"

static char here[PATH_ROOM];
static size_t length;

struct names {
  char *text; /* one behind the other, each with its 0; an empty one is the last */
  size_t used, room;
};

static void add_name(struct names *n, const char *name, size_t size) {
  if (n->used + size > n->room) {
    n->room += n->room / 2 + size + 128;
    n->text = need_memory(realloc(n->text, n->room));
  }
  memcpy(n->text + n->used, name, size);
  n->used += size;
}

static bool is_dots(const char *name) { return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2])); }

static __attribute__((noinline)) bool read_names(struct names *n) {
  struct dirent *entry;
  DIR *folder = opendir(here);
  if (!folder) {
    complain_errno(here);
    return false;
  }
  while (errno = 0, (entry = readdir(folder)))
    if (!is_dots(entry->d_name)) add_name(n, entry->d_name, strlen(entry->d_name) + 1);
  bool good = !errno;
  if (!good) complain_errno(here);
  closedir(folder);
  add_name(n, "", 1);
  return good;
}

static bool visit(const struct walk *w, size_t name, unsigned depth);

static bool visit_inside(const struct walk *w, unsigned depth) {
  struct names n = {0};
  size_t before = length;
  if (depth == TREE_DEPTH) {
    complain(here, "too deep");
    return false;
  }
  bool good = read_names(&n);
  for (const char *name = n.text; name && *name; name += strlen(name) + 1) {
    size_t more = strlen(name) + 1;
    bool slash = here[before - 1] != '/';
    if (before + slash + more > sizeof here) {
      complain(here, error_text(ENAMETOOLONG));
      good = false;
      continue;
    }
    here[before] = '/';
    memcpy(here + before + slash, name, more);
    length = before + slash + more - 1;
    if (!visit(w, before + slash, depth + 1)) good = false;
    length = before;
    here[before] = 0;
  }
  free(n.text);
  return good;
}

static bool visit(const struct walk *w, size_t name, unsigned depth) {
  struct stat st;
  struct visit v = {here, here + name, &st, depth};
  if (stat(here, &st) < 0) {
    complain_errno(here);
    return false;
  }
  bool enter = w->before(&v), good = true;
  if (!S_ISDIR(st.st_mode)) return true;
  if (enter) good = visit_inside(w, depth);
  if (w->after) w->after(&v);
  return good;
}

bool walk_tree(const char *path, const struct walk *w) {
  length = strlen(path);
  if (!length || length >= sizeof here) {
    complain(path, error_text(length ? ENAMETOOLONG : ENOENT));
    return false;
  }
  memcpy(here, path, length + 1);
  length = strlen(trim_slashes(here));
  return visit(w, (size_t)(base_name(here) - here), 0);
}
