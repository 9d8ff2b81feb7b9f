/* The table of system calls, C side: what arch/armv7m/switch.S does not do itself it finds here by number.
 *
 * A call that a build leaves out is p_left_out(): each is a weak name for it, and a file that has the call defines it anew.
 * A build with everything has no such names, so that one without its function does not link. */
#include "kernel.h"

#if !PITH_PROCESS_SIGNALS
#define SYSCALLS_FEW
#endif
#define COMPLETE                                                                                             \
  (PITH_FILES && PITH_FAMILIES && PITH_PROCESS_SIGNALS && PITH_SHARED_OBJECTS && PITH_SERVICES && PITH_REPORTS)

#if COMPLETE
#define SYSCALL(number, name, class, prototype, text) k_function p_call_##name;
#else
k_function p_left_out;
long p_left_out(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  (void)a, (void)b, (void)c, (void)d;
  return -ENOSYS;
}

#define SYSCALL(number, name, class, prototype, text) k_function p_call_##name __attribute__((weak, alias("p_left_out")));
#endif
#include "syscalls.def"
#undef SYSCALL

extern k_function *const k_process_functions[];
#define SYSCALL(number, name, class, prototype, text) [number] = p_call_##name,
k_function *const k_process_functions[1 << K_CALL_BITS] = {
#include "syscalls.def"
};
#undef SYSCALL
