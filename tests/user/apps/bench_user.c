/* What a process's own operations cost: each lies between a pair of markers that tests/bench/_user.py reads. */
#include <pthread.h>
#include <semaphore.h>
#include "pith.h"

#define MARK(n) __asm__ volatile(".inst.w 0xF3AF8000 + %c0" ::"i"(n) : "memory")
enum { ROUNDS = 50 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sem_t sem;
static volatile unsigned word = 1, stop;

static void *partner(void *unused) {
  while (!stop) {
    MARK(0x29);
    sys_yield();
    MARK(0x2A);
  }
  return unused;
}

int main(void) {
  pthread_t thread;
  int wrong = 0;

  sem_init(&sem, 0, 0);
  MARK(0x20);
  for (int i = 0; i < ROUNDS; i++) {
    MARK(0x22);
    wrong |= sys_null();
    MARK(0x23);
    long r = sys_futex_wait(&word, 2, 0);
    MARK(0x24);
    wrong |= r != -11; /* -EAGAIN */
    MARK(0x25);
    sem_post(&sem);
    MARK(0x26);
    sem_wait(&sem);
    MARK(0x27);
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    MARK(0x28);
  }
  wrong |= pthread_create(&thread, NULL, partner, NULL);
  sys_yield();
  for (int i = 0; i < ROUNDS; i++) {
    MARK(0x29);
    sys_yield();
    MARK(0x2A);
  }
  stop = 1;
  wrong |= pthread_join(thread, NULL);
  MARK(0x21);
  return wrong;
}
