/* A process without a libc: what it does is said by the name of its file, "VERB" or "VERB-ADDRESS", so
 * that one program, copied under many names, is many processes. An ADDRESS is hexadecimal; a letter before
 * it makes it relative to a place of the process itself: l the low end of its block, h the first byte
 * behind the block, t its text. "peek-h0" reads the first byte that is not its own. */
#ifndef BARE_H
#define BARE_H
#include <errno.h>
#include <stdint.h>
#include "pith.h"

enum { BARE_STACK = 1024 }; /* what "pith_app:" of every such program says */

struct bare_action {
  const char *verb;
  int (*run)(uint32_t address);
};

/* The low end of the own block: the stack lies there, and the data behind it; r9 points to its start. */
static inline uint32_t block_low(void) {
  uint32_t r9;
  __asm__("mov %0, r9" : "=r"(r9));
  return r9 - BARE_STACK;
}

/* The first address behind the own block, found out by asking for ever more heap. */
static inline uint32_t block_high(void) {
  uint32_t end = (uint32_t)sys_brk(0), low = end;
  for (uint32_t step = 4096; step > 0; step /= 2)
    while (sys_brk(end + step) > 0) end += step;
  sys_brk(low);
  return end;
}

_Noreturn void __pith_start(int argc, char **argv, char **envp);

static inline uint32_t bare_address(const char *s) {
  uint32_t base = 0, n = 0;
  if (*s == 'l') base = block_low(), s++;
  else if (*s == 'h') base = block_high(), s++;
  else if (*s == 't') base = (uint32_t)(uintptr_t)__pith_start & ~1u, s++;
  for (; *s; s++) n = n * 16 + (uint32_t)(*s <= '9' ? *s - '0' : *s - 'a' + 10);
  return base + n;
}

/* Runs the action that the file's name states; 99 if it states none. */
static inline int bare_run(const char *path, const struct bare_action *actions, int count) {
  const char *name = path;
  for (; *path; path++)
    if (*path == '/') name = path + 1;
  for (int i = 0; i < count; i++) {
    const char *a = actions[i].verb, *b = name;
    while (*a && *a == *b) a++, b++;
    if (*a == 0 && (*b == 0 || *b == '-')) return actions[i].run(*b ? bare_address(b + 1) : 0);
  }
  return 99;
}

#define BARE_MAIN(actions)                                                                                   \
  _Noreturn void __pith_start(int argc, char **argv, char **envp) {                                          \
    (void)argc, (void)envp;                                                                                  \
    sys_exit(bare_run(argv[0], actions, sizeof actions / sizeof actions[0]));                                \
  }
#endif
