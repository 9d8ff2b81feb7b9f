/* The smallest useful firmware, linked to be measured: two threads, a semaphore, a mutex. */
#include "arch.h"
#include "pith/kernel.h"
#include "pith/mutex.h"
#include "pith/sem.h"
#include "pith/thread.h"

enum { CLOCK_HZ = 25000000 };

static struct pith_sem sem = PITH_SEM_INIT(0);
static struct pith_mutex mutex = PITH_MUTEX_INIT;
static struct pith_thread thread[2];
static uint64_t stack[2][512 / 8];

static void gives(void *unused) {
  (void)unused;
  for (;;) {
    pith_mutex_lock(&mutex);
    pith_mutex_unlock(&mutex);
    pith_sem_give(&sem);
  }
}

static void takes(void *unused) {
  (void)unused;
  for (;;) {
    pith_sem_take(&sem);
    pith_mutex_lock(&mutex);
    pith_mutex_unlock(&mutex);
  }
}

void board_init(void);
void board_init(void) {}

_Noreturn void arch_halt(int status) {
  (void)status;
  for (;;) {}
}

int main(void) {
  struct pith_thread_attr attr = {
      .name = "gives", .priority = 10, .stack = stack[0], .stack_size = sizeof stack[0]};

  pith_init();
  pith_thread_init(&thread[0], &attr, gives, 0);
  attr = (struct pith_thread_attr){
      .name = "takes", .priority = 5, .stack = stack[1], .stack_size = sizeof stack[1]};
  pith_thread_init(&thread[1], &attr, takes, 0);
  pith_start(CLOCK_HZ);
}
