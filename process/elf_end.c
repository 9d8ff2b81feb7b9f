/* How much of a file has to be in memory for it to be run. Nothing of it is believed: what is no ELF file gets its reason from
 * elf_plan(), so any length will do for it here. */
#include "elf.h"
#include "pith_errno.h"

enum {
  HEADER = 52, /* of ELF32, and a program header */
  PROGRAM_HEADER = 32,
  PROGRAM_HEADERS_MAX = 32,
};

static uint32_t word(const uint8_t *p) { return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24; }

long elf_end(elf_reader *read, void *from, uint32_t size, uint32_t *end) {
  uint8_t h[HEADER];
  uint32_t table, count;
  long r = size < HEADER ? -ENOEXEC : read(from, 0, h, HEADER);

  if (r) return r;
  if (word(h) != 0x464C457F) return -ENOEXEC;
  table = word(h + 28);
  count = word(h + 44) & 0xFFFF;
  *end = size;
  if (count > PROGRAM_HEADERS_MAX || table > size || size - table < count * PROGRAM_HEADER) return 0;
  *end = table + count * PROGRAM_HEADER;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t offset, bytes;

    r = read(from, table + i * PROGRAM_HEADER, h, PROGRAM_HEADER);
    if (r) return r;
    offset = word(h + 4);
    bytes = word(h + 16);
    if (offset > size || bytes > size - offset) continue;
    if (offset + bytes > *end) *end = offset + bytes;
  }
  return 0;
}
