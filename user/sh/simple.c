/* Simple commands: assignments, redirections, and what the first word names: a special builtin, a function, a builtin or
 * a program, in this order.
 *
 * Everything is undone in the reverse order. A program is started by posix_spawn() with what the shell has redirected;
 * only where nothing comes after it does the shell itself become the program. */
#include <string.h>
#include <unistd.h>
#include "sh.h"

void trace(const char *name, size_t len, char **argv) {
  if (!sh.opt[O_XTRACE] || !*argv) return;
  struct mark m = arena_mark(&scratch);
  struct str s;
  const char *prompt = prompt_text("PS4");
  str_init(&s, &scratch);
  str_add(&s, prompt, strlen(prompt));
  str_add(&s, name, len);
  for (; *argv; argv++) {
    bool bare = **argv && !strpbrk(*argv, " \t\n'\"\\$`*?[]{}()<>|&;#~!");
    if (!bare && (**argv || !len)) str_put(&s, '\'');
    for (const char *p = *argv; *p; p++) {
      if (*p == '\'') str_add(&s, "'\\'", 3);
      str_put(&s, *p);
    }
    if (!bare && (**argv || !len)) str_put(&s, '\'');
    str_put(&s, argv[1] ? ' ' : '\n');
  }
  write_all(2, s.p, s.len);
  arena_release(&scratch, m);
}

void assign_all(const struct word *w, bool local) {
  for (; w; w = w->next) {
    size_t len = name_length(w->text);
    char *value = expand_encoded(w->text + len + 1, w->text + strlen(w->text), EXP_ASSIGN, 0);
    trace(w->text, len + 1, (char *[]){value, NULL});
    if (local) {
      frame_local(w->text, len);
      var_set_n(w->text, len, value);
      var_find(w->text, len)->flags |= V_EXPORT;
    } else {
      var_set_n(w->text, len, value);
    }
  }
}

/* No command: the assignments are the shell's. */
static int bare(const struct node *n) {
  struct saved *saved = sh.saved;
  int status = redirect(n->redirs, true);
  redirect_undo(saved);
  if (status) return status;
  assign_all(n->assigns, false);
  return sh.substituted;
}

static int run_program(struct node *n, char **argv, unsigned flags) {
  int status = 0;
  if (flags & E_EXIT && !trap_any()) exec_program(argv);
  struct start how = {-1, -1, sh.control ? 0 : -1, false};
  pid_t pid = start_program(argv, &how, &status);
  if (!pid) return status;
  struct job *j = job_new(n);
  job_add(j, pid, 0);
  return job_wait(j);
}

/* What argv says, with the assignments around it. */
static int run_with(struct node *n, char **argv, int argc, struct function *f, const struct builtin *b,
                    unsigned flags) {
  struct frame frame;
  int status;
  bool own = n->assigns;
  if (own) {
    frame_push(&frame, false);
    assign_all(n->assigns, true);
  }
  if (f) status = call_function(f, argv, argc);
  else if (b) status = builtin_run(b, argc, argv);
  else status = run_program(n, argv, flags);
  if (own) frame_pop();
  return status;
}

static int run_special(const struct node *n, const struct builtin *b, char **argv, int argc,
                       struct saved *saved) {
  assign_all(n->assigns, false);
  if (b->run == b_exec && argc == 1) redirect_forget(saved);
  return builtin_run(b, argc, argv);
}

int eval_simple(struct node *n, unsigned flags) {
  struct mark m = arena_mark(&scratch);
  struct saved *saved = sh.saved;
  int argc, status;
  bool no_functions = false;
  sh.line = n->line;
  sh.running = NULL;
  sh.substituted = 0;
  char **argv = expand_words(n->words, &argc);
  trace("", 0, argv);
  while (argc > 1 && !strcmp(argv[0], "command") && argv[1][0] != '-' && !function_find("command")) {
    argv++;
    argc--;
    no_functions = true;
  }
  if (!argc) {
    status = bare(n);
  } else {
    const struct builtin *b = builtin_find(argv[0]);
    bool special = b && b->special && !no_functions;
    struct function *f = special || no_functions ? NULL : function_find(argv[0]);
    bool keep = b || f || !(flags & E_EXIT) || trap_any();
    status = redirect(n->redirs, keep);
    if (status && special && !sh.interactive) sh_exit(status);
    if (!status && special) status = run_special(n, b, argv, argc, saved);
    else if (!status) status = run_with(n, argv, argc, f, b, flags);
    redirect_undo(saved);
  }
  arena_release(&scratch, m);
  return status;
}
