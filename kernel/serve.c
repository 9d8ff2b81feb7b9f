/* The kernel's entries without PITH_FAST: every call and every post comes through here, and the switch
 * (arch/armv7m/small.S) only changes registers.
 *
 * It does what the paths of switch.S do, with one way for everything: a call is a C function, and whoever is best
 * afterwards runs. Domains tell cooperative and sliced threads from others, nothing else: there are no processes. */
#include "kernel.h"

#if !PITH_FAST
/* The best thread; if it is another one, of another domain that wants to know, it is told. */
static struct pith_thread *next(void) {
  struct pith_thread *t = k_best();

#if PITH_DOMAINS
  if (t != K->current && t->domain != K->domain) {
    K->domain = t->domain;
    if (t->domain->control & K_DOMAIN_TELL) k_entered(t);
  }
#endif
  return t;
}

static void enter(void) {
#if PITH_ACCOUNTING > 1
  k_account_enter();
#endif
}

static long yield(void) {
  k_yield();
  return 0;
}
K_CALL_FROM_OUTSIDE(k_yield_call, yield, "yield")

static long run(struct arch_frame *f) {
#if PITH_COOPERATIVE_THREADS
  if (K->current->flags & PITH_COOPERATIVE) return k_coop_call(f, f->r12 == K_WORD(&k_yield_call) ? K_CALL_yield : 0);
#endif
  return K_FUNCTION(f->r12)(f->r0, f->r1, f->r2, f->r3);
}

struct pith_thread *k_serve(struct arch_frame *frame) {
  enter();
  frame->r0 = (uint32_t)run(frame);
  return next();
}

struct pith_thread *k_serve_posts(void) {
  enter();
  k_posts((void *)(uintptr_t)arch_atomic_swap((volatile uint32_t *)&K->posts, 0));
  return next();
}
#endif
