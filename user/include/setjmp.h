/* newlib's, and POSIX's: those that can keep the signal mask. longjmp() leaves it as it is, so a handler that does not
 * return leaves by siglongjmp(), or puts the mask right itself. */
#include_next <setjmp.h>
#ifndef PITH_SETJMP_H
#define PITH_SETJMP_H
#include <sys/signal.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  jmp_buf place;
  int has_mask;
  sigset_t mask;
} sigjmp_buf[1];

void __pith_keep_mask(sigjmp_buf jump, int keep);
#define sigsetjmp(jump, keep) (__pith_keep_mask(jump, keep), setjmp((jump)->place))
void siglongjmp(sigjmp_buf jump, int value) __attribute__((__noreturn__));

int _setjmp(jmp_buf place) __attribute__((__returns_twice__));
void _longjmp(jmp_buf place, int value) __attribute__((__noreturn__));

#ifdef __cplusplus
}
#endif
#endif
