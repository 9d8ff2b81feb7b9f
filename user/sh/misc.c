/* Builtins about the process and its files: cd pwd umask ulimit times echo read history. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/times.h>
#include <unistd.h>
#include "sh.h"

enum { PATH_ROOM = 256, PATH_LIMIT = 4096 };

char *current_dir(void) {
  for (size_t room = PATH_ROOM; room <= PATH_LIMIT; room *= 2) {
    struct mark m = arena_mark(&scratch);
    char *path = arena_get(&scratch, room);
    if (getcwd(path, room)) return path;
    arena_release(&scratch, m);
    if (errno != ERANGE) break;
  }
  return NULL;
}

int b_cd(int argc, char **argv) {
  int i = 1;
  while (i < argc && (!strcmp(argv[i], "-P") || !strcmp(argv[i], "-L") || !strcmp(argv[i], "--"))) i++;
  const char *to = i < argc ? argv[i] : var_get("HOME"), *old = var_get("PWD");
  bool back = to && !strcmp(to, "-");
  if (back) to = var_get("OLDPWD");
  if (!to) to = back || i < argc ? NULL : "/";
  if (!to) {
    sh_warn("OLDPWD not set");
    return 2;
  }
  if (chdir(to)) {
    sh_warn("%s: %s", to, strerror(errno));
    return 2;
  }
  if (old) var_set("OLDPWD", old);
  const char *now = current_dir();
  if (now) var_set("PWD", now);
  if (back && now) out_fmt("%s\n", now);
  return 0;
}

int b_pwd(int argc, char **argv) {
  (void)argc, (void)argv;
  const char *path = current_dir();
  if (!path) {
    sh_warn("%s", strerror(errno));
    return 1;
  }
  out_fmt("%s\n", path);
  return 0;
}

static bool octal(const char *text, unsigned *mask) {
  *mask = 0;
  for (; *text >= '0' && *text <= '7' && *mask < 01000; text++) *mask = *mask * 8 + (unsigned)(*text - '0');
  return !*text && *mask <= 0777;
}

/* u=rwx,g=rx,o= and so on: what is allowed. */
static bool symbolic(const char *p, unsigned *mask) {
  unsigned allowed = ~*mask & 0777;
  for (;;) {
    unsigned who = 0, bits = 0;
    for (; *p && strchr("ugoa", *p); p++)
      who |= *p == 'u' ? 0700 : *p == 'g' ? 0070 : *p == 'o' ? 0007 : 0777;
    char op = *p;
    if (!op || !strchr("=+-", op)) return false;
    for (p++; *p && strchr("rwx", *p); p++) bits |= *p == 'r' ? 0444 : *p == 'w' ? 0222 : 0111;
    if (!who) who = 0777;
    bits &= who;
    allowed = op == '=' ? (allowed & ~who) | bits : op == '+' ? allowed | bits : allowed & ~bits;
    if (*p != ',') break;
    p++;
  }
  *mask = ~allowed & 0777;
  return !*p;
}

int b_umask(int argc, char **argv) {
  unsigned mask = umask(0);
  umask((mode_t)mask);
  bool letters = argc > 1 && !strcmp(argv[1], "-S");
  if (letters) argc--, argv++;
  if (argc == 1 && !letters) {
    out_fmt("0%c%c%c\n", '0' + (mask >> 6 & 7), '0' + (mask >> 3 & 7), '0' + (mask & 7));
  } else if (argc == 1) {
    for (int shift = 6; shift >= 0; shift -= 3) {
      unsigned bits = ~mask >> shift;
      out_fmt("%c=%s%s%s%c", "ogu"[shift / 3], bits & 4 ? "r" : "", bits & 2 ? "w" : "", bits & 1 ? "x" : "",
              shift ? ',' : '\n');
    }
  } else if (*argv[1] >= '0' && *argv[1] <= '9' ? octal(argv[1], &mask) : symbolic(argv[1], &mask)) {
    umask((mode_t)mask);
  } else {
    sh_warn("%s: not a mask", argv[1]);
    return 2;
  }
  return 0;
}

/* Limits are the system's to set: it tells them in /proc/self/limits. */
int b_ulimit(int argc, char **argv) {
  char part[OUT_BUFFER];
  ssize_t n;
  if (argc > 2 || (argc == 2 && strcmp(argv[1], "-a"))) {
    sh_warn("limits cannot be set here");
    return 2;
  }
  int fd = open("/proc/self/limits", O_RDONLY);
  if (fd < 0) {
    sh_warn("/proc/self/limits: %s", strerror(errno));
    return 1;
  }
  while ((n = read(fd, part, sizeof part)) > 0) out_bytes(part, (size_t)n);
  close(fd);
  return 0;
}

static void out_ticks(clock_t ticks, char after) {
  unsigned long second = (unsigned long)sysconf(_SC_CLK_TCK), t = (unsigned long)ticks;
  unsigned long hundredths = t % second * 100 / second;
  out_fmt("%lum%lu.%lu%lus%c", t / second / 60, t / second % 60, hundredths / 10, hundredths % 10, after);
}

int b_times(int argc, char **argv) {
  struct tms t;
  (void)argc, (void)argv;
  if (times(&t) == (clock_t)-1) {
    sh_warn("%s", strerror(errno));
    return 1;
  }
  out_ticks(t.tms_utime, ' ');
  out_ticks(t.tms_stime, '\n');
  out_ticks(t.tms_cutime, ' ');
  out_ticks(t.tms_cstime, '\n');
  return 0;
}

/* As in XSI: -n, and backslashes mean what they do for printf's %b. */
int b_echo(int argc, char **argv) {
  int i = 1;
  bool newline = !(argc > 1 && !strcmp(argv[1], "-n"));
  if (!newline) i++;
  for (; i < argc; i++) {
    if (!out_escaped(argv[i])) return 0;
    if (i + 1 < argc) out_char(' ');
  }
  if (newline) out_char('\n');
  return 0;
}

int b_history(int argc, char **argv) {
  unsigned n = 0;
  (void)argc, (void)argv;
  while (history_get(n + 1)) n++;
  for (; n; n--) out_fmt("%s\n", history_get(n));
  return 0;
}
