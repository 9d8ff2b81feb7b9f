/* Descriptors, files and paths: those that are not its own, until there are no more, and what is done while a service
 * works on them. */
#include "attack.h"

enum { DESCRIPTORS = 20, FILES = 48, PIECE = 2048, SHARED = 4096, SIGNAL = 9 };

static uint8_t bytes[PIECE];
static struct pith_stat st;
static struct pith_dirent entry;

static long create(const char *path) { return sys_open(path, PITH_O_RDWR | PITH_O_CREAT | PITH_O_TRUNC, 0); }

static int all_refused(int fd) {
  return sys_read(fd, bytes, 1) == -EBADF && sys_write(fd, bytes, 1) == -EBADF && sys_close(fd) == -EBADF &&
         sys_lseek(fd, 0, 0) == -EBADF && sys_dup(fd, -1) == -EBADF && sys_dup(fd, 5) == -EBADF &&
         sys_fcntl(fd, PITH_F_GETFL, 0) == -EBADF && sys_fstat(fd, &st) == -EBADF &&
         sys_readdir(fd, &entry, 1) == -EBADF && sys_ftruncate(fd, 0) == -EBADF &&
         (fd == -1 || sys_fsync(fd) == -EBADF);
}

int wrong_descriptors(uint32_t a) {
  static const uint32_t none[] = {3,      4,          15,         16,         17,         31,        32,
                                  48,     128,        255,        256,        257,        0x10000,   0x10003,
                                  0x8000, 0x7FFFFFFF, 0x80000000, 0x80000003, 0xFFFFFFFF, 0xFFFFFFF0};
  (void)a;
  for (unsigned i = 0; i < sizeof none / sizeof none[0]; i++) CHECK(all_refused((int)none[i]));
  for (uint32_t i = 3; i < 2048; i++) CHECK(sys_close((long)i) == -EBADF);
  for (uint32_t to = DESCRIPTORS; to; to = to < 4096 ? to + 1 : to * 2) CHECK(sys_dup(1, (int)to) == -EBADF);
  CHECK(sys_dup(1, -2) == -EBADF && sys_dup(1, 1) == 1 && sys_fcntl(1, 99, 0) == -EINVAL);
  CHECK(sys_fcntl(1, PITH_F_DUPFD, DESCRIPTORS) == -EINVAL && sys_fcntl(1, PITH_F_DUPFD, -1) == -EINVAL);
  CHECK(sys_read(0, bytes, 0) == 0 && sys_write(1, bytes, 0) == 0);
  return 0;
}

/* Its own; then no more, for itself. */
int exhaust_descriptors(uint32_t a) {
  (void)a;
  for (int i = 3; i < DESCRIPTORS; i++) CHECK(sys_open("/dev/null", 0, 0) == i);
  for (int i = 0; i < 100; i++) {
    CHECK(sys_open("/dev/null", 0, 0) == -EMFILE && sys_dup(0, -1) == -EMFILE);
    CHECK(sys_open("/tmp/none", PITH_O_CREAT | PITH_O_RDWR, 0) == -EMFILE);
    CHECK(sys_fcntl(0, PITH_F_DUPFD, 0) == -EMFILE && sys_fcntl(0, PITH_F_DUPFD, 15) == -EMFILE);
  }
  CHECK(sys_stat("/tmp/none", &st) == -ENOENT);
  CHECK(sys_dup(3, 15) == 15 && sys_close(7) == 0 && sys_open("/bin", 0, 0) == 7);
  return 0;
}

int hold_files(uint32_t a) {
  (void)a;
  while (sys_open("/dev/null", 0, 0) >= 0) continue;
  for (;;) sys_sleep(1000000);
}

/* All there are: whoever has more than its share leaves some to others. */
int exhaust_files(uint32_t a) {
  long n = 0, error;
  (void)a;
  while (start_child("hold_files") > 0) sys_sleep(2000);
  while ((error = sys_open("/dev/null", 0, 0)) >= 0) n++;
  CHECK(n >= 3 && (error == -ENFILE || error == -EMFILE));
  for (int i = 0; i < 20; i++) CHECK(sys_open("/tmp/none", PITH_O_CREAT, 0) == error);
  CHECK(sys_stat("/tmp", &st) == 0 && sys_stat("/tmp/none", &st) == -ENOENT); /* these need no descriptor */
  return 0;
}

static volatile int stops;
static volatile long fd, got;
static volatile uint32_t times;

/* Reads and writes without end, whatever the descriptor is at the moment. */
static void uses(uint32_t unused) {
  (void)unused;
  while (!stops) {
    long r = sys_write((int)fd, bytes, PIECE), q = sys_lseek((int)fd, 0, 0),
         s = sys_read((int)fd, bytes, PIECE);

    if ((r <= 0 || r > PIECE) && r != -EBADF && r != -ENOSPC) got = r;
    if (q != 0 && q != -EBADF) got = q;
    if (s != -EBADF && (s < 0 || s > PIECE)) got = s;
    times++;
  }
  sys_thread_exit(0);
}

/* The descriptor goes while the service works on the file, or waits to: the file is there until it is done. */
int close_under_use(uint32_t rounds) {
  long thread, other;
  fd = create("/tmp/used");
  CHECK(fd == 3 && sys_unlink("/tmp/used") == 0);
  thread = start_thread(0, uses, 0, 17);
  other = start_thread(1, uses, 0, 17);
  CHECK(thread > 0 && other > 0);
  for (uint32_t i = 0; i < rounds; i++) {
    uint32_t before = times;
    long next = create("/tmp/used");

    CHECK(next >= 0 && sys_unlink("/tmp/used") == 0);
    while (times == before) sys_sleep(500);
    if (i % 3 == 0) CHECK(sys_dup((int)next, 3) == 3 && sys_close(next) == 0);
    else CHECK(sys_close(3) == 0 && sys_dup((int)next, 3) == 3 && sys_close(next) == 0);
    CHECK(!got);
  }
  stops = 1;
  CHECK(sys_thread_join(thread, NULL, -1) == 0 && sys_thread_join(other, NULL, -1) == 0 && !got);
  return 0;
}

/* Always in a service, on a file without a name, which goes with it. */
int writes_for_ever(uint32_t a) {
  static uint8_t much[5 * PIECE];
  (void)a;
  for (;;) {
    long f = create("/tmp/mine");

    sys_unlink("/tmp/mine");
    for (int i = 0; i < 3; i++) {
      sys_write((int)f, much, sizeof much);
      sys_lseek((int)f, 0, 0);
      sys_read((int)f, much, sizeof much);
    }
    sys_close(f);
  }
}

int die_in_service(uint32_t rounds) {
  struct pith_ended e;
  for (uint32_t i = 0; i < rounds; i++) {
    long a = start_child("writes_for_ever"), b = start_child("writes_for_ever");

    CHECK(a > 0 && b > 0);
    sys_sleep(i % 5 * 700 + 300);
    CHECK(sys_kill(a, SIGNAL) == 0 && sys_kill(b, SIGNAL) == 0);
    CHECK(sys_wait(a, &e, -1) == a && e.cause == PITH_ENDED_SIGNAL && sys_wait(b, &e, -1) == b);
    sys_unlink("/tmp/mine");
  }
  return 0;
}

static volatile uint32_t shared;

static void reads_there(uint32_t unused) {
  (void)unused;
  while (!stops) {
    long r = sys_lseek((int)fd, 0, 0) ? -EIO : sys_read((int)fd, POINTER(shared), SHARED);
    if (r != SHARED && r != -EFAULT) got = r;
    if (++times % 8 == 0) sys_sleep(1); /* who is less urgent has things to do, too */
  }
  sys_thread_exit(0);
}

/* Shared memory goes, and becomes other processes', while a service may be about to write there. */
int unmap_under_use(uint32_t rounds) {
  struct pith_object o = {.kind = PITH_OBJECT_SHM, .rights = 7, .size = SHARED};
  long thread, handle, child = 0;
  fd = create("/tmp/used");
  CHECK(fd == 3 && sys_unlink("/tmp/used") == 0);
  for (uint32_t i = 0; i < PIECE; i++) bytes[i] = 0xA5;
  CHECK(sys_write(3, bytes, PIECE) == PIECE && sys_write(3, bytes, PIECE) == PIECE);
  CHECK((thread = start_thread(0, reads_there, 0, 17)) > 0);
  for (uint32_t i = 0; i < rounds; i++) {
    struct pith_ended e;

    CHECK((handle = sys_object_open(&o)) > 0);
    shared = (uint32_t)sys_map(handle);
    times = 0;
    while (times < 3) sys_sleep(500);
    CHECK(sys_unmap() == 0 && sys_close(handle) == 0);
    child = start_child("fills_block"); /* says what it found in its memory */
    CHECK(child > 0 && sys_wait(child, &e, -1) == child && e.cause == PITH_ENDED_EXIT && e.status == 0 &&
          !got);
  }
  stops = 1;
  CHECK(sys_thread_join(thread, NULL, -1) == 0);
  return 0;
}

/* Fills /tmp; what it leaves is without a name. */
int fill_tmp(uint32_t a) {
  long f = create("/tmp/big"), r, size = 0;
  (void)a;
  while ((r = sys_write((int)f, bytes, PIECE)) > 0) size += r;
  CHECK(r == -ENOSPC && size > 16384);
  for (int i = 0; i < 50; i++) {
    CHECK(create("/tmp/more") == -ENOSPC && sys_mkdir("/tmp/more", 0) == -ENOSPC);
    CHECK(sys_write((int)f, bytes, 1) == -ENOSPC);
  }
  CHECK(sys_fstat((int)f, &st) == 0 && (long)st.size == size && sys_unlink("/tmp/big") == 0);
  CHECK(create("/tmp/more") == -ENOSPC);
  return 0;
}

static char path[4100];

static long spelt(const char *start, const char *part, uint32_t length) {
  uint32_t n = 0, k = 0;
  for (; start[n]; n++) path[n] = start[n];
  while (n < length) {
    path[n++] = part[k++];
    if (!part[k]) k = 0;
  }
  path[n] = 0;
  return sys_stat(path, &st);
}

int path_tricks(uint32_t a) {
  static const char *const up[] = {"/..",       "/../..",           "/bin/../..",     "/tmp/../../tmp/..",
                                   "//..//.//", "/./././../././..", "/dev/../bin/..", "../../../../.."};
  uint32_t root;
  (void)a;
  CHECK(sys_stat("/", &st) == 0);
  root = st.ino << 16 | st.dev;
  for (unsigned i = 0; i < sizeof up / sizeof up[0]; i++)
    CHECK(sys_stat(up[i], &st) == 0 && (st.ino << 16 | st.dev) == root);
  for (uint32_t n = 250; n <= 4096; n = n < 270 ? n + 1 : n * 2) {
    CHECK(spelt("/", "n", n) == -ENAMETOOLONG);
    CHECK(spelt("/tmp/", "d/", n) == (n < 256 ? -ENOENT : -ENAMETOOLONG));
    CHECK(spelt("/", "/", n) == (n < 256 ? 0 : -ENAMETOOLONG)); /* as it is handed in */
    CHECK(spelt("/", "./", n) == (n < 256 ? 0 : -ENAMETOOLONG));
    CHECK(spelt("/", "../", n) == (n < 256 ? 0 : -ENAMETOOLONG));
  }
  CHECK(sys_stat("", &st) == -ENOENT && sys_stat("\n\x01\xff", &st) == -ENOENT);
  CHECK(sys_chdir("/tmp/none") == -ENOENT && sys_chdir("/bin/quits") == -ENOTDIR);
  CHECK(sys_rename("/bin", "/tmp/x") == -EBUSY && sys_rename("/tmp/x", "/bin") == -EBUSY);
  CHECK(sys_mkdir("/x", 0) == -EROFS && sys_rmdir("/tmp") == -EBUSY && sys_unlink("/dev") == -EISDIR);
  return 0;
}

/* Names of the working directory come and go with processes; the longest there can be. */
int long_directories(uint32_t rounds) {
  uint32_t n = 0;
  spelt("/tmp", "", 0);
  for (n = 4; n + 64 < 256; n += 64) {
    path[n] = '/';
    for (int i = 1; i < 64; i++) path[n + (uint32_t)i] = 'w';
    path[n + 64] = 0;
    CHECK(sys_mkdir(path, 0) == 0);
  }
  CHECK(sys_mkdir(path, 0) == -EEXIST && sys_chdir(path) == 0);
  for (uint32_t i = 0; i < rounds; i++) {
    long pid = start_child("quits");

    CHECK(pid > 0 && sys_chdir("/") == 0 && sys_chdir(path) == 0 && sys_wait(pid, NULL, -1) == pid);
    CHECK(sys_getcwd((char *)bytes, PIECE) == (long)n + 1 && sys_getcwd((char *)bytes, 10) == -ERANGE);
  }
  for (; n > 4; n -= 64) {
    path[n] = 0;
    CHECK(sys_rmdir(path) == 0);
  }
  CHECK(sys_stat(".", &st) == -ENOENT && sys_stat("..", &st) == -ENOENT);
  return 0; /* in a directory that is gone */
}

int set_clock(uint32_t a) {
  long long now, wish = 1;
  (void)a;
  CHECK(sys_realtime(&wish, &now) == -EPERM && sys_realtime(&wish, NULL) == -EPERM);
  CHECK(sys_realtime(NULL, &now) == 0 && now > 1 && sys_realtime(NULL, NULL) == 0);
  return 0;
}

/* A child has its parent's files, at the same position, but for those that close on exec, and its working directory. */
int checks_inherited(uint32_t a) {
  (void)a;
  CHECK(sys_write(3, "child", 5) == 5 && all_refused(4) && all_refused(5) &&
        sys_fcntl(3, PITH_F_GETFD, 0) == 0);
  CHECK(sys_getcwd((char *)bytes, PIECE) == 5 && bytes[1] == 't' && sys_chdir("/bin") == 0);
  CHECK(sys_fcntl(3, PITH_F_SETFL, PITH_O_APPEND) == 0 && sys_close(3) == 0 && sys_close(1) == 0);
  return 0;
}

int inherited_files(uint32_t rounds) {
  struct pith_ended e;
  CHECK(create("/tmp/shared") == 3 && sys_open("/bin", PITH_O_CLOEXEC, 0) == 4 && sys_dup(3, 5) == 5);
  CHECK(sys_fcntl(5, PITH_F_SETFD, PITH_FD_CLOEXEC) == 0 && sys_chdir("/tmp") == 0 &&
        sys_unlink("shared") == 0);
  for (uint32_t i = 0; i < rounds; i++) {
    long pid = start_child("checks_inherited");

    CHECK(pid > 0 && sys_wait(pid, &e, -1) == pid && e.cause == PITH_ENDED_EXIT && e.status == 0);
    CHECK(sys_lseek(5, 0, PITH_SEEK_CUR) == 5 * (long)(i + 1)); /* shared, and still open */
    CHECK(sys_fcntl(3, PITH_F_GETFL, 0) & PITH_O_APPEND);
    CHECK(sys_getcwd((char *)bytes, PIECE) == 5 && sys_write(1, "", 0) == 0); /* its own */
  }
  return 0;
}
