/* fnmatch(): newlib's knows no character classes. A bracket expression is of bytes, in the order of their codes. */
#include <ctype.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>

#ifndef FNM_LEADING_DIR
#define FNM_LEADING_DIR 0x08
#endif
#ifndef FNM_CASEFOLD
#define FNM_CASEFOLD 0x10
#endif

static unsigned char folded(unsigned char c, int flags) {
  return flags & FNM_CASEFOLD ? (unsigned char)tolower(c) : c;
}

static bool in_class(const char *name, size_t length, int c) {
  static const struct {
    const char *name;
    int (*has)(int c);
  } classes[] = {{"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
                 {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
                 {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit}};
  for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
    if (strlen(classes[i].name) == length && !memcmp(classes[i].name, name, length))
      return classes[i].has(c) != 0;
  return false;
}

/* One byte of a bracket expression, also as \c, [.c.] or [=c=]. */
static unsigned char element(const char **p, int flags) {
  if (**p == '\\' && !(flags & FNM_NOESCAPE) && (*p)[1]) ++*p;
  if (**p == '[' && ((*p)[1] == '.' || (*p)[1] == '=') && (*p)[2] && (*p)[3] == (*p)[1] && (*p)[4] == ']') {
    *p += 5;
    return (unsigned char)(*p)[-3];
  }
  return (unsigned char)*(*p)++;
}

/* Behind "[": is c in it, and where it ends; NULL: it is none, and "[" is itself. */
static const char *bracket(const char *p, unsigned char c, int flags, bool *in) {
  const bool not = *p == '!' || *p == '^';
  bool found = false;
  p += not ;
  for (bool first = true; first || *p != ']'; first = false) {
    const char *end = p[0] == '[' && p[1] == ':' ? strstr(p + 2, ":]") : NULL;
    if (!*p || (*p == '/' && flags & FNM_PATHNAME)) return NULL;
    if (end) {
      found |= in_class(p + 2, (size_t)(end - p - 2), c) ||
               (flags & FNM_CASEFOLD &&
                in_class(p + 2, (size_t)(end - p - 2), isupper(c) ? tolower(c) : toupper(c)));
      p = end + 2;
      continue;
    }
    unsigned char low = element(&p, flags), high = low;
    if (p[0] == '-' && p[1] && p[1] != ']') p++, high = element(&p, flags);
    found |= low <= c && c <= high;
    if (flags & FNM_CASEFOLD)
      found |= folded(low, flags) <= folded(c, flags) && folded(c, flags) <= folded(high, flags);
  }
  *in = found != not ;
  return p + 1;
}

static bool is_hidden(const char *text, const char *start, int flags) {
  return flags & FNM_PERIOD && *text == '.' && (text == start || (flags & FNM_PATHNAME && text[-1] == '/'));
}

/* What one step of a pattern is, but "*"; its end, or NULL: the byte is not it. */
static const char *step(const char *p, const char *text, const char *start, int flags) {
  unsigned char c = (unsigned char)*text;
  bool in = false;
  if (*p == '?' || *p == '[') {
    const char *end = *p == '[' ? bracket(p + 1, c, flags, &in) : p + 1;
    if (end)
      return !c || (c == '/' && flags & FNM_PATHNAME) || is_hidden(text, start, flags) || (*p == '[' && !in)
                 ? NULL
                 : end;
  }
  if (*p == '\\' && !(flags & FNM_NOESCAPE) && p[1]) p++;
  return c && folded((unsigned char)*p, flags) == folded(c, flags) ? p + 1 : NULL;
}

/* At a dead end the last "*" takes one byte more; an earlier one need not, but over a "/". */
int fnmatch(const char *p, const char *text, int flags) {
  const char *start = text, *star = NULL, *from = NULL;
  for (;;) {
    if (*p == '*') {
      if (is_hidden(text, start, flags)) return FNM_NOMATCH;
      while (*p == '*') p++;
      star = p, from = text;
      continue;
    }
    if (!*p && (!*text || (flags & FNM_LEADING_DIR && *text == '/'))) return 0;
    const char *next = *p ? step(p, text, start, flags) : NULL;
    if (next) {
      p = next, text++;
      continue;
    }
    if (!star || !*from || (*from == '/' && flags & FNM_PATHNAME)) return FNM_NOMATCH;
    p = star, text = ++from;
  }
}
