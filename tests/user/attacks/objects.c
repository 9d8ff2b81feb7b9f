/* Handles that are dead, foreign, guessed or have not the right; objects and memory until there are no more. */
#include "attack.h"

enum { HANDLES = 16, OBJECTS = 32, OBJECTS_MEMORY = 32768 };

static int is_refused(long h) {
  return sys_sem_give(h) == -EBADF && sys_sem_take(h, 0) == -EBADF && sys_mutex_lock(h, 0) == -EBADF &&
         sys_mutex_unlock(h) == -EBADF && sys_close(h) == -EBADF && sys_map(h) == -EBADF &&
         sys_handle_dup(h, 1) == -EBADF && sys_irq_wait(h, 0, 0) == -EBADF &&
         sys_mq_send(h, POINTER(block_low()), 0) == -EBADF &&
         sys_mq_receive(h, POINTER(block_low()), 0) == -EBADF && sys_mq_notify(h, 9, 0) == -EBADF &&
         sys_sem_give_take(h, h, 0) == -EBADF &&
         sys_info(PITH_INFO_OBJECT, (unsigned)h, POINTER(block_low()), 20) == -EBADF;
}

int dead_handles(uint32_t a) {
  long h[HANDLES];
  (void)a;
  for (int i = 0; i < HANDLES; i++) CHECK((h[i] = i % 2 ? sys_sem_create(0) : sys_mutex_create()) > 0);
  for (int i = 0; i < HANDLES; i++) CHECK(sys_close(h[i]) == 0 && is_refused(h[i]));
  for (int i = 0; i < HANDLES; i++) CHECK(sys_sem_create(0) > 0);
  for (int i = 0; i < HANDLES; i++) CHECK(is_refused(h[i]));
  return 0;
}

/* A slot's number does not come back for 4,095 objects, and is refused until then. */
int stale_handle(uint32_t a) {
  long first = sys_sem_create(0);
  (void)a;
  CHECK(first > 0 && sys_close(first) == 0);
  for (int i = 0; i < 1000; i++) {
    long h = sys_sem_create(0);
    CHECK(h > 0 && h != first && sys_sem_give(first) == -EBADF && sys_close(first) == -EBADF &&
          sys_close(h) == 0);
  }
  return 0;
}

/* The neighbour's handle, its number known to the bit. */
int foreign_handle(uint32_t handle) {
  CHECK(handle && is_refused((long)handle));
  for (uint32_t i = 0; i < 256; i++) CHECK(is_refused((long)((handle & ~0xFFu) | i)));
  return 0;
}

/* Every index and generation that could be, with the bits of a semaphore and all rights. */
int guessed_handles(uint32_t handle) {
  for (uint32_t g = 0; g < 4096; g++)
    for (uint32_t i = 0; i < 16; i += 5) {
      long h = (long)((handle & 0xFFF00000u) | g << 8 | i);
      CHECK(sys_sem_give(h) == -EBADF);
    }
  return 0;
}

int handle_of_other_kind(uint32_t a) {
  struct pith_object shm = {.kind = PITH_OBJECT_SHM, .rights = 7, .size = 256};
  long sem = sys_sem_create(0), mutex = sys_mutex_create(), memory = sys_object_open(&shm);
  (void)a;
  CHECK(sem > 0 && mutex > 0 && memory > 0);
  CHECK(sys_mutex_lock(sem, 0) == -EBADF && sys_mutex_unlock(sem) == -EBADF && sys_map(sem) == -EBADF);
  CHECK(sys_sem_give(mutex) == -EBADF && sys_sem_take(mutex, 0) == -EBADF && sys_map(mutex) == -EBADF);
  CHECK(sys_sem_give(memory) == -EBADF && sys_sem_take(memory, 0) == -EBADF &&
        sys_mutex_lock(memory, 0) == -EBADF);
  CHECK(sys_irq_wait(memory, 0, 0) == -EBADF && sys_sem_give_take(sem, memory, 0) == -EBADF);
  CHECK(sys_sem_give_take(mutex, sem, 0) == -EBADF && sys_mq_notify(memory, 9, 0) == -EBADF);
  /* the kind is in the number: another one's bits make it no number at all */
  for (int bit = 8; bit < 32; bit++) CHECK(sys_sem_give((long)((uint32_t)sem ^ 1u << bit)) == -EBADF);
  return 0;
}

int rights_only_shrink(uint32_t a) {
  struct pith_object named = {.kind = PITH_OBJECT_SEM, .rights = 7, .name = WORD("/sem/neighbour")};
  long sem = sys_sem_create(1), give, take;
  (void)a;
  give = sys_handle_dup(sem, PITH_RIGHT_SIGNAL);
  take = sys_handle_dup(sem, PITH_RIGHT_WAIT);
  CHECK(sem > 0 && give > 0 && take > 0);
  CHECK(sys_sem_take(give, 0) == -EPERM && sys_sem_give(take) == -EPERM);
  CHECK(sys_sem_give_take(take, give, 0) == -EPERM && sys_sem_give_take(give, give, 0) == -EPERM);
  CHECK(sys_handle_dup(give, 7) == -EPERM && sys_handle_dup(take, PITH_RIGHT_SIGNAL) == -EPERM);
  CHECK(sys_handle_dup(give, 0) == -EPERM && sys_handle_dup(sem, 8) == -EPERM &&
        sys_handle_dup(sem, ~0u) == -EPERM);
  uint32_t handed[1] = {(uint32_t)take};
  CHECK(start_child_with("quits", handed, 1) == -EPERM);
  handed[0] = (uint32_t)sys_handle_dup(sem, PITH_RIGHT_WAIT | PITH_RIGHT_MANAGE);
  CHECK(start_child_with("quits", handed, 1) > 0 && sys_wait(-1, NULL, -1) > 0);
  CHECK(sys_object_open(&named) == -EACCES); /* the neighbour lets others wait for it, no more */
  named.rights = PITH_RIGHT_WAIT | PITH_RIGHT_SIGNAL;
  CHECK(sys_object_open(&named) == -EACCES);
  named.rights = PITH_RIGHT_WAIT;
  take = sys_object_open(&named);
  CHECK(take > 0 && sys_sem_give(take) == -EPERM);
  CHECK(sys_object_unlink("/sem/neighbour") == -EACCES);
  return 0;
}

int unlock_what_another_locked(uint32_t a) {
  (void)a;
  long m = sys_mutex_create();
  CHECK(m > 0 && sys_mutex_unlock(m) == -EPERM && sys_mutex_lock(m, 0) == 0 && sys_mutex_unlock(m) == 0);
  CHECK(sys_mutex_unlock(m) == -EPERM);
  return 0;
}

/* ---- until there are no more ---- */

int exhaust_handles(uint32_t a) {
  long sem = sys_sem_create(0);
  (void)a;
  CHECK(sem > 0);
  for (int i = 1; i < HANDLES; i++) CHECK(sys_handle_dup(sem, 7) > 0);
  for (int i = 0; i < 100; i++) {
    struct pith_object o = {.kind = PITH_OBJECT_SHM, .rights = 7, .size = 256};
    CHECK(sys_handle_dup(sem, 7) == -EMFILE && sys_sem_create(0) == -EMFILE && sys_mutex_create() == -EMFILE);
    CHECK(sys_object_open(&o) == -EMFILE);
  }
  return 0; /* with all of them open */
}

/* Children that keep theirs, until the table all share is full. The neighbour has one of it. */
int exhaust_objects(uint32_t a) {
  int n = 0;
  long error = 0;
  (void)a;
  CHECK(start_child("hold_objects") > 0);
  sys_sleep(10000);
  while (n < HANDLES && (error = sys_sem_create(0)) > 0) n++;
  CHECK(error == -ENFILE && n > 0 && n < HANDLES);
  CHECK(sys_mutex_create() == -ENFILE);
  return 0;
}

int exhaust_memory(uint32_t a) {
  uint32_t high = block_high();
  (void)a;
  CHECK(sys_brk(high) == (long)high);
  CHECK(sys_brk(high + 1) == -ENOMEM && sys_brk(0xFFFFFFFF) == -ENOMEM && sys_brk(0x80000000) == -ENOMEM);
  CHECK(sys_brk(block_low()) == -ENOMEM && sys_brk(1) == -ENOMEM && sys_brk(0x20000000) == -ENOMEM);
  CHECK(sys_brk(0) == (long)high);
  return 0;
}

int exhaust_shared_memory(uint32_t a) {
  struct pith_object o = {.kind = PITH_OBJECT_SHM, .rights = 7, .size = 4096};
  uint32_t got = 0;
  long error;
  (void)a;
  while ((error = sys_object_open(&o)) > 0) got += o.size;
  CHECK(error == -ENOMEM && got > 0 && got <= OBJECTS_MEMORY);
  return 0;
}

int exhaust_queues(uint32_t a) {
  struct pith_object o = {.kind = PITH_OBJECT_QUEUE, .rights = 7, .initial = 8, .size = 512};
  struct pith_message m = {.data = block_low(), .length = 4};
  long first = sys_object_open(&o), error;
  uint32_t n = 1;
  (void)a;
  CHECK(first > 0);
  while ((error = sys_object_open(&o)) > 0) n++;
  CHECK(error == -ENOMEM && n < HANDLES);
  for (int i = 0; i < 8; i++) CHECK(sys_mq_send(first, &m, 0) == 0);
  for (int i = 0; i < 100; i++) CHECK(sys_mq_send(first, &m, 0) == -ETIMEDOUT);
  return 0; /* the queue full */
}

/* Timers: each process has two of its own, and a deadline for each thread. */
int exhaust_timers(uint32_t a) {
  struct pith_alarm alarm;
  (void)a;
  for (int i = 0; i < 1000; i++) {
    alarm = (struct pith_alarm){1000000, i % 2};
    CHECK(sys_alarm(&alarm) == 0 && sys_heartbeat(5000000) == 0);
  }
  return 0; /* both armed */
}

static uint32_t word;

static void waits_for_lock(uint32_t i) {
  sys_futex_lock((uint32_t *)(uintptr_t)i, 0, -1);
  sys_thread_exit(0);
}

/* Contended locks are the kernel's for as long as somebody waits. */
int exhaust_locks(uint32_t a) {
  static uint32_t words[32];
  (void)a;
  for (int i = 0; i < 32; i++) CHECK(sys_futex_lock(&words[i], 0, 0) == 0);
  for (int i = 0; i < 4; i++) CHECK(start_thread(i, waits_for_lock, WORD(&words[i]), -1) > 0);
  sys_sleep(2000);
  for (int i = 0; i < 200; i++) CHECK(sys_futex_lock(&words[i % 32], 0, 0) == -EDEADLK);
  word = 0;
  CHECK(sys_futex_unlock(&word) == -EPERM);
  return 0; /* with all of them held and four waited for */
}
