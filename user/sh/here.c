/* Here-documents: the lines behind a command that are its input.
 *
 * The parser notes each when it meets it; the lexer reads them all at the next newline. A body whose delimiter has no
 * quotes is encoded like a word (quote.c), so that running it needs no parsing; a body that is skipped as part of a
 * $( ) is only read. The end of the input ends a body too. */
#include <string.h>
#include "sh.h"

/* The delimiter as it is compared: without quotes. */
static void delimiter(const char *word, struct str *to) {
  char in = 0;
  for (; *word; word++) {
    if (!in && (*word == '\'' || *word == '"')) {
      in = *word;
    } else if (*word == in) {
      in = 0;
    } else {
      if (*word == '\\' && in != '\'' && word[1]) word++;
      str_put(to, *word);
    }
  }
  str_end(to);
}

/* Reads a line with its newline; false at the end of the input. */
static bool read_line(struct str *body, bool strip) {
  int c = lex_raw();
  while (strip && c == '\t') c = lex_raw();
  if (c < 0) return false;
  for (; c >= 0; c = lex_raw()) {
    str_put(body, (char)c);
    if (c == '\n') break;
  }
  return true;
}

static bool joins_next(const struct str *body, size_t line) {
  size_t n = 0;
  if (!body->len || body->p[body->len - 1] != '\n') return false;
  for (size_t i = body->len - 1; i > line && body->p[i - 1] == '\\'; i--) n++;
  return n & 1;
}

static void read_one(const struct pending *p) {
  struct mark m = arena_mark(&scratch);
  struct redir *r = p->redir;
  struct str end, body;
  str_init(&end, &scratch);
  delimiter(r->word->text, &end);
  str_init(&body, &scratch);
  bool joined = false;
  for (;;) {
    size_t line = body.len;
    if (!read_line(&body, r->strip)) {
      if (input->tty) input->ended = false; /* Ctrl-D ends this, not the shell */
      break;
    }
    size_t len = body.len - line;
    if (len && body.p[body.len - 1] == '\n') len--;
    if (!joined && len == end.len && !memcmp(body.p + line, end.p, len)) {
      body.len = line;
      break;
    }
    joined = !r->literal && joins_next(&body, line);
  }
  if (capture_active()) r->body = "";
  else if (r->literal) r->body = arena_text(p->in, body.p, body.len);
  else r->body = lex_string(body.p, body.len, p->in);
  arena_release(&scratch, m);
}

void here_read(void) {
  for (struct pending *p = lexer.pending; p; p = p->next) {
    lexer.pending = NULL; /* a $( ) inside has its own */
    lexer.last = &lexer.pending;
    read_one(p);
  }
}
