/* Programs: where they are, and starting them.
 *
 * posix_spawn() is the way: a fork would copy what the shell has written. A file that is no program and names none is a
 * script: it is run by another shell. The words of a command have room for one more in front of them. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sh.h"

enum { FIRST_LINE = 128, NOT_FOUND = 127, NOT_RUN = 126 };

static bool is_program(const char *path, int *status) {
  struct stat st;
  if (stat(path, &st)) {
    if (errno == EACCES) *status = NOT_RUN;
    return false;
  }
  *status = NOT_RUN;
  return S_ISREG(st.st_mode) && !access(path, X_OK);
}

char *find_program(const char *name, int *status) {
  *status = NOT_FOUND;
  if (strchr(name, '/')) return is_program(name, status) ? arena_text(&scratch, name, strlen(name)) : NULL;
  const char *path = var_get("PATH");
  if (!*name) return NULL;
  for (path = path ? path : DEFAULT_PATH; path; path = *path ? path + 1 : NULL) {
    size_t len = strcspn(path, ":");
    struct str s;
    str_init(&s, &scratch);
    str_add(&s, path, len);
    if (len) str_put(&s, '/');
    str_add(&s, name, strlen(name));
    if (is_program(str_end(&s), status)) return s.p;
    path += len;
  }
  return NULL;
}

static int complain(const char *name, int status, int error) {
  struct stat st;
  const char *why = status == NOT_FOUND ? "not found" : error == ENOEXEC ? "not a program" : strerror(error);
  if (status == NOT_RUN && !error)
    why = !stat(name, &st) && S_ISDIR(st.st_mode) ? "is a directory" : strerror(EACCES);
  if (error == ENOMEM) why = "out of memory";
  sh.stuck |= error == EAGAIN || error == ENOMEM;
  sh_warn("%s: %s", name, why);
  return status;
}

/* A file that is no program and names none, but may be text, is a script of this shell: its path, argv changed; NULL: binary
 * junk, or unreadable. */
static char *script(const char *path, char ***argv) {
  char line[FIRST_LINE];
  int fd = open(path, O_RDONLY);
  ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof line - 1);
  if (fd >= 0) close(fd);
  if (n < 0) return NULL;
  line[n] = 0;
  size_t len = strcspn(line, "\n");
  if (len == strlen(line) && (size_t)n > len) return NULL; /* a 0 in its first line */
  (*argv)[0] = arena_text(&scratch, path, strlen(path));
  *--*argv = "sh";
  return SH_SELF;
}

static int attributes(posix_spawnattr_t *a, const struct start *how) {
  sigset_t defaults, none;
  int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  int error = posix_spawnattr_init(a);
  if (error) return error;
  trap_defaults(&defaults);
  if (how->background && !sh.control) {
    sigdelset(&defaults, SIGINT);
    sigdelset(&defaults, SIGQUIT);
  }
  sigemptyset(&none);
  if (how->group >= 0) {
    flags |= POSIX_SPAWN_SETPGROUP;
    posix_spawnattr_setpgroup(a, how->group);
  }
  posix_spawnattr_setsigdefault(a, &defaults);
  posix_spawnattr_setsigmask(a, &none);
  posix_spawnattr_setflags(a, (short)flags);
  return 0;
}

static int spawn_it(pid_t *pid, const char *path, char **argv, const struct start *how) {
  posix_spawnattr_t a;
  posix_spawn_file_actions_t f;
  int error = attributes(&a, how);
  if (error) return error;
  error = posix_spawn_file_actions_init(&f);
  if (!error) {
    if (how->in >= 0) error = posix_spawn_file_actions_adddup2(&f, how->in, 0);
    if (how->out >= 0 && !error) error = posix_spawn_file_actions_adddup2(&f, how->out, 1);
    if (!error)
      error = posix_spawn(pid, path, how->in >= 0 || how->out >= 0 ? &f : NULL, &a, argv, var_environment());
    posix_spawn_file_actions_destroy(&f);
  }
  posix_spawnattr_destroy(&a);
  return error;
}

/* As POSIX wants it of a program in the background that is no job: it does not notice Ctrl-C. */
static void ignore_keys(bool on, struct sigaction *old) {
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigaction(SIGINT, on ? &ignore : &old[0], on ? &old[0] : NULL);
  sigaction(SIGQUIT, on ? &ignore : &old[1], on ? &old[1] : NULL);
}

pid_t start_program(char **argv, const struct start *how, int *status) {
  struct sigaction old[2];
  struct start again = *how;
  pid_t pid = 0;
  const char *name = argv[0];
  char *path = find_program(name, status);
  bool ignores = how->background && !sh.control;
  if (!path) {
    complain(name, *status, 0);
    return 0;
  }
  out_flush("sh");
  if (ignores) ignore_keys(true, old);
  int error = spawn_it(&pid, path, argv, how);
  if (error == ENOEXEC && (path = script(path, &argv))) error = spawn_it(&pid, path, argv, how);
  if ((error == EPERM || error == ESRCH) && how->group > 0) { /* the group has ended meanwhile */
    again.group = 0;
    error = spawn_it(&pid, path, argv, &again);
  }
  if (ignores) ignore_keys(false, old);
  if (!error) return pid;
  *status = complain(name, error == ENOENT ? NOT_FOUND : NOT_RUN, error);
  return 0;
}

void exec_program(char **argv) {
  int status;
  sigset_t set;
  struct sigaction standard = {.sa_handler = SIG_DFL};
  const char *name = argv[0];
  char *path = find_program(name, &status);
  if (!path) sh_exit(complain(name, status, 0));
  trap_defaults(&set);
  for (int i = 1; i < NSIG; i++)
    if (sigismember(&set, i) == 1) sigaction(i, &standard, NULL);
  sigemptyset(&set);
  sigprocmask(SIG_SETMASK, &set, NULL);
  execve(path, argv, var_environment());
  int error = errno;
  if (error == ENOEXEC && (path = script(path, &argv))) {
    execve(path, argv, var_environment());
    error = errno;
  }
  status = complain(name, error == ENOENT ? NOT_FOUND : NOT_RUN, error);
  if (sh.interactive && !sh.forked) {
    trap_interactive();
    sh.status = status;
    sh_raise();
  }
  sh_exit(status);
}
