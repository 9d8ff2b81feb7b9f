/* The family of exec() around execve(). A name without "/" is looked for in the directories of PATH, and a file that is
 * no program but may be run is a script for sh. */
#include <paths.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syslimits.h>
#include <unistd.h>
#include "path.h"
#include "result.h"

extern char **environ;

int execv(const char *path, char *const argv[]) { return execve(path, argv, environ); }

static int script(const char *path, char *const argv[], char *const envp[]) {
  size_t n = 0;
  while (argv[n]) n++;
  char *new_argv[n + 3];
  new_argv[0] = argv[0] ? argv[0] : "sh";
  new_argv[1] = (char *)path;
  for (size_t i = 1; i < n; i++) new_argv[i + 1] = argv[i];
  new_argv[n > 1 ? n + 1 : 2] = NULL;
  return execve(_PATH_BSHELL, new_argv, envp);
}

static int try(const char *path, char *const argv[], char *const envp[]) {
  execve(path, argv, envp);
  return errno == ENOEXEC ? script(path, argv, envp) : -1;
}

int execvpe(const char *name, char *const argv[], char *const envp[]) {
  char path[PATH_MAX];
  int denied = 0;
  if (!*name) return (int)result(-ENOENT);
  if (strchr(name, '/')) return try(name, argv, envp);
  for (const char *rest = path_list(); path_next(&rest, name, path);) {
    try(path, argv, envp);
    if (errno == EACCES) denied = 1;
    else if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG) return -1;
  }
  return (int)result(denied ? -EACCES : -ENOENT);
}

int execvp(const char *name, char *const argv[]) { return execvpe(name, argv, environ); }

/* The arguments up to a NULL, counted, then taken. */
#define COLLECT(argv, args, arg)                                                                              \
  va_list args;                                                                                               \
  size_t n_ = 1;                                                                                              \
  va_start(args, arg);                                                                                        \
  while (va_arg(args, char *)) n_++;                                                                          \
  va_end(args);                                                                                               \
  char *argv[n_ + 1];                                                                                         \
  argv[0] = (char *)arg;                                                                                      \
  va_start(args, arg);                                                                                        \
  for (size_t i_ = 1; i_ <= n_; i_++) argv[i_] = va_arg(args, char *);

int execl(const char *path, const char *arg, ...) {
  COLLECT(argv, args, arg)
  va_end(args);
  return execve(path, argv, environ);
}

int execlp(const char *name, const char *arg, ...) {
  COLLECT(argv, args, arg)
  va_end(args);
  return execvpe(name, argv, environ);
}

int execle(const char *path, const char *arg, ...) {
  COLLECT(argv, args, arg)
  char **envp = va_arg(args, char **);
  va_end(args);
  return execve(path, argv, envp);
}
