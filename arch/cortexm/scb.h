/* The system registers every Cortex-M core of Armv7-M has, by the names of the manual.
 *
 * "ARM" is the Armv7-M Architecture Reference Manual, DDI0403E. The registers are words that only
 * privileged code may touch: an unprivileged access is a BusFault, whatever the MPU says (B3.1). Where a
 * register may be written by bytes or halfwords, it says so. Assembly may include this file: it then gets
 * the addresses (..._ADDR) and the bits. */
#ifndef PITH_CORTEXM_SCB_H
#define PITH_CORTEXM_SCB_H

#define SCB_ICSR_ADDR 0xE000ED04
#define SCB_VTOR_ADDR 0xE000ED08
#define SCB_CCR_ADDR 0xE000ED14
#define SCB_SHPR1_ADDR 0xE000ED18
#define SCB_SHPR2_ADDR 0xE000ED1C
#define SCB_SHPR3_ADDR 0xE000ED20
#define SCB_SHCSR_ADDR 0xE000ED24
#define SCB_CFSR_ADDR 0xE000ED28
#define SCB_HFSR_ADDR 0xE000ED2C
#define SCB_MMFAR_ADDR 0xE000ED34
#define SCB_BFAR_ADDR 0xE000ED38
#define SCB_CPACR_ADDR 0xE000ED88
#define MPU_RNR_ADDR 0xE000ED98
#define MPU_RBAR_ADDR 0xE000ED9C
#define MPU_RASR_ADDR 0xE000EDA0
#define FPU_FPCCR_ADDR 0xE000EF34

/* ICSR, ARM B3.2.4. The set and clear bits are write-one: never write it by read-modify-write. */
#define SCB_ICSR_PENDSVSET (1u << 28)
#define SCB_ICSR_PENDSVCLR (1u << 27)
#define SCB_ICSR_PENDSTSET (1u << 26)
#define SCB_ICSR_PENDSTCLR (1u << 25)
#define SCB_ICSR_ISRPENDING (1u << 22)
#define SCB_ICSR_RETTOBASE (1u << 11)
#define SCB_ICSR_VECTACTIVE 0x1FFu

/* AIRCR, ARM B3.2.6: a write without the key is ignored. */
#define SCB_AIRCR_VECTKEY (0x05FAu << 16)
#define SCB_AIRCR_PRIGROUP(n) ((n) << 8)
#define SCB_AIRCR_SYSRESETREQ (1u << 2)

/* CCR, ARM B3.2.8. */
#define SCB_CCR_STKALIGN (1u << 9)
#define SCB_CCR_BFHFNMIGN (1u << 8)
#define SCB_CCR_DIV_0_TRP (1u << 4)
#define SCB_CCR_UNALIGN_TRP (1u << 3)
#define SCB_CCR_NONBASETHRDENA (1u << 0)

/* Exception numbers, ARM B1.5.2; interrupt n of the NVIC is exception 16 + n. */
#define EXC_NMI 2
#define EXC_HARDFAULT 3
#define EXC_MEMMANAGE 4
#define EXC_BUSFAULT 5
#define EXC_USAGEFAULT 6
#define EXC_SVCALL 11
#define EXC_DEBUGMON 12
#define EXC_PENDSV 14
#define EXC_SYSTICK 15
#define EXC_IRQ0 16

/* SHCSR, ARM B3.2.13. The pending and active bits can be written: clearing SVCALLPENDED cancels a call. */
#define SCB_SHCSR_USGFAULTENA (1u << 18)
#define SCB_SHCSR_BUSFAULTENA (1u << 17)
#define SCB_SHCSR_MEMFAULTENA (1u << 16)
#define SCB_SHCSR_PENDSVACT (1u << 10)
#define SCB_SHCSR_SVCALLPENDED (1u << 15)
#define SCB_SHCSR_BUSFAULTPENDED (1u << 14)
#define SCB_SHCSR_MEMFAULTPENDED (1u << 13)
#define SCB_SHCSR_USGFAULTPENDED (1u << 12)
#define SCB_SHCSR_SYSTICKACT (1u << 11)
#define SCB_SHCSR_PENDSVACT (1u << 10)
#define SCB_SHCSR_MONITORACT (1u << 8)
#define SCB_SHCSR_SVCALLACT (1u << 7)
#define SCB_SHCSR_USGFAULTACT (1u << 3)
#define SCB_SHCSR_BUSFAULTACT (1u << 1)
#define SCB_SHCSR_MEMFAULTACT (1u << 0)

/* CFSR, ARM B3.2.15: MemManage status in bits 0-7, BusFault 8-15, UsageFault 16-31; write one to clear. */
#define CFSR_IACCVIOL (1u << 0)     /* instruction fetch from a place that may not be executed */
#define CFSR_DACCVIOL (1u << 1)     /* load or store the MPU forbids */
#define CFSR_MUNSTKERR (1u << 3)    /* MPU fault while unstacking */
#define CFSR_MSTKERR (1u << 4)      /* MPU fault while stacking */
#define CFSR_MLSPERR (1u << 5)      /* MPU fault while saving the FPU lazily */
#define CFSR_MMARVALID (1u << 7)    /* MMFAR holds the address */
#define CFSR_IBUSERR (1u << 8)      /* bus error on an instruction fetch */
#define CFSR_PRECISERR (1u << 9)    /* bus error of the instruction at the stacked PC */
#define CFSR_IMPRECISERR (1u << 10) /* bus error of some earlier store */
#define CFSR_UNSTKERR (1u << 11)    /* bus error while unstacking */
#define CFSR_STKERR (1u << 12)      /* bus error while stacking */
#define CFSR_LSPERR (1u << 13)      /* bus error while saving the FPU lazily */
#define CFSR_BFARVALID (1u << 15)   /* BFAR holds the address */
#define CFSR_UNDEFINSTR (1u << 16)  /* undefined instruction */
#define CFSR_INVSTATE (1u << 17)    /* Thumb bit clear, or a bad EPSR */
#define CFSR_INVPC (1u << 18)       /* bad EXC_RETURN */
#define CFSR_NOCP (1u << 19)        /* coprocessor (FPU) absent or off */
#define CFSR_UNALIGNED (1u << 24)   /* unaligned access that is not allowed */
#define CFSR_DIVBYZERO (1u << 25)   /* division by zero, if CCR.DIV_0_TRP */

/* HFSR, ARM B3.2.16; write one to clear. */
#define HFSR_VECTTBL (1u << 1)
#define HFSR_FORCED (1u << 30)
#define HFSR_DEBUGEVT (1u << 31)

/* CPACR, ARM B3.2.20: full access to CP10 and CP11, the FPU. */
#define SCB_CPACR_FPU (0xFu << 20)

/* FPCCR, ARM B3.2.21. */
#define FPU_FPCCR_ASPEN (1u << 31) /* an FP instruction sets CONTROL.FPCA */
#define FPU_FPCCR_LSPEN (1u << 30) /* lazy stacking */
#define FPU_FPCCR_LSPACT (1u << 0) /* a lazy save is outstanding; FPCAR says where to */

/* SYST_CSR, ARM B3.3.3. */
#define SYST_CSR_COUNTFLAG (1u << 16)
#define SYST_CSR_CLKSOURCE (1u << 2)
#define SYST_CSR_TICKINT (1u << 1)
#define SYST_CSR_ENABLE (1u << 0)

/* CONTROL, ARM B1.4.4 (read by MRS). */
#define CONTROL_NPRIV (1u << 0)
#define CONTROL_SPSEL (1u << 1)
#define CONTROL_FPCA (1u << 2)

/* MPU, ARM B3.5. RBAR with VALID selects its region itself; its address must be a multiple of the size,
 * or the region silently covers something else. */
#define MPU_TYPE_DREGION(v) (((v) >> 8) & 0xFFu)
#define MPU_CTRL_PRIVDEFENA (1u << 2)
#define MPU_CTRL_HFNMIENA (1u << 1)
#define MPU_CTRL_ENABLE (1u << 0)
#define MPU_RBAR_VALID (1u << 4)
#define MPU_RASR_XN (1u << 28)
#define MPU_RASR_AP(n) ((n) << 24)
#define MPU_RASR_TEX(n) ((n) << 19)
#define MPU_RASR_S (1u << 18)
#define MPU_RASR_C (1u << 17)
#define MPU_RASR_B (1u << 16)
#define MPU_RASR_SRD(mask) ((mask) << 8)
#define MPU_RASR_SIZE(log2) (((log2)-1u) << 1)
#define MPU_RASR_ENABLE (1u << 0)
/* Access permissions, ARM table B3-15: privileged_unprivileged. */
#define MPU_AP_NONE_NONE 0u
#define MPU_AP_RW_NONE 1u
#define MPU_AP_RW_RO 2u
#define MPU_AP_RW_RW 3u
#define MPU_AP_RO_NONE 5u
#define MPU_AP_RO_RO 6u

#ifndef __ASSEMBLER__
#include <stdint.h>

#define CORTEXM_WORD(address) (*(volatile uint32_t *)(address))
#define CORTEXM_BYTE(address) (*(volatile uint8_t *)(address))

/* System control block, ARM B3.2. */
#define SCB_ICTR CORTEXM_WORD(0xE000E004)  /* [3:0]: NVIC lines / 32 - 1 */
#define SCB_CPUID CORTEXM_WORD(0xE000ED00) /* [31:24] implementer, [23:20] variant, [15:4] part, [3:0] rev */
#define SCB_ICSR CORTEXM_WORD(SCB_ICSR_ADDR)
#define SCB_VTOR CORTEXM_WORD(SCB_VTOR_ADDR)
#define SCB_AIRCR CORTEXM_WORD(0xE000ED0C)
#define SCB_SCR CORTEXM_WORD(0xE000ED10)
#define SCB_CCR CORTEXM_WORD(SCB_CCR_ADDR)
#define SCB_SHPR1 CORTEXM_WORD(SCB_SHPR1_ADDR) /* bytes: MemManage, BusFault, UsageFault, - */
#define SCB_SHPR2 CORTEXM_WORD(SCB_SHPR2_ADDR) /* bytes: -, -, -, SVCall */
#define SCB_SHPR3 CORTEXM_WORD(SCB_SHPR3_ADDR) /* bytes: DebugMonitor, -, PendSV, SysTick */
#define SCB_SHPR(exception) CORTEXM_BYTE(SCB_SHPR1_ADDR - 4 + (exception)) /* one byte, exception 4..15 */
#define SCB_SHCSR CORTEXM_WORD(SCB_SHCSR_ADDR)
#define SCB_CFSR CORTEXM_WORD(SCB_CFSR_ADDR)
#define SCB_HFSR CORTEXM_WORD(SCB_HFSR_ADDR)
#define SCB_DFSR CORTEXM_WORD(0xE000ED30)
#define SCB_MMFAR CORTEXM_WORD(SCB_MMFAR_ADDR)
#define SCB_BFAR CORTEXM_WORD(SCB_BFAR_ADDR)
#define SCB_CPACR CORTEXM_WORD(SCB_CPACR_ADDR)
#define SCB_DHCSR CORTEXM_WORD(0xE000EDF0) /* bit 0: a debugger has halting debug on, ARM C1.6.2 */

/* FPU control, ARM B3.2.21 to B3.2.23. */
#define FPU_FPCCR CORTEXM_WORD(FPU_FPCCR_ADDR)
#define FPU_FPCAR CORTEXM_WORD(0xE000EF38)
#define FPU_FPDSCR CORTEXM_WORD(0xE000EF3C)
#define FPU_MVFR0 CORTEXM_WORD(0xE000EF40) /* 0 where the core has no FPU */

/* SysTick, ARM B3.3. RVR is 24 bits: the period is RVR + 1 clocks. Any write to CVR makes it 0. */
#define SYST_CSR CORTEXM_WORD(0xE000E010)
#define SYST_RVR CORTEXM_WORD(0xE000E014)
#define SYST_CVR CORTEXM_WORD(0xE000E018)
#define SYST_CALIB CORTEXM_WORD(0xE000E01C)

/* NVIC, ARM B3.4. n of ISER..IABR is a bank of 32 lines; writing one bits acts, zero bits do nothing, so
 * there is no read-modify-write. IPR is one byte for each line; the bits a core lacks read as zero. */
#define NVIC_ISER(n) CORTEXM_WORD(0xE000E100 + 4 * (n))
#define NVIC_ICER(n) CORTEXM_WORD(0xE000E180 + 4 * (n))
#define NVIC_ISPR(n) CORTEXM_WORD(0xE000E200 + 4 * (n))
#define NVIC_ICPR(n) CORTEXM_WORD(0xE000E280 + 4 * (n))
#define NVIC_IABR(n) CORTEXM_WORD(0xE000E300 + 4 * (n))
#define NVIC_IPR(irq) CORTEXM_BYTE(0xE000E400 + (irq))

/* MPU, ARM B3.5: present if MPU_TYPE is not 0. */
#define MPU_TYPE CORTEXM_WORD(0xE000ED90)
#define MPU_CTRL CORTEXM_WORD(0xE000ED94)
#define MPU_RNR CORTEXM_WORD(MPU_RNR_ADDR)
#define MPU_RBAR CORTEXM_WORD(MPU_RBAR_ADDR)
#define MPU_RASR CORTEXM_WORD(MPU_RASR_ADDR)

/* Lets interrupt line irq of the NVIC through, at the given priority: 0 the most urgent, 255 the least,
 * only the top bits count (3 on MPS2 silicon, 4 on STM32F4, 8 in some emulators). Keep it above (numerically
 * below) the kernel's, which is the lowest there is. Boot or kernel context. */
static inline void irq_enable(unsigned irq, uint8_t priority) {
  NVIC_IPR(irq) = priority;
  NVIC_ISER(irq / 32) = 1u << (irq % 32);
}
#endif
#endif
