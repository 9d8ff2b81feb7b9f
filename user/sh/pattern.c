/* Matching * ? [...] and \x, over all of a text.
 *
 * Only the last star is ever gone back to, so a match takes at most the product of both lengths, whatever the pattern.
 * A bracket that is not closed means itself. */
#include <ctype.h>
#include <string.h>
#include "sh.h"

static bool in_class(const char *name, size_t len, int c) {
  static const struct {
    const char *name;
    int (*is)(int);
  } classes[] = {{"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
                 {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
                 {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit}};
  for (unsigned i = 0; i < sizeof classes / sizeof *classes; i++)
    if (strlen(classes[i].name) == len && !memcmp(classes[i].name, name, len)) return classes[i].is(c) != 0;
  return false;
}

/* The pattern behind "[...]", or NULL if it is not closed. */
static const char *bracket(const char *p, int c, bool *matches) {
  bool negate = *p == '!' || *p == '^', found = false;
  if (negate) p++;
  for (bool first = true; *p != ']' || first; first = false) {
    if (p[0] == '[' && p[1] == ':') {
      const char *end = strstr(p + 2, ":]");
      if (end) {
        if (in_class(p + 2, (size_t)(end - p - 2), c)) found = true;
        p = end + 2;
        continue;
      }
    }
    if (*p == '\\' && p[1]) p++;
    if (!*p) return NULL;
    int low = (unsigned char)*p++, high = low;
    if (*p == '-' && p[1] && p[1] != ']') {
      p++;
      if (*p == '\\' && p[1]) p++;
      high = (unsigned char)*p++;
    }
    if (c >= low && c <= high) found = true;
  }
  *matches = found != negate;
  return p + 1;
}

/* One element of the pattern against one character: the pattern behind it, or NULL. */
static const char *element(const char *p, int c) {
  bool matches;
  if (*p == '?') return p + 1;
  if (*p == '[') {
    const char *end = bracket(p + 1, c, &matches);
    if (end) return matches ? end : NULL;
  }
  if (*p == '\\' && p[1]) p++;
  return (unsigned char)*p == c ? p + 1 : NULL;
}

bool pattern_match(const char *p, const char *text, size_t len) {
  const char *end = text + len, *star = NULL, *from = NULL;
  for (;;) {
    if (*p == '*') {
      star = ++p;
      from = text;
      continue;
    }
    if (text == end && !*p) return true;
    const char *next = text < end && *p ? element(p, (unsigned char)*text) : NULL;
    if (next) {
      p = next;
      text++;
    } else {
      if (!star || from == end) return false;
      p = star;
      text = ++from;
    }
  }
}

bool pattern_special(const char *p) {
  for (; *p && *p != '/'; p++) {
    if (*p == '*' || *p == '?' || *p == '[') return true;
    if (*p == '\\' && p[1]) p++;
  }
  return false;
}

void pattern_unescape(char *text) {
  char *to = text;
  for (; *text; text++) {
    if (*text == '\\' && text[1]) text++;
    *to++ = *text;
  }
  *to = 0;
}
