/* From the text of a regular expression to steps. An error is kept in the parser, and all functions then return at once. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "program.h"

enum { DEPTH = 20 };

struct parser {
  struct pattern *p;
  const char *at, *end;
  const char *error;
  bool extended;
  unsigned depth;
  unsigned open; /* bit per group that is not closed yet */
};

static bool wrong(struct parser *s, const char *error) {
  if (!s->error) s->error = error;
  return false;
}

/* A step at index `at`, what is there moves up: targets of steps before do not reach beyond it. */
static struct step *insert(struct parser *s, unsigned at, enum op op, unsigned a) {
  struct pattern *p = s->p;
  if (p->count == p->room) {
    unsigned room = p->room + p->room / 2 + 16;
    struct step *steps = room <= PATTERN_MOST * 2 ? realloc(p->steps, room * sizeof *steps) : NULL;
    if (!steps) return wrong(s, "not enough memory for the pattern"), NULL;
    p->steps = steps;
    p->room = room;
  }
  if (p->count >= PATTERN_MOST) return wrong(s, "pattern too large"), NULL;
  memmove(p->steps + at + 1, p->steps + at, (p->count++ - at) * sizeof *p->steps);
  p->steps[at] = (struct step){.op = (uint8_t)op, .a = (uint8_t)a, .min = 1, .max = 1};
  return &p->steps[at];
}

static struct step *emit(struct parser *s, enum op op, unsigned a) { return insert(s, s->p->count, op, a); }

static void set_target(struct parser *s, unsigned at, unsigned target) {
  if (!s->error) s->p->steps[at].target = (int16_t)((int)target - (int)at);
}

/* Appends a copy of the steps from..to. */
static void copy(struct parser *s, unsigned from, unsigned to) {
  for (unsigned i = from; i < to && !s->error; i++)
    if (emit(s, OP_MATCH, 0)) s->p->steps[s->p->count - 1] = s->p->steps[i];
}

/* ---- sets ---- */

static void set_add(struct parser *s, struct set *set, unsigned char c) {
  set->bits[c / 32] |= 1u << c % 32;
  if (s->p->fold && isalpha(c)) {
    unsigned char other = c ^ 32;
    set->bits[other / 32] |= 1u << other % 32;
  }
}

static int in_class(const char *name, size_t length, int c) {
  static const char names[] = "alnum alpha blank cntrl digit graph lower print punct space upper xdigit";
  const char *found = names;
  for (; (size_t)(strcspn(found, " ")) != length || memcmp(found, name, length) != 0; found++) {
    found += strcspn(found, " ");
    if (!*found) return -1;
  }
  if (c > 127) return 0;
  switch (found[0] + found[1] * 256 + found[2] * 65536) {
#define C(a, b, c) (a + b * 256 + c * 65536)
  case C('a', 'l', 'n'): return isalnum(c);
  case C('a', 'l', 'p'): return isalpha(c);
  case C('b', 'l', 'a'): return c == ' ' || c == '\t';
  case C('c', 'n', 't'): return iscntrl(c);
  case C('d', 'i', 'g'): return isdigit(c);
  case C('g', 'r', 'a'): return isgraph(c);
  case C('l', 'o', 'w'): return islower(c);
  case C('p', 'r', 'i'): return isprint(c);
  case C('p', 'u', 'n'): return ispunct(c);
  case C('s', 'p', 'a'): return isspace(c);
  case C('u', 'p', 'p'): return isupper(c);
  default: return isxdigit(c);
#undef C
  }
}

/* "[:name:]" of a set; s->at is behind "[:". */
static bool set_class(struct parser *s, struct set *set) {
  const char *name = s->at;
  while (s->end - s->at >= 2 && !(s->at[0] == ':' && s->at[1] == ']')) s->at++;
  if (s->end - s->at < 2) return wrong(s, "[ without ]");
  size_t length = (size_t)(s->at - name);
  s->at += 2;
  for (int c = 0; c < 256; c++) {
    int r = in_class(name, length, c);
    if (r < 0) return wrong(s, "no such class");
    if (r) set_add(s, set, (unsigned char)c);
  }
  return true;
}

/* One byte of a set, which may be [.x.] or [=x=]; -1: an error. */
static int set_byte(struct parser *s) {
  if (s->end - s->at >= 2 && s->at[0] == '[' && (s->at[1] == '.' || s->at[1] == '=')) {
    if (s->end - s->at < 5 || s->at[3] != s->at[1] || s->at[4] != ']')
      return wrong(s, "no such character"), -1;
    s->at += 5;
    return (unsigned char)s->at[-3];
  }
  return (unsigned char)*s->at++;
}

static bool new_set(struct parser *s, const struct set *set) {
  struct pattern *p = s->p;
  struct set *sets = p->set_count < 255 ? realloc(p->sets, (p->set_count + 1) * sizeof *sets) : NULL;
  if (!sets) return wrong(s, "not enough memory for the pattern");
  p->sets = sets;
  sets[p->set_count] = *set;
  return emit(s, OP_SET, p->set_count++);
}

/* s->at is behind "[". */
static bool bracket(struct parser *s) {
  struct set set = {{0}};
  bool negated = s->at < s->end && *s->at == '^', first = true;
  for (s->at += negated;; first = false) {
    if (s->at == s->end) return wrong(s, "[ without ]");
    if (*s->at == ']' && !first) break;
    if (s->end - s->at >= 2 && s->at[0] == '[' && s->at[1] == ':') {
      s->at += 2;
      if (!set_class(s, &set)) return false;
      continue;
    }
    int from = set_byte(s), to = from;
    if (from >= 0 && s->end - s->at >= 2 && s->at[0] == '-' && s->at[1] != ']') {
      s->at++;
      to = set_byte(s);
    }
    if (from < 0 || to < 0) return false;
    if (to < from) return wrong(s, "a range backwards");
    for (int c = from; c <= to; c++) set_add(s, &set, (unsigned char)c);
  }
  s->at++;
  for (int i = 0; negated && i < 8; i++) set.bits[i] = ~set.bits[i];
  return new_set(s, &set);
}

static bool escape_set(struct parser *s, char c) {
  struct set set = {{0}};
  bool space = (c | 32) == 's', wanted = c >= 'a';
  for (int i = 0; i < 256; i++)
    if ((space ? i < 128 && isspace(i) : is_word((unsigned char)i)) == wanted)
      set.bits[i / 32] |= 1u << i % 32;
  return new_set(s, &set);
}

/* ---- repetition ---- */

static bool interval(struct parser *s, unsigned *min, unsigned *max) {
  unsigned long values[2] = {0, 0};
  bool some[2] = {false, false}, comma = false;
  for (; s->at < s->end; s->at++) {
    if (*s->at == ',' && !comma) {
      comma = true;
    } else if (isdigit((unsigned char)*s->at) && values[comma] <= REPEAT_MOST) {
      values[comma] = values[comma] * 10 + (unsigned)(*s->at - '0');
      some[comma] = true;
    } else {
      break;
    }
  }
  if (!s->extended && s->at < s->end && *s->at == '\\') s->at++;
  if (s->at == s->end) return wrong(s, "{ without }");
  *min = (unsigned)values[0];
  *max = !comma ? *min : some[1] ? (unsigned)values[1] : UNBOUNDED;
  if (*s->at++ != '}' || (!some[0] && !some[1])) return wrong(s, "not an interval");
  if (*min > REPEAT_MOST || (*max != UNBOUNDED && (*max > REPEAT_MOST || *max < *min)))
    return wrong(s, "not an interval");
  return true;
}

/* A quantifier at s->at, which it then is behind; false: there is none. */
static bool quantifier(struct parser *s, unsigned *min, unsigned *max) {
  if (s->at == s->end) return false;
  char c = *s->at, next = s->end - s->at > 1 ? s->at[1] : 0;
  bool escaped = !s->extended && c == '\\';
  char q = escaped ? next : c;
  if (c == '*') q = '*';
  else if (!s->extended && !escaped) return false;
  if (q != '*' && q != '+' && q != '?' && q != '{') return false;
  if (escaped && q == '*') return false;
  if (s->extended && q == '{' && !isdigit((unsigned char)next) && next != ',') return false;
  s->at += escaped ? 2 : 1;
  *min = q == '+';
  *max = q == '?' ? 1 : UNBOUNDED;
  return q != '{' || interval(s, min, max);
}

static void repeat_group(struct parser *s, unsigned from, unsigned min, unsigned max) {
  struct pattern *p = s->p;
  unsigned to = p->count;
  for (unsigned i = 1; i < min; i++) copy(s, from, to);
  if (max == UNBOUNDED) {
    if (p->loops == LOOPS) {
      wrong(s, "too many repeated groups");
      return;
    }
    unsigned split = min ? p->count : from, loop = p->loops++;
    insert(s, split, OP_SPLIT, 0);
    insert(s, split + 1, OP_LOOP, 2 * PATTERN_GROUPS + loop);
    if (min) copy(s, from, to);
    emit(s, OP_JUMP, 0);
    if (s->error) return;
    set_target(s, p->count - 1, split);
    set_target(s, split, p->count);
    return;
  }
  if (max == 0) {
    p->count = from;
    return;
  }
  /* The rest is optional, one inside the other. */
  unsigned size = to - from, first = p->count, more = max - min;
  if (!min) {
    insert(s, from, OP_SPLIT, 0);
    first = from++;
    to++;
    more--;
  }
  for (unsigned i = 0; i < more && !s->error; i++) {
    emit(s, OP_SPLIT, 0);
    copy(s, from, to);
  }
  for (unsigned at = first; at < p->count && !s->error; at += size + 1) set_target(s, at, p->count);
}

static void repeat(struct parser *s, unsigned from) {
  unsigned min, max;
  while (!s->error && quantifier(s, &min, &max)) {
    struct step *only = s->p->count == from + 1 ? &s->p->steps[from] : NULL;
    if (s->error) return;
    if (only && only->op <= OP_SET && only->min == 1 && only->max == 1) {
      only->min = (uint16_t)min;
      only->max = (uint16_t)max;
    } else if (s->p->count > from) {
      repeat_group(s, from, min, max);
    }
  }
}

/* ---- structure ---- */

static void alternatives(struct parser *s);

static bool is_at(const struct parser *s, const char *text) {
  size_t n = strlen(text);
  return (size_t)(s->end - s->at) >= n && memcmp(s->at, text, n) == 0;
}

static bool at_bar(const struct parser *s) { return is_at(s, s->extended ? "|" : "\\|"); }
static bool at_close(const struct parser *s) { return is_at(s, s->extended ? ")" : "\\)"); }

static void save(struct parser *s, unsigned slot) {
  if (!s->p->no_groups && slot < 2 * PATTERN_GROUPS) emit(s, OP_SAVE, slot);
}

/* s->at is behind the opening parenthesis. */
static void group(struct parser *s) {
  unsigned number = ++s->p->groups;
  if (s->depth == DEPTH) {
    wrong(s, "groups too deep");
    return;
  }
  s->depth++;
  if (number < PATTERN_GROUPS) s->open |= 1u << number;
  save(s, 2 * number);
  alternatives(s);
  if (!at_close(s)) {
    wrong(s, "( without )");
    return;
  }
  s->at += s->extended ? 1 : 2;
  save(s, 2 * number + 1);
  s->open &= ~(number < PATTERN_GROUPS ? 1u << number : 0);
  s->depth--;
}

static void literal(struct parser *s, char c) {
  emit(s, OP_BYTE, s->p->fold ? fold((unsigned char)c) : (unsigned char)c);
}

/* s->at is behind a backslash. */
static void escaped(struct parser *s) {
  static const char edges[] = "<>bB";
  if (s->at == s->end) {
    wrong(s, "\\ at the end");
    return;
  }
  char c = *s->at++;
  const char *edge = strchr(edges, c);
  if (!s->extended && c == '(') {
    group(s);
  } else if (c >= '1' && c <= '9') {
    unsigned number = (unsigned)(c - '0');
    if (number > s->p->groups || s->open >> number & 1) wrong(s, "no such group");
    emit(s, OP_BACK, number);
    s->p->back = true;
  } else if (c && edge) {
    emit(s, OP_WORD_START + (unsigned)(edge - edges), 0);
  } else if (c == 'w' || c == 'W' || c == 's' || c == 'S') {
    escape_set(s, c);
  } else if (!s->extended && c == '{') {
    wrong(s, "an interval of nothing");
  } else {
    literal(s, c == 'n' ? '\n' : c);
  }
}

static bool ends_here(const struct parser *s) { return s->at == s->end || at_bar(s) || at_close(s); }

/* One atom with its quantifiers; `first` of its alternative. */
static void atom(struct parser *s, bool first) {
  unsigned from = s->p->count;
  char c = *s->at++;
  if (c == '\\') {
    escaped(s);
  } else if (c == '[') {
    bracket(s);
  } else if (c == '.') {
    emit(s, OP_ANY, 0);
  } else if (s->extended && c == '(') {
    group(s);
  } else if (c == '^' && (s->extended || first)) {
    emit(s, OP_START, 0);
    if (!s->extended && s->at < s->end && *s->at == '*') {
      s->at++; /* a plain star */
      from = s->p->count;
      emit(s, OP_BYTE, '*');
    }
  } else if (c == '$' && (s->extended || ends_here(s))) {
    emit(s, OP_END, 0);
  } else {
    literal(s, c);
  }
  repeat(s, from);
}

static void branch(struct parser *s) {
  for (bool first = true; !s->error; first = false) {
    if (s->at == s->end || at_bar(s)) return;
    if (at_close(s)) {
      if (s->depth || !s->extended) {
        if (!s->depth) wrong(s, ") without (");
        return;
      }
    }
    atom(s, first);
  }
}

static void alternatives(struct parser *s) {
  unsigned from = s->p->count, last = 0; /* the last jump to the end; each holds the one before */
  branch(s);
  while (!s->error && at_bar(s)) {
    s->at += s->extended ? 1 : 2;
    insert(s, from, OP_SPLIT, 0);
    struct step *jump = emit(s, OP_JUMP, 0);
    if (!jump) return;
    jump->target = (int16_t)last;
    last = s->p->count - 1;
    set_target(s, from, s->p->count);
    from = s->p->count;
    branch(s);
  }
  while (last && !s->error) {
    unsigned before = (unsigned)s->p->steps[last].target;
    set_target(s, last, s->p->count);
    last = before;
  }
}

void pattern_delete(struct pattern *p) {
  if (!p) return;
  free(p->steps);
  free(p->sets);
  free(p->stack);
  free(p->seen);
  free(p);
}

unsigned pattern_groups(const struct pattern *p) { return p->groups; }

static bool has_back_reference(const char *text, size_t length) {
  for (size_t i = 0; i + 1 < length; i++) {
    if (text[i] != '\\') continue;
    if (text[++i] >= '1' && text[i] <= '9') return true;
  }
  return false;
}

struct pattern *pattern_new(const char *text, size_t length, unsigned flags, const char **error) {
  struct pattern *p = calloc(1, sizeof *p);
  *error = "not enough memory for the pattern";
  if (!p) return NULL;
  p->fold = flags & PATTERN_FOLD;
  p->no_groups = flags & PATTERN_NO_GROUPS && !has_back_reference(text, length);
  struct parser s = {.p = p, .at = text, .end = text + length, .extended = flags & PATTERN_EXTENDED};
  if (flags & PATTERN_LINE) emit(&s, OP_START, 0);
  if (flags & PATTERN_WORD) emit(&s, OP_NO_WORD_BEFORE, 0);
  if (!(flags & PATTERN_LITERAL)) alternatives(&s);
  else
    while (s.at < s.end && !s.error) literal(&s, *s.at++);
  if (flags & PATTERN_WORD) emit(&s, OP_NO_WORD_AFTER, 0);
  if (flags & PATTERN_LINE) emit(&s, OP_END, 0);
  emit(&s, OP_MATCH, 0);
  if (s.error) {
    *error = s.error;
    pattern_delete(p);
    return NULL;
  }
  for (unsigned i = 0; i < p->count; i++) {
    struct step *step = &p->steps[i];
    bool choice = step->op == OP_SPLIT || (step->op <= OP_SET && step->min != step->max);
    if (step->op == OP_SPLIT) step->min = (uint16_t)p->choices;
    else if (choice) step->target = (int16_t)p->choices;
    p->choices += choice;
  }
  return p;
}
