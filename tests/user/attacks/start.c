/* The first instructions of an attack, and what it finds out of its surroundings. The registers are looked at before
 * anything else: a process begins with none of anybody's values in them. */
#include "attack.h"

int attack(uint32_t target); /* the linker's: --defsym=attack=NAME */
_Noreturn void attack_main(int argc, char **argv, const uint32_t *registers);

enum { REGISTERS = 9, DIRTY = 98 };

static int count;
static char **arguments;

/* r3 to r6, r8, r10 to r12 and lr as the kernel has left them; crt0 itself uses r7 and lr. */
__attribute__((naked)) void __pith_start(void) {
  __asm__("push {r3-r6}\n\tmov r3, r8\n\tmov r4, r10\n\tmov r5, r11\n\tmov r6, r12\n\tpush {r3-r6}\n\t"
          "mov r2, sp\n\tsub sp, #8\n\tb attack_main");
}

_Noreturn void attack_main(int argc, char **argv, const uint32_t *registers) {
  uint32_t any = 0;

  for (int i = 0; i < 8; i++) any |= registers[i];
  count = argc;
  arguments = argv;
  sys_exit(any ? DIRTY : attack(argument(1)));
}

uint32_t number_of(const char *s) {
  uint32_t n = 0;
  for (; *s; s++) n = n * 16 + (uint32_t)(*s <= '9' ? *s - '0' : *s - 'a' + 10);
  return n;
}

uint32_t argument(int n) { return n < count ? number_of(arguments[n]) : 0; }

uint32_t own_got(void) {
  uint32_t r9;
  __asm__("mov %0, r9" : "=r"(r9));
  return r9;
}

uint32_t block_low(void) { return own_got() - ATTACK_STACK; }

uint32_t block_high(void) {
  uint32_t end = (uint32_t)sys_brk(0), low = end;
  for (uint32_t step = 4096; step > 0; step /= 2)
    while (sys_brk(end + step) > 0) end += step;
  sys_brk(low);
  return end;
}

uint32_t own_text(void) { return WORD(__pith_start) & ~1u; }

/* Threads have their stacks at the end of the heap, and go on to `f` by their first register. */
long start_thread(int n, void (*f)(uint32_t arg), uint32_t arg, int priority) {
  struct pith_thread_start s = {.entry = WORD(f),
                                .arg = arg,
                                .got = own_got(),
                                .stack = ((uint32_t)sys_brk(0) + 63) / 64 * 64 + (uint32_t)n * THREAD_STACK,
                                .stack_size = THREAD_STACK,
                                .priority = priority};
  return sys_thread_create(&s);
}

long start_child_with(const char *name, const uint32_t *handles, uint32_t n) {
  struct pith_spawn s = {.path = WORD(name),
                         .handles = WORD(handles),
                         .handle_count = n,
                         .priority = -1,
                         .ceiling = -1,
                         .group = -1};
  return sys_spawn(&s);
}

long start_child(const char *name) { return start_child_with(name, NULL, 0); }
