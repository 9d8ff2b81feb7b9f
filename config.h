/* Every tunable of a build: unit, range, cost. A project overrides one with -DPITH_X=value or edits
 * this file; kernel/config_check.h refuses what cannot work, by name, at compile time. */
#ifndef PITH_CONFIG_H
#define PITH_CONFIG_H

/* Ticks per second: the unit of every time. 1..100000. A tick costs nothing: the timer interrupts at deadlines. */
#ifndef PITH_TICK_HZ
#define PITH_TICK_HZ 1000
#endif

/* Cycles the clock stands still when it is restarted (arch/cortexm/clock.c): 0..100. What a Cortex-M4 with memory that
 * never waits takes; in QEMU an instruction takes a fraction of a cycle, so boards built for it say 0. */
#ifndef PITH_CLOCK_RESTART
#define PITH_CLOCK_RESTART 12
#endif

/* Priority levels, 0 the most urgent; the last one is the idle thread's own. 3..32. 4 bytes each. */
#ifndef PITH_PRIORITIES
#define PITH_PRIORITIES 32
#endif

/* Threads that can exist at once (kernel threads and process threads). 2..1024. 4 bytes each. */
#ifndef PITH_THREADS
#define PITH_THREADS 32
#endif

/* 1: threads may be PITH_COOPERATIVE. Costs about 300 bytes of code, and 4 instructions a switch in a
 * build without processes. */
#ifndef PITH_COOPERATIVE_THREADS
#define PITH_COOPERATIVE_THREADS 1
#endif

/* 1: threads may have a time slice. */
#ifndef PITH_TIME_SLICES
#define PITH_TIME_SLICES 1
#endif

/* 1: hand-written paths through the kernel for what happens most: a semaphore that one thread waits for, yield, messages
 * of 4 and 16 bytes, a give in an interrupt. 0: every call and every post is served by C, at about twice the
 * instructions; calls that never enter the kernel stay as they are. Saves about 1 KB of code. Processes need 1. */
#ifndef PITH_FAST
#define PITH_FAST 1
#endif

/* 1: the timer interrupts at deadlines. 0: at every tick. Saves about 400 bytes of code. Processes need 1. */
#ifndef PITH_TICKLESS
#define PITH_TICKLESS 1
#endif

/* 1: mutexes may be recursive, robust or have a ceiling, and there are reader-writer locks, which are made of the same
 * parts. 0: pith_mutex_init() refuses the options. Saves about 200 bytes of code. Processes need 1. */
#ifndef PITH_MUTEX_OPTIONS
#define PITH_MUTEX_OPTIONS 1
#endif

/* 1: a thread may wait for any of several objects (pith/any.h). 0 saves about 150 bytes of code in a build that does
 * not. */
#ifndef PITH_WAIT_ANY
#define PITH_WAIT_ANY 1
#endif

/* 1: semaphores with a limit of their own (pith_sem_init_limited()). 0 saves about 200 bytes of code. */
#ifndef PITH_SEM_LIMITS
#define PITH_SEM_LIMITS 1
#endif

/* Words of thread-local storage per thread. 0..64. 4 bytes each, on each stack. */
#ifndef PITH_TLS_KEYS
#define PITH_TLS_KEYS 2
#endif

/* 1: an MPU region of 32 bytes under the running kernel thread's stack and one under the interrupt stack, so
 * that an overflow faults and is named, and one at address 0. On a core without an MPU 32 bytes of each are
 * a canary, looked at after each switch. 3 instructions a switch, 7 in a build without processes,
 * cooperative threads and time slices; about 170 more without an MPU. */
#ifndef PITH_STACK_GUARDS
#define PITH_STACK_GUARDS 1
#endif

/* 1: a panic says what, where and who, and a fault is decoded; processes tell what they are by sys_info(), and why a
 * program cannot be run is said in a sentence. 0: the machine just stops, and a process's fault is one line of numbers.
 * Saves 3 KB of code, 14 KB with processes. */
#ifndef PITH_REPORTS
#define PITH_REPORTS 1
#endif

/* 0..2. 1: count CPU time per thread, switches, attached interrupts. About 45 instructions a switch. 2: kernel entries, the longest of
 * them and posts, too; about 90 instructions a kernel entry. */
#ifndef PITH_ACCOUNTING
#define PITH_ACCOUNTING 0
#endif

/* n: at the end of every n-th kernel entry the kernel walks all its structures, its heap and its stacks'
 * canaries, and panics with the rule that does not hold; pith_free() panics for what is no block in use;
 * PITH_POOL_CHECK is on. 0..65535, 0: never. For finding who overwrites what: each time about
 * 3,500 instructions, 350 a thread and 40 a block. */
#ifndef PITH_DEBUG_CHECKS
#define PITH_DEBUG_CHECKS 0
#endif

/* Timers that can be armed at once, beside one deadline per thread. 0..60000. 4 bytes each. Without timers and with at
 * most 32 threads a deadline takes no memory and about 250 bytes less code; arming it is then O(threads). */
#ifndef PITH_TIMERS
#define PITH_TIMERS 64
#endif

/* 1: pith_pool_free() panics for a block that is not the pool's or is free already. About 15 instructions a block, and
 * a block is at least 8 bytes. */
#ifndef PITH_POOL_CHECK
#define PITH_POOL_CHECK (PITH_DEBUG_CHECKS > 0)
#endif

/* Objects that can be registered by number and name at once (pith/name.h). 1..4096. 12 bytes each, in a build that
 * registers any. */
#ifndef PITH_NAMES
#define PITH_NAMES 32
#endif

/* Interrupt lines, from line 0 on, that can be attached at run time (pith/irq.h). 1..496. 8 bytes each, in a build
 * that attaches any. */
#ifndef PITH_IRQ_SLOTS
#define PITH_IRQ_SLOTS 32
#endif

/* Interrupt stack (MSP), bytes, multiple of 8. 512..65536. Nested interrupts and the kernel run here. */
#ifndef PITH_ISR_STACK
#define PITH_ISR_STACK 2048
#endif

/* Idle thread's stack, bytes, multiple of 8. 128..65536, 4 more for each of PITH_TLS_KEYS. The idle hook
 * runs here. */
#ifndef PITH_IDLE_STACK
#define PITH_IDLE_STACK 256
#endif

/* Kernel heap, bytes, multiple of 8. 0 or 1024..16777216. Threads made with pith_thread_create() and
 * pith_malloc() live here; of what a process does nothing allocates from it but its working directory's name, at most
 * PITH_PATH_MAX bytes. */
#ifndef PITH_HEAP
#define PITH_HEAP 16384
#endif

/* Processes that can exist at once. 0..64. About 390 bytes each. The MPS2 boards have 16 (boards/mps2/mps2.cmake). */
#ifndef PITH_PROCESSES
#define PITH_PROCESSES 8
#endif

/* Programs that fork() at the same time: families of processes with the same addresses, 2 to 8 each, or 16 if there can be
 * more than 8. 0..64, 0: there is no
 * fork(). About 250 bytes each, and 1 KB for all. */
#ifndef PITH_FAMILIES
#define PITH_FAMILIES (PITH_FILES ? PITH_PROCESSES / 2 : 0)
#endif

/* Milliseconds a member of a family may run while others of its priority wait for its place. 1..1000. */
#ifndef PITH_FAMILY_SHARE
#define PITH_FAMILY_SHARE 5
#endif

/* Threads that all processes together can have, and one process unless it was given fewer. 1..255. About 200 bytes
 * each with an FPU, 135 without. They count against PITH_THREADS as well. */
#ifndef PITH_PROCESS_THREADS
#define PITH_PROCESS_THREADS 24
#endif
#ifndef PITH_PROCESS_THREADS_EACH
#define PITH_PROCESS_THREADS_EACH 16
#endif

/* Milliseconds a process's thread may run while equals of its priority are ready, unless its policy is SCHED_FIFO. 0..10000;
 * 0: until it blocks or yields. Costs one timer interrupt each time, while any thread has had to wait so. */
#ifndef PITH_PROCESS_SLICE
#define PITH_PROCESS_SLICE 20
#endif

/* Shares of the processor that can be given out at once: a process has its own, or is in its parent's, or has all it
 * wants. 0..64, 0: there are none (process/budget.c). 48 bytes each, and 1 KB of code. */
#ifndef PITH_PROCESS_SHARES
#define PITH_PROCESS_SHARES ((PITH_PROCESSES + 1) / 2)
#endif

/* Locks of processes that threads wait for at the same time. 1..255. 24 bytes each. */
#ifndef PITH_PROCESS_LOCKS
#define PITH_PROCESS_LOCKS 16
#endif

/* Semaphores, mutexes, queues, shared memories and devices all processes together can have open. 1..4096. About 80
 * bytes each. */
#ifndef PITH_PROCESS_OBJECTS
#define PITH_PROCESS_OBJECTS 32
#endif

/* 1: objects with names, message queues, shared memory and devices. 0: semaphores and mutexes, by handle alone; saves
 * 4.5 KB of code, and 60 of the 80 bytes. */
#ifndef PITH_SHARED_OBJECTS
#define PITH_SHARED_OBJECTS 1
#endif

/* 1: signals: handlers, masks, alarms, groups that stop and go on. 0: all that one process can do to another is to end
 * it, by sys_kill(). Saves 5.5 KB of code, 20 bytes each thread. */
#ifndef PITH_PROCESS_SIGNALS
#define PITH_PROCESS_SIGNALS 1
#endif

/* Threads of all processes that handle signals on a stack of their own (sigaltstack()) at once. 1..255. 12 bytes each. */
#ifndef PITH_SIGNAL_STACKS
#define PITH_SIGNAL_STACKS 12
#endif

/* 1: services and their table (process/supervise.c), and heartbeats. 0 saves 5 KB of code. They need files. */
#ifndef PITH_SERVICES
#define PITH_SERVICES (PITH_FILES > 0)
#endif

/* Bytes of queues and shared memory a process may make, unless it was given less. 0..16777216. */
#ifndef PITH_OBJECTS_MEMORY
#define PITH_OBJECTS_MEMORY 32768
#endif

/* The longest message of a process's queue, bytes: the kernel copies so many at once. 4..4096. */
#ifndef PITH_MESSAGE_MAX
#define PITH_MESSAGE_MAX 512
#endif

/* Handles one process can have open. 1..255. 4 bytes each, for each process. */
#ifndef PITH_PROCESS_HANDLES
#define PITH_PROCESS_HANDLES 16
#endif

/* Files that all processes together can have open (one that several descriptors share counts once). 32 bytes each. 4..255,
 * or 0: there are none, nor pipes, terminals, execve(); descriptors 0 to 2 are the console, a program is spawned by a name the
 * system knows (process_programs()). Saves 15 KB of code of processes, and fs/. */
#ifndef PITH_FILES
#define PITH_FILES 48
#endif

/* Files of /dev/timer that can be in use at once, each a timer of PITH_TIMERS while it is armed. 0..64, 0: there is no
 * /dev/timer. 40 bytes each. */
#ifndef PITH_TIMER_FILES
#define PITH_TIMER_FILES (PITH_TIMERS ? 8 : 0)
#endif

/* Locks of bytes of files, fcntl() and flock(), that all processes together can have. 0..64, 0: there are none, and who asks for
 * one gets -EINVAL. 20 bytes each, and 200. */
#ifndef PITH_FILE_LOCKS
#define PITH_FILE_LOCKS (PITH_FILES ? 24 : 0)
#endif

/* What the arguments and the environment of a program may take together, bytes, 4 for each string included. What is more than
 * 256 is memory of the new process beyond what its file asks for. 512..1048576. */
#ifndef PITH_ARGUMENTS
#define PITH_ARGUMENTS 65536
#endif

/* Descriptors of one process. 3..20, the last PITH_OPEN_MAX, which POSIX wants. 1 byte each, for each process. */
#ifndef PITH_PROCESS_FILES
#define PITH_PROCESS_FILES 20
#endif

/* What /tmp may hold, bytes, a multiple of PITH_TMPFS_CHUNK; file names and bookkeeping included. 0: there is no /tmp. It
 * is taken of the memory for processes in chunks, when they are needed, and given back. A chunk: a power of two,
 * 1024..65536, at most 64 of them. 8 bytes of kernel memory each, and 300. */
#ifndef PITH_TMPFS
#define PITH_TMPFS 524288
#endif
#ifndef PITH_TMPFS_CHUNK
#define PITH_TMPFS_CHUNK 16384
#endif

/* /data, on boards that have flash memory for it (fs/littlefs.h). Files and directories that can be open there at once, one
 * that is open several times counted once. 1..32. About 500 bytes and a cache each. */
#ifndef PITH_DATA_FILES
#define PITH_DATA_FILES 8
#endif

/* Its caches, bytes, a power of two, at most a block. A file of up to so many bytes (and an eighth of a block) takes no block
 * of its own. 64..4096. */
#ifndef PITH_DATA_CACHE
#define PITH_DATA_CACHE 256
#endif

/* The most blocks its device may have. 64..65536, a multiple of 64. A quarter byte each. */
#ifndef PITH_DATA_BLOCKS
#define PITH_DATA_BLOCKS 256
#endif

/* Blocks that files leave free, so that names can be changed and files deleted when there is no space left. 0..64, at most a
 * sixteenth of the device. */
#ifndef PITH_DATA_RESERVE
#define PITH_DATA_RESERVE 4
#endif

/* Times that a block with names is erased before another takes its place, so that they wear evenly. 1..1000000. */
#ifndef PITH_DATA_CYCLES
#define PITH_DATA_CYCLES 500
#endif

/* What /data may hold, bytes, in whole blocks; 0: what the device has. 0..1073741824. */
#ifndef PITH_DATA_QUOTA
#define PITH_DATA_QUOTA 0
#endif

/* Main stack of a process whose ELF states no wish, bytes, multiple of 8; at least 512 is given. 256..16777216. */
#ifndef PITH_PROCESS_STACK
#define PITH_PROCESS_STACK 4096
#endif

/* Its heap, bytes, multiple of 8. 0..16777216. */
#ifndef PITH_PROCESS_HEAP
#define PITH_PROCESS_HEAP 8192
#endif

/* Console ring buffers, bytes, powers of two. 64..32768. */
#ifndef PITH_TTY_TX
#define PITH_TTY_TX 1024
#endif
#ifndef PITH_TTY_RX
#define PITH_TTY_RX 256
#endif

/* Bytes typed at a terminal that wait for a reader, so the longest line; a power of two. 64..16384. And 1 bit for each
 * byte. */
#ifndef PITH_TTY_LINE
#define PITH_TTY_LINE 256
#endif

/* Bytes a pipe holds, a power of two of at least two times PITH_PIPE_BUF (abi/pith_file.h). 1024..65536. Process memory,
 * while the pipe is open. */
#ifndef PITH_PIPE
#define PITH_PIPE 4096
#endif

/* Derived, not tunable. PITH_PROCESS_SUPPORT is set by the build of the kernel library. */
#ifndef PITH_PROCESS_SUPPORT
#define PITH_PROCESS_SUPPORT (PITH_PROCESSES > 0)
#endif
#if defined(__ARM_FP)
#define PITH_HAS_FPU 1
#else
#define PITH_HAS_FPU 0
#endif
/* Timers of processes: of each its alarm and its watchdog, of each share its period; one tells when the share in use is used
 * up, one when a relative's turn comes. */
#define PITH_PROCESS_TIMERS                                                                                  \
  (PITH_PROCESSES * (PITH_PROCESS_SIGNALS + PITH_SERVICES) + PITH_PROCESS_SHARES +                           \
   (PITH_PROCESS_SHARES > 0) + (PITH_FAMILIES > 0))
#define PITH_DEADLINE_HEAP                                                                                   \
  (PITH_TIMERS > 0 || (PITH_PROCESS_SUPPORT && PITH_PROCESS_TIMERS > 0) || PITH_THREADS > 32)
#define PITH_DOMAINS                                                                                         \
  (PITH_PROCESS_SUPPORT || PITH_COOPERATIVE_THREADS || PITH_TIME_SLICES || PITH_STACK_GUARDS)

/* The version, as /proc/version and uname tell it. */
#define PITH_VERSION "0.4"

#endif
