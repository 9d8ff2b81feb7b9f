/* The ELF note by which an application tells the loader what it is. user/app.ld writes it; the loader
 * (process/elf.c) reads it through PT_NOTE. An ELF without the note is a plain PIE: it is copied whole. */
#ifndef PITH_NOTE_H
#define PITH_NOTE_H
#include <stdint.h>

#define PITH_NOTE_NAME "Pith" /* namesz 5, padded to 8 */
#define PITH_NOTE_TYPE 1
#define PITH_ABI_VERSION 1

struct pith_note {
  uint32_t abi;        /* PITH_ABI_VERSION; another value is refused */
  uint32_t got_offset; /* of the GOT from the start of the data segment: goes to r9, bytes */
  uint32_t stack;      /* main stack wanted, bytes; 0 takes the system's default */
  uint32_t heap;       /* heap wanted, bytes; 0 takes the system's default */
};
_Static_assert(sizeof(struct pith_note) == 16, "the note is part of the ABI");
#endif
