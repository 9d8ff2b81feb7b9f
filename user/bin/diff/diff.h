/* diff: lines.c reads two files and finds what they share, output.c shows what they do not. */
#ifndef PITH_DIFF_H
#define PITH_DIFF_H
#include "util.h"

struct row {
  const char *text; /* no 0 behind it */
  uint32_t length;  /* with the newline, which the last may lack */
  uint32_t hash;
};
struct side {
  const char *name;
  char *text;
  size_t length;
  struct row *rows;
  int32_t count;
  uint8_t *changed; /* a bit for each row: it is not in the other file */
};

extern struct side sides[2];
extern bool either_case, all_blanks, some_blanks;

void read_side(struct side *s, const char *name);
bool is_binary(const struct side *s);
/* Marks the rows that are not shared; false: there are none. */
bool compare_sides(void);
void show_normal(void);
void show_unified(int32_t around);

static inline bool is_changed(const struct side *s, int32_t i) {
  return i < s->count && s->changed[i / 8] >> i % 8 & 1;
}
#endif
