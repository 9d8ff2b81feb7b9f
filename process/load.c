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
  STRINGS_MAX = 64, /* arguments, and variables of the environment */
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
  uint32_t stack = round_up(wish < STACK_MIN ? STACK_MIN : wish, DEFAULT_ALIGN);
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
  p->text_size = load_plan.text_size;
  p->text_vaddr = load_plan.text_vaddr;
  *d = (struct k_domain){.calls = k_calls_process,
                         .control = CONTROL_UNPRIVILEGED,
                         .low = l->block,
                         .high = l->block + l->block_size,
                         .text_low = l->copied ? l->block : l->text,
                         .text_high = l->copied ? l->block : l->text + load_plan.text_size,
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

/* Strings of an array of the caller's, pushed below *top; their addresses go to `to`. What is to be at an address is put
 * `off` bytes further. */
static int push_strings(const struct k_domain *from, uint32_t array, uint32_t low, uint32_t off,
                        uint32_t *top, uint32_t *to, int *count, const char **why) {
  for (*count = 0; array; (*count)++) {
    uint32_t string, n = 0, room;
    const char *s;

    *why = WHY("its arguments lie where its parent has no memory");
    if (k_copy_from_user(from, &string, (struct uslice){array + 4 * (uint32_t)*count, 4})) return -EFAULT;
    if (!string) break;
    *why = WHY("more than 64 arguments, or as many variables");
    if (*count == STRINGS_MAX) return -E2BIG;
    s = (const char *)(uintptr_t)string;
    *why = WHY("its arguments lie where its parent has no memory");
    for (room = process_readable(from, string); n < room && s[n]; n++) continue;
    if (n == room) return -EFAULT;
    *why = WHY("the arguments do not fit on half the stack");
    if (*top < low || *top - low < n + 1) return -E2BIG;
    *top -= n + 1;
    memcpy((void *)(uintptr_t)(*top + off), s,
           n); /* a thread of the caller may have put a 0 earlier by now, or none */
    ((char *)(uintptr_t)(*top + off))[n] = 0;
    to[*count] = *top;
  }
  to[*count] = 0;
  return 0;
}

/* On top of the main stack, which ends below them: pointers, then strings. */
int load_arguments(struct load *l, const struct load_strings *s, uint32_t off, const char **why) {
  uint32_t top = l->block + l->stack_size, low = top - l->stack_size / 2, pointer[2 * STRINGS_MAX + 2], bytes;
  int variables, error;

  error = push_strings(s->argv_from, s->argv, low, off, &top, pointer, &l->argc, why);
  if (error) return error;
  error = push_strings(s->from, s->envp, low, off, &top, pointer + l->argc + 1, &variables, why);
  if (error) return error;
  *why = WHY("the arguments do not fit on half the stack");
  bytes = ((uint32_t)l->argc + (uint32_t)variables + 2) * 4;
  top = round_down(top, 4);
  if (top - low < bytes + 8) return -E2BIG;
  top = round_down(top - bytes, 8);
  memcpy((void *)(uintptr_t)(top + off), pointer, bytes);
  l->argv = top;
  l->envp = top + ((uint32_t)l->argc + 1) * 4;
  return 0;
}
