/* pith_app: STACK 4096 HEAP 256
 *
 * Memory of processes, and how it is cut up. -h: with units; -k: in KiB. */
#include "sysinfo.h"

const char util_name[] = "free", util_synopsis[] = "[-h | -k]";

static char unit;

static void put_size(uint32_t bytes) {
  char size[8];
  if (unit == 'h') put_format(" %10s", format_size(bytes, size));
  else put_format(" %10u", (unsigned)(unit == 'k' ? bytes / 1024 : bytes));
}

int main(int argc, char **argv) {
  struct pith_info_memory m;
  for (int c; (c = option(argc, argv, "hkb")) != -1;) unit = (char)c;
  if (option_at != argc) usage(argv[option_at], "no operands are known");
  if (!info_memory(&m)) fail(NULL, "the system does not say");
  put_text("              total       used       free    largest\nprocesses");
  put_size(m.total);
  put_size(m.total - m.free);
  put_size(m.free);
  put_size(m.largest);
  put_text("\nkernel           -          -");
  put_size(m.kernel_free);
  put_text("          -\n");
  /* What part of the free memory the largest request cannot have. */
  unsigned broken = m.free ? (unsigned)((uint64_t)(m.free - m.largest) * 100 / m.free) : 0;
  put_format("%u blocks in use, %u%% of what is free is not in the largest piece, rounding costs",
             (unsigned)m.blocks, broken);
  put_size(m.waste);
  put_char('\n');
  return finish(0);
}
