#include <stdlib.h>
#include <string.h>
#include "program.h"

/* What to do when the present way fails. */
struct entry {
  uint16_t step;
  uint16_t kind; /* a slot to restore to `position`, or one of these */
  uint32_t position, least;
};
enum { TRY = SLOTS, TRY_FEWER }; /* FEWER: a repetition ends one byte earlier, at position, down to least */

struct matcher {
  struct pattern *p;
  const unsigned char *text;
  size_t length;
  size_t depth;
  long slots[SLOTS], best[2 * PATTERN_GROUPS]; /* best[1] < 0: none yet */
  unsigned long steps;
  bool noted;
  const char *error;
};

static bool push(struct matcher *m, unsigned step, unsigned kind, size_t position, size_t least) {
  struct pattern *p = m->p;
  if (m->depth == p->stack_room) {
    size_t room = p->stack_room + p->stack_room / 2 + 32;
    struct entry *stack = realloc(p->stack, room * sizeof *stack);
    if (!stack) {
      m->error = "not enough memory to match this line";
      return false;
    }
    p->stack = stack;
    p->stack_room = room;
  }
  p->stack[m->depth++] = (struct entry){(uint16_t)step, (uint16_t)kind, (uint32_t)position, (uint32_t)least};
  return true;
}

static bool set_slot(struct matcher *m, unsigned slot, size_t position) {
  if (!push(m, 0, slot, (size_t)m->slots[slot], 0)) return false;
  m->slots[slot] = (long)position;
  return true;
}

/* True if this choice was made at this position before: then it led to nothing that is better. */
static bool seen(struct matcher *m, unsigned choice, size_t position) {
  if (!m->noted) return false;
  size_t bit = choice * (m->length + 1) + position;
  uint32_t *word = &m->p->seen[bit / 32], mask = 1u << bit % 32;
  bool was = *word & mask;
  *word |= mask;
  return was;
}

static bool takes(const struct pattern *p, const struct step *s, unsigned char c) {
  if (s->op == OP_ANY) return true;
  if (s->op == OP_SET) return set_has(&p->sets[s->a], c);
  return s->a == c || (p->fold && s->a == fold(c));
}

static bool same_bytes(const struct matcher *m, const unsigned char *a, const unsigned char *b, size_t n) {
  if (!m->p->fold) return memcmp(a, b, n) == 0;
  for (; n; n--)
    if (fold(*a++) != fold(*b++)) return false;
  return true;
}

static bool at_word(const struct matcher *m, size_t position, enum op op) {
  bool before = position && is_word(m->text[position - 1]);
  bool after = position < m->length && is_word(m->text[position]);
  if (op == OP_WORD_START) return !before && after;
  if (op == OP_WORD_END) return before && !after;
  if (op == OP_NO_WORD_BEFORE) return !before;
  if (op == OP_NO_WORD_AFTER) return !after;
  return (before != after) == (op == OP_WORD_EDGE);
}

/* A step that takes nothing or a group's bytes; false: fails. */
static bool plain_step(struct matcher *m, const struct step *s, size_t *position) {
  switch (s->op) {
  case OP_SAVE: return set_slot(m, s->a, *position);
  case OP_LOOP: return m->slots[s->a] != (long)*position && set_slot(m, s->a, *position);
  case OP_START: return *position == 0;
  case OP_END: return *position == m->length;
  case OP_BACK: {
    long from = m->slots[2 * s->a], to = m->slots[2 * s->a + 1];
    if (from < 0 || to < from || (size_t)(to - from) > m->length - *position) return false;
    if (!same_bytes(m, m->text + from, m->text + *position, (size_t)(to - from))) return false;
    *position += (size_t)(to - from);
    return true;
  }
  default: return at_word(m, *position, s->op);
  }
}

static bool take_bytes(struct matcher *m, unsigned at, size_t *position) {
  const struct step *s = &m->p->steps[at];
  size_t from = *position, most = m->length - from, n = 0;
  if (s->min != s->max && seen(m, (unsigned)(uint16_t)s->target, from)) return false;
  if (s->max != UNBOUNDED && s->max < most) most = s->max;
  if (s->op == OP_ANY) n = most;
  else
    while (n < most && takes(m->p, s, m->text[from + n])) n++;
  m->steps += n / 8;
  if (n < s->min) return false;
  *position = from + n;
  return n == s->min || push(m, at + 1, TRY_FEWER, from + n - 1, from + s->min);
}

static void found(struct matcher *m, size_t position) {
  if (m->best[1] >= 0 && (long)position <= m->best[1]) return;
  memcpy(m->best, m->slots, sizeof m->best);
  m->best[1] = (long)position;
}

/* Goes on from a step until it fails or matches. */
static void run(struct matcher *m, unsigned at, size_t position) {
  for (;;) {
    const struct step *s = &m->p->steps[at];
    m->steps++;
    if (s->op <= OP_SET) {
      if (!take_bytes(m, at, &position)) return;
    } else if (s->op == OP_SPLIT) {
      if (seen(m, s->min, position)) return;
      if (!push(m, (unsigned)((int)at + s->target), TRY, position, 0)) return;
    } else if (s->op == OP_JUMP) {
      at = (unsigned)((int)at + s->target);
      continue;
    } else if (s->op == OP_MATCH) {
      found(m, position);
      return;
    } else if (!plain_step(m, s, &position)) {
      return;
    }
    at++;
  }
}

/* All ways from one start; what is left on the stack is dropped once nothing longer can come. */
static void try_from(struct matcher *m, size_t start) {
  for (unsigned i = 0; i < SLOTS; i++) m->slots[i] = -1;
  m->slots[0] = (long)start;
  m->depth = 0;
  run(m, 0, start);
  while (m->depth && !m->error && m->best[1] != (long)m->length) {
    struct entry *e = &m->p->stack[m->depth - 1];
    if (!m->noted && m->steps > PATTERN_STEPS) m->error = "pattern too complex for this line";
    if (e->kind < SLOTS) {
      m->slots[e->kind] = (long)(int32_t)e->position;
      m->depth--;
      continue;
    }
    size_t position = e->position;
    unsigned step = e->step;
    if (e->kind == TRY_FEWER && position > e->least) e->position--;
    else m->depth--;
    run(m, step, position);
  }
}

/* Makes room for the notes; without it the steps are limited instead. */
static bool clear_notes(struct matcher *m) {
  struct pattern *p = m->p;
  if (p->back) return false;
  size_t words = (p->choices * (m->length + 1) + 31) / 32;
  if (words > p->seen_room) {
    uint32_t *more = realloc(p->seen, words * sizeof *more);
    if (!more) return false;
    p->seen = more;
    p->seen_room = words;
  }
  if (words) memset(p->seen, 0, words * sizeof *p->seen);
  return true;
}

int pattern_match(struct pattern *p, const char *text, size_t length, size_t start,
                  struct span groups[PATTERN_GROUPS], const char **error) {
  struct matcher m = {.p = p, .text = (const unsigned char *)text, .length = length, .best = {-1, -1}};
  const struct step *first = p->steps;
  bool anchored = first->op == OP_START, plain = first->op == OP_BYTE && first->min && !p->fold;
  bool ready = false;
  for (size_t at = start; at <= length && m.best[1] < 0 && !m.error; at++) {
    if (anchored && at) break;
    if (plain) {
      const char *next = at < length ? memchr(text + at, first->a, length - at) : NULL;
      if (!next) break;
      at = (size_t)(next - text);
    }
    if (!ready) m.noted = clear_notes(&m); /* not for a line that cannot match */
    ready = true;
    try_from(&m, at);
  }
  if (m.error) {
    *error = m.error;
    return -1;
  }
  if (m.best[1] < 0) return 0;
  for (int i = 0; i < PATTERN_GROUPS; i++) {
    groups[i] = (struct span){m.best[2 * i], m.best[2 * i + 1]};
    if (groups[i].from < 0 || groups[i].to < 0) groups[i] = (struct span){-1, -1};
  }
  return 1;
}
