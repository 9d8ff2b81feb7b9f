/* Pipelines, the background and subshells: commands that are other processes.
 *
 * A stage that is a plain command (its first word names a program, and no expansion in it has an effect or waits) is
 * expanded here and spawned. Every other stage is a fork of the shell. The pipes between the stages are close-on-exec
 * and out of the way of 0 to 2. A stage that cannot start counts as one that has ended. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

/* No $( ), no arithmetic, no assignment, no error. */
static bool harmless(const char *p) {
  for (char quote = 0; *p; p++) {
    if (*p == '\'' && quote != '"') quote ^= '\'';
    if (*p == '"' && quote != '\'') quote ^= '"';
    if (*p == '\\' && quote != '\'' && p[1]) {
      p++;
    } else if (*p == '$' && quote != '\'') {
      if (p[1] == '(' || p[1] == '[') return false;
      if (p[1] == '$') p++; /* $$, and what follows is no part of it */
      else if (p[1] == '{') {
        unsigned len = lex_length(p + 2);
        for (const char *q = p + 5; q < p + 5 + len; q++)
          if (strchr("=?$`", *q)) return false;
        if (!name_char((unsigned char)p[5])) return false;
        p += 5 + len;
      }
    }
  }
  return true;
}

bool plain_command(const struct node *n) {
  if (n->kind != N_SIMPLE || !n->words || n->assigns || sh.opt[O_NOUNSET]) return false;
  const char *first = n->words->text;
  if (strpbrk(first, "$'\"\\*?[~") || builtin_find(first) || function_find(first)) return false;
  for (const struct word *w = n->words; w; w = w->next)
    if (!harmless(w->text)) return false;
  for (const struct redir *r = n->redirs; r; r = r->next)
    if (!harmless(r->word->text) || (r->body && !r->literal && strchr(r->body, '$'))) return false;
  return true;
}

pid_t start_simple(struct node *n, struct start *how, int *status) {
  struct mark m = arena_mark(&scratch);
  struct saved *saved = sh.saved;
  struct start here = *how;
  int argc;
  pid_t pid = 0;
  sh.line = n->line;
  sh.running = NULL;
  char **argv = expand_words(n->words, &argc);
  trace("", 0, argv);
  if (n->redirs) { /* they come after the pipes */
    if (here.in >= 0) redirect_fd(here.in, 0, true);
    if (here.out >= 0) redirect_fd(here.out, 1, true);
    here.in = here.out = -1;
  }
  *status = redirect(n->redirs, true);
  if (!*status) pid = start_program(argv, &here, status);
  redirect_undo(saved);
  arena_release(&scratch, m);
  return pid;
}

pid_t sh_fork(pid_t group, bool background) {
  out_flush("sh");
  pid_t pid = fork();
  if (pid < 0) sh.stuck = true, sh_warn("cannot fork: %s", strerror(errno));
  if (pid > 0 && group >= 0) setpgid(pid, group ? group : pid); /* on both sides: whoever comes first */
  if (pid) return pid;
  sh.forked = true;
  if (group >= 0) {
    setpgid(0, group);
    if (!background) control_foreground(getpgrp());
  }
  trap_child(background && group < 0);
  sh.control = sh.interactive = sh.opt[O_MONITOR] = false;
  jobs_forget();
  return 0;
}

static _Noreturn void run_stage(struct node *n, const struct start *how, int unused) {
  if (unused >= 0) close(unused);
  if (how->in >= 0) {
    dup2(how->in, 0);
    if (how->in) close(how->in);
  }
  if (how->out >= 0) {
    dup2(how->out, 1);
    if (how->out != 1) close(how->out);
  }
  sh_exit(eval(n, E_EXIT));
}

bool make_pipe(int fd[2]) {
  if (pipe(fd)) {
    sh_warn("cannot make a pipe: %s", strerror(errno));
    return false;
  }
  for (int i = 0; i < 2; i++) {
    if (fd[i] < 3) fd[i] = fd_high(fd[i]);
    else fcntl(fd[i], F_SETFD, FD_CLOEXEC);
  }
  return true;
}

/* Starts the stages from first on, or it alone; how->in is the first one's input. */
void run_stages(struct node *first, bool alone, struct job *j, struct start *how) {
  int fd[2] = {-1, -1};
  for (struct node *n = first; n; n = n->next) {
    bool last = alone || !n->next;
    int status = 2;
    pid_t pid = 0;
    if (!last && !make_pipe(fd)) break;
    how->out = last ? -1 : fd[1];
    how->group = sh.control ? j->group : -1;
    if (plain_command(n)) {
      pid = start_simple(n, how, &status);
      if (!pid && how->background && last && !(pid = sh_fork(how->group, true))) sh_exit(status); /* for $! */
    } else {
      pid = sh_fork(how->group, how->background);
      if (!pid) run_stage(n, how, last ? -1 : fd[0]);
    }
    if (how->in >= 0) close(how->in);
    if (how->out >= 0) close(how->out);
    how->in = last ? -1 : fd[0];
    job_add(j, pid > 0 ? pid : 0, status);
    if (last) break;
  }
  if (how->in >= 0) close(how->in);
}

int eval_pipe(struct node *n, unsigned flags) {
  int status;
  if (n->negate) sh.tested++;
  if (n->first->next) {
    struct job *j = job_new(n);
    struct start how = {-1, -1, -1, false};
    run_stages(n->first, false, j, &how);
    status = job_wait(j);
  } else {
    status = eval(n->first, n->negate ? 0 : flags);
  }
  if (n->negate) sh.tested--;
  return n->negate ? !status : status;
}

int eval_subshell(struct node *n) {
  struct job *j = job_new(n);
  struct start how = {-1, -1, -1, false};
  run_stages(n, true, j, &how);
  return job_wait(j);
}

void eval_background(struct node *n) {
  struct start how = {-1, -1, -1, true};
  bool pipeline = n->kind == N_PIPE && !n->negate;
  struct job *j = job_new(n);
  if (!sh.control) how.in = open("/dev/null", O_RDONLY);
  if (how.in >= 0) how.in = fd_high(how.in);
  run_stages(pipeline ? n->first : n, !pipeline, j, &how);
  job_background(j);
}
