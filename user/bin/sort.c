/* pith_app: STACK 4096 HEAP 32768
 *
 * Sorts lines, all of them in memory: more than fits is an error, and nothing is written. -n: by number; -r: reversed; -u: equal ones
 * once; -f: letters of either case are equal; -b: blanks in front do not count; -d: only letters, digits and blanks do;
 * -t C: between fields (else blanks before a field are part of it); -k F[.C][bdfnr][,F[.C][bdfnr]]: by these fields, then by the whole
 * line; -s: not by the whole line; -c: only checks; -m: as if not sorted; -o FILE: where to, which may be an input. */
#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "sort",
           util_synopsis[] = "[-bcdfmnrsu] [-k KEY]... [-t CHARACTER] [-o FILE] [FILE...]";

struct how {
  bool blanks, dictionary, fold, number, reverse;
};
struct key {
  struct how how;
  unsigned field, byte;         /* from 0 */
  unsigned end_field, end_byte; /* end_byte 0: the whole field; end_field UINT32_MAX: the line */
};

enum { KEYS = 8 };
static struct key keys[KEYS];
static int key_count;
static struct how how;
static int delimiter = -1;
static bool unique, stable, check;

/* Texts lie one after the other in the heap; texts points to each. */
static char **texts;
static size_t count, room;

static void set_how(struct how *h, int c) {
  if (c == 'b') h->blanks = true;
  if (c == 'd') h->dictionary = true;
  if (c == 'f') h->fold = true;
  if (c == 'n') h->number = true;
  if (c == 'r') h->reverse = true;
}

static unsigned key_number(const char **s, const char *whole) {
  unsigned value = 0;
  const char *start = *s;
  for (; **s >= '0' && **s <= '9' && value < 100000; ++*s) value = value * 10 + (unsigned)(**s - '0');
  if (*s == start) usage(whole, "not a key");
  return value;
}

static void add_key(const char *s) {
  const char *whole = s;
  if (key_count == KEYS) usage(whole, "too many keys");
  struct key *k = &keys[key_count++];
  k->field = key_number(&s, whole);
  k->byte = *s == '.' ? (s++, key_number(&s, whole)) : 1;
  if (!k->field-- || !k->byte--) usage(whole, "fields and characters begin at 1");
  while (*s && strchr("bdfnr", *s)) set_how(&k->how, *s++);
  k->end_field = UINT32_MAX;
  if (*s == ',') {
    s++;
    k->end_field = key_number(&s, whole);
    if (*s == '.') s++, k->end_byte = key_number(&s, whole);
    if (!k->end_field--) usage(whole, "fields and characters begin at 1");
    while (*s && strchr("bdfnr", *s)) set_how(&k->how, *s++);
  }
  if (*s) usage(whole, "not a key");
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* Where field n begins; with `end`, where it ends. */
static const char *field(const char *s, unsigned n, bool end) {
  if (delimiter >= 0) {
    while (n && *s) n -= *s++ == delimiter;
    while (end && *s && *s != delimiter) s++;
    return s;
  }
  for (n += end; n && *s; n--) {
    while (is_blank(*s)) s++;
    while (*s && !is_blank(*s)) s++;
  }
  return s;
}

struct range {
  const char *from, *to;
};

static const char *forward(const char *s, unsigned n) { return s + strnlen(s, n); }

static struct range range_of(const struct key *k, const char *s) {
  struct range r = {field(s, k->field, false), s + strlen(s)};
  if (k->how.blanks)
    while (is_blank(*r.from)) r.from++;
  r.from = forward(r.from, k->byte);
  if (k->end_field != UINT32_MAX) {
    r.to = field(s, k->end_field, !k->end_byte);
    if (k->end_byte && k->how.blanks)
      while (is_blank(*r.to)) r.to++;
    if (k->end_byte) r.to = forward(r.to, k->end_byte);
  }
  if (r.to < r.from) r.to = r.from;
  return r;
}

/* Numbers of any length: the sign, then whole digits, then decimals. */
struct number {
  bool negative;
  const char *whole, *point, *end; /* point: behind the whole digits */
};

static struct number number(struct range r) {
  struct number n;
  while (r.from < r.to && is_blank(*r.from)) r.from++;
  n.negative = r.from < r.to && *r.from == '-';
  r.from += n.negative;
  while (r.from < r.to && *r.from == '0') r.from++;
  n.whole = r.from;
  while (r.from < r.to && isdigit((unsigned char)*r.from)) r.from++;
  n.point = r.from;
  if (r.from < r.to && *r.from == '.')
    for (r.from++; r.from < r.to && isdigit((unsigned char)*r.from);) r.from++;
  while (r.from > n.point && (r.from[-1] == '0' || r.from[-1] == '.')) r.from--;
  n.end = r.from;
  if (n.end == n.whole) n.negative = false; /* -0 */
  return n;
}

static int sign(long difference) { return (difference > 0) - (difference < 0); }

static int compare_numbers(struct range a, struct range b) {
  struct number x = number(a), y = number(b);
  if (x.negative != y.negative) return x.negative ? -1 : 1;
  int r = sign((x.point - x.whole) - (y.point - y.whole));
  if (!r) r = memcmp(x.whole, y.whole, (size_t)(x.point - x.whole));
  size_t n = (size_t)(x.end - x.point), m = (size_t)(y.end - y.point);
  if (!r) r = memcmp(x.point, y.point, n < m ? n : m);
  if (!r) r = sign((long)n - (long)m);
  return x.negative ? -r : r;
}

static int compare_texts(struct range a, struct range b, const struct how *h) {
  for (;;) {
    if (h->dictionary) {
      while (a.from < a.to && !isalnum((unsigned char)*a.from) && !is_blank(*a.from)) a.from++;
      while (b.from < b.to && !isalnum((unsigned char)*b.from) && !is_blank(*b.from)) b.from++;
    }
    if (a.from == a.to || b.from == b.to) return (a.from < a.to) - (b.from < b.to);
    unsigned char x = (unsigned char)*a.from++, y = (unsigned char)*b.from++;
    if (h->fold) x = (unsigned char)toupper(x), y = (unsigned char)toupper(y);
    if (x != y) return x < y ? -1 : 1;
  }
}

static int compare_keys(const char *a, const char *b) {
  for (int i = 0; i < key_count; i++) {
    const struct key *k = &keys[i];
    struct range x = range_of(k, a), y = range_of(k, b);
    int r = k->how.number ? compare_numbers(x, y) : compare_texts(x, y, &k->how);
    if (r) return k->how.reverse ? -r : r;
  }
  return 0;
}

static int compare(const char *a, const char *b) {
  int r = compare_keys(a, b);
  if (r || stable || unique) return r;
  r = strcmp(a, b);
  return how.reverse ? -r : r;
}

/* Merges runs of doubling length between texts and a second array: stable, and no recursion. */
static void merge_sort(void) {
  char **from = texts, **to = count > 1 ? malloc(count * sizeof *to) : NULL, **spare = to;
  if (count > 1 && !to) fail(NULL, "the input is larger than memory");
  for (size_t run = 1; run < count; run *= 2) {
    for (size_t start = 0; start < count; start += 2 * run) {
      size_t a = start, b = start + run < count ? start + run : count;
      size_t a_end = b, b_end = b + run < count ? b + run : count;
      for (size_t i = start; i < b_end; i++)
        to[i] = a < a_end && (b == b_end || compare(from[a], from[b]) <= 0) ? from[a++] : from[b++];
    }
    char **swap = from;
    from = to;
    to = swap;
  }
  if (from != texts) memcpy(texts, from, count * sizeof *texts);
  free(spare);
}

/* Of pieces that hold many texts: malloc() would spend 8 bytes more on each. */
static char *room_for(size_t size) {
  enum { PIECE = 1024 };
  static char *piece;
  static size_t left;
  if (size > left || check) {
    left = size > PIECE || check ? size : PIECE;
    piece = malloc(left);
    if (!piece) fail(NULL, "the input is larger than memory");
  }
  char *text = piece;
  piece += size;
  left -= size;
  return text;
}

static void keep(const struct line *l) {
  if (memchr(l->text, 0, l->length)) fail(NULL, "the input is not text: it holds a byte 0");
  if (count == room) {
    size_t more = room + room / 2 + 64;
    char **bigger = realloc(texts, more * sizeof *texts);
    if (!bigger) fail(NULL, "the input is larger than memory");
    texts = bigger;
    room = more;
  }
  char *copy = room_for(l->length + 1);
  memcpy(copy, l->text, l->length + 1);
  texts[count++] = copy;
}

static bool take(struct input *in) {
  static struct line l;
  while (input_line(in, &l)) {
    keep(&l);
    if (check && count > 1) {
      int r = compare(texts[0], texts[1]);
      if (r > 0 || (r == 0 && unique)) fail(l.text, "not in order");
      free(texts[0]);
      texts[0] = texts[1];
      count = 1;
    }
  }
  return true;
}

static const char *options(int argc, char **argv) {
  const char *output = NULL;
  for (int c; (c = option(argc, argv, "bcdfmnrsuk:t:o:")) != -1;) {
    if (c == 'k') add_key(option_value);
    else if (c == 'o') output = option_value;
    else if (c == 'c') check = true;
    else if (c == 's') stable = true;
    else if (c == 'u') unique = true;
    else if (c != 't') set_how(&how, c);
    else if (strlen(option_value) == 1) delimiter = (unsigned char)*option_value;
    else usage(option_value, "a delimiter is one character");
  }
  if (!key_count) keys[key_count++] = (struct key){.how = how, .end_field = UINT32_MAX};
  for (int i = 0; i < key_count; i++) {
    struct how *h = &keys[i].how;
    if (!h->blanks && !h->dictionary && !h->fold && !h->number && !h->reverse) *h = how;
  }
  return output;
}

int main(int argc, char **argv) {
  const char *output = options(argc, argv);
  failure_status = check ? 1 : 2;
  if (each_file(argv + option_at, take)) return 2;
  if (check) return 0;
  merge_sort();
  if (output) {
    output_fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (output_fd < 0) fail_errno(output);
  }
  for (size_t i = 0; i < count; i++)
    if (!unique || !i || compare(texts[i - 1], texts[i])) put_format("%s\n", texts[i]);
  return finish(0);
}
