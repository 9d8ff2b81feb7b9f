/* What a pattern becomes: instructions for pattern_match.c. Targets are relative, so that a piece can be copied. */
#ifndef PITH_PATTERN_PROGRAM_H
#define PITH_PATTERN_PROGRAM_H
#include "pattern.h"

enum op {
  OP_BYTE, /* these three take between min and max bytes, as many as they can */
  OP_ANY,
  OP_SET,
  OP_SAVE,  /* the position in slot a */
  OP_SPLIT, /* goes on; if that fails, at target */
  OP_JUMP,
  OP_LOOP, /* an iteration that begins where the last one did fails; slot a */
  OP_BACK, /* the same bytes as group a */
  OP_START,
  OP_END,
  OP_WORD_START,
  OP_WORD_END,
  OP_WORD_EDGE,
  OP_WORD_INSIDE,
  OP_NO_WORD_BEFORE,
  OP_NO_WORD_AFTER,
  OP_MATCH
};
enum { REPEAT_MOST = 255, UNBOUNDED = UINT16_MAX, LOOPS = 12, SLOTS = 2 * PATTERN_GROUPS + LOOPS };

struct step {
  uint8_t op, a;
  int16_t target;
  uint16_t min, max;
};
struct set {
  uint32_t bits[8];
};

struct pattern {
  struct step *steps;
  struct set *sets;
  unsigned count, room, set_count, groups, loops;
  unsigned
      choices; /* steps that can be decided in more than one way; each has its number in `target` of OP_BYTE to OP_SET */
  bool fold, back, no_groups;
  /* the matcher's, kept from one match to the next */
  struct entry *stack;
  size_t stack_room;
  uint32_t *seen;
  size_t seen_room;
};

static inline bool is_word(unsigned char c) {
  return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}
static inline unsigned char fold(unsigned char c) { return c >= 'A' && c <= 'Z' ? c | 32 : c; }
static inline bool set_has(const struct set *s, unsigned char c) { return s->bits[c / 32] >> c % 32 & 1; }
#endif
