/* What spawning and exec share: load.c. All in a thread, under process_lock. */
#ifndef PITH_PROCESS_LOAD_H
#define PITH_PROCESS_LOAD_H
#include "internal.h"

/* Where a program is to be, before it is there. */
struct load {
  const void *file;
  uint32_t file_size;
  uint32_t block, block_size, stack_size, data, brk_low, wasted, text, entry, got, argv, envp;
  uint32_t arguments; /* bytes for them and the environment, pointers included */
  int argc, variables;
  bool copied, reuses; /* reuses: the block was there before */
  uint32_t mpu[8];
};

/* Arrays of strings, at addresses in the domains they are of; 0: none. */
struct load_strings {
  const struct k_domain *from, *argv_from;
  uint32_t argv, envp;
};

extern struct elf_plan load_plan; /* of the file that is being loaded */

/* Checks l->file: 0, -ENOEXEC; *why is the reason of any error here. */
int load_read(struct load *l, const char **why);
/* The block, up to `limit` bytes; one of block_size bytes at `block` is taken if it is large enough. 0, -ENOMEM, -EINVAL. */
int load_allocate(struct load *l, uint32_t limit, uint32_t block, uint32_t block_size, const char **why);
void load_give_back(const struct load *l);
/* How large the arguments and the environment are, before load_allocate(). 0, -EFAULT, -E2BIG. */
int load_measure(struct load *l, const struct load_strings *s, const char **why);
/* They are copied, `off` bytes beyond where they belong. 0, -EFAULT, -E2BIG: they have changed. */
int load_arguments(struct load *l, const struct load_strings *s, uint32_t off, const char **why);
/* Stack, data, heap as they begin. */
void load_fill(const struct load *l);
/* p is where l says. Its threads do not run. Any context. */
void load_enter(const struct load *l, struct process *p);
/* The last part of a path. */
void load_name(struct process *p, const char *path);

/* actions.c, programs.c: the file of a program that p names by a string at `path`, in a service; *name stays until the next
 * call. 0 or negative errno; then image_close() follows. */
long program_open(struct process *p, uint32_t path, const char **name, const void **file, uint32_t *size);
#if PITH_FILES
/* actions.c: what r says about the files of p, a child to be. Thread. */
int actions_do(struct process *p, const struct process_request *r, const char **why);
#else
static inline int actions_do(struct process *p, const struct process_request *r, const char **why) {
  (void)p, (void)r, (void)why;
  return 0;
}
#endif

/* image.c: the bytes of a file that is to be run, in a service: where they lie, or in memory taken for it, which
 * stays until nobody runs it. path is clean. 0 or negative errno. */
int image_open(const char *path, const void **file, uint32_t *size);
/* Under process_lock. What nobody runs any more is given back. A piece of memory that a process runs in will be, then;
 * false: none does. */
#if PITH_FILES
void image_close(const void *file); /* whoever was to run it does, or does not */
void image_sweep(void);
bool image_keep(const void *memory);
#else
static inline void image_close(const void *file) { (void)file; }
static inline void image_sweep(void) {}
static inline bool image_keep(const void *memory) { return (void)memory, false; }
#endif
#endif
