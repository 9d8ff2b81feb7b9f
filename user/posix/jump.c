/* Jumps that put the signal mask back. */
#include <setjmp.h>
#include <signal.h>

void __pith_keep_mask(sigjmp_buf jump, int keep) {
  jump->has_mask = keep;
  if (keep) sigprocmask(SIG_BLOCK, NULL, &jump->mask);
}

void siglongjmp(sigjmp_buf jump, int value) {
  if (jump->has_mask) sigprocmask(SIG_SETMASK, &jump->mask, NULL);
  longjmp(jump->place, value);
}
