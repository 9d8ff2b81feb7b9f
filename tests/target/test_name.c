/* The registry of objects: by handle, by name, generations, capacity. */
#include "check.h"
#include "irq.h"
#include "kernel.h"
#include "pith/barrier.h"
#include "pith/cond.h"
#include "pith/event.h"
#include "pith/name.h"
#include "pith/pool.h"
#include "pith/queue.h"
#include "pith/rwlock.h"
#include "pith/signal.h"
#include "pith/stream.h"
#include "pith/work.h"

enum { MIDDLE = 0x60 };

static struct pith_sem door = PITH_SEM_INIT(0), window = PITH_SEM_INIT(0);
static struct pith_mutex mutex = PITH_MUTEX_INIT;
static int handle;
static void *seen;

TEST(name_find, "a registered object is found by its handle and by its name, if the kind is right") {
  int h = pith_register(&door, PITH_KIND_SEM, "/sem/door"),
      m = pith_register(&mutex, PITH_KIND_MUTEX, "/mutex/m");

  CHECK(h > 0 && m > 0 && h != m);
  CHECK(pith_object(h, PITH_KIND_SEM) == &door);
  CHECK(pith_object(h, PITH_KIND_ANY) == &door);
  CHECK(pith_object(h, PITH_KIND_MUTEX) == NULL);
  CHECK(pith_object(m, PITH_KIND_MUTEX) == &mutex);
  CHECK_EQ(pith_find("/sem/door", PITH_KIND_SEM), h);
  CHECK_EQ(pith_find("/sem/door", PITH_KIND_ANY), h);
  CHECK_EQ(pith_find("/sem/door", PITH_KIND_MUTEX), -EINVAL);
  CHECK_EQ(pith_find("/sem/doo", PITH_KIND_SEM), -ENOENT);
  CHECK(pith_name(m)[0] == '/' && pith_name(m)[1] == 'm');
}

TEST(name_kinds, "an object of every kind is found by number and by name, and taken for no other") {
  static struct pith_cond cond;
  static struct pith_rwlock rwlock;
  static struct pith_barrier barrier;
  static struct pith_event event;
  static struct pith_signal signal;
  static struct pith_queue queue;
  static struct pith_stream stream;
  static struct pith_pool pool;
  static struct pith_timer timer;
  static struct pith_workq workq;
  static struct pith_work work;
  static struct pith_waker waker;
  static uint32_t own;
  static const struct {
    unsigned kind;
    void *object;
    const char *name;
  } all[] = {{PITH_KIND_SEM, &door, "/sem"},
             {PITH_KIND_MUTEX, &mutex, "/mutex"},
             {PITH_KIND_COND, &cond, "/cond"},
             {PITH_KIND_RWLOCK, &rwlock, "/rwlock"},
             {PITH_KIND_BARRIER, &barrier, "/barrier"},
             {PITH_KIND_EVENT, &event, "/event"},
             {PITH_KIND_SIGNAL, &signal, "/signal"},
             {PITH_KIND_QUEUE, &queue, "/queue"},
             {PITH_KIND_STREAM, &stream, "/stream"},
             {PITH_KIND_POOL, &pool, "/pool"},
             {PITH_KIND_TIMER, &timer, "/timer"},
             {PITH_KIND_THREAD, &R->idle, "/thread"},
             {PITH_KIND_WORKQ, &workq, "/workq"},
             {PITH_KIND_WORK, &work, "/work"},
             {PITH_KIND_WAKER, &waker, "/waker"},
             {PITH_KIND_USER + 7, &own, "/own"}};
  enum { KINDS = sizeof all / sizeof all[0] };
  int number[KINDS];

  CHECK_EQ(KINDS, PITH_KIND_WAKER + 1); /* every kind of the kernel, and one of the application's */
  for (int i = 0; i < KINDS; i++)
    CHECK((number[i] = pith_register(all[i].object, all[i].kind, all[i].name)) > 0);
  for (int i = 0; i < KINDS; i++) {
    CHECK_EQ(pith_find(all[i].name, all[i].kind), number[i]);
    CHECK(pith_object(number[i], all[i].kind) == all[i].object);
    for (int k = 0; k < KINDS; k++)
      if (k != i) CHECK(pith_object(number[i], all[k].kind) == NULL);
    CHECK_EQ(pith_unregister(number[i]), 0);
  }
}

TEST(name_refused, "bad arguments and a name that is taken are refused") {
  CHECK_EQ(pith_register(NULL, PITH_KIND_SEM, "x"), -EINVAL);
  CHECK_EQ(pith_register(&door, 0, "x"), -EINVAL);
  CHECK_EQ(pith_register(&door, 256, "x"), -EINVAL);
  CHECK_EQ(pith_register(&door, PITH_KIND_SEM, ""), -EINVAL);
  CHECK(pith_register(&door, PITH_KIND_SEM, "x") > 0);
  CHECK_EQ(pith_register(&mutex, PITH_KIND_MUTEX, "x"), -EEXIST);
}

TEST(name_unregister, "a handle ends for good, and its name and place are free again") {
  int old = pith_register(&door, PITH_KIND_SEM, "a"), new;

  CHECK_EQ(pith_unregister(old), 0);
  CHECK(pith_object(old, PITH_KIND_SEM) == NULL);
  CHECK(pith_name(old) == NULL);
  CHECK_EQ(pith_find("a", PITH_KIND_SEM), -ENOENT);
  CHECK_EQ(pith_unregister(old), -EBADF);
  new = pith_register(&window, PITH_KIND_SEM, "a");
  CHECK(new > 0 && new != old);
  CHECK(pith_object(new, PITH_KIND_SEM) == &window);
  CHECK(pith_object(old, PITH_KIND_SEM) == NULL);
  CHECK_EQ(pith_unregister(old), -EBADF);
}

TEST(name_no_handle, "what is no handle names nothing") {
  static const int no_handles[] = {
      0, -1, -ENOENT, 1, 0x7fffffff, 0x10000, INT32_MIN, PITH_NAMES, 0x10000 + PITH_NAMES};

  for (unsigned i = 0; i < sizeof no_handles / sizeof no_handles[0]; i++) {
    CHECK(pith_object(no_handles[i], PITH_KIND_ANY) == NULL);
    CHECK(pith_name(no_handles[i]) == NULL);
    CHECK_EQ(pith_unregister(no_handles[i]), -EBADF);
  }
}

TEST(name_capacity, "PITH_NAMES objects fit, unnamed ones too, and a full registry says so") {
  int h[PITH_NAMES];

  for (int i = 0; i < PITH_NAMES; i++) CHECK((h[i] = pith_register(&door, PITH_KIND_USER + i % 3, NULL)) > 0);
  CHECK_EQ(pith_register(&door, PITH_KIND_SEM, "x"), -ENFILE);
  CHECK_EQ(pith_name(h[3])[0], 0);
  CHECK(pith_object(h[4], PITH_KIND_USER + 1) == &door);
  CHECK_EQ(pith_unregister(h[7]), 0);
  CHECK(pith_register(&door, PITH_KIND_SEM, "x") > 0);
  CHECK_EQ(pith_register(&door, PITH_KIND_SEM, "y"), -ENFILE);
}

TEST(name_generations, "a place that has been used 32,767 times counts on") {
  for (int i = 0; i < 0x7fff + 10; i++) {
    int h = pith_register(&door, PITH_KIND_SEM, NULL);

    CHECK(h > 0 && h != handle);
    CHECK(pith_object(handle, PITH_KIND_SEM) == NULL);
    CHECK(pith_object(h, PITH_KIND_SEM) == &door);
    CHECK_EQ(pith_unregister(h), 0);
    handle = h;
  }
}

static void isr(void) { seen = pith_object(handle, PITH_KIND_SEM); }

TEST(name_isr, "an ISR asks by handle") {
  handle = pith_register(&door, PITH_KIND_SEM, "a");
  irq_on(0, MIDDLE, isr);
  irq_raise(0);
  CHECK(seen == &door);
}
