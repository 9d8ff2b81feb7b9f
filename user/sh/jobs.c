/* Jobs: the processes of a pipeline, and what has become of them.
 *
 * Every process that is started is in a job before it is waited for, so whatever waitpid() tells belongs to one (or to
 * nobody: a child of before exec). A job in the foreground is gone when it is waited for; one in the background stays
 * until its end has been told, by `wait` or before a prompt, and of those that nobody asks for only the last ones. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sh.h"

enum { JOB_TEXT = 64, ENDED_KEPT = 16 };

struct job *jobs;

struct job *job_new(const struct node *n) {
  char text[JOB_TEXT] = "";
  if (sh.control && n) node_text(n, text, sizeof text);
  struct job *j = calloc(1, sizeof *j);
  if (!j || !(j->text = strdup(text))) {
    free(j);
    sh_nomem();
  }
  j->controlled = sh.control;
  j->next = jobs;
  jobs = j;
  return j;
}

void job_remove(struct job *j) {
  struct job **at = &jobs;
  while (*at != j) at = &(*at)->next;
  *at = j->next;
  free(j->procs);
  free(j->text);
  free(j);
}

/* pid 0: it did not start; status is the shell's. */
void job_add(struct job *j, pid_t pid, int status) {
  if (j->n == j->room) {
    int room = j->room ? 2 * j->room : 1;
    struct proc *more = realloc(j->procs, (size_t)room * sizeof *more);
    if (!more) sh_nomem();
    j->procs = more;
    j->room = room;
  }
  j->procs[j->n++] = (struct proc){pid, status << 8, pid ? P_RUNS : P_DONE};
  if (pid && !j->group && j->controlled) j->group = pid;
}

int status_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status)
                           : 128 + (WIFSTOPPED(status) ? WSTOPSIG(status) : WTERMSIG(status));
}

int job_state(const struct job *j) {
  int state = P_DONE;
  for (int i = 0; i < j->n; i++) {
    if (j->procs[i].state == P_RUNS) return P_RUNS;
    if (j->procs[i].state == P_STOPPED) state = P_STOPPED;
  }
  return state;
}

int job_status(const struct job *j) {
  if (!j->n) return 2;
  for (int i = 0; i < j->n; i++)
    if (j->procs[i].state == P_STOPPED) return status_of(j->procs[i].status);
  return status_of(j->procs[j->n - 1].status);
}

struct job *job_of(pid_t pid) {
  for (struct job *j = jobs; j; j = j->next)
    for (int i = 0; i < j->n; i++)
      if (j->procs[i].pid == pid) return j;
  return NULL;
}

static void changed(pid_t pid, int status) {
  struct job *j = job_of(pid);
  for (int i = 0; j && i < j->n; i++) {
    struct proc *p = &j->procs[i];
    if (p->pid != pid) continue;
    if (WIFCONTINUED(status)) {
      p->state = P_RUNS;
      continue;
    }
    p->status = status;
    p->state = WIFSTOPPED(status) ? P_STOPPED : P_DONE;
    /* It read before the terminal was its group's: once more. */
    if (WIFSTOPPED(status) && (WSTOPSIG(status) == SIGTTIN || WSTOPSIG(status) == SIGTTOU) && sh.control &&
        !j->background && j->controlled && tcgetpgrp(sh.tty) == j->group) {
      p->state = P_RUNS;
      kill(-j->group, SIGCONT);
    }
    j->changed = true;
  }
}

/* False: no child has anything to tell, or (blocking) there is none, or a signal came. */
bool wait_child(bool block) {
  int status, flags = (block ? 0 : WNOHANG) | (sh.control ? WUNTRACED | WCONTINUED : 0);
  pid_t pid = waitpid(-1, &status, flags);
  if (pid <= 0) return false;
  changed(pid, status);
  return true;
}

void jobs_poll(void) {
  while (wait_child(false)) {}
}

static void say_signal(const struct job *j) {
  int status = j->n ? j->procs[j->n - 1].status : 0;
  if (job_state(j) != P_DONE || !WIFSIGNALED(status)) return;
  int sig = WTERMSIG(status);
  if (sig == SIGINT && sh.control) {
    if (!sh.forked) sh.interrupted = 1; /* what runs it is to stop as well */
  } else if (sig != SIGINT && sig != SIGPIPE) {
    sh_warn("%s", strsignal(sig));
  }
}

int job_wait(struct job *j) {
  if (j->controlled && j->group) control_foreground(j->group);
  while (job_state(j) == P_RUNS) {
    if (wait_child(true)) continue;
    if (errno == EINTR) {
      if (!j->controlled && sh.interrupted && !sh.control) sh_check();
      continue;
    }
    for (int i = 0; i < j->n; i++) /* somebody else has waited for it */
      if (j->procs[i].state == P_RUNS) j->procs[i].state = P_DONE;
  }
  if (j->controlled && j->group) control_foreground(getpgrp());
  int status = job_status(j);
  if (job_state(j) == P_STOPPED) {
    if (!j->controlled) return status;
    job_background(j);
    return status;
  }
  say_signal(j);
  job_remove(j);
  return status;
}

static void limit_ended(void) {
  struct job *last = NULL;
  int n = 0;
  for (struct job *j = jobs; j; j = j->next)
    if (job_state(j) == P_DONE) {
      last = j;
      n++;
    }
  if (n > ENDED_KEPT) job_remove(last);
}

/* Gives it a number; it runs on, or has been stopped. */
void job_background(struct job *j) {
  bool stopped = j->n && job_state(j) == P_STOPPED;
  if (!j->number) {
    for (struct job *other = jobs; other; other = other->next)
      if (other != j && other->number >= j->number) j->number = other->number + 1;
    if (!j->number) j->number = 1;
  }
  j->background = true;
  j->changed = false;
  if (stopped) {
    if (j->controlled) write_all(2, "\n", 1);
    job_print(j, false, 2);
    return;
  }
  if (!sh.control) jobs_poll();
  limit_ended();
  if (j->n) sh.last_background = j->procs[j->n - 1].pid;
  if (sh.interactive && j->n) {
    char text[40];
    int len = fmt_text(text, sizeof text, "[%d] %ld\n", j->number, (long)sh.last_background);
    write_all(2, text, (size_t)len);
  }
}

/* The processes of the parent are not the child's. */
void jobs_forget(void) {
  while (jobs) job_remove(jobs);
}

bool jobs_stopped(void) {
  for (struct job *j = jobs; j; j = j->next)
    if (job_state(j) == P_STOPPED) return true;
  return false;
}
