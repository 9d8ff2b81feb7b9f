/* What spawning a program has to do with files: where the program is found, what the child has of its parent's descriptors
 * and working directory. */
#include "files.h"
#include "load.h"
#include "mem.h"

#if PITH_FILES

static long put_file(long process, long f, long fd) {
  struct process *p = (struct process *)process;

  files_put(p, (uint32_t)fd & 0xFF, (struct file *)f, fd >> 8);
  return 0;
}

static long drop(long process, long fd, long unused) {
  (void)unused;
  files_drop((struct process *)process, (uint32_t)fd);
  return 0;
}

/* The copy stays when programs are changed, whatever it is of. */
static long dup(long process, long from, long fd) {
  struct process *p = (struct process *)process;
  long error;
  struct file *f = files_get(p, (uint32_t)from, &error);

  if (!f) return error;
  file_hold(f);
  files_put(p, (uint32_t)fd, f, false);
  return 0;
}

static long open_at(struct process *p, const struct process_request *r, const struct pith_action *a) {
  long how = files_path_in(r->from, p->cwd, files_paths[1], a->path);
  struct file *f;

  if (how >= 0) how = vfs_open(files_paths[1], a->flags | (how ? PITH_O_DIRECTORY : 0), 0666, &f);
  if (how < 0) return how;
  return pith_monitor(put_file, (long)p, (long)f, a->fd | (a->flags & PITH_O_CLOEXEC ? 1 << 8 : 0));
}

static long change_to(struct process *p, const struct process_request *r, uint32_t path) {
  long how = files_path_in(r->from, p->cwd, files_paths[1], path);

  return how < 0 ? how : files_set_cwd(p, files_paths[1]);
}

static long act(struct process *p, const struct process_request *r, const struct pith_action *a) {
  if (a->kind == PITH_ACTION_CHDIR) return change_to(p, r, a->path);
  if ((uint32_t)a->fd >= PITH_PROCESS_FILES) return -EBADF;
  switch (a->kind) {
  case PITH_ACTION_OPEN: return open_at(p, r, a);
  case PITH_ACTION_CLOSE: return pith_monitor(drop, (long)p, a->fd, 0);
  case PITH_ACTION_DUP2: return pith_monitor(dup, (long)p, a->from, a->fd);
  default: return -EINVAL;
  }
}

static long close_exec(long process, long unused, long unused2) {
  (void)unused, (void)unused2;
  files_close_exec((struct process *)process);
  return 0;
}

int actions_do(struct process *p, const struct process_request *r, const char **why) {
  long error = 0;

  *why = WHY("a file action");
  if (r->cwd) error = change_to(p, r, r->cwd);
  for (uint32_t i = 0; !error && i < r->action_count; i++) {
    struct pith_action a;

    error = k_copy_from_user(r->from, &a, (struct uslice){r->actions + i * (uint32_t)sizeof a, sizeof a});
    if (!error) error = act(p, r, &a);
  }
  if (!error && p->cloexec) pith_monitor(close_exec, (long)p, 0, 0);
  return (int)error;
}

/* ---- programs ---- */

/* A name without "/" is a program's in /bin. */
static long program_path(struct process *p, uint32_t path) {
  char name[PITH_NAME_MAX + 1];
  long n = process_string(&p->domain, name, path, sizeof name);

  if (n < 0 && n != -ENAMETOOLONG) return n;
  for (long i = 0; i < n; i++)
    if (name[i] == '/') return files_path(p, files_paths[0], path);
  if (n < 0) return files_path(p, files_paths[0], path);
  if (!n) return -ENOENT;
  memcpy(files_paths[0], "/bin/", 5);
  memcpy(files_paths[0] + 5, name, (size_t)n + 1);
  return 0;
}

long program_open(struct process *p, uint32_t path, const char **name, const void **file, uint32_t *size) {
  long error = program_path(p, path);

  *name = files_paths[0];
  return error < 0 ? error : image_open(files_paths[0], file, size);
}
#endif
