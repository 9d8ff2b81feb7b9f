/* What programs from elsewhere use beyond files, threads and signals: lines, stream locks, jumps out of handlers, reading at a
 * place, patterns, users, limits, errors as a line.
 * pith_app: STACK 6144 HEAP 24576 */
#define _GNU_SOURCE
#include "posix.h"
#include <err.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <getopt.h>
#include <mntent.h>
#include <glob.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <pwd.h>
#include <regex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>

static char buf[256];

static void lines(void) {
  char *line = NULL;
  size_t room = 0;
  FILE *f = fopen("/tmp/lines", "w+");
  CHECK(f != NULL);
  if (!f) return;
  fprintf(f, "one\n%0300d\nlast:rest", 7);
  rewind(f);
  CHECK_EQ(getline(&line, &room, f), 4);
  CHECK(!strcmp(line, "one\n"));
  CHECK_EQ(getline(&line, &room, f), 301);
  CHECK(room > 301 && line[299] == '7' && line[300] == '\n');
  CHECK_EQ(getdelim(&line, &room, ':', f), 5);
  CHECK(!strcmp(line, "last:"));
  CHECK_EQ(getline(&line, &room, f), 4);
  CHECK_EQ(getline(&line, &room, f), -1);
  CHECK(feof(f));
  free(line);
  fclose(f);
  unlink("/tmp/lines");
}

static FILE *shared;
static int tried;

static void *try_it(void *unused) {
  tried = ftrylockfile(shared);
  return unused;
}

static void stream_locks(void) {
  shared = stdout;
  flockfile(stdout);
  flockfile(stdout);
  finish(start(HIGH, try_it, NULL));
  CHECK(tried != 0);
  funlockfile(stdout);
  finish(start(HIGH, try_it, NULL));
  CHECK(tried != 0);
  funlockfile(stdout);
  CHECK_EQ(ftrylockfile(stdout), 0);
  CHECK_EQ(ftrylockfile(stdout), 0);
  funlockfile(stdout), funlockfile(stdout);
}

static sigjmp_buf back;
static jmp_buf plain;
static volatile int caught;

static void leave(int signal) {
  caught++;
  siglongjmp(back, signal);
}

static void leave_plainly(int signal) {
  caught++;
  _longjmp(plain, signal);
}

static void count(int signal) { caught += signal == SIGALRM; }

static int blocked(int signal) {
  sigset_t now;
  sigprocmask(SIG_BLOCK, NULL, &now);
  return sigismember(&now, signal);
}

static void jumps(void) {
  signal(SIGUSR1, leave);
  for (volatile int i = 0; i < 3; i++) {
    int r = sigsetjmp(back, 1);
    if (!r) {
      kill(getpid(), SIGUSR1);
      CHECK(!"a handler that does not return");
    }
    CHECK_EQ(r, SIGUSR1);
    CHECK_EQ(caught, i + 1);
    CHECK(!blocked(SIGUSR1));
  }
  if (!sigsetjmp(back, 0)) kill(getpid(), SIGUSR1);
  CHECK(blocked(SIGUSR1)); /* nothing put it back */
  sigset_t set;
  sigemptyset(&set), sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  signal(SIGUSR1, leave_plainly);
  caught = 0;
  if (!_setjmp(plain)) kill(getpid(), SIGUSR1);
  CHECK_EQ(caught, 1);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  signal(SIGUSR1, SIG_DFL);
}

static void places(const char *name) {
  int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0666), fds[2];
  CHECK(fd >= 0);
  CHECK_EQ(write(fd, "0123456789", 10), 10);
  CHECK_EQ(pread(fd, buf, 4, 3), 4);
  CHECK(!memcmp(buf, "3456", 4));
  CHECK_EQ(pwrite(fd, "xy", 2, 4), 2);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 10);
  CHECK_EQ(pread(fd, buf, 20, 2), 8);
  CHECK(!memcmp(buf, "23xy6789", 8));
  CHECK_EQ(pread(fd, buf, 4, 10), 0);
  CHECK_EQ(pread(fd, buf, 4, 1000), 0);
  FAILS(pread(fd, buf, 4, -1), EINVAL);
  CHECK_EQ(pwrite(fd, "!", 1, 12), 1);
  CHECK_EQ(pread(fd, buf, 3, 10), 3);
  CHECK(!memcmp(buf, "\0\0!", 3));
  char a[3], b[20];
  struct iovec in[] = {{a, 3}, {b, 0}, {b, 20}}, out[] = {{"ab", 2}, {"", 0}, {"cde", 3}};
  lseek(fd, 0, SEEK_SET);
  CHECK_EQ(writev(fd, out, 3), 5);
  lseek(fd, 0, SEEK_SET);
  CHECK_EQ(readv(fd, in, 3), 13);
  CHECK(!memcmp(a, "abc", 3) && !memcmp(b, "de", 2) && b[9] == '!');
  FAILS(readv(fd, in, 0), EINVAL);
  FAILS(writev(fd, out, IOV_MAX + 1), EINVAL);
  CHECK_EQ(close(fd), 0);
  FAILS(pread(fd, buf, 1, 0), EBADF);
  fd = open(name, O_WRONLY | O_APPEND);
  FAILS(pread(fd, buf, 1, 0), EBADF);
  CHECK_EQ(pwrite(fd, "end", 3, 0), 3);
  close(fd);
  fd = open(name, O_RDONLY);
  FAILS(pwrite(fd, buf, 1, 0), EBADF);
  CHECK_EQ(lseek(fd, 0, SEEK_END), 16);
  close(fd);
  CHECK_EQ(pipe(fds), 0);
  FAILS(pread(fds[0], buf, 1, 0), ESPIPE);
  FAILS(pwrite(fds[1], buf, 1, 0), ESPIPE);
  close(fds[0]), close(fds[1]);
  fd = open("/tmp", O_RDONLY);
  FAILS(pread(fd, buf, 1, 0), EISDIR);
  close(fd);
  unlink(name);
}

static void at_places(void) {
  places("/tmp/places");
  if (!access("/data", F_OK)) places("/data/places");
}

static int matches(const char *pattern, int flags, const char *text, int from, int to) {
  regex_t r;
  regmatch_t m[2];
  if (regcomp(&r, pattern, flags)) return -1;
  int error = regexec(&r, text, 2, m, 0);
  regfree(&r);
  return error ? error == REG_NOMATCH ? 0 : -2 : m[0].rm_so == from && m[0].rm_eo == to;
}

static void patterns(void) {
  regex_t r;
  CHECK_EQ(matches("b\\(c*\\)d", 0, "abccd", 1, 5), 1);
  CHECK_EQ(matches("^(a|ab)(c|bcd)$", REG_EXTENDED, "abcd", 0, 4), 1);
  CHECK_EQ(matches("[[:digit:]]+", REG_EXTENDED, "x123", 1, 4), 1);
  CHECK_EQ(matches("HELLO", REG_ICASE, "say hello", 4, 9), 1);
  CHECK_EQ(matches("[b-d]x", 0, "axbxcx", 2, 4), 1);
  CHECK_EQ(matches("q", 0, "axbxcx", 0, 0), 0);
  int error = regcomp(&r, "a(b", REG_EXTENDED);
  CHECK_EQ(error, REG_EPAREN);
  CHECK(regerror(error, NULL, buf, sizeof buf) > 1 && *buf);
  CHECK_EQ(fnmatch("*.[ch]", "main.c", 0), 0);
  CHECK_EQ(fnmatch("[[:digit:]][![:digit:]]", "5a", 0), 0);
  CHECK_EQ(fnmatch("[[:digit:]]", "a", 0), FNM_NOMATCH);
  CHECK_EQ(fnmatch("*.[ch]", "a/b.c", 0), 0);
  CHECK_EQ(fnmatch("*.[ch]", "a/b.c", FNM_PATHNAME), FNM_NOMATCH);
  CHECK_EQ(fnmatch("*/*", "a/.b", FNM_PATHNAME | FNM_PERIOD), FNM_NOMATCH);
  CHECK_EQ(fnmatch("[!]-a]", "b", 0), 0);
  CHECK_EQ(fnmatch("*.[!ch]", "main.c", 0), FNM_NOMATCH);
  CHECK_EQ(fnmatch("*", ".profile", FNM_PERIOD), FNM_NOMATCH);
  CHECK_EQ(fnmatch("/usr/*", "/usr/a/b", FNM_PATHNAME), FNM_NOMATCH);
  CHECK_EQ(fnmatch("\\*", "*", 0), 0);
  char path[] = "/usr/lib/", bare[] = "lib";
  CHECK(!strcmp(basename(path), "lib"));
  strcpy(path, "/usr/lib");
  CHECK(!strcmp(dirname(path), "/usr"));
  CHECK(!strcmp(dirname(bare), "."));
}

static void names(void) {
  glob_t g;
  CHECK_EQ(mkdir("/tmp/g", 0777), 0);
  static const char *const make[] = {"/tmp/g/b.c", "/tmp/g/a.c", "/tmp/g/a.h", "/tmp/g/.c"};
  for (int i = 0; i < 4; i++) close(open(make[i], O_WRONLY | O_CREAT, 0666));
  CHECK_EQ(glob("/tmp/g/*.c", 0, NULL, &g), 0);
  CHECK_EQ(g.gl_pathc, 2);
  CHECK(!strcmp(g.gl_pathv[0], "/tmp/g/a.c") && !strcmp(g.gl_pathv[1], "/tmp/g/b.c") && !g.gl_pathv[2]);
  CHECK_EQ(glob("/tm*/g", GLOB_APPEND | GLOB_MARK, NULL, &g), 0);
  CHECK(g.gl_pathc == 3 && !strcmp(g.gl_pathv[2], "/tmp/g/"));
  globfree(&g);
  g.gl_offs = 2;
  CHECK_EQ(glob("/tmp/g/?.h", GLOB_DOOFFS, NULL, &g), 0);
  CHECK(g.gl_pathc == 1 && !g.gl_pathv[0] && !g.gl_pathv[1] && !strcmp(g.gl_pathv[2], "/tmp/g/a.h"));
  globfree(&g);
  CHECK_EQ(glob("/tmp/g/*.x", 0, NULL, &g), GLOB_NOMATCH);
  CHECK_EQ(glob("/tmp/none/*", GLOB_ERR, NULL, &g), GLOB_NOMATCH);
  CHECK_EQ(glob("/tmp/g/*.x", GLOB_NOCHECK, NULL, &g), 0);
  CHECK(g.gl_pathc == 1 && !strcmp(g.gl_pathv[0], "/tmp/g/*.x"));
  globfree(&g);
  chdir("/tmp/g");
  CHECK_EQ(glob("[a-b].*", 0, NULL, &g), 0);
  CHECK(g.gl_pathc == 3 && !strcmp(g.gl_pathv[2], "b.c"));
  globfree(&g);
  chdir("/");
  for (int i = 0; i < 4; i++) unlink(make[i]);
  CHECK_EQ(rmdir("/tmp/g"), 0);
}

static void users(void) {
  struct utsname u;
  struct stat st;
  CHECK(!getuid() && !geteuid() && !getgid() && !getegid());
  struct passwd *p = getpwuid(0);
  CHECK(p && !strcmp(p->pw_name, "root") && !strcmp(p->pw_shell, "/bin/sh"));
  CHECK(!getpwuid(7) && !getpwnam("nobody"));
  CHECK(getgrgid(0) && !getgrnam("wheel"));
  CHECK_EQ(setuid(0), 0);
  FAILS(setuid(5), EPERM);
  CHECK_EQ(uname(&u), 0);
  CHECK(!strcmp(u.sysname, "Pith") && u.release[0] >= '0' && u.release[0] <= '9' && *u.version &&
        !strncmp(u.machine, "armv", 4));
  CHECK_EQ(gethostname(buf, sizeof buf), 0);
  CHECK(!strcmp(buf, u.nodename));
  FAILS(gethostname(buf, 2), ENAMETOOLONG);
  close(open("/tmp/m", O_WRONLY | O_CREAT, 0666));
  CHECK_EQ(stat("/tmp/m", &st), 0);
  CHECK_EQ(chmod("/tmp/m", st.st_mode), 0);
  FAILS(chmod("/tmp/m", (st.st_mode ^ 0100) & 0777), EPERM);
  CHECK_EQ(chown("/tmp/m", 0, (gid_t)-1), 0);
  FAILS(chown("/tmp/m", 1, 0), EPERM);
  FAILS(chmod("/tmp/none", 0777), ENOENT);
  unlink("/tmp/m");
}

static void limits(void) {
  struct rlimit l, m;
  struct rusage used;
  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &l), 0);
  CHECK_EQ(l.rlim_cur, OPEN_MAX);
  CHECK_EQ(getrlimit(RLIMIT_DATA, &l), 0);
  CHECK(l.rlim_cur >= 24576 && l.rlim_cur < 65536);
  CHECK_EQ(setrlimit(RLIMIT_DATA, &l), 0);
  m = (struct rlimit){l.rlim_cur * 2, l.rlim_cur * 2};
  FAILS(setrlimit(RLIMIT_DATA, &m), EPERM);
  FAILS(getrlimit(99, &l), EINVAL);
  CHECK_EQ(getrusage(RUSAGE_SELF, &used), 0);
  CHECK(used.ru_maxrss > 24 && used.ru_maxrss < 256);
  CHECK_EQ(getrusage(RUSAGE_CHILDREN, &used), 0);
  FAILS(getrusage(5, &used), EINVAL);
  void *p = NULL;
  CHECK_EQ(posix_memalign(&p, 256, 100), 0);
  CHECK(p && (uintptr_t)p % 256 == 0);
  free(p);
  CHECK_EQ(posix_memalign(&p, 3, 100), EINVAL);
  CHECK_EQ(posix_memalign(&p, 8, 1u << 30), ENOMEM);
}

static void alarms(void) {
  caught = 0;
  signal(SIGALRM, count);
  long long before = now_us();
  CHECK_EQ(ualarm(20000, 0), 0);
  pause();
  CHECK(caught == 1 && now_us() - before >= 20000 && now_us() - before < 200000);
  CHECK_EQ(ualarm(5000, 5000), 0);
  while (caught < 4) pause();
  CHECK(ualarm(0, 1) <= 5000);
  signal(SIGALRM, SIG_DFL);
}

static void times_told(void) {
  struct tm t = {.tm_year = 100, .tm_mon = 1, .tm_mday = 29, .tm_hour = 12}, u;
  CHECK_EQ(timegm(&t), 951825600);
  CHECK_EQ(t.tm_wday, 2);
  t = (struct tm){.tm_year = 69, .tm_mon = 11, .tm_mday = 31, .tm_hour = 23, .tm_min = 59, .tm_sec = 59};
  CHECK_EQ(timegm(&t), -1);
  t = (struct tm){.tm_year = 124, .tm_mon = 13, .tm_mday = 0};
  CHECK_EQ(timegm(&t), 1738281600); /* the last of January 2025 */
  for (long at = 0; at < 2000000000; at += 86400 * 97L + 12345) {
    time_t now = at;
    gmtime_r(&now, &u);
    CHECK_EQ(timegm(&u), at);
  }
  CHECK_EQ(CLOCKS_PER_SEC, 1000000);
  clock_t before = clock();
  usleep(5000);
  clock_t span = clock() - before;
  CHECK(span <= 20000);
  CHECK_EQ(sysconf(_SC_CLK_TCK), 100);
  static const char *const halves[] = {"12:05 AM", "01:05 AM", "12:05 PM", "11:05 PM"};
  static const int hours[] = {0, 1, 12, 23};
  for (int i = 0; i < 4; i++)
    CHECK(strptime(halves[i], "%I:%M %p", &u) && u.tm_hour == hours[i] && u.tm_min == 5);
  CHECK(!strcmp(strerror(EMFILE), "Too many open files") &&
        !strcmp(strerror(EAGAIN), "Resource temporarily unavailable"));
}

/* In a child, so that its stderr is a file. */
static void errors(void) {
  pid_t pid = fork();
  if (pid == 0) {
    dup2(open("/tmp/err", O_RDWR | O_CREAT | O_TRUNC, 0666), 2);
    warnx("%d of %s", 3, "them");
    errno = ENOENT;
    warn("file");
    errno = EACCES;
    err(4, NULL);
  }
  if (pid < 0) return; /* a board that cannot fork */
  int status = 0;
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 4);
  char want[128];
  const char *me = getprogname();
  CHECK(!strchr(me, '/') && !strncmp(me, "posix_ported", 12) && !strcmp(me, program_invocation_short_name));
  snprintf(want, sizeof want, "%s: 3 of them\n%s: file: No such file or directory\n%s: Permission denied\n",
           me, me, me);
  int fd = open("/tmp/err", O_RDONLY);
  ssize_t n = read(fd, buf, sizeof buf - 1);
  buf[n > 0 ? n : 0] = 0;
  close(fd);
  unlink("/tmp/err");
  CHECK(!strcmp(buf, want));
}

/* It begins at 1, also when a program says so; operands come last; an argument is the next word or the rest of one. */
static void options(void) {
  static const struct option longs[] = {
      {"size", required_argument, NULL, 's'}, {"all", no_argument, NULL, 'A'}, {0}};
  char *words[] = {"p", "x", "-ab", "y", "--size", "5", "-bq", "--al", "--", "-z", NULL}, got[40] = "";
  CHECK_EQ(optind, 1);
  for (int again = 0; again < 2; again++) {
    int c, n = 0;
    optind = 1;
    while ((c = getopt_long(10, words, "ab:s:", longs, NULL)) != -1) {
      got[n++] = (char)c;
      if (optarg) got[n++] = *optarg;
    }
    got[n] = 0;
    CHECK(!strcmp(got, "abys5bqA"));
    CHECK(optind == 8 && !strcmp(words[8], "x") && !strcmp(words[9], "-z"));
  }
}

static void mounts(void) {
  FILE *f = setmntent(MOUNTED, "r");
  struct mntent *m;
  int seen = 0;
  CHECK(f != NULL);
  while (f && (m = getmntent(f))) {
    if (!strcmp(m->mnt_dir, "/bin")) seen |= hasmntopt(m, MNTOPT_RO) && !hasmntopt(m, "r") ? 1 : 8;
    if (!strcmp(m->mnt_dir, "/tmp")) seen |= hasmntopt(m, MNTOPT_RW) && !strcmp(m->mnt_type, "tmpfs") ? 2 : 8;
  }
  CHECK_EQ(seen, 3);
  if (f) CHECK_EQ(endmntent(f), 1);
}

TESTS({"lines", lines}, {"stream locks", stream_locks}, {"jumps", jumps}, {"at places", at_places},
      {"patterns", patterns}, {"names", names}, {"users", users}, {"limits", limits},
      {"times told", times_told}, {"alarms", alarms}, {"errors", errors}, {"options", options},
      {"mounts", mounts})
