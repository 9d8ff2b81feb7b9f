/* Memory as text, for people. */
#ifndef PITH_HEXDUMP_H
#define PITH_HEXDUMP_H
#include <stddef.h>
#include <stdint.h>

/* Writes n bytes of data through put(ctx, c), 16 a line, each line ended by '\n':
 *   20001230  48 65 6c 6c 6f 20 57 6f 72 6c 64 21 00 01 02 03  |Hello World!....|
 * base is the address printed for data[0]: data itself may be a copy. A byte outside 0x20..0x7e is shown
 * as '.'. Nothing for n 0. Any context put may be called in. O(n). */
void hexdump(void (*put)(void *ctx, char c), void *ctx, uint32_t base, const void *data, size_t n);
#endif
