/* $( ): a command's output as a value.
 *
 * The text is parsed here. A single plain command is spawned, anything else is a fork that runs it. Output arrives in
 * pieces and goes into the field at once; newlines are held back until something follows them, and NULs are dropped. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

static void read_output(struct expansion *x, int fd, bool quoted) {
  char part[128];
  unsigned newlines = 0;
  sh.reading = fd;
  for (;;) {
    ssize_t n = read(fd, part, sizeof part);
    if (n < 0 && errno == EINTR) {
      sh_check();
      continue;
    }
    if (n <= 0) break;
    for (const char *p = part; p < part + n; p++) {
      if (*p == '\n') {
        newlines++;
      } else if (*p) {
        for (; newlines; newlines--) expand_put(x, "\n", 1, quoted);
        expand_put(x, p, 1, quoted);
      }
    }
  }
  sh.reading = -1;
  close(fd);
}

/* In the child: the rest of the input after its first command. */
static _Noreturn void run_rest(struct node *n, int fd[2]) {
  close(fd[0]);
  dup2(fd[1], 1);
  if (fd[1] != 1) close(fd[1]);
  int status = 0;
  if (n) status = eval(n, input_at_end() && !trap_any() ? E_EXIT : 0);
  if (!sh.skip) {
    struct input rest = *input;
    if (input_at_end()) sh_exit(status);
    rest.tree = NULL;
    input = &rest;
    status = eval_input(true);
  }
  sh_exit(status);
}

/* Starts it with its output in a pipe. */
static struct job *start(struct node *n, int fd[2]) {
  struct job *j = job_new(n);
  j->controlled = false; /* it belongs to the shell's own group */
  if (n && input_at_end() && plain_command(n)) {
    struct start how = {-1, fd[1], -1, false};
    int status = 0;
    pid_t pid = start_simple(n, &how, &status);
    job_add(j, pid, status);
  } else {
    pid_t pid = sh_fork(-1, false);
    if (!pid) run_rest(n, fd);
    job_add(j, pid > 0 ? pid : 0, 2);
  }
  return j;
}

void expand_command(struct expansion *x, const char *text, size_t len, bool quoted) {
  struct input in;
  struct lexer old = lexer;
  bool end;
  int fd[2], status = sh.status;
  struct node *n = NULL;
  sh_deeper();
  input_text(&in, text, len);
  in.line = sh.line;
  in.tree = lexer.tree = arena_new();
  do n = parse_line(&end);
  while (!n && !end);
  lexer = old;
  sh.substituted = 0;
  if (n && make_pipe(fd)) {
    struct job *j = start(n, fd);
    close(fd[1]);
    read_output(x, fd[0], quoted);
    sh.substituted = job_wait(j);
    sh_check();
  }
  sh.status = n ? sh.substituted : status;
  input_pop();
}
