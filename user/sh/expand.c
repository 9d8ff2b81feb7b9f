/* Words to fields.
 *
 * A field grows in the scratch arena behind the link that will chain it, so it is never copied. Where patterns count
 * (fields, patterns), a quoted special character is put there behind a backslash and an unquoted one bare; a field that
 * is no pattern, or matches nothing, loses its backslashes at the end. What expansions result in is split at the
 * characters of IFS as it arrives, so no length of a result is kept anywhere. */
#include <string.h>
#include "sh.h"

void expand_init(struct expansion *x, unsigned how) {
  memset(x, 0, sizeof *x);
  x->how = how;
  x->last = &x->first;
  const char *ifs = var_get("IFS");
  if (!ifs) ifs = " \t\n";
  strncpy(x->ifs, ifs, sizeof x->ifs - 1);
}

static void begin(struct expansion *x) {
  if (!x->s.p) {
    str_init(&x->s, &scratch);
    str_add(&x->s, (const char[sizeof(struct word)]){0}, sizeof(struct word));
  }
}

static bool is_special(char c) { return c && strchr("\\*?[]-!^~", c); }

static void put(struct expansion *x, char c, bool quoted) {
  begin(x);
  x->begun = true;
  x->white = false;
  if (x->how & (EXP_FIELDS | EXP_PATTERN)) {
    if (quoted ? is_special(c) : c == '\\' && x->how & EXP_FIELDS) str_put(&x->s, '\\');
    if (!quoted && (c == '*' || c == '?' || c == '[')) x->globs = true;
  }
  str_put(&x->s, c);
}

void expand_field(struct expansion *x, char *text) {
  struct word *w = (struct word *)(void *)(text - sizeof *w);
  w->next = NULL;
  *x->last = w;
  x->last = &w->next;
  x->fields++;
}

/* Ends the field, even an empty one. */
void expand_break(struct expansion *x) {
  begin(x);
  char *text = str_end(&x->s) + sizeof(struct word);
  bool pattern = x->globs && !sh.opt[O_NOGLOB];
  x->s.p = NULL;
  x->begun = x->globs = false;
  if (pattern && glob_field(x, text)) return;
  pattern_unescape(text);
  expand_field(x, text);
}

void expand_put(struct expansion *x, const char *text, size_t len, bool quoted) {
  for (; len; len--, text++) {
    if (quoted || !(x->how & EXP_FIELDS) || !strchr(x->ifs, *text)) {
      put(x, *text, quoted);
      continue;
    }
    bool white = *text == ' ' || *text == '\t' || *text == '\n';
    bool absorbed = !x->begun && (white || x->white);
    if (!absorbed) expand_break(x);
    if (!white || !absorbed) x->white = white;
  }
}

/* "~" where a path may begin; to what follows it. */
static const char *tilde(struct expansion *x, const char *p, const char *end) {
  const char *home = var_get("HOME");
  bool alone = p == end || *p == '/' || (*p == ':' && x->how & EXP_ASSIGN);
  if (alone && home) expand_put(x, home, strlen(home), true);
  else put(x, '~', false);
  return p;
}

static const char *backslash(struct expansion *x, const char *p, const char *end, bool quotes,
                             unsigned where) {
  if (p == end || (quotes && !strchr("$`\"\\", *p) && !(*p == '}' && where & IN_BRACE))) {
    put(x, '\\', true);
    return p;
  }
  put(x, *p, true);
  return p + 1;
}

void expand_text(struct expansion *x, const char *p, const char *end, unsigned where) {
  const char *start = p;
  bool quotes = where & IN_QUOTES;
  size_t open_len = 0;
  unsigned open_fields = 0;
  sh_deeper();
  while (p < end) {
    char c = *p++;
    if (c == '\'' && !quotes) {
      for (begin(x), x->begun = true; p < end && *p != '\''; p++) put(x, *p, true);
      p++;
    } else if (c == '"' && where & IN_QUOTES) {
      /* quotes in quotes: the braces between them are in quotes already */
    } else if (c == '"') {
      begin(x);
      quotes = !quotes;
      if (quotes) {
        open_len = x->s.len;
        open_fields = x->fields;
        x->nobody = false;
      } else if (!x->nobody || x->s.len != open_len || x->fields != open_fields) {
        x->begun = true;
      }
    } else if (c == '\\') {
      p = backslash(x, p, end, quotes, where);
    } else if (c == '$') {
      p = expand_param(x, p, (where & IN_BRACE) | (quotes ? IN_QUOTES : 0));
    } else if (c == '~' && !quotes && (p - 1 == start || (x->how & EXP_ASSIGN && p[-2] == ':'))) {
      p = tilde(x, p, end);
    } else if (where & IN_RESULT && !quotes) {
      expand_put(x, &c, 1, false);
    } else {
      put(x, c, quotes);
    }
  }
}

char *expand_end(struct expansion *x) {
  begin(x);
  return str_end(&x->s) + sizeof(struct word);
}

char *expand_encoded(const char *text, const char *end, unsigned how, unsigned where) {
  struct expansion x;
  expand_init(&x, how);
  expand_text(&x, text, end, where);
  return expand_end(&x);
}

char *expand_word(const struct word *w, unsigned how) {
  return expand_encoded(w->text, w->text + strlen(w->text), how, 0);
}

/* export A=$B and its like: no fields, as in an assignment. */
static bool declares(const struct word *w) {
  return !strcmp(w->text, "export") || !strcmp(w->text, "readonly") || !strcmp(w->text, "local");
}

char **expand_words(const struct word *w, int *argc) {
  struct expansion x;
  bool assigns = w && declares(w);
  expand_init(&x, EXP_FIELDS);
  for (; w; w = w->next) {
    size_t len = assigns ? name_length(w->text) : 0;
    if (len && w->text[len] == '=') {
      const char *value = w->text + len + 1;
      struct expansion whole;
      expand_init(&whole, EXP_ASSIGN);
      expand_put(&whole, w->text, len + 1, true);
      expand_text(&whole, value, value + strlen(value), 0);
      expand_field(&x, expand_end(&whole));
      continue;
    }
    x.white = false;
    expand_text(&x, w->text, w->text + strlen(w->text), 0);
    if (x.begun) expand_break(&x);
  }
  char **v = arena_get(&scratch, (x.fields + 3) * sizeof *v);
  int n = 0;
  v += 2;
  for (struct word *f = x.first; f; f = f->next) v[n++] = f->text;
  v[n] = NULL;
  *argc = n;
  return v;
}
