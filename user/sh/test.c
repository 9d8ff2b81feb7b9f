/* test and [: POSIX's rules for up to four words, which make no word ambiguous, and precedences for more. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sh.h"

struct words {
  char **p, **end;
  bool wrong;
};

static bool disjunction(struct words *w);

static void complain(struct words *w, const char *text, const char *why) {
  if (!w->wrong) sh_warn("%s: %s", text, why);
  w->wrong = true;
}

static long integer(struct words *w, const char *text) {
  long value = 0;
  const char *end = text + strlen(text);
  while (*text == ' ' || *text == '\t') text++;
  while (end > text && (end[-1] == ' ' || end[-1] == '\t')) end--;
  struct mark m = arena_mark(&scratch);
  if (!number(arena_text(&scratch, text, (size_t)(end - text)), &value)) complain(w, text, "not a number");
  arena_release(&scratch, m);
  return value;
}

static bool is_unary(const char *op) {
  return op[0] == '-' && op[1] && !op[2] && strchr("bcdefghLnprSstuwxz", op[1]);
}

static bool unary(struct words *w, char op, const char *text) {
  struct stat st;
  if (op == 'n') return *text;
  if (op == 'z') return !*text;
  if (op == 't') {
    long fd = integer(w, text);
    return !w->wrong && fd >= 0 && isatty((int)fd);
  }
  if (op == 'h' || op == 'L') return false; /* there are no symbolic links */
  if (stat(text, &st)) return false;
  switch (op) {
  case 'b': return S_ISBLK(st.st_mode);
  case 'c': return S_ISCHR(st.st_mode);
  case 'd': return S_ISDIR(st.st_mode);
  case 'f': return S_ISREG(st.st_mode);
  case 'p': return S_ISFIFO(st.st_mode);
  case 'S': return S_ISSOCK(st.st_mode);
  case 's': return st.st_size > 0;
  case 'g': return st.st_mode & S_ISGID;
  case 'u': return st.st_mode & S_ISUID;
  case 'r': return !access(text, R_OK);
  case 'w': return !access(text, W_OK);
  case 'x': return !access(text, X_OK);
  default: return true; /* e */
  }
}

static int binary_op(const char *text) {
  static const char *const ops[] = {"=",   "!=", "-eq", "-ne", "-lt", "-le", "-gt",
                                    "-ge", "<",  ">",   "-nt", "-ot", "-ef", "=="};
  for (int i = 0; i < 14; i++)
    if (!strcmp(text, ops[i])) return i;
  return -1;
}

static bool compare_files(const char *a, int op, const char *b) {
  struct stat x, y;
  bool has_x = !stat(a, &x), has_y = !stat(b, &y);
  if (op == 12) return has_x && has_y && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
  if (!has_x || !has_y) return op == 10 ? has_x && !has_y : has_y && !has_x;
  long long later = (long long)x.st_mtim.tv_sec - y.st_mtim.tv_sec;
  if (!later) later = (long long)x.st_mtim.tv_nsec - y.st_mtim.tv_nsec;
  return op == 10 ? later > 0 : later < 0;
}

static bool binary(struct words *w, const char *a, int op, const char *b) {
  if (op == 0 || op == 13) return !strcmp(a, b);
  if (op == 1) return strcmp(a, b) != 0;
  if (op == 8) return strcmp(a, b) < 0;
  if (op == 9) return strcmp(a, b) > 0;
  if (op >= 10) return compare_files(a, op, b);
  long x = integer(w, a), y = integer(w, b);
  switch (op) {
  case 2: return x == y;
  case 3: return x != y;
  case 4: return x < y;
  case 5: return x <= y;
  case 6: return x > y;
  default: return x >= y;
  }
}

static bool primary(struct words *w) {
  long left = w->end - w->p;
  if (!left) {
    complain(w, "expression", "something is missing");
    return false;
  }
  const char *first = w->p[0];
  int op = left >= 3 ? binary_op(w->p[1]) : -1;
  if (op >= 0) {
    w->p += 3;
    return binary(w, first, op, w->p[-1]);
  }
  if (!strcmp(first, "(") && left > 1) {
    w->p++;
    bool value = disjunction(w);
    if (w->p < w->end && !strcmp(*w->p, ")")) w->p++;
    else complain(w, "expression", "missing )");
    return value;
  }
  bool between = left == 3 && (!strcmp(w->p[1], "-a") || !strcmp(w->p[1], "-o"));
  if (left > 1 && is_unary(first) && !between) {
    w->p += 2;
    return unary(w, first[1], w->p[-1]);
  }
  w->p++;
  return *first;
}

static bool negation(struct words *w) {
  sh_deeper();
  if (w->end - w->p > 1 && !strcmp(*w->p, "!") && !(w->end - w->p == 3 && binary_op(w->p[1]) >= 0)) {
    w->p++;
    return !negation(w);
  }
  return primary(w);
}

static bool conjunction(struct words *w) {
  bool value = negation(w);
  while (w->p < w->end && !strcmp(*w->p, "-a")) {
    w->p++;
    bool next = negation(w);
    value = value && next;
  }
  return value;
}

static bool disjunction(struct words *w) {
  bool value = conjunction(w);
  while (w->p < w->end && !strcmp(*w->p, "-o")) {
    w->p++;
    bool next = conjunction(w);
    value = value || next;
  }
  return value;
}

int test_main(int argc, char **argv) {
  if (!strcmp(argv[0], "[")) {
    if (strcmp(argv[argc - 1], "]")) {
      sh_warn("missing ]");
      return 2;
    }
    argc--;
  }
  struct words w = {argv + 1, argv + argc, false};
  if (w.p == w.end) return 1;
  bool value;
  if (argc == 4 && binary_op(argv[2]) < 0 && !strcmp(argv[1], "(") && !strcmp(argv[3], ")")) {
    value = *argv[2];
    w.p = w.end;
  } else {
    value = disjunction(&w);
  }
  if (!w.wrong && w.p < w.end) complain(&w, *w.p, "unexpected");
  return w.wrong ? 2 : !value;
}
