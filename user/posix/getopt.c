/* getopt() and getopt_long(), as GNU has them: operands are moved behind the options unless the letters begin with "+" or
 * POSIXLY_CORRECT is set; with "-" they are options of number 1. newlib's begins at 0 and forgets to begin again.
 *
 * An option is moved in front of the operands before it as soon as it is met, and so is a word that is its argument: `gap`
 * operands lie behind the option then. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int optind = 1, opterr = 1, optopt = '?';
char *optarg;

static char *rest;  /* letters of the word at optind that are yet to come; NULL: none */
static int rest_at; /* that word: somebody may set optind */
static int gap;

static void move_up(char *const *argv, int from, int to) {
  char **words = (char **)(size_t)argv, *word = words[from];
  memmove(words + to + 1, words + to, (size_t)(from - to) * sizeof *words);
  words[to] = word;
}

static bool is_option(const char *word) { return word[0] == '-' && word[1]; }

static int complain(const char *name, const char *letters, const char *what, const char *option, int error) {
  const bool quiet = *letters == ':';
  if (opterr && !quiet) fprintf(stderr, "%s: %s%s'\n", name, what, option);
  return error == ':' && !quiet ? '?' : error;
}

/* The next word, which is the argument of the option at optind; NULL: there is none. */
static char *next_word(int argc, char *const *argv) {
  int from = optind + 1 + gap;
  if (from >= argc) return NULL;
  move_up(argv, from, optind + 1);
  return argv[++optind];
}

static int short_option(int argc, char *const *argv, const char *letters) {
  char c = *rest++, text[] = {c, 0};
  const char *known = c == ':' || c == ';' ? NULL : strchr(letters, c);
  bool ends = !*rest;
  optarg = NULL;
  int result = (unsigned char)c;
  if (!known) {
    optopt = result;
    result = complain(argv[0], letters, "invalid option -- '", text, '?');
  } else if (known[1] == ':') {
    if (!ends) optarg = rest;
    else if (known[2] != ':' && !(optarg = next_word(argc, argv))) {
      optopt = result;
      result = complain(argv[0], letters, "option requires an argument -- '", text, ':');
    }
    ends = true;
  }
  if (ends) rest = NULL, optind++;
  rest_at = optind;
  return result;
}

/* Which one is meant; -1: none, -2: several. */
static int find_long(const struct option *options, const char *name, size_t length) {
  int found = -1;
  for (int i = 0; options[i].name; i++) {
    if (strncmp(options[i].name, name, length)) continue;
    if (!options[i].name[length]) return i;
    if (found == -1) found = i;
    else if (options[i].has_arg != options[found].has_arg || options[i].flag != options[found].flag ||
             options[i].val != options[found].val)
      found = -2;
  }
  return found;
}

static int long_option(int argc, char *const *argv, const char *letters, const struct option *options,
                       int *index, const char *name) {
  char *word = argv[optind];
  size_t length = strcspn(name, "=");
  int i = find_long(options, name, length);
  optarg = NULL;
  if (i < 0) {
    optopt = 0, optind++;
    return complain(argv[0], letters, i == -1 ? "unrecognized option '" : "ambiguous option '", word, '?');
  }
  const struct option *o = &options[i];
  const char *text = name + length;
  if (*text && o->has_arg == no_argument) {
    optopt = o->val, optind++;
    return complain(argv[0], letters, "no argument is allowed for '", word, '?');
  }
  if (*text) optarg = (char *)(size_t)text + 1;
  else if (o->has_arg == required_argument && !(optarg = next_word(argc, argv))) {
    optopt = o->val, optind++;
    return complain(argv[0], letters, "an argument is required for '", word, ':');
  }
  optind++;
  if (index) *index = i;
  if (!o->flag) return o->val;
  *o->flag = o->val;
  return 0;
}

/* Is the word at optind a long option, by that name? */
static const char *long_name(const char *word, const char *letters, const struct option *options, bool only) {
  if (!options) return NULL;
  if (word[1] == '-') return word + 2;
  if (!only || (!word[2] && strchr(letters, word[1]))) return NULL; /* one letter */
  bool one = find_long(options, word + 1, strcspn(word + 1, "=")) >= 0;
  return one || !strchr(letters, word[1]) ? word + 1 : NULL;
}

static int scan(int argc, char *const *argv, const char *letters, const struct option *options, int *index,
                bool only) {
  const bool as_options = *letters == '-', in_order = *letters == '+' || getenv("POSIXLY_CORRECT");
  letters += *letters == '-' || *letters == '+';
  if (!optind) rest = NULL, optind = 1;
  if (rest && rest_at == optind) return short_option(argc, argv, letters);
  rest = NULL;
  int from = optind;
  optarg = NULL;
  while (!as_options && !in_order && optind < argc && argv[optind] && !is_option(argv[optind])) optind++;
  if (optind >= argc || !argv[optind]) return optind = from < argc ? from : argc, -1;
  char *word = argv[optind];
  if (!is_option(word)) {
    if (!as_options) return -1;
    optarg = word, optind++;
    return 1;
  }
  gap = optind - from;
  move_up(argv, optind, from);
  optind = from;
  if (!strcmp(word, "--")) return optind++, -1;
  const char *name = long_name(word, letters, options, only);
  if (name) return long_option(argc, argv, letters, options, index, name);
  rest = word + 1;
  return short_option(argc, argv, letters);
}

int getopt(int argc, char *const argv[], const char *letters) {
  return scan(argc, argv, letters, NULL, NULL, false);
}

int getopt_long(int argc, char *const argv[], const char *letters, const struct option *options, int *index) {
  return scan(argc, argv, letters, options, index, false);
}

int getopt_long_only(int argc, char *const argv[], const char *letters, const struct option *options,
                     int *index) {
  return scan(argc, argv, letters, options, index, true);
}
