/* execve(): another program in the same process. The service's thread makes everything ready while the caller stands still;
 * where that could fail nothing has changed. Then, in one step, the other threads end and the process is where the new
 * program will be; what is left to do cannot fail.
 *
 * The block is used again if it is the process's alone and large enough; so the arguments are copied out of it first. If it is
 * shared with relatives the process leaves the family. */
#include "calls.h"
#include "family.h"
#include "files.h"
#include "load.h"
#include "bits.h"
#include "mem.h"
#include "mpu.h"

#if PITH_FILES
struct exec {
  struct process *p;
  struct process_thread *thread;
  struct load load;
  uint32_t arguments, arguments_size; /* where they wait */
  uint32_t old_block;                 /* to be given back; 0: none */
};

/* ---- into the kernel ---- */

static void forget_signals(struct process *p, struct process_thread *t) {
  p->handled = 0;
  p->no_stop_signal = p->no_zombies = false;
  p->signal_entry = 0;
  signal_stack_set(t, (struct uslice){0, 0});
  t->thread.own.suspends = 0;
  t->thread.own.detached = 1;
}

/* No way back from here. */
static long commit(long exec, long unused, long unused2) {
  struct exec *e = (struct exec *)exec;
  struct process *p = e->p;

  (void)unused, (void)unused2;
  if (p->state != PROCESS_ALIVE || e->thread->thread.dead) return -ESRCH;
  thread_end_others(e->thread);
  futex_forget(p, p->block, p->block_size);
  forget_signals(p, e->thread);
  handle_close_all(p);
  if (p->cloexec) files_close_exec(p);
  if (!e->load.reuses) e->old_block = p->block;
  load_enter(&e->load, p);
  p->family = NULL;
  load_name(p, files_paths[0]);
  if (K->domain == &p->domain) K->domain = NULL;
  return 0;
}

/* The thread goes on at the new program's first instruction when its call returns: r0 is what that returns. */
static void enter(struct exec *e) {
  struct pith_thread *t = &e->thread->thread;
  struct arch_frame *frame;

  t->stack = (uint8_t *)(uintptr_t)e->load.block;
  t->stack_size = e->load.argv - e->load.block;
#if PITH_STACK_GUARDS
  t->guard = arch_mpu_guard(0);
#endif
  memset(t->r4_r11, 0, sizeof t->r4_r11);
  arch_thread_init(t, (void *)(uintptr_t)round_down(e->load.argv, 8),
                   (void (*)(void *))(uintptr_t)e->load.entry, NULL);
  frame = (struct arch_frame *)(void *)t->sp;
  frame->r1 = e->load.argv;
  frame->r2 = e->load.envp;
  frame->lr = 0;
  t->r4_r11[5] = e->load.got; /* r9 */
}

/* ---- in the service ---- */

static long prepare(struct exec *e, const struct load_strings *s) {
  struct process *p = e->p;
  const char *why;
  long error = load_read(&e->load, &why);

  if (!error) error = load_measure(&e->load, s, &why);
  if (!error)
    error = load_allocate(&e->load, p->bounds.memory, p->family ? 0 : p->block, p->block_size, &why);
  if (error) return error;
  e->arguments_size = e->load.arguments;
  e->arguments = pool_take(&process_pool, e->arguments_size, 32);
  error = -ENOMEM;
  if (e->arguments)
    error = load_arguments(&e->load, s,
                           e->arguments - (e->load.block + e->load.stack_size - e->arguments_size), &why);
  if (!error) error = pith_monitor(commit, (long)e, 0, 0);
  if (error) load_give_back(&e->load);
  return error;
}

static long replace(struct exec *e, const struct load_strings *s) {
  long error = prepare(e, s);
  uint32_t top = e->load.block + e->load.stack_size;

  if (!error) {
    load_fill(&e->load);
    memcpy((void *)(uintptr_t)e->load.argv,
           (void *)(uintptr_t)(e->load.argv + e->arguments - (top - e->arguments_size)), top - e->load.argv);
    enter(e);
  }
  if (e->arguments) pool_give(&process_pool, e->arguments);
  return error;
}

/* Where the process was. */
static void leave(struct exec *e, struct family *f) {
  if (f) {
    family_remove(f, e->p);
    return;
  }
  if (!e->old_block) return;
  pith_mutex_lock(&process_lock);
  pool_give(&process_pool, e->old_block);
  pith_mutex_unlock(&process_lock);
}

/* argv and envp are where the call left them. */
long process_exec_service(struct process *p, uint32_t path, uint32_t thread) {
  struct exec e = {.p = p, .thread = (struct process_thread *)(uintptr_t)thread};
  struct load_strings strings = {.from = &p->domain, .argv_from = &p->domain};
  struct family *f = p->family;
  struct arch_frame frame;
  long error =
      k_copy_from_user(&p->domain, &frame, (struct uslice){K_WORD(e.thread->thread.sp), sizeof frame});

  if (!error) error = files_path(p, files_paths[0], path);
  if (error < 0) return error;
  strings.argv = frame.r1;
  strings.envp = frame.r2;
  error = image_open(files_paths[0], &e.load.file, &e.load.file_size);
  if (error) return error;
  pith_mutex_lock(&process_lock);
  error = replace(&e, &strings);
  pith_mutex_unlock(&process_lock);
  if (!error) leave(&e, f);
  image_close(e.load.file);
  return error ? error : e.load.argc;
}

long p_call_execve(uint32_t path, uint32_t argv, uint32_t envp) {
  (void)argv, (void)envp;
  return service_enter(process_exec_service, path, K_WORD(K->current));
}
#endif
