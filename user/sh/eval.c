/* Running a tree.
 *
 * eval() runs a node and leaves its status in sh.status. What breaks off the order of things (break, continue, return)
 * is left in sh.skip, and each list and loop looks at it; errors and interrupts do not come back here at all. A failure
 * that a condition looks at is counted in sh.tested, through functions and files, so that -e knows. */
#include <string.h>
#include "sh.h"

static int eval_tested(struct node *n) {
  sh.tested++;
  int status = eval(n, 0);
  sh.tested--;
  return status;
}

static int eval_list(struct node *n, unsigned flags) {
  int status = 0;
  for (; n && !sh.skip; n = n->next) {
    if (n->background) {
      eval_background(n);
      status = sh.status = 0;
    } else {
      status = eval(n, n->next ? 0 : flags);
    }
  }
  return status;
}

static int eval_chain(struct node *n, unsigned flags) {
  int status = 0;
  for (struct node *first = n; n && !sh.skip; n = n->next) {
    if (n != first && n->after_or != (status != 0)) continue;
    status = n->next ? eval_tested(n) : eval(n, flags);
  }
  return status;
}

static int eval_if(struct node *n, unsigned flags) {
  for (; n && n->kind == N_IF; n = n->other) {
    int status = eval_tested(n->first);
    if (sh.skip) return status;
    if (!status) return eval(n->body, flags);
    if (n->other && n->other->kind != N_IF) return eval(n->other, flags);
  }
  return 0;
}

/* After the body of a loop: whether the loop ends. */
static bool loop_ends(void) {
  if (!sh.skip) return false;
  if (sh.skip == SKIP_RETURN || --sh.skip_count > 0) return true;
  bool ends = sh.skip == SKIP_BREAK;
  sh.skip = SKIP_NONE;
  return ends;
}

static int eval_while(struct node *n) {
  int status = 0;
  sh.loops++;
  for (;;) {
    int condition = eval_tested(n->first);
    if (sh.skip == SKIP_RETURN) status = condition;
    if (sh.skip) {
      if (loop_ends()) break;
      continue;
    }
    if ((condition != 0) == (n->kind == N_WHILE)) break;
    status = eval(n->body, 0);
    if (loop_ends()) break;
  }
  sh.loops--;
  return status;
}

static int eval_for(struct node *n) {
  struct mark m = arena_mark(&scratch);
  int status = 0, argc = sh.params.n;
  char **argv = sh.params.v;
  if (n->in_words) {
    argv = expand_words(n->list, &argc);
  } else if (argc) { /* they may change meanwhile */
    char **copy = arena_get(&scratch, (size_t)argc * sizeof *copy);
    for (int i = 0; i < argc; i++) copy[i] = arena_text(&scratch, argv[i], strlen(argv[i]));
    argv = copy;
  }
  sh.loops++;
  for (int i = 0; i < argc; i++) {
    var_set(n->name->text, argv[i]);
    status = eval(n->loop, 0);
    if (loop_ends()) break;
  }
  sh.loops--;
  arena_release(&scratch, m);
  return status;
}

static int eval_case(struct node *n, unsigned flags) {
  struct mark m = arena_mark(&scratch);
  const char *subject = expand_word(n->subject, 0);
  const struct item *found = NULL;
  for (const struct item *i = n->items; i && !found; i = i->next) {
    for (const struct word *w = i->patterns; w && !found; w = w->next) {
      struct mark here = arena_mark(&scratch);
      if (pattern_match(expand_word(w, EXP_PATTERN), subject, strlen(subject))) found = i;
      arena_release(&scratch, here);
    }
  }
  arena_release(&scratch, m);
  return found && found->body ? eval(found->body, flags) : 0;
}

static int eval_kind(struct node *n, unsigned flags) {
  switch (n->kind) {
  case N_PIPE: return eval_pipe(n, flags);
  case N_ANDOR: return eval_chain(n->first, flags);
  case N_LIST: return eval_list(n->first, flags);
  case N_GROUP: return eval(n->first, flags);
  case N_IF: return eval_if(n, flags);
  case N_WHILE:
  case N_UNTIL: return eval_while(n);
  case N_FOR: return eval_for(n);
  case N_CASE: return eval_case(n, flags);
  case N_FUNC: function_define(n); return 0;
  default: return flags & E_EXIT && sh.forked && !trap_any() ? eval(n->first, flags) : eval_subshell(n);
  }
}

/* A compound command with its redirections; those of a subshell are made inside. */
static int eval_redirected(struct node *n, unsigned flags) {
  struct mark m = arena_mark(&scratch);
  struct saved *saved = sh.saved;
  bool inside = n->kind == N_SUBSHELL && !(flags & E_EXIT && sh.forked && !trap_any());
  int status = inside ? 0 : redirect(n->redirs, true);
  if (!status) status = eval_kind(n, flags & (n->kind == N_SUBSHELL ? E_EXIT : 0));
  redirect_undo(saved);
  arena_release(&scratch, m);
  return status;
}

int eval(struct node *n, unsigned flags) {
  int status;
  sh_deeper();
  sh_check();
  if (!n || (sh.opt[O_NOEXEC] && !sh.interactive)) return sh.status;
  if (n->kind == N_SIMPLE) status = eval_simple(n, flags);
  else status = n->redirs ? eval_redirected(n, flags) : eval_kind(n, flags);
  sh.status = status;
  bool leaf = n->kind == N_SIMPLE || n->kind == N_SUBSHELL || (n->kind == N_PIPE && !n->negate);
  if (status && sh.opt[O_ERREXIT] && leaf && !sh.tested && !sh.skip) sh_exit(status);
  return status;
}

/* Runs the input on top, command by command. */
int eval_input(bool exits) {
  int status = sh.status;
  struct arena *outer = lexer.tree;
  if (!input->tree) input->tree = arena_new();
  for (bool end = false; !end && !sh.skip;) {
    struct input *in = input;
    struct arena *tree = in->tree;
    struct mark empty = {NULL, NULL, NULL};
    lexer.tree = tree;
    struct node *n = parse_line(&end);
    lexer.tree = outer;
    if (n) status = eval(n, exits && input_at_end() && !trap_any() ? E_EXIT : 0);
    arena_release(tree, empty);
    sh_check();
  }
  lexer.tree = outer;
  return status;
}

int eval_text(const char *text, size_t len, bool exits) {
  struct input in;
  struct lexer old = lexer;
  sh_deeper();
  input_text(&in, text, len);
  in.line = sh.line;
  sh.status = 0;
  int status = eval_input(exits);
  input_pop();
  lexer = old;
  return status;
}
