/* The clocks of libstdc++'s <chrono>: nanoseconds since 1970, and since the boot. */
#include <time.h>

struct time_point { /* of 8 bytes, but a structure: the ABI returns it in memory */
  long long ns;
};

struct time_point system_now(void) __asm__("_ZNSt6chrono3_V212system_clock3nowEv");
struct time_point steady_now(void) __asm__("_ZNSt6chrono3_V212steady_clock3nowEv");

static struct time_point now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (struct time_point){t.tv_sec * 1000000000LL + t.tv_nsec};
}

struct time_point system_now(void) { return now(CLOCK_REALTIME); }
struct time_point steady_now(void) { return now(CLOCK_MONOTONIC); }
