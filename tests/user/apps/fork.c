/* fork(): parent, child and grandchild each have a memory of their own at the same addresses.
 * pith_app: STACK 2048 HEAP 9216 */
#include "posix.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include "pith.h"

enum { TURNS = 1000, CYCLES = 1000 };

static int wait_for(pid_t pid) {
  int status = -1;
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  return status;
}

static void returns(pid_t pid, int value) {
  CHECK(pid > 0);
  CHECK_EQ(wait_for(pid), value << 8);
}

static int data = 5, *into_data = &data;
static int zeroed[300];

static void copies(void) {
  int local = 7, *into_stack = &local, *heap = malloc(5000), *into_heap = heap + 1000;
  *into_heap = 9;
  zeroed[299] = 11;
  pid_t pid = fork();
  if (pid == 0) {
    int good = data == 5 && local == 7 && *into_heap == 9 && zeroed[299] == 11;
    data = 50, local = 70, *into_heap = 90, zeroed[299] = 110;
    good &= *into_data == 50 && *into_stack == 70 && heap[1000] == 90;
    _exit(good ? 33 : 34);
  }
  CHECK(data == 5 && local == 7 && *into_heap == 9 && zeroed[299] == 11);
  data = 6;
  returns(pid, 33);
  CHECK(*into_data == 6 && *into_stack == 7 && heap[1000] == 9 && zeroed[299] == 11);
  data = 5;
  free(heap);
}

/* ---- three generations, in turn ---- */

static int counter, *into_counter = &counter;
static struct node {
  struct node *next;
  int count;
} * ring;

static void make_ring(void) {
  struct node *first = ring = malloc(sizeof *ring);
  for (int i = 1; i < 4; i++, ring = ring->next) ring->next = malloc(i * 700);
  ring->next = first;
  for (int i = 0; i < 4; i++, ring = ring->next) ring->count = 0;
}

/* So many steps between taking one unit and giving another; each has its own numbers in all of its memory. */
static int in_turn(int me, long mine, long next) {
  int local = me, *into_local = &local, wrong = 0;
  float sum = (float)me, step = (float)me / 4;
  counter = me;
  for (struct node *n = ring;; n = n->next) {
    n->count = me;
    if (n->next == ring) break;
  }
  for (int i = 0; i < TURNS; i++) {
    wrong |= sys_sem_take(mine, -1) != 0;
    counter += me + 1;
    local += me + 2;
    ring->count += me + 3;
    sum += step;
    wrong |= *into_counter != me + (i + 1) * (me + 1) || *into_local != me + (i + 1) * (me + 2);
    ring = ring->next;
    wrong |= sys_sem_give(next) != 0;
  }
  for (int i = 0; i < 4; i++, ring = ring->next) wrong |= ring->count != me + TURNS / 4 * (me + 3);
  return wrong || sum != (float)me + TURNS * step;
}

static void generations(void) {
  long sem[3] = {sys_sem_create(1), sys_sem_create(0), sys_sem_create(0)};
  make_ring();
  pid_t child = fork();
  if (child == 0) {
    pid_t grandchild = fork();
    if (grandchild == 0) _exit(in_turn(300, sem[2], sem[0]) ? 1 : 77);
    int wrong = in_turn(200, sem[1], sem[2]), status;
    wrong |= waitpid(grandchild, &status, 0) != grandchild || status != 77 << 8;
    _exit(wrong ? 2 : 78);
  }
  CHECK_EQ(in_turn(100, sem[0], sem[1]), 0);
  returns(child, 78);
  for (int i = 0; i < 3; i++) CHECK_EQ(sys_close(sem[i]), 0);
  for (int i = 0; i < 4; i++) {
    struct node *n = ring;
    ring = ring->next;
    free(n);
  }
}

/* ---- ends ---- */

static void many_times(void) {
  int bad = 0, mine = 0;
  for (int i = 0; i < CYCLES && !bad; i++) {
    pid_t pid = fork();
    if (pid == 0) _exit((data += i, i & 0x7f));
    int status;
    bad = pid < 0 || waitpid(pid, &status, 0) != pid || status != (i & 0x7f) << 8;
    mine++;
  }
  CHECK_EQ(bad, 0);
  CHECK_EQ(mine, CYCLES);
  CHECK_EQ(data, 5);
}

/* Who is left goes on with what it had, whoever ends first. */
static void parent_first(void) {
  pid_t pid = fork();
  if (pid == 0) {
    pid_t orphan = fork();
    if (orphan == 0) {
      usleep(3000);
      data = 99;
      _exit(0);
    }
    data = 98;
    _exit(orphan > 0 ? 4 : 5);
  }
  returns(pid, 4);
  CHECK_EQ(data, 5);
  usleep(6000);
  CHECK_EQ(data, 5);
}

static int depth_of(int left) {
  if (!left) return 0;
  int here = left;
  pid_t pid = fork();
  if (pid == 0) _exit(depth_of(left - 1));
  if (pid < 0) return 0;
  int status;
  if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || here != left) return 100;
  return WEXITSTATUS(status) + 1;
}

/* So many relatives fit into what is free. */
static int room(void) {
  struct pith_info_memory m;
  struct pith_info_process p = {.pid = 0};
  CHECK(sys_info(PITH_INFO_MEMORY, 0, &m, sizeof m) > 0);
  for (unsigned i = 0; p.pid != getpid(); i++)
    if (sys_info(PITH_INFO_PROCESS, i, &p, sizeof p) < 0) return 0;
  return (int)(m.largest / p.block_size);
}

static void nested(void) {
  int fit = room();
  CHECK(fit >= 3);
  CHECK_EQ(depth_of(4), fit < 4 ? fit : 4);
  int most = depth_of(20); /* until there is no room for more */
  CHECK(most >= (fit < 5 ? fit : 5) && most < 20);
}

static void bomb(void) {
  pid_t pid = fork();
  if (pid == 0) {
    for (;;)
      if (fork() < 0) break;
    usleep(2000);
    _exit(errno == EAGAIN || errno == ENOMEM ? 6 : 7);
  }
  returns(pid, 6);
  usleep(20000);
  FAILS(waitpid(-1, NULL, 0), ECHILD);
}

static volatile int *volatile nowhere = (volatile int *)4;
static void faults(void) {
  int status;
  pid_t pid = fork();
  if (pid == 0) {
    data = 3;
    *nowhere = 1;
    _exit(0);
  }
  status = wait_for(pid);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
  CHECK_EQ(data, 5);
}

/* ---- what is inherited ---- */

static volatile int caught;
static void catch (int signal) { caught += signal; }

static void signals(void) {
  sigset_t usr2 = 1ul << SIGUSR2, set;
  signal(SIGUSR1, catch);
  sigprocmask(SIG_BLOCK, &usr2, NULL);
  raise(SIGUSR2);
  alarm(100);
  pid_t pid = fork();
  if (pid == 0) {
    int good = sigpending(&set) == 0 && set == 0 && alarm(0) == 0 && !caught;
    sigprocmask(SIG_BLOCK, NULL, &set);
    good &= set == usr2 && getppid() > 0;
    while (!caught) pause();
    good &= caught == SIGUSR1;
    kill(getppid(), SIGUSR1);
    _exit(good ? 12 : 13);
  }
  CHECK(alarm(0) > 90);
  usleep(1000); /* it waits */
  CHECK_EQ(kill(pid, SIGUSR1), 0);
  while (!caught) pause();
  CHECK_EQ(caught, SIGUSR1);
  returns(pid, 12);
  signal(SIGUSR2, SIG_IGN);
  sigprocmask(SIG_UNBLOCK, &usr2, NULL);
  signal(SIGUSR1, SIG_DFL);
  signal(SIGUSR2, SIG_DFL);
  caught = 0;
}

/* A child that runs without end, and one that is away, are killed; one stops and goes on. */
static void killed(void) {
  int status;
  pid_t spins = fork();
  if (spins == 0)
    for (;;) counter++;
  pid_t sleeps = fork();
  if (sleeps == 0)
    for (;;) pause();
  usleep(12000);
  CHECK_EQ(kill(spins, SIGSTOP), 0);
  usleep(1000);
  CHECK_EQ(kill(spins, SIGCONT), 0);
  CHECK_EQ(kill(sleeps, SIGKILL), 0);
  status = wait_for(sleeps);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  CHECK_EQ(kill(spins, SIGTERM), 0);
  status = wait_for(spins);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

/* Three that never wait take turns: none gets far less than the others. */
static void shares(void) {
  enum { THREE = 3, SPAN = 150000 /* us: ten turns of each */ };
  int p[2], done[THREE] = {0}, all = 0;
  pid_t pid[THREE];
  char who;
  CHECK_EQ(pipe(p), 0);
  for (int i = 0; i < THREE; i++) {
    pid[i] = fork();
    if (pid[i] == 0)
      for (who = (char)i;; write(p[1], &who, 1))
        for (volatile int j = 0; j < 10000; j++) zeroed[j % 300]++;
  }
  for (long long until = now_us() + SPAN; now_us() < until; all++) {
    CHECK(read(p[0], &who, 1) == 1 && who < THREE);
    done[(int)who]++;
  }
  for (int i = 0; i < THREE; i++) {
    CHECK(done[i] > all / 8);
    CHECK_EQ(kill(pid[i], SIGKILL), 0);
    wait_for(pid[i]);
  }
  close(p[0]), close(p[1]);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile int stop, rounds;
static void *works(void *unused) {
  (void)unused;
  while (!stop) {
    pthread_mutex_lock(&mutex);
    rounds++;
    free(malloc(40));
    pthread_mutex_unlock(&mutex);
    usleep(200);
  }
  return NULL;
}

static void with_threads(void) {
  pthread_t t = start(MAIN, works, NULL);
  int status, last = rounds;
  for (int i = 0; i < 20; i++) {
    pid_t pid = fork();
    if (pid == 0) {
      int before = rounds;
      free(malloc(3000));
      usleep(1000); /* the other thread is not here */
      pthread_t own;
      int good = rounds == before;
      stop = 1;
      good &= pthread_create(&own, NULL, works, NULL) == 0 && pthread_join(own, NULL) == 0;
      _exit(good ? 21 : 22);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 21 << 8);
  }
  usleep(1000);
  CHECK(rounds > last + 20);
  stop = 1;
  finish(t);
}

static void from_a_thread(void) {
  int status;
  pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) _exit(23);
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK_EQ(status, 23 << 8);
}
static void *forks(void *unused) {
  for (int i = 0; i < 5; i++) from_a_thread();
  return unused;
}
static void threads_fork(void) {
  pthread_t t = start(MAIN, forks, NULL), u = start(MAIN, forks, NULL);
  for (int i = 0; i < 5; i++) from_a_thread();
  finish(t);
  finish(u);
}

/* ---- pipes from one to the next and back ---- */

enum { STREAM = 40000, PIECE = 700 };
static unsigned char piece[2 * PIECE];

/* Reads all and checks each byte; passes them on, unless `to` is -1. 0, or what was wrong. */
static int passes_on(int from, int to) {
  long n, at = 0;
  while ((n = read(from, piece, PIECE)) > 0) {
    for (long i = 0; i < n; i++)
      if (piece[i] != (unsigned char)((at + i) * 7 >> 2)) return 1;
    at += n;
    if (to >= 0 && write(to, piece, (size_t)n) != n) return 2;
  }
  return n < 0 ? 3 : at != STREAM ? 4 : 0;
}

static int sends(int to) {
  for (long at = 0; at < STREAM; at += PIECE) {
    long n = STREAM - at < PIECE ? STREAM - at : PIECE;
    for (long i = 0; i < n; i++) piece[i] = (unsigned char)((at + i) * 7 >> 2);
    if (write(to, piece, (size_t)n) != n) return 5;
  }
  return 0;
}

static void pipes(void) {
  int a[2], b[2], c[2];
  CHECK(pipe(a) == 0 && pipe(b) == 0 && pipe(c) == 0);
  pid_t child = fork();
  if (child == 0) {
    close(a[1]), close(b[0]), close(c[0]), close(c[1]);
    _exit(40 + passes_on(a[0], b[1]));
  }
  pid_t second = fork();
  if (second == 0) {
    close(b[1]), close(c[0]), close(a[0]), close(a[1]);
    _exit(50 + passes_on(b[0], c[1]));
  }
  pid_t third = fork();
  if (third == 0) {
    close(a[0]), close(b[0]), close(b[1]), close(c[0]), close(c[1]);
    _exit(60 + sends(a[1]));
  }
  close(a[0]), close(a[1]), close(b[0]), close(b[1]), close(c[1]);
  CHECK_EQ(passes_on(c[0], -1), 0);
  returns(child, 40);
  returns(second, 50);
  returns(third, 60);
  CHECK_EQ(close(c[0]), 0);
}

/* A writer that is away when a signal ends its call knows how much was written. */
static void cut_short(void) {
  int p[2];
  struct sigaction on = {.sa_handler = catch};
  CHECK_EQ(pipe(p), 0);
  pid_t pid = fork();
  if (pid == 0) {
    static char much[5000];
    long n, all = 0;
    sigaction(SIGUSR1, &on, NULL);
    close(p[0]);
    n = write(p[1], much, sizeof much);
    all = n;
    _exit(n > 0 && all < (long)sizeof much && caught ? 70 : 71);
  }
  usleep(3000);
  CHECK_EQ(read(p[0], piece, 100), 100);
  usleep(1000);
  for (int i = 0; i < 300; i++) zeroed[i]++; /* the parent is at home */
  CHECK_EQ(kill(pid, SIGUSR1), 0);
  returns(pid, 70);
  close(p[0]), close(p[1]);
}

TESTS({"copies", copies}, {"generations", generations}, {"many times", many_times},
      {"parent first", parent_first}, {"nested", nested}, {"bomb", bomb}, {"faults", faults},
      {"signals", signals}, {"killed", killed}, {"shares", shares}, {"with threads", with_threads},
      {"threads fork", threads_fork}, {"pipes", pipes}, {"cut short", cut_short})
