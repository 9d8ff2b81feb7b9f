/* Tokens, and the text they are made of.
 *
 * One token is looked ahead at, never more, so the shell reads no further than the newline that ends a command. Every
 * byte comes through lex_raw(), which also keeps a copy while a command substitution is skipped: the parser itself finds
 * its end, and its text is run later. Bodies of here-documents are read when the newline after them is. */
#include <stdlib.h>
#include <string.h>
#include "sh.h"

struct lexer lexer;
static struct {
  char *text;
  size_t len, room;
  int depth;
} capture;

bool name_start(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool name_char(int c) { return name_start(c) || (c >= '0' && c <= '9'); }

size_t name_length(const char *text) {
  size_t n = 0;
  if (name_start((unsigned char)*text))
    while (name_char((unsigned char)text[n])) n++;
  return n;
}

int lex_raw(void) {
  int c = input_get();
  if (!capture.depth || c < 0) return c;
  if (capture.len == capture.room) {
    size_t room = capture.room ? 2 * capture.room : 128;
    char *more = capture.len > TEXT_MAX ? NULL : realloc(capture.text, room);
    if (!more) sh_nomem();
    capture.text = more;
    capture.room = room;
  }
  capture.text[capture.len++] = (char)c;
  return c;
}

void lex_unget(int c) {
  input_unget(c);
  if (capture.depth && c >= 0) capture.len--;
}

int lex_get(void) {
  for (;;) {
    int c = lex_raw();
    if (c != '\\') return c;
    int d = lex_raw();
    if (d != '\n') {
      lex_unget(d);
      return c;
    }
  }
}

void capture_begin(size_t *start) {
  capture.depth++;
  *start = capture.len;
}

/* The text is good until the next one. */
char *capture_end(size_t start, size_t *len) {
  *len = capture.len - start;
  if (!--capture.depth) capture.len = start;
  return capture.text + start;
}

int capture_pause(void) {
  int depth = capture.depth;
  capture.depth = 0;
  return depth;
}

void capture_resume(int depth) { capture.depth = depth; }
bool capture_active(void) { return capture.depth; }

void capture_reset(void) {
  free(capture.text);
  memset(&capture, 0, sizeof capture);
}

struct lexer lexer_save(void) {
  struct lexer old = lexer;
  lexer.token.have = false;
  lexer.pending = NULL;
  lexer.last = &lexer.pending;
  return old;
}

static void read_word(struct token *t) {
  struct mark m = arena_mark(&scratch);
  struct str s;
  str_init(&s, &scratch);
  t->quoted = false;
  lex_text(&s, 0, LEX_PLAIN, &t->quoted);
  t->kind = T_WORD;
  t->word = arena_get(lexer.tree, sizeof *t->word + s.len + 1);
  t->word->next = NULL;
  memcpy(t->word->text, s.p, s.len);
  t->word->text[s.len] = 0;
  arena_release(&scratch, m);
}

/* After "<" or ">". */
static void read_redir(struct token *t, int c, int fd) {
  int d = lex_get();
  t->kind = T_REDIR;
  t->fd = fd;
  t->here = false;
  if (c == '<' && d == '<') {
    t->here = true;
    t->redir = R_HERE;
    d = lex_get();
    if (d == '-') {
      t->quoted = true; /* stripped of tabs */
      return;
    }
    t->quoted = false;
  } else if (d == '&') {
    t->redir = c == '<' ? R_DUPIN : R_DUPOUT;
    return;
  } else if (c == '<' && d == '>') {
    t->redir = R_INOUT;
    return;
  } else if (c == '>' && d == '>') {
    t->redir = R_APPEND;
    return;
  } else if (c == '>' && d == '|') {
    t->redir = R_CLOBBER;
    return;
  } else {
    t->redir = c == '<' ? R_IN : R_OUT;
  }
  lex_unget(d);
}

static bool doubled(int c) {
  int d = lex_get();
  if (d == c) return true;
  lex_unget(d);
  return false;
}

static void read_token(struct token *t) {
  int c;
  do c = lex_get();
  while (c == ' ' || c == '\t' || c == '\r');
  if (c == '#')
    while (c != '\n' && c >= 0) c = lex_raw();
  t->line = input->line;
  if (c < 0) {
    t->kind = T_EOF;
    return;
  }
  if (c == '\n') {
    t->line--;
    if (lexer.pending) here_read();
    t->kind = T_NEWLINE;
    return;
  }
  input_continues = true;
  if (c == '&') {
    t->kind = doubled(c) ? T_AND_IF : T_AMP;
  } else if (c == '|') {
    t->kind = doubled(c) ? T_OR_IF : T_PIPE;
  } else if (c == ';') {
    t->kind = doubled(c) ? T_DSEMI : T_SEMI;
  } else if (c == '(' || c == ')') {
    t->kind = c == '(' ? T_LPAREN : T_RPAREN;
  } else if (c == '<' || c == '>') {
    read_redir(t, c, -1);
  } else {
    int d = c >= '0' && c <= '9' ? lex_get() : -1;
    if (d == '<' || d == '>') {
      read_redir(t, d, c - '0');
      return;
    }
    lex_unget(d);
    lex_unget(c);
    read_word(t);
  }
}

struct token *token_peek(void) {
  struct token *t = &lexer.token;
  if (!t->have) {
    read_token(t);
    t->have = true;
  }
  return t;
}

void token_next(void) { lexer.token.have = false; }

const char *lex_operator(const struct token *t) {
  static const char *const names[] = {
      [T_EOF] = "end of file", [T_NEWLINE] = "newline", [T_AND_IF] = "&&", [T_OR_IF] = "||",
      [T_SEMI] = ";",          [T_DSEMI] = ";;",        [T_AMP] = "&",     [T_PIPE] = "|",
      [T_LPAREN] = "(",        [T_RPAREN] = ")"};
  static const char redirs[][4] = {"<", ">", ">>", ">|", "<>", "<&", ">&", "<<"};
  return t->kind == T_REDIR ? redirs[t->redir] : names[t->kind];
}
