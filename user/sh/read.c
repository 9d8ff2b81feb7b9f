/* read: a line of standard input into variables.
 *
 * No more than the line may be taken, since what follows is the next program's: a file is read in pieces and positioned
 * back, anything else byte by byte. Each byte keeps a mark whether a backslash came before it, which then separates
 * nothing. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

struct line {
  struct str text, marks;
  char ifs[16];
};

struct source {
  char part[64];
  unsigned at, n;
  bool seeks;
};

static int next(struct source *s) {
  while (s->at == s->n) {
    ssize_t n = read(0, s->part, s->seeks ? sizeof s->part : 1);
    if (n < 0 && errno == EINTR && !sh.interrupted && !sh.trapped) continue;
    if (n <= 0) return n < 0 ? -2 : -1;
    s->at = 0;
    s->n = (unsigned)n;
  }
  return (unsigned char)s->part[s->at++];
}

static void add(struct line *l, int c, bool literal) {
  if (!c) return;
  str_put(&l->text, (char)c);
  str_put(&l->marks, literal);
}

/* 0: a line; 1: the end, or an error. */
static int get_line(struct line *l, bool raw) {
  struct source s = {.seeks = lseek(0, 0, SEEK_CUR) >= 0};
  int c;
  while ((c = next(&s)) >= 0 && c != '\n') {
    if (c != '\\' || raw) {
      add(l, c, false);
      continue;
    }
    c = next(&s);
    if (c < 0) break;
    if (c != '\n') add(l, c, true);
  }
  if (s.seeks && s.at < s.n) lseek(0, -(off_t)(s.n - s.at), SEEK_CUR);
  return c == '\n' ? 0 : 1;
}

static bool separates(const struct line *l, size_t i, bool white) {
  char c = l->text.p[i];
  if (l->marks.p[i] || !strchr(l->ifs, c)) return false;
  return (c == ' ' || c == '\t' || c == '\n') == white;
}

/* Takes the next field from *at; the last variable gets all that is left. */
static void field(const struct line *l, size_t *at, bool last, const char *name) {
  size_t i = *at, end = l->text.len, from;
  while (i < end && separates(l, i, true)) i++;
  from = i;
  while (i < end && !separates(l, i, true) && !separates(l, i, false)) i++;
  size_t to = i;
  while (i < end && separates(l, i, true)) i++;
  if (i < end && separates(l, i, false)) i++;
  while (i < end && separates(l, i, true)) i++;
  if (last && i < end) { /* more than one: all of it, without the white space behind it */
    to = end;
    while (to > from && separates(l, to - 1, true)) to--;
    i = end;
  }
  var_set(name, arena_text(&scratch, l->text.p + from, to - from));
  *at = i;
}

int b_read(int argc, char **argv) {
  struct line l;
  int i = 1;
  bool raw = false;
  for (; i < argc && argv[i][0] == '-'; i++) {
    if (!strcmp(argv[i], "-r")) {
      raw = true;
    } else if (!strcmp(argv[i], "-p") && i + 1 < argc) {
      write_all(2, argv[i + 1], strlen(argv[i + 1]));
      i++;
    } else {
      return usage("read [-r] [-p PROMPT] NAME...");
    }
  }
  for (int n = i; n < argc; n++) {
    size_t len = name_length(argv[n]);
    if (!len || argv[n][len]) {
      sh_warn("%s: not a name", argv[n]);
      return 2;
    }
  }
  if (i == argc) return usage("read [-r] [-p PROMPT] NAME...");
  const char *ifs = var_get("IFS");
  memset(l.ifs, 0, sizeof l.ifs);
  strncpy(l.ifs, ifs ? ifs : " \t\n", sizeof l.ifs - 1);
  str_init(&l.text, &scratch);
  str_init(&l.marks, &scratch);
  int status = get_line(&l, raw);
  size_t at = 0;
  for (; i < argc; i++) field(&l, &at, i + 1 == argc, argv[i]);
  return status;
}
