/* pith_app: STACK 8192 HEAP 8192
 *
 * Changes what may be done with files: MODE is octal, or [ugoa][+-=][rwxXst] with commas. No file system keeps such modes: what a file
 * has already it may be given, all else is an error. -R: all that is in folders too. */
#include <errno.h>
#include <string.h>
#include "util.h"

const char util_name[] = "chmod", util_synopsis[] = "[-R] MODE FILE...";

static const char *text;
static int status;

/* All bits of those that letters name; 0: none is named. */
static mode_t who(const char **s) {
  mode_t bits = 0;
  for (;; ++*s) {
    if (**s == 'u') bits |= S_ISUID | 0700;
    else if (**s == 'g') bits |= S_ISGID | 070;
    else if (**s == 'o') bits |= S_ISVTX | 07;
    else if (**s == 'a') bits |= 07777;
    else return bits;
  }
}

/* The permissions that letters stand for, for all three; or one of them copied from another. */
static mode_t permissions(const char **s, mode_t mode) {
  mode_t bits = 0;
  if (**s && strchr("ugo", **s)) {
    mode_t from = mode >> (**s == 'u' ? 6 : **s == 'g' ? 3 : 0) & 7;
    ++*s;
    return from | from << 3 | from << 6;
  }
  for (;; ++*s) {
    if (**s == 'r') bits |= 0444;
    else if (**s == 'w') bits |= 0222;
    else if (**s == 'x' || (**s == 'X' && (S_ISDIR(mode) || mode & 0111))) bits |= 0111;
    else if (**s == 's') bits |= S_ISUID | S_ISGID;
    else if (**s == 't') bits |= S_ISVTX;
    else if (**s != 'X') return bits;
  }
}

static mode_t changed(const char *s, mode_t mode) {
  mode_t mask = umask(0), new;
  umask(mask);
  if (mode_parse(s, &new)) return new;
  do {
    mode_t whose = who(&s), most = whose ? whose : 07777 & ~mask;
    if (!*s || !strchr("+-=", *s)) usage(text, "not a mode");
    while (*s && strchr("+-=", *s)) {
      char op = *s++;
      mode_t bits = permissions(&s, mode) & most;
      if (op == '-') mode &= ~bits;
      else if (op == '+') mode |= bits;
      else mode = (mode & ~(whose ? whose : 07777)) | bits;
    }
  } while (*s == ',' && *++s);
  if (*s) usage(text, "not a mode");
  return mode & 07777;
}

static bool change(const struct visit *v) {
  mode_t mode = changed(text, v->st->st_mode);
  if (chmod(v->path, mode) < 0) complain_errno(v->path), status = 1;
  return true;
}

/* A mode may begin with a - that is no option: it is what the first word without an option's letters is. */
static bool is_mode(const char *s) { return s && s[0] == '-' && s[1] && strchr("rwxXstugo", s[1]); }

int main(int argc, char **argv) {
  static const struct walk walk = {change, NULL};
  bool recursive = false;
  while (!(option_at < argc && is_mode(argv[option_at])) && option(argc, argv, "R") != -1) recursive = true;
  if (argc - option_at < 2) usage(NULL, option_at == argc ? "no mode given" : "no file given");
  text = argv[option_at];
  changed(text, 0);
  for (char **path = argv + option_at + 1; *path; path++) {
    struct stat st;
    if (recursive) {
      if (!walk_tree(*path, &walk)) status = 1;
    } else if (stat(*path, &st) < 0) {
      complain_errno(*path);
      status = 1;
    } else {
      change(&(struct visit){*path, *path, &st, 0});
    }
  }
  return status;
}
