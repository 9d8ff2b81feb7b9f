/* pith_app: STACK 4096 HEAP 256
 *
 * Replaces, deletes or squeezes bytes of standard input. -d: deletes those of SET1; -s: several in a row of the last set become one;
 * -c -C: SET1 is all others; -t: SET1 is cut to the length of SET2. A set: bytes, a-z, [:class:], [=x=], [x*n], \n \\ \101. */
#include <ctype.h>
#include <string.h>
#include "util.h"

const char util_name[] = "tr", util_synopsis[] = "[-cdst] SET1 [SET2]";

struct set {
  unsigned char bytes[1024]; /* in order; a class or range may come more than once */
  unsigned count;
  int fill; /* where [x*] stands, which takes what is left; -1: nowhere */
};

static void add(struct set *s, int c, const char *text) {
  if (s->count == sizeof s->bytes) usage(text, "set too long");
  s->bytes[s->count++] = (unsigned char)c;
}

static int byte(const char **s) {
  static const char letters[] = "abfnrtv\\", values[] = "\a\b\f\n\r\t\v\\";
  unsigned char c = (unsigned char)*(*s)++;
  if (c != '\\' || !**s) return c;
  int value = 0, n = 0;
  for (; n < 3 && **s >= '0' && **s <= '7' && value * 8 + **s - '0' < 256; n++)
    value = value * 8 + *(*s)++ - '0';
  if (n) return value;
  c = (unsigned char)*(*s)++;
  const char *known = strchr(letters, c);
  return known ? values[known - letters] : c;
}

static bool is_in(const char *class, int c) {
  static const char names[] =
      "alnum\0alpha\0blank\0cntrl\0digit\0graph\0lower\0print\0punct\0space\0upper\0xdigit\0";
  int index = 0;
  if (c > 127) return false;
  for (const char *n = names; *n && strcmp(n, class) != 0; n += strlen(n) + 1) index++;
  switch (index) {
  case 0: return isalnum(c);
  case 1: return isalpha(c);
  case 2: return c == ' ' || c == '\t';
  case 3: return iscntrl(c);
  case 4: return isdigit(c);
  case 5: return isgraph(c);
  case 6: return islower(c);
  case 7: return isprint(c);
  case 8: return ispunct(c);
  case 9: return isspace(c);
  case 10: return isupper(c);
  case 11: return isxdigit(c);
  default: usage(class, "no such class");
  }
}

static bool add_class(struct set *set, const char **s) {
  const char *end = (*s)[0] == '[' && (*s)[1] == ':' ? strstr(*s + 2, ":]") : NULL;
  char name[8];
  if (!end) return false;
  size_t n = (size_t)(end - *s) - 2;
  if (n >= sizeof name) usage(*s, "no such class");
  memcpy(name, *s + 2, n);
  name[n] = 0;
  for (int c = 0; c < 256; c++)
    if (is_in(name, c)) add(set, c, *s);
  *s = end + 2;
  return true;
}

/* [=x=] is x; [x*n] is n times x, [x*] as many as are missing. */
static bool add_repeat(struct set *set, const char **s) {
  const char *p = *s + 1;
  if (**s != '[' || !*p) return false;
  if (p[0] == '=' && p[1] && p[2] == '=' && p[3] == ']') {
    add(set, (unsigned char)p[1], *s);
    *s = p + 4;
    return true;
  }
  int c = byte(&p);
  const char *end = *p == '*' ? strchr(p, ']') : NULL;
  char digits[8];
  unsigned long long times = 0;
  if (!end) return false;
  size_t n = (size_t)(end - p) - 1;
  if (n >= sizeof digits) return false;
  memcpy(digits, p + 1, n);
  digits[n] = 0;
  if (n && !parse_number(digits, *digits == '0' ? 8 : 10, &times)) return false;
  *s = end + 1;
  if (!times) {
    set->fill = (int)set->count;
    add(set, c, *s);
  }
  while (times--) add(set, c, *s);
  return true;
}

static void parse(struct set *set, const char *s) {
  set->fill = -1;
  while (*s) {
    if (add_class(set, &s) || add_repeat(set, &s)) continue;
    int from = byte(&s), to = from;
    if (s[0] == '-' && s[1]) {
      const char *range = s++;
      to = byte(&s);
      if (to < from) usage(range - 1, "a range backwards");
    }
    for (int c = from; c <= to; c++) add(set, c, s);
  }
}

static bool holds(const struct set *s, int c) { return memchr(s->bytes, c, s->count) != NULL; }

static void complement(struct set *s) {
  struct set others = {.fill = -1};
  for (int c = 0; c < 256; c++)
    if (!holds(s, c)) others.bytes[others.count++] = (unsigned char)c;
  *s = others;
}

/* Makes the second set as long as the first: [x*] grows, else the last byte is repeated. */
static void lengthen(struct set *s, unsigned count, const char *text) {
  if (!s->count) usage(text, "an empty set");
  if (s->fill >= 0 && s->count < count) {
    unsigned missing = count - s->count, at = (unsigned)s->fill;
    memmove(s->bytes + at + missing, s->bytes + at, s->count - at);
    memset(s->bytes + at, s->bytes[at + missing], missing);
    s->count = count;
  }
  while (s->count < count) add(s, s->bytes[s->count - 1], text);
}

static struct set first, second;
static unsigned char map[256];
static bool dropped[256], squeezed[256];

static bool filter(void) {
  static struct input in;
  int last = -1;
  input_from(&in, 0, "standard input");
  for (int c; (c = input_byte(&in)) >= 0;) {
    if (dropped[c]) continue;
    c = map[c];
    if (c == last && squeezed[c]) continue;
    put_char(c);
    last = c;
  }
  return !in.bad;
}

int main(int argc, char **argv) {
  bool drop = false, squeeze = false, others = false, cut = false;
  for (int c; (c = option(argc, argv, "cCdst")) != -1;) {
    if (c == 'd') drop = true;
    else if (c == 's') squeeze = true;
    else if (c == 't') cut = true;
    else others = true;
  }
  argv += option_at;
  argc -= option_at;
  int least = drop == squeeze ? 2 : 1, most = drop && !squeeze ? 1 : 2;
  if (argc < least) usage(NULL, argc ? "a second set is needed" : "no set given");
  if (argc > most) usage(argv[most], "one set too many");
  parse(&first, argv[0]);
  if (argc > 1) parse(&second, argv[1]);
  if (others) complement(&first);
  for (int c = 0; c < 256; c++) {
    map[c] = (unsigned char)c;
    dropped[c] = drop && holds(&first, c);
    squeezed[c] = squeeze && holds(argc > 1 ? &second : &first, c);
  }
  if (!drop && argc > 1) {
    if (cut && first.count > second.count) first.count = second.count;
    lengthen(&second, first.count, argv[1]);
    for (unsigned i = 0; i < first.count; i++) map[first.bytes[i]] = second.bytes[i];
  }
  bool good = filter();
  return finish(good ? 0 : 1);
}
