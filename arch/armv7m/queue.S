/* Message queues without the kernel: restartable sequences for messages of 4 and 16 bytes.
 *
 * A sequence does its work in places nobody looks at (the free slot at wr, the caller's buffer) and commits
 * it by its last store, of wr or rd. A thread that is not running is never inside one: PendSV, the only way
 * to lose the processor there, puts the pc of the thread it interrupted back to the start whenever it
 * switches away or has touched any object but a semaphore (switch.S). So to every other thread and to the
 * kernel a sequence happens at once or not at all, with plain loads and stores. LDREX/STREX would not do: the
 * slot must be claimed before the message is in it, and whoever comes in between would find the claim and no
 * message.
 *
 * The first load decides what happens at all: q->send and q->receive are the addresses of the sequence for
 * the message's size, or of the call into the kernel for all other sizes, and when somebody waits whom only
 * the kernel can serve. It is part of the sequence: who is put back finds the address anew.
 *
 * HAZARD: from a sequence's start to its commit r0 and r1 must keep their values, and the only instructions
 * `movs r0, #0` and `bx lr` in here must be those behind a commit: by them a thread that is through is
 * told. */
#include "config.h"
#include "offsets.h"

#include "function.h"

  .section .text.k_queue_sequences, "ax"

/* void k_queue_sequences(struct arch_frame *frame): restarts the sequence that a frame's pc is in, if it is
 * in one. PendSV finds it by its address in k_kernel, which the kernel sets before the first sequence can
 * run. */
FUNCTION k_queue_sequences
  ldr r1, [r0, #F_PC]
  adr r2, send_begin         /* a plain label: that of a function is odd */
  subs r3, r1, r2
  cmp r3, #sequences_end - send_begin
  bhs 9f
  ldrh ip, [r1]
  cmp ip, #0x2000             /* movs r0, #0 */
  beq 9f
  movw r3, #0x4770            /* bx lr */
  cmp ip, r3
  beq 9f
  adr r3, receive_begin
  cmp r1, r3
  it hs
  movhs r2, r3
  ldr r1, [r0, #F_XPSR]
  str r2, [r0, #F_PC]
  bic r1, r1, #0x06000000     /* IT and ICI bits: no instruction to be resumed (Armv7-M ARM B1.5.6) */
  bic r1, r1, #0x0000FC00
  str r1, [r0, #F_XPSR]
9: bx lr

/* int pith_queue_send(struct pith_queue *q, const void *msg) */
FUNCTION pith_queue_send
send_begin:
  mrs r2, ipsr
  cbnz r2, 7f                 /* an ISR may not wait: the call ends in a panic that names it */
  ldr pc, [r0, #Q_SEND]

FUNCTION k_queue_send_4
  ldr r2, [r1]
  ldr r3, [r0, #Q_WR]
  str r2, [r3], #4            /* the slot at wr is free even when the queue is full */
  ldrd r2, ip, [r0, #Q_END]
  cmp r3, r2
  it eq
  moveq r3, ip
  ldr r2, [r0, #Q_RD]
  cmp r3, r2
  beq 7f
  str r3, [r0, #Q_WR]         /* commit */
  movs r0, #0
  bx lr

FUNCTION k_queue_send_16
  ldr r3, [r0, #Q_WR]
  ldrd r2, ip, [r1]
  strd r2, ip, [r3]
  ldrd r2, ip, [r1, #8]
  strd r2, ip, [r3, #8]
  adds r3, #16
  ldrd r2, ip, [r0, #Q_END]
  cmp r3, r2
  it eq
  moveq r3, ip
  ldr r2, [r0, #Q_RD]
  cmp r3, r2
  beq 7f
  str r3, [r0, #Q_WR]         /* commit */
  movs r0, #0
  bx lr

/* By the kernel. A thread put back from here has not entered it yet. */
FUNCTION k_queue_send_slow
7: ldr ip, =k_queue_send_call
  svc #0
  bx lr

/* int pith_queue_receive(struct pith_queue *q, void *msg) */
FUNCTION pith_queue_receive
receive_begin:
  mrs r2, ipsr
  cbnz r2, 8f
  ldr pc, [r0, #Q_RECEIVE]

FUNCTION k_queue_receive_4
  ldrd r3, r2, [r0, #Q_RD]    /* and wr */
  cmp r3, r2
  beq 8f
  ldr r2, [r3], #4
  str r2, [r1]
  ldrd r2, ip, [r0, #Q_END]
  cmp r3, r2
  it eq
  moveq r3, ip
  str r3, [r0, #Q_RD]         /* commit */
  movs r0, #0
  bx lr

FUNCTION k_queue_receive_16
  ldrd r3, r2, [r0, #Q_RD]
  cmp r3, r2
  beq 8f
  ldrd r2, ip, [r3]
  strd r2, ip, [r1]
  ldrd r2, ip, [r3, #8]
  strd r2, ip, [r1, #8]
  adds r3, #16
  ldrd r2, ip, [r0, #Q_END]
  cmp r3, r2
  it eq
  moveq r3, ip
  str r3, [r0, #Q_RD]         /* commit */
  movs r0, #0
  bx lr
sequences_end:

FUNCTION k_queue_receive_slow
8: ldr ip, =k_queue_receive_call
  svc #0
  bx lr
  .ltorg

/* Not part of the image; an error if the sequences are longer than PendSV looks. */
  .section .check.k_queue_sequences, "e"
  .space K_SEQUENCES_SIZE - (sequences_end - k_queue_sequences)

/* bool k_queue_retreat(struct pith_queue *q, uint32_t *slot): the slot before the oldest message becomes the
 * oldest, unless the next one to come would lie there. An interrupt between test and store, which may have
 * staged a message, makes STREX fail. */
  .section .text.k_queue_retreat, "ax"
FUNCTION k_queue_retreat
  add r3, r0, #Q_RD
1: ldrex r2, [r3]
  ldr r2, [r0, #Q_STAGED]
  cbnz r2, 2f
  ldr r2, [r0, #Q_WR]
2: cmp r2, r1
  beq 3f
  strex r2, r1, [r3]
  cmp r2, #0
  bne 1b
  movs r0, #1
  bx lr
3: movs r0, #0
  bx lr
