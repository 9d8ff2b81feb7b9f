#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "sed.h"

struct command *commands;
unsigned command_count;
bool extended, quiet;

static const char *at;
static unsigned line = 1;

static _Noreturn void wrong(const char *why) {
  char number[24], where[40] = "script line ";
  strcat(where, format_number(line, 10, number));
  usage(where, why);
}

static void blanks(void) {
  while (*at == ' ' || *at == '\t') at++;
}

static void blanks_and_ends(void) {
  for (; *at && (isspace((unsigned char)*at) || *at == ';'); at++) line += *at == '\n';
}

static unsigned long number(void) {
  unsigned long value = 0;
  if (!isdigit((unsigned char)*at)) wrong("a number is missing");
  for (; isdigit((unsigned char)*at); at++)
    value = value > 100000000 ? value : value * 10 + (unsigned)(*at - '0');
  return value;
}

/* The end of the set that begins at s[0] == '[', or NULL. */
static const char *set_end(const char *s) {
  s += s[1] == '^' ? 2 : 1;
  if (*s == ']') s++;
  for (; *s && *s != '\n' && *s != ']'; s++) {
    char kind = s[1];
    if (*s != '[' || (kind != ':' && kind != '.' && kind != '=')) continue;
    for (s += 2; *s && !(s[0] == kind && s[1] == ']'); s++) continue;
    if (!*s) return NULL;
    s++;
  }
  return *s == ']' ? s : NULL;
}

/* What is between delimiters: `at` is behind the first one, and then behind the second. \n is a newline, and a delimiter with a
 * backslash is one without. In a pattern, sets may hold the delimiter. */
static char *delimited(char delimiter, bool is_pattern, size_t *length) {
  char *text = need_memory(malloc(strlen(at) + 1)), *to = text;
  const char *in_set = NULL;
  while (*at != delimiter || at < in_set) {
    if (!*at || (*at == '\n' && is_pattern)) wrong("no end of the pattern or replacement");
    if (is_pattern && at >= in_set && *at == '[' && set_end(at)) in_set = set_end(at);
    line += *at == '\n';
    if (*at != '\\') {
      *to++ = *at++;
      continue;
    }
    if (!*++at) wrong("no end of the pattern or replacement");
    if (*at == 'n' && is_pattern) *to++ = '\n';
    else if (*at == 't') *to++ = '\t';
    else if (*at == delimiter && at >= in_set) *to++ = *at;
    else *to++ = '\\', *to++ = *at;
    at++;
  }
  at++;
  *length = (size_t)(to - text);
  *to = 0;
  char *smaller = realloc(text, *length + 1);
  return smaller ? smaller : text;
}

/* NULL for an empty one: the pattern used last. */
static struct pattern *compile(char *text, size_t length, bool fold) {
  const char *error;
  if (!length) return NULL;
  struct pattern *p =
      pattern_new(text, length, (extended ? PATTERN_EXTENDED : 0) | (fold ? PATTERN_FOLD : 0), &error);
  if (!p) wrong(error);
  return p;
}

static void address(struct address *a, bool is_end) {
  if (isdigit((unsigned char)*at)) {
    a->kind = LINE;
    a->line = number();
    if (*at == '~' && !is_end) at++, a->step = number(), a->kind = STEP;
  } else if (*at == '$') {
    at++;
    a->kind = LAST;
  } else if (*at == '+' && is_end) {
    at++;
    a->kind = MORE;
    a->line = number();
  } else if (*at == '/' || (*at == '\\' && at[1] && at[1] != '\n')) {
    at += *at == '\\';
    char delimiter = *at++;
    size_t length;
    char *text = delimited(delimiter, true, &length);
    bool fold = *at == 'I';
    at += fold;
    a->kind = MATCH;
    a->pattern = compile(text, length, fold);
    free(text);
  } else if (is_end) {
    wrong("a range without an end");
  }
}

/* The text of a, i and c: behind a backslash and a newline, or on the same line; a backslash before a newline goes on with
 * the next line, and before anything else goes away. */
static void text_argument(struct command *c) {
  blanks();
  if (*at == '\\') {
    at++;
    const char *before = at;
    blanks();
    if (*at == '\n') at++, line++;
    else if (*before == ' ' || *before == '\t') at = before; /* "a\  text" keeps its blanks */
  }
  if (!*at) wrong("a text is missing");
  char *to = c->text = need_memory(malloc(strlen(at) + 2));
  for (; *at && *at != '\n'; at++) {
    if (*at == '\\' && at[1]) at++, line += *at == '\n';
    *to++ = *at;
  }
  *to++ = '\n';
  c->length = (size_t)(to - c->text);
}

/* A name of a label or a file: to the end of the line, for a label to a ; or } too. */
static void name_argument(struct command *c, const char *ends) {
  blanks();
  c->length = strcspn(at, ends);
  while (c->length && isspace((unsigned char)at[c->length - 1])) c->length--;
  c->text = need_memory(malloc(c->length + 1));
  memcpy(c->text, at, c->length);
  c->text[c->length] = 0;
  at += strcspn(at, ends);
}

static void substitute_flags(struct command *c, bool *fold) {
  for (;; at++) {
    if (*at == 'g') c->all = true;
    else if (*at == 'p') c->print = true;
    else if (*at == 'i' || *at == 'I') *fold = true;
    else if (isdigit((unsigned char)*at)) {
      c->nth = number();
      if (!c->nth) wrong("matches are counted from 1");
      at--;
    } else return;
  }
}

static void check_groups(const struct command *c) {
  for (size_t i = 0; i + 1 < c->length; i++) {
    if (c->text[i] != '\\') continue;
    char d = c->text[++i];
    if (d >= '1' && d <= '9' && c->pattern && (unsigned)(d - '0') > pattern_groups(c->pattern))
      wrong("no such group");
  }
}

static char delimiter_here(void) {
  if (!*at || *at == '\n' || *at == '\\') wrong("a delimiter is missing");
  return *at++;
}

static void substitute(struct command *c) {
  bool fold = false;
  char delimiter = delimiter_here();
  size_t length;
  char *text = delimited(delimiter, true, &length);
  c->text = delimited(delimiter, false, &c->length);
  c->nth = 1;
  substitute_flags(c, &fold);
  c->pattern = compile(text, length, fold);
  free(text);
  check_groups(c);
}

/* Takes the backslashes out: \\ is one, \n is a newline. */
static size_t plain(char *text, size_t length) {
  size_t to = 0;
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '\\' && i + 1 < length && (text[i + 1] == '\\' || text[i + 1] == 'n'))
      text[to++] = text[++i] == 'n' ? '\n' : '\\';
    else text[to++] = text[i];
  }
  return to;
}

static void transliterate(struct command *c) {
  char delimiter = delimiter_here();
  size_t n, m;
  char *from = delimited(delimiter, false, &n), *to = delimited(delimiter, false, &m);
  n = plain(from, n);
  m = plain(to, m);
  if (n != m) wrong("the strings of y are not of one length");
  c->text = need_memory(malloc(256));
  for (int i = 0; i < 256; i++) c->text[i] = (char)i;
  for (size_t i = 0; i < n; i++) c->text[(unsigned char)from[i]] = to[i];
  free(from);
  free(to);
}

static void arguments(struct command *c) {
  switch (c->name) {
  case 'a':
  case 'i':
  case 'c': text_argument(c); break;
  case 'b':
  case 't':
  case 'T': name_argument(c, ";}\n"); break;
  case ':':
    if (c->from.kind) wrong("a label has no address");
    name_argument(c, ";\n");
    if (!c->length) wrong("a label without a name");
    break;
  case 'r': name_argument(c, "\n"); break;
  case 's': substitute(c); break;
  case 'y': transliterate(c); break;
  case 'q':
  case 'Q':
    blanks();
    if (isdigit((unsigned char)*at)) c->nth = number() & 255;
    break;
  case '=':
  case 'd':
  case 'D':
  case 'g':
  case 'G':
  case 'h':
  case 'H':
  case 'n':
  case 'N':
  case 'p':
  case 'P':
  case 'x':
  case '{': break;
  default: wrong(c->name ? "no such command" : "a command is missing");
  }
}

/* What may follow a command. */
static void end_of_command(void) {
  blanks();
  if (*at == '#' || *at == '}') return;
  if (*at && *at != '\n' && *at != ';') wrong("something follows the command");
}

static struct command *new_command(void) {
  static unsigned room;
  if (command_count == room) {
    room += room / 2 + 8;
    commands = need_memory(realloc(commands, room * sizeof *commands));
  }
  memset(&commands[command_count], 0, sizeof *commands);
  return &commands[command_count++];
}

static void resolve_labels(void) {
  for (struct command *c = commands; c < commands + command_count; c++) {
    if (c->name != 'b' && c->name != 't' && c->name != 'T') continue;
    c->target = command_count;
    if (!c->length) continue;
    for (unsigned i = 0; i < command_count; i++)
      if (commands[i].name == ':' && strcmp(commands[i].text, c->text) == 0) c->target = i;
    if (c->target == command_count) fail(c->text, "no such label");
  }
}

void parse_script(const char *text) {
  enum { DEPTH = 32 };
  unsigned open[DEPTH], depth = 0;
  at = text;
  if (text[0] == '#' && text[1] == 'n' && (text[2] == '\n' || !text[2])) quiet = true;
  for (;;) {
    blanks_and_ends();
    if (*at == '#') {
      at += strcspn(at, "\n");
      continue;
    }
    if (*at == '}') {
      if (!depth) wrong("} without {");
      commands[open[--depth]].target = command_count;
      at++;
      end_of_command();
      continue;
    }
    if (!*at) break;
    struct command *c = new_command();
    address(&c->from, false);
    blanks();
    if (c->from.kind && *at == ',') {
      at++;
      blanks();
      address(&c->to, true);
      blanks();
    }
    for (; *at == '!' || *at == ' '; at++) c->negated |= *at == '!';
    bool from_start = c->from.kind == LINE && !c->from.line;
    if (from_start && c->to.kind != MATCH) wrong("there is no line 0");
    c->inside = from_start;
    c->name = *at;
    if (*at) at++;
    arguments(c);
    if (c->name != '{') end_of_command();
    else if (depth == DEPTH) wrong("{ too deep");
    else open[depth++] = command_count - 1;
  }
  if (depth) wrong("{ without }");
  resolve_labels();
}
