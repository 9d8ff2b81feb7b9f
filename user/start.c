/* From the first instruction to main() and from main() to the end of the process.
 *
 * Constructors run before main() in the order of the arrays; destructors of atexit() and of .fini_array
 * run in exit(), then the streams are flushed, then the process ends. The bounds of the arrays come out
 * of the GOT, as everything in the data segment does: the code does not know where the data is. */
#include <stdlib.h>
#include "thread.h"

typedef void hook(void);

extern hook *__preinit_array_start[], *__preinit_array_end[];
extern hook *__init_array_start[], *__init_array_end[];
extern hook *__fini_array_start[], *__fini_array_end[];
extern char **environ;
/* user/posix/progname.c, in a program that asks for its name. */
extern void __pith_named(char *name) __attribute__((weak));
extern int main(int argc, char **argv, char **envp);

_Noreturn void __pith_start(int argc, char **argv, char **envp);

/* The compiler may take two arrays for different addresses; an empty range has the same one twice. */
static hook **bound(hook **p) {
  __asm__("" : "+r"(p));
  return p;
}

static void run_forwards(hook **from, hook **end) {
  for (hook **h = bound(from); h != end; h++)
    (*h)();
}

/* The first to be registered, and so the last to be run: after every destructor of C++. */
static void run_fini(void) {
  for (hook **h = bound(__fini_array_end); h != __fini_array_start;)
    (*--h)();
}

/* Never called, and dropped by the linker; but before it looks into newlib it has found these here, and so takes all of
 * them from user/. The locks are the same in user/posix/thread.c: only a program with threads has any. */
__attribute__((used)) static void *ours_first(void *p) {
  p = realloc(p, 1);
  if (!p) abort();
  return calloc(1, 1);
}

_Noreturn void __pith_start(int argc, char **argv, char **envp) {
  uthread_start();
  if (envp)
    environ = envp;
  if (__pith_named && argc > 0)
    __pith_named(argv[0]);
  if (bound(__fini_array_start) != __fini_array_end)
    atexit(run_fini);
  run_forwards(__preinit_array_start, __preinit_array_end);
  run_forwards(__init_array_start, __init_array_end);
  exit(main(argc, argv, environ));
}
