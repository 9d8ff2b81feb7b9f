/* The host as a core: what a unit test steers and sees. The kernel's files are compiled unchanged, under the
 * sanitizers, for the machine that builds them.
 *
 * Threads do not run: the test is every thread in turn. A call made as the current thread enters the fake
 * SVC, which runs the kernel's function, then PendSV if it is pended, then switches as the assembly does; who
 * is current afterwards is what the test asks. HOST_AS() makes a call as a thread and says what came of it.
 *
 * The kernel keeps addresses in 32-bit words, so every object must lie below 2 GB: the tests are linked at
 * fixed addresses (-no-pie) and run on a static stack (host_main()); nothing comes from malloc().
 *
 * An interrupt can come at any point: between the load and the store of an atomic operation, after it, and at
 * the entry of every basic block of the kernel, which is compiled with -fsanitize-coverage=trace-pc.
 * host_inject(n, isr) lets isr run at the n-th of them. As in the hardware an exception clears the exclusive
 * monitor, so that the store fails and the operation is tried again. */
#ifndef PITH_HOST_H
#define PITH_HOST_H
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

struct pith_thread;

/* Runs test() on a stack below 2 GB and returns its result. */
int host_main(int (*test)(void));
/* The machine as after reset, clock 0; then pith_init(). */
void host_reset(void);
/* Regions of its MPU: 8. 0, before host_start(): it has none, and the kernel looks after the stacks. */
extern unsigned host_mpu_regions;
/* pith_start(): the most urgent thread is current. */
void host_start(void);

/* ---- calls ---- */

/* What a call came to if it did not return. */
enum { HOST_BLOCKED = -100001, HOST_PANIC = -100002 };
/* The value of `call`, made as `thread`, which must be running; HOST_BLOCKED if the thread waits or has
 * ended: when its wait is over host_result() tells what the call returns to it; HOST_PANIC: see
 * host_panic_text. */
#define HOST_AS(thread, call)                                                                                \
  ({                                                                                                         \
    host_is_running(thread, #thread, __FILE__, __LINE__);                                                    \
    volatile long host_value_ = setjmp(host_jump);                                                           \
    host_jump_set = true;                                                                                    \
    if (!host_value_) host_value_ = (long)(call);                                                            \
    host_jump_set = false;                                                                                   \
    (long)host_value_;                                                                                       \
  })
/* r0 of t's frame: what its last call returns to it. */
long host_result(const struct pith_thread *t);
extern char host_panic_text[256];

/* ---- interrupts and time ---- */

/* Runs isr as an interrupt's handler, then PendSV if pended and the switch. */
void host_interrupt(void (*isr)(void));
/* Lets isr interrupt at the n-th point from now, 1 the next. In a thread it does not switch: the thread's
 * next call does, or host_settle(). 0: not any more. */
void host_inject(uint32_t n, void (*isr)(void));
/* Set by a test: then it does switch, if the interrupt in a thread has made a more urgent one ready. The
 * function is what other threads do meanwhile; it ends when the interrupted thread would go on. */
extern void (*host_others)(void);
/* The last one has come. */
bool host_injected(void);
/* Applies what is pended and switches. */
void host_settle(void);
/* The clock goes on by so many ticks, its interrupts come when they are due. */
void host_advance(int64_t ticks);
/* The deadline the kernel has asked for last. */
int64_t host_deadline(void);

/* ---- for the files of the fake core ---- */

/* An interrupt may come here. */
void host_point(void);
/* What LDREX does besides loading; and STREX: true if the store may be made, nothing has come since. */
void host_monitor_open(void);
bool host_monitor_close(void);

/* ---- for the macro above, and for the kernel's own rules ---- */

extern jmp_buf host_jump;
extern bool host_jump_set;
void host_is_running(struct pith_thread *t, const char *name, const char *file, int line);
/* Called at every exit of the kernel; a test may set it. */
extern void (*host_at_exit)(void);
#endif
