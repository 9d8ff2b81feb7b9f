/* Starting programs. */
#include <spawn.h>
#include <unistd.h>
#include "priority.h"
#include "thread.h"

#define KNOWN                                                                                                \
  (POSIX_SPAWN_RESETIDS | POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSCHEDPARAM | POSIX_SPAWN_SETSCHEDULER)
#define ALL (KNOWN | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)

extern char **environ;

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attr, char *const argv[], char *const envp[]) {
  struct pith_spawn s = {.path = (uint32_t)(uintptr_t)path,
                         .argv = (uint32_t)(uintptr_t)argv,
                         .envp = (uint32_t)(uintptr_t)(envp ? envp : environ),
                         .priority = -1,
                         .ceiling = -1,
                         .group = -1};
  (void)actions; /* there are none */
  if (attr && attr->__flags & ~KNOWN) return ENOTSUP;
  if (attr && attr->__flags & POSIX_SPAWN_SETPGROUP) s.group = attr->__group;
  if (attr && attr->__flags & (POSIX_SPAWN_SETSCHEDPARAM | POSIX_SPAWN_SETSCHEDULER))
    s.priority = to_pith(attr->__param.sched_priority);
  long r = sys_spawn(&s);
  if (r < 0) return (int)-r;
  if (pid) *pid = (pid_t)r;
  return 0;
}

/* All programs are in /bin, and the kernel looks there for a name alone. */
int posix_spawnp(pid_t *pid, const char *name, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attr, char *const argv[], char *const envp[]) {
  return posix_spawn(pid, name, actions, attr, argv, envp);
}

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions) {
  *actions = (posix_spawn_file_actions_t){0};
  return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions) {
  (void)actions;
  return 0;
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *actions, int fd, const char *path, int flags,
                                     mode_t mode) {
  (void)actions, (void)fd, (void)path, (void)flags, (void)mode;
  return ENOTSUP;
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd, int to) {
  (void)actions, (void)fd, (void)to;
  return ENOTSUP;
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd) {
  (void)actions, (void)fd;
  return ENOTSUP;
}

int posix_spawnattr_init(posix_spawnattr_t *a) {
  *a = (posix_spawnattr_t){.__policy = SCHED_FIFO, .__param = {PRIORITY_MIDDLE}};
  return 0;
}

int posix_spawnattr_destroy(posix_spawnattr_t *a) {
  (void)a;
  return 0;
}

#define FIELD(name, type, field, valid, parameter, value)                                                    \
  int posix_spawnattr_get##name(const posix_spawnattr_t *a, type *to) {                                       \
    *to = a->field;                                                                                           \
    return 0;                                                                                                 \
  }                                                                                                           \
  int posix_spawnattr_set##name(posix_spawnattr_t *a, parameter from) {                                       \
    if (!(valid)) return EINVAL;                                                                              \
    a->field = value;                                                                                         \
    return 0;                                                                                                 \
  }

FIELD(flags, short, __flags, !(from & ~ALL), short, from)
FIELD(pgroup, pid_t, __group, from >= 0, pid_t, from)
FIELD(schedpolicy, int, __policy, from == SCHED_FIFO || from == SCHED_OTHER, int, from)
FIELD(schedparam, struct sched_param, __param, valid_priority(from->sched_priority), const struct sched_param *, *from)
FIELD(sigdefault, sigset_t, __default, from, const sigset_t *, *from)
FIELD(sigmask, sigset_t, __mask, from, const sigset_t *, *from)
