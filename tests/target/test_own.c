/* What a thread has of its own and what a list of threads can show: local words, the user's pointer, name, state. */
#include "check.h"
#include "kernel.h"
#include "mem.h"

enum { URGENT = 4, LATE = 12, IDLE_ROUNDS = 3 };

static struct pith_sem go = PITH_SEM_INIT(0);

/* Each writes its own, lets the others write theirs, and finds its own again. */
static void use_words(void *letter) {
  for (unsigned i = 0; i < PITH_TLS_KEYS; i++) {
    CHECK(*pith_tls(i) == NULL);
    *pith_tls(i) = (char *)letter + i;
  }
  CHECK_EQ(pith_sem_take(&go), 0);
  for (unsigned i = 0; i < PITH_TLS_KEYS; i++) CHECK(*pith_tls(i) == (char *)letter + i);
  trace((char)(intptr_t)letter);
}

TEST(tls_threads, "the local words of each thread are NULL at first and then its own") {
  uint32_t plain = 0;

  *pith_tls(0) = &plain;
  test_thread(0, URGENT, 0, use_words, (void *)'a');
  test_thread(1, URGENT, PITH_COOPERATIVE, use_words, (void *)'b');
  test_thread(2, URGENT + 1, 0, use_words, (void *)'c');
  for (int i = 0; i < 3; i++) pith_sem_give(&go);
  CHECK_TRACE("abc");
  CHECK(*pith_tls(0) == &plain);
}

static void fill_and_wait(void *unused) {
  (void)unused;
  for (unsigned i = 0; i < PITH_TLS_KEYS; i++) *pith_tls(i) = &go;
}

TEST(tls_reused, "a thread made in the memory of another one finds its local words NULL") {
  struct pith_thread_attr a = {.priority = URGENT, .stack_size = 512};
  struct pith_thread *t;

  for (int i = 0; i < 3; i++) {
    CHECK_EQ(pith_thread_create(&t, &a, fill_and_wait, NULL), 0);
    CHECK_EQ(pith_thread_join(t, NULL, PITH_FOREVER), 0);
    CHECK_EQ(pith_thread_create(&t, &a, use_words, (void *)'x'), 0);
    pith_sem_give(&go);
    CHECK_EQ(pith_thread_join(t, NULL, PITH_FOREVER), 0);
  }
  CHECK_TRACE("xxx");
}

static volatile uint32_t idles, wrong;

static void idle(void) {
  for (uintptr_t i = 0; i < PITH_TLS_KEYS; i++) {
    void **word = pith_tls((unsigned)i);

    wrong += *word != (idles ? (void *)(i + 1) : NULL);
    *word = (void *)(i + 1);
  }
  idles++;
}

TEST(tls_idle, "the idle hook has local words, too, and they are not its stack") {
  pith_idle_hook(idle);
  while (idles < IDLE_ROUNDS) pith_sleep(1);
  pith_idle_hook(NULL);
  CHECK_EQ(wrong, 0);
}

TEST_PANIC(tls_key, "a key that does not exist panics") { pith_tls(PITH_TLS_KEYS); }

TEST(user_pointer, "the user's pointer comes with the thread and can be changed") {
  static uint64_t stack[64];
  static struct pith_thread t;
  struct pith_thread_attr a = {.name = "t",
                               .priority = LATE,
                               .flags = PITH_DORMANT,
                               .stack = stack,
                               .stack_size = sizeof stack,
                               .user = &go};

  CHECK_EQ(pith_thread_init(&t, &a, use_words, NULL), 0);
  CHECK(pith_thread_user(&t) == &go);
  pith_thread_set_user(&t, &t);
  CHECK(pith_thread_user(&t) == &t);
}

/* A line as ps shows it: the name and the state of the thread called name, "" if there is none. */
static const char *shown(const char *name) {
  for (struct pith_thread *t = pith_thread_next(NULL); t; t = pith_thread_next(t))
    if (!strcmp(pith_thread_name(t), name)) return pith_thread_state_name(pith_thread_state(t));
  return "";
}

static struct pith_thread *named(int i, const char *name, unsigned flags, void (*entry)(void *)) {
  static struct pith_thread threads[4];
  static uint64_t stacks[4][64];
  struct pith_thread_attr a = {.name = name,
                               .priority = URGENT,
                               .flags = (uint8_t)flags,
                               .stack = stacks[i],
                               .stack_size = sizeof stacks[i]};

  CHECK_EQ(pith_thread_init(&threads[i], &a, entry, NULL), 0);
  return &threads[i];
}

static void wait_for_go(void *unused) {
  (void)unused;
  pith_sem_take(&go);
}

static void sleep_long(void *unused) {
  (void)unused;
  pith_sleep(100000);
}

static void end(void *unused) { (void)unused; }

TEST(thread_list, "a list of all threads shows names and states, from the newest to the oldest") {
  struct pith_thread *t;
  uint32_t n = 0;

  named(0, "made", PITH_DORMANT, end);
  named(1, "waits", 0, wait_for_go);
  t = named(2, "sleeps", 0, sleep_long);
  named(3, "ended", 0, end);
  CHECK(!strcmp(pith_thread_name(pith_thread_next(NULL)), "ended"));
  CHECK(pith_thread_next(pith_thread_next(NULL)) == t);
  CHECK(!strcmp(shown("made"), "created"));
  CHECK(!strcmp(shown("waits"), "waiting"));
  CHECK(!strcmp(shown("sleeps"), "sleeping"));
  CHECK(!strcmp(shown("ended"), "dead"));
  CHECK(!strcmp(shown("idle"), "ready"));
  CHECK_EQ(pith_thread_suspend(t), 0);
  CHECK(!strcmp(shown("sleeps"), "sleeping"));
  CHECK_EQ(pith_thread_cancel(t), 0);
  CHECK(!strcmp(shown("sleeps"), "suspended"));
  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK(!strcmp(shown("sleeps"), ""));
  CHECK(pith_thread_next(t) == NULL); /* gone meanwhile: the list ends */
  CHECK(!strcmp(pith_thread_state_name(pith_thread_state(t)), "none"));
  for (t = pith_thread_next(NULL); t; t = pith_thread_next(t)) n++;
  CHECK_EQ(n, R->threads + 1);
}
