/* What the attacks share. An attack is a function int NAME(uint32_t target); the build links each into an ELF of its
 * own, as tests/hostile/attacks.def says. The firmware of tests/hostile passes the target as argv[1].
 *
 * One that must be stopped does its deed and returns SURVIVED. One that must be refused checks every answer itself and
 * returns 0, or the line of the first that was wrong. */
#ifndef ATTACK_H
#define ATTACK_H
#include <errno.h>
#include <stdint.h>
#include "pith.h"

enum { SURVIVED = 1, ATTACK_STACK = 2048 /* as CMakeLists.txt says */, THREAD_STACK = 512, SIGNAL_KILL = 9 };

#define CHECK(cond)                                                                                          \
  do {                                                                                                       \
    if (!(cond)) return __LINE__;                                                                            \
  } while (0)
#define POINTER(a) ((void *)(uintptr_t)(a))
#define WORD(p) ((uint32_t)(uintptr_t)(p))

/* start.c: the own block, from the lowest byte of the stack to behind the last byte of the heap, and the text. */
uint32_t block_low(void);
uint32_t block_high(void);
uint32_t own_text(void);
uint32_t own_got(void);
/* 1 where the floating-point instructions are there: found out by trying, with the fault handled. */
int has_fpu(void);
uint32_t number_of(const char *hexadecimal);
/* The n-th argument the attack was started with, a hexadecimal number; 0: there is none. */
uint32_t argument(int n);

/* faults.c: touches an address and comes back whatever happens. What it cost: 0, or the CFSR of the fault, whose
 * address is in *at. */
enum touch { TOUCH_READ, TOUCH_WRITE, TOUCH_EXECUTE };
uint32_t touch(uint32_t address, enum touch how, uint32_t *at);

/* A further thread that runs f(arg) on the n-th of the stacks; its number. */
long start_thread(int n, void (*f)(uint32_t arg), uint32_t arg, int priority);
/* Runs a program of the image; its process number, or why not. */
long start_child(const char *name);
long start_child_with(const char *name, const uint32_t *handles, uint32_t count);

static inline void say(const char *s) {
  uint32_t n = 0;
  while (s[n]) n++;
  sys_write(1, s, n);
}
#endif
