/* The report of a build without reports: one line for a fault, the address it was about and the instruction; for any other
 * end none. */
#include "internal.h"

#if !PITH_REPORTS
enum { ROOM = PROCESS_NAME + 40 };

static char *put_text(char *at, const char *text) {
  while (*text) *at++ = *text++;
  return at;
}

static char *put_hex(char *at, const char *what, uint32_t n) {
  at = put_text(at, what);
  for (int shift = 28; shift >= 0; shift -= 4) *at++ = "0123456789abcdef"[n >> shift & 15];
  return at;
}

/* "NAME: fault 00000082 at 0005846c of 20000000": its cause (CFSR), pc, address. */
void process_report(const struct process *p) {
  const struct arch_fault *f = &p->fault;
  char line[ROOM], *at = line;

  if (p->cause != PROCESS_FAULTED) return;
  at = put_text(at, p->name);
  at = put_hex(at, ": fault ", f->cfsr);
  at = put_hex(at, " at ", f->reg[ARCH_PC]);
  if (f->has_address) at = put_hex(at, " of ", f->address);
  *at++ = '\n';
  process_console->print(line, (size_t)(at - line));
}
#endif
