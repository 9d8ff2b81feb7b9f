#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "find.h"

enum { DEEPEST = 32 };
static char **word;
static bool acts;
static unsigned depth;

static struct node *either(void);

static struct node *node(enum kind kind, struct node *left, struct node *right) {
  struct node *n = need_memory(calloc(1, sizeof *n));
  n->kind = kind;
  n->left = left;
  n->right = right;
  if (kind >= PRINT) acts = true;
  return n;
}

static const char *value(const char *of) {
  if (!*word) usage(of, "needs a value");
  return *word++;
}

static uint32_t number(const char *of, const char *s) {
  unsigned long long n;
  if (!parse_number(s, 10, &n) || n > UINT32_MAX) usage(of, "needs a number");
  return (uint32_t)n;
}

static struct node *counted(enum kind kind, const char *of, unsigned unit) {
  struct node *n = node(kind, NULL, NULL);
  char digits[16];
  const char *s = value(of);
  if (*s == '+' || *s == '-') n->sign = *s++;
  size_t length = strlen(s);
  if (!length || length >= sizeof digits) usage(of, "needs a number");
  memcpy(digits, s, length + 1);
  n->unit = unit;
  static const char units[] = "ckMG"; /* 1, 1024, ... bytes */
  const char *suffix = kind == SIZE ? strchr(units, digits[length - 1]) : NULL;
  if (suffix) {
    n->unit = 1u << 10 * (suffix - units);
    digits[length - 1] = 0;
  }
  n->number = number(of, digits);
  return n;
}

static struct node *newer(const char *of) {
  struct stat st;
  struct node *n = node(NEWER, NULL, NULL);
  const char *path = value(of);
  if (stat(path, &st) < 0) fail_errno(path);
  n->time = st.st_mtim;
  return n;
}

/* Up to ";", or "{}" and "+". */
static struct node *command(const char *of) {
  struct node *n = node(EXEC, NULL, NULL);
  n->words = word;
  for (; *word && strcmp(*word, ";") != 0; word++) {
    if (strcmp(*word, "+") == 0 && word > n->words && strcmp(word[-1], "{}") == 0) {
      n->kind = EXEC_MANY;
      break;
    }
  }
  if (!*word) usage(of, "needs a ; or {} + at its end");
  n->number = (uint32_t)(word++ - n->words) - (n->kind == EXEC_MANY);
  if (!n->number) usage(of, "needs a command");
  if (n->number >= BATCH_WORDS) usage(of, "has too many words");
  if (n->kind == EXEC) return n;
  n->many = need_memory(calloc(1, sizeof *n->many));
  n->many->ended = command_ended;
  batch_start(n->many, n->words, n->number);
  return n;
}

static struct node *with_text(enum kind kind, const char *of) {
  struct node *n = node(kind, NULL, NULL);
  n->text = value(of);
  if (kind == TYPE && (!*n->text || n->text[1] || !strchr("bcdflps", *n->text)))
    usage(n->text, "no type of file");
  return n;
}

/* Those that hold for all files, and are true. */
static struct node *option_or_none(const char *s) {
  if (strcmp(s, "-depth") == 0) depth_first = true;
  else if (strcmp(s, "-xdev") == 0) one_device = true;
  else if (strcmp(s, "-maxdepth") == 0) most_depth = number(s, value(s));
  else if (strcmp(s, "-mindepth") == 0) least_depth = number(s, value(s));
  else usage(s, *s == '-' ? "unknown" : "not part of an expression");
  return node(ALWAYS, NULL, NULL);
}

static struct node *primary(void) {
  const char *s = *word++;
  if (strcmp(s, "-name") == 0) return with_text(NAME, s);
  if (strcmp(s, "-iname") == 0) return with_text(NAME_EITHER_CASE, s);
  if (strcmp(s, "-path") == 0) return with_text(PATH, s);
  if (strcmp(s, "-type") == 0) return with_text(TYPE, s);
  if (strcmp(s, "-size") == 0) return counted(SIZE, s, 512);
  if (strcmp(s, "-mtime") == 0) return counted(AGE, s, 86400);
  if (strcmp(s, "-mmin") == 0) return counted(AGE, s, 60);
  if (strcmp(s, "-newer") == 0) return newer(s);
  if (strcmp(s, "-empty") == 0) return node(EMPTY, NULL, NULL);
  if (strcmp(s, "-prune") == 0) return node(PRUNE, NULL, NULL);
  if (strcmp(s, "-print") == 0) return node(PRINT, NULL, NULL);
  if (strcmp(s, "-print0") == 0) return node(PRINT_0, NULL, NULL);
  if (strcmp(s, "-exec") == 0) return command(s);
  if (strcmp(s, "-delete") == 0) return depth_first = true, node(DELETE, NULL, NULL);
  return option_or_none(s);
}

static struct node *negation(void) {
  if (!*word) usage(NULL, "an expression ends too soon");
  if (++depth > DEEPEST) usage(*word, "too deep");
  struct node *n;
  if (strcmp(*word, "!") == 0 || strcmp(*word, "-not") == 0) {
    word++;
    n = node(NOT, negation(), NULL);
  } else if (strcmp(*word, "(") == 0) {
    word++;
    n = either();
    if (!*word || strcmp(*word, ")") != 0) usage(NULL, "( without )");
    word++;
  } else {
    n = primary();
  }
  depth--;
  return n;
}

static struct node *both(void) {
  struct node *n = negation();
  while (*word && strcmp(*word, "-o") != 0 && strcmp(*word, ")") != 0) {
    if (strcmp(*word, "-a") == 0) word++;
    n = node(AND, n, negation());
  }
  return n;
}

static struct node *either(void) {
  struct node *n = both();
  while (*word && strcmp(*word, "-o") == 0) {
    word++;
    n = node(OR, n, both());
  }
  return n;
}

struct node *parse(char **words) {
  word = words;
  struct node *n = *word ? either() : node(ALWAYS, NULL, NULL);
  if (*word) usage(*word, ") without (");
  return acts ? n : node(AND, n, node(PRINT, NULL, NULL));
}
