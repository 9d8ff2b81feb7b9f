/* Names for addresses, out of an ELF file's symbol table: pure, like elf.h. The tables are not checked when a file is
 * loaded, so nothing in them is believed here: whatever is wrong with one, the answer is that there is no name. */
#ifndef PITH_SYMBOLS_H
#define PITH_SYMBOLS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SYMBOL_NAME = 32, SYMBOLS_MAX = 16384 };

struct symbol {
  char name[SYMBOL_NAME]; /* printable ASCII; a longer one is cut and ends in "~" */
  uint32_t offset;        /* of the address from the start of it */
};

/* The function at or nearest below a virtual address: among those that say how long they are, only one that reaches
 * so far. False: the file has no table, or none of the first SYMBOLS_MAX symbols is one. Reads nothing outside
 * (file, length), however aligned. Any context. O(symbols). */
bool symbol_find(const void *file, size_t length, uint32_t vaddr, struct symbol *symbol);

/* Thumb code, `size` bytes that can be read at `at` and are executed at address `low`. */
struct code {
  const uint8_t *at;
  uint32_t low, size;
  uint32_t vaddr; /* what the file calls `low` */
};

/* A word may be a return address: it points, with the Thumb bit, behind a BL or BLX instruction of the code. Any
 * context. O(1). */
bool code_returns_to(const struct code *code, uint32_t word);
#endif
