/* The ELF reader: pure, (buffer, length) in, plan out. It knows no memory but the buffer, allocates
 * nothing and trusts nothing in the file; it runs unchanged in host tests and under the fuzzer. */
#ifndef PITH_ELF_H
#define PITH_ELF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "config.h"

/* A sentence of one's reasons, of which a build without reports has but one. */
#if PITH_REPORTS
#define WHY(sentence) sentence
#else
#define WHY(sentence) "refused"
#endif

enum elf_tier {
  ELF_IN_PLACE, /* has the Pith note: text is executed where the file lies, data is private */
  ELF_COPIED,   /* a plain PIE: everything is copied to one block, one bias for all of it */
};

/* What the machine can run. */
struct elf_machine {
  bool fpu;          /* a hard-float file is accepted */
  uint32_t max_span; /* bytes of memory a file may ask for in all, stack and heap wishes included */
};

/* A validated file: every number in it has been checked against the file and against the others. */
struct elf_plan {
  enum elf_tier tier;
  uint32_t entry;                                            /* virtual address, Thumb bit set */
  uint32_t text_offset, text_vaddr, text_size;               /* the R+X segment, bytes */
  uint32_t data_offset, data_vaddr, data_filesz, data_memsz; /* the R+W segment, bytes; may be absent: 0 */
  uint32_t rel_offset, rel_count;                            /* Elf32_Rel records in the file */
  uint32_t got_offset;                                       /* of the GOT from data_vaddr, for r9 */
  uint32_t stack, heap;                                      /* wishes, bytes, 0 = default */
  uint32_t align;            /* 8..64: private memory and its vaddr agree modulo it */
  uint32_t base_vaddr, span; /* ELF_COPIED: the lowest address and bytes to the highest */
};

/* Checks the whole file, every relocation included, and fills plan. 0, or -ENOEXEC with *why set to one
 * constant sentence without full stop. Any context. O(segments + relocations). */
int elf_plan(const void *file, size_t length, const struct elf_machine *machine, struct elf_plan *plan,
             const char **why);

/* Bytes of a file of `size` up to the end of its last segment: what is behind, debugging information, need not be in memory. read()
 * gets n bytes at a place: 0, or a negative errno, which is passed on. 0; -ENOEXEC: it is no ELF file. elf_end.c. */
typedef long elf_reader(void *from, uint32_t at, void *to, uint32_t n);
long elf_end(elf_reader *read, void *from, uint32_t size, uint32_t *end);

/* Builds the private memory of one instance: copies, zeroes and relocates. memory points to data_memsz
 * bytes (ELF_IN_PLACE; text lies at text_address) or span bytes (ELF_COPIED; text_address is ignored), 4-aligned.
 * Cannot fail: plan is valid for this very file. O(bytes of data + relocations). */
void elf_load(const void *file, const struct elf_plan *plan, void *memory, uintptr_t text_address);
#endif
