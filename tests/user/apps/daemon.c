/* A service that behaves as its first argument says; numbers are decimal, times milliseconds.
 * pith_app: STACK 1024 HEAP 1024 */
#include "bare.h"

enum { MS = 1000, LONG_MS = 10000 };

static int is(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static int number(const char *s) {
  int n = 0;
  for (; s && *s; s++) n = n * 10 + (*s - '0');
  return n;
}

static int behave(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  int a = argc > 2 ? number(argv[2]) : 0, b = argc > 3 ? number(argv[3]) : 0;

  if (is(what, "quit")) return a;
  if (is(what, "crash")) *(volatile uint32_t *)0x20000000 = 1;
  if (is(what, "beat"))
    for (int i = 0; i < b; i++) {
      sys_sleep(a * MS);
      sys_heartbeat(LONG_MS * MS);
    }
  if (is(what, "promise")) sys_heartbeat(0);
  if (is(what, "spin")) {
    unsigned long long now = 0;
    while (now < (unsigned)a * MS) {
      for (int i = 0; i < 10000; i++) __asm__ volatile("");
      sys_uptime(&now);
    }
    return 0;
  }
  for (;;) sys_sleep(LONG_MS * MS);
}

_Noreturn void __pith_start(int argc, char **argv, char **envp) {
  (void)envp;
  sys_exit(behave(argc, argv));
}
