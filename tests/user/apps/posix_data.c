/* /data by the calls of <unistd.h>: what POSIX says of files that are kept, of those that are open, and of a full device.
 * pith_app: STACK 4096 HEAP 16384 */
#include "posix.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>

static char buf[4096], back[4096];

static int put(const char *name, const char *text) {
  int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666), n = (int)strlen(text);
  if (fd < 0) return -1;
  if (write(fd, text, (size_t)n) != n) n = -1;
  return close(fd) ? -1 : n;
}

static int holds_fd(int fd, const char *text) {
  memset(back, 0, sizeof back);
  if (lseek(fd, 0, SEEK_SET)) return 0;
  ssize_t n = read(fd, back, sizeof back - 1);
  return n == (ssize_t)strlen(text) && !strcmp(back, text);
}

static int holds(const char *name, const char *text) {
  int fd = open(name, O_RDONLY), same;
  if (fd < 0) return 0;
  same = holds_fd(fd, text);
  return close(fd) ? 0 : same;
}

static void names(void) {
  FAILS(open("/data/a", O_RDONLY), ENOENT);
  CHECK_EQ(put("/data/a", "hello"), 5);
  CHECK(holds("/data/a", "hello"));
  FAILS(open("/data/a", O_RDWR | O_CREAT | O_EXCL, 0666), EEXIST);
  FAILS(open("/data/a/b", O_RDONLY), ENOTDIR);
  FAILS(open("/data/a/", O_RDONLY), ENOTDIR);
  FAILS(open("/data", O_WRONLY), EISDIR);
  FAILS(mkdir("/data", 0777), EEXIST);
  FAILS(rmdir("/data"), EBUSY);
  FAILS(unlink("/data"), EISDIR);
  FAILS(rename("/data/a", "/tmp/a"), EXDEV);
  CHECK_EQ(mkdir("/data/d", 0777), 0);
  FAILS(rename("/data/d", "/data/d/e"), EINVAL);
  CHECK_EQ(rename("/data/a", "/data/d/b"), 0);
  CHECK(holds("/data/d/../d/b", "hello"));
  FAILS(rmdir("/data/d"), ENOTEMPTY);
  FAILS(mkfifo("/data/fifo", 0666), EROFS);
  CHECK_EQ(unlink("/data/d/b"), 0);
  CHECK_EQ(rmdir("/data/d"), 0);
}

static void shared(void) {
  int a = open("/data/s", O_RDWR | O_CREAT, 0666), b = open("/data/s", O_RDWR | O_APPEND);
  struct stat st;
  CHECK_EQ(write(a, "12345", 5), 5);
  CHECK(holds_fd(b, "12345"));
  CHECK_EQ(write(b, "67", 2), 2);
  CHECK_EQ(stat("/data/s", &st), 0);
  CHECK_EQ(st.st_size, 7);
  CHECK(S_ISREG(st.st_mode));
  CHECK_EQ(ftruncate(a, 3), 0);
  CHECK(holds_fd(b, "123"));
  CHECK_EQ(lseek(a, 6000, SEEK_SET), 6000);
  CHECK_EQ(write(a, "x", 1), 1);
  CHECK_EQ(lseek(b, -1, SEEK_END), 6000);
  CHECK_EQ(read(b, buf, 10), 1);
  CHECK_EQ(lseek(b, 3, SEEK_SET), 3);
  CHECK_EQ(read(b, buf, sizeof buf), sizeof buf);
  for (unsigned i = 0; i < sizeof buf; i++) CHECK_EQ(buf[i], 0);
  CHECK_EQ(fsync(a), 0);
  CHECK_EQ(close(a), 0);
  CHECK_EQ(close(b), 0);
  CHECK_EQ(unlink("/data/s"), 0);
}

static void open_and_gone(void) {
  struct stat st;
  CHECK_EQ(put("/data/u", "what it was"), 11);
  int old = open("/data/u", O_RDWR);
  CHECK_EQ(unlink("/data/u"), 0);
  CHECK_EQ(put("/data/u", "another"), 7);
  int other = open("/data/u", O_RDONLY);
  CHECK_EQ(put("/data/v", "the third"), 9);
  CHECK_EQ(rename("/data/v", "/data/u"), 0);
  CHECK(holds_fd(old, "what it was"));
  CHECK(holds_fd(other, "another"));
  CHECK(holds("/data/u", "the third"));
  CHECK_EQ(fstat(old, &st), 0);
  CHECK_EQ(st.st_nlink, 0);
  CHECK_EQ(close(old), 0);
  CHECK_EQ(close(other), 0);
  CHECK_EQ(unlink("/data/u"), 0);
}

static void directories(void) {
  int seen = 0;
  CHECK_EQ(mkdir("/data/many", 0777), 0);
  for (int i = 0; i < 100; i++) {
    snprintf(buf, sizeof buf, "/data/many/a name that is not short %d", i);
    CHECK_EQ(put(buf, "x"), 1);
  }
  DIR *d = opendir("/data/many");
  CHECK(d != NULL);
  for (struct dirent *e; d && (e = readdir(d));) {
    if (e->d_name[0] == '.') continue;
    seen++;
    snprintf(buf, sizeof buf, "/data/many/%s", e->d_name);
    CHECK_EQ(unlink(buf), 0);
  }
  if (d) CHECK_EQ(closedir(d), 0);
  CHECK_EQ(seen, 100);
  CHECK_EQ(rmdir("/data/many"), 0);
}

static unsigned long free_bytes(void) {
  struct statvfs v;
  if (statvfs("/data", &v)) return 0;
  return (unsigned long)v.f_bfree * v.f_frsize;
}

static void full(void) {
  unsigned long before = free_bytes(), n = 0;
  int fd = open("/data/full", O_RDWR | O_CREAT, 0666);
  ssize_t r;
  for (unsigned i = 0; i < sizeof buf; i++) buf[i] = (char)(i * 7);
  while ((r = write(fd, buf, sizeof buf)) > 0) n += (unsigned long)r;
  CHECK(r == -1 && errno == ENOSPC);
  CHECK(n > before - before / 16 && n <= before);
  CHECK_EQ(fsync(fd), 0);
  FAILS(mkdir("/data/none", 0777), ENOSPC);
  FAILS(ftruncate(fd, 1 << 24), ENOSPC);
  CHECK_EQ(lseek(fd, 409600, SEEK_SET), 409600);
  CHECK_EQ(read(fd, back, sizeof back), sizeof back);
  CHECK(!memcmp(buf, back, sizeof buf));
  CHECK_EQ(close(fd), 0);
  CHECK_EQ(unlink("/data/full"), 0);
  CHECK_EQ(free_bytes(), before);
}

static void times(void) {
  struct timeval t = {.tv_sec = 1700000000};
  struct stat st;
  CHECK_EQ(settimeofday(&t, NULL), 0);
  CHECK_EQ(put("/data/t", "t"), 1);
  CHECK_EQ(stat("/data/t", &st), 0);
  CHECK_EQ(st.st_mtime, t.tv_sec);
  CHECK_EQ(unlink("/data/t"), 0);
}

static void many_open(void) {
  int fd[16], n = 0;
  for (; n < 12; n++) {
    snprintf(buf, sizeof buf, "/data/m%d", n);
    fd[n] = open(buf, O_RDWR | O_CREAT, 0666);
    if (fd[n] < 0) break;
  }
  CHECK(n >= 3 && n < 12 && errno == ENFILE);
  while (n--) {
    CHECK_EQ(close(fd[n]), 0);
    snprintf(buf, sizeof buf, "/data/m%d", n);
    CHECK_EQ(unlink(buf), 0);
  }
}

TESTS({"names", names}, {"shared", shared}, {"open and gone", open_and_gone}, {"directories", directories}, {"full", full},
      {"times", times}, {"many open", many_open})
