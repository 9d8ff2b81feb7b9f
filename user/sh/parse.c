/* The grammar, from lines down to simple commands; compound ones are in compound.c.
 *
 * Each function begins at the token looked ahead at and leaves the first one that is not its own. Reserved words are
 * words without quotes where a command may begin. The tree lies in lexer.tree and points into nothing else, so it may
 * be run any number of times. */
#include <string.h>
#include "sh.h"

void syntax_message(const char *what, const char *text) {
  sh.line = input->line;
  if (sh.script || sh.interactive) sh_error(2, "syntax error: %s%s", what, text);
  sh_error(2, "%u: syntax error: %s%s", sh.line, what, text);
}

void syntax_error(const struct token *t) {
  char text[40] = "";
  input->line = t->line;
  if (t->kind != T_WORD) syntax_message("unexpected ", lex_operator(t));
  word_text(t->word->text, text, sizeof text);
  syntax_message("unexpected ", text);
}

struct node *node_new(enum node_kind kind) {
  struct node *n = arena_get(lexer.tree, sizeof *n);
  memset(n, 0, sizeof *n);
  n->kind = (unsigned char)kind;
  n->line = lexer.token.line;
  return n;
}

bool token_is(const char *word) {
  const struct token *t = token_peek();
  return t->kind == T_WORD && !t->quoted && !strcmp(t->word->text, word);
}

void expect(const char *word) {
  if (!token_is(word)) syntax_error(token_peek());
  token_next();
}

void skip_newlines(void) {
  while (token_peek()->kind == T_NEWLINE) token_next();
}

static void parse_redir(struct redir ***last) {
  struct token t = *token_peek();
  token_next();
  const struct token *w = token_peek();
  if (w->kind != T_WORD) syntax_error(w);
  struct redir *r = arena_get(lexer.tree, sizeof *r);
  bool output = t.redir == R_OUT || t.redir == R_APPEND || t.redir == R_CLOBBER || t.redir == R_DUPOUT;
  *r = (struct redir){.word = w->word, .kind = t.redir, .fd = (unsigned char)(t.fd >= 0 ? t.fd : output)};
  if (t.here) {
    struct pending *p = arena_get(lexer.tree, sizeof *p);
    r->literal = w->quoted;
    r->strip = t.quoted;
    *p = (struct pending){.redir = r, .in = lexer.tree};
    *lexer.last = p;
    lexer.last = &p->next;
  }
  token_next();
  **last = r;
  *last = &r->next;
}

void parse_redirs(struct node *n) {
  struct redir **last = &n->redirs;
  while (token_peek()->kind == T_REDIR) parse_redir(&last);
}

/* Its body has an arena of its own, which the name will keep. */
static struct node *parse_function(struct word *name) {
  struct node *n = node_new(N_FUNC);
  struct arena *outer = lexer.tree;
  token_next();
  if (token_peek()->kind != T_RPAREN) syntax_error(token_peek());
  token_next();
  skip_newlines();
  n->function = name;
  n->arena = arena_new();
  n->arena->sibling = outer->children;
  outer->children = n->arena;
  lexer.tree = n->arena;
  n->code = parse_compound();
  if (!n->code) syntax_error(token_peek());
  parse_redirs(n->code);
  lexer.tree = outer;
  return n;
}

static struct node *parse_simple(void) {
  struct node *n = node_new(N_SIMPLE);
  struct redir **redir = &n->redirs;
  struct word **assign = &n->assigns, **word = &n->words;
  for (;;) {
    const struct token *t = token_peek();
    if (t->kind == T_REDIR) {
      parse_redir(&redir);
      continue;
    }
    if (t->kind == T_LPAREN && n->words && !n->words->next && !n->assigns && !n->redirs) {
      const char *name = n->words->text;
      size_t len = name_length(name);
      if (len && !name[len]) return parse_function(n->words);
    }
    if (t->kind != T_WORD) break;
    size_t len = n->words ? 0 : name_length(t->word->text);
    struct word ***last = len && t->word->text[len] == '=' ? &assign : &word;
    **last = t->word;
    *last = &t->word->next;
    token_next();
  }
  if (!n->words && !n->assigns && !n->redirs) syntax_error(token_peek());
  return n;
}

/* A word that only goes on or ends what has begun. */
static bool token_closes(void) {
  static const char *const words[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};
  for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
    if (token_is(words[i])) return true;
  return false;
}

struct node *parse_command(void) {
  sh_deeper();
  for (;;) {
    const struct token *t = token_peek();
    if (t->kind != T_WORD || t->quoted || capture_active() || !alias_push(t->word->text)) break;
    token_next();
  }
  if (token_closes()) syntax_error(token_peek());
  struct node *n = parse_compound();
  if (!n) return parse_simple();
  parse_redirs(n);
  return n;
}

static struct node *parse_pipeline(void) {
  bool negate = false;
  while (token_is("!")) {
    token_next();
    negate = !negate;
  }
  struct node *first = parse_command();
  if (token_peek()->kind != T_PIPE && !negate) return first;
  struct node *n = node_new(N_PIPE), **last = &first->next;
  n->first = first;
  n->line = first->line;
  n->negate = negate;
  while (token_peek()->kind == T_PIPE) {
    token_next();
    skip_newlines();
    *last = parse_command();
    last = &(*last)->next;
  }
  return n;
}

static struct node *parse_chain(void) {
  struct node *first = parse_pipeline(), **last = &first->next;
  enum token_kind kind = token_peek()->kind;
  if (kind != T_AND_IF && kind != T_OR_IF) return first;
  struct node *n = node_new(N_ANDOR);
  n->first = first;
  while ((kind = token_peek()->kind) == T_AND_IF || kind == T_OR_IF) {
    token_next();
    skip_newlines();
    *last = parse_pipeline();
    (*last)->after_or = kind == T_OR_IF;
    last = &(*last)->next;
  }
  return n;
}

static bool list_ends(void) {
  const struct token *t = token_peek();
  return t->kind == T_EOF || t->kind == T_RPAREN || t->kind == T_DSEMI || token_closes();
}

/* Commands up to a newline, or over many lines up to what ends such a list. */
static struct node *parse_items(bool lines) {
  struct node *first = NULL, **last = &first;
  for (;;) {
    if (lines) skip_newlines();
    if (lines ? list_ends() : token_peek()->kind == T_NEWLINE || token_peek()->kind == T_EOF) break;
    struct node *n = parse_chain();
    *last = n;
    last = &n->next;
    enum token_kind kind = token_peek()->kind;
    if (kind == T_AMP) n->background = true;
    if (kind == T_AMP || kind == T_SEMI) token_next();
    else if (kind != T_NEWLINE || !lines) break;
  }
  if (!first) syntax_error(token_peek());
  if (!first->next && !first->background) return first;
  struct node *n = node_new(N_LIST);
  n->first = first;
  return n;
}

struct node *parse_list(void) {
  return parse_items(true);
}

struct node *parse_line(bool *end) {
  lexer_save();
  input_continues = false;
  enum token_kind kind = token_peek()->kind;
  *end = kind == T_EOF;
  if (kind == T_EOF || kind == T_NEWLINE) return NULL;
  struct node *n = parse_items(false);
  kind = token_peek()->kind;
  if (kind != T_NEWLINE && kind != T_EOF) syntax_error(token_peek());
  if (lexer.pending) here_read(); /* the end came first */
  return n;
}

struct node *parse_until_paren(void) {
  struct node *n = NULL;
  skip_newlines();
  if (token_peek()->kind != T_RPAREN) n = parse_list();
  if (token_peek()->kind != T_RPAREN) syntax_error(token_peek());
  return n;
}
