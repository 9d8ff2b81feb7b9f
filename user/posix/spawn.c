/* Starting programs. The actions are the kernel's, in an array that grows; their paths are copies. */
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syslimits.h>
#include <unistd.h>
#include "interpret.h"
#include "path.h"
#include "priority.h"
#include "sigset.h"
#include "thread.h"

#define ALL                                                                                                  \
  (POSIX_SPAWN_RESETIDS | POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSCHEDPARAM | POSIX_SPAWN_SETSCHEDULER |     \
   POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
#define ACTIONS_ROOM 4

extern char **environ;

static void attributes(struct pith_spawn *s, const posix_spawnattr_t *a) {
  if (a->__flags & POSIX_SPAWN_SETPGROUP) s->group = a->__group;
  if (a->__flags & (POSIX_SPAWN_SETSCHEDPARAM | POSIX_SPAWN_SETSCHEDULER))
    s->priority = to_pith(a->__param.sched_priority);
  if (a->__flags & POSIX_SPAWN_SETSCHEDULER)
    s->flags |= PITH_WITH_POLICY((uint32_t)kernel_policy(a->__policy));
  if (a->__flags & POSIX_SPAWN_SETSIGMASK) {
    s->flags |= PITH_SPAWN_SETSIGMASK;
    s->sigmask = to_kernel(a->__mask);
  }
  if (a->__flags & POSIX_SPAWN_SETSIGDEF) {
    s->flags |= PITH_SPAWN_SETSIGDEF;
    s->sigdefault = to_kernel(a->__default);
  }
}

static long start(void *spawn, const char *path, char *const argv[]) {
  struct pith_spawn *s = spawn;
  s->path = (uint32_t)(uintptr_t)path;
  s->argv = (uint32_t)(uintptr_t)argv;
  return sys_spawn(s);
}

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attr, char *const argv[], char *const envp[]) {
  struct pith_spawn s = {
      .envp = (uint32_t)(uintptr_t)(envp ? envp : environ), .priority = -1, .ceiling = -1, .group = -1};
  if (attr) attributes(&s, attr);
  if (actions) {
    s.actions = (uint32_t)(uintptr_t)actions->__actions;
    s.action_count = (uint32_t)actions->__count;
  }
  long r = start(&s, path, argv);
  if (r == -ENOEXEC) r = __pith_interpret(path, argv, start, &s);
  if (r < 0) return (int)-r;
  if (pid) *pid = (pid_t)r;
  return 0;
}

int posix_spawnp(pid_t *pid, const char *name, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attr, char *const argv[], char *const envp[]) {
  char path[PATH_MAX];
  int denied = 0;
  if (!*name) return ENOENT;
  if (strchr(name, '/')) return posix_spawn(pid, name, actions, attr, argv, envp);
  for (const char *rest = path_list(); path_next(&rest, name, path);) {
    int error = posix_spawn(pid, path, actions, attr, argv, envp);
    if (error == EACCES) denied = 1;
    else if (error != ENOENT && error != ENOTDIR) return error;
  }
  return denied ? EACCES : ENOENT;
}

/* ---- file actions ---- */

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions) {
  *actions = (posix_spawn_file_actions_t){0};
  return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions) {
  struct pith_action *a = actions->__actions;
  for (int i = 0; i < actions->__count; i++) free((void *)(uintptr_t)a[i].path);
  free(a);
  *actions = (posix_spawn_file_actions_t){0};
  return 0;
}

static int add(posix_spawn_file_actions_t *actions, struct pith_action new, const char *path) {
  if (new.kind != PITH_ACTION_CHDIR && (new.fd < 0 || new.fd >= OPEN_MAX)) return EBADF;
  if (new.kind == PITH_ACTION_DUP2 && (new.from < 0 || new.from >= OPEN_MAX)) return EBADF;
  if (actions->__count == actions->__room) {
    int room = actions->__room + ACTIONS_ROOM;
    void *more = realloc(actions->__actions, (size_t)room * sizeof new);
    if (!more) return ENOMEM;
    actions->__actions = more;
    actions->__room = room;
  }
  if (path) {
    char *copy = strdup(path);
    if (!copy) return ENOMEM;
    new.path = (uint32_t)(uintptr_t)copy;
  }
  ((struct pith_action *)actions->__actions)[actions->__count++] = new;
  return 0;
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *actions, int fd, const char *path, int flags,
                                     mode_t mode) {
  return add(actions,
             (struct pith_action){.kind = PITH_ACTION_OPEN, .fd = fd, .flags = (uint32_t)flags, .mode = mode},
             path);
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd, int to) {
  return add(actions, (struct pith_action){.kind = PITH_ACTION_DUP2, .fd = to, .from = fd}, NULL);
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd) {
  return add(actions, (struct pith_action){.kind = PITH_ACTION_CLOSE, .fd = fd}, NULL);
}

int posix_spawn_file_actions_addchdir(posix_spawn_file_actions_t *actions, const char *path) {
  return add(actions, (struct pith_action){.kind = PITH_ACTION_CHDIR}, path);
}

int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path) {
  return posix_spawn_file_actions_addchdir(actions, path);
}

/* ---- attributes ---- */

int posix_spawnattr_init(posix_spawnattr_t *a) {
  *a = (posix_spawnattr_t){.__policy = SCHED_OTHER, .__param = {PRIORITY_MIDDLE}};
  return 0;
}

int posix_spawnattr_destroy(posix_spawnattr_t *a) {
  (void)a;
  return 0;
}

#define FIELD(name, type, field, valid, parameter, value)                                                    \
  int posix_spawnattr_get##name(const posix_spawnattr_t *a, type *to) {                                      \
    *to = a->field;                                                                                          \
    return 0;                                                                                                \
  }                                                                                                          \
  int posix_spawnattr_set##name(posix_spawnattr_t *a, parameter from) {                                      \
    if (!(valid)) return EINVAL;                                                                             \
    a->field = value;                                                                                        \
    return 0;                                                                                                \
  }

FIELD(flags, short, __flags, !(from & ~ALL), short, from)
FIELD(pgroup, pid_t, __group, from >= 0, pid_t, from)
FIELD(schedpolicy, int, __policy, valid_policy(from), int, from)
FIELD(schedparam, struct sched_param, __param, valid_priority(from->sched_priority),
      const struct sched_param *, *from)
FIELD(sigdefault, sigset_t, __default, from, const sigset_t *, *from)
FIELD(sigmask, sigset_t, __mask, from, const sigset_t *, *from)
