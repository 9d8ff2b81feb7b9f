/* Whether a number is a system call's. */
#ifndef IS_CALL_H
#define IS_CALL_H

static inline int is_call(long n) {
  switch (n) {
#define SYSCALL(number, ...) case number:
#include "syscalls.def"
#undef SYSCALL
    return 1;
  }
  return 0;
}
#endif
