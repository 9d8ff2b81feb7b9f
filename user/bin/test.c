/* pith_app: STACK 4096 HEAP 256
 *
 * Evaluates an expression: 0 true, 1 false, 2 none. -e -f -d -p -c -b -s -r -w -x FILE; -t FD; -n -z STRING; STRING; = == != < >;
 * -eq -ne -lt -le -gt -ge; -nt -ot -ef; ! ( ) -a -o. As [ it needs a ] at its end. */
#include <string.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "test", util_synopsis[] = "[EXPRESSION]";

static char **word, **end;
static unsigned depth;

static bool either(void);

static long long integer(const char *s) {
  unsigned long long value;
  const char *digits = s + strspn(s, " \t");
  bool negative = *digits == '-';
  digits += *digits == '-' || *digits == '+';
  if (!parse_number(digits, 10, &value) || value > INT64_MAX) fail(s, "not a number");
  return negative ? -(long long)value : (long long)value;
}

/* Of words joined by spaces, which one; -1: none. */
static int index_of(const char *words, const char *s) {
  size_t n = strlen(s);
  for (int i = 0;; i++) {
    size_t length = strcspn(words, " ");
    if (length == n && memcmp(words, s, n) == 0) return i;
    if (!words[length]) return -1;
    words += length + 1;
  }
}

static const char binary_operators[] = "= == != < > -eq -ne -lt -le -gt -ge -nt -ot -ef";
static const char unary_operators[] = "-n -z -e -f -d -p -c -b -s -r -w -x -t -L -h -S";

static bool compare_files(const char *a, int operator, const char * b) {
  struct stat x, y;
  bool has_a = stat(a, &x) == 0, has_b = stat(b, &y) == 0;
  if (operator== 13) return has_a && has_b && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
  if (!has_a || !has_b) return operator== 11 ? has_a && !has_b : has_b && !has_a;
  long long later = (long long)x.st_mtim.tv_sec - y.st_mtim.tv_sec;
  if (!later) later = (long long)x.st_mtim.tv_nsec - y.st_mtim.tv_nsec;
  return operator == 11 ? later > 0 : later < 0;
}

static bool compare(const char *a, int operator, const char * b) {
  long long x, y;
  if (operator>= 11) return compare_files(a, operator, b);
  switch (operator) {
  case 0:
  case 1: return strcmp(a, b) == 0;
  case 2: return strcmp(a, b) != 0;
  case 3: return strcmp(a, b) < 0;
  case 4: return strcmp(a, b) > 0;
  }
  x = integer(a), y = integer(b);
  switch (operator) {
  case 5: return x == y;
  case 6: return x != y;
  case 7: return x < y;
  case 8: return x <= y;
  case 9: return x > y;
  default: return x >= y;
  }
}

static bool of_one(int operator, const char * s) {
  struct stat st;
  switch (operator) {
  case 0: return *s;
  case 1: return !*s;
  case 9: return access(s, R_OK) == 0;
  case 10: return access(s, W_OK) == 0;
  case 11: return access(s, X_OK) == 0;
  case 12: return isatty((int)integer(s));
  }
  if (stat(s, &st) < 0) return false;
  switch (operator) {
  case 2: return true;
  case 3: return S_ISREG(st.st_mode);
  case 4: return S_ISDIR(st.st_mode);
  case 5: return S_ISFIFO(st.st_mode);
  case 6: return S_ISCHR(st.st_mode);
  case 7: return S_ISBLK(st.st_mode);
  case 8: return st.st_size > 0;
  default: return false; /* links and sockets: there are none */
  }
}

static bool primary(void) {
  int operator;
  if (word == end) fail(NULL, "an operand is missing");
  const char *first = *word++;
  if (word + 1 < end && (operator= index_of(binary_operators, *word)) >= 0) {
    const char *second = word[1];
    word += 2;
    return compare(first, operator, second);
  }
  if (strcmp(first, "(") == 0 && word < end) {
    if (++depth > 32) fail(NULL, "too deep");
    bool r = either();
    depth--;
    if (word == end || strcmp(*word++, ")") != 0) fail(NULL, "( without )");
    return r;
  }
  if (word < end && (operator= index_of(unary_operators, first)) >= 0) return of_one(operator, * word++);
  return *first;
}

static bool negation(void) {
  bool negated = false;
  /* "!" alone, and before an operator, is a string. */
  while (end - word > 1 && strcmp(*word, "!") == 0 &&
         !(end - word == 3 && index_of(binary_operators, word[1]) >= 0)) {
    negated = !negated;
    word++;
  }
  return primary() != negated;
}

static bool both(void) {
  bool r = negation();
  while (word + 1 < end && strcmp(*word, "-a") == 0) {
    word++;
    bool other = negation();
    r = r && other;
  }
  return r;
}

static bool either(void) {
  bool r = both();
  while (word + 1 < end && strcmp(*word, "-o") == 0) {
    word++;
    bool other = both();
    r = r || other;
  }
  return r;
}

int main(int argc, char **argv) {
  failure_status = 2;
  word = argv + 1;
  end = argv + argc;
  if (strcmp(base_name(argv[0]), "[") == 0) {
    if (argc < 2 || strcmp(argv[argc - 1], "]") != 0) fail(NULL, "[ without ]");
    end--;
  }
  if (word == end) return 1;
  bool r = either();
  if (word != end) fail(*word, "follows the expression");
  return !r;
}
