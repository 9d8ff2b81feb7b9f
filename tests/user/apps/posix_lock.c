/* Advisory locks: fcntl(), lockf(), flock(), between processes.
 * pith_app: STACK 2048 HEAP 4096 */
#define _GNU_SOURCE 1 /* pipe2() */
#include "posix.h"
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/wait.h>
#include "pith.h"

static const char *file = "/tmp/locked";
static int fd, to, from; /* to its descriptor 0, from its descriptor 1 */

/* Runs lock_child; true: it has written that it has the lock, and holds it until finish_child(). */
static pid_t child(int command, int type, int start, int length) {
  char text[4][12];
  char *argv[] = {(char *)"lock_child", text[0], text[1], text[2], text[3], (char *)file, NULL};
  const int numbers[] = {command, type, start, length};
  int in[2], out[2];
  pid_t pid = -1;
  posix_spawn_file_actions_t actions;
  for (int i = 0; i < 4; i++) snprintf(text[i], sizeof text[i], "%d", numbers[i]);
  CHECK(!pipe2(in, O_CLOEXEC) && !pipe2(out, O_CLOEXEC));
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  CHECK_EQ(posix_spawn(&pid, "/bin/lock_child", &actions, NULL, argv, NULL), 0);
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]), close(out[1]);
  to = in[1], from = out[0];
  return pid;
}

static int has_it(void) {
  char c;
  return read(from, &c, 1) == 1;
}

static int end(pid_t pid) {
  int status = -1;
  close(to);
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  close(from);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int refused(int command, int type, int start, int length) {
  return end(child(command, type, start, length));
}

static int set(int command, int type, int whence, long start, long length) {
  struct flock l = {.l_type = (short)type, .l_whence = (short)whence, .l_start = start, .l_len = length};
  return fcntl(fd, command, &l);
}

static void open_it(void) {
  fd = open(file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  CHECK(fd >= 0);
  CHECK_EQ(write(fd, "0123456789", 10), 10);
}

/* Bytes are locked against others, not against oneself; F_GETLK tells who has them. */
static void ranges(void) {
  struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
  open_it();
  CHECK_EQ(set(F_SETLK, F_WRLCK, SEEK_SET, 2, 3), 0);
  CHECK_EQ(set(F_SETLK, F_RDLCK, SEEK_SET, 3, 1), 0);
  CHECK_EQ(fcntl(fd, F_GETLK, &l), 0);
  CHECK_EQ(l.l_type, F_UNLCK);
  CHECK_EQ(refused(F_SETLK, F_RDLCK, 2, 1), EAGAIN);
  CHECK_EQ(refused(F_SETLK, F_RDLCK, 3, 1), 0);
  CHECK_EQ(refused(F_SETLK, F_WRLCK, 3, 1), EAGAIN);
  CHECK_EQ(refused(F_SETLK, F_WRLCK, 0, 2), 0);
  CHECK_EQ(refused(F_SETLK, F_WRLCK, 5, 0), 0);
  CHECK_EQ(refused(F_SETLK, F_WRLCK, 4, 0), EAGAIN);
  pid_t pid = child(F_SETLK, F_WRLCK, 7, 2);
  CHECK(has_it());
  l = (struct flock){.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 1, .l_len = 0};
  CHECK_EQ(fcntl(fd, F_GETLK, &l), 0);
  CHECK(l.l_type == F_WRLCK && l.l_pid == pid && l.l_start == 7 && l.l_len == 2 && l.l_whence == SEEK_SET);
  FAILS(set(F_SETLK, F_RDLCK, SEEK_SET, 8, 1), EAGAIN);
  CHECK_EQ(end(pid), 0);
  CHECK_EQ(set(F_SETLK, F_RDLCK, SEEK_SET, 8, 1), 0);
  close(fd);
}

/* From the position and from the end; before it; what is no range. */
static void places(void) {
  open_it();
  CHECK_EQ(lseek(fd, 4, SEEK_SET), 4);
  CHECK_EQ(set(F_SETLK, F_WRLCK, SEEK_CUR, 0, -2), 0); /* 2, 3 */
  CHECK_EQ(set(F_SETLK, F_WRLCK, SEEK_END, -1, 1), 0); /* 9 */
  CHECK_EQ(refused(F_SETLK, F_WRLCK, 0, 2), 0);
  CHECK_EQ(refused(F_SETLK, F_WRLCK, 3, 1), EAGAIN);
  CHECK_EQ(refused(F_SETLK, F_WRLCK, 4, 5), 0);
  CHECK_EQ(refused(F_SETLK, F_WRLCK, 9, 1), EAGAIN);
  CHECK_EQ(lockf(fd, F_LOCK, 5), 0); /* 4 to 8: one with the others */
  CHECK_EQ(refused(F_SETLK, F_RDLCK, 6, 1), EAGAIN);
  CHECK_EQ(lockf(fd, F_TEST, 0), 0);
  CHECK_EQ(lockf(fd, F_ULOCK, 2), 0); /* 4, 5 */
  CHECK_EQ(refused(F_SETLK, F_WRLCK, 4, 2), 0);
  FAILS(lockf(fd, 77, 0), EINVAL);
  FAILS(set(F_SETLK, F_WRLCK, SEEK_SET, 1, -2), EINVAL);
  FAILS(set(F_SETLK, F_WRLCK, SEEK_SET, -1, 2), EINVAL);
  FAILS(set(F_SETLK, F_WRLCK, SEEK_SET, LONG_MAX, 2), EOVERFLOW);
  FAILS(set(F_SETLK, 9, SEEK_SET, 0, 1), EINVAL);
  FAILS(set(F_SETLK, F_WRLCK, 5, 0, 1), EINVAL);
  close(fd);
  fd = open(file, O_RDONLY);
  FAILS(set(F_SETLK, F_WRLCK, SEEK_SET, 0, 1), EBADF);
  CHECK_EQ(set(F_SETLK, F_RDLCK, SEEK_SET, 0, 1), 0);
  close(fd);
  FAILS(set(F_SETLK, F_RDLCK, SEEK_SET, 0, 1), EBADF);
  CHECK_EQ(sys_fcntl(1, F_SETLK, 0), -EFAULT);
  CHECK_EQ(sys_fcntl(1, F_GETLK, 0x20000000), -EFAULT);
}

/* Closing any descriptor of the file gives up the process's locks; so does its end, by whatever. */
static void given_up(void) {
  open_it();
  int other = open(file, O_RDONLY), copy = dup(fd), far = open("/tmp/far", O_RDWR | O_CREAT, 0666);
  CHECK_EQ(set(F_SETLK, F_WRLCK, SEEK_SET, 0, 0), 0);
  close(far);
  unlink("/tmp/far");
  CHECK_EQ(refused(F_SETLK, F_WRLCK, 0, 1), EAGAIN);
  close(other);
  CHECK_EQ(refused(F_SETLK, F_WRLCK, 0, 1), 0);
  CHECK_EQ(set(F_SETLK, F_WRLCK, SEEK_SET, 0, 0), 0);
  close(copy);
  CHECK_EQ(refused(F_SETLK, F_WRLCK, 0, 1), 0);
  pid_t pid = child(F_SETLK, F_WRLCK, 0, 0);
  CHECK(has_it());
  kill(pid, SIGKILL);
  CHECK_EQ(set(F_SETLKW, F_WRLCK, SEEK_SET, 0, 0), 0);
  CHECK_EQ(end(pid), -1);
  close(fd);
}

static void nothing(int signal) { (void)signal; }

/* F_SETLKW waits until it has the lock; a signal ends it; a ring is refused. */
static void waiting(void) {
  struct sigaction alarms = {.sa_handler = nothing};
  open_it();
  sigaction(SIGALRM, &alarms, NULL);
  CHECK_EQ(set(F_SETLK, F_WRLCK, SEEK_SET, 0, 1), 0);
  pid_t pid = child(F_SETLKW, F_WRLCK, 0, 1);
  usleep(30000);
  CHECK_EQ(kill(pid, 0), 0);
  CHECK_EQ(set(F_SETLK, F_UNLCK, SEEK_SET, 0, 1), 0);
  CHECK(has_it());
  ualarm(30000, 0);
  FAILS(set(F_SETLKW, F_WRLCK, SEEK_SET, 0, 1), EINTR);
  CHECK_EQ(end(pid), 0);
  CHECK_EQ(set(F_SETLK, F_WRLCK, SEEK_SET, 5, 1), 0);
  pid = child(F_SETLKW, F_WRLCK, 5, 0);
  usleep(30000);
  CHECK_EQ(set(F_SETLKW, F_WRLCK, SEEK_SET, 6, 1), 0); /* it has none yet */
  CHECK_EQ(set(F_SETLK, F_UNLCK, SEEK_SET, 5, 2), 0);
  CHECK(has_it());
  CHECK_EQ(end(pid), 0);
  close(fd);
}

/* flock(): of the open file, whichever descriptor, in whichever file system. */
static void whole(void) {
  const char *const files[] = {"/tmp/locked", "/data/locked", "/bin/lock_child"};
  for (int i = 0; i < 3; i++) {
    file = files[i];
    fd = open(file, i == 2 ? O_RDONLY : O_RDWR | O_CREAT, 0666);
    if (fd < 0 && i == 1) continue; /* a board without /data */
    int copy = dup(fd), other = open(file, O_RDONLY);
    CHECK_EQ(flock(fd, LOCK_SH), 0);
    CHECK_EQ(flock(other, LOCK_SH | LOCK_NB), 0);
    FAILS(flock(other, LOCK_EX | LOCK_NB), EWOULDBLOCK);
    CHECK_EQ(flock(other, LOCK_UN), 0);
    CHECK_EQ(flock(copy, LOCK_EX | LOCK_NB), 0);
    close(fd);
    FAILS(flock(other, LOCK_SH | LOCK_NB), EWOULDBLOCK);
    close(copy);
    CHECK_EQ(flock(other, LOCK_SH | LOCK_NB), 0);
    FAILS(flock(other, LOCK_SH | LOCK_UN), EINVAL);
    close(other);
  }
  FAILS(flock(99, LOCK_SH), EBADF);
  file = "/tmp/locked";
  open_it();
  CHECK_EQ(flock(fd, LOCK_EX), 0);
  CHECK_EQ(refused(0, LOCK_SH | LOCK_NB, 0, 0), EWOULDBLOCK);
  CHECK_EQ(refused(F_SETLK, F_WRLCK, 0, 0), 0); /* another kind */
  close(fd);
  unlink("/tmp/locked");
  unlink("/data/locked");
}

TESTS({"ranges", ranges}, {"places", places}, {"given up", given_up}, {"waiting", waiting}, {"whole", whole})
