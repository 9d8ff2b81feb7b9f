/* Builtins and aliases. Part of sh.h. */
#ifndef SH_BUILTIN_H
#define SH_BUILTIN_H

/* Builtins: builtin.c has the table. */
struct builtin {
  const char *name;
  int (*run)(int argc, char **argv);
  bool special;
};
extern const struct builtin builtins[];
const struct builtin *builtin_find(const char *name);
int builtin_run(const struct builtin *b, int argc, char **argv);
int usage(const char *text);
bool number(const char *text, long *value);
bool out_escaped(const char *text); /* false: \c, no more */
int test_main(int argc, char **argv);
int b_alias(int argc, char **argv), b_bg(int argc, char **argv), b_break(int argc, char **argv),
    b_cd(int argc, char **argv), b_colon(int argc, char **argv), b_command(int argc, char **argv),
    b_dot(int argc, char **argv), b_echo(int argc, char **argv), b_eval(int argc, char **argv),
    b_exec(int argc, char **argv), b_exit(int argc, char **argv), b_export(int argc, char **argv),
    b_false(int argc, char **argv), b_fg(int argc, char **argv), b_getopts(int argc, char **argv),
    b_history(int argc, char **argv), b_jobs(int argc, char **argv), b_kill(int argc, char **argv),
    b_local(int argc, char **argv), b_printf(int argc, char **argv), b_pwd(int argc, char **argv),
    b_read(int argc, char **argv), b_return(int argc, char **argv), b_set(int argc, char **argv),
    b_shift(int argc, char **argv), b_times(int argc, char **argv), b_trap(int argc, char **argv),
    b_type(int argc, char **argv), b_ulimit(int argc, char **argv), b_umask(int argc, char **argv),
    b_unalias(int argc, char **argv), b_unset(int argc, char **argv), b_wait(int argc, char **argv);

/* Aliases: alias.c. */
struct alias {
  struct alias *next;
  char *text; /* NAME=VALUE */
  unsigned uses;
  bool dead;
};
bool alias_push(const char *name); /* true: its text is read next */
const char *alias_value(const char *name);
void alias_done(struct alias *a);
#endif
