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
 * Links carry the kind in bit 0: 0 a semaphore (the straight path of PendSV), 1 a struct k_post. */
#include "kernel.h"

enum { IS_POST = 1 };

void k_post(struct k_post *p) {
  if (arch_atomic_add(&p->pending, 1)) return;
  arch_list_push(&K->posts, (void *)((uintptr_t)p | IS_POST), (void **)&p->next);
  arch_pend();
}

int k_sem_give_isr(struct pith_sem *s) {
  if (s->word == -(int32_t)PITH_SEM_MAX) return -EOVERFLOW;
  if (arch_atomic_add(&s->pending, 1)) return 0;
  arch_list_push(&K->posts, s, &s->post_next);
  arch_pend();
  return 0;
}

static void **next_of(void *link) {
  struct k_post *p = (struct k_post *)((uintptr_t)link & ~(uintptr_t)IS_POST);

  return (uintptr_t)link & IS_POST ? (void **)&p->next : &((struct pith_sem *)link)->post_next;
}

static void apply(void *link) {
  struct k_post *p = (struct k_post *)((uintptr_t)link & ~(uintptr_t)IS_POST);
  struct pith_sem *s = link;

  if ((uintptr_t)link & IS_POST) p->apply(p, arch_atomic_swap(&p->pending, 0));
  else k_sem_give(s, arch_atomic_swap(&s->pending, 0));
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
