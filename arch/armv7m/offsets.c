/* Compiled to assembly only: cmake/offsets.cmake turns each `->NAME #value` line into a #define of
 * offsets.h, so that switch.S cannot disagree with the structs. */
#include "kernel.h"
#include "mpu.h"
#include "pith/pool.h"
#include "pith/queue.h"

#define DEFINE(name, value) __asm__ volatile("\n->" #name " %0" ::"i"(value))
#define OFFSET(name, type, field) DEFINE(name, offsetof(type, field))

void k_offsets(void);
void k_offsets(void) {
  OFFSET(K_CURRENT, struct kernel, current);
  OFFSET(K_READY, struct kernel, ready);
  OFFSET(K_POSTS, struct kernel, posts);
  OFFSET(K_CALLS, struct kernel, calls);
  OFFSET(K_DOMAIN, struct kernel, domain);
  OFFSET(K_FPU_DIRTY, struct kernel, fpu_dirty);
  DEFINE(K_SIZE, sizeof(struct kernel));
  OFFSET(T_NEXT, struct pith_thread, next);
  OFFSET(T_PREV, struct pith_thread, prev);
  OFFSET(T_LIST, struct pith_thread, list);
  OFFSET(T_BIT, struct pith_thread, bit);
  OFFSET(T_DOMAIN, struct pith_thread, domain);
#if PITH_STACK_GUARDS
  OFFSET(T_GUARD, struct pith_thread, guard);
#endif
#if PITH_ACCOUNTING
  OFFSET(K_ENTERED, struct kernel, entered);
#endif
  OFFSET(T_WAIT, struct pith_thread, wait);
  OFFSET(T_BLOCKED, struct pith_thread, blocked); /* and suspended, in one halfword */
  DEFINE(STOPPED_ONCE, K_STOPPED | 1 << 8);
  OFFSET(T_SEAL, struct pith_thread, seal);
  DEFINE(K_SEAL, K_SEAL);
  OFFSET(T_R4, struct pith_thread, r4_r11);
#ifdef __ARM_FP
  OFFSET(T_FPU, struct pith_thread, s16_s31);
#endif
  OFFSET(S_WAITERS, struct pith_sem, waiters);
  OFFSET(S_WORD, struct pith_sem, word);
  OFFSET(S_NEXT, struct pith_sem, post_next);
  OFFSET(S_PENDING, struct pith_sem, pending);
  OFFSET(P_HEAD, struct pith_pool, head);
  OFFSET(P_MEMORY, struct pith_pool, memory);
  OFFSET(P_SIZE, struct pith_pool, size);
  OFFSET(P_COUNT, struct pith_pool, count);
  OFFSET(K_SEQUENCES, struct kernel, sequences);
  DEFINE(K_SEQUENCES_SIZE, K_SEQUENCES_SIZE);
  OFFSET(T_DEAD, struct pith_thread, dead);
  OFFSET(D_CONTROL, struct k_domain, control);
  DEFINE(K_DOMAIN_AWAY_BIT, K_DOMAIN_AWAY_BIT);
  DEFINE(D_HANDLES, sizeof(struct k_domain));
  OFFSET(D_LOW, struct k_domain, low);
  _Static_assert(offsetof(struct k_domain, high) == offsetof(struct k_domain, low) + 4, "one LDRD");
  DEFINE(GUARD_SIZE, K_GUARD_SIZE);
  DEFINE(HANDLES, PITH_PROCESS_HANDLES);
  DEFINE(HANDLE_GIVE_BIT, K_HANDLE_GIVE_BIT);
  DEFINE(HANDLE_TAKE_BIT, K_HANDLE_TAKE_BIT);
  OFFSET(T_FLAGS, struct pith_thread, flags);
  _Static_assert(K_INTERRUPTED == 0x80, "the sign of T_FLAGS");
  OFFSET(T_BIT, struct pith_thread, bit);
  OFFSET(F_R3, struct arch_frame, r3);
  OFFSET(Q_SEND, struct pith_queue, send);
  OFFSET(Q_RECEIVE, struct pith_queue, receive);
  OFFSET(Q_RD, struct pith_queue, rd);
  OFFSET(Q_WR, struct pith_queue, wr);
  OFFSET(Q_END, struct pith_queue, end);
  OFFSET(Q_STAGED, struct pith_queue, staged);
  OFFSET(F_R1, struct arch_frame, r1);
  OFFSET(F_R12, struct arch_frame, r12);
  OFFSET(F_PC, struct arch_frame, pc);
  OFFSET(F_XPSR, struct arch_frame, xpsr);
  DEFINE(K_CALL_BITS, K_CALL_BITS);
  DEFINE(ISR_STACK, PITH_ISR_STACK);
  DEFINE(ISR_FULL, ARCH_ISR_FULL);
  _Static_assert(offsetof(struct kernel, current) == offsetof(struct kernel, domain) + 4, "one LDRD");
  _Static_assert(offsetof(struct kernel, list) == 0, "the pick: one load from sp");
  _Static_assert(offsetof(struct pith_thread, prev) == offsetof(struct pith_thread, next) + 4, "one LDRD");
  _Static_assert(offsetof(struct pith_thread, bit) == offsetof(struct pith_thread, list) + 4, "one LDRD");
  _Static_assert(offsetof(struct pith_thread, suspended) == offsetof(struct pith_thread, blocked) + 1 &&
                     offsetof(struct pith_thread, blocked) % 2 == 0,
                 "one LDRH");
  _Static_assert(offsetof(struct pith_thread, r4_r11) == 4, "after the saved sp");
  _Static_assert(offsetof(struct pith_thread, next) == 40, "the ten saved words come first");
  _Static_assert(offsetof(struct pith_sem, word) == offsetof(struct pith_sem, waiters) + 4, "one LDRD");
  _Static_assert(offsetof(struct pith_sem, waiters) == 0, "a wait queue's address is its semaphore's");
  _Static_assert(offsetof(struct kernel, domain) == offsetof(struct kernel, calls) + 4, "one STRD");
#if PITH_STACK_GUARDS
  _Static_assert(offsetof(struct pith_thread, guard) == offsetof(struct pith_thread, domain) + 4, "one LDRD");
#endif
  _Static_assert(offsetof(struct pith_queue, wr) == offsetof(struct pith_queue, rd) + 4, "one LDRD");
  _Static_assert(offsetof(struct pith_queue, base) == offsetof(struct pith_queue, end) + 4, "one LDRD");
}
