/* Jobs, job control, signals and traps. Part of sh.h. */
#ifndef SH_JOB_H
#define SH_JOB_H

/* Jobs: jobs.c, control.c, signals in trap.c. */
enum { P_RUNS, P_STOPPED, P_DONE };
struct proc {
  pid_t pid; /* 0: never was */
  int status;
  unsigned char state;
};
struct job {
  struct job *next;
  pid_t group;
  int number, n, room;
  bool changed, background, controlled, negate;
  struct proc *procs;
  char *text;
};
struct job *job_new(const struct node *n);
void job_add(struct job *j, pid_t pid, int status);
int job_wait(struct job *j); /* in the foreground */
void job_background(struct job *j);
int job_status(const struct job *j);
int job_state(const struct job *j);
struct job *job_find(const char *name); /* %n %% %+ %- %text; NULL */
struct job *job_of(pid_t pid);
void job_remove(struct job *j);
struct job *job_current(const struct job *but); /* %+; but: %- */
void job_print(struct job *j, bool pids, int fd);
void jobs_poll(void);
void jobs_report(void); /* what has changed, before a prompt */
void jobs_forget(void); /* in a child */
bool wait_child(bool block);
bool jobs_stopped(void);
extern struct job *jobs;
void control_start(void); /* job control on the terminal */
void control_foreground(pid_t group);
int status_of(int wait_status);
const char *signal_name(int sig);
int signal_number(const char *name); /* -1 */
void trap_run(void);
void trap_exit(void);
void trap_child(bool ignores); /* in a child, which may ignore the keys */
void trap_interactive(void);
void trap_start(void);
void trap_waits(void); /* a child's end ends sigsuspend() from now on */
bool trap_acts(int sig); /* it has an action */
bool trap_any(void);
void trap_defaults(sigset_t *set); /* what a program shall not inherit ignored */
#endif
