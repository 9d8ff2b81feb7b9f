/* The STM32F4's own flash as a block device: some of its sectors of 128 KB (RM0090, 3). They are 5 to 11 in the first
 * megabyte and, if the chip has a second one, 17 to 23. A block is a sector.
 *
 * HAZARD: the first megabyte is where code runs. A core that fetches from it while it is erased or programmed stands still,
 * interrupt handlers and all: 16 us for a word, 1 to 2 s for a sector that is erased. The second one can be written beside. */
#ifndef PITH_STM32_FLASH_H
#define PITH_STM32_FLASH_H
#include "class.h"

enum { STM32_FLASH_SECTOR = 128 << 10, STM32_FLASH_UNIT = 4 };
/* Two sectors or more, all of 128 KB and in one megabyte. */
#define STM32_FLASH_VALID(first, count)                                                                      \
  ((count) >= 2 && (((first) >= 5 && (first) + (count) <= 12) || ((first) >= 17 && (first) + (count) <= 24)))

struct stm32_flash {
  uint8_t first, count; /* sectors, STM32_FLASH_VALID() */
  uintptr_t image_end;  /* behind what the system itself has in flash */
};

/* KB of flash that the chip has. Not in QEMU: a bus fault. Any context. */
uint32_t stm32_flash_kb(void);

/* dev: a const struct stm32_flash. start: -ENODEV, there is no flash controller (QEMU) or the chip has no such sectors;
 * -EBUSY, the system's image reaches into them. */
extern const struct block_ops stm32_flash_ops;
#endif
