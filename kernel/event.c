/* Event flags. Threads and interrupts change the bits by LDREX/STREX, in any context, and the kernel does
 * too.
 *
 * The rule: whoever makes bits appear looks afterwards whether somebody waits (`awaited`), and whoever
 * begins to wait looks at the bits again after it has said so. One of the two sees the other, whichever
 * interrupts which, so no bit is waited for that is set. `awaited` and not the queue is what an interrupt
 * asks, because the queue may be in pieces just then. It becomes 0 again only when the kernel finds the
 * queue empty.
 *
 * The bits go to waiters in their order: while somebody waits, a thread that sets, or that wants to take,
 * does it in the kernel, and there those who wait already come first. */
#include "event.h"
#include "pith/any.h"

static uint32_t found(uint32_t set, uint32_t bits, unsigned options) {
  return options & PITH_EVENT_ALL && (set & bits) != bits ? 0 : set & bits;
}

bool k_event_take(struct pith_event *e, uint32_t bits, unsigned options, uint32_t *got) {
  for (;;) {
    uint32_t set = e->bits, taken = found(set, bits, options);

    if (!taken) return false;
    if (options & PITH_EVENT_CLEAR && !arch_atomic_cas(&e->bits, set, set & ~taken)) continue;
    *got = taken;
    return true;
  }
}

static void change(struct pith_event *e, uint32_t clear, uint32_t set) {
  uint32_t old;

  do old = e->bits;
  while (!arch_atomic_cas(&e->bits, old, (old & ~clear) | set));
}

/* ---- in the kernel ---- */

static bool satisfy(struct pith_event *e, struct pith_thread *t) {
  struct k_event_wish *w = t->wait_data;

  if (!k_event_take(e, w->bits, w->options, &w->got)) return false;
  k_wake_with(t, 0);
  return true;
}

static bool satisfy_proxy(struct pith_event *e, struct pith_thread *proxy) {
  struct pith_wait_item *item = (struct pith_wait_item *)proxy;

  if (!k_event_take(e, item->bits, item->options, &item->got)) return false;
  k_proxy_won(proxy);
  return true;
}

static bool is_satisfied(const struct pith_thread *t, uint32_t set) {
  const struct pith_wait_item *item = (const struct pith_wait_item *)t;
  const struct k_event_wish *w = t->wait_data;

  return t->blocked == K_PROXY ? found(set, item->bits, item->options) : found(set, w->bits, w->options);
}

/* Somebody waits for no more than what is set. */
static bool is_wanted(const struct pith_event *e, uint32_t set) {
  const struct pith_thread *t = e->waiters.head;

  while (t && !is_satisfied(t, set)) t = t->next == e->waiters.head ? NULL : t->next;
  return t;
}

/* Everybody who waits, in order. */
static void serve(struct pith_event *e) {
  struct pith_thread *t = e->waiters.head;

  while (t) {
    struct pith_thread *next = t->next == e->waiters.head ? NULL : t->next;

    if (t->blocked != K_PROXY) satisfy(e, t);
    else if (satisfy_proxy(e, t)) next = e->waiters.head; /* the next one may have been its thread's, too */
    t = next;
  }
  if (!e->waiters.head) e->awaited = 0;
}

void k_event_apply(struct k_post *post, uint32_t n) {
  (void)n;
  serve((struct pith_event *)post);
}

/* An interrupt may set bits at any moment here, for which somebody has waited longer: so bits are only taken
 * off a word as it was when nobody was found to want it. */
bool k_event_take_in_turn(struct pith_event *e, uint32_t bits, unsigned options, uint32_t *got) {
  uint32_t set;

  do {
    do {
      serve(e);
      set = e->bits;
    } while (is_wanted(e, set));
    *got = found(set, bits, options);
    if (!*got) return false;
  } while (options & PITH_EVENT_CLEAR && !arch_atomic_cas(&e->bits, set, set & ~*got));
  return true;
}

long k_event_wait(struct pith_event *e, struct k_event_wish *wish, pith_time deadline) {
  struct pith_thread *t = K->current;
  long result;

  if (k_event_take_in_turn(e, wish->bits, wish->options, &wish->got)) return 0;
  t->wait_data = wish;
  result = k_wait(&e->waiters, deadline);
  if (result) return result;
  e->awaited = 1;
  if (found(e->bits, wish->bits, wish->options)) serve(e); /* an interrupt that asked before */
  return 0;
}

long k_event_set(struct pith_event *e, uint32_t bits) {
  change(e, 0, bits);
  serve(e);
  return 0;
}

long k_event_delete(struct pith_event *e) {
  k_wake_all(&e->waiters, -EIDRM);
  e->awaited = 0;
  return 0;
}

static long event_wait(struct pith_event *e, struct k_event_wish *wish, pith_time deadline) {
  return k_event_wait(e, wish, deadline);
}
K_CALL(event_wait)

static long event_set(struct pith_event *e, uint32_t bits) { return k_event_set(e, bits); }
K_CALL(event_set)

static long event_delete(struct pith_event *e) { return k_event_delete(e); }
K_CALL(event_delete)

/* ---- the caller's side ---- */

void pith_event_init(struct pith_event *e, uint32_t bits) { *e = (struct pith_event)PITH_EVENT_INIT(bits); }

int pith_event_set(struct pith_event *e, uint32_t bits) {
  bool in_isr = k_in_isr();

  if (in_isr || !e->awaited) {
    change(e, 0, bits);
    bits = 0;
  }
  if (!e->awaited) return 0;
  if (!in_isr) return (int)K_ENTER(event_set, e, bits, 0, 0);
  k_post(&e->post);
  return 0;
}

int pith_event_clear(struct pith_event *e, uint32_t bits) {
  change(e, bits, 0);
  return 0;
}

uint32_t pith_event_get(const struct pith_event *e) { return e->bits; }

int pith_event_wait_until(struct pith_event *e, uint32_t bits, unsigned options, uint32_t *got,
                          pith_time deadline) {
  struct k_event_wish wish = {bits, options, 0};

  if (!bits || options & ~(PITH_EVENT_ALL | PITH_EVENT_CLEAR)) return -EINVAL;
  if (e->awaited || !k_event_take(e, bits, options, &wish.got)) {
    int result = (int)K_ENTER(event_wait, e, &wish, (uint32_t)(uint64_t)deadline,
                              (uint32_t)((uint64_t)deadline >> 32));

    if (result) return result;
  }
  if (got) *got = wish.got;
  return 0;
}

int pith_event_wait(struct pith_event *e, uint32_t bits, unsigned options, uint32_t *got) {
  return pith_event_wait_until(e, bits, options, got, PITH_FOREVER);
}

int pith_event_wait_for(struct pith_event *e, uint32_t bits, unsigned options, uint32_t *got,
                        pith_time span) {
  return pith_event_wait_until(e, bits, options, got, pith_deadline(span));
}

int pith_event_delete(struct pith_event *e) { return (int)K_ENTER(event_delete, e, 0, 0, 0); }
