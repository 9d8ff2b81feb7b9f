/* The builtins' table, and those that concern the shell's own course.
 *
 * A builtin gets its words as main() does and returns its status; what it puts out is written when it ends. Errors in
 * the special ones end a shell that is not interactive, and assignments before them stay. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sh.h"

const struct builtin builtins[] = {
    {".", b_dot, true},           {":", b_colon, true},          {"[", test_main, false},
    {"alias", b_alias, false},    {"bg", b_bg, false},           {"break", b_break, true},
    {"cd", b_cd, false},          {"command", b_command, false}, {"continue", b_break, true},
    {"echo", b_echo, false},      {"eval", b_eval, true},        {"exec", b_exec, true},
    {"exit", b_exit, true},       {"export", b_export, true},    {"false", b_false, false},
    {"fg", b_fg, false},          {"getopts", b_getopts, false}, {"history", b_history, false},
    {"jobs", b_jobs, false},      {"kill", b_kill, false},       {"local", b_local, false},
    {"printf", b_printf, false},  {"pwd", b_pwd, false},         {"read", b_read, false},
    {"readonly", b_export, true}, {"return", b_return, true},    {"set", b_set, true},
    {"shift", b_shift, true},     {"test", test_main, false},    {"times", b_times, true},
    {"trap", b_trap, true},       {"true", b_colon, false},      {"type", b_type, false},
    {"ulimit", b_ulimit, false},  {"umask", b_umask, false},     {"unalias", b_unalias, false},
    {"unset", b_unset, true},     {"wait", b_wait, false},       {NULL, NULL, false}};

const struct builtin *builtin_find(const char *name) {
  for (const struct builtin *b = builtins; b->name; b++)
    if (!strcmp(b->name, name)) return b;
  return NULL;
}

int builtin_run(const struct builtin *b, int argc, char **argv) {
  sh.running = b->name;
  int status = b->run(argc, argv);
  sh.running = NULL;
  int failed = out_flush(b->name);
  return status ? status : failed;
}

int usage(const char *text) {
  sh.running = NULL;
  sh_warn("usage: %s", text);
  return 2;
}

bool number(const char *text, long *value) {
  char *end;
  errno = 0;
  *value = strtol(text, &end, 10);
  return end != text && !*end && !errno;
}

int b_colon(int argc, char **argv) { return (void)argc, (void)argv, 0; }
int b_false(int argc, char **argv) { return (void)argc, (void)argv, 1; }

/* The words as one text. */
static char *joined(char **argv, size_t *len) {
  struct str s;
  str_init(&s, &scratch);
  for (; *argv; argv++) {
    str_add(&s, *argv, strlen(*argv));
    if (argv[1]) str_put(&s, ' ');
  }
  *len = s.len;
  return str_end(&s);
}

int b_eval(int argc, char **argv) {
  size_t len;
  char *text = joined(argv + (argc > 0), &len);
  sh.running = NULL;
  return eval_text(text, len, false);
}

/* The file's path, through PATH if it has no slash. */
static int open_script(const char *name) {
  const char *path = strchr(name, '/') ? NULL : var_get("PATH");
  if (!path) return fd_high(open(name, O_RDONLY | O_CLOEXEC));
  for (;; path++) {
    size_t len = strcspn(path, ":");
    struct str s;
    struct stat st;
    str_init(&s, &scratch);
    str_add(&s, path, len);
    if (len) str_put(&s, '/');
    str_add(&s, name, strlen(name));
    if (!stat(str_end(&s), &st) && S_ISREG(st.st_mode)) return fd_high(open(s.p, O_RDONLY | O_CLOEXEC));
    path += len;
    if (!*path) break;
  }
  errno = ENOENT;
  return -1;
}

int b_dot(int argc, char **argv) {
  struct input in;
  struct lexer old = lexer;
  if (argc < 2) return usage(". FILE");
  int fd = open_script(argv[1]);
  if (fd < 0) {
    sh.running = NULL;
    sh_error(2, ".: cannot open %s: %s", argv[1], strerror(errno));
  }
  sh.running = NULL;
  sh_deeper();
  sh.status = 0;
  input_fd(&in, fd);
  eval_input(false);
  input_pop();
  lexer = old;
  if (sh.skip == SKIP_RETURN) sh.skip = SKIP_NONE;
  return sh.status;
}

int b_exit(int argc, char **argv) {
  static bool warned;
  long status = sh.status;
  if (argc > 1 && !number(argv[1], &status)) {
    sh_warn("%s: not a number", argv[1]);
    return sh.interactive ? 2 : (sh_exit(2), 2);
  }
  if (sh.interactive && !warned && jobs_stopped()) {
    sh.running = NULL;
    sh_warn("there are stopped jobs");
    warned = true;
    return 1;
  }
  sh.running = NULL;
  sh_exit((int)(status & 0xff));
}

int b_return(int argc, char **argv) {
  long status = sh.status;
  if (argc > 1 && !number(argv[1], &status)) {
    sh_warn("%s: not a number", argv[1]);
    status = 2;
  }
  sh.skip = SKIP_RETURN;
  return sh.status = (int)(status & 0xff);
}

int b_break(int argc, char **argv) {
  long n = 1;
  if (argc > 1 && (!number(argv[1], &n) || n < 1)) {
    sh.running = NULL;
    sh_error(2, "%s: %s: not a loop count", argv[0], argv[1]);
  }
  if (!sh.loops) return 0;
  sh.skip = argv[0][0] == 'b' ? SKIP_BREAK : SKIP_CONTINUE;
  sh.skip_count = n > sh.loops ? sh.loops : (int)n;
  return 0;
}

int b_exec(int argc, char **argv) {
  sh.running = NULL;
  if (argc > 1 && !strcmp(argv[1], "--")) argc--, argv++;
  if (argc > 1) exec_program(argv + 1);
  return 0;
}

/* type and command -v, -V. */
static bool describe(const char *name, bool brief) {
  static const char words[] = " ! { } case do done elif else esac fi for if in then until while ";
  struct mark m = arena_mark(&scratch);
  const struct builtin *b = builtin_find(name);
  const char *value = alias_value(name), *found;
  char spaced[16];
  int status;
  bool known = true;
  fmt_text(spaced, sizeof spaced, " %s ", name);
  if (value) {
    out_fmt(brief ? "alias %s=" : "%s is an alias for ", name);
    out_quoted(value);
    out_char('\n');
  } else if (*name && !strchr(name, ' ') && strlen(name) < 8 && strstr(words, spaced)) {
    out_fmt(brief ? "%s\n" : "%s is a shell keyword\n", name);
  } else if (b && b->special) {
    out_fmt(brief ? "%s\n" : "%s is a special shell builtin\n", name);
  } else if (function_find(name)) {
    out_fmt(brief ? "%s\n" : "%s is a shell function\n", name);
  } else if (b) {
    out_fmt(brief ? "%s\n" : "%s is a shell builtin\n", name);
  } else if ((found = find_program(name, &status))) {
    if (brief) out_fmt("%s\n", found);
    else out_fmt("%s is %s\n", name, found);
  } else {
    known = false;
    if (!brief) out_fmt("%s: not found\n", name);
  }
  arena_release(&scratch, m);
  return known;
}

int b_type(int argc, char **argv) {
  int status = 0;
  for (int i = 1; i < argc; i++)
    if (!describe(argv[i], false)) status = 127;
  return status;
}

int b_command(int argc, char **argv) {
  int status = 0;
  if (argc == 1) return 0;
  if (!strcmp(argv[1], "-v") || !strcmp(argv[1], "-V")) {
    for (int i = 2; i < argc; i++)
      if (!describe(argv[i], argv[1][1] == 'v')) status = 127;
    return status;
  }
  bool standard = !strcmp(argv[1], "-p");
  if (!standard && strcmp(argv[1], "--")) return usage("command [-p] NAME [WORD]..., command -v|-V NAME...");
  argc -= 2, argv += 2;
  if (!argc) return 0;
  const struct builtin *b = builtin_find(argv[0]);
  if (b) return b->run(argc, argv);
  struct frame frame;
  frame_push(&frame, false);
  if (standard) {
    frame_local("PATH", 4);
    var_set("PATH", DEFAULT_PATH);
  }
  struct node n = {.kind = N_SIMPLE};
  struct start how = {-1, -1, sh.control ? 0 : -1, false};
  sh.running = NULL;
  pid_t pid = start_program(argv, &how, &status);
  frame_pop();
  if (!pid) return status;
  struct job *j = job_new(&n);
  job_add(j, pid, 0);
  return job_wait(j);
}
