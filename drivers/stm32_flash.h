/* The STM32F4's own flash as a block device: some of its sectors of 128 KB, number 5 to 11 (RM0090, 3). A block is a sector.
 *
 * HAZARD: the flash that is erased or programmed is the flash that code runs from. A core that fetches from it meanwhile
 * stands still, interrupt handlers and all: 16 us for a word, 1 to 2 s for a sector that is erased. */
#ifndef PITH_STM32_FLASH_H
#define PITH_STM32_FLASH_H
#include "class.h"

enum { STM32_FLASH_SECTOR = 128 << 10, STM32_FLASH_FIRST = 5, STM32_FLASH_LAST = 11, STM32_FLASH_UNIT = 4 };
#define STM32_FLASH_ADDRESS(sector) (0x08020000u + ((sector)-5u) * 0x20000u)

struct stm32_flash {
  uint8_t first, count; /* sectors */
  uintptr_t image_end;  /* behind what the system itself has in flash */
};

/* dev: a const struct stm32_flash. start: -ENODEV, there is no flash controller (QEMU); -EBUSY, the system's image reaches
 * into the sectors. */
extern const struct block_ops stm32_flash_ops;
#endif
