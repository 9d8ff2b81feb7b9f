/* What the files of the instruction counter share. One processor, one thread: plain variables do. */
#ifndef PITH_ICNT_H
#define PITH_ICNT_H
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
  MARK_ARM = 0x20,    /* markers: counting starts */
  MARK_DISARM = 0x21, /* and stops */
  MARK_LAST = 0xEF,
  EVENT_NONE = -1,
  EVENT_POINT = 256, /* first instruction of the n-th point= symbol: EVENT_POINT + n */
  POINTS = 32,
  EXCEPTIONS = 128,
  EXCEPTION_IRQ = 15, /* SysTick, and above it the devices */
};

/* One translated instruction; lives as long as the run. */
struct instruction {
  uint32_t address;
  uint8_t size;   /* bytes */
  uint8_t cycles; /* estimated, as if it does not branch */
  bool branches;  /* may change the PC: costs more if it does */
  bool marker;
  int16_t event;
  bool calls;     /* SVC */
  int32_t symbol; /* index, or -1 */
  struct place *place; /* runs.c; NULL where runs are not counted */
};

/* decode.c: cycles, branches, and for a marker the event, from the code bytes. */
void decode(struct instruction *i, const uint8_t *code);

/* symbols.c: the firmware's ELF file. */
bool symbols_load(const char *path);
int symbols_find(const char *name); /* index, or -1 */
int symbols_at(uint32_t address);   /* index, or -1 if the address is not the firmware's */
int symbols_count(void);
const char *symbols_name(int index);
uint32_t symbols_address(int index);
uint32_t symbols_vector(unsigned exception); /* handler's address; 0 if unknown */

/* Where the count stands. */
struct count {
  uint64_t instructions, cycles;
  uint64_t thread, irq; /* of the instructions: in thread mode; in interrupts (EXCEPTION_IRQ and above) */
};
extern struct count now;
extern const char *point_name[POINTS];

/* report.c: statistics, and the text at the end. */
void stats_event(int event);
void stats_forget_event(void); /* the next event starts no pair */
void stats_exception_enter(unsigned exception);
void stats_exception_leave(void);
void stats_all_left(void);
void stats_masked(uint32_t address, unsigned kind, unsigned instructions); /* ran with a mask set: bits of MASK_x */
void stats_unmasked(void);
enum { MASK_PRIMASK = 1, MASK_BASEPRI = 2, MASK_FAULTMASK = 4 };
void stats_profile(int symbol);
void stats_profile_start(void);
void stats_report(FILE *out);

/* runs.c */
struct place *stats_place(uint32_t address);
void stats_place_executed(struct place *p); /* in a run, or to begin one */
void stats_place_hit(struct place *p);      /* a device's interrupt came right behind it */
void stats_run_begin(unsigned exception);
void stats_run_step(int symbol); /* an instruction of the run, of this function */
void stats_run_end(void);        /* no effect outside of one */
void stats_report_runs(FILE *out);
#endif
