/* pith_app: STACK 8192 HEAP 24576
 *
 * Lines that match a pattern. -E: extended, -F: no character is special; -e PATTERN, -f FILE: patterns, one a line; -i: either
 * case; -w -x: as a word, as a whole line; -v: lines that do not match; -c: how many; -l -L: names of files with and without;
 * -o: only what matches; -n: numbers; -h -H: never, always names; -m N: at most N lines; -q: only the status; -s: says nothing
 * about files that cannot be read; -r: all files of folders. Status 0: some, 1: none, 2: trouble. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include "pattern.h"
#include "util.h"

const char util_name[] = "grep",
           util_synopsis[] = "[-EFchHilLnoqrsvwx] [-m LINES] PATTERN | -e PATTERN | -f FILE... [FILE...]";

enum { PATTERNS = 32 };
static struct pattern *patterns[PATTERNS];
static int count;
static unsigned flags = PATTERN_NO_GROUPS;
static bool inverted, counts, with, without, numbers, only, quiet, silent, recursive, names;
static unsigned long most = UINT32_MAX;
static bool found_any;
static int status;

static void add_pattern(const char *text, size_t length) {
  const char *error;
  if (count == PATTERNS) fail(NULL, "too many patterns");
  patterns[count] = pattern_new(text, length, flags, &error);
  if (!patterns[count++]) fail(text, error);
}

static void add_patterns(const char *text) {
  for (;; text++) {
    size_t n = strcspn(text, "\n");
    add_pattern(text, n);
    text += n;
    if (!*text) return;
  }
}

static void add_file(const char *name) {
  static struct input in;
  struct line l = {0};
  if (!input_open(&in, name)) exit(2);
  while (input_line(&in, &l)) add_pattern(l.text, l.length);
  if (in.bad) exit(2);
  input_close(&in);
  free(l.text);
}

/* The leftmost match of all patterns from `start` on, and of those the longest. */
static bool match(const struct line *l, size_t start, struct span *best) {
  bool some = false;
  for (int i = 0; i < count; i++) {
    struct span groups[PATTERN_GROUPS];
    const char *error;
    int r = pattern_match(patterns[i], l->text, l->length, start, groups, &error);
    if (r < 0) fail(NULL, error);
    if (!r) continue;
    if (!some || groups[0].from < best->from || (groups[0].from == best->from && groups[0].to > best->to))
      *best = groups[0];
    some = true;
    if (!only) return true;
  }
  return some;
}

static void put_prefix(const char *name, unsigned long number) {
  if (names) put_format("%s:", name);
  if (numbers) put_format("%lu:", number);
}

static void put_matches(const struct line *l, const char *name, unsigned long number) {
  struct span m;
  for (size_t at = 0; at <= l->length && match(l, at, &m); at = (size_t)m.to + (m.from == m.to)) {
    if (m.from == m.to) continue;
    put_prefix(name, number);
    put(l->text + m.from, (size_t)(m.to - m.from));
    put_char('\n');
  }
}

static bool search(struct input *in) {
  static struct line l;
  unsigned long number = 0, found = 0;
  struct span m;
  while (found < most && input_line(in, &l)) {
    number++;
    if (match(&l, 0, &m) == inverted) continue;
    found++;
    found_any = true;
    if (quiet) exit(finish(0));
    if (with || without) break;
    if (counts) continue;
    if (memchr(l.text, 0, l.length)) {
      put_format("Binary file %s matches\n", in->name);
      break;
    }
    if (only) {
      if (!inverted) put_matches(&l, in->name, number);
      continue;
    }
    put_prefix(in->name, number);
    put(l.text, l.length);
    put_char('\n');
  }
  if (in->bad) status = 2;
  if (counts && !with && !without) put_format(names ? "%s:%lu\n" : "%s%lu\n", names ? in->name : "", found);
  if (with ? found > 0 : without && !found) put_format("%s\n", in->name);
  return true;
}

static void search_file(const char *name) {
  static struct input in;
  bool standard = strcmp(name, "-") == 0;
  struct stat st;
  if (silent && !standard && stat(name, &st) < 0) status = 2;
  else if (!input_open(&in, name)) status = 2;
  else {
    if (standard) in.name = "(standard input)";
    search(&in);
    input_close(&in);
  }
}

static void search_folder(char *path, size_t length, unsigned depth) {
  struct dirent *entry;
  DIR *folder = depth < TREE_DEPTH ? opendir(path) : NULL;
  if (!folder) {
    if (depth < TREE_DEPTH) complain_errno(path);
    else complain(path, "too deep");
    status = 2;
    return;
  }
  while ((entry = readdir(folder))) {
    const char *name = entry->d_name;
    size_t n = strlen(name);
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
    if (length + 1 + n >= PATH_ROOM) {
      complain(name, "name too long");
      status = 2;
      continue;
    }
    path[length] = '/';
    memcpy(path + length + 1, name, n + 1);
    if (is_directory(path)) search_folder(path, length + 1 + n, depth + 1);
    else search_file(path);
    path[length] = 0;
  }
  closedir(folder);
}

static void search_tree(char *name) {
  static char path[PATH_ROOM];
  size_t n = strlen(name);
  if (!is_directory(name) || n >= sizeof path) {
    search_file(name);
    return;
  }
  memcpy(path, name, n + 1);
  trim_slashes(path);
  search_folder(path, strlen(path), 0);
}

static int names_wanted = -1;
static const char *given[PATTERNS]; /* by -e and -f, which come before what -i and -E may say */
static char given_as[PATTERNS];

static int options(int argc, char **argv) {
  int n = 0;
  for (int c; (c = option(argc, argv, "EFGchHilLnoqrRsvwxe:f:m:")) != -1;) switch (c) {
    case 'E': flags |= PATTERN_EXTENDED; break;
    case 'F': flags |= PATTERN_LITERAL; break;
    case 'G': flags &= ~(unsigned)(PATTERN_EXTENDED | PATTERN_LITERAL); break;
    case 'c': counts = true; break;
    case 'h': names_wanted = 0; break;
    case 'H': names_wanted = 1; break;
    case 'i': flags |= PATTERN_FOLD; break;
    case 'l': with = true; break;
    case 'L': without = true; break;
    case 'n': numbers = true; break;
    case 'o': only = true; break;
    case 'q': quiet = true; break;
    case 'r':
    case 'R': recursive = true; break;
    case 's': silent = true; break;
    case 'v': inverted = true; break;
    case 'w': flags |= PATTERN_WORD; break;
    case 'x': flags |= PATTERN_LINE; break;
    case 'm': most = (unsigned long)number_argument(option_value, option_value, UINT32_MAX); break;
    default:
      if (n == PATTERNS) fail(NULL, "too many patterns");
      given_as[n] = (char)c;
      given[n++] = option_value;
    }
  if (!n && option_at == argc) usage(NULL, "no pattern given");
  if (!n) given_as[n] = 'e', given[n++] = argv[option_at++];
  return n;
}

int main(int argc, char **argv) {
  static char *standard[] = {"-", NULL}, *here[] = {".", NULL};
  failure_status = 2;
  int n = options(argc, argv);
  for (int i = 0; i < n; i++) given_as[i] == 'e' ? add_patterns(given[i]) : add_file(given[i]);
  char **files = argv[option_at] ? argv + option_at : recursive ? here : standard;
  names = names_wanted >= 0 ? names_wanted : recursive || files[1];
  for (; *files; files++) recursive ? search_tree(*files) : search_file(*files);
  return finish(status ? status : !found_any);
}
