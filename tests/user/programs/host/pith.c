/* The calls of Pith that programs make, for this machine: a small system that never changes but for its clock. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pith.h"

static const struct pith_info_process processes[] = {
    {.pid = 1, .group = 1, .state = 2, .threads = 1, .block_size = 16384, .cpu_us = 1234567, .name = "sh"},
    {.pid = 7,
     .parent = 1,
     .group = 7,
     .state = 2,
     .threads = 2,
     .block_size = 40960,
     .cpu_us = 61000000,
     .name = "logger"},
    {.pid = 9, .parent = 1, .group = 9, .state = 4, .name = "done"},
};
static const struct pith_info_thread threads[] = {
    {.pid = 1,
     .tid = 3,
     .state = 3,
     .priority = 16,
     .own_priority = 16,
     .stack = 0x20000000,
     .stack_size = 4096,
     .sp = 0x20000f00,
     .cpu_us = 1234567},
    {.pid = 7,
     .tid = 5,
     .state = 2,
     .priority = 8,
     .own_priority = 12,
     .stack = 0x20002000,
     .stack_size = 4096,
     .sp = 0x20002800,
     .cpu_us = 60000000},
    {.pid = 7,
     .tid = 6,
     .state = 4,
     .priority = 12,
     .own_priority = 12,
     .stack = 0x20004000,
     .stack_size = 2048,
     .sp = 0x20004700,
     .cpu_us = 1000000},
};
static const struct pith_info_memory memory = {
    .total = 1048576, .free = 262144, .largest = 131072, .blocks = 3, .waste = 1024, .kernel_free = 20000};

static long give(const void *from, unsigned whole, void *to, unsigned size) {
  memcpy(to, from, size < whole ? size : whole);
  return (long)whole;
}

#define ROW(table, index) (index) < sizeof(table) / sizeof *(table) ? &(table)[index] : NULL

long sys_info(int what, unsigned index, void *buf, unsigned size) {
  const void *row = NULL;
  if (what == PITH_INFO_MEMORY) return give(&memory, sizeof memory, buf, size);
  if (what == PITH_INFO_PROCESS && (row = ROW(processes, index)))
    return give(row, sizeof *processes, buf, size);
  if (what == PITH_INFO_THREAD && (row = ROW(threads, index))) return give(row, sizeof *threads, buf, size);
  return -ENOENT;
}

long sys_uptime(unsigned long long *us) {
  static unsigned long long now = 3723000000;
  *us = now += 100000000;
  return 0;
}

long pith_syscall(long number, long a, long b, long c, long d) {
  (void)c, (void)d;
  printf("call %ld: %ld %ld\n", number, a, b);
  fflush(stdout);
  return -EPERM;
}
