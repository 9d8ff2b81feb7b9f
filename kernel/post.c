/* The only door from an interrupt to the kernel.
 *
 * An object that an ISR can signal embeds a node and a count of signals not yet applied. The ISR adds to
 * the count; if it was 0 it pushes the node on a LIFO by LDREX/STREX and pends PendSV, which takes the
 * whole list, turns it round and applies each node. So a node is queued at most once and the list cannot
 * overflow, however fast the interrupts come; a signal is never lost, since one that arrives after
 * PendSV has swapped the count to 0 queues the node anew.
 *
 * HAZARD: a node's `next` must be read before its count becomes 0; after that an ISR may queue it again
 * and overwrite `next`, and the rest of the list would be lost.
 *
 * Links carry the kind in bits 0 and 1: 0 a semaphore (the straight path of PendSV), 1 a struct k_post, 2 a
 * timer, whose count is its command. */
#include "kernel.h"

/* A semaphore's next and pending lie so much further on than those of a struct k_post, because its word is beside its
 * queue. A post's link is that much before the post: one code for both. */
#define FURTHER (offsetof(struct pith_sem, post_next) - offsetof(struct k_post, next))
_Static_assert(offsetof(struct pith_sem, pending) - offsetof(struct k_post, pending) == FURTHER &&
                   FURTHER % 4 == 0,
               "one distance, which leaves the kind alone");

static void *node_of(void *link) { return (void *)((uintptr_t)link & ~(uintptr_t)K_POST_KIND); }

/* A post, or a semaphore as far as next and pending go. */
static struct k_post *post_of(void *link) { return (struct k_post *)((uintptr_t)node_of(link) + FURTHER); }

static void **next_of(void *link) {
  if (K_TIMERS && (uintptr_t)link & K_POST_TIMER) return &((struct pith_timer *)node_of(link))->post_next;
  return (void **)&post_of(link)->next;
}

static void push(void *link) {
  arch_list_push(&K->posts, link, next_of(link));
  arch_pend();
}

void k_post(struct k_post *p) {
  if (!arch_atomic_add(&p->pending, 1)) push((void *)(((uintptr_t)p - FURTHER) | K_POST_OBJECT));
}

int k_sem_give_isr(struct pith_sem *s) {
  if (s->word == INT32_MIN || (PITH_SEM_LIMITS && k_sem_is_full(s))) return -EOVERFLOW;
  if (!arch_atomic_add(&s->pending, 1)) push(s);
  return 0;
}

/* A timer is queued when its command becomes one from none; the kernel reads it after taking it off. */
void k_post_timer(struct pith_timer *t, uint8_t command) {
  if (!K_TIMERS) return; /* it cannot be started */
  if (arch_atomic_swap8(&t->timeout.command, command)) return;
  push((void *)((uintptr_t)t | K_POST_TIMER));
}

/* n signals are applied. */
static uint32_t count(uint32_t n) {
#if PITH_ACCOUNTING > 1
  R->applied += n;
#endif
  return n;
}

static void apply(void *link) {
  struct k_post *p = post_of(link);
  uint32_t n;

  if (K_TIMERS && (uintptr_t)link & K_POST_TIMER) {
    count(1);
    k_timer_apply(node_of(link));
    return;
  }
  n = count(arch_atomic_swap(&p->pending, 0));
  if ((uintptr_t)link & K_POST_OBJECT) p->apply(p, n);
  else k_sem_give(link, n);
}

void k_posts(void *list) {
  void *fifo = NULL;

  while (list) {
    void **next = next_of(list), *rest = *next;

    *next = fifo;
    fifo = list;
    list = rest;
  }
  while (fifo) {
    void *rest = *next_of(fifo);

    apply(fifo);
    fifo = rest;
  }
  k_coop_settle();
}
