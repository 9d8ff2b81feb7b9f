/* Variables.
 *
 * A variable is its text NAME=VALUE, as the environment of a program wants it; without a "=" it is unset. Once made it
 * stays in the table, so a local one can put back what was there by its address. Setting one that is readonly is an
 * error that ends the command. */
#include <stdlib.h>
#include <string.h>
#include "sh.h"

enum { BUCKETS = 16 };
static struct var *table[BUCKETS];

static struct var **bucket(const char *name, size_t len) {
  unsigned hash = 0;
  while (len--) hash = hash * 31 + (unsigned char)*name++;
  return &table[hash % BUCKETS];
}

struct var *var_find(const char *name, size_t len) {
  for (struct var *v = *bucket(name, len); v; v = v->next)
    if (v->name_len == len && !memcmp(v->text, name, len)) return v;
  return NULL;
}

struct var *var_make(const char *name, size_t len) {
  struct var *v = var_find(name, len);
  if (v) return v;
  if (len > 255) sh_error(2, "name too long");
  char *text = mem_get(len + 1);
  memcpy(text, name, len);
  text[len] = 0;
  v = malloc(sizeof *v);
  if (!v) {
    free(text);
    sh_nomem();
  }
  struct var **in = bucket(name, len);
  *v = (struct var){.next = *in, .text = text, .name_len = (unsigned char)len};
  *in = v;
  return v;
}

const char *var_get(const char *name) {
  const struct var *v = var_find(name, strlen(name));
  return v && v->flags & V_SET ? v->text + v->name_len + 1 : NULL;
}

void var_set_n(const char *name, size_t len, const char *value) {
  struct var *v = var_make(name, len);
  if (v->flags & V_READONLY) sh_error(2, "%s: is read only", arena_text(&scratch, name, len));
  size_t size = strlen(value) + 1;
  char *text = mem_get(len + 1 + size);
  memcpy(text, name, len);
  text[len] = '=';
  memcpy(text + len + 1, value, size);
  free(v->text);
  v->text = text;
  v->flags |= V_SET | (sh.opt[O_ALLEXPORT] ? V_EXPORT : 0);
}

void var_set(const char *name, const char *value) { var_set_n(name, strlen(name), value); }

void var_set_number(const char *name, long value) {
  char digits[24];
  fmt_text(digits, sizeof digits, "%ld", value);
  var_set(name, digits);
}

bool var_unset(const char *name) {
  struct var *v = var_find(name, strlen(name));
  if (!v) return true;
  if (v->flags & V_READONLY) return false;
  v->text[v->name_len] = 0;
  v->flags = 0;
  return true;
}

char **var_environment(void) {
  unsigned n = 0;
  for (int i = 0; i < BUCKETS; i++)
    for (struct var *v = table[i]; v; v = v->next) n += (v->flags & (V_EXPORT | V_SET)) == (V_EXPORT | V_SET);
  char **e = arena_get(&scratch, (n + 1) * sizeof *e);
  n = 0;
  for (int i = 0; i < BUCKETS; i++)
    for (struct var *v = table[i]; v; v = v->next)
      if ((v->flags & (V_EXPORT | V_SET)) == (V_EXPORT | V_SET)) e[n++] = v->text;
  e[n] = NULL;
  return e;
}

/* The system starts the first shell with an empty environment: what programs expect in one comes from here. */
static void first_environment(void) {
  static const char *const names[] = {"PATH", "HOME", "TERM"}, *const values[] = {DEFAULT_PATH, "/", "vt100"};
  for (int i = 0; i < 3; i++) {
    var_set(names[i], values[i]);
    var_make(names[i], strlen(names[i]))->flags |= V_EXPORT;
  }
}

void var_init(char **environment) {
  if (!environment || !*environment) first_environment();
  for (; environment && *environment; environment++) {
    size_t len = name_length(*environment);
    if (!len || len > 255 || (*environment)[len] != '=') continue;
    var_set_n(*environment, len, *environment + len + 1);
    var_make(*environment, len)->flags |= V_EXPORT;
  }
  if (!var_get("PATH")) var_set("PATH", DEFAULT_PATH);
  var_set("IFS", " \t\n");
  var_make("IFS", 3)->flags &= (unsigned char)~V_EXPORT;
  if (!var_get("PS1") || !sh.interactive) var_set("PS1", "\\w \\$ ");
  if (!var_get("PS2") || !sh.interactive) var_set("PS2", "> ");
  var_set("PS4", "+ ");
  var_set("OPTIND", "1");
}

void var_each(bool (*visit)(const struct var *v, void *with), void *with) {
  for (int i = 0; i < BUCKETS; i++)
    for (struct var *v = table[i]; v; v = v->next)
      if (!visit(v, with)) return;
}

/* Prints those that have all the flags, by name, as commands that make them. */
void var_list(unsigned flags, const char *prefix) {
  unsigned n = 0;
  for (int i = 0; i < BUCKETS; i++)
    for (struct var *v = table[i]; v; v = v->next) n += v->flags && (v->flags & flags) == flags;
  const char **texts = arena_get(&scratch, (n + 1) * sizeof *texts);
  n = 0;
  for (int i = 0; i < BUCKETS; i++)
    for (struct var *v = table[i]; v; v = v->next)
      if (v->flags && (v->flags & flags) == flags) texts[n++] = v->text;
  sort_texts(texts, n);
  for (unsigned i = 0; i < n; i++) {
    size_t len = name_length(texts[i]);
    out_text(prefix);
    out_bytes(texts[i], len);
    if (texts[i][len]) {
      out_char('=');
      out_quoted(texts[i] + len + 1);
    }
    out_char('\n');
  }
}
