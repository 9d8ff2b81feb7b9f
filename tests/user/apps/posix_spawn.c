/* Children: the programs of the built-in image, started, waited for, signalled. hello returns 42, intruder faults, lines
 * waits for the console.
 * pith_app: STACK 2048 HEAP 8192 */
#include "posix.h"
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include "many.h"
#include "pith.h"

static pid_t spawn(const char *path, const char *argument, const posix_spawnattr_t *attr) {
  char *argv[] = {(char *)path, (char *)argument, NULL};
  pid_t pid = -1;
  CHECK_EQ(posix_spawn(&pid, path, NULL, attr, argv, NULL), 0);
  CHECK(pid > 0);
  return pid;
}

static void exits(void) {
  int status = -1;
  struct rusage usage;
  pid_t pid = spawn("/bin/hello", "child", NULL);
  CHECK_EQ(waitpid(pid, &status, WNOHANG), 0);
  CHECK_EQ(wait4(pid, &status, 0, &usage), pid);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42 && !WIFSIGNALED(status));
  CHECK(usage.ru_utime.tv_sec < 5);
  FAILS(waitpid(pid, &status, 0), ECHILD);
  FAILS(wait(&status), ECHILD);
  FAILS(waitpid(-1, &status, 99), EINVAL);
}

static void faults(void) {
  int status = -1;
  pid_t pid = spawn("/bin/intruder", NULL, NULL);
  CHECK_EQ(wait(&status), pid);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV && !WIFEXITED(status));
}

static void is_ended(int signal) {
  int status = -1;
  pid_t pid = spawn("/bin/lines", NULL, NULL);
  usleep(5000);
  CHECK_EQ(kill(pid, 0), 0);
  CHECK_EQ(waitpid(pid, &status, WNOHANG), 0);
  CHECK_EQ(kill(pid, signal), 0);
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == signal);
  FAILS(kill(pid, 0), ESRCH);
}

static void signalled(void) {
  is_ended(SIGTERM);
  is_ended(SIGKILL);
}

static void groups(void) {
  posix_spawnattr_t a;
  int status;
  CHECK_EQ(posix_spawnattr_init(&a), 0);
  CHECK_EQ(posix_spawnattr_setflags(&a, POSIX_SPAWN_SETPGROUP), 0);
  CHECK_EQ(posix_spawnattr_setpgroup(&a, 0), 0);
  pid_t first = spawn("/bin/lines", NULL, &a);
  CHECK_EQ(getpgid(first), first);
  CHECK_EQ(posix_spawnattr_setpgroup(&a, first), 0);
  pid_t second = spawn("/bin/lines", NULL, &a);
  CHECK_EQ(getpgid(second), first);
  pid_t third = spawn("/bin/lines", NULL, NULL);
  CHECK_EQ(getpgid(third), getpgrp());
  usleep(5000);
  CHECK_EQ(waitpid(-first, &status, WNOHANG), 0);
  CHECK_EQ(killpg(first, SIGTERM), 0);
  CHECK(waitpid(-first, &status, 0) > 0 && waitpid(-first, &status, 0) > 0);
  FAILS(waitpid(-first, &status, 0), ECHILD);
  CHECK_EQ(waitpid(0, &status, WNOHANG), 0);
  CHECK_EQ(setpgid(third, third), 0);
  CHECK_EQ(getpgid(third), third);
  CHECK_EQ(kill(third, SIGKILL), 0);
  CHECK_EQ(waitpid(third, &status, 0), third);
  FAILS(getpgid(9999), ESRCH);
  CHECK_EQ(posix_spawnattr_destroy(&a), 0);
}

/* A child of a more urgent priority runs before its maker goes on. */
static void attributes(void) {
  posix_spawnattr_t a;
  posix_spawn_file_actions_t f;
  struct sched_param p = {.sched_priority = LOW};
  sigset_t none = 0;
  short flags;
  pid_t pid;
  int status;
  posix_spawnattr_init(&a);
  CHECK_EQ(posix_spawnattr_setschedparam(&a, &p), 0);
  CHECK_EQ(posix_spawnattr_setflags(&a, POSIX_SPAWN_SETSCHEDPARAM), 0);
  CHECK(posix_spawnattr_getflags(&a, &flags) == 0 && flags == POSIX_SPAWN_SETSCHEDPARAM);
  pid = spawn("lines", NULL, &a); /* by its name alone */
  struct pith_info_thread t;
  int found = 0;
  for (unsigned i = 0; sys_info(PITH_INFO_THREAD, i, &t, sizeof t) >= 0; i++)
    if (t.pid == pid) found++, CHECK_EQ(t.own_priority, 31 - LOW);
  CHECK_EQ(found, 1);
  kill(pid, SIGKILL);
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  p.sched_priority = 0;
  CHECK_EQ(posix_spawnattr_setschedparam(&a, &p), EINVAL);
  CHECK_EQ(posix_spawnattr_setflags(&a, 0x400), EINVAL);
  CHECK_EQ(posix_spawnattr_setsigmask(&a, &none), 0);
  CHECK_EQ(posix_spawnattr_setflags(&a, POSIX_SPAWN_SETSIGMASK), 0);
  CHECK(posix_spawn_file_actions_init(&f) == 0 && posix_spawn_file_actions_destroy(&f) == 0);
}

static void errors(void) {
  pid_t pid = 77;
  char *argv[] = {"x", NULL};
  CHECK_EQ(posix_spawn(&pid, "/bin/nowhere", NULL, NULL, argv, NULL), ENOENT);
  CHECK_EQ(posix_spawnp(&pid, "nowhere", NULL, NULL, argv, NULL), ENOENT);
  CHECK_EQ(posix_spawn(&pid, (char *)0x30000000, NULL, NULL, argv, NULL), EFAULT);
  CHECK_EQ(pid, 77);
}

/* Pith's own: a child that may not be as urgent as this one, nor have a second thread. */
static void limits(void) {
  struct pith_spawn s = {.path = (uint32_t)(uintptr_t) "/bin/lines",
                         .priority = 20,
                         .ceiling = 20,
                         .group = -1,
                         .limits = {.threads = 1, .handles = 2}};
  struct pith_ended ended;
  long pid = sys_spawn(&s);
  CHECK(pid > 0);
  struct pith_info_process p;
  int found = 0;
  for (unsigned i = 0; sys_info(PITH_INFO_PROCESS, i, &p, sizeof p) >= 0; i++)
    if (p.pid == pid) found++, CHECK(p.ceiling == 20 && p.parent == getpid() && strcmp(p.name, "lines") == 0);
  CHECK_EQ(found, 1);
  CHECK_EQ(sys_kill(pid, SIGKILL), 0);
  CHECK_EQ(sys_wait(pid, &ended, -1), pid);
  CHECK(ended.cause == PITH_ENDED_SIGNAL && ended.status == SIGKILL);
  s.priority = 10; /* above its own ceiling */
  CHECK_EQ(sys_spawn(&s), -EINVAL);
}

static volatile int children;
static void child_ended(int signal) { children += signal == SIGCHLD; }
static void tells_its_parent(void) {
  sigset_t chld = 1ul << SIGCHLD, none = 0;
  signal(SIGCHLD, child_ended);
  sigprocmask(SIG_BLOCK, &chld, NULL);
  pid_t pid = spawn("/bin/intruder", NULL, NULL);
  sigsuspend(&none);
  CHECK_EQ(waitpid(pid, NULL, WNOHANG), pid);
  CHECK_EQ(children, 1);
  sigprocmask(SIG_UNBLOCK, &chld, NULL);
  signal(SIGCHLD, SIG_DFL);
}

static pid_t ended_child(void) {
  pid_t pid = spawn("/bin/lines", NULL, NULL);
  usleep(5000);
  CHECK_EQ(kill(pid, SIGKILL), 0);
  usleep(5000);
  return pid;
}

/* Children of who ignores SIGCHLD, or says so, go when they end; of others they wait to be waited for. */
static void no_zombies(void) {
  struct sigaction a = {.sa_handler = child_ended, .sa_flags = SA_NOCLDWAIT};
  struct pith_ended ended;
  pid_t pid = ended_child();
  CHECK_EQ(kill(pid, 0), 0);
  CHECK_EQ(waitpid(pid, NULL, WNOHANG), pid);
  signal(SIGCHLD, SIG_IGN);
  pid = ended_child();
  FAILS(kill(pid, 0), ESRCH);
  FAILS(waitpid(pid, NULL, 0), ECHILD);
  spawn("/bin/hello", NULL, NULL);
  spawn("/bin/hello", NULL, NULL);
  FAILS(wait(NULL), ECHILD); /* once both have ended */
  spawn("/bin/hello", NULL, NULL);
  CHECK_EQ(sys_wait(-1, &ended, 2000000), -ECHILD);
  children = 0;
  CHECK_EQ(sigaction(SIGCHLD, &a, NULL), 0);
  pid = ended_child();
  CHECK_EQ(children, 1);
  FAILS(wait(NULL), ECHILD);
  signal(SIGCHLD, SIG_DFL);
  pid = ended_child();
  CHECK_EQ(wait(NULL), pid);
}

/* What would end a child that is stopped waits until it goes on; SIGKILL does not. */
static void stopped(void) {
  int status;
  for (int deadly = SIGTERM; deadly; deadly = deadly == SIGTERM ? SIGKILL : 0) {
    pid_t pid = spawn("/bin/lines", NULL, NULL);
    usleep(5000);
    CHECK_EQ(kill(pid, SIGSTOP), 0);
    CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
    CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    CHECK_EQ(kill(pid, deadly), 0);
    usleep(5000);
    CHECK_EQ(waitpid(pid, &status, WNOHANG), deadly == SIGKILL ? pid : 0);
    if (deadly != SIGKILL) CHECK(kill(pid, SIGCONT) == 0 && waitpid(pid, &status, 0) == pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == deadly);
  }
}

/* The child's arguments and variables have memory of their own, until there are too many. */
static void many_arguments(void) {
  static char texts[MANY * 16], *argv[MANY + 3] = {"pipe_child", "sum"}, *long_argv[14] = {"pipe_child"};
  char *at = texts;
  pid_t pid = -1;
  int status = -1;
  for (int i = 0; i < MANY; i++) {
    argv[2 + i] = strcpy(at, many_text(i));
    at += strlen(at) + 1;
  }
  CHECK(at < texts + sizeof texts);
  CHECK_EQ(posix_spawn(&pid, "/bin/pipe_child", NULL, NULL, argv, argv + 2), 0);
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK_EQ(status, 5 << 8);
  long_argv[1] = memset(sbrk(6001), 'x', 6000);
  for (int i = 2; i < 13; i++) long_argv[i] = long_argv[1];
  CHECK_EQ(posix_spawn(&pid, "/bin/pipe_child", NULL, NULL, long_argv, NULL), E2BIG);
  CHECK(sysconf(_SC_ARG_MAX) >= 4096);
}

TESTS({"exits", exits}, {"faults", faults}, {"signalled", signalled}, {"groups", groups},
      {"attributes", attributes}, {"errors", errors}, {"limits", limits},
      {"tells its parent", tells_its_parent}, {"stopped", stopped}, {"no zombies", no_zombies},
      {"many arguments", many_arguments})
