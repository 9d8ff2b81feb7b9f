/* Parameters: $x, ${x...}.
 *
 * A value is looked at where it lies and put into the field at once; it is copied first if something is expanded in
 * between, which may change it. */
#include <string.h>
#include "sh.h"

const char *special_param(int c, char *buffer) {
  long value;
  switch (c) {
  case '#': value = sh.params.n; break;
  case '?': value = sh.status; break;
  case '$': value = (long)sh.pid; break;
  case '!':
    if (!sh.last_background) return NULL;
    value = (long)sh.last_background;
    break;
  case '-': {
    char *p = buffer;
    for (int i = 0; i < O_COUNT; i++)
      if (sh.opt[i]) *p++ = OPTIONS[i];
    *p = 0;
    return buffer;
  }
  default: return NULL;
  }
  fmt_text(buffer, 24, "%ld", value);
  return buffer;
}

/* NULL: unset. buffer: for numbers. */
static const char *value_of(const char *name, size_t len, char *buffer) {
  if (name_start((unsigned char)*name)) {
    const struct var *v = var_find(name, len);
    return v && v->flags & V_SET ? v->text + v->name_len + 1 : NULL;
  }
  if (*name < '0' || *name > '9') return special_param(*name, buffer);
  long n = 0;
  for (; len; len--) n = n < 100000 ? n * 10 + *name++ - '0' : n;
  return n == 0 ? sh.name : n <= sh.params.n ? sh.params.v[n - 1] : NULL;
}

static void all_params(struct expansion *x, bool at, bool quoted) {
  bool fields = x->how & EXP_FIELDS && (at || !quoted);
  char first = x->ifs[0];
  bool separator = first || (at && !fields);
  if (at && !sh.params.n) x->nobody = true;
  if (at && !fields) first = ' ';
  for (int i = 0; i < sh.params.n; i++) {
    if (i && fields && (quoted || x->begun)) expand_break(x);
    if (i && !fields && separator) expand_put(x, &first, 1, quoted);
    expand_put(x, sh.params.v[i], strlen(sh.params.v[i]), quoted);
    if (quoted) x->begun = true;
  }
}

static char *joined_params(bool at) {
  struct expansion x;
  expand_init(&x, 0);
  all_params(&x, at, true);
  return expand_end(&x);
}

static _Noreturn void unset_error(const char *name, size_t len, const char *text) {
  char copy[64];
  size_t n = len < sizeof copy ? len : sizeof copy - 1;
  memcpy(copy, name, n);
  copy[n] = 0;
  sh_error(2, "%s: %s", copy, text);
}

static void put_value(struct expansion *x, const char *name, size_t len, const char *value, bool quoted) {
  if (*name == '@' || *name == '*') {
    all_params(x, *name == '@', quoted);
  } else if (value) {
    expand_put(x, value, strlen(value), quoted);
  } else if (sh.opt[O_NOUNSET]) {
    unset_error(name, len, "parameter not set");
  }
}

/* The part of value that is left without a prefix or suffix. */
static void strip(struct expansion *x, const char *value, const char *pattern, char op, bool longest,
                  bool quoted) {
  size_t len = strlen(value), from = op == '#' ? 0 : len, n = len + 1;
  bool down = (op == '#') == longest; /* positions from the end to the start */
  for (from = down ? len : 0; n--; from += down ? (size_t)-1 : 1) {
    if (op == '#' && pattern_match(pattern, value, from)) {
      expand_put(x, value + from, len - from, quoted);
      return;
    }
    if (op == '%' && pattern_match(pattern, value + from, len - from)) {
      expand_put(x, value, from, quoted);
      return;
    }
  }
  expand_put(x, value, len, quoted);
}

static size_t param_length(const char *p, const char *end) {
  size_t n = 0;
  if (p < end && name_start((unsigned char)*p))
    while (p + n < end && name_char((unsigned char)p[n])) n++;
  else if (p < end && *p >= '0' && *p <= '9')
    while (p + n < end && p[n] >= '0' && p[n] <= '9') n++;
  else if (p < end && *p && strchr("@*#?-$!", *p)) n = 1;
  return n;
}

static void length_of(struct expansion *x, const char *name, size_t len, bool quoted) {
  char buffer[24], digits[24];
  const char *value = value_of(name, len, buffer);
  if (!value && *name != '@' && *name != '*' && sh.opt[O_NOUNSET])
    unset_error(name, len, "parameter not set");
  long n = *name == '@' || *name == '*' ? sh.params.n : value ? (long)strlen(value) : 0;
  int digit_count = fmt_text(digits, sizeof digits, "%ld", n);
  expand_put(x, digits, (size_t)digit_count, quoted);
}

/* ${NAME-WORD} and its like. */
static void choose(struct expansion *x, const char *name, size_t len, char op, bool empty, const char *word,
                   const char *end, unsigned where) {
  char buffer[24];
  bool quoted = where & IN_QUOTES, all = *name == '@' || *name == '*';
  const char *value = all ? (sh.params.n ? joined_params(*name == '@') : NULL) : value_of(name, len, buffer);
  bool set = value && !(empty && !*value);
  if (op == '+' ? set : !set && op == '-') {
    expand_text(x, word, end, where | IN_BRACE | IN_RESULT);
  } else if (op != '+' && set) {
    put_value(x, name, len, value, quoted);
  } else if (op == '=') {
    if (!name_start((unsigned char)*name)) unset_error(name, len, "cannot assign in this way");
    const char *text = expand_encoded(word, end, EXP_ASSIGN, where | IN_BRACE);
    var_set_n(name, len, text);
    expand_put(x, text, strlen(text), quoted);
  } else if (op == '?') {
    const char *text = expand_encoded(word, end, 0, where | IN_BRACE);
    unset_error(name, len, *text ? text : "parameter not set");
  }
}

static void brace(struct expansion *x, const char *p, const char *end, unsigned where) {
  char buffer[24];
  bool quoted = where & IN_QUOTES;
  if (*p == '#' && p + 1 < end && param_length(p + 1, end) == (size_t)(end - p - 1)) {
    length_of(x, p + 1, (size_t)(end - p - 1), quoted);
    return;
  }
  const char *name = p;
  size_t len = param_length(p, end);
  p += len;
  bool colon = p + 1 < end && *p == ':';
  if (colon) p++;
  if (!len || (p < end && !strchr(colon ? "-=+?" : "-=+?#%", *p))) sh_error(2, "bad substitution");
  if (p == end) {
    put_value(x, name, len, value_of(name, len, buffer), quoted);
  } else if (*p == '#' || *p == '%') {
    char op = *p++;
    bool longest = p < end && *p == op, all = *name == '@' || *name == '*';
    const char *value = all ? joined_params(*name == '@') : value_of(name, len, buffer);
    if (!value && sh.opt[O_NOUNSET]) unset_error(name, len, "parameter not set");
    if (!value) value = "";
    value = arena_text(&scratch, value, strlen(value)); /* the pattern may change it */
    strip(x, value, expand_encoded(p + longest, end, EXP_PATTERN, 0), op, longest, quoted);
  } else {
    choose(x, name, len, *p, colon, p + 1, end, where);
  }
}

const char *expand_param(struct expansion *x, const char *p, unsigned where) {
  bool quoted = where & IN_QUOTES;
  if (*p == '{' || *p == '(' || *p == '[') {
    const char *text = p + 4, *end = text + lex_length(p + 1);
    if (*p == '{') {
      brace(x, text, end, where);
    } else if (*p == '(') {
      expand_command(x, text, (size_t)(end - text), quoted);
    } else {
      char digits[24];
      int n = fmt_text(digits, sizeof digits, "%ld", arith(expand_encoded(text, end, 0, IN_QUOTES)));
      expand_put(x, digits, (size_t)n, quoted);
    }
    return end + 1;
  }
  char buffer[24];
  size_t len = name_start((unsigned char)*p) ? name_length(p) : 1;
  put_value(x, p, len, value_of(p, len, buffer), quoted);
  return p + len;
}
