/* Files by the calls of <unistd.h>, <fcntl.h>, <dirent.h>: what each does and the errors POSIX gives it.
 * pith_app: STACK 4096 HEAP 8192 */
#include "posix.h"
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <utime.h>
#include "pith.h"

static char buf[512], path[400];

static int put(const char *name, const char *text) {
  int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666), n = (int)strlen(text);
  if (fd < 0) return -1;
  if (write(fd, text, (size_t)n) != n) n = -1;
  return close(fd) ? -1 : n;
}

static int holds(const char *name, const char *text) {
  int fd = open(name, O_RDONLY);
  if (fd < 0) return 0;
  memset(buf, 0, sizeof buf);
  ssize_t n = read(fd, buf, sizeof buf - 1);
  close(fd);
  return n == (ssize_t)strlen(text) && !strcmp(buf, text);
}

static long size_of(const char *name) {
  struct stat st;
  return stat(name, &st) ? -1 : (long)st.st_size;
}

static void opening(void) {
  FAILS(open("/tmp/a", O_RDONLY), ENOENT);
  FAILS(open("", O_RDONLY), ENOENT);
  FAILS(open("/tmp/none/a", O_WRONLY | O_CREAT, 0666), ENOENT);
  int fd = open("/tmp/a", O_RDWR | O_CREAT | O_EXCL, 0666);
  CHECK_EQ(fd, 3);
  CHECK_EQ(write(fd, "hello", 5), 5);
  CHECK_EQ(lseek(fd, 1, SEEK_SET), 1);
  CHECK_EQ(read(fd, buf, sizeof buf), 4);
  CHECK(!memcmp(buf, "ello", 4));
  CHECK_EQ(read(fd, buf, sizeof buf), 0);
  CHECK_EQ(close(fd), 0);
  FAILS(close(fd), EBADF);
  FAILS(read(fd, buf, 1), EBADF);
  FAILS(open("/tmp/a", O_RDWR | O_CREAT | O_EXCL, 0666), EEXIST);
  FAILS(open("/tmp/a/b", O_RDONLY), ENOTDIR);
  FAILS(open("/tmp/a/b", O_WRONLY | O_CREAT, 0666), ENOTDIR);
  FAILS(open("/tmp/a/", O_RDONLY), ENOTDIR);
  FAILS(open("/tmp/a/.", O_RDONLY), ENOTDIR);
  FAILS(open("/tmp/a/../a", O_RDONLY), ENOTDIR);
  FAILS(open("/tmp/none/../a", O_RDONLY), ENOENT);
  FAILS(open("/tmp/new/", O_WRONLY | O_CREAT, 0666), EISDIR);
  FAILS(open("/tmp", O_WRONLY), EISDIR);
  FAILS(open("/tmp", O_RDWR), EISDIR);
  FAILS(open("/tmp/a", O_RDONLY | O_DIRECTORY), ENOTDIR);
  FAILS(open("/tmp/a", O_ACCMODE), EINVAL);
  FAILS(open("/etc/new", O_WRONLY | O_CREAT, 0666), EROFS);
  FAILS(open("/new", O_WRONLY | O_CREAT, 0666), EROFS);
  FAILS(open("/bin/hello", O_WRONLY), EROFS);
  fd = open("/tmp/a", O_RDONLY);
  FAILS(write(fd, "x", 1), EBADF);
  FAILS(ftruncate(fd, 1), EINVAL);
  CHECK_EQ(close(fd), 0);
  fd = open("/tmp/a", O_WRONLY);
  FAILS(read(fd, buf, 1), EBADF);
  CHECK_EQ(close(fd), 0);
  CHECK(holds("/tmp/a", "hello"));
  CHECK(holds("//tmp/././a", "hello") && holds("/../../tmp/a", "hello") && holds("/tmp/../tmp/a", "hello"));
  CHECK_EQ(unlink("/tmp/a"), 0);
}

static void truncating(void) {
  CHECK_EQ(put("/tmp/t", "0123456789"), 10);
  CHECK_EQ(truncate("/tmp/t", 4), 0);
  CHECK(holds("/tmp/t", "0123"));
  CHECK_EQ(truncate("/tmp/t", 6), 0);
  CHECK_EQ(size_of("/tmp/t"), 6);
  int fd = open("/tmp/t", O_RDWR);
  CHECK_EQ(read(fd, buf, 10), 6);
  CHECK(!memcmp(buf, "0123\0\0", 6));
  CHECK_EQ(ftruncate(fd, 100000), 0);
  CHECK_EQ(lseek(fd, -3, SEEK_END), 99997);
  CHECK_EQ(read(fd, buf, 10), 3);
  CHECK(!memcmp(buf, "\0\0\0", 3));
  FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
  FAILS(lseek(fd, 0, 7), EINVAL);
  FAILS(lseek(fd, INT_MAX, SEEK_END), EOVERFLOW);
  FAILS(ftruncate(fd, -1), EINVAL);
  FAILS(truncate("/tmp/none", 1), ENOENT);
  FAILS(truncate("/tmp", 1), EISDIR);
  FAILS(truncate("/bin/hello", 1), EROFS);
  CHECK_EQ(lseek(fd, 200000, SEEK_SET), 200000); /* a hole */
  CHECK_EQ(write(fd, "end", 3), 3);
  CHECK_EQ(size_of("/tmp/t"), 200003);
  CHECK_EQ(lseek(fd, 150000, SEEK_SET), 150000);
  CHECK_EQ(read(fd, buf, 2), 2);
  CHECK(!buf[0] && !buf[1]);
  CHECK_EQ(fsync(fd), 0);
  CHECK_EQ(close(fd), 0);
  FAILS(fsync(fd), EBADF);
  fd = open("/tmp/t", O_WRONLY | O_APPEND);
  CHECK_EQ(write(fd, "!", 1), 1);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 200004);
  CHECK_EQ(close(fd), 0);
  CHECK_EQ(put("/tmp/t", ""), 0);
  CHECK_EQ(size_of("/tmp/t"), 0);
  CHECK_EQ(unlink("/tmp/t"), 0);
}

static void names(void) {
  struct stat st;
  CHECK_EQ(put("/tmp/a", "a"), 1);
  CHECK_EQ(put("/tmp/b", "bb"), 2);
  CHECK_EQ(rename("/tmp/a", "/tmp/b"), 0);
  CHECK(holds("/tmp/b", "a"));
  FAILS(stat("/tmp/a", &st), ENOENT);
  CHECK_EQ(rename("/tmp/b", "/tmp/b"), 0);
  CHECK_EQ(mkdir("/tmp/d", 0777), 0);
  FAILS(mkdir("/tmp/d", 0777), EEXIST);
  FAILS(mkdir("/tmp/b", 0777), EEXIST);
  FAILS(mkdir("/tmp", 0777), EEXIST);
  FAILS(mkdir("/tmp/none/d", 0777), ENOENT);
  FAILS(mkdir("/bin/d", 0777), EROFS);
  CHECK_EQ(mkdir("/tmp/d/e/", 0777), 0);
  FAILS(rename("/tmp/d", "/tmp/d/e/f"), EINVAL);
  FAILS(rename("/tmp/b", "/tmp/d"), EISDIR);
  FAILS(rename("/tmp/d", "/tmp/b"), ENOTDIR);
  FAILS(rename("/tmp/b", "/tmp/b2/"), ENOTDIR);
  CHECK_EQ(mkdir("/tmp/full", 0777), 0);
  CHECK_EQ(put("/tmp/full/x", "x"), 1);
  FAILS(rename("/tmp/d", "/tmp/full"), ENOTEMPTY);
  FAILS(rmdir("/tmp/full"), ENOTEMPTY);
  FAILS(rmdir("/tmp/b"), ENOTDIR);
  FAILS(rmdir("/tmp/none"), ENOENT);
  FAILS(rmdir("/tmp/d/e/."), EINVAL);
  FAILS(rmdir("/tmp"), EBUSY);
  FAILS(rmdir("/bin"), EBUSY);
  FAILS(rename("/tmp", "/tmp2"), EBUSY);
  FAILS(rename("/tmp/b", "/etc/b"), EXDEV);
  FAILS(rename("/tmp/none", "/etc/b"), ENOENT);
  FAILS(unlink("/tmp/d"), EISDIR);
  FAILS(unlink("/tmp/none"), ENOENT);
  FAILS(unlink("/tmp/b/c"), ENOTDIR);
  FAILS(unlink("/bin/hello"), EROFS);
  FAILS(unlink("/bin/none"), ENOENT);
  CHECK_EQ(rename("/tmp/full/x", "/tmp/d/e/y"), 0);
  CHECK_EQ(rename("/tmp/d/e", "/tmp/full"), 0);
  CHECK(holds("/tmp/full/y", "x"));
  CHECK_EQ(stat("/tmp/full/../full/y", &st), 0);
  CHECK(S_ISREG(st.st_mode) && st.st_size == 1 && st.st_nlink == 1);
  CHECK_EQ(remove("/tmp/full/y"), 0);
  CHECK_EQ(remove("/tmp/full"), 0);
  CHECK_EQ(remove("/tmp/d"), 0);
  CHECK_EQ(remove("/tmp/b"), 0);
  FAILS(remove("/tmp/b"), ENOENT);
  strcpy(path, "/tmp/");
  memset(path + 5, 'n', 63);
  path[68] = 0;
  CHECK_EQ(put(path, "x"), 1);
  CHECK_EQ(unlink(path), 0);
  path[68] = 'n', path[69] = 0;
  FAILS(open(path, O_WRONLY | O_CREAT, 0666), ENAMETOOLONG);
  for (int i = 0; i < 299; i++) path[i] = i % 2 ? 'd' : '/';
  path[299] = 0;
  FAILS(stat(path, &st), ENAMETOOLONG);
  FAILS(stat((const char *)0x20000000, &st), EFAULT);
}

static void unlinked(void) {
  int fd = open("/tmp/u", O_RDWR | O_CREAT, 0666);
  struct stat st;
  CHECK_EQ(write(fd, "kept", 4), 4);
  CHECK_EQ(unlink("/tmp/u"), 0);
  FAILS(stat("/tmp/u", &st), ENOENT);
  CHECK_EQ(put("/tmp/u", "new"), 3);
  CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
  CHECK_EQ(read(fd, buf, 10), 4);
  CHECK(!memcmp(buf, "kept", 4));
  CHECK_EQ(fstat(fd, &st), 0);
  CHECK_EQ(st.st_nlink, 0);
  CHECK_EQ(rename("/tmp/u", "/tmp/v"), 0);
  CHECK_EQ(close(fd), 0);
  CHECK(holds("/tmp/v", "new"));
  CHECK_EQ(unlink("/tmp/v"), 0);
}

static void descriptors(void) {
  int fd = open("/tmp/d", O_RDWR | O_CREAT, 0666), other;
  CHECK_EQ(fd, 3);
  CHECK_EQ(dup(fd), 4);
  CHECK_EQ(write(3, "ab", 2), 2);
  CHECK_EQ(lseek(4, 0, SEEK_CUR), 2);
  CHECK_EQ(dup2(3, 9), 9);
  CHECK_EQ(dup2(9, 9), 9);
  CHECK_EQ(close(3), 0);
  CHECK_EQ(write(9, "cd", 2), 2);
  CHECK(holds("/tmp/d", "abcd"));
  FAILS(dup(3), EBADF);
  FAILS(dup2(3, 4), EBADF);
  FAILS(dup2(4, OPEN_MAX), EBADF);
  FAILS(dup2(4, -1), EBADF);
  CHECK_EQ(fcntl(4, F_DUPFD, 12), 12);
  FAILS(fcntl(4, F_DUPFD, OPEN_MAX), EINVAL);
  FAILS(fcntl(4, F_DUPFD, -1), EINVAL);
  CHECK_EQ(fcntl(12, F_GETFD), 0);
  CHECK_EQ(fcntl(12, F_SETFD, FD_CLOEXEC), 0);
  CHECK_EQ(fcntl(12, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fcntl(4, F_GETFD), 0);
  CHECK_EQ(fcntl(4, F_GETFL) & O_ACCMODE, O_RDWR);
  CHECK_EQ(fcntl(4, F_SETFL, O_APPEND), 0);
  CHECK(fcntl(9, F_GETFL) & O_APPEND);
  CHECK_EQ(lseek(4, 0, SEEK_SET), 0);
  CHECK_EQ(write(4, "ef", 2), 2);
  CHECK(holds("/tmp/d", "abcdef"));
  FAILS(fcntl(4, 99), EINVAL);
  FAILS(fcntl(3, F_GETFD), EBADF);
  /* the last descriptor of another file gives way */
  other = open("/tmp/o", O_RDWR | O_CREAT, 0666);
  CHECK_EQ(other, 3);
  CHECK_EQ(unlink("/tmp/o"), 0);
  CHECK_EQ(dup2(4, 3), 3);
  CHECK_EQ(lseek(3, 0, SEEK_CUR), 6);
  CHECK_EQ(close(3) | close(4) | close(9) | close(12), 0);
  /* as many as there can be */
  int n = 0;
  while (n < 30 && open("/dev/null", O_RDONLY) >= 0) n++;
  CHECK_EQ(n, OPEN_MAX - 3);
  CHECK_EQ(errno, EMFILE);
  FAILS(dup(0), EMFILE);
  FAILS(open("/tmp/never", O_CREAT | O_WRONLY, 0666), EMFILE);
  for (fd = 3; fd < OPEN_MAX; fd++) CHECK_EQ(close(fd), 0);
  FAILS(access("/tmp/never", F_OK), ENOENT);
  CHECK_EQ(sysconf(_SC_OPEN_MAX), OPEN_MAX);
  CHECK(OPEN_MAX >= _POSIX_OPEN_MAX);
  CHECK_EQ(unlink("/tmp/d"), 0);
}

static int count(const char *name, const char *find) {
  DIR *d = opendir(name);
  struct dirent *e;
  int n = 0;
  if (!d) return -1;
  while ((e = readdir(d))) n += !find || !strcmp(find, e->d_name);
  closedir(d);
  return n;
}

static int wanted(const struct dirent *e) { return e->d_name[0] == 'f'; }

static void directories(void) {
  CHECK_EQ(mkdir("/tmp/dir", 0777), 0);
  for (int i = 0; i < 40; i++) {
    strcpy(path, "/tmp/dir/f00");
    path[10] = (char)('0' + i / 10), path[11] = (char)('0' + i % 10);
    CHECK_EQ(put(path, ""), 0);
  }
  CHECK_EQ(count("/tmp/dir", NULL), 42);
  CHECK_EQ(count("/tmp/dir", "f39"), 1);
  CHECK_EQ(count("/tmp/dir", "."), 1);
  CHECK_EQ(count("/tmp/dir", ".."), 1);
  CHECK_EQ(count("/bin", "hello"), 1);
  CHECK_EQ(count("/", "tmp") + count("/", "bin") + count("/", "dev"), 3);
  CHECK_EQ(count("/dev", "null"), 1);
  CHECK_EQ(count("/tmp/none", NULL), -1);
  CHECK_EQ(errno, ENOENT);
  CHECK_EQ(count("/tmp/dir/f00", NULL), -1);
  CHECK_EQ(errno, ENOTDIR);
  DIR *d = opendir("/tmp/dir");
  long at[42];
  char name[42][8];
  int n = 0;
  struct dirent *e;
  for (at[0] = telldir(d); n < 42 && (e = readdir(d)); at[++n < 42 ? n : 41] = telldir(d))
    strcpy(name[n], e->d_name);
  CHECK_EQ(n, 42);
  for (int i = 41; i >= 0; i -= 7) {
    if (i == 41) continue;
    seekdir(d, at[i]);
    e = readdir(d);
    CHECK(e && !strcmp(e->d_name, name[i]));
  }
  /* all are removed while they are read */
  rewinddir(d);
  n = 0;
  while ((e = readdir(d))) {
    if (e->d_name[0] == '.') continue;
    strcpy(path, "/tmp/dir/");
    strcat(path, e->d_name);
    n += unlink(path) == 0;
  }
  CHECK_EQ(n, 40);
  CHECK_EQ(closedir(d), 0);
  CHECK_EQ(put("/tmp/dir/fb", ""), 0);
  CHECK_EQ(put("/tmp/dir/fa", ""), 0);
  CHECK_EQ(put("/tmp/dir/g", ""), 0);
  struct dirent **list = NULL;
  CHECK_EQ(scandir("/tmp/dir", &list, wanted, alphasort), 2);
  CHECK(!strcmp(list[0]->d_name, "fa") && !strcmp(list[1]->d_name, "fb") && list[0]->d_type == DT_REG);
  free(list[0]), free(list[1]), free(list);
  CHECK_EQ(unlink("/tmp/dir/fa") | unlink("/tmp/dir/fb") | unlink("/tmp/dir/g") | rmdir("/tmp/dir"), 0);
  int fd = open("/tmp", O_RDONLY);
  FAILS(read(fd, buf, 10), EISDIR);
  FAILS(ftruncate(fd, 0), EINVAL);
  CHECK_EQ(close(fd), 0);
}

static void working_directory(void) {
  CHECK(getcwd(buf, sizeof buf) && !strcmp(buf, "/"));
  CHECK_EQ(chdir("/tmp"), 0);
  CHECK_EQ(mkdir("w", 0777), 0);
  CHECK_EQ(chdir("w/../w"), 0);
  CHECK(getcwd(buf, sizeof buf) && !strcmp(buf, "/tmp/w"));
  CHECK(!getcwd(buf, 6) && errno == ERANGE);
  CHECK(!getcwd(buf, 0) && errno == EINVAL);
  CHECK_EQ(put("f", "here"), 4);
  CHECK(holds("/tmp/w/f", "here") && holds("./f", "here") && holds("../w/f", "here"));
  FAILS(chdir("f"), ENOTDIR);
  FAILS(chdir("none"), ENOENT);
  CHECK(realpath("../w//./f", buf) == buf && !strcmp(buf, "/tmp/w/f"));
  CHECK(!realpath("../x/f", buf) && errno == ENOENT);
  CHECK_EQ(unlink("f"), 0);
  CHECK_EQ(chdir(".."), 0);
  CHECK(getcwd(buf, sizeof buf) && !strcmp(buf, "/tmp"));
  CHECK_EQ(rmdir("w"), 0);
  CHECK_EQ(chdir("/"), 0);
  CHECK(getcwd(buf, sizeof buf) && !strcmp(buf, "/"));
}

static void devices(void) {
  struct stat st;
  int fd = open("/dev/null", O_RDWR);
  CHECK_EQ(read(fd, buf, 10), 0);
  CHECK_EQ(write(fd, buf, 10), 10);
  CHECK_EQ(close(fd), 0);
  memset(buf, 1, 8);
  fd = open("/dev/zero", O_RDONLY);
  CHECK_EQ(read(fd, buf, 8), 8);
  CHECK(!memcmp(buf, "\0\0\0\0\0\0\0\0", 8));
  CHECK_EQ(close(fd), 0);
  fd = open("/dev/full", O_WRONLY);
  FAILS(write(fd, buf, 8), ENOSPC);
  CHECK_EQ(close(fd), 0);
  fd = open("/dev/random", O_RDONLY);
  CHECK_EQ(read(fd, buf, 32), 32);
  CHECK(memcmp(buf, buf + 16, 16));
  CHECK_EQ(close(fd), 0);
  FAILS(open("/dev/none", O_RDONLY), ENOENT);
  FAILS(open("/dev/null/x", O_RDONLY), ENOTDIR);
  FAILS(open("/dev/new", O_WRONLY | O_CREAT, 0666), EROFS);
  CHECK_EQ(stat("/dev/null", &st), 0);
  CHECK(S_ISCHR(st.st_mode));
  FAILS(lseek(1, 0, SEEK_SET), ESPIPE);
  CHECK(isatty(0) && isatty(1));
  fd = open("/bin/hello", O_RDONLY);
  CHECK(!isatty(fd) && errno == ENOTTY);
  CHECK_EQ(read(fd, buf, 4), 4);
  CHECK(!memcmp(buf, "\177ELF", 4));
  CHECK_EQ(close(fd), 0);
}

static void space(void) {
  struct statvfs before, v;
  CHECK_EQ(statvfs("/tmp", &before), 0);
  CHECK(before.f_blocks >= 64 && before.f_bfree <= before.f_blocks && before.f_namemax == 63);
  int fd = open("/tmp/big", O_WRONLY | O_CREAT, 0666), chunks = 0;
  ssize_t n = 0;
  memset(buf, 'x', sizeof buf);
  while ((n = write(fd, buf, sizeof buf)) == (ssize_t)sizeof buf) chunks++;
  CHECK(n < 0 || n == 256);
  if (n > 0) FAILS(write(fd, buf, 1), ENOSPC);
  else CHECK_EQ(errno, ENOSPC);
  CHECK_EQ(statvfs("/tmp", &v), 0);
  CHECK_EQ(v.f_bfree, 0);
  FAILS(open("/tmp/more", O_WRONLY | O_CREAT, 0666), ENOSPC);
  FAILS(mkdir("/tmp/more", 0777), ENOSPC);
  CHECK_EQ(size_of("/tmp/big"), chunks * 512L + (n > 0 ? n : 0));
  CHECK_EQ(ftruncate(fd, 256), 0);
  CHECK_EQ(write(fd, buf, 1) == 1 || errno == ENOSPC, 1);
  CHECK_EQ(close(fd), 0);
  CHECK_EQ(unlink("/tmp/big"), 0);
  CHECK_EQ(fstatvfs(0, &v), 0);
  CHECK_EQ(statvfs("/tmp", &v), 0);
  CHECK_EQ(v.f_bfree, before.f_bfree);
  CHECK_EQ(statvfs("/bin", &v), 0);
  CHECK(v.f_flag & ST_RDONLY);
  FAILS(statvfs("/tmp/none", &v), ENOENT);
}

/* A text of /proc that grows while it is read has no more at its end than when its beginning was read. */
static void growing_text(void) {
  static char text[400];
  CHECK_EQ(chdir("/"), 0);
  int fd = open("/proc/self/status", O_RDONLY);
  long n = read(fd, text, sizeof text);
  CHECK(n > 10 && n < (long)sizeof text && text[n - 1] == '\n');
  CHECK_EQ(chdir("/tmp"), 0);
  CHECK_EQ(read(fd, text, sizeof text), 0);
  CHECK_EQ(pread(fd, text, sizeof text, 10), n - 10);
  CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
  CHECK(read(fd, text, sizeof text) > n);
  CHECK_EQ(close(fd), 0);
  fd = open("/proc/self/status", O_RDONLY);
  CHECK_EQ(pread(fd, text, 4, 6), 4); /* before anything else was read */
  CHECK_EQ(close(fd), 0);
  CHECK_EQ(chdir("/"), 0);
}

static void times_and_the_rest(void) {
  struct timeval t = {.tv_sec = 1700000000, .tv_usec = 5}, now;
  struct stat st;
  CHECK_EQ(settimeofday(&t, NULL), 0);
  CHECK_EQ(gettimeofday(&now, NULL), 0);
  CHECK(now.tv_sec == t.tv_sec && time(NULL) == t.tv_sec);
  CHECK_EQ(put("/tmp/m", "m"), 1);
  CHECK_EQ(stat("/tmp/m", &st), 0);
  CHECK(st.st_mtime == t.tv_sec && st.st_mtim.tv_nsec % 1000000000 == st.st_mtim.tv_nsec);
  CHECK_EQ(access("/tmp/m", R_OK | W_OK), 0);
  FAILS(access("/bin/hello", W_OK), EROFS);
  CHECK_EQ(access("/bin/hello", X_OK), 0);
  FAILS(access("/dev/null", X_OK), EACCES);
  CHECK_EQ(utime("/tmp/m", NULL), 0);
  FAILS(utime("/bin/hello", NULL), EROFS);
  FAILS(link("/tmp/m", "/tmp/n"), EPERM);
  FAILS(symlink("/tmp/m", "/tmp/n"), EPERM);
  FAILS(readlink("/tmp/m", buf, 10), EINVAL);
  mode_t before = umask(027);
  CHECK_EQ(umask(before), 027);
  CHECK_EQ(pathconf("/tmp", _PC_NAME_MAX), NAME_MAX);
  CHECK_EQ(unlink("/tmp/m"), 0);
}

TESTS({"opening", opening}, {"truncating", truncating}, {"names", names}, {"unlinked", unlinked},
      {"descriptors", descriptors}, {"directories", directories}, {"working directory", working_directory},
      {"devices", devices}, {"space", space}, {"growing text", growing_text},
      {"times and the rest", times_and_the_rest})
