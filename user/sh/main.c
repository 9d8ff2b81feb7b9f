/* The shell. pith_app: STACK 20480 HEAP 16384
 *
 * It reads commands from a text (-c), a file, or standard input, which it edits if that is a terminal, and runs each as
 * soon as it is complete. Any error comes back here: sh_raise() undoes whatever was going on, from the innermost
 * outwards, before the C stack is left, and a shell that is not interactive, or is a child, ends. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

struct shell sh = {.tty = -1, .reading = -1, .name = "sh"};
static jmp_buf loop;
static struct input main_input;
static char *command; /* of -c */

static void undo(void) {
  const struct mark empty = {NULL, NULL, NULL};
  while (sh.frame) frame_pop();
  redirect_undo(NULL);
  if (sh.reading >= 0) close(sh.reading);
  if (sh.dir) closedir(sh.dir);
  sh.reading = -1;
  sh.dir = NULL;
  while (input && input != &main_input) input_pop();
  if (input && input->tty) input->ended = false; /* Ctrl-D in an open quote ended that */
  if (input) { /* the rest of the line is given up */
    input->text = input->end = NULL;
    input->nback = 0;
    if (input->tree) arena_drop(input->tree);
    input->tree = NULL;
  }
  edit_end();
  capture_reset();
  arena_release(&scratch, empty);
  sh.loops = sh.skip = sh.skip_count = sh.tested = 0;
  sh.running = NULL;
}

void sh_raise(void) {
  bool ends = sh.forked || !sh.interactive;
  if (ends) sh_exit(sh.status);
  undo();
  longjmp(loop, 1);
}

void sh_exit(int status) {
  if (!sh.exiting) {
    sh.exiting = true;
    sh.status = status;
    undo();
    trap_exit();
  }
  out_flush("sh");
  if (sh.forked) _exit(status);
  exit(status);
}

void sh_check(void) {
  if (sh.stuck) {
    sh.stuck = false;
    sh.status = 2;
    sh_raise();
  }
  if (sh.interrupted && sh.interactive) {
    sh.interrupted = 0;
    sh.status = 128 + SIGINT;
    if (sh.tty >= 0) write_all(2, "\n", 1); /* behind the terminal's ^C */
    sh_raise();
  }
  if (sh.trapped) trap_run();
}

/* A terminal that is there is kept open above, for job control. */
static void start_interactive(void) {
  sh.interactive = sh.opt[O_INTERACTIVE] = true;
  trap_interactive();
  if (!isatty(0)) return;
  sh.tty = fcntl(0, F_DUPFD, HIGH_FD);
  if (sh.tty >= 0) fcntl(sh.tty, F_SETFD, FD_CLOEXEC);
  if (!sh.opt[O_MONITOR]) control_start();
  history_init();
}

static void open_script(const char *name) {
  char part[128];
  int fd = open(name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    sh_warn("cannot open %s: %s", name, strerror(errno));
    exit(127);
  }
  fd = fd_high(fd);
  ssize_t n = read(fd, part, sizeof part);
  if (n < 0) {
    sh_warn("%s: %s", name, strerror(errno));
    exit(126);
  }
  if (lseek(fd, 0, SEEK_SET) == 0) {
    const char *line = n > 0 ? memchr(part, '\n', (size_t)n) : NULL;
    size_t len = line ? (size_t)(line - part) : (size_t)(n > 0 ? n : 0);
    if (memchr(part, 0, len)) {
      sh_warn("%s: not a script", name);
      exit(126);
    }
  }
  sh.name = name;
  sh.script = true;
  input_fd(&main_input, fd);
}

/* The options; what is left is at *at. */
static void options(int argc, char **argv, int *at) {
  int i = 1;
  for (; i < argc && (argv[i][0] == '-' || argv[i][0] == '+') && argv[i][1]; i++) {
    bool took = false;
    if (!strcmp(argv[i], "--")) {
      i++;
      break;
    }
    char *c = strchr(argv[i], 'c'), letters[16];
    fmt_text(letters, sizeof letters, "%s", argv[i]);
    if (c && argv[i][0] == '-') {
      command = argv[i]; /* for now: there is one */
      for (char *p = letters, *q = letters;; p++)
        if (*p != 'c' && !(*q++ = *p)) break;
    }
    if (!option_set(letters, argv[i + 1], &took)) exit(2);
    i += took;
  }
  if (command) {
    if (i == argc) {
      sh_warn("-c wants a command");
      exit(2);
    }
    command = argv[i++];
  }
  *at = i;
}

static void source(int argc, char **argv, int i) {
  if (command) {
    if (i < argc) sh.name = argv[i++];
    input_text(&main_input, command, strlen(command));
  } else if (i < argc && !sh.opt[O_STDIN]) {
    open_script(argv[i++]);
  } else {
    sh.opt[O_STDIN] = true;
  }
  sh.params = (struct params){argv + i, argc - i, NULL};
  if (sh.opt[O_INTERACTIVE] || (!command && !sh.script && isatty(0) && isatty(2))) start_interactive();
  if (!command && !sh.script) input_fd(&main_input, 0);
}

static int run(void) {
  static bool warned;
  for (;;) {
    int status = eval_input(command && !sh.interactive);
    if (sh.skip) { /* return, outside of everything */
      sh.skip = SKIP_NONE;
      if (!sh.interactive) return sh.status;
      continue;
    }
    if (sh.interactive && main_input.tty && jobs_stopped() && !warned) {
      warned = true;
      main_input.ended = false;
      sh_warn("there are stopped jobs");
      continue;
    }
    return status;
  }
}

int main(int argc, char **argv, char **environment) {
  int i;
  sh.stack_base = __builtin_frame_address(0);
  sh.pid = getpid();
  if (argc > 0) sh.name = argv[0];
  trap_start();
  options(argc, argv, &i);
  source(argc, argv, i);
  var_init(environment);
  var_set_number("PPID", (long)getppid());
  char *here = current_dir();
  if (here) var_set("PWD", here);
  if (setjmp(loop)) sh.status = sh.status ? sh.status : 1;
  sh_exit(run());
}
