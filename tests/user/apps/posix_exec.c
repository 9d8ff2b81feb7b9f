/* Programs run in place of this one, and as children with other descriptors: what they have of it, and what not.
 * pith_app: STACK 4096 HEAP 16384 */
#include "posix.h"
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include "many.h"
#include "pith.h"

enum { HELLO = 42 };
extern char **environ;
static char buf[600];

static int put(const char *name, const char *text) {
  int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666), n = (int)strlen(text);
  if (fd < 0 || write(fd, text, (size_t)n) != n) return -1;
  return close(fd) ? -1 : n;
}

static int holds(const char *name, const char *text) {
  int fd = open(name, O_RDONLY);
  memset(buf, 0, sizeof buf);
  long n = fd < 0 ? -1 : read(fd, buf, sizeof buf - 1);
  close(fd);
  return n >= 0 && !strcmp(buf, text);
}

static int copy(const char *from, const char *to) {
  int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0777);
  long n = in < 0 || out < 0 ? -1 : 1;
  while (n > 0) {
    n = read(in, buf, sizeof buf);
    if (n > 0 && write(out, buf, (size_t)n) != n) n = -1;
  }
  close(in);
  close(out);
  return (int)n;
}

static int status_of(pid_t pid) {
  int status = -1;
  CHECK(pid > 0);
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  return status;
}

static struct pith_info_memory memory(void) {
  struct pith_info_memory m = {0};
  sys_info(PITH_INFO_MEMORY, 0, &m, sizeof m);
  return m;
}

/* The child's own streams would say again what is in the parent's. */
#define CHILD(...)                                                                                           \
  ({                                                                                                         \
    pid_t pid_ = fork();                                                                                     \
    if (pid_ == 0) {                                                                                         \
      __VA_ARGS__;                                                                                           \
      _exit(90);                                                                                             \
    }                                                                                                        \
    status_of(pid_);                                                                                         \
  })

static void replaces(void) {
  char *argv[] = {"hello", NULL}, *no_env[] = {NULL};
  CHECK_EQ(CHILD(execve("/bin/hello", argv, no_env)), HELLO << 8);
  CHECK_EQ(CHILD(execv("/bin/hello", argv)), HELLO << 8);
  CHECK_EQ(CHILD(execl("/bin/hello", "hello", (char *)NULL)), HELLO << 8);
  CHECK_EQ(CHILD(execle("/bin/hello", "hello", (char *)NULL, no_env)), HELLO << 8);
  CHECK_EQ(CHILD(execlp("hello", "hello", (char *)NULL)), HELLO << 8);
  CHECK_EQ(CHILD(execvp("/bin/hello", argv)), HELLO << 8);
  CHECK_EQ(CHILD(setenv("PATH", "/nowhere:/etc:/bin", 1); execvp("hello", argv)), HELLO << 8);
  CHECK_EQ(CHILD(chdir("/bin"); execv("hello", argv)), HELLO << 8);
  CHECK_EQ(CHILD(execl("/bin/intruder", "intruder", (char *)NULL)), SIGSEGV);
}

static void many_arguments(void) {
  char *texts = malloc(MANY * 16), *at = texts, **argv = malloc((MANY + 3) * sizeof *argv);
  CHECK(texts && argv);
  argv[0] = (char *)"pipe_child", argv[1] = (char *)"sum", argv[MANY + 2] = NULL;
  for (int i = 0; i < MANY; i++) {
    argv[2 + i] = strcpy(at, many_text(i));
    at += strlen(at) + 1;
  }
  CHECK(at < texts + MANY * 16);
  CHECK_EQ(CHILD(execve("/bin/pipe_child", argv, argv + 2)), 5 << 8);
  free(texts), free(argv);
}

/* A file's first line says who runs it, with one argument, then the file and what it was given; and one that is run by itself. */
static void interpreted(void) {
  char *argv[] = {"x", "c", "d", NULL};
  pid_t pid;
  CHECK_EQ(put("/tmp/script", "#! /bin/pipe_child\twords here \n"), 31);
  CHECK_EQ(CHILD(execv("/tmp/script", argv)), 7 << 8);
  CHECK_EQ(CHILD(execvp("/tmp/script", argv)), 7 << 8);
  CHECK_EQ(posix_spawn(&pid, "/tmp/script", NULL, NULL, argv, NULL), 0);
  CHECK_EQ(status_of(pid), 7 << 8);
  CHECK_EQ(put("/tmp/script", "#!/tmp/script\n"), 14);
  FAILS(execv("/tmp/script", argv), ENOEXEC);
  CHECK_EQ(posix_spawn(&pid, "/tmp/script", NULL, NULL, argv, NULL), ENOEXEC);
  CHECK_EQ(put("/tmp/script", "#!\n"), 3);
  FAILS(execv("/tmp/script", argv), ENOEXEC);
  CHECK_EQ(unlink("/tmp/script"), 0);
}

/* An alarm goes on over exec(), not into a child; POSIX timers do neither, and a child can have its own. */
static volatile int rung;
static void ring(int signal) { rung += signal == SIGALRM; }

static int own_timers(int old) {
  struct itimerval soon = {{0, 2000}, {0, 2000}}, now;
  struct itimerspec value = {{0, 2000000}, {0, 2000000}};
  timer_t timer;
  if (getitimer(ITIMER_REAL, &now) || now.it_value.tv_sec || now.it_value.tv_usec) return 1;
  if (!timer_settime((timer_t)old, 0, &value, NULL)) return 2;
  if (setitimer(ITIMER_REAL, &soon, NULL)) return 3;
  while (rung < 3) pause();
  soon = (struct itimerval){{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &soon, NULL);
  rung = 0;
  if (timer_create(CLOCK_MONOTONIC, NULL, &timer) || timer_settime(timer, 0, &value, NULL)) return 4;
  while (rung < 3) pause();
  return 5;
}

static void timers(void) {
  struct itimerval later = {{0, 0}, {9, 0}}, none = {{0, 0}, {0, 0}};
  char *argv[] = {"pipe_child", "sleep", "9000", NULL};
  timer_t timer;
  signal(SIGALRM, ring);
  CHECK_EQ(timer_create(CLOCK_MONOTONIC, NULL, &timer), 0);
  CHECK_EQ(setitimer(ITIMER_REAL, &later, NULL), 0);
  CHECK_EQ(CHILD(_exit(own_timers((int)timer))), 5 << 8);
  CHECK_EQ(setitimer(ITIMER_REAL, &none, NULL), 0);
  later.it_value = (struct timeval){0, 20000};
  CHECK_EQ(CHILD(setitimer(ITIMER_REAL, &later, NULL); execv("/bin/pipe_child", argv)), SIGALRM);
  CHECK_EQ(timer_delete(timer), 0);
  signal(SIGALRM, SIG_DFL);
}

static void refuses(void) {
  char *argv[] = {"x", NULL};
  CHECK_EQ(put("/tmp/script", "#!/bin/nothing\n"), 15);
  FAILS(execv("/bin/nobody", argv), ENOENT);
  FAILS(execv("", argv), ENOENT);
  FAILS(execv("/tmp", argv), EACCES);
  FAILS(execv("/dev/null", argv), EACCES);
  FAILS(execv("/tmp/script", argv), ENOENT);
  CHECK_EQ(put("/tmp/script", "exit 3\n"), 7);
  FAILS(execv("/tmp/script", argv), ENOEXEC);
  FAILS(execv("/tmp/script/x", argv), ENOTDIR);
  FAILS(execvp("nobody", argv), ENOENT);
  FAILS(execv((char *)0x30000000, argv), EFAULT);
  FAILS(execv("/bin/hello", (char **)0x30000000), EFAULT);
  CHECK_EQ(unlink("/tmp/script"), 0);
}

/* In place of a process that is alone in its block, and of one with threads. */
static void *execs(void *unused) {
  execl("/bin/hello", "hello", (char *)NULL);
  return unused;
}
static void *spins(void *unused) {
  for (volatile int i = 0; !unused || i >= 0; i = (i + 1) & 0xFFFF) continue;
  return NULL;
}
static void threads_end(void) {
  pid_t pid = fork();
  if (pid == 0) {
    start(MAIN, spins, NULL);
    start(MIDDLE, execs, NULL);
    _exit(91);
  }
  CHECK_EQ(status_of(pid), HELLO << 8);
}

/* ---- what stays, what goes ---- */

static void descriptors(void) {
  posix_spawn_file_actions_t a;
  pid_t pid;
  char *argv[] = {"lines", NULL};
  CHECK_EQ(put("/tmp/in", "one\ntwo\nquit\n"), 13);
  CHECK_EQ(posix_spawn_file_actions_init(&a), 0);
  CHECK_EQ(posix_spawn_file_actions_addopen(&a, 0, "/tmp/in", O_RDONLY, 0), 0);
  CHECK_EQ(posix_spawn_file_actions_addopen(&a, 5, "/tmp/out", O_WRONLY | O_CREAT | O_TRUNC, 0666), 0);
  CHECK_EQ(posix_spawn_file_actions_adddup2(&a, 5, 1), 0);
  CHECK_EQ(posix_spawn_file_actions_addclose(&a, 5), 0);
  CHECK_EQ(posix_spawn(&pid, "/bin/lines", &a, NULL, argv, NULL), 0);
  CHECK_EQ(status_of(pid), 0);
  CHECK(holds("/tmp/out", "one\ntwo\n"));
  CHECK_EQ(posix_spawnp(&pid, "lines", &a, NULL, argv, NULL), 0);
  CHECK_EQ(status_of(pid), 0);
  CHECK_EQ(posix_spawn_file_actions_addopen(&a, 3, "/tmp/none/x", O_RDONLY, 0), 0);
  CHECK_EQ(posix_spawn(&pid, "/bin/lines", &a, NULL, argv, NULL), ENOENT);
  CHECK_EQ(posix_spawn_file_actions_destroy(&a), 0);
  CHECK_EQ(posix_spawn_file_actions_init(&a), 0);
  CHECK_EQ(posix_spawn_file_actions_adddup2(&a, 9, 0), 0); /* 9 is none */
  CHECK_EQ(posix_spawn(&pid, "/bin/lines", &a, NULL, argv, NULL), EBADF);
  CHECK_EQ(posix_spawn_file_actions_addclose(&a, -1), EBADF);
  CHECK_EQ(posix_spawn_file_actions_destroy(&a), 0);
}

static void directories(void) {
  posix_spawn_file_actions_t a;
  pid_t pid;
  char *argv[] = {"lines", NULL};
  posix_spawn_file_actions_init(&a);
  CHECK_EQ(posix_spawn_file_actions_addchdir(&a, "/tmp"), 0);
  CHECK_EQ(posix_spawn_file_actions_addopen(&a, 0, "in", O_RDONLY, 0), 0);
  CHECK_EQ(posix_spawn_file_actions_addopen(&a, 1, "./here", O_WRONLY | O_CREAT, 0666), 0);
  CHECK_EQ(posix_spawn(&pid, "/bin/lines", &a, NULL, argv, NULL), 0);
  CHECK_EQ(status_of(pid), 0);
  CHECK(holds("/tmp/here", "one\ntwo\n"));
  CHECK_EQ(posix_spawn_file_actions_addchdir_np(&a, "/tmp/in"), 0);
  CHECK_EQ(posix_spawn(&pid, "/bin/lines", &a, NULL, argv, NULL), ENOTDIR);
  posix_spawn_file_actions_destroy(&a);
  CHECK_EQ(unlink("/tmp/here"), 0);
}

/* The program's standard input is a descriptor that was to be closed, or not. */
static void close_on_exec(void) {
  char *argv[] = {"lines", NULL};
  CHECK_EQ(CHILD(close(0), close(1), open("/tmp/in", O_RDONLY), open("/tmp/out", O_WRONLY | O_TRUNC),
                 execv("/bin/lines", argv)),
           0);
  CHECK(holds("/tmp/out", "one\ntwo\n"));
  CHECK_EQ(CHILD(close(0), close(1), open("/tmp/in", O_RDONLY | O_CLOEXEC),
                 open("/tmp/out", O_WRONLY | O_TRUNC), execv("/bin/lines", argv)),
           0);
  CHECK(holds("/tmp/out", ""));
  int fd = open("/tmp/in", O_RDONLY); /* of a child by fork() alone it is the same one, position and all */
  CHECK_EQ(CHILD(_exit(read(fd, buf, 4) == 4 && !memcmp(buf, "one\n", 4) ? 7 : 8)), 7 << 8);
  CHECK_EQ(read(fd, buf, 4), 4);
  CHECK(!memcmp(buf, "two\n", 4));
  CHECK_EQ(close(fd), 0);
}

static void handler(int signal) { (void)signal; }
static void signals(void) {
  sigset_t usr1 = 1ul << SIGUSR1, none = 0;
  posix_spawnattr_t a;
  char *argv[] = {"lines", NULL};
  pid_t pid;
  signal(SIGUSR1, SIG_IGN); /* stays ignored */
  signal(SIGUSR2, handler); /* is as before */
  pid = fork();
  if (pid == 0) execv("/bin/lines", argv), _exit(90);
  usleep(5000);
  CHECK_EQ(kill(pid, SIGUSR1), 0);
  usleep(2000);
  CHECK_EQ(waitpid(pid, NULL, WNOHANG), 0);
  CHECK_EQ(kill(pid, SIGUSR2), 0);
  CHECK_EQ(status_of(pid), SIGUSR2);
  posix_spawnattr_init(&a);
  CHECK_EQ(posix_spawnattr_setsigdefault(&a, &usr1), 0);
  CHECK_EQ(posix_spawnattr_setflags(&a, POSIX_SPAWN_SETSIGDEF), 0);
  CHECK_EQ(posix_spawn(&pid, "/bin/lines", NULL, &a, argv, NULL), 0);
  usleep(3000);
  CHECK_EQ(kill(pid, SIGUSR1), 0);
  CHECK_EQ(status_of(pid), SIGUSR1);
  signal(SIGUSR1, SIG_DFL);
  sigprocmask(SIG_BLOCK, &usr1, NULL); /* so the child's is blocked, */
  CHECK_EQ(posix_spawn(&pid, "/bin/lines", NULL, NULL, argv, NULL), 0);
  usleep(3000);
  CHECK_EQ(kill(pid, SIGUSR1), 0);
  usleep(2000);
  CHECK_EQ(waitpid(pid, NULL, WNOHANG), 0);
  CHECK_EQ(kill(pid, SIGKILL), 0);
  CHECK_EQ(status_of(pid), SIGKILL);
  CHECK_EQ(posix_spawnattr_setsigmask(&a, &none), 0); /* unless it is said */
  CHECK_EQ(posix_spawnattr_setflags(&a, POSIX_SPAWN_SETSIGMASK), 0);
  CHECK_EQ(posix_spawn(&pid, "/bin/lines", NULL, &a, argv, NULL), 0);
  usleep(3000);
  CHECK_EQ(kill(pid, SIGUSR1), 0);
  CHECK_EQ(status_of(pid), SIGUSR1);
  sigprocmask(SIG_UNBLOCK, &usr1, NULL);
  signal(SIGUSR2, SIG_DFL);
}

/* ---- files that have to be read into memory ---- */

static void from_ram(void) {
  char *argv[] = {"hi", NULL}, *wait_argv[] = {"waits", NULL};
  struct pith_info_memory before, one, two;
  pid_t first, second;
  struct statvfs room;
  CHECK_EQ(statvfs("/tmp", &room), 0);
  if (room.f_blocks * room.f_frsize < 65536) return; /* a small board: neither program has room there */
  CHECK_EQ(copy("/bin/hello", "/tmp/hi"), 0);
  CHECK_EQ(CHILD(execv("/tmp/hi", argv)), HELLO << 8);
  CHECK_EQ(copy("/bin/lines", "/tmp/waits"), 0);
  before = memory();
  CHECK_EQ(posix_spawn(&first, "/tmp/waits", NULL, NULL, wait_argv, NULL), 0);
  one = memory();
  CHECK_EQ(posix_spawn(&second, "/tmp/waits", NULL, NULL, wait_argv, NULL), 0);
  two = memory();
  CHECK_EQ(one.blocks, before.blocks + 2); /* its block, and the file */
  CHECK_EQ(two.blocks, one.blocks + 1);    /* which both run */
  CHECK_EQ(unlink("/tmp/waits"), 0);
  CHECK_EQ(kill(first, SIGKILL), 0);
  CHECK_EQ(status_of(first), SIGKILL);
  usleep(3000);
  CHECK_EQ(waitpid(second, NULL, WNOHANG), 0);
  CHECK_EQ(kill(second, SIGKILL), 0);
  CHECK_EQ(status_of(second), SIGKILL);
  CHECK_EQ(put("/tmp/hi", "\177ELF is not enough, and not long enough either to be one of those"), 65);
  FAILS(execv("/tmp/hi", argv), ENOEXEC);
  CHECK_EQ(unlink("/tmp/hi"), 0);
}

static void leaks_nothing(void) {
  char *argv[] = {"lines", NULL};
  struct pith_info_memory before, after;
  int bad = 0;
  for (int i = 0; i < 300 && !bad; i++) {
    int status;
    pid_t pid = fork();
    if (pid == 0) {
      close(0); /* so it ends at once */
      execv("/bin/lines", argv);
      _exit(90);
    }
    bad = pid < 0 || waitpid(pid, &status, 0) != pid || status != 0;
    if (i == 0) before = memory();
  }
  after = memory();
  CHECK_EQ(bad, 0);
  CHECK_EQ(after.free, before.free);
  CHECK_EQ(after.kernel_free, before.kernel_free);
  CHECK_EQ(after.blocks, before.blocks);
}

static void cleaned(void) { CHECK(unlink("/tmp/in") == 0 && unlink("/tmp/out") == 0); }

static int order[6], ordered;
static void say_1(void) { order[ordered++] = 1; }
static void say_2(void) { order[ordered++] = 2; }
static void say_3(void) { order[ordered++] = 3; }
static void handlers_of_fork(void) {
  CHECK(pthread_atfork(say_1, say_2, say_3) == 0 && pthread_atfork(say_2, say_3, say_1) == 0);
  CHECK_EQ(
      CHILD(_exit(ordered == 4 && order[0] == 2 && order[1] == 1 && order[2] == 3 && order[3] == 1 ? 5 : 6)),
      5 << 8);
  CHECK(ordered == 4 && order[2] == 2 && order[3] == 3);
}

/* That a process was stopped and went on is no news of a child that it makes then. */
static void news(void) {
  pid_t pid = fork();
  if (pid == 0) {
    usleep(20000);
    pid_t inner = fork();
    if (inner == 0) usleep(100000), _exit(0);
    int told = waitpid(inner, NULL, WNOHANG | WUNTRACED | WCONTINUED);
    kill(inner, SIGKILL);
    _exit(told == 0 && waitpid(inner, NULL, 0) == inner ? 7 : 8);
  }
  usleep(5000);
  CHECK_EQ(kill(pid, SIGSTOP), 0);
  usleep(5000);
  CHECK_EQ(kill(pid, SIGCONT), 0);
  CHECK_EQ(status_of(pid), 7 << 8);
}

/* A child that never gives up the processor is charged for all it ran. */
static void processor_time(void) {
  struct rusage used;
  pid_t pid = fork();

  if (!pid) {
    for (long long end = now_us() + 30000; now_us() < end;) continue;
    _exit(0);
  }
  CHECK_EQ(wait4(pid, NULL, 0, &used), pid);
  CHECK(used.ru_utime.tv_sec > 0 || used.ru_utime.tv_usec >= 25000);
}

/* A child that has faulted is waited for by a parent that asks and asks. */
static void faulted(void) {
  int status = 0;
  pid_t got = 0, pid = fork();

  if (!pid) {
    *(volatile int *)0x20000000 = 1;
    _exit(0);
  }
  for (long long end = now_us() + 3000000; !got && now_us() < end;) got = waitpid(pid, &status, WNOHANG);
  CHECK_EQ(got, pid);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
  if (!got) waitpid(pid, &status, 0);
}

TESTS({"replaces", replaces}, {"interpreted", interpreted}, {"timers", timers}, {"refuses", refuses},
      {"threads end", threads_end}, {"descriptors", descriptors}, {"directories", directories},
      {"close on exec", close_on_exec}, {"signals", signals}, {"from ram", from_ram},
      {"leaks nothing", leaks_nothing}, {"cleaned", cleaned}, {"handlers of fork", handlers_of_fork},
      {"news", news}, {"processor time", processor_time}, {"faulted", faulted},
      {"many arguments", many_arguments})
