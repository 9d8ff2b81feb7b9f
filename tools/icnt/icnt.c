/* icnt: a QEMU plugin that counts the instructions of a Cortex-M between events, exactly.
 *
 *   qemu-system-arm ... -icount shift=0,sleep=off -plugin icnt.so,elf=pith.elf,out=FILE[,...]
 *     elf=FILE     the firmware, for names
 *     out=FILE     the report (report.c says what is in it); without it, stderr
 *     point=NAME   the first instruction of a function, or that at 0xADDRESS, is an event; may be repeated
 *     armed=1      count from reset on; without it from marker 0x20 to marker 0x21
 *     profile=1    count the instructions of each function too
 *     runs=1       the kernel's runs that no thread can interrupt too (runs.c)
 *     watch=1      look at the masks only, once at the start of each block that QEMU translates, from reset on: cheap enough
 *                  for every run. It misses no masked instruction: MSR and CPS end a block, so do exceptions and returns, and
 *                  nothing else changes a mask. Lengths are whole blocks.
 *
 * Events are points and markers: the 32-bit hint 0xF3AF80nn, nn from 0x22 to 0xEF, a NOP on hardware
 * (Armv7-M ARM, A7.7.88 and A5.3.4). A marker is not counted. The instruction at a point is: a span includes
 * that of its first event and excludes that of its last.
 *
 * IPSR, PRIMASK, BASEPRI and FAULTMASK are read from QEMU's own state of the processor, whose layout comes
 * from the description QEMU uses to migrate it; so exceptions and masked windows are exact. Cycles are an
 * estimate: decode.c, and here 2 for a taken branch, 12 for entry to and exit from an exception, 6 between
 * two that are chained. FPU registers stacked late cost nothing. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include "icnt.h"
#include "qemu_plugin.h"

QEMU_PLUGIN_EXPORT int qemu_plugin_version = 1;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                           char **argv);

enum { TAKEN = 2, ENTRY = 12, EXIT = 12, CHAIN = 6, CHUNK = 4096 };

/* QEMU's VMStateField and VMStateDescription (include/migration/vmstate.h), as far as they are read. */
struct vm_field {
  const char *name, *error_hint;
  size_t offset, size, start;
  int count;
  size_t count_offset, size_offset;
  const void *info;
  int flags;
  const void *description;
  int version, struct_version;
  void *exists;
};
struct vm_description {
  const char *name;
  int unmigratable, version, minimum_version, priority;
  void *hooks[6];
  const struct vm_field *fields;
  const struct vm_description **subsections;
};

static char *cpu;
static struct { long primask, basepri, faultmask, exception; } offset;
static uint32_t point[POINTS];
static int points;
static bool armed, always, watch, runs;
static FILE *out;
static const struct instruction *previous;
static uint32_t previous_exception;

static uint32_t state(long at) { return *(volatile uint32_t *)(cpu + at); }

static long offset_of(const struct vm_description *d, const char *name) {
  for (const struct vm_field *f = d->fields; f && f->name; f++)
    if (!strcmp(f->name, name)) return (long)f->offset;
  for (const struct vm_description **s = d->subsections; s && *s; s++) {
    long found = offset_of(*s, name);

    if (found >= 0) return found;
  }
  return -1;
}

static bool locate_state(void) {
  const struct vm_description *d = dlsym(RTLD_DEFAULT, "vmstate_arm_cpu");

  if (!d) return false;
  offset.primask = offset_of(d, "env.v7m.primask[M_REG_NS]");
  offset.basepri = offset_of(d, "env.v7m.basepri[M_REG_NS]");
  offset.faultmask = offset_of(d, "env.v7m.faultmask[M_REG_NS]");
  offset.exception = offset_of(d, "env.v7m.exception");
  return offset.primask >= 0 && offset.basepri >= 0 && offset.faultmask >= 0 && offset.exception >= 0;
}

/* The exception number changed between two instructions: an entry, a return, or one chained to another. */
static void follow_exception(const struct instruction *i, uint32_t exception) {
  bool enters = exception && symbols_vector(exception) == i->address;
  bool chained = enters && previous_exception && previous && previous->branches;

  now.cycles += chained ? CHAIN : enters || !previous_exception ? ENTRY : EXIT;
  if (chained || !(enters || !previous_exception)) stats_exception_leave();
  if (enters || !previous_exception) stats_exception_enter(exception);
  else if (!exception) stats_all_left();
  if (!runs) return;
  if (enters && exception > EXCEPTION_IRQ && previous && previous_exception <= EXCEPTION_IRQ)
    stats_place_hit(previous->place);
  if (!exception) stats_run_end();
  else if (exception < EXCEPTION_IRQ && enters && (!previous_exception || chained)) stats_run_begin(exception);
}

static void on_marker(int marker) {
  if (marker == MARK_ARM) {
    armed = true;
  } else if (marker == MARK_DISARM) {
    armed = always;
    stats_forget_event();
  } else if (armed) {
    stats_event(marker);
  }
}

static unsigned masks_now(void) {
  return (state(offset.primask) & 1 ? MASK_PRIMASK : 0) | (state(offset.basepri) ? MASK_BASEPRI : 0) |
         (state(offset.faultmask) & 1 ? MASK_FAULTMASK : 0);
}

static void on_execute(unsigned vcpu, void *instruction) {
  const struct instruction *i = instruction;
  uint32_t exception = state(offset.exception);
  unsigned masks;

  (void)vcpu;
  if (exception != previous_exception) follow_exception(i, exception);
  else if (previous && previous->branches && i->address != previous->address + previous->size)
    now.cycles += TAKEN;
  previous = i;
  previous_exception = exception;
  if (i->marker) {
    on_marker(i->event);
    return;
  }
  if (i->event != EVENT_NONE && armed) stats_event(i->event);
  masks = masks_now();
  if (masks && armed) stats_masked(i->address, masks, 1);
  else stats_unmasked();
  if (armed) stats_profile(i->symbol);
  now.instructions++;
  now.cycles += i->cycles;
  if (!exception) now.thread++;
  if (exception >= EXCEPTION_IRQ) now.irq++;
  else if (armed && runs && exception) stats_run_step(i->symbol);
  if (armed && runs && exception < EXCEPTION_IRQ && (exception || i->calls)) stats_place_executed(i->place);
}

/* watch=1. The two words a block is known by are in one pointer: address and instructions, which need 16 bits. */
static void on_block(unsigned vcpu, void *block) {
  uint64_t word = (uintptr_t)block;
  unsigned masks = masks_now(), n = (unsigned)(word >> 32);

  (void)vcpu;
  if (masks) stats_masked((uint32_t)word, masks, n);
  else stats_unmasked();
  now.instructions += n;
}

static struct instruction *new_instruction(void) {
  static struct instruction *chunk;
  static int used = CHUNK;

  if (used == CHUNK) {
    chunk = malloc(CHUNK * sizeof *chunk);
    used = 0;
  }
  return &chunk[used++];
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
  (void)id;
  if (!cpu) cpu = ((void *(*)(int))dlsym(RTLD_DEFAULT, "qemu_get_cpu"))(0);
  if (watch) {
    uint64_t word = (uint64_t)qemu_plugin_tb_n_insns(block) << 32 | (uint32_t)qemu_plugin_tb_vaddr(block);

    qemu_plugin_register_vcpu_tb_exec_cb(block, on_block, QEMU_PLUGIN_CB_NO_REGS, (void *)(uintptr_t)word);
    return;
  }
  for (size_t n = 0; n < qemu_plugin_tb_n_insns(block); n++) {
    struct qemu_plugin_insn *q = qemu_plugin_tb_get_insn(block, n);
    struct instruction *i = new_instruction();

    i->address = (uint32_t)qemu_plugin_insn_vaddr(q) & ~1u;
    i->size = (uint8_t)qemu_plugin_insn_size(q);
    i->symbol = symbols_at(i->address);
    i->place = runs ? stats_place(i->address) : NULL;
    decode(i, qemu_plugin_insn_data(q));
    for (int k = 0; k < points; k++)
      if (point[k] == i->address) i->event = (int16_t)(EVENT_POINT + k);
    qemu_plugin_register_vcpu_insn_exec_cb(q, on_execute, QEMU_PLUGIN_CB_NO_REGS, i);
  }
}

static void on_exit_(qemu_plugin_id_t id, void *unused) {
  (void)id;
  (void)unused;
  stats_report(out);
}

static const char *add_point(const char *name) {
  int symbol = symbols_find(name);

  if (points == POINTS) return "too many points";
  point_name[points] = name;
  if (!strncmp(name, "0x", 2)) {
    point[points++] = (uint32_t)strtoul(name, NULL, 16);
    return NULL;
  }
  if (symbol < 0) return "no such function";
  point[points++] = symbols_address(symbol);
  return NULL;
}

/* What is wrong with the argument, or NULL. Points come after elf=. */
static const char *argument(const char *a) {
  if (!strncmp(a, "elf=", 4)) return symbols_load(a + 4) ? NULL : "cannot read its symbols";
  if (!strncmp(a, "point=", 6)) return add_point(a + 6);
  if (!strncmp(a, "armed=", 6)) {
    armed = always = true;
  } else if (!strncmp(a, "profile=", 8)) {
    stats_profile_start();
  } else if (!strncmp(a, "runs=", 5)) {
    runs = true;
  } else if (!strncmp(a, "watch=", 6)) {
    watch = true;
  } else if (!strncmp(a, "out=", 4)) {
    out = fopen(a + 4, "w");
    return out ? NULL : "cannot be written";
  } else {
    return "unknown";
  }
  return NULL;
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
  (void)info;
  out = stderr;
  for (int i = 0; i < argc; i++) {
    const char *wrong = argument(argv[i]);

    if (!wrong) continue;
    fprintf(stderr, "icnt: %s: %s\n", argv[i], wrong);
    return -1;
  }
  if (!locate_state()) {
    fprintf(stderr, "icnt: this QEMU does not describe the processor's state as 7.2 does\n");
    return -1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
  qemu_plugin_register_atexit_cb(id, on_exit_, NULL);
  return 0;
}
