/* A tree as text, for the list of jobs: the words as they were written, cut off where there is no more room. */
#include <string.h>
#include "sh.h"

struct room {
  char *to, *end;
};

static void put(struct room *r, const char *text, size_t len) {
  for (; len && r->to < r->end; len--) *r->to++ = *text++;
}

static void say(struct room *r, const char *text) { put(r, text, strlen(text)); }

static void put_word(struct room *r, const char *p) {
  for (char quote = 0; *p; p++) {
    if (*p == '\'' && quote != '"') quote ^= '\'';
    if (*p == '"' && quote != '\'') quote ^= '"';
    if (*p == '\\' && quote != '\'' && p[1] == '$') continue;
    if (*p != '$' || quote == '\'' || !p[1] || !strchr("{([", p[1]) || !(p[2] & 0x80)) {
      put(r, p, 1);
      continue;
    }
    unsigned len = lex_length(p + 2);
    char open = p[1];
    say(r, open == '{' ? "${" : open == '(' ? "$(" : "$((");
    put(r, p + 5, len);
    say(r, open == '{' ? "}" : open == '(' ? ")" : "))");
    p += 5 + len;
  }
}

static void put_words(struct room *r, const struct word *w) {
  for (const char *blank = ""; w; w = w->next, blank = " ") {
    say(r, blank);
    put_word(r, w->text);
  }
}

static void put_node(struct room *r, const struct node *n);

static void put_list(struct room *r, const struct node *n, const char *between) {
  for (; n && r->to < r->end; n = n->next) {
    put_node(r, n);
    if (n->next) say(r, n->background ? " & " : !between ? n->next->after_or ? " || " : " && " : between);
  }
}

static void put_redirs(struct room *r, const struct redir *redir) {
  static const char signs[][3] = {"<", ">", ">>", ">|", "<>", "<&", ">&", "<<"};
  for (; redir; redir = redir->next) {
    const char *sign = signs[redir->kind];
    bool output = *sign == '>';
    say(r, " ");
    if (redir->fd != output) put(r, &(char){(char)('0' + redir->fd)}, 1);
    say(r, sign);
    put_word(r, redir->word->text);
  }
}

static void put_node(struct room *r, const struct node *n) {
  static const char *const words[] = {[N_IF] = "if", [N_WHILE] = "while", [N_UNTIL] = "until"};
  switch (n->kind) {
  case N_SIMPLE:
    put_words(r, n->assigns);
    if (n->assigns && n->words) say(r, " ");
    put_words(r, n->words);
    break;
  case N_PIPE:
    if (n->negate) say(r, "! ");
    put_list(r, n->first, " | ");
    break;
  case N_ANDOR: put_list(r, n->first, NULL); break;
  case N_LIST: put_list(r, n->first, "; "); break;
  case N_SUBSHELL:
  case N_GROUP:
    say(r, n->kind == N_GROUP ? "{ " : "(");
    put_node(r, n->first);
    say(r, n->kind == N_GROUP ? "; }" : ")");
    break;
  case N_FUNC: put_words(r, n->function); break;
  case N_FOR:
    say(r, "for ");
    put_words(r, n->name);
    say(r, " ...");
    break;
  case N_CASE: say(r, "case ..."); break;
  default:
    say(r, words[n->kind]);
    say(r, " ");
    put_node(r, n->first);
    say(r, " ...");
  }
  put_redirs(r, n->redirs);
}

void node_text(const struct node *n, char *to, size_t room) {
  struct room r = {to, to + room - 1};
  put_node(&r, n);
  *r.to = 0;
}

void word_text(const char *word, char *to, size_t room) {
  struct room r = {to, to + room - 1};
  put_word(&r, word);
  *r.to = 0;
}
