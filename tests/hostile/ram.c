/* The kernel's memory, as a file of the host: [__data_start, __pool_start) after each attack, behind a header of a name
 * and two numbers. The host compares it with the one before, byte by byte, but for what may change (tests/user/
 * kernel_ram.py says what, and why). */
#include "hostile.h"
#include "init.h"
#include "mem.h"
#include "object.h"
#include "pith/monitor.h"
#include "semihost.h"
#include "vfs.h"

extern uint8_t __data_start[], __pool_start[];

enum { PIECE = 16384 };

static int file = -1;

/* Names of working directories were there. */
static void settle_heap(struct heap *h) {
  enum { PIECES = 8 };
  void *piece[PIECES];
  int n = 0;

  for (size_t size; n < PIECES && (size = heap_largest(h)); n++) {
    piece[n] = heap_alloc(h, size);
    memset(piece[n], 0, size);
  }
  while (n) heap_free(h, piece[--n]);
}

/* Slots of nobody: whoever takes one sets all of it. A thread's number stays, it counts generations. */
static long settle(long unused, long unused2, long unused3) {
  (void)unused, (void)unused2, (void)unused3;
  for (int i = 0; i < PITH_PROCESSES; i++)
    if (process_table[i].state == PROCESS_FREE) memset(&process_table[i], 0, sizeof process_table[i]);
  for (int i = 0; i < PITH_PROCESS_THREADS; i++) {
    struct process_thread *t = &process_threads[i];

    if (k_exists(&t->thread) || t->thread.own.zombie) continue;
    *t = (struct process_thread){.thread = {.tid = t->thread.tid}};
  }
  for (int i = 0; i < PITH_PROCESS_OBJECTS; i++)
    if (!process_objects[i].kind && !process_objects[i].memory)
      memset(&process_objects[i], 0, sizeof process_objects[i]);
  for (int i = 0; i < PITH_FILES; i++)
    if (!vfs_files[i].ops && !vfs_files[i].refs) memset(&vfs_files[i], 0, sizeof vfs_files[i]);
  for (uint32_t i = process_pool.count; i < POOL_BLOCKS; i++)
    process_pool.block[i] = (struct pool_block){0, 0};
  for (uint32_t i = R->timeout_count; i < K_TIMEOUTS; i++) R->timeouts[i] = NULL;
  settle_heap(&R->heap);
  memset(&arch_last_fault, 0, sizeof arch_last_fault);
  return 0;
}

void ram_settle(void) { pith_monitor(settle, 0, 0, 0); }

static void may_change(const void *at, size_t size, const char *why) {
  say("hostile: may change: %08x %u %s\n", (unsigned)K_WORD(at), (unsigned)size, why);
}

void ram_say_changes(void) {
  uint32_t slot = (neighbour_notes()->thread & 0xFF) - 1;

  may_change(&process_threads[slot], sizeof process_threads[slot],
             "the neighbour's thread: its registers, its wait");
  for (int i = 0; i < PITH_PROCESS_THREADS; i++)
    may_change(&process_threads[i].thread.tid, sizeof process_threads[i].thread.tid, "a thread slot's generation");
  may_change(K->list, sizeof K->list, "who is ready at the moment");
  may_change(&K->ready, sizeof K->ready, "who is ready at the moment");
  may_change(&K->fpu_dirty, sizeof K->fpu_dirty, "whose values the FPU has");
  may_change(R->timeouts, sizeof R->timeouts, "deadlines: the neighbour's next tick");
  may_change(&R->timeout_count, sizeof R->timeout_count, "deadlines: the neighbour's next tick");
  may_change(&R->turn, sizeof R->turn, "when the turn of the process's thread that runs is over");
  may_change(&R->expiry.next, sizeof R->expiry.next,
             "a link of the list of posts, stale once it has been applied");
  may_change(k_isr_stack, PITH_ISR_STACK, "the interrupt stack");
}

int ram_open(const char *path) {
  file = semihost_open(path, SEMIHOST_WRITE);
  return file < 0 ? file : 0;
}

int ram_dump(const char *name) {
  struct {
    char name[24];
    uint32_t base, size;
  } header = {.base = K_WORD(__data_start), .size = (uint32_t)(__pool_start - __data_start)};

  if (file < 0) return 0;
  for (int i = 0; i < 23 && name[i]; i++) header.name[i] = name[i];
  if (semihost_write(file, &header, sizeof header) != (long)sizeof header) return -EIO;
  for (uint32_t at = 0; at < header.size; at += PIECE) { /* a host may take no more than 64 KB at once */
    uint32_t n = header.size - at < PIECE ? header.size - at : PIECE;

    if (semihost_write(file, __data_start + at, n) != (long)n) return -EIO;
  }
  return 0;
}

void ram_close(void) {
  if (file >= 0) semihost_close(file);
  file = -1;
}
