/* Pipes: within a process, between threads, between processes; and FIFOs.
 * pith_app: STACK 3072 HEAP 8192 */
#define _GNU_SOURCE 1 /* pipe2() */
#include "posix.h"
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "pith.h"

enum { BIG = 20000, PIECE = 512 /* PIPE_BUF */, BYTES = 60000 };

static uint8_t big[BIG], buf[2048];
static int fds[2];

static uint8_t byte_at(uint32_t i) { return (uint8_t)(i * 7 + (i >> 8)); }

static void make(int flags) { CHECK_EQ(pipe2(fds, flags), 0); }

static void unmake(void) {
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(close(fds[1]), 0);
}

static void one_process(void) {
  struct stat st;
  int n = -1;
  make(0);
  CHECK(fds[0] == 3 && fds[1] == 4);
  CHECK_EQ(write(fds[1], "hello", 5), 5);
  CHECK_EQ(ioctl(fds[0], FIONREAD, &n), 0);
  CHECK_EQ(n, 5);
  CHECK_EQ(read(fds[0], buf, 2), 2);
  CHECK_EQ(read(fds[0], buf + 2, sizeof buf - 2), 3);
  CHECK(!memcmp(buf, "hello", 5));
  FAILS(read(fds[1], buf, 1), EBADF);
  FAILS(write(fds[0], buf, 1), EBADF);
  FAILS(lseek(fds[0], 0, SEEK_SET), ESPIPE);
  CHECK_EQ(fstat(fds[0], &st), 0);
  CHECK(S_ISFIFO(st.st_mode));
  CHECK_EQ(isatty(fds[0]), 0);
  CHECK_EQ(write(fds[1], buf, 0), 0);
  CHECK_EQ(write(fds[1], "end", 3), 3);
  CHECK_EQ(close(fds[1]), 0);
  CHECK_EQ(read(fds[0], buf, sizeof buf), 3);
  CHECK_EQ(read(fds[0], buf, sizeof buf), 0);
  CHECK_EQ(read(fds[0], buf, sizeof buf), 0);
  CHECK_EQ(close(fds[0]), 0);
}

static volatile sig_atomic_t signals;
static void count_signal(int signal) {
  (void)signal;
  signals++;
}

static void broken(void) {
  struct sigaction a = {.sa_handler = SIG_IGN};
  make(0);
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(sigaction(SIGPIPE, &a, NULL), 0);
  FAILS(write(fds[1], "x", 1), EPIPE);
  a.sa_handler = count_signal;
  CHECK_EQ(sigaction(SIGPIPE, &a, NULL), 0);
  signals = 0;
  FAILS(write(fds[1], "x", 1), EPIPE);
  CHECK_EQ(signals, 1);
  FAILS(write(fds[1], big, BIG), EPIPE);
  CHECK_EQ(signals, 2);
  a.sa_handler = SIG_DFL;
  CHECK_EQ(sigaction(SIGPIPE, &a, NULL), 0);
  CHECK_EQ(close(fds[1]), 0);
}

/* Fills it; how much it holds. */
static long fill(void) {
  long total = 0, n;
  while ((n = write(fds[1], buf, 256)) > 0) total += n;
  CHECK_EQ(errno, EAGAIN);
  return total;
}

static void nonblock(void) {
  long room;
  make(O_NONBLOCK);
  FAILS(read(fds[0], buf, 1), EAGAIN);
  room = fill();
  CHECK(room >= 1024 && room % PIECE == 0);
  CHECK_EQ(read(fds[0], buf, 100), 100);
  FAILS(write(fds[1], buf, 101), EAGAIN); /* in one piece or not at all */
  CHECK_EQ(write(fds[1], buf, 600), 100); /* what fits of one that need not be */
  FAILS(write(fds[1], buf, 1), EAGAIN);
  CHECK_EQ(read(fds[0], big, BIG), room);
  FAILS(read(fds[0], buf, 1), EAGAIN);
  CHECK_EQ(write(fds[1], big, BIG), room);
  unmake();
}

static long written;
static void *writes_big(void *count) {
  for (long i = 0; i < (long)(intptr_t)count; i++) written = write(fds[1], big, BIG);
  return NULL;
}

/* A write waits until all is written, however it is read. */
static void long_write(void) {
  static const unsigned sizes[] = {1, 4095, 512, 513, 3, 100, 2048, 7, 4096};
  for (unsigned i = 0; i < BIG; i++) big[i] = byte_at(i);
  for (int priority = LOW; priority <= HIGH; priority += HIGH - LOW) {
    make(0);
    written = 0;
    pthread_t t = start(priority, writes_big, (void *)2);
    unsigned wrong = 0, at = 0;
    for (unsigned k = 0; at < 2 * BIG; k++) {
      unsigned n = sizes[k % 9] < sizeof buf ? sizes[k % 9] : sizeof buf;
      long r = read(fds[0], buf, n);
      if (r <= 0) break;
      for (long i = 0; i < r; i++, at++) wrong += buf[i] != byte_at(at % BIG);
    }
    CHECK_EQ(at, 2 * BIG);
    CHECK_EQ(wrong, 0);
    finish(t);
    CHECK_EQ(written, BIG);
    unmake();
  }
}

static void *interrupts(void *thread) {
  usleep(5000);
  pthread_kill(thread, SIGUSR1);
  return NULL;
}

/* A signal ends a write with what was written, and a read that has nothing with EINTR. */
static void interrupted(void) {
  struct sigaction a = {.sa_handler = count_signal};
  CHECK_EQ(sigaction(SIGUSR1, &a, NULL), 0);
  make(0);
  pthread_t t = start(HIGH, interrupts, pthread_self());
  FAILS(read(fds[0], buf, 1), EINTR);
  finish(t);
  t = start(HIGH, interrupts, pthread_self());
  long n = write(fds[1], big, BIG);
  CHECK(n >= 1024 && n < BIG);
  finish(t);
  t = start(HIGH, interrupts, pthread_self());
  FAILS(write(fds[1], "x", 1), EINTR);
  finish(t);
  CHECK_EQ(read(fds[0], big, BIG), n);
  unmake();
}

static void *closes(void *fd) {
  usleep(5000);
  close((int)(intptr_t)fd);
  return NULL;
}

/* Who waits sees the other end close, and its own. */
static void closed_meanwhile(void) {
  signal(SIGPIPE, SIG_IGN);
  make(0);
  pthread_t t = start(HIGH, closes, (void *)(intptr_t)fds[1]);
  CHECK_EQ(read(fds[0], buf, 1), 0);
  finish(t);
  close(fds[0]);
  make(0);
  t = start(HIGH, closes, (void *)(intptr_t)fds[0]);
  long n = write(fds[1], big, BIG);
  CHECK(n >= 1024 && n < BIG);
  finish(t);
  FAILS(write(fds[1], "x", 1), EPIPE);
  close(fds[1]);
  make(0);
  t = start(HIGH, closes, (void *)(intptr_t)fds[0]);
  FAILS(read(fds[0], buf, 1), EBADF);
  finish(t);
  close(fds[1]);
  signal(SIGPIPE, SIG_DFL);
}

static pid_t child(const char *role, int a, int b, int c, int d) {
  char text[4][12];
  char *argv[] = {(char *)"pipe_child", (char *)role, text[0], text[1], text[2], text[3], NULL};
  const int numbers[] = {a, b, c, d};
  pid_t pid = -1;
  for (int i = 0; i < 4; i++) snprintf(text[i], sizeof text[i], "%d", numbers[i]);
  CHECK_EQ(posix_spawn(&pid, "/bin/pipe_child", NULL, NULL, argv, NULL), 0);
  return pid;
}

static void reap(pid_t pid, int want) {
  int status = -1;
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK_EQ(status, want);
}

/* 60,000 bytes through two pipes and three processes. */
static void three_processes(void) {
  int a[2], b[2];
  unsigned wrong = 0, at = 0;
  long n;
  CHECK_EQ(pipe(a), 0);
  CHECK_EQ(pipe(b), 0);
  pid_t filter = child("filter", a[0], b[1], 0, 0), counter = child("count", a[1], 0, BYTES, 0);
  close(a[0]), close(a[1]), close(b[1]);
  while ((n = read(b[0], buf, sizeof buf)) > 0)
    for (long i = 0; i < n; i++, at++) wrong += buf[i] != byte_at(at);
  CHECK_EQ(n, 0);
  CHECK_EQ(at, BYTES);
  CHECK_EQ(wrong, 0);
  reap(counter, 0);
  reap(filter, 0);
  close(b[0]);
}

/* Records of up to 512 bytes that three processes write at once come whole. */
static void in_one_piece(void) {
  enum { WRITERS = 3, RECORDS = 60 };
  pid_t pid[WRITERS];
  unsigned got[WRITERS] = {0}, wrong = 0;
  make(0);
  for (int i = 0; i < WRITERS; i++) pid[i] = child("records", fds[1], 0, RECORDS, i + 1);
  close(fds[1]);
  FILE *f = fdopen(fds[0], "r");
  CHECK(f != NULL);
  for (int c; f && (c = getc(f)) != EOF;) {
    unsigned size = (unsigned)c | (unsigned)getc(f) << 8;
    int id = getc(f);
    if (size < 3 || size > PIECE || id < 1 || id > WRITERS) {
      wrong++;
      break;
    }
    got[id - 1]++;
    for (unsigned i = 3; i < size; i++) wrong += getc(f) != id;
  }
  CHECK_EQ(wrong, 0);
  for (int i = 0; i < WRITERS; i++) {
    CHECK_EQ(got[i], RECORDS);
    reap(pid[i], 0);
  }
  if (f) fclose(f);
}

static void killed_by_it(void) {
  make(0);
  close(fds[0]);
  reap(child("sigpipe", fds[1], 0, 0, 0), SIGPIPE);
  close(fds[1]);
}

/* Processes that are killed while they wait: the others see the ends close, and no memory is lost (the test looks). */
static void killed_waiting(void) {
  int a[2], b[2];
  CHECK_EQ(pipe(a), 0);
  CHECK_EQ(pipe(b), 0);
  pid_t reader = child("filter", a[0], b[1], 0, 0), writer = child("count", b[1], 0, BYTES, 0);
  close(a[0]), close(b[1]);
  usleep(20000); /* the one waits for bytes, the other for room */
  CHECK_EQ(kill(reader, SIGKILL), 0);
  reap(reader, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  FAILS(write(a[1], "x", 1), EPIPE);
  signal(SIGPIPE, SIG_DFL);
  CHECK_EQ(kill(writer, SIGKILL), 0);
  reap(writer, SIGKILL);
  long total = 0, n;
  while ((n = read(b[0], buf, sizeof buf)) > 0) total += n;
  CHECK(n == 0 && total >= 1024 && total < BYTES);
  close(a[1]), close(b[0]);
}

/* As many as there are descriptors; then an error, and all is given back. */
static void many(void) {
  int all[16][2], n = 0;
  while (n < 16 && !pipe(all[n])) n++;
  CHECK(n >= 4 && n <= 10);
  CHECK(errno == EMFILE || errno == ENFILE || errno == ENOMEM);
  while (n--) close(all[n][0]), close(all[n][1]);
  make(0);
  CHECK_EQ(fds[0], 3);
  unmake();
  FAILS(pipe2(fds, O_APPEND), EINVAL);
}

static void *opens_to_write(void *path) {
  int fd = open(path, O_WRONLY);
  usleep(5000);
  CHECK_EQ(write(fd, "through", 7), 7);
  close(fd);
  return NULL;
}

static void fifo(void) {
  static char path[] = "/tmp/fifo";
  struct stat st;
  CHECK_EQ(mkfifo(path, 0600), 0);
  FAILS(mkfifo(path, 0600), EEXIST);
  CHECK_EQ(stat(path, &st), 0);
  CHECK(S_ISFIFO(st.st_mode));
  FAILS(open(path, O_WRONLY | O_NONBLOCK), ENXIO);
  pthread_t t = start(HIGH, opens_to_write, path);
  int fd = open(path, O_RDONLY);
  CHECK_EQ(read(fd, buf, sizeof buf), 7);
  CHECK(!memcmp(buf, "through", 7));
  CHECK_EQ(read(fd, buf, sizeof buf), 0);
  finish(t);
  close(fd);
  t = start(HIGH, opens_to_write, path);
  fd = open(path, O_RDWR);
  CHECK_EQ(read(fd, buf, sizeof buf), 7);
  CHECK_EQ(unlink(path), 0); /* it lives while it is open */
  CHECK_EQ(write(fd, "more", 4), 4);
  CHECK_EQ(read(fd, buf, sizeof buf), 4);
  finish(t);
  close(fd);
  FAILS(stat(path, &st), ENOENT);
}

TESTS({"one process", one_process}, {"broken", broken}, {"nonblock", nonblock}, {"long write", long_write},
      {"interrupted", interrupted}, {"closed meanwhile", closed_meanwhile}, {"three processes", three_processes},
      {"in one piece", in_one_piece}, {"killed by it", killed_by_it},
      {"killed waiting", killed_waiting}, {"many", many}, {"fifo", fifo})
