#include "diff.h"

/* Rows that are in one file alone, in the other alone, or in both but not equal. */
struct change {
  int32_t at[2], end[2];
};

/* The next one from c's end on; false: there is none. */
static bool next_change(struct change *c) {
  int32_t x = c->end[0], y = c->end[1];
  while (x < sides[0].count && !is_changed(&sides[0], x) && !is_changed(&sides[1], y)) x++, y++;
  *c = (struct change){{x, y}, {x, y}};
  for (int i = 0; i < 2; i++)
    while (is_changed(&sides[i], c->end[i])) c->end[i]++;
  return c->end[0] > x || c->end[1] > y;
}

static void put_rows(const char *before, const struct side *s, int32_t at, int32_t end) {
  for (; at < end; at++) {
    const struct row *r = &s->rows[at];
    put_text(before);
    put(r->text, r->length);
    if (r->text[r->length - 1] != '\n') put_text("\n\\ No newline at end of file\n");
  }
}

static void put_range(const struct change *c, int i) {
  int32_t first = c->at[i] + 1, last = c->end[i];
  if (first < last) put_format("%ld,", (long)first);
  put_format("%ld", (long)last); /* of none: the row before */
}

void show_normal(void) {
  struct change c = {0};
  while (next_change(&c)) {
    bool gone = c.end[0] > c.at[0], new = c.end[1] > c.at[1];
    put_range(&c, 0);
    put_char(gone && new ? 'c' : gone ? 'd' : 'a');
    put_range(&c, 1);
    put_char('\n');
    put_rows("< ", &sides[0], c.at[0], c.end[0]);
    if (gone && new) put_text("---\n");
    put_rows("> ", &sides[1], c.at[1], c.end[1]);
  }
}

/* "3,4": from, how many. */
static void put_extent(char sign, int32_t at, int32_t end) {
  put_format(" %c%ld", sign, (long)(at + (end > at)));
  if (end - at != 1) put_format(",%ld", (long)(end - at));
}

static int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }

/* The changes up to `last`, and `around` rows before, between and behind them. */
static void show_group(struct change c, const struct change *last, int32_t around) {
  int32_t before = least(around, least(c.at[0], c.at[1]));
  int32_t behind = least(around, least(sides[0].count - last->end[0], sides[1].count - last->end[1]));
  put_text("@@");
  put_extent('-', c.at[0] - before, last->end[0] + behind);
  put_extent('+', c.at[1] - before, last->end[1] + behind);
  put_text(" @@\n");
  for (int32_t shared = c.at[0] - before;; next_change(&c)) {
    put_rows(" ", &sides[0], shared, c.at[0]);
    put_rows("-", &sides[0], c.at[0], c.end[0]);
    put_rows("+", &sides[1], c.at[1], c.end[1]);
    shared = c.end[0];
    if (c.end[0] == last->end[0] && c.end[1] == last->end[1]) break;
  }
  put_rows(" ", &sides[0], last->end[0], last->end[0] + behind);
}

void show_unified(int32_t around) {
  struct change first = {0}, last, next;
  put_format("--- %s\n+++ %s\n", sides[0].name, sides[1].name);
  bool more = next_change(&first);
  while (more) {
    last = next = first;
    while ((more = next_change(&next)) && next.at[0] - last.end[0] <= 2 * around) last = next;
    show_group(first, &last, around);
    first = next;
  }
}
