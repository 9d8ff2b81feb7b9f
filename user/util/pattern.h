/* Regular expressions of POSIX, basic and extended, over bytes (the C locale), with \+ \? \| in basic ones and back-references,
 * \< \> \b \B \w \W \s \S in both. The match is the leftmost, and of those the longest.
 *
 * The matcher goes back to where it had a choice, with a stack of its own in the heap, and notes which choices it has already made at
 * which byte: work is at most choices times the square of the text's length, never exponential. Patterns with back-references
 * cannot be noted; after PATTERN_STEPS they are given up with an error, and so is what needs more memory than there is. */
#ifndef PITH_PATTERN_H
#define PITH_PATTERN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  PATTERN_EXTENDED = 1,
  PATTERN_FOLD = 2,      /* letters of either case are equal */
  PATTERN_NO_GROUPS = 4, /* only the whole match is asked for */
  PATTERN_LITERAL = 8,   /* no character is special */
  PATTERN_WORD = 16,     /* a match has no word character before and after it */
  PATTERN_LINE = 32      /* a match is all of the text */
};
enum { PATTERN_GROUPS = 10, PATTERN_MOST = 2000, PATTERN_STEPS = 4000000 };

struct pattern;
struct span {
  long from, to; /* offsets; -1: the group took no part */
};

/* NULL and *error, if it is no regular expression or there is no memory for it. */
struct pattern *pattern_new(const char *text, size_t length, unsigned flags, const char **error);
void pattern_delete(struct pattern *p);
/* Looks from `start` on; ^ is the beginning of the whole text. 1: groups are filled in; 0: no match; -1: *error says why not. */
int pattern_match(struct pattern *p, const char *text, size_t length, size_t start,
                  struct span groups[PATTERN_GROUPS], const char **error);
unsigned pattern_groups(const struct pattern *p); /* how many ( ) there are */
#endif
