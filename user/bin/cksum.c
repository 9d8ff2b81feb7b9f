/* pith_app: STACK 4096 HEAP 256
 *
 * The CRC that POSIX has for cksum, and the number of bytes. */
#include "util.h"

const char util_name[] = "cksum", util_synopsis[] = "[FILE...]";

static bool named;

/* Four bits at a time: a table of 16 words, for 0x04C11DB7. */
static uint32_t add(uint32_t crc, unsigned byte) {
  static const uint32_t table[16] = {0x00000000, 0x04c11db7, 0x09823b6e, 0x0d4326d9, 0x130476dc, 0x17c56b6b,
                                     0x1a864db2, 0x1e475005, 0x2608edb8, 0x22c9f00f, 0x2f8ad6d6, 0x2b4bcb61,
                                     0x350c9b64, 0x31cd86d3, 0x3c8ea00a, 0x384fbdbd};
  crc = crc << 4 ^ table[(crc >> 28 ^ byte >> 4) & 15];
  return crc << 4 ^ table[(crc >> 28 ^ byte) & 15];
}

static bool sum(struct input *in) {
  uint32_t crc = 0;
  unsigned long long n = 0;
  for (int c; (c = input_byte(in)) >= 0; n++) crc = add(crc, (unsigned)c);
  if (in->bad) return false;
  for (unsigned long long rest = n; rest; rest >>= 8) crc = add(crc, (unsigned)(rest & 0xff));
  put_format("%lu %llu%s%s\n", (unsigned long)(uint32_t)~crc, n, named ? " " : "", named ? in->name : "");
  return true;
}

int main(int argc, char **argv) {
  option(argc, argv, "");
  named = argv[option_at];
  return finish(each_file(argv + option_at, sum));
}
