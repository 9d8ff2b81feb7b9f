/* Job control: the terminal's foreground group, and jobs fg bg wait kill.
 *
 * With job control every job is a process group and the terminal is lent to the one in the foreground. The shell takes
 * the terminal for itself when it starts: a shell that some other one has put into the background waits until it may,
 * but one that was started by the system, or whose predecessor's group is gone, just takes it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sh.h"

void control_start(void) {
  if (sh.tty < 0) return;
  for (;;) {
    pid_t group = tcgetpgrp(sh.tty);
    if (group < 0) return;
    if (group == getpgrp() || getppid() <= 1 || kill(-group, 0)) break;
    kill(0, SIGTTIN);
  }
  trap_interactive();
  setpgid(0, 0);
  if (tcsetpgrp(sh.tty, getpgrp())) return;
  sh.control = sh.opt[O_MONITOR] = true;
}

void control_foreground(pid_t group) {
  if (sh.tty >= 0) tcsetpgrp(sh.tty, group);
}

/* The latest that is stopped, or else the latest. */
struct job *job_current(const struct job *but) {
  struct job *found = NULL;
  for (struct job *j = jobs; j; j = j->next) {
    if (j == but || !j->number) continue;
    bool stopped = job_state(j) == P_STOPPED, before = found && job_state(found) == P_STOPPED;
    if (!found || (stopped && !before) || (stopped == before && j->number > found->number)) found = j;
  }
  return found;
}

struct job *job_find(const char *name) {
  long n;
  if (*name != '%') return number(name, &n) ? job_of((pid_t)n) : NULL;
  name++;
  if (!*name || !strcmp(name, "%") || !strcmp(name, "+")) return job_current(NULL);
  if (!strcmp(name, "-")) return job_current(job_current(NULL));
  bool numbered = number(name, &n);
  for (struct job *j = jobs; j; j = j->next)
    if (j->number && (numbered ? j->number == n : !strncmp(j->text, name, strlen(name)))) return j;
  return NULL;
}

void job_print(struct job *j, bool pids, int fd) {
  char text[160], *p = text, *end = text + sizeof text;
  const struct job *current = job_current(NULL);
  int state = job_state(j), status = j->n ? j->procs[j->n - 1].status : 0;
  p += fmt_text(p, 32, "[%d]%c ", j->number, j == current ? '+' : j == job_current(current) ? '-' : ' ');
  if (pids && j->n) p += fmt_text(p, 16, "%ld ", (long)j->procs[0].pid);
  if (state == P_RUNS) p += fmt_text(p, 32, "Running");
  else if (state == P_STOPPED) p += fmt_text(p, 32, "Stopped");
  else if (WIFSIGNALED(status)) p += fmt_text(p, 32, "%s", strsignal(WTERMSIG(status)));
  else if (WEXITSTATUS(status)) p += fmt_text(p, 32, "Exit %d", WEXITSTATUS(status));
  else p += fmt_text(p, 32, "Done");
  p += fmt_text(p, (size_t)(end - p), "%s%s\n", "                 " + (p - text < 17 ? p - text : 16),
                j->text);
  if (fd == 1) out_text(text);
  else write_all(fd, text, (size_t)(p - text));
  j->changed = false;
}

/* Before a prompt: what has ended or stopped since; what has ended is gone. */
void jobs_report(void) {
  jobs_poll();
  for (struct job *j = jobs, *next; j; j = next) {
    next = j->next;
    if (!j->number) {
      if (job_state(j) == P_DONE) job_remove(j); /* was left by an interrupt */
      continue;
    }
    if (j->changed && job_state(j) != P_RUNS) job_print(j, false, 2);
    if (job_state(j) == P_DONE) job_remove(j);
  }
}

int b_jobs(int argc, char **argv) {
  bool pids = argc > 1 && !strcmp(argv[1], "-l"), only = argc > 1 && !strcmp(argv[1], "-p");
  if (argc > 1 && argv[1][0] == '-' && !pids && !only) return usage("jobs [-l|-p]");
  jobs_poll();
  int last = 0;
  for (struct job *j = jobs; j; j = j->next)
    if (j->number > last) last = j->number;
  for (int n = 1; n <= last; n++) {
    struct job *j = jobs;
    while (j && j->number != n) j = j->next;
    if (!j) continue;
    if (only) out_fmt("%ld\n", (long)(j->n ? j->procs[0].pid : 0));
    else job_print(j, pids, 1);
    if (job_state(j) == P_DONE) job_remove(j);
  }
  return 0;
}

static struct job *named(int argc, char **argv) {
  struct job *j = argc > 1 ? job_find(argv[1]) : job_current(NULL);
  if (!j || !j->controlled) {
    sh_warn("%s: no such job", argc > 1 ? argv[1] : "%+");
    return NULL;
  }
  return j;
}

static void resume(struct job *j) {
  for (int i = 0; i < j->n; i++)
    if (j->procs[i].state == P_STOPPED) j->procs[i].state = P_RUNS;
  j->changed = false;
  kill(-j->group, SIGCONT);
}

int b_fg(int argc, char **argv) {
  struct job *j = named(argc, argv);
  if (!j || !sh.control) return 1;
  out_fmt("%s\n", j->text);
  out_flush("fg");
  j->background = false;
  control_foreground(j->group);
  resume(j);
  sh.running = NULL;
  return job_wait(j);
}

int b_bg(int argc, char **argv) {
  struct job *j = named(argc, argv);
  if (!j) return 1;
  out_fmt("[%d] %s\n", j->number, j->text);
  resume(j);
  return 0;
}

/* Until the job has ended; 128 + n if a signal with a trap comes first. */
static int wait_job(struct job *j) {
  sigset_t all, old;
  trap_waits();
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &old);
  int taken = 0;
  while (job_state(j) != P_DONE) {
    if (sh.interrupted || sh.trapped) {
      taken = sh.interrupted ? SIGINT : sh.trapped;
      break;
    }
    errno = 0;
    if (wait_child(false)) continue;
    if (errno == ECHILD) break;
    sigsuspend(&old);
  }
  sigprocmask(SIG_SETMASK, &old, NULL);
  if (taken) return 128 + taken;
  int status = job_status(j);
  job_remove(j);
  return status;
}

int b_wait(int argc, char **argv) {
  int status = 0;
  if (argc == 1) {
    for (struct job *j = jobs, *next; j; j = next) {
      next = j->next;
      if (job_state(j) == P_STOPPED) continue;
      status = wait_job(j);
      if (status > 128 && (sh.trapped || sh.interrupted)) return status;
      next = jobs; /* others may have ended meanwhile */
    }
    return 0;
  }
  for (int i = 1; i < argc; i++) {
    long pid;
    if (argv[i][0] != '%' && !number(argv[i], &pid)) return usage("wait [PID|%JOB]...");
    struct job *j = job_find(argv[i]);
    status = j ? wait_job(j) : 127;
  }
  return status;
}

static void list_signals(void) {
  for (int i = 1; i < NSIG; i++)
    if (signal_name(i)) out_fmt("%d %s\n", i, signal_name(i));
}

int b_kill(int argc, char **argv) {
  int sig = SIGTERM, i = 1, status = 0;
  long pid;
  if (argc > 1 && !strcmp(argv[1], "-l")) {
    if (argc == 2) list_signals();
    for (i = 2; i < argc; i++) {
      bool known = number(argv[i], &pid) && signal_name((int)(pid > 128 ? pid - 128 : pid));
      if (!known) sh_warn("%s: no such signal", argv[i]);
      out_fmt("%s%s", known ? signal_name((int)(pid > 128 ? pid - 128 : pid)) : "", known ? "\n" : "");
      status |= !known;
    }
    return status;
  }
  if (argc > 2 && !strcmp(argv[1], "-s")) {
    sig = signal_number(argv[2]);
    i = 3;
  } else if (argc > 1 && argv[1][0] == '-' && argv[1][1] && strcmp(argv[1], "--")) {
    sig = signal_number(argv[1] + 1);
    i = 2;
  }
  if (i < argc && !strcmp(argv[i], "--")) i++;
  if (sig < 0) {
    sh_warn("%s: no such signal", argv[i - 1]);
    return 2;
  }
  if (i == argc) return usage("kill [-s SIGNAL|-SIGNAL] PID|%JOB..., kill -l [STATUS]");
  for (; i < argc; i++) {
    struct job *j = argv[i][0] == '%' ? job_find(argv[i]) : NULL;
    if (argv[i][0] == '%' ? !j : !number(argv[i], &pid)) {
      sh_warn("%s: no such %s", argv[i], argv[i][0] == '%' ? "job" : "process");
      status = 1;
      continue;
    }
    if (j) pid = j->controlled ? -(long)j->group : (long)j->procs[j->n - 1].pid;
    if (kill((pid_t)pid, sig)) {
      sh_warn("%s: %s", argv[i], strerror(errno));
      status = 1;
    } else if (j && j->controlled && job_state(j) == P_STOPPED && (sig == SIGTERM || sig == SIGHUP)) {
      kill((pid_t)pid, SIGCONT); /* or it would not notice */
    }
  }
  return status;
}
