/* What two files share: the longest sequence of lines that both have, by the method of Myers (1986) in linear space: the middle of a
 * shortest way of changes is looked for from both ends at once, then the same is done on both sides of it. Of the two the smaller is
 * done first and the larger in the same call, so there are never more calls than the logarithm of the lines. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "diff.h"

struct side sides[2];
bool either_case, all_blanks, some_blanks;
static int32_t *forward,
    *backward; /* how far in the first file the ways got, for each difference of positions */

/* ---- reading ---- */

static void *memory(void *p) {
  if (!p) fail(NULL, "the files are larger than memory");
  return p;
}

/* All of it; a file whose size is known in one piece of that size. */
static void read_text(struct side *s, struct input *in) {
  struct stat st;
  size_t room = fstat(in->fd, &st) == 0 && S_ISREG(st.st_mode) ? (size_t)st.st_size + 1 : 1024;
  s->text = memory(malloc(room));
  for (int c; (c = input_byte(in)) >= 0;) {
    in->at--;
    size_t n = in->end - in->at;
    if (s->length + n > room) s->text = memory(realloc(s->text, room = room + room / 2 + n));
    memcpy(s->text + s->length, in->data + in->at, n);
    s->length += n;
    in->at = in->end;
  }
  if (in->bad) exit(2);
}

void read_side(struct side *s, const char *name) {
  static struct input in;
  if (!input_open(&in, name)) exit(2);
  s->name = name;
  read_text(s, &in);
  input_close(&in);
}

bool is_binary(const struct side *s) { return memchr(s->text, 0, s->length) != NULL; }

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* The next byte of a line that counts, or -1. */
static int next(const char **s, const char *end) {
  const char *from = *s;
  while (*s < end && (all_blanks || some_blanks) && is_blank(**s)) ++*s;
  if (*s == end) return -1;
  if (!all_blanks && *s > from) return ' ';
  unsigned char c = (unsigned char)*(*s)++;
  return either_case && c >= 'A' && c <= 'Z' ? c | 32 : c;
}

static void make_rows(struct side *s) {
  const char *end = s->text + s->length;
  for (const char *at = s->text; at < end; s->count++) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    at = newline ? newline + 1 : end;
  }
  s->rows = memory(malloc(((size_t)s->count + 1) * sizeof *s->rows));
  s->changed = memory(calloc((size_t)s->count / 8 + 1, 1));
  const char *at = s->text;
  for (struct row *r = s->rows; at < end; r++, at += r[-1].length) {
    const char *newline = memchr(at, '\n', (size_t)(end - at)), *byte = at;
    *r = (struct row){at, (uint32_t)((newline ? newline + 1 : end) - at), 5381};
    for (int c; (c = next(&byte, at + r->length)) >= 0;) r->hash = r->hash * 33 + (uint32_t)c;
  }
}

/* ---- comparing ---- */

static bool equal(int32_t x, int32_t y) {
  const struct row *a = &sides[0].rows[x], *b = &sides[1].rows[y];
  if (a->hash != b->hash) return false;
  const char *s = a->text, *t = b->text;
  for (;;) {
    int c = next(&s, a->text + a->length), d = next(&t, b->text + b->length);
    if (c != d) return false;
    if (c < 0) return true;
  }
}

struct area {
  int32_t x, x_end, y, y_end;
};

static int32_t reach_forward(const struct area *a, int32_t d) {
  int32_t before = forward[d - 1], behind = forward[d + 1], x = before < behind ? behind : before + 1;
  while (x < a->x_end && x - d < a->y_end && equal(x, x - d)) x++;
  return forward[d] = x;
}

static int32_t reach_backward(const struct area *a, int32_t d) {
  int32_t before = backward[d - 1], behind = backward[d + 1], x = before < behind ? before : behind - 1;
  while (x > a->x && x - d > a->y && equal(x - 1, x - d - 1)) x--;
  return backward[d] = x;
}

/* Ways that would leave the area are not gone: their side's limit moves back by one. */
static void widen(int32_t *low, int32_t *high, int32_t least, int32_t most, int32_t *reached, int32_t none) {
  if (*low > least) reached[--*low - 1] = none;
  else ++*low;
  if (*high < most) reached[++*high + 1] = none;
  else --*high;
}

struct point {
  int32_t x, y;
};

/* Where a shortest way through the area, which both files have a part in, is half done. d: the difference x - y. */
static struct point middle(const struct area *a) {
  int32_t least = a->x - a->y_end, most = a->x_end - a->y, first = a->x - a->y, last = a->x_end - a->y_end;
  int32_t low = first, high = first, back_low = last, back_high = last;
  bool odd = (first - last) & 1;
  forward[first] = a->x;
  backward[last] = a->x_end;
  for (;;) {
    widen(&low, &high, least, most, forward, -1);
    for (int32_t d = high; d >= low; d -= 2) {
      int32_t x = reach_forward(a, d);
      if (odd && back_low <= d && d <= back_high && backward[d] <= x) return (struct point){x, x - d};
    }
    widen(&back_low, &back_high, least, most, backward, INT32_MAX);
    for (int32_t d = back_high; d >= back_low; d -= 2) {
      int32_t x = reach_backward(a, d);
      if (!odd && low <= d && d <= high && x <= forward[d]) return (struct point){x, x - d};
    }
  }
}

static void mark(struct side *s, int32_t from, int32_t end) {
  for (; from < end; from++) s->changed[from / 8] |= (uint8_t)(1 << from % 8);
}

static void compare(struct area a) {
  for (;;) {
    while (a.x < a.x_end && a.y < a.y_end && equal(a.x, a.y)) a.x++, a.y++;
    while (a.x < a.x_end && a.y < a.y_end && equal(a.x_end - 1, a.y_end - 1)) a.x_end--, a.y_end--;
    if (a.x == a.x_end || a.y == a.y_end) break;
    struct point m = middle(&a);
    struct area before = {a.x, m.x, a.y, m.y}, behind = {m.x, a.x_end, m.y, a.y_end};
    bool first =
        before.x_end - before.x + before.y_end - before.y < behind.x_end - behind.x + behind.y_end - behind.y;
    compare(first ? before : behind);
    a = first ? behind : before;
  }
  mark(&sides[0], a.x, a.x_end);
  mark(&sides[1], a.y, a.y_end);
}

bool compare_sides(void) {
  for (int i = 0; i < 2; i++) make_rows(&sides[i]);
  size_t room = (size_t)sides[0].count + (size_t)sides[1].count + 3;
  forward = (int32_t *)memory(malloc(2 * room * sizeof *forward)) + sides[1].count + 1;
  backward = forward + room;
  compare((struct area){0, sides[0].count, 0, sides[1].count});
  for (int i = 0; i < 2; i++)
    for (int32_t at = 0; at < sides[i].count; at++)
      if (is_changed(&sides[i], at)) return true;
  return false;
}
