/* Two processes and the objects they share: run it twice side by side, under names that end in 'a' and 'b'. Both do the
 * same with a mutex, a semaphore and a condition in shared memory; then a ends with the mutex locked, and b hears of it.
 * pith_app: STACK 2048 HEAP 4096 */
#include "posix.h"
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>

enum { ROUNDS = 60 };

struct shared {
  pthread_mutex_t mutex;
  pthread_cond_t cond;
  sem_t sem;
  int made, count, turn, turns;
};

static struct shared *s;
static int fd;

/* Whoever makes it makes what is in it; the other one waits for that. */
static void map(void) {
  pthread_mutexattr_t a;
  sem_t *door = sem_open("/first", O_CREAT, 0666, 1);
  CHECK(door != SEM_FAILED && sem_wait(door) == 0);
  fd = shm_open("/both", O_RDWR | O_CREAT, 0666);
  CHECK(fd > 0);
  CHECK_EQ(ftruncate(fd, sizeof *s), 0);
  s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CHECK(s != MAP_FAILED);
  if (!s->made) {
    pthread_mutexattr_init(&a);
    pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
    CHECK_EQ(pthread_mutex_init(&s->mutex, &a), 0);
    CHECK_EQ(pthread_cond_init(&s->cond, NULL), 0);
    CHECK_EQ(sem_init(&s->sem, 1, 0), 0);
    s->made = 1;
  }
  CHECK_EQ(sem_post(door), 0);
}

static void count_together(int me) {
  for (int i = 0; i < ROUNDS; i++) {
    CHECK_EQ(pthread_mutex_lock(&s->mutex), 0);
    int n = s->count;
    if (i % 3 == me) usleep(1000);
    s->count = n + 1;
    CHECK_EQ(pthread_mutex_unlock(&s->mutex), 0);
  }
}

static void in_turns(int me) {
  for (int i = 0; i < 10; i++) {
    CHECK_EQ(pthread_mutex_lock(&s->mutex), 0);
    while (s->turn != me) CHECK_EQ(pthread_cond_wait(&s->cond, &s->mutex), 0);
    s->turns++;
    s->turn = !me;
    CHECK_EQ(pthread_cond_signal(&s->cond), 0);
    CHECK_EQ(pthread_mutex_unlock(&s->mutex), 0);
  }
}

static void a_ends(int me) {
  if (me == 0) {
    CHECK_EQ(pthread_mutex_lock(&s->mutex), 0);
    CHECK_EQ(sem_post(&s->sem), 0);
    usleep(5000); /* b waits for the mutex when this process ends */
    return;
  }
  CHECK_EQ(sem_wait(&s->sem), 0);
  CHECK_EQ(pthread_mutex_lock(&s->mutex), EOWNERDEAD);
  CHECK_EQ(pthread_mutex_consistent(&s->mutex), 0);
  CHECK_EQ(s->count, 2 * ROUNDS);
  CHECK_EQ(s->turns, 20);
  CHECK_EQ(pthread_mutex_unlock(&s->mutex), 0);
}

int main(int argc, char **argv) {
  int me = argc > 0 && argv[0][strlen(argv[0]) - 1] == 'b';
  map();
  count_together(me);
  in_turns(me);
  a_ends(me);
  say(me ? "b" : "a"), say(posix_failures ? ": failed\n" : ": ok\n");
  return posix_failures ? 1 : 0;
}
