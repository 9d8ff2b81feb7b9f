/* Aliases: a name at the start of a command that stands for a text.
 *
 * The text is an input of its own, put on top where the name was read; while it is there the name stands for itself, so
 * it may begin with its own name. An alias that is removed while its text is being read goes when that has been read. */
#include <stdlib.h>
#include <string.h>
#include "sh.h"

static struct alias *aliases;

static struct alias **find(const char *name, size_t len) {
  struct alias **at = &aliases;
  while (*at && (strncmp((*at)->text, name, len) || (*at)->text[len] != '=')) at = &(*at)->next;
  return at;
}

const char *alias_value(const char *name) {
  const struct alias *a = *find(name, strlen(name));
  return a ? a->text + strlen(name) + 1 : NULL;
}

bool alias_push(const char *name) {
  if (!aliases) return false;
  size_t len = strlen(name);
  struct alias *a = *find(name, len);
  if (!a || a->uses) return false;
  unsigned depth = 0, line = input->line;
  for (const struct input *in = input; in && in->alias; in = in->below) depth++;
  if (depth >= ALIAS_DEPTH) sh_error(2, "nested too deeply");
  struct input *in = mem_get(sizeof *in);
  const char *value = a->text + len + 1;
  input_text(in, value, strlen(value));
  in->alias = a;
  in->line = line;
  a->uses++;
  return true;
}

static void drop(struct alias *a) {
  free(a->text);
  free(a);
}

void alias_done(struct alias *a) {
  if (!--a->uses && a->dead) drop(a);
}

static void remove_at(struct alias **at) {
  struct alias *a = *at;
  *at = a->next;
  a->dead = true;
  if (!a->uses) drop(a);
}

static void print(const struct alias *a) {
  size_t len = strcspn(a->text, "=");
  out_text("alias ");
  out_bytes(a->text, len + 1);
  out_quoted(a->text + len + 1);
  out_char('\n');
}

int b_alias(int argc, char **argv) {
  int status = 0;
  if (argc == 1)
    for (const struct alias *a = aliases; a; a = a->next) print(a);
  for (int i = 1; i < argc; i++) {
    size_t len = strcspn(argv[i], "=");
    struct alias **at = find(argv[i], len);
    if (!argv[i][len]) {
      if (*at) {
        print(*at);
      } else {
        sh_warn("%s: not found", argv[i]);
        status = 1;
      }
      continue;
    }
    if (!len || strcspn(argv[i], " \t\n'\"\\$`|&;<>(){}*?[#~") < len) {
      sh_warn("%s: not a name", argv[i]);
      status = 1;
      continue;
    }
    char *text = mem_text(argv[i]);
    struct alias *a = calloc(1, sizeof *a);
    if (!a) {
      free(text);
      sh_nomem();
    }
    a->text = text;
    if (*at) remove_at(at);
    a->next = aliases;
    aliases = a;
  }
  return status;
}

int b_unalias(int argc, char **argv) {
  int status = 0;
  if (argc == 2 && !strcmp(argv[1], "-a")) {
    while (aliases) remove_at(&aliases);
    return 0;
  }
  if (argc == 1) return usage("unalias -a|NAME...");
  for (int i = 1; i < argc; i++) {
    struct alias **at = find(argv[i], strlen(argv[i]));
    if (*at) {
      remove_at(at);
    } else {
      sh_warn("%s: not found", argv[i]);
      status = 1;
    }
  }
  return status;
}
