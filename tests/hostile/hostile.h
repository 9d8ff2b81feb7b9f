/* The firmware of the hostile suite. attacks.def is the list; attacks.c says what a target is and whether an end was the
 * right one; ram.c gives the kernel's memory to the host; main.c runs it all. */
#ifndef HOSTILE_H
#define HOSTILE_H
#include <stdbool.h>
#include <stdint.h>
#include "internal.h"
#include "object.h"

enum end {
  END_REFUSED,
  END_KILLED,
  END_KILLED_LATE, /* it never ends: it was given a share of the processor, and is killed by the firmware */
  END_FAULT,
};

struct attack {
  const char *name, *about;
  uint32_t (*target)(uint32_t n);
  uint32_t n; /* of the target */
  uint8_t end;
  uint32_t all, any, signal; /* FAULT: these bits of the CFSR and no other than `any`; KILLED: the signal */
  bool breakpoint;
  bool (*where)(const struct process *p, uint32_t target, uint32_t n);
  uint32_t distance; /* n of where */
};

extern const struct attack attacks[];
extern const unsigned attack_count;
extern struct process *neighbour;
/* Nobody's: what looks like an object without handles, that whoever takes it for one changes. */
extern union hostile_mark {
  struct object object;
  uint32_t word[64];
} hostile_mark;

/* What the neighbour says of itself, at the start of its heap (tests/user/attacks/helpers.c). */
struct notes {
  volatile uint32_t steps, wrong, gap_us, handle, thread;
};
static inline struct notes *neighbour_notes(void) { return (struct notes *)(uintptr_t)neighbour->brk_low; }

/* The three further numbers an attack gets: more places of the kernel, or of the neighbour. */
void more_targets(const struct attack *a, uint32_t more[3]);
/* Why the end of p, which has been reaped but not forgotten, is not the one the list says; NULL: it is. */
const char *judge(const struct attack *a, const struct process *p, uint32_t target, bool late);

/* Makes memory that belongs to nobody all alike, so that only what means something can differ. Thread. */
void ram_settle(void);
/* Tells on the console what of the kernel's memory may change, as far as C knows it. Thread. */
void ram_say_changes(void);
/* Appends the kernel's memory to the host's file, under a name of up to 23 characters. 0 or -errno. Thread. */
int ram_open(const char *path);
int ram_dump(const char *name);
void ram_close(void);
#endif
