/* Refuses, by name and at compile time, a config.h that cannot work. Included once, by kernel/init.c. */
#ifndef PITH_CONFIG_CHECK_H
#define PITH_CONFIG_CHECK_H
#include "pith/types.h"

#define IN(name, low, high)                                                                                  \
  _Static_assert((name) >= (low) && (name) <= (high), #name " must be from " #low " to " #high)
#define POWER_OF_2(name) _Static_assert(((name) & ((name)-1)) == 0, #name " must be a power of two")
#define MULTIPLE_OF_8(name) _Static_assert((name) % 8 == 0, #name " must be a multiple of 8")

IN(PITH_TICK_HZ, 1, 100000);
IN(PITH_CLOCK_RESTART, 0, 100);
IN(PITH_PRIORITIES, 3, 32);
IN(PITH_THREADS, 2, 1024);
IN(PITH_COOPERATIVE_THREADS, 0, 1);
IN(PITH_TIME_SLICES, 0, 1);
IN(PITH_FAST, 0, 1);
_Static_assert(PITH_FAST || !PITH_PROCESS_SUPPORT, "processes need PITH_FAST: their calls are served by number");
IN(PITH_TICKLESS, 0, 1);
_Static_assert(PITH_TICKLESS || !PITH_PROCESS_SUPPORT, "processes need PITH_TICKLESS");
IN(PITH_MUTEX_OPTIONS, 0, 1);
_Static_assert(PITH_MUTEX_OPTIONS || !PITH_PROCESS_SUPPORT, "processes need PITH_MUTEX_OPTIONS: their mutexes have them");
IN(PITH_WAIT_ANY, 0, 1);
IN(PITH_SEM_LIMITS, 0, 1);
IN(PITH_TLS_KEYS, 0, 64);
IN(PITH_STACK_GUARDS, 0, 1);
IN(PITH_REPORTS, 0, 1);
_Static_assert(PITH_REPORTS || !PITH_PROCESS_SUPPORT, "processes need PITH_REPORTS: their faults are reported");
IN(PITH_ACCOUNTING, 0, 1);
IN(PITH_DEBUG_CHECKS, 0, 65535);
IN(PITH_TIMERS, 0, 60000);
IN(PITH_POOL_CHECK, 0, 1);
IN(PITH_NAMES, 1, 4096);
IN(PITH_IRQ_SLOTS, 1, 496);
IN(PITH_ISR_STACK, 512, 65536);
MULTIPLE_OF_8(PITH_ISR_STACK);
IN(PITH_IDLE_STACK, 128, 65536);
_Static_assert(PITH_IDLE_STACK >= 128 + 4 * PITH_TLS_KEYS, "PITH_IDLE_STACK must hold thread-local storage, too");
MULTIPLE_OF_8(PITH_IDLE_STACK);
_Static_assert(PITH_HEAP == 0 || (PITH_HEAP >= 1024 && PITH_HEAP <= 16777216),
               "PITH_HEAP must be 0 or from 1024 to 16777216");
MULTIPLE_OF_8(PITH_HEAP);
IN(PITH_PROCESSES, 0, 64);
IN(PITH_PROCESS_THREADS, 1, 255);
IN(PITH_PROCESS_THREADS_EACH, 1, 255);
_Static_assert(PITH_PROCESS_THREADS_EACH <= PITH_PROCESS_THREADS,
               "PITH_PROCESS_THREADS_EACH must not be above PITH_PROCESS_THREADS");
_Static_assert(PITH_PROCESSES == 0 || (PITH_PROCESS_SHARES >= 1 && PITH_PROCESS_SHARES <= 64),
               "PITH_PROCESS_SHARES must be from 1 to 64");
IN(PITH_PROCESS_LOCKS, 1, 255);
IN(PITH_FAMILIES, 0, 64);
IN(PITH_FAMILY_SHARE, 1, 1000);
IN(PITH_PROCESS_OBJECTS, 1, 4096);
IN(PITH_OBJECTS_MEMORY, 0, 16777216);
IN(PITH_MESSAGE_MAX, 4, 4096);
IN(PITH_PROCESS_HANDLES, 1, 255);
IN(PITH_FILES, 4, 127);
IN(PITH_PROCESS_FILES, 3, 20);
IN(PITH_TMPFS_CHUNK, 1024, 65536);
POWER_OF_2(PITH_TMPFS_CHUNK);
_Static_assert(PITH_TMPFS % PITH_TMPFS_CHUNK == 0, "PITH_TMPFS must be a multiple of PITH_TMPFS_CHUNK");
_Static_assert(PITH_TMPFS / PITH_TMPFS_CHUNK <= 64, "PITH_TMPFS must be at most 64 of PITH_TMPFS_CHUNK");
IN(PITH_DATA_FILES, 1, 32);
IN(PITH_DATA_CACHE, 64, 4096);
POWER_OF_2(PITH_DATA_CACHE);
IN(PITH_DATA_BLOCKS, 64, 65536);
_Static_assert(PITH_DATA_BLOCKS % 64 == 0, "PITH_DATA_BLOCKS must be a multiple of 64");
IN(PITH_DATA_RESERVE, 0, 64);
IN(PITH_DATA_CYCLES, 1, 1000000);
IN(PITH_DATA_QUOTA, 0, 1073741824);
IN(PITH_PROCESS_STACK, 256, 16777216);
MULTIPLE_OF_8(PITH_PROCESS_STACK);
IN(PITH_PROCESS_HEAP, 0, 16777216);
MULTIPLE_OF_8(PITH_PROCESS_HEAP);
IN(PITH_TTY_TX, 64, 32768);
POWER_OF_2(PITH_TTY_TX);
IN(PITH_TTY_RX, 64, 32768);
POWER_OF_2(PITH_TTY_RX);
IN(PITH_TTY_LINE, 64, 16384);
POWER_OF_2(PITH_TTY_LINE);
IN(PITH_PIPE, 1024, 65536);
POWER_OF_2(PITH_PIPE);
#undef IN
#undef POWER_OF_2
#undef MULTIPLE_OF_8
#endif
