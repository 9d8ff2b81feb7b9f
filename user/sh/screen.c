/* What the editor shows: the prompt and the line, wrapped at the terminal's width.
 *
 * A byte is a cell, but the bytes that go on a UTF-8 sequence are none, so a line is never cut inside a character. All of
 * a change goes out in one write(). The cursor is found again by going up as many rows as it was put down. */
#include <string.h>
#include <unistd.h>
#include "edit.h"

size_t edit_width(const char *text, size_t len) {
  size_t n = 0;
  for (; len; len--) n += (*text++ & 0xc0) != 0x80;
  return n;
}

void edit_bell(void) { write_all(2, "\a", 1); }

static void go(struct str *s, unsigned n, char way) {
  char text[16];
  if (n) str_add(s, text, (size_t)fmt_text(text, sizeof text, "\033[%u%c", n, way));
}

/* Prompt and text; the cursor at the byte at of the text. */
static void print(struct edit *e, const char *prompt, const char *text, size_t len, size_t at) {
  struct mark m = arena_mark(&scratch);
  struct str s;
  size_t plen = strlen(prompt), before = edit_width(prompt, plen);
  unsigned all = (unsigned)(before + edit_width(text, len)),
           cursor = (unsigned)(before + edit_width(text, at));
  str_init(&s, &scratch);
  go(&s, e->row, 'A');
  str_add(&s, "\r\033[J", 4); /* before the text: behind a full last column it would take that */
  str_add(&s, prompt, plen);
  str_add(&s, text, len);
  if (all && all % e->columns == 0) str_add(&s, "\r\n", 2); /* else the cursor hangs behind the last column */
  go(&s, all / e->columns - cursor / e->columns, 'A');
  str_put(&s, '\r');
  go(&s, cursor % e->columns, 'C');
  write_all(2, s.p, s.len);
  e->row = cursor / e->columns;
  e->shown = all;
  arena_release(&scratch, m);
}

void edit_show(struct edit *e) { print(e, e->prompt, e->text, e->len, e->at); }

void edit_print(const char *text, const char *prompt, size_t at, struct edit *e) {
  print(e, prompt, text, strlen(text), at);
}

void edit_below(struct edit *e) {
  if (e->at != e->len) {
    e->at = e->len;
    edit_show(e);
  }
  write_all(2, "\n", e->shown && e->shown % e->columns == 0 ? 0 : 1);
  e->row = 0;
}
