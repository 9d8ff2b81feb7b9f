/* What is given back: the kernel heap after threads have come and gone, and pith_malloc() itself. */
#include "check.h"
#include "kernel.h"
#include "mem.h"

enum { URGENT = 4, LATE = 12, CYCLES = 1000 };

static struct pith_sem gate = PITH_SEM_INIT(0);

static void nothing(void *unused) { (void)unused; }
static void exit_with(void *value) { pith_thread_exit((int)(intptr_t)value); }
static void record(void *letter) { trace((char)(intptr_t)letter); }
static void wait_at_gate(void *letter) { trace(pith_sem_take(&gate) == 0 ? (char)(intptr_t)letter : '!'); }
static void sleep_long(void *letter) { trace(pith_sleep(1000000) == 0 ? (char)(intptr_t)letter : '!'); }

TEST(heap_join_cycles, "1,000 threads created and joined leave the heap as it was, to the byte") {
  struct pith_thread_attr a = {.stack_size = 512};
  size_t heap = pith_heap_free();
  struct pith_thread *t;
  int value;

  for (int i = 0; i < CYCLES; i++) {
    a.priority = i % 2 ? LATE : URGENT;
    CHECK_EQ(pith_thread_create(&t, &a, exit_with, (void *)(intptr_t)i), 0);
    CHECK_EQ(pith_thread_join(t, &value, PITH_FOREVER), 0);
    CHECK_EQ(value, i);
  }
  CHECK_EQ(pith_heap_free(), heap);
  CHECK_KERNEL();
}

static void delete_self_quietly(void *unused) {
  (void)unused;
  pith_thread_delete(pith_self());
}

TEST(heap_self_delete_cycles, "1,000 threads that delete themselves leave the heap as it was, to the byte") {
  struct pith_thread_attr a = {.stack_size = 512};
  size_t heap = pith_heap_free();
  uint32_t threads = R->threads;
  struct pith_thread *t;

  for (int i = 0; i < CYCLES; i++) {
    a.priority = i % 2 ? LATE : URGENT;
    CHECK_EQ(pith_thread_create(&t, &a, delete_self_quietly, NULL), 0);
    if (i % 8 == 7) let_others_run();
  }
  let_others_run();
  CHECK_EQ(pith_heap_free(), heap);
  CHECK_EQ(R->threads, threads);
  CHECK_KERNEL();
}

TEST(heap_delete_cycles, "threads created and deleted in every state leave the heap as it was") {
  static void (*const entry[])(void *) = {nothing, wait_at_gate, sleep_long, record};
  struct pith_thread_attr a = {.stack_size = 512};
  size_t heap = pith_heap_free();
  struct pith_thread *t;

  for (int i = 0; i < 64; i++) {
    a.priority = i & 4 ? LATE : URGENT;
    a.flags = i & 8 ? PITH_DORMANT : 0;
    CHECK_EQ(pith_thread_create(&t, &a, entry[i & 3], (void *)'x'), 0);
    if (i & 16) pith_thread_suspend(t);
    CHECK_EQ(pith_thread_delete(t), 0);
  }
  CHECK_TRACE("xxxx"); /* those of record() that ran before: urgent, not dormant */
  CHECK_EQ(pith_heap_free(), heap);
  CHECK_KERNEL();
}

TEST(heap_own_stack, "a created thread may bring its stack, which is not freed") {
  static uint64_t stack[64];
  struct pith_thread_attr a = {.priority = URGENT, .stack = stack, .stack_size = sizeof stack};
  size_t heap = pith_heap_free(), used;
  struct pith_thread *t;

  CHECK_EQ(pith_thread_create(&t, &a, exit_with, (void *)1), 0);
  used = heap - pith_heap_free();
  CHECK(used >= sizeof *t && used < sizeof *t + 32);
  CHECK_EQ(pith_thread_join(t, NULL, PITH_POLL), 0);
  CHECK_EQ(pith_heap_free(), heap);
}

TEST(heap_create_fails, "a thread whose stack does not fit is -ENOMEM and leaves the heap as it was") {
  struct pith_thread_attr a = {.priority = URGENT, .stack_size = PITH_HEAP};
  size_t heap = pith_heap_free();
  uint32_t threads = R->threads;
  struct pith_thread *t = NULL;

  CHECK_EQ(pith_thread_create(&t, &a, nothing, NULL), -ENOMEM);
  CHECK(t == NULL);
  CHECK_EQ(pith_heap_free(), heap);
  CHECK_EQ(R->threads, threads);
  CHECK_KERNEL();
}

TEST(heap_blocks,
     "pith_malloc() gives aligned blocks, NULL when there is none; pith_free() refuses what is no block") {
  size_t heap = pith_heap_free();
  uint8_t *p[8], outside[16];

  for (int i = 0; i < 8; i++) {
    p[i] = pith_malloc(100 + (size_t)i);
    CHECK(p[i] && (uintptr_t)p[i] % 8 == 0);
    memset(p[i], i, 100 + (size_t)i);
  }
  for (int i = 0; i < 8; i++) CHECK(p[i][0] == i && p[i][99 + i] == i);
  CHECK(pith_malloc(PITH_HEAP) == NULL);
  CHECK(pith_malloc(SIZE_MAX) == NULL);
  if (!PITH_DEBUG_CHECKS) {
    CHECK_EQ(pith_free(outside), -EINVAL);
    CHECK_EQ(pith_free(p[0] + 8), -EINVAL);
  }
  for (int i = 0; i < 8; i++) CHECK_EQ(pith_free(p[i]), 0);
  if (!PITH_DEBUG_CHECKS) CHECK_EQ(pith_free(p[3]), -EINVAL);
  CHECK_EQ(pith_free(NULL), 0);
  CHECK_EQ(pith_heap_free(), heap);
  CHECK_KERNEL();
}
