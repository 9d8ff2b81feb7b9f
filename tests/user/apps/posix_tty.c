/* The terminal: tests/user/test_tty.py types what the prompts ask for.
 * pith_app: STACK 3072 HEAP 8192 */
#include "posix.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include "pith.h"

static char buf[4096];
static struct termios before;

/* Until so many bytes can be read: those who type are not waited for by the clock. */
static void until(int count) {
  int n = 0;
  while (n < count && !ioctl(0, FIONREAD, &n)) usleep(1000);
}

static void set(tcflag_t iflag_off, tcflag_t lflag_off, int min, int time) {
  struct termios t = before;
  t.c_iflag &= ~iflag_off;
  t.c_lflag &= ~lflag_off;
  t.c_cc[VMIN] = (cc_t)min;
  t.c_cc[VTIME] = (cc_t)time;
  CHECK_EQ(tcsetattr(0, TCSADRAIN, &t), 0);
}

static void reset(void) { CHECK_EQ(tcsetattr(0, TCSANOW, &before), 0); }

static void reads(const char *want) {
  long n = read(0, buf, sizeof buf);
  CHECK_EQ(n, strlen(want));
  CHECK(n < 0 || !memcmp(buf, want, (size_t)n));
}

static void asks(void) {
  struct termios t;
  int n = -1;
  CHECK_EQ(tcgetattr(0, &before), 0);
  CHECK(before.c_lflag & ICANON && before.c_lflag & ECHO && before.c_lflag & ISIG);
  CHECK_EQ(before.c_cc[VINTR], 3);
  CHECK_EQ(cfgetospeed(&before), B115200);
  CHECK_EQ(isatty(0), 1);
  CHECK_EQ(strcmp(ctermid(NULL), "/dev/tty"), 0);
  const char *name = ttyname(1);
  CHECK(name && !strcmp(name, "/dev/console"));
  int null = open("/dev/null", O_RDONLY), tty = open("/dev/tty", O_RDWR);
  CHECK_EQ(isatty(null), 0);
  FAILS(tcgetattr(null, &t), ENOTTY);
  CHECK_EQ(isatty(tty), 1);
  CHECK_EQ(close(null), 0);
  CHECK_EQ(close(tty), 0);
  FAILS(tcgetattr(9, &t), EBADF);
  CHECK_EQ(ioctl(0, FIONREAD, &n), 0);
  CHECK_EQ(n, 0);
  FAILS(ioctl(0, 0x1234, &n), ENOTTY);
  FAILS(tcflush(0, 7), EINVAL);
  FAILS(tcsetattr(0, 3, &before), EINVAL);
  t = before;
  cfsetspeed(&t, 1);
  FAILS(tcsetattr(0, TCSANOW, &t), EINVAL);
  t = before;
  cfmakeraw(&t);
  CHECK_EQ(tcsetattr(0, TCSANOW, &t), 0);
  CHECK_EQ(tcgetattr(0, &t), 0);
  CHECK(!(t.c_lflag & (ICANON | ECHO | ISIG)) && !(t.c_oflag & OPOST));
  reset();
  CHECK_EQ(tcsendbreak(0, 0), 0);
}

static void lines(void) {
  say("lines?\n");
  reads("abc\n");
  reads("second\n");
  reads(""); /* an end of file */
  reads("after");
  reads("\n");
}

static void long_line(void) {
  say("long?\n");
  long n = read(0, buf, sizeof buf);
  CHECK(n >= 64 && n < 1500 && buf[n - 1] == '\n');
  for (long i = 0; i < n - 1; i++) CHECK(buf[i] == 'l');
  reads("short\n");
}

/* More than is kept, all of it in lines: nothing is lost, it waits outside. */
static void paste(void) {
  unsigned at = 0, wrong = 0;
  say("paste?\n");
  until(200);
  while (at < 6000) {
    long n = read(0, buf, 7);
    if (n <= 0) break;
    for (long i = 0; i < n; i++, at++) wrong += buf[i] != (at % 60 == 59 ? '\n' : (char)('a' + at % 7));
  }
  CHECK_EQ(at, 6000);
  CHECK_EQ(wrong, 0);
}

static void raw(void) {
  static const char want[] = "\3\x1a\4\r\n\xff\0\x13\x11\x7f\x16";
  set(ICRNL | IXON, ICANON | ECHO | ISIG | IEXTEN, 11, 0);
  say("raw?\n");
  CHECK_EQ(read(0, buf, sizeof buf), 11);
  CHECK(!memcmp(buf, want, 11));
  say("bytes?\n"); /* each of the 256 ones, 8 times */
  for (int i = 0; i < 2048; i++) {
    set(ICRNL | IXON, ICANON | ECHO | ISIG | IEXTEN, 1, 0);
    if (read(0, buf, 1) != 1 || (uint8_t)buf[0] != (uint8_t)i) {
      CHECK_EQ((uint8_t)buf[0], (uint8_t)i);
      break;
    }
  }
  reset();
}

static void times(void) {
  long long begun;
  set(0, ICANON | ECHO, 0, 0);
  CHECK_EQ(read(0, buf, 8), 0);
  set(0, ICANON | ECHO, 0, 2);
  begun = now_us();
  CHECK_EQ(read(0, buf, 8), 0);
  CHECK(now_us() - begun >= 200000 && now_us() - begun < 220000);
  set(0, ICANON | ECHO, 3, 1);
  say("two?\n");
  begun = now_us();
  CHECK_EQ(read(0, buf, 8), 2);
  CHECK(now_us() - begun >= 100000);
  set(0, ICANON | ECHO, 5, 1);
  say("five?\n");
  CHECK_EQ(read(0, buf, 5), 5);
  set(0, ICANON | ECHO, 1, 0);
  fcntl(0, F_SETFL, O_NONBLOCK);
  FAILS(read(0, buf, 1), EAGAIN);
  fcntl(0, F_SETFL, 0);
  struct pollfd p = {.fd = 0, .events = POLLIN | POLLOUT};
  CHECK_EQ(poll(&p, 1, -1), 1);
  CHECK_EQ(p.revents, POLLOUT);
  p.events = POLLIN;
  CHECK_EQ(poll(&p, 1, 10), 0);
  say("poll?\n");
  CHECK_EQ(poll(&p, 1, -1), 1);
  CHECK_EQ(read(0, buf, 8), 1);
  reset();
}

static volatile sig_atomic_t last, count;
static void note(int signal) {
  last = signal;
  count++;
}

/* A key that sends a signal is typed, and then a line: the key ends a read, if it does not come before. */
static void key(int signal) {
  if (read(0, buf, sizeof buf) < 0) {
    CHECK_EQ(errno, EINTR);
    reads("go\n");
  } else {
    CHECK(!memcmp(buf, "go\n", 3));
  }
  CHECK_EQ(last, signal);
}

static void keys(void) {
  struct sigaction a = {.sa_handler = note};
  CHECK_EQ(tcsetpgrp(0, getpgrp()), 0);
  CHECK_EQ(tcgetpgrp(0), getpgrp());
  CHECK_EQ(sigaction(SIGINT, &a, NULL), 0);
  CHECK_EQ(sigaction(SIGQUIT, &a, NULL), 0);
  CHECK_EQ(sigaction(SIGTSTP, &a, NULL), 0);
  CHECK_EQ(sigaction(SIGWINCH, &a, NULL), 0);
  say("interrupt?\n");
  key(SIGINT);
  say("quit?\n");
  while (count < 2) continue; /* nobody reads */
  CHECK_EQ(last, SIGQUIT);
  say("stop?\n");
  key(SIGTSTP);
  struct winsize w = {0};
  CHECK_EQ(ioctl(0, TIOCGWINSZ, &w), 0);
  CHECK(w.ws_row == 24 && w.ws_col == 80);
  w.ws_row = 50;
  CHECK_EQ(ioctl(0, TIOCSWINSZ, &w), 0);
  CHECK_EQ(last, SIGWINCH);
  CHECK_EQ(count, 4);
  CHECK_EQ(ioctl(0, TIOCSWINSZ, &w), 0);
  CHECK_EQ(count, 4); /* the same */
  w.ws_row = 0;
  CHECK_EQ(ioctl(0, TIOCGWINSZ, &w), 0);
  CHECK_EQ(w.ws_row, 50);
  signal(SIGINT, SIG_DFL), signal(SIGQUIT, SIG_DFL), signal(SIGTSTP, SIG_DFL), signal(SIGWINCH, SIG_DFL);
}

static void flow(void) {
  int n = 0, later = 0;
  say("flow?\n");
  while (poll(&(struct pollfd){.fd = 0, .events = POLLIN}, 1, 5) >= 0) { /* the STOP is no input */
    CHECK_EQ(ioctl(0, TIOCOUTQ, &n), 0);
    if (n) break;
    say(".");
  }
  usleep(20000);
  say("held\n");
  CHECK_EQ(ioctl(0, TIOCOUTQ, &later), 0);
  CHECK_EQ(later, n + 5);
  CHECK_EQ(tcflush(0, TCOFLUSH), 0);
  say("let go\n");
  CHECK_EQ(tcflow(0, TCOON), 0);
  CHECK_EQ(tcdrain(0), 0);
  struct termios t = before;
  t.c_iflag |= IXOFF;
  t.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  CHECK_EQ(tcsetattr(0, TCSANOW, &t), 0);
  say("throttle?\n");
  until(240);
  n = 0;
  while (n < 600) n += (int)read(0, buf, 50);
  CHECK_EQ(n, 600);
  reset();
  say("\nlost?\n");
  until(5);
  CHECK_EQ(tcflush(0, TCIFLUSH), 0);
  say("kept?\n");
  reads("kept\n");
}

/* ---- jobs ---- */

static pid_t job(const char *what) {
  posix_spawnattr_t a;
  char *argv[] = {(char *)"tty_child", (char *)what, NULL};
  pid_t pid = -1;
  CHECK_EQ(posix_spawnattr_init(&a), 0);
  CHECK_EQ(posix_spawnattr_setflags(&a, POSIX_SPAWN_SETPGROUP), 0);
  CHECK_EQ(posix_spawn(&pid, "/bin/tty_child", NULL, &a, argv, NULL), 0);
  return pid;
}

static int wait_for(pid_t pid, int options) {
  int status = -1;
  CHECK_EQ(waitpid(pid, &status, options), pid);
  return status;
}

static void front(pid_t group) { CHECK_EQ(tcsetpgrp(0, group), 0); }

static void background(void) {
  int status;
  signal(SIGTTOU, SIG_IGN);
  front(getpgrp());
  pid_t pid = job("read");
  status = wait_for(pid, WUNTRACED);
  CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTIN);
  CHECK(!WIFEXITED(status) && !WIFSIGNALED(status) && !WIFCONTINUED(status));
  CHECK_EQ(waitpid(pid, &status, WUNTRACED | WNOHANG), 0); /* told once */
  front(pid);
  CHECK_EQ(tcgetpgrp(0), pid);
  CHECK_EQ(killpg(pid, SIGCONT), 0);
  status = wait_for(pid, WCONTINUED | WUNTRACED);
  CHECK(WIFCONTINUED(status) && !WIFSTOPPED(status));
  say("job?\n");
  status = wait_for(pid, 0);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
  front(getpgrp());
  pid = job("write");
  status = wait_for(pid, WUNTRACED);
  CHECK_EQ(status, 4 << 8); /* without TOSTOP it may */
  struct termios t = before;
  t.c_lflag |= TOSTOP;
  CHECK_EQ(tcsetattr(0, TCSANOW, &t), 0);
  signal(SIGTTOU, SIG_DFL); /* or the job would ignore it as well */
  pid = job("write");
  signal(SIGTTOU, SIG_IGN);
  status = wait_for(pid, WUNTRACED);
  CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTOU);
  reset();
  CHECK_EQ(kill(pid, SIGCONT), 0);
  CHECK_EQ(wait_for(pid, WUNTRACED), 4 << 8);
}

static void foreground(void) {
  struct sigaction a = {.sa_handler = note, .sa_flags = SA_RESTART};
  front(getpgrp());
  CHECK_EQ(sigaction(SIGCHLD, &a, NULL), 0);
  count = 0;
  pid_t pid = job("spin");
  front(pid);
  int status = wait_for(pid, WUNTRACED); /* typed: stop */
  CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP);
  CHECK_EQ(count, 1);
  CHECK_EQ(last, SIGCHLD);
  CHECK_EQ(kill(pid, SIGCONT), 0);
  CHECK_EQ(count, 2);
  a.sa_flags |= SA_NOCLDSTOP;
  CHECK_EQ(sigaction(SIGCHLD, &a, NULL), 0);
  CHECK_EQ(kill(pid, SIGSTOP), 0);
  CHECK_EQ(wait_for(pid, WUNTRACED), SIGSTOP << 8 | 0x7f);
  CHECK_EQ(kill(pid, SIGCONT), 0);
  CHECK_EQ(count, 2);
  say("kill?\n");
  CHECK_EQ(wait_for(pid, 0), SIGINT);
  CHECK_EQ(count, 3);
  signal(SIGCHLD, SIG_DFL);
  front(getpgrp()); /* while there is no foreground each group takes itself for it */
  pid = job("tidy");
  front(pid);
  CHECK_EQ(wait_for(pid, 0), (50 + SIGINT) << 8);
  front(getpgrp());
  pid = job("spin");
  CHECK_EQ(kill(pid, SIGSTOP), 0);
  CHECK_EQ(wait_for(pid, WUNTRACED), SIGSTOP << 8 | 0x7f);
  CHECK_EQ(kill(pid, SIGKILL), 0); /* also one that is stopped */
  CHECK_EQ(wait_for(pid, WUNTRACED), SIGKILL);
  FAILS(tcsetpgrp(0, pid), EPERM); /* nobody is in it */
  FAILS(waitpid(-1, NULL, WNOHANG), ECHILD);
}

/* Nobody could make it go on: it is not stopped. */
static void orphaned(void) {
  raise(SIGTSTP);
  raise(SIGTTIN);
  CHECK(1);
}

TESTS({"asks", asks}, {"lines", lines}, {"long line", long_line}, {"paste", paste}, {"raw", raw}, {"times", times},
      {"keys", keys}, {"flow", flow}, {"background", background}, {"foreground", foreground}, {"orphaned", orphaned})
