/* Waiting on words and for them, with deadlines: see mutex.h. */
#include "clock.h"
#include "mutex.h"

int word_lock_until(volatile unsigned *word, int64_t deadline) {
  if (word_try(word)) return 0;
  for (;;) {
    long r = sys_futex_lock(word, 0, clock_left(deadline));
    if (r == -EAGAIN) { /* the kernel follows no more locks: see word_wait() */
      if (clock_left(deadline) == 0) return ETIMEDOUT;
      sys_sleep(1000);
    } else if (r != -EINTR && r != -ECANCELED) {
      return (int)-r;
    }
  }
}

int word_sleep(const volatile unsigned *word, unsigned expected, int64_t deadline) {
  long r = sys_futex_wait(word, expected, clock_left(deadline));
  return r == -EAGAIN ? 0 : (int)-r;
}
