/* Thumb instructions by class: how many cycles, and whether it may branch.
 *
 * An estimate after the Cortex-M4 TRM (Arm 100166, table 3-1) with memory that never waits: 1, a load 2, a
 * store 1, LDM/STM/PUSH/POP 1 + registers, LDRD/STRD 3, exclusives 2, TBB/TBH and division 12 at the most,
 * MSR/MRS/CPS 2, barriers 4, VLDR/VSTR 2, VLDM/VSTM 1 + registers, VDIV/VSQRT 14, VMLA 3. What a taken
 * branch adds is the caller's. Not modelled: loads that overlap, flash wait states, instructions that an IT
 * block skips. Encodings: Armv7-M ARM (DDI 0403E) A5.2 and A5.3. */
#include "icnt.h"

enum {
  MULTIPLE = 1,
  LOAD = 2,
  SYSTEM = 2,
  EXCLUSIVE = 2,
  DUAL = 3,
  BARRIER = 4,
  DIVIDE = 12,
  FP_DIVIDE = 14
};

static unsigned bits(unsigned value) { return (unsigned)__builtin_popcount(value); }

static void cost(struct instruction *i, unsigned cycles, bool branches) {
  i->cycles = (uint8_t)cycles;
  i->branches = branches;
}

/* 1011 xxxx: stack, CBZ, CPS. */
static void decode16_miscellaneous(struct instruction *i, unsigned h) {
  if ((h & 0xFE00) == 0xB400) cost(i, MULTIPLE + bits(h & 0x1FF), false);
  else if ((h & 0xFE00) == 0xBC00) cost(i, MULTIPLE + bits(h & 0x1FF), h & 0x100);
  else if ((h & 0xF500) == 0xB100) cost(i, 1, true);
  else if ((h & 0xFFE0) == 0xB660) cost(i, SYSTEM, false);
}

static void decode16(struct instruction *i, unsigned h) {
  switch (h >> 12) {
  case 4:
    if ((h & 0xFF00) == 0x4700) cost(i, 1, true); /* BX, BLX */
    else if ((h & 0xFC00) == 0x4400) cost(i, 1, (h & 0x300) != 0x100 && ((h & 7) | (h >> 4 & 8)) == 15);
    else if (h & 0x800) cost(i, LOAD, false); /* of a literal */
    break;
  case 5: cost(i, (h >> 9 & 7) >= 3 ? LOAD : 1, false); break;
  case 6:
  case 7:
  case 8:
  case 9: cost(i, h & 0x800 ? LOAD : 1, false); break;
  case 11: decode16_miscellaneous(i, h); break;
  case 12: cost(i, MULTIPLE + bits(h & 0xFF), false); break;
  case 13: cost(i, 1, (h & 0xF00) < 0xE00); break; /* not UDF, SVC */
  case 14: cost(i, 1, (h & 0xF800) == 0xE000); break;
  default: break;
  }
}

/* 1110 100x: load and store multiple, dual, exclusive, table branch. */
static void decode32_multiple(struct instruction *i, unsigned h, unsigned g) {
  if (!(h & 0x40)) cost(i, MULTIPLE + bits(g), (h & 0x10) && (g & 0x8000));
  else if ((h & 0xFFF0) == 0xE8D0 && (g & 0xFFE0) == 0xF000) cost(i, 2, true);
  else if ((h & 0xFFE0) == 0xE840 || (h & 0xFFE0) == 0xE8C0 || (h & 0xFFF0) == 0xE8D0)
    cost(i, EXCLUSIVE, false);
  else cost(i, DUAL, false);
}

static void decode32_fpu(struct instruction *i, unsigned h, unsigned g) {
  if ((h & 0xFFE0) == 0xEC40) cost(i, 2, false);
  else if ((h & 0xFE00) == 0xEC00) cost(i, (h & 0x120) == 0x100 ? LOAD : MULTIPLE + (g & 0xFF), false);
  else if ((h & 0xFF00) != 0xEE00 || (g & 0x10)) return;
  else if ((h & 0xFFB0) == 0xEE80 || ((h & 0xFFBF) == 0xEEB1 && (g & 0xC0) == 0xC0))
    cost(i, FP_DIVIDE, false);
  else if ((h & 0xFFB0) == 0xEE00) cost(i, 3, false);
}

/* 11110 ... 1: branches, MSR, MRS, barriers, hints. */
static void decode32_control(struct instruction *i, unsigned h, unsigned g) {
  if ((g & 0x1000) || (h & 0x380) != 0x380) cost(i, 1, true);
  else if ((h & 0xFFE0) == 0xF380 || (h & 0xFFE0) == 0xF3E0) cost(i, SYSTEM, false);
  else if (h == 0xF3BF) cost(i, BARRIER, false);
  else if (h == 0xF3AF && (g & 0xFF00) == 0x8000 && (g & 0xFF) >= MARK_ARM && (g & 0xFF) <= MARK_LAST) {
    i->marker = true;
    i->event = (int16_t)(g & 0xFF);
  }
}

static void decode32(struct instruction *i, unsigned h, unsigned g) {
  if ((h & 0xFE00) == 0xE800) decode32_multiple(i, h, g);
  else if ((h & 0xFC00) == 0xEC00) decode32_fpu(i, h, g);
  else if ((h & 0xF800) == 0xF000 && (g & 0x8000)) decode32_control(i, h, g);
  else if ((h & 0xFE00) == 0xF800) {
    if (h & 0x10) cost(i, LOAD, g >> 12 == 15 && (h & 0x60) == 0x40);
  } else if ((h & 0xFFD0) == 0xFB90) cost(i, DIVIDE, false);
}

void decode(struct instruction *i, const uint8_t *code) {
  unsigned first = code[0] | (unsigned)code[1] << 8;

  i->event = EVENT_NONE;
  i->marker = false;
  cost(i, 1, false);
  i->calls = i->size == 2 && first >> 8 == 0xDF;
  if (i->size == 2) decode16(i, first);
  else decode32(i, first, code[2] | (unsigned)code[3] << 8);
}
