/* Compound commands: groups, loops and choices. The invariants are parse.c's. */
#include <string.h>
#include "sh.h"

static struct node *parse_if(void) {
  struct node *n = node_new(N_IF), *last = n;
  token_next();
  for (;;) {
    last->first = parse_list();
    expect("then");
    last->body = parse_list();
    if (!token_is("elif")) break;
    last->other = node_new(N_IF);
    last = last->other;
    token_next();
  }
  if (token_is("else")) {
    token_next();
    last->other = parse_list();
  }
  expect("fi");
  return n;
}

static struct node *parse_while(enum node_kind kind) {
  struct node *n = node_new(kind);
  token_next();
  n->first = parse_list();
  expect("do");
  n->body = parse_list();
  expect("done");
  return n;
}

static struct node *parse_for(void) {
  struct node *n = node_new(N_FOR);
  token_next();
  const struct token *t = token_peek();
  if (t->kind != T_WORD || t->quoted || !name_length(t->word->text) ||
      t->word->text[name_length(t->word->text)])
    syntax_error(t);
  n->name = t->word;
  token_next();
  skip_newlines();
  if (token_is("in")) {
    struct word **last = &n->list;
    n->in_words = true;
    token_next();
    while ((t = token_peek())->kind == T_WORD) {
      *last = t->word;
      last = &t->word->next;
      token_next();
    }
    if (t->kind != T_SEMI && t->kind != T_NEWLINE) syntax_error(t);
    token_next();
  } else if (token_peek()->kind == T_SEMI) {
    token_next();
  }
  skip_newlines();
  expect("do");
  n->loop = parse_list();
  expect("done");
  return n;
}

static struct item *parse_item(void) {
  struct item *i = arena_get(lexer.tree, sizeof *i);
  struct word **last = &i->patterns;
  memset(i, 0, sizeof *i);
  if (token_peek()->kind == T_LPAREN) token_next();
  for (;;) {
    const struct token *t = token_peek();
    if (t->kind != T_WORD) syntax_error(t);
    *last = t->word;
    last = &t->word->next;
    token_next();
    if (token_peek()->kind != T_PIPE) break;
    token_next();
  }
  if (token_peek()->kind != T_RPAREN) syntax_error(token_peek());
  token_next();
  skip_newlines();
  if (token_peek()->kind != T_DSEMI && !token_is("esac")) i->body = parse_list();
  if (token_peek()->kind == T_DSEMI) token_next();
  else if (!token_is("esac")) syntax_error(token_peek());
  skip_newlines();
  return i;
}

static struct node *parse_case(void) {
  struct node *n = node_new(N_CASE);
  token_next();
  if (token_peek()->kind != T_WORD) syntax_error(token_peek());
  n->subject = token_peek()->word;
  token_next();
  skip_newlines();
  expect("in");
  skip_newlines();
  for (struct item **last = &n->items; !token_is("esac"); last = &(*last)->next) *last = parse_item();
  token_next();
  return n;
}

struct node *parse_compound(void) {
  struct node *n;
  sh_deeper();
  if (token_peek()->kind == T_LPAREN) {
    n = node_new(N_SUBSHELL);
    token_next();
    n->first = parse_list();
    if (token_peek()->kind != T_RPAREN) syntax_error(token_peek());
    token_next();
    return n;
  }
  if (token_is("{")) {
    n = node_new(N_GROUP);
    token_next();
    n->first = parse_list();
    expect("}");
    return n;
  }
  if (token_is("if")) return parse_if();
  if (token_is("while")) return parse_while(N_WHILE);
  if (token_is("until")) return parse_while(N_UNTIL);
  if (token_is("for")) return parse_for();
  if (token_is("case")) return parse_case();
  return NULL;
}
