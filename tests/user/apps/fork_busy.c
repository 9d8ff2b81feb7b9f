/* fork(): a relative whose threads keep the services busy keeps nobody else away.
 * pith_app: STACK 2048 HEAP 9216 */
#include "posix.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "pith.h"

enum { THREADS = 3, NAPS = 14, LONGEST_US = 60000 };

static void *writes(void *unused) {
  char bytes[300] = {0};
  for (;;) {
    int fd = open("/tmp/busy", O_CREAT | O_RDWR, 0666);
    if (fd < 0) continue;
    write(fd, bytes, sizeof bytes);
    lseek(fd, 0, SEEK_SET);
    read(fd, bytes, sizeof bytes);
    close(fd);
  }
  return unused;
}

static void polls(void) {
  struct pollfd p = {.fd = open("/dev/null", O_RDWR), .events = POLLIN};
  for (;;) {
    clock_gettime(CLOCK_MONOTONIC, &(struct timespec){0, 0});
    poll(&p, 1, 5);
  }
}

static void stats(void) {
  struct stat st;
  for (;;) stat("/bin/hello", &st);
}

static void computes(void) {
  for (volatile int i = 0;; i++) continue;
}

/* This one sleeps 5 ms at a time, beside a child of the same priority; how long the longest took, us. */
static long long beside(void (*main_thread)(void)) {
  long long longest = 0;
  pid_t pid = fork();
  if (pid == 0) {
    for (int i = 0; i < THREADS; i++) start(MAIN, writes, NULL);
    main_thread();
  }
  CHECK(pid > 0);
  for (int i = 0; i < NAPS; i++) {
    long long begin = now_us();
    usleep(5000);
    if (now_us() - begin > longest) longest = now_us() - begin;
  }
  CHECK_EQ(kill(pid, SIGKILL), 0);
  CHECK_EQ(waitpid(pid, NULL, 0), pid);
  unlink("/tmp/busy");
  return longest;
}

static void polling(void) { CHECK(beside(polls) < LONGEST_US); }
static void calling(void) { CHECK(beside(stats) < LONGEST_US); }
static void computing(void) { CHECK(beside(computes) < LONGEST_US); }

/* Both are busy: each gets on. */
static void both(void) {
  struct stat st;
  pid_t pid = fork();
  if (pid == 0) {
    for (int i = 0; i < THREADS; i++) start(MAIN, writes, NULL);
    stats();
  }
  CHECK(pid > 0);
  long long begin = now_us();
  int n = 0;
  for (; now_us() - begin < 120000; n++) stat("/bin/hello", &st);
  CHECK(n >= 4);
  CHECK_EQ(kill(pid, SIGKILL), 0);
  CHECK_EQ(waitpid(pid, NULL, 0), pid);
  unlink("/tmp/busy");
}

TESTS({"polling", polling}, {"calling", calling}, {"computing", computing}, {"both", both})
