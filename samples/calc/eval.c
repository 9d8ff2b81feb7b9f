/* The calculator proper: reads a line by recursive descent and computes as it reads.
 *
 * All of an error's way out is the longjmp() in fail(): nothing on the way holds anything but the stack, since names and bodies
 * live in tables. A function's body is kept as text and read again at each call. */
#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "calc.h"

enum { DEPTH = 40 };

const char *calc_file = "calc";
int calc_line;

/* What is being read: a line or the body of a function that is called, with its arguments. */
struct frame {
  const char *at;
  const struct function *function; /* NULL: a line */
  double argument[2];
};

static struct frame now;
static int depth;
static jmp_buf failed;
static _Noreturn __attribute__((format(printf, 1, 2))) void fail(const char *format, ...) {
  va_list args;

  fflush(stdout);
  if (calc_line) fprintf(stderr, "%s:%d: ", calc_file, calc_line);
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  if (now.function) fprintf(stderr, " (in %s)", now.function->name);
  fputc('\n', stderr);
  longjmp(failed, 1);
}

/* ---- words ---- */

static char peek(void) {
  while (*now.at == ' ' || *now.at == '\t') now.at++;
  return *now.at;
}

static int accept(char c) {
  if (peek() != c) return 0;
  now.at++;
  return 1;
}

static void expect(char c) {
  if (accept(c)) return;
  if (!peek()) fail("%c is missing at the end", c);
  fail("%c is missing before \"%s\"", c, now.at);
}

static void read_name(char name[NAME]) {
  int n = 0;

  while (isalnum((unsigned char)*now.at) || *now.at == '_') {
    if (n == NAME - 1) fail("a name has at most %d characters", NAME - 1);
    name[n++] = *now.at++;
  }
  name[n] = 0;
}

/* ---- values ---- */

static double expression(void);

static const struct {
  const char *name;
  int arguments;
  double (*one)(double);
  double (*two)(double, double);
} builtin[] = {{"sqrt", 1, sqrt, NULL},   {"sin", 1, sin, NULL},   {"cos", 1, cos, NULL},
               {"tan", 1, tan, NULL},     {"atan", 1, atan, NULL}, {"exp", 1, exp, NULL},
               {"log", 1, log, NULL},     {"abs", 1, fabs, NULL},  {"floor", 1, floor, NULL},
               {"hypot", 2, NULL, hypot}, {"min", 2, NULL, fmin},  {"max", 2, NULL, fmax}};

static double run(const struct function *f, const double argument[2]) {
  struct frame before = now;
  double value;

  now = (struct frame){f->body, f, {argument[0], argument[1]}};
  value = expression();
  if (peek()) fail("what is \"%s\"?", now.at);
  now = before;
  return value;
}

static double call(const char *name) {
  double argument[2] = {0, 0};
  const struct function *f = function_find(name);
  int n = 0;

  do {
    if (n == 2) fail("%s: at most two arguments", name);
    argument[n++] = expression();
  } while (accept(','));
  expect(')');
  if (f && f->parameters != n) fail("%s takes %d, not %d", name, f->parameters, n);
  if (f) return run(f, argument);
  for (unsigned i = 0; i < sizeof builtin / sizeof builtin[0]; i++) {
    if (strcmp(builtin[i].name, name)) continue;
    if (builtin[i].arguments != n) fail("%s takes %d, not %d", name, builtin[i].arguments, n);
    return n == 1 ? builtin[i].one(argument[0]) : builtin[i].two(argument[0], argument[1]);
  }
  fail("no function %s", name);
}

static double name_value(void) {
  char name[NAME];
  double value;

  read_name(name);
  if (accept('(')) return call(name);
  for (int i = 0; now.function && i < now.function->parameters; i++)
    if (!strcmp(now.function->parameter[i], name)) return now.argument[i];
  if (!variable_get(name, &value)) fail("%s has no value", name);
  return value;
}

static double primary(void) {
  char c = peek(), *end;
  double value;

  if (isdigit((unsigned char)c) || c == '.') {
    value = strtod(now.at, &end);
    if (end == now.at) fail("\"%s\" is no number", now.at);
    now.at = end;
    return value;
  }
  if (isalpha((unsigned char)c) || c == '_') return name_value();
  if (accept('(')) {
    value = expression();
    expect(')');
    return value;
  }
  if (!c) fail("a value is missing at the end");
  fail("a value is missing before \"%s\"", now.at);
}

static double power(void);

/* What nests goes through here, so this is where the stack is looked after. */
static double sign(void) {
  double value;

  if (++depth > DEPTH) fail("nested deeper than %d", DEPTH);
  value = accept('-') ? -sign() : accept('+') ? sign() : power();
  depth--;
  return value;
}

static double power(void) {
  double base = primary();

  return accept('^') ? pow(base, sign()) : base;
}

static double product(void) {
  double value = sign();

  for (;;) {
    char c = peek();
    double right;

    if (c != '*' && c != '/' && c != '%') return value;
    now.at++;
    right = sign();
    if (c == '*') value *= right;
    else if (right == 0) fail("division by zero");
    else value = c == '/' ? value / right : fmod(value, right);
  }
}

static double expression(void) {
  double value = product();

  for (;;) {
    if (accept('+')) value += product();
    else if (accept('-')) value -= product();
    else return value;
  }
}

/* ---- commands ---- */

/* NAME(A, B) = BODY; false, with nothing read, if it is something else. */
static int definition(void) {
  struct function f = {.parameters = 0};
  const char *start = now.at;
  size_t length;

  read_name(f.name);
  if (!accept('(')) return now.at = start, 0;
  do {
    if (f.parameters == 2 || !isalpha((unsigned char)peek())) return now.at = start, 0;
    read_name(f.parameter[f.parameters++]);
  } while (accept(','));
  if (!accept(')') || !accept('=')) return now.at = start, 0;
  peek();
  length = strcspn(now.at, ";#");
  if (!length || length >= BODY) fail("%s: a body has 1 to %d characters", f.name, BODY - 1);
  memcpy(f.body, now.at, length);
  now.at += length;
  if (!function_set(&f)) fail("more than %d functions", NAMES);
  return 1;
}

static void command(void) {
  char name[NAME];
  const char *start;
  double value;

  if (isalpha((unsigned char)peek())) {
    if (definition()) return;
    start = now.at;
    read_name(name);
    if (accept('=')) {
      if (!variable_set(name, expression())) fail("more than %d variables", NAMES);
      return;
    }
    now.at = start;
  }
  value = expression();
  printf("%.12g\n", value);
  variable_set("ans", value);
}

int calc_run(char *text) {
  text[strcspn(text, "#\r\n")] = 0;
  now = (struct frame){.at = text};
  depth = 0;
  if (setjmp(failed)) return 1;
  while (peek()) {
    command();
    if (peek() && !accept(';')) fail("what is \"%s\"?", now.at);
  }
  return 0;
}
