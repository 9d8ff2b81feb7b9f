/* From an ELF file to memory that is ready to run: the parts that spawning and exec share (load.h).
 *
 * The block, from its bottom: the main stack (so that an overflow leaves the block), data, heap. The arguments are
 * copied straight from the caller's memory to the top of the new stack, or to where they wait for it; of the caller nothing
 * is believed. */
#include "load.h"
#include "bits.h"
#include "mem.h"
#include "mpu.h"

enum {
  DEFAULT_ALIGN = 8,
  STACK_MIN = 512,
  CONTROL_UNPRIVILEGED = 1,
  ARGUMENTS_FREE = 256, /* what arguments may take of the stack that was asked for: more is added to it */
};

struct elf_plan load_plan;

int load_read(struct load *l, const char **why) {
  const struct elf_machine machine = {.fpu = PITH_HAS_FPU, .max_span = pool_size(&process_pool)};

  return elf_plan(l->file, l->file_size, &machine, &load_plan, why);
}

/* Bytes of private memory the file itself fills. */
static uint32_t image_size(const struct elf_plan *e) {
  return e->tier == ELF_COPIED ? e->span : e->data_memsz;
}

/* Bytes between the stack and the data so that what is linked aligned is aligned. */
static uint32_t padding(const struct elf_plan *e, uint32_t at) {
  uint32_t vaddr = e->tier == ELF_COPIED ? e->base_vaddr : e->data_vaddr;

  return e->align ? (vaddr - at) & (e->align - 1) : 0;
}

/* What rounding adds to the size is heap. A block that is there already serves if it is as a new one would be. */
int load_allocate(struct load *l, uint32_t limit, uint32_t block, uint32_t block_size, const char **why) {
  const struct elf_plan *e = &load_plan;
  uint32_t memory = image_size(e), unit;
  uint32_t wish = e->stack ? e->stack : PITH_PROCESS_STACK;
  uint32_t extra = l->arguments > ARGUMENTS_FREE ? l->arguments - ARGUMENTS_FREE : 0;
  uint32_t stack = round_up(wish < STACK_MIN ? STACK_MIN : wish, DEFAULT_ALIGN) + extra;
  uint32_t heap = e->heap ? e->heap : PITH_PROCESS_HEAP;
  uint32_t want = stack + e->align + round_up(memory, DEFAULT_ALIGN) + heap;
  uint32_t size = arch_mpu_block_size(want, &unit);

  *why = WHY("more memory than its limit");
  if (size > limit) return -ENOMEM;
  *why = WHY("not enough process memory");
  l->reuses = block && size && size <= block_size;
  if (l->reuses) size = block_size;
  else block = size ? pool_take_block(&process_pool, size, unit) : 0;
  if (!block) return -ENOMEM;
  l->block = block;
  l->block_size = size;
  l->wasted = size - want;
  l->stack_size = stack + padding(e, l->block + stack);
  l->data = l->block + l->stack_size;
  l->brk_low = round_up(l->data + memory, DEFAULT_ALIGN);
  l->text =
      e->tier == ELF_COPIED ? l->data + (e->text_vaddr - e->base_vaddr) : K_WORD(l->file) + e->text_offset;
  l->copied = e->tier == ELF_COPIED;
  l->entry = e->entry - e->text_vaddr + l->text;
  l->got = l->copied ? 0 : l->data + e->got_offset;
  arch_mpu_off(&l->mpu[2 * ARCH_MPU_TEXT], ARCH_MPU_TEXT);
  arch_mpu_off(&l->mpu[2 * ARCH_MPU_EXTRA], ARCH_MPU_EXTRA);
  arch_mpu_block(&l->mpu[2 * ARCH_MPU_BLOCK_LOW], l->block, l->block_size, l->copied);
  *why = WHY("text lies where no region can protect it");
  if (l->copied || !arch_mpu_text(&l->mpu[2 * ARCH_MPU_TEXT], l->text, e->text_size)) return 0;
  load_give_back(l);
  return -EINVAL;
}

void load_give_back(const struct load *l) {
  if (!l->reuses) pool_give(&process_pool, l->block);
}

/* Nothing of the block's last owner is left. */
void load_fill(const struct load *l) {
  uint32_t end = l->data + image_size(&load_plan);

  elf_load(l->file, &load_plan, (void *)(uintptr_t)l->data, l->text);
  memset((void *)(uintptr_t)l->block, 0, l->stack_size);
  memset((void *)(uintptr_t)end, 0, l->block + l->block_size - end);
}

const char *process_name(const struct k_domain *d) { return ((const struct process *)(const void *)d)->name; }

const struct k_domain_ops process_ops = {
    .fault = process_fault, .entered = budget_entered, .left = budget_left, .name = process_name};

void load_enter(const struct load *l, struct process *p) {
  struct k_domain *d = &p->domain;

  p->file = l->file;
  p->file_size = l->file_size;
  p->block = l->block;
  p->block_size = l->block_size;
  p->waste = (uint16_t)(l->wasted / 8 < UINT16_MAX ? l->wasted / 8 : UINT16_MAX);
  p->data = l->data;
  p->brk_low = p->brk = l->brk_low;
  p->text = l->text;
  p->text_vaddr = load_plan.text_vaddr;
  *d = (struct k_domain){.calls = k_calls_process,
                         .control = CONTROL_UNPRIVILEGED,
                         .low = l->block,
                         .high = l->block + l->block_size,
                         .text_low = l->text,
                         .text_high = l->text + load_plan.text_size,
                         .ops = &process_ops};
  if (p->share) d->control |= K_DOMAIN_TELL;
  memcpy(d->mpu, l->mpu, sizeof d->mpu);
}

void load_name(struct process *p, const char *path) {
  const char *name = path;

  for (; *path; path++)
    if (*path == '/') name = path + 1;
  memset(p->name, 0, sizeof p->name);
  for (int i = 0; i < PROCESS_NAME - 1 && name[i]; i++) p->name[i] = name[i];
}

/* ---- arguments and environment ---- */

/* The i-th string of an array of the caller's, and its length. 1; 0: the array ends there; -EFAULT, -E2BIG. */
static int string_at(const struct k_domain *from, uint32_t array, int i, const char **s, uint32_t *n,
                     const char **why) {
  uint32_t string, room;

  *why = WHY("its arguments lie where its parent has no memory");
  if (!array) return 0;
  if (k_copy_from_user(from, &string, (struct uslice){array + 4 * (uint32_t)i, 4})) return -EFAULT;
  if (!string) return 0;
  *s = (const char *)(uintptr_t)string;
  room = process_readable(from, string);
  for (*n = 0; *n < room && (*s)[*n]; ++*n) {
    if (*n < PITH_ARGUMENTS) continue;
    *why = WHY("an argument or variable is longer than PITH_ARGUMENTS");
    return -E2BIG;
  }
  return *n == room ? -EFAULT : 1;
}

static int measure(const struct k_domain *from, uint32_t array, int *count, uint32_t *bytes,
                   const char **why) {
  const char *s;
  uint32_t n;
  int found;

  for (*count = 0; (found = string_at(from, array, *count, &s, &n, why)) > 0; ++*count) {
    *bytes += n + 1 + sizeof(uint32_t);
    *why = WHY("its arguments and environment are longer than PITH_ARGUMENTS");
    if (*bytes > PITH_ARGUMENTS) return -E2BIG;
  }
  *bytes += sizeof(uint32_t);
  return found;
}

int load_measure(struct load *l, const struct load_strings *s, const char **why) {
  uint32_t bytes = 0;
  int error = measure(s->argv_from, s->argv, &l->argc, &bytes, why);

  if (!error) error = measure(s->from, s->envp, &l->variables, &bytes, why);
  l->arguments = round_up(bytes, DEFAULT_ALIGN) + DEFAULT_ALIGN;
  return error;
}

/* Where the next pointer and string go. */
struct room {
  uint32_t pointer, string, end, off;
};

static void put_pointer(struct room *to, uint32_t value) {
  *(uint32_t *)(uintptr_t)(to->pointer + to->off) = value;
  to->pointer += sizeof value;
}

/* As many pointers as were counted at most: a thread of the caller may have put a 0 earlier by now, or none. */
static int copy_strings(const struct k_domain *from, uint32_t array, int most, struct room *to,
                        const char **why) {
  const char *s;
  uint32_t n;
  int found, i;

  for (i = 0; i < most && (found = string_at(from, array, i, &s, &n, why)); i++) {
    if (found < 0) return found;
    *why = WHY("its arguments have changed");
    if (n >= to->end - to->string) return -E2BIG;
    put_pointer(to, to->string);
    memcpy((void *)(uintptr_t)(to->string + to->off), s, n);
    *(char *)(uintptr_t)(to->string + to->off + n) = 0;
    to->string += n + 1;
  }
  put_pointer(to, 0);
  return i;
}

/* On top of the main stack, which ends below them: pointers, then strings. */
int load_arguments(struct load *l, const struct load_strings *s, uint32_t off, const char **why) {
  struct room to = {.end = l->block + l->stack_size, .off = off};
  int n;

  l->argv = to.pointer = round_down(to.end - (l->arguments - DEFAULT_ALIGN), DEFAULT_ALIGN);
  to.string = l->argv + ((uint32_t)l->argc + (uint32_t)l->variables + 2) * (uint32_t)sizeof(uint32_t);
  n = copy_strings(s->argv_from, s->argv, l->argc, &to, why);
  if (n < 0) return n;
  l->argc = n;
  l->envp = to.pointer;
  n = copy_strings(s->from, s->envp, l->variables, &to, why);
  return n < 0 ? n : 0;
}
