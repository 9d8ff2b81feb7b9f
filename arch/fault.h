/* What is known of a fault: recorded by the architecture's fault handlers, read by whoever reports it. */
#ifndef PITH_ARCH_FAULT_H
#define PITH_ARCH_FAULT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ARCH_R0, ARCH_SP = 13, ARCH_LR, ARCH_PC, ARCH_XPSR, ARCH_REGISTERS };

struct arch_fault {
  uint32_t exception;           /* HardFault 3, MemManage 4, BusFault 5, UsageFault 6 */
  uint32_t cfsr, hfsr, address; /* address: valid if has_address */
  uint32_t exc_return;
  bool has_address, has_frame;  /* no frame: r0-r3, r12, lr, pc, xPSR are unknown */
  uint32_t reg[ARCH_REGISTERS]; /* r0-r12, sp, lr, pc, xPSR */
};

/* The last fault of a thread whose domain handles faults; stays until the next one. Kernel context. */
extern struct arch_fault arch_last_fault;

/* One sentence, without full stop, on what happened: "wrote to address it may not access". Any context. */
const char *arch_fault_text(const struct arch_fault *f);
#endif
