/* Message queues and shared memory.
 * pith_app: STACK 2048 HEAP 8192 */
#include "posix.h"
#include <malloc.h>
#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>

static mqd_t mq;

static void opens(void) {
  struct mq_attr attr = {0, 3, 16, 0}, bad = {0, 0, 16, 0}, got;
  CHECK(mq_open("/q", O_RDWR) == (mqd_t)-1 && errno == ENOENT);
  CHECK(mq_open("q", O_RDWR | O_CREAT, 0600, &attr) == (mqd_t)-1 && errno == EINVAL);
  CHECK(mq_open("/q", O_RDWR | O_CREAT, 0600, &bad) == (mqd_t)-1 && errno == EINVAL);
  mq = mq_open("/q", O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
  CHECK(mq != (mqd_t)-1);
  CHECK(mq_open("/q", O_RDWR | O_CREAT | O_EXCL, 0600, &attr) == (mqd_t)-1 && errno == EEXIST);
  CHECK_EQ(mq_getattr(mq, &got), 0);
  CHECK(got.mq_flags == 0 && got.mq_maxmsg == 3 && got.mq_msgsize == 16 && got.mq_curmsgs == 0);
}

static void sends_and_receives(void) {
  char text[16];
  unsigned priority;
  struct mq_attr got;
  CHECK(mq_send(mq, "low", 4, 1) == 0 && mq_send(mq, "high", 5, 31) == 0 &&
        mq_send(mq, "low again", 10, 1) == 0);
  CHECK(mq_getattr(mq, &got) == 0 && got.mq_curmsgs == 3);
  FAILS((int)mq_receive(mq, text, 15, NULL), EMSGSIZE);
  CHECK(mq_receive(mq, text, 16, &priority) == 5 && strcmp(text, "high") == 0 && priority == 31);
  CHECK(mq_receive(mq, text, 16, &priority) == 4 && strcmp(text, "low") == 0 && priority == 1);
  CHECK(mq_receive(mq, text, 16, NULL) == 10 && strcmp(text, "low again") == 0);
  FAILS(mq_send(mq, text, 17, 0), EMSGSIZE);
  FAILS(mq_send(mq, text, 1, MQ_PRIO_MAX), EINVAL);
  CHECK(mq_send(mq, NULL, 0, 0) == 0 && mq_receive(mq, text, 16, NULL) == 0);
}

static void does_not_block(void) {
  char text[16];
  struct mq_attr flags = {.mq_flags = O_NONBLOCK}, old;
  CHECK(mq_setattr(mq, &flags, &old) == 0 && old.mq_flags == 0);
  FAILS((int)mq_receive(mq, text, 16, NULL), EAGAIN);
  for (int i = 0; i < 3; i++) CHECK_EQ(mq_send(mq, "x", 1, 0), 0);
  FAILS(mq_send(mq, "x", 1, 0), EAGAIN);
  CHECK(mq_getattr(mq, &old) == 0 && old.mq_flags == O_NONBLOCK);
  flags.mq_flags = 0;
  CHECK_EQ(mq_setattr(mq, &flags, NULL), 0);
  struct timespec t = in_ms(CLOCK_REALTIME, 8), bad = {0, -1};
  long long begin = now_us();
  FAILS(mq_timedsend(mq, "x", 1, 0, &t), ETIMEDOUT);
  CHECK(now_us() - begin >= 7000);
  FAILS(mq_timedsend(mq, "x", 1, 0, &bad), EINVAL);
  for (int i = 0; i < 3; i++) CHECK_EQ(mq_timedreceive(mq, text, 16, NULL, &bad), 1); /* there is one */
  FAILS((int)mq_timedreceive(mq, text, 16, NULL, &t), ETIMEDOUT);
}

static volatile int told, by_thread;
static void by_signal(int signal) { told += signal == SIGUSR2; }
static void called(union sigval v) { by_thread += v.sival_int; }

/* Once, for a message that comes to an empty queue where nobody waits. */
static void notifies(void) {
  struct sigevent e = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2}, bad = {.sigev_notify = 9},
                  none = {.sigev_notify = SIGEV_NONE};
  struct sigevent call = {
      .sigev_notify = SIGEV_THREAD, .sigev_notify_function = called, .sigev_value = {.sival_int = 7}};
  mqd_t other = mq_open("/q", O_RDWR);
  char text[16];
  signal(SIGUSR2, by_signal);
  FAILS(mq_notify((mqd_t)-1, &e), EBADF);
  FAILS(mq_notify(mq, &bad), EINVAL);
  CHECK_EQ(mq_notify(mq, &e), 0);
  FAILS(mq_notify(other, &e), EBUSY);
  FAILS(mq_notify(other, &call), EBUSY);
  CHECK_EQ(told, 0);
  CHECK(mq_send(other, "x", 1, 0) == 0 && told == 1);
  CHECK_EQ(mq_notify(mq, &e), 0); /* not empty: the next one does not count */
  CHECK(mq_send(other, "x", 1, 0) == 0 && told == 1);
  CHECK(mq_receive(mq, text, 16, NULL) == 1 && mq_receive(mq, text, 16, NULL) == 1 && told == 1);
  CHECK(mq_send(other, "x", 1, 0) == 0 && told == 2 && mq_receive(mq, text, 16, NULL) == 1);
  CHECK(mq_send(other, "x", 1, 0) == 0 && told == 2 && mq_receive(mq, text, 16, NULL) == 1); /* once */
  CHECK(mq_notify(mq, &e) == 0 && mq_notify(mq, NULL) == 0 && mq_send(other, "x", 1, 0) == 0 && told == 2);
  CHECK(mq_receive(mq, text, 16, NULL) == 1 && mq_notify(mq, &none) == 0);
  CHECK(mq_send(other, "x", 1, 0) == 0 && told == 2 && mq_receive(mq, text, 16, NULL) == 1);
  CHECK_EQ(mq_notify(other, &call), 0); /* its thread is as urgent as this one and has not run */
  CHECK(mq_send(mq, "x", 1, 0) == 0 && by_thread == 0);
  usleep(3000);
  CHECK(by_thread == 7 && mq_receive(mq, text, 16, NULL) == 1);
  CHECK_EQ(mq_notify(other, &call), 0);
  usleep(3000); /* now it waits */
  CHECK_EQ(mq_send(mq, "x", 1, 0), 0);
  usleep(3000);
  CHECK(by_thread == 14 && mq_receive(mq, text, 16, NULL) == 1);
  CHECK_EQ(mq_notify(other, &call), 0);
  usleep(3000);
  CHECK_EQ(mq_close(other), 0); /* takes it back */
  CHECK(mq_notify(mq, &e) == 0 && mq_notify(mq, NULL) == 0 && mq_send(mq, "x", 1, 0) == 0);
  usleep(3000);
  CHECK(by_thread == 14 && told == 2 && mq_receive(mq, text, 16, NULL) == 1);
}

static volatile int got, last;
static void *receives(void *arg) {
  mqd_t own = mq_open("/q", O_RDONLY);
  char text[16];
  CHECK(own != (mqd_t)-1);
  FAILS(mq_send(own, "x", 1, 0), EBADF);
  for (int i = 0; i < 20; i++) {
    CHECK_EQ(mq_receive(own, text, 16, NULL), 2);
    CHECK(text[0] == i);
    got++;
  }
  CHECK_EQ(mq_close(own), 0);
  return arg;
}

static void between_threads(void) {
  pthread_t t = start(HIGH, receives, NULL);
  for (int i = 0; i < 20; i++) {
    char m[2] = {(char)i, 0};
    CHECK_EQ(mq_send(mq, m, 2, 0), 0);
    if (i % 3 == 0) usleep(1000);
  }
  finish(t);
  CHECK_EQ(got, 20);
  CHECK(mq_unlink("/q") == 0 && mq_close(mq) == 0);
  FAILS(mq_unlink("/q"), ENOENT);
  FAILS(mq_close((mqd_t)-1), EBADF);
}

static void closed(void) {
  struct mq_attr attr = {0, 3, 16, 0};
  struct sigevent none = {.sigev_notify = SIGEV_NONE};
  char text[16];
  FAILS(mq_close(mq), EBADF);
  FAILS(mq_send(mq, "x", 1, 0), EBADF);
  FAILS((int)mq_receive(mq, text, 16, NULL), EBADF);
  FAILS(mq_getattr(mq, &attr), EBADF);
  FAILS(mq_setattr(mq, &attr, NULL), EBADF);
  FAILS(mq_notify(mq, &none), EBADF);
  FAILS(mq_notify(mq, NULL), EBADF);
  int before = (int)mallinfo().uordblks;
  for (int i = 0; i < 20; i++) {
    mqd_t again = mq_open("/q", O_RDWR | O_CREAT, 0600, &attr);
    CHECK(again != (mqd_t)-1 && mq_unlink("/q") == 0 && mq_close(again) == 0);
    FAILS(mq_close(again), EBADF);
    CHECK(mq_open("/q", O_RDWR) == (mqd_t)-1 && errno == ENOENT);
  }
  CHECK_EQ(mallinfo().uordblks, before);
}

/* ---- shared memory ---- */

struct shared {
  pthread_mutex_t mutex;
  pthread_cond_t cond;
  sem_t sem;
  int n;
};

static void shared_memory(void) {
  FAILS(shm_open("/m", O_RDWR, 0600), ENOENT);
  FAILS(shm_open("/m", O_WRONLY | O_CREAT, 0600), EINVAL);
  int fd = shm_open("/m", O_RDWR | O_CREAT | O_EXCL, 0600);
  CHECK(fd > 2);
  CHECK(mmap(NULL, 64, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED && errno == ENXIO); /* no size yet */
  FAILS(ftruncate(fd, 0), EINVAL);
  CHECK_EQ(ftruncate(fd, 1024), 0);
  CHECK_EQ(ftruncate(fd, 1024), 0);
  FAILS(ftruncate(fd, 1 << 20), EFBIG);
  FAILS(shm_open("/m", O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
  int other = shm_open("/m", O_RDONLY, 0);
  CHECK(other > 2 && other != fd);
  CHECK(mmap(NULL, 64, PROT_READ | PROT_WRITE, MAP_SHARED, other, 0) == MAP_FAILED && errno == EACCES);
  CHECK(mmap(NULL, 1 << 20, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED && errno == ENXIO);
  CHECK(mmap(NULL, 64, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0) == MAP_FAILED && errno == ENOTSUP);
  CHECK(mmap(NULL, 64, PROT_READ, MAP_SHARED, 1, 0) == MAP_FAILED && errno == ENODEV);
  struct shared *s = mmap(NULL, 1024, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CHECK(s != MAP_FAILED);
  for (int i = 0; i < 256; i++) CHECK_EQ(((int *)s)[i], 0);
  CHECK(sem_init(&s->sem, 1, 1) == 0 && sem_wait(&s->sem) == 0 && sem_post(&s->sem) == 0);
  CHECK(pthread_mutex_lock(&s->mutex) == 0 && pthread_mutex_unlock(&s->mutex) == 0);
  s->n = 7;
  CHECK(close(fd) == 0 && shm_unlink("/m") == 0);
  FAILS(shm_unlink("/m"), ENOENT);
  CHECK_EQ(s->n, 7); /* it lives while it is open or mapped */
  CHECK_EQ(munmap(s, 1024), 0);
  CHECK_EQ(close(other), 0);
  FAILS(close(other), EBADF);
}

/* Locks there are locks: contended, between threads, through the kernel. */
static struct shared *here;
static void *counts(void *arg) {
  for (int i = 0; i < 50; i++) {
    CHECK_EQ(pthread_mutex_lock(&here->mutex), 0);
    int n = here->n;
    if (i % 4 == 0) usleep(100);
    here->n = n + 1;
    pthread_cond_signal(&here->cond);
    CHECK_EQ(pthread_mutex_unlock(&here->mutex), 0);
  }
  return arg;
}

static void locks_in_shared_memory(void) {
  int fd = shm_open("/locks", O_RDWR | O_CREAT, 0600);
  CHECK_EQ(ftruncate(fd, sizeof *here), 0);
  here = mmap(NULL, sizeof *here, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CHECK(here != MAP_FAILED);
  pthread_t a = start(MIDDLE, counts, NULL), b = start(HIGH, counts, NULL);
  pthread_mutex_lock(&here->mutex);
  while (here->n < 100) pthread_cond_wait(&here->cond, &here->mutex);
  pthread_mutex_unlock(&here->mutex);
  finish(a), finish(b);
  CHECK(here->n == 100 && here->mutex.__word == 0);
  CHECK(munmap(here, sizeof *here) == 0 && close(fd) == 0 && shm_unlink("/locks") == -1);
}

static void anonymous(void) {
  char *p = mmap(NULL, 500, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(p != MAP_FAILED && p[0] == 0 && p[499] == 0);
  CHECK_EQ(munmap(p, 500), 0);
  CHECK(mmap(NULL, 1 << 24, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == ENOMEM);
  CHECK(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
}

TESTS({"opens", opens}, {"sends and receives", sends_and_receives}, {"does not block", does_not_block},
      {"notifies", notifies}, {"between threads", between_threads}, {"closed", closed},
      {"shared memory", shared_memory},
      {"locks in shared memory", locks_in_shared_memory}, {"anonymous", anonymous})
