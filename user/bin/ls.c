/* pith_app: STACK 8192 HEAP 32768
 *
 * Lists folders, and files that are named. -a: names that begin with a dot too, -A: but not . and ..; -l: one line each with
 * mode, links, size and time; -1: one name a line; -C: columns, as on a terminal; -R: the folders in them too;
 * -F: a sign behind names, / folder, * program, | pipe; -h: sizes with units; -t -S: by time, by size; -r: reversed; -d: a folder
 * itself; -i: file numbers. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "terminal.h"
#include "util.h"

const char util_name[] = "ls", util_synopsis[] = "[-aACdFhilrRSt1] [FILE...]";

struct entry {
  char *name;
  mode_t mode;
  uint32_t links, number, size, time; /* no file here has 4 GB; seconds to the year 2106 */
};
struct list {
  struct entry *entries;
  size_t count, room;
};

static bool all, dots, lines, columns, recursive, signs, units, reversed, itself, numbers;
static int order; /* 0: names; 't', 'S' */
static bool needs_stat;
static int status;
static bool shown; /* something was: the next folder begins with an empty line */

static void failed(const char *what) {
  complain_errno(what);
  status = 2;
}

static void add(struct list *l, const char *name, const struct stat *st) {
  if (l->count == l->room) {
    l->room += l->room / 2 + 16;
    l->entries = need_memory(realloc(l->entries, l->room * sizeof *l->entries));
  }
  struct entry *e = &l->entries[l->count++];
  *e = (struct entry){need_memory(strdup(name)), st->st_mode, (uint32_t)st->st_nlink, (uint32_t)st->st_ino,
                      (uint32_t)st->st_size,     (uint32_t)st->st_mtime};
}

static void forget(struct list *l) {
  for (size_t i = 0; i < l->count; i++) free(l->entries[i].name);
  free(l->entries);
}

static int compare(const void *a, const void *b) {
  const struct entry *x = a, *y = b;
  int r = 0;
  if (order == 't') r = (x->time < y->time) - (x->time > y->time);
  if (order == 'S') r = (x->size < y->size) - (x->size > y->size);
  if (!r) r = strcmp(x->name, y->name);
  return reversed ? -r : r;
}

static char sign(const struct entry *e) {
  if (!signs) return 0;
  return S_ISDIR(e->mode) ? '/' : S_ISFIFO(e->mode) ? '|' : S_ISREG(e->mode) && e->mode & 0111 ? '*' : 0;
}

static size_t name_width(const struct entry *e) {
  size_t n = sign(e) != 0;
  for (const char *s = e->name; *s; s++) n += (*s & 0xc0) != 0x80;
  return n;
}

static void put_name(const struct entry *e) {
  if (numbers) put_format("%6llu ", (unsigned long long)e->number);
  put_text(e->name);
  if (sign(e)) put_char(sign(e));
}

static void put_long(const struct entry *e, int width) {
  char mode[11], when[20], size[8];
  mode_text(e->mode, mode);
  struct tm t; /* gmtime() would bring in printf() */
  const time_t changed = e->time;
  if (!gmtime_r(&changed, &t) || !format_time(when, sizeof when, "%Y-%m-%d %H:%M", &t, 0)) strcpy(when, "?");
  put_format("%s %2u ", mode, (unsigned)e->links);
  if (units) put_format("%5s", format_size(e->size, size));
  else put_format("%*llu", width, (unsigned long long)e->size);
  put_format(" %s ", when);
  put_name(e);
  put_char('\n');
}

/* Down, then across: as many columns as the widest name allows. */
static void put_columns(const struct list *l) {
  size_t widest = 0, spare = numbers ? 9 : 2;
  for (size_t i = 0; i < l->count; i++)
    if (name_width(&l->entries[i]) > widest) widest = name_width(&l->entries[i]);
  size_t across = (terminal_columns() + 1) / (widest + spare);
  if (!across) across = 1;
  size_t down = (l->count + across - 1) / across;
  for (size_t row = 0; row < down; row++) {
    for (size_t i = row; i < l->count; i += down) {
      const struct entry *e = &l->entries[i];
      put_name(e);
      if (i + down < l->count)
        for (size_t n = name_width(e); n < widest + 2; n++) put_char(' ');
    }
    put_char('\n');
  }
}

static void put_list(struct list *l) {
  uint64_t largest = 0;
  int width = 1;
  if (!l->count) return;
  qsort(l->entries, l->count, sizeof *l->entries, compare);
  if (!lines && columns) {
    put_columns(l);
    return;
  }
  for (size_t i = 0; i < l->count; i++)
    if (l->entries[i].size > largest) largest = l->entries[i].size;
  for (; largest >= 10; largest /= 10) width++;
  for (size_t i = 0; i < l->count; i++) {
    if (lines) {
      put_long(&l->entries[i], width);
      continue;
    }
    put_name(&l->entries[i]);
    put_char('\n');
  }
}

static bool is_dots(const char *name) { return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2])); }

static __attribute__((noinline)) bool read_folder(const char *path, struct list *l) {
  struct dirent *entry;
  DIR *folder = opendir(path);
  if (!folder) {
    failed(path);
    return false;
  }
  while (errno = 0, (entry = readdir(folder))) {
    struct stat st = {0};
    if (entry->d_name[0] == '.' && (is_dots(entry->d_name) ? !dots : !all)) continue;
    if (needs_stat) {
      const char *whole = path_join(path, entry->d_name);
      if (!whole || stat(whole, &st) < 0) {
        failed(entry->d_name);
        continue;
      }
    }
    add(l, entry->d_name, &st);
  }
  if (errno) failed(path);
  closedir(folder);
  return true;
}

static void list_folder(const char *path, bool named, unsigned depth) {
  struct list l = {0};
  if (!read_folder(path, &l)) return;
  if (named) put_format("%s%s:\n", shown ? "\n" : "", path);
  shown = true;
  put_list(&l);
  for (size_t i = 0; recursive && i < l.count; i++) {
    if (!S_ISDIR(l.entries[i].mode) || is_dots(l.entries[i].name)) continue;
    const char *joined = path_join(path, l.entries[i].name);
    char *inner = joined ? strdup(joined) : NULL;
    if (!inner) failed(l.entries[i].name);
    else if (depth == TREE_DEPTH) complain(inner, "too deep"), status = 2;
    else list_folder(inner, true, depth + 1);
    free(inner);
  }
  forget(&l);
}

static void options(int argc, char **argv) {
  columns = isatty(1);
  for (int c; (c = option(argc, argv, "aACdFhilrRSt1")) != -1;) switch (c) {
    case 'a': all = dots = true; break;
    case 'A': all = true; break;
    case 'C': columns = true, lines = false; break;
    case 'd': itself = true; break;
    case 'F': signs = true; break;
    case 'h': units = true; break;
    case 'i': numbers = true; break;
    case 'l': lines = true; break;
    case 'r': reversed = true; break;
    case 'R': recursive = true; break;
    case '1': columns = false; break;
    default: order = c;
    }
  needs_stat = lines || recursive || signs || order || numbers;
}

int main(int argc, char **argv) {
  static char *here[] = {".", NULL};
  struct list files = {0}, folders = {0};
  options(argc, argv);
  char **names = argv[option_at] ? argv + option_at : here;
  bool several = names[0] && names[1];
  for (; *names; names++) {
    struct stat st;
    if (stat(*names, &st) < 0) failed(*names);
    else add(S_ISDIR(st.st_mode) && !itself ? &folders : &files, *names, &st);
  }
  put_list(&files);
  shown = files.count > 0;
  if (folders.count) qsort(folders.entries, folders.count, sizeof *folders.entries, compare);
  for (size_t i = 0; i < folders.count; i++) list_folder(folders.entries[i].name, several || recursive, 0);
  return finish(status);
}
