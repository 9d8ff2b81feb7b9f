/* The names that a word at the cursor may become: commands where a command begins, else files.
 *
 * The line is read from its start with the shell's quotes, so the word is what the shell would see. Nothing is run and
 * nothing expanded but "~/". */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "edit.h"

struct target {
  struct str word; /* without quotes */
  size_t start;    /* where it begins in the line */
  char quote;      /* that is open, or 0 */
  bool command;
};

struct names {
  struct word *first;
  const char *prefix;
  size_t len;
  unsigned n;
};

static void find_target(struct target *t, const char *line, size_t at) {
  bool command = true; /* the next word is one */
  memset(t, 0, sizeof *t);
  str_init(&t->word, &scratch);
  t->command = true;
  bool in_word = false;
  for (size_t i = 0; i < at; i++) {
    char c = line[i];
    bool ends = !t->quote && strchr(" \t;&|<>()`=:", c);
    if (ends) {
      if (in_word) command = false;
      if (strchr(";&|(`", c)) command = true;
      if (strchr("<>=:", c)) command = false;
      in_word = false;
      t->word.len = 0;
      t->start = i + 1;
      t->command = command;
      continue;
    }
    in_word = true;
    if (c == t->quote) {
      t->quote = 0;
    } else if (!t->quote && (c == '\'' || c == '"')) {
      t->quote = c;
    } else {
      if (c == '\\' && t->quote != '\'' && i + 1 < at) c = line[++i];
      str_put(&t->word, c);
    }
  }
  str_end(&t->word);
}

static void add(struct names *all, const char *name, bool directory) {
  size_t len = strlen(name);
  if (strncmp(name, all->prefix, all->len)) return;
  for (const struct word *w = all->first; w; w = w->next)
    if (!strcmp(w->text, name)) return;
  struct word *w = arena_get(&scratch, sizeof *w + len + 2), **at = &all->first;
  memcpy(w->text, name, len + 1);
  if (directory) strcpy(w->text + len, "/");
  while (*at && strcmp((*at)->text, name) < 0) at = &(*at)->next;
  w->next = *at;
  *at = w;
  all->n++;
}

static void add_files(struct names *all, const char *path, bool programs) {
  DIR *dir = opendir(*path ? path : ".");
  if (!dir) return;
  sh.dir = dir;
  for (struct dirent *e; (e = readdir(dir));) {
    struct stat st;
    if ((e->d_name[0] == '.' && all->prefix[0] != '.') || strncmp(e->d_name, all->prefix, all->len)) continue;
    if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
    struct str s;
    str_init(&s, &scratch);
    str_add(&s, path, strlen(path));
    if (s.len && s.p[s.len - 1] != '/') str_put(&s, '/');
    str_add(&s, e->d_name, strlen(e->d_name));
    if (stat(str_end(&s), &st)) continue;
    bool directory = S_ISDIR(st.st_mode);
    if (programs && (directory || access(s.p, X_OK))) continue;
    add(all, e->d_name, directory);
  }
  sh.dir = NULL;
  closedir(dir);
}

static void add_commands(struct names *all) {
  for (const struct builtin *b = builtins; b->name; b++) add(all, b->name, false);
  for (const struct function *f = functions; f; f = f->next) add(all, f->name, false);
  const char *path = var_get("PATH");
  while (path) {
    size_t len = strcspn(path, ":");
    add_files(all, arena_text(&scratch, path, len), true);
    path = path[len] ? path + len + 1 : NULL;
  }
}

static struct names find_names(struct target *t, size_t *tail) {
  struct names all = {.prefix = t->word.p};
  const char *slash = strrchr(t->word.p, '/'), *home = var_get("HOME");
  *tail = slash ? (size_t)(slash + 1 - t->word.p) : 0;
  all.prefix += *tail;
  all.len = strlen(all.prefix);
  if (t->command && !slash) {
    if (all.len) add_commands(&all);
    return all;
  }
  struct str path;
  str_init(&path, &scratch);
  const char *from = t->word.p, *end = from + *tail;
  if (home && from[0] == '~' && from[1] == '/') {
    str_add(&path, home, strlen(home));
    from++;
  }
  str_add(&path, from, (size_t)(end - from));
  add_files(&all, str_end(&path), false);
  return all;
}

static size_t common(const struct names *all) {
  size_t len = strlen(all->first->text);
  for (const struct word *w = all->first->next; w; w = w->next)
    while (strncmp(all->first->text, w->text, len)) len--;
  while (len && (all->first->text[len] & 0xc0) == 0x80) len--; /* no part of a character */
  return len;
}

static void list(struct edit *e, const struct names *all) {
  size_t wide = 0, column = 0, at = e->at;
  for (const struct word *w = all->first; w; w = w->next) {
    size_t n = edit_width(w->text, strlen(w->text)) + 2;
    if (n > wide) wide = n;
  }
  edit_below(e);
  for (const struct word *w = all->first; w; w = w->next) {
    size_t n = edit_width(w->text, strlen(w->text));
    out_text(w->text);
    column += wide;
    bool last = !w->next || column + wide > e->columns;
    for (; !last && n < wide; n++) out_char(' ');
    if (!last) continue;
    out_char('\n');
    column = 0;
  }
  out_flush("sh");
  e->at = at;
}

void edit_complete(struct edit *e, bool again) {
  struct mark m = arena_mark(&scratch);
  struct target t;
  size_t tail;
  find_target(&t, e->text, e->at);
  struct names all = find_names(&t, &tail);
  if (!all.n) {
    edit_bell();
  } else {
    size_t len = common(&all);
    struct str s;
    str_init(&s, &scratch);
    for (const char *p = all.first->text + all.len; p < all.first->text + len; p++) {
      if (t.quote ? t.quote == '"' && strchr("$`\"\\", *p)
                  : strchr(" \t'\"\\$`*?[]{}()<>|&;#~!=:", *p) != NULL)
        str_put(&s, '\\');
      str_put(&s, *p);
    }
    bool whole = all.n == 1 && all.first->text[len - 1] != '/';
    if (whole && t.quote) str_put(&s, t.quote);
    if (whole) str_put(&s, ' ');
    if (s.len) edit_insert(e, s.p, s.len);
    else if (again) list(e, &all);
    else edit_bell();
  }
  arena_release(&scratch, m);
}
