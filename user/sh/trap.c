/* Signals: traps, and what the shell itself ignores.
 *
 * A handler only notes the signal; the action runs between two commands. An interactive shell notes SIGINT, which brings
 * it back to its prompt, and ignores what would stop or end it. A child begins with what a program expects: its traps
 * are gone, and only what a trap ignores stays ignored. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

static char *action[NSIG]; /* NULL: none; "": ignored */
static volatile unsigned char noted[NSIG];
static bool was_ignored[NSIG]; /* when the shell began */

static const struct {
  char name[8];
  unsigned char number;
} names[] = {{"EXIT", 0},       {"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ILL", SIGILL},
             {"TRAP", SIGTRAP}, {"ABRT", SIGABRT}, {"BUS", SIGBUS},   {"FPE", SIGFPE},   {"KILL", SIGKILL},
             {"SEGV", SIGSEGV}, {"SYS", SIGSYS},   {"PIPE", SIGPIPE}, {"ALRM", SIGALRM}, {"TERM", SIGTERM},
             {"URG", SIGURG},   {"STOP", SIGSTOP}, {"TSTP", SIGTSTP}, {"CONT", SIGCONT}, {"CHLD", SIGCHLD},
             {"TTIN", SIGTTIN}, {"TTOU", SIGTTOU}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"WINCH", SIGWINCH}};
enum { NAMES = sizeof names / sizeof *names };

static const unsigned char keys[] = {SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN,
                                     SIGTTOU}; /* ignored by an interactive shell */

const char *signal_name(int sig) {
  for (int i = 0; i < NAMES; i++)
    if (names[i].number == sig) return names[i].name;
  return NULL;
}

int signal_number(const char *name) {
  long n;
  if (number(name, &n)) return n >= 0 && n < NSIG ? (int)n : -1;
  if (!strncmp(name, "SIG", 3)) name += 3;
  for (int i = 0; i < NAMES; i++)
    if (!strcmp(names[i].name, name)) return names[i].number;
  return -1;
}

static void note(int sig) {
  if (sig == SIGINT && sh.interactive && !action[SIGINT]) {
    sh.interrupted = 1;
    return;
  }
  if (!action[sig]) return; /* SIGCHLD only ends a wait */
  noted[sig] = 1;
  sh.trapped = sig;
}

static void handle(int sig, void (*how)(int)) {
  struct sigaction a = {.sa_handler = how};
  sigemptyset(&a.sa_mask);
  if (sig == SIGCHLD) a.sa_flags = SA_RESTART;
  sigaction(sig, &a, NULL);
}

/* Without an action: what the shell does about it by itself. */
static void standard(int sig) {
  if (sh.interactive && sig == SIGINT) {
    handle(sig, note);
    return;
  }
  handle(sig, sh.interactive && memchr(keys, sig, sizeof keys) ? SIG_IGN : SIG_DFL);
}

void trap_interactive(void) {
  for (unsigned i = 0; i < sizeof keys; i++)
    if (!action[keys[i]]) standard(keys[i]);
  if (!action[SIGINT]) standard(SIGINT);
}

void trap_start(void) {
  struct sigaction a;
  for (int i = 1; i < NSIG; i++) was_ignored[i] = !sigaction(i, NULL, &a) && a.sa_handler == SIG_IGN;
  was_ignored[SIGPIPE] = false;
  handle(SIGPIPE, SIG_DFL);
  handle(SIGCHLD, SIG_DFL);
}

void trap_waits(void) {
  if (!action[SIGCHLD]) handle(SIGCHLD, note);
}

bool trap_acts(int sig) { return action[sig] && *action[sig]; }

bool trap_any(void) {
  for (int i = 0; i < NSIG; i++)
    if (action[i] && *action[i]) return true;
  return false;
}

void trap_defaults(sigset_t *set) {
  sigemptyset(set);
  if (!action[SIGPIPE]) sigaddset(set, SIGPIPE);
  if (!sh.interactive || sh.forked) return;
  for (unsigned i = 0; i < sizeof keys; i++)
    if (!action[keys[i]]) sigaddset(set, keys[i]);
  if (!action[SIGINT]) sigaddset(set, SIGINT);
}

void trap_child(bool ignores) {
  bool interactive = sh.interactive;
  sh.interactive = false;
  sh.interrupted = sh.trapped = 0;
  for (int i = 0; i < NSIG; i++) {
    noted[i] = 0;
    bool own = interactive && (i == SIGINT || memchr(keys, i, sizeof keys));
    if (i && !action[i] && own) handle(i, SIG_DFL);
    if (!action[i] || !*action[i]) continue;
    free(action[i]);
    action[i] = NULL;
    if (i) handle(i, SIG_DFL);
  }
  if (!ignores) return;
  handle(SIGINT, SIG_IGN);
  handle(SIGQUIT, SIG_IGN);
}

static void run(int sig) {
  int status = sh.status;
  char *text = mem_text(action[sig]); /* the action may change itself */
  struct input in;
  unsigned char skip = sh.skip;
  sh.skip = SKIP_NONE;
  sh.running = NULL;
  input_text(&in, text, strlen(text));
  in.buffer = text; /* goes with it */
  eval_input(false);
  input_pop();
  if (!sh.skip) sh.skip = skip;
  if (sh.skip != SKIP_RETURN || skip) sh.status = status;
}

void trap_run(void) {
  static bool runs;
  if (runs) return;
  runs = true;
  sh.trapped = 0;
  for (int i = 1; i < NSIG; i++) {
    if (!noted[i]) continue;
    noted[i] = 0;
    if (action[i] && *action[i]) run(i);
  }
  runs = false;
}

void trap_exit(void) {
  char *text = action[0];
  action[0] = NULL;
  if (text && *text) {
    struct input in;
    sh.skip = SKIP_NONE;
    sh.running = NULL;
    input_text(&in, text, strlen(text));
    in.buffer = text;
    eval_input(false);
    input_pop();
  } else {
    free(text);
  }
}

static void set(int sig, const char *text) {
  char *copy = text ? mem_text(text) : NULL;
  if (was_ignored[sig] && !sh.interactive) {
    free(copy);
    return;
  }
  free(action[sig]);
  action[sig] = copy;
  if (!sig || sig == SIGKILL || sig == SIGSTOP) return;
  if (!copy) standard(sig);
  else handle(sig, *copy ? note : SIG_IGN);
}

static int list(void) {
  for (int i = 0; i < NSIG; i++) {
    if (!action[i]) continue;
    out_text("trap -- ");
    out_quoted(action[i]);
    if (signal_name(i)) out_fmt(" %s\n", signal_name(i));
    else out_fmt(" %d\n", i);
  }
  return 0;
}

int b_trap(int argc, char **argv) {
  int i = 1, status = 0;
  long n;
  if (argc > 1 && !strcmp(argv[1], "--")) i++;
  if (i >= argc) return list();
  const char *text = argv[i];
  if (argc - i == 1 || number(text, &n) || !strcmp(text, "-")) text = NULL;
  if (text || !strcmp(argv[i], "-")) i++;
  for (; i < argc; i++) {
    int sig = signal_number(argv[i]);
    if (sig < 0) {
      sh_warn("%s: no such signal", argv[i]);
      status = 1;
    } else {
      set(sig, text);
    }
  }
  return status;
}
