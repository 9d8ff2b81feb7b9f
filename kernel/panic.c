/* The end: a report in sentences, then the machine stops. It trusts as little as it can: output is
 * polled, nothing is allocated, and a panic within a panic stops at once. */
#include <stdarg.h>
#include "fmt.h"
#include "kernel.h"

enum { PANIC_STATUS = 70 };

#if PITH_REPORTS
static void (*output)(void *ctx, char c);
static void *output_ctx;
static bool panicking;


void pith_panic_output(void (*put)(void *ctx, char c), void *ctx) {
  output = put;
  output_ctx = ctx;
}

static void print(const char *format, ...) {
  va_list args;

  if (!output) return;
  va_start(args, format);
  fmt_v(output, output_ctx, format, args);
  va_end(args);
}

_Noreturn void pith_panic(const char *format, ...) {
  va_list args;

  arch_stop_interrupts();
  if (panicking) arch_halt(PANIC_STATUS + 1);
  panicking = true;
  print("\nPANIC: ");
  if (output) {
    va_start(args, format);
    fmt_v(output, output_ctx, format, args);
    va_end(args);
  }
  print("\n  thread %s, exception %u\n", R->started ? pith_thread_name(K->current) : "(none yet)",
        (unsigned)arch_exception());
  arch_halt(PANIC_STATUS);
}

_Noreturn void k_panic_irq(uint32_t exception) {
  pith_panic("interrupt %d (exception %u) has no handler", (int)exception - 16, (unsigned)exception);
}
#else
_Noreturn void k_stop(void) {
  arch_stop_interrupts();
  arch_halt(PANIC_STATUS);
}

void pith_panic_output(void (*put)(void *ctx, char c), void *ctx) {
  (void)put;
  (void)ctx;
}

_Noreturn void k_panic_irq(uint32_t exception) {
  (void)exception;
  k_stop();
}
#endif
