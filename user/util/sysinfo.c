#include "sysinfo.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "pith.h"

#ifndef UTIL_PROC
#define UTIL_PROC "/proc"
#endif

enum { CALL_POWER = 80 };
/* As enum pith_thread_state of the kernel. */
enum { READY = 2, WAITING, SLEEPING, SUSPENDED };
/* As in struct pith_info_process. */
enum { LOADING = 1, ALIVE };

static bool info(int what, unsigned index, void *to, unsigned size) {
  memset(to, 0, size);
  return sys_info(what, index, to, size) >= 0;
}

bool info_process(unsigned index, struct pith_info_process *p) {
  return info(PITH_INFO_PROCESS, index, p, sizeof *p);
}
bool info_thread(unsigned index, struct pith_info_thread *t) {
  return info(PITH_INFO_THREAD, index, t, sizeof *t);
}
bool info_memory(struct pith_info_memory *m) { return info(PITH_INFO_MEMORY, 0, m, sizeof *m); }

unsigned long long info_uptime(void) {
  unsigned long long us = 0;
  sys_uptime(&us);
  return us;
}

char thread_letter(const struct pith_info_thread *t) {
  switch (t->state) {
  case READY: return 'R';
  case WAITING:
  case SLEEPING: return 'S';
  case SUSPENDED: return 'T';
  default: return 'X';
  }
}

char process_letter(const struct pith_info_process *p, struct pith_info_thread *first) {
  struct pith_info_thread t;
  char letter = p->state == LOADING ? 'L' : p->state == ALIVE ? 'S' : 'Z';
  first->tid = -1;
  for (unsigned i = 0; info_thread(i, &t); i++) {
    if (t.pid != p->pid) continue;
    if (first->tid < 0 || t.tid < first->tid) *first = t;
    char c = thread_letter(&t);
    if (letter == 'S' && c == 'T') letter = 'T';
    if (c == 'R' && p->state == ALIVE) letter = 'R';
  }
  return letter;
}

const char *process_waits(int pid, char *to, size_t room) {
  char digits[24], file[40];
  const char *number = format_number((unsigned)pid, 10, digits);
  strcpy(file, number);
  strcat(file, "/status");
  if (!proc_value(file, "Waits", to, room) || !*to) strcpy(to, "-");
  return to;
}

/* The line without its end; cut at room - 1. -1: the end of the file. */
static int read_line(struct input *in, char *to, size_t room) {
  size_t n = 0;
  int c = input_byte(in);
  if (c < 0) return -1;
  for (; c >= 0 && c != '\n'; c = input_byte(in))
    if (n + 1 < room) to[n++] = (char)c;
  to[n] = 0;
  return (int)n;
}

static struct input in;

static bool open_proc(const char *file) {
  char path[64] = UTIL_PROC "/";
  if (strlen(path) + strlen(file) >= sizeof path) return false;
  input_from(&in, open(strcat(path, file), O_RDONLY), file);
  return in.fd >= 0;
}

bool proc_value(const char *file, const char *key, char *to, size_t room) {
  char line[128];
  bool found = false;
  if (!open_proc(file)) return false;
  while (!found && read_line(&in, line, sizeof line) >= 0) {
    size_t n = key ? strlen(key) : 0;
    if (key && (strncmp(line, key, n) != 0 || line[n] != ':')) continue;
    const char *value = key ? line + n + 1 : line;
    value += strspn(value, " \t");
    size_t length = strnlen(value, room - 1);
    memcpy(to, value, length);
    to[length] = 0;
    found = true;
  }
  input_close(&in);
  return found;
}

static unsigned long long size_word(char *word) {
  unsigned long long value = 0;
  return word && parse_number(word, 10, &value) ? value : 0;
}

void each_mount(bool (*each)(const struct mounted *m)) {
  char line[160];
  if (!open_proc("mounts")) fail_errno(UTIL_PROC "/mounts");
  while (read_line(&in, line, sizeof line) >= 0) {
    char *rest, *word[6];
    for (int i = 0; i < 6; i++) word[i] = strtok_r(i ? NULL : line, " ", &rest);
    if (!word[3]) continue;
    struct mounted m = {word[0], word[1], word[2], word[3], size_word(word[4]), size_word(word[5])};
    if (!each(&m)) break;
  }
  input_close(&in);
}

void power(int how, int status) {
  long r = pith_syscall(CALL_POWER, how, status, 0, 0);
  errno = r < 0 ? (int)-r : EPERM;
}
