/* A NOR flash that is modelled in RAM, for machines that have none but memory to spare: as strict as a flash (bits are
 * programmed from 1 to 0, blocks erased to ones; anything else is refused), and its contents come from and go to a file of
 * the host by semihosting, if one is named. Without it they last as long as the power.
 *
 * The file is changed by sync alone, block by block in the order in which they were last programmed: a machine that is
 * killed meanwhile leaves what a power cut of a flash could have left. */
#ifndef PITH_NOR_RAM_H
#define PITH_NOR_RAM_H
#include "class.h"

enum { NOR_RAM_UNIT = 16, NOR_RAM_BLOCKS_MAX = 256 };

struct nor_ram_state {
  int file; /* of the host; negative: none */
  bool started;
  uint16_t changed_count;
  uint16_t changed[NOR_RAM_BLOCKS_MAX]; /* blocks, in the order of their last change */
};

struct nor_ram {
  uint8_t *base;        /* block_size * block_count bytes, 4-aligned */
  uint32_t block_size;  /* bytes, a multiple of NOR_RAM_UNIT */
  uint32_t block_count; /* up to NOR_RAM_BLOCKS_MAX */
  struct nor_ram_state *state;
};

/* dev: a const struct nor_ram. read_size and prog_size are NOR_RAM_UNIT. */
extern const struct block_ops nor_ram_ops;
#endif
