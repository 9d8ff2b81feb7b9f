/* Runs each attack of the list beside the neighbour, and says in one line what it tried and whether it ended as it must.
 *
 *   --only NAME     this attack alone; may be repeated
 *   --cycles N      instead of attacks: N processes that exit and N that fault, one after the other
 *   --ram FILE      the kernel's memory after each of them, to a file of the host
 *   --plant WHAT    harm done by the firmware itself after each attack, which must be noticed: "ram" (a byte of the
 *                   kernel's changes), "memory" (some is not given back), "neighbour" (it stops), "end" (what became of
 *                   the attack is taken for something else)
 *
 * After each attack its children are gone, every byte of memory is free again, all structures of the kernel are in order
 * (k_check()), and the neighbour goes on counting, with its registers and memory as it left them. */
#include "hostile.h"
#include "fmt.h"
#include "init.h"
#include "mem.h"
#include "pith/kernel.h"
#include "pith/monitor.h"
#include "pith/thread.h"
#include "romfs.h"

enum {
  NEIGHBOUR_PRIORITY = 14,
  PRIORITY = 16,
  ABOVE = 12, /* of those with a share of the processor */
  BUDGET_US = 2000,
  PERIOD_US = 10000,
  LIMIT_MS = 1500,
  LOOP_MS = 200,
  GAP_MAX_US =
      6000, /* the neighbour's deadline: from one step to the next, which is a tick later if nothing is in its way */
  SETTLE_MS = 200,
  ONLY = 16,
  PLANTED = 256,
};

struct memory {
  uint32_t bytes, largest, heap;
};

static struct {
  const char *only[ONLY];
  unsigned only_count, cycles;
  const char *ram, *plant;
} wish;

static struct memory free_memory(void) {
  struct memory m = {.heap = (uint32_t)pith_heap_free()};

  m.bytes = process_memory_free(&m.largest);
  return m;
}

static bool same(struct memory a, struct memory b) {
  return a.bytes == b.bytes && a.largest == b.largest && a.heap == b.heap;
}

static struct process *start(const char *name, const char *const argv[], bool above, uint8_t priority,
                             struct pith_sem *told) {
  struct romfs_file file;
  struct process_request r = {
      .name = name, .argv = argv, .priority = priority, .ceiling = priority, .told = told};
  const char *why = "no such file in the image";
  int pid = romfs_find(name, &file);

  if (above) {
    r.priority = r.ceiling = ABOVE;
    r.limits = (struct pith_limits){.budget_us = BUDGET_US, .period_us = PERIOD_US};
  }
  r.file = file.data;
  r.size = file.size;
  if (!pid) pid = process_spawn(&r, NULL, &why);
  if (pid < 0) say("hostile: %s: cannot run: %s\n", name, why);
  return pid < 0 ? NULL : process_by_pid(pid);
}

/* Children of an attack that has ended are the system's, and go with the attack. */
static bool others_are_gone(void) {
  bool gone = true;

  for (int i = 0; i < PITH_PROCESSES; i++) {
    struct process *p = &process_table[i];

    if (p == neighbour || p->state == PROCESS_FREE) continue;
    if (p->state == PROCESS_ALIVE) process_kill(p->pid);
    gone = false;
  }
  return gone;
}

static long check(long unused, long unused2, long unused3) {
  (void)unused, (void)unused2, (void)unused3;
  return k_check();
}

static const char *plant(const char *name) {
  if (!wish.plant || strcmp(wish.plant, name)) return NULL;
  return name;
}

/* What must be as before, whatever was tried. NULL: it is. */
static const char *aftermath(struct memory before, uint32_t steps) {
  struct notes *n = neighbour_notes();

  if (plant("memory")) process_memory_take(PLANTED);
  if (plant("neighbour")) process_kill(neighbour->pid);
  for (int ms = 0; ms < SETTLE_MS && (!others_are_gone() || !same(before, free_memory())); ms++)
    pith_sleep(PITH_MS(1));
  if (!others_are_gone()) return "its children are still there";
  if (!same(before, free_memory())) return "memory was lost";
  if (neighbour->state != PROCESS_ALIVE) return "the neighbour is gone";
  for (int ms = 0; ms < SETTLE_MS && n->steps - steps < 5; ms++) pith_sleep(PITH_MS(1));
  if (n->steps - steps < 5) return "the neighbour counts no more";
  if (n->wrong) return "the neighbour's registers or memory have changed";
  if (n->gap_us > GAP_MAX_US) return "the neighbour missed its deadline";
  return pith_monitor(check, 0, 0, 0) ? k_check_why : NULL;
}

static const char *cause_text(const struct process *p) {
  return p->cause == PROCESS_FAULTED  ? arch_fault_text(&p->fault)
         : p->cause == PROCESS_EXITED ? "exited"
                                      : "was killed";
}

/* One line: what became of it. */
static void tell(const struct attack *a, const struct process *p, const char *wrong) {
  const struct arch_fault *f = &p->fault;

  say("attack %s: %s: it %s", a->name, wrong ? "FAILED" : "ok", cause_text(p));
  if (p->cause == PROCESS_FAULTED && f->has_address) say(", address %08x", (unsigned)f->address);
  else if (p->cause == PROCESS_FAULTED && f->has_frame) say(", pc %08x", (unsigned)f->reg[ARCH_PC]);
  else if (p->cause == PROCESS_FAULTED) say(", sp %08x", (unsigned)f->reg[ARCH_SP]);
  else say(", status %d", (int)p->status);
  say("; %s", a->about);
  if (wrong)
    say("; %s (cfsr %08x, the neighbour's longest step %u us)", wrong, (unsigned)f->cfsr,
        (unsigned)neighbour_notes()->gap_us);
  say("\n");
}

static bool is_wished(const char *name) {
  for (unsigned i = 0; i < wish.only_count; i++)
    if (!strcmp(wish.only[i], name)) return true;
  return !wish.only_count;
}

/* Until it ends, or is ended; a copy of what is left of it. */
static bool wait_for(struct process *p, struct pith_sem *told, uint32_t limit_ms, struct process *left) {
  struct process_result result;
  bool late = pith_sem_take_for(told, PITH_MS(limit_ms)) != 0;

  if (late) {
    process_kill(p->pid);
    pith_sem_take(told);
  }
  *left = *p;
  process_wait(p->pid, &result, PITH_FOREVER);
  return late;
}

static bool run_attack(const struct attack *a) {
  static char words[4][12];
  static struct process left;
  const char *const argv[] = {a->name, words[0], words[1], words[2], words[3], NULL};
  struct pith_sem told = PITH_SEM_INIT(0);
  struct memory before = free_memory();
  uint32_t number[4], steps = neighbour_notes()->steps;
  bool loops = a->end == END_KILLED_LATE, late;
  const char *wrong, *after;
  struct process *p;

  more_targets(a, number + 1);
  number[0] = a->target(a->n);
  for (int i = 0; i < 4; i++) fmt_buf(words[i], sizeof words[i], "%x", (unsigned)number[i]);
  neighbour_notes()->gap_us = 0;
  p = start(a->name, argv, loops, PRIORITY, &told);
  if (!p) return false;
  late = wait_for(p, &told, loops ? LOOP_MS : LIMIT_MS, &left);
  if (plant("end")) left.cause = left.cause == PROCESS_FAULTED ? PROCESS_EXITED : PROCESS_FAULTED;
  wrong = judge(a, &left, number[0], late);
  after = aftermath(before, steps);
  if (plant("ram")) hostile_mark.word[63]++;
  tell(a, &left, wrong ? wrong : after);
  memset(&left, 0, sizeof left);
  memset(words, 0, sizeof words);
  return !wrong && !after;
}

static void dump(const char *name) {
  ram_settle();
  if (ram_dump(name)) say("hostile: %s: cannot write it\n", wish.ram);
}

static int run_attacks(void) {
  unsigned good = 0, all = 0;

  for (unsigned i = 0; i < attack_count; i++) {
    if (!is_wished(attacks[i].name)) continue;
    if (!all) dump("start");
    all++;
    if (run_attack(&attacks[i])) good++;
    dump(attacks[i].name);
    if (neighbour->state != PROCESS_ALIVE) break;
  }
  say("hostile: %u attacks, %u ended as they must, %u did not\n", all, good, all - good);
  return good == all && all ? 0 : 1;
}

/* ---- cycles ---- */

static bool run_cycle(bool faults) {
  static struct process left;
  const char *name = faults ? "faults" : "quits";
  const char *const argv[] = {name, NULL};
  struct pith_sem told = PITH_SEM_INIT(0);
  struct process *p = start(name, argv, false, PRIORITY, &told);
  bool good;

  if (!p) return false;
  if (wait_for(p, &told, LIMIT_MS, &left)) return false;
  good = faults ? left.cause == PROCESS_FAULTED && left.fault.has_address && !left.fault.address
                : left.cause == PROCESS_EXITED && left.status == 5;
  memset(&left, 0, sizeof left);
  return good;
}

static int run_cycles(unsigned n) {
  struct memory before = free_memory();
  unsigned good[2] = {0, 0};
  const char *after;

  dump("start");
  for (unsigned i = 0; i < 2 * n; i++) good[i % 2] += run_cycle(i % 2);
  after = aftermath(before, neighbour_notes()->steps - 5);
  dump("cycles");
  say("hostile: %u started and exited, %u started and faulted%s%s\n", good[0], good[1], after ? "; " : "",
      after ? after : "");
  return good[0] == n && good[1] == n && !after ? 0 : 1;
}

/* ---- what is asked for ---- */

static bool take(const char *option, const char *value) {
  unsigned n = 0;

  if (!strcmp(option, "--only") && wish.only_count < ONLY) wish.only[wish.only_count++] = value;
  else if (!strcmp(option, "--ram")) wish.ram = value;
  else if (!strcmp(option, "--plant")) wish.plant = value;
  else if (!strcmp(option, "--cycles")) {
    for (; *value >= '0' && *value <= '9' && n < 100000; value++) n = 10 * n + (unsigned)(*value - '0');
    wish.cycles = n;
    return n && !*value;
  } else return false;
  return true;
}

static int program(int argc, char *argv[]) {
  const char *const nothing[] = {"neighbour", NULL};
  int status;

  for (int i = 1; i < argc; i += 2)
    if (i + 1 == argc || !take(argv[i], argv[i + 1])) {
      say("hostile: %s: known: --only NAME, --cycles N, --ram FILE, --plant WHAT\n", argv[i]);
      return 2;
    }
  if (wish.ram && ram_open(wish.ram)) {
    say("hostile: %s: cannot write it\n", wish.ram);
    return 2;
  }
  neighbour = start("neighbour", nothing, false, NEIGHBOUR_PRIORITY, NULL);
  if (!neighbour) return 1;
  pith_sleep(PITH_MS(20));
  if (wish.ram) ram_say_changes();
  status = wish.cycles ? run_cycles(wish.cycles) : run_attacks();
  ram_close();
  return status;
}

int main(void) { init_run(program); }
