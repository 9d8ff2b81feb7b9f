/* Restartable sequences, instruction by instruction: what PendSV does to a thread that was stopped there. */
#include "arch.h"
#include "pith/queue.h"
#include "queue.h"
#include "test.h"

enum { NZCV = 0x60000000, THUMB = 1 << 24, IT_ICI = 0x0600FC00, MOVS_R0_0 = 0x2000, BX_LR = 0x4770 };

void k_queue_sequences(struct arch_frame *frame);

/* Behind a commit there are these two instructions, and behind the svc the second. */
static bool is_through(uintptr_t pc) {
  uint16_t code = *(const uint16_t *)pc;

  return code == MOVS_R0_0 || code == BX_LR;
}

static void check_pc(uintptr_t pc, uintptr_t want, uint32_t want_xpsr) {
  struct arch_frame frame = {.r0 = 1, .r1 = 2, .lr = 3, .pc = (uint32_t)pc, .xpsr = NZCV | THUMB | IT_ICI};

  k_queue_sequences(&frame);
  CHECK_EQ(frame.pc, want);
  CHECK_EQ(frame.xpsr, want_xpsr);
  CHECK(frame.r0 == 1 && frame.r1 == 2 && frame.lr == 3);
}

TEST(queue_sequences,
     "whoever is stopped before a commit starts anew, outside any IT block; behind it nobody does") {
  uintptr_t send = (uintptr_t)pith_queue_send & ~1u, receive = (uintptr_t)pith_queue_receive & ~1u;
  uintptr_t receive_end = (uintptr_t)k_queue_receive_slow & ~1u;
  unsigned inside = 0, through = 0;

  CHECK(send < receive && receive < receive_end);
  while (!is_through(receive_end - 2)) receive_end -= 2; /* alignment */
  for (uintptr_t pc = send; pc < receive_end; pc += 2) {
    bool sends = pc < receive; /* with the way into the kernel: before its svc it has not entered yet */

    through += is_through(pc);
    inside += !is_through(pc);
    if (is_through(pc)) check_pc(pc, pc, NZCV | THUMB | IT_ICI);
    else check_pc(pc, sends ? send : receive, NZCV | THUMB);
  }
  CHECK_EQ(through, 4 * 2 + 1);
  CHECK(inside > 60);
  check_pc(send - 2, send - 2, NZCV | THUMB | IT_ICI);
  check_pc(receive_end, receive_end, NZCV | THUMB | IT_ICI);
}
