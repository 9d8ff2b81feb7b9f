/* Semihosting: files, arguments and the exit status of the host, under QEMU or with a debug probe (Arm
 * "Semihosting for AArch32 and AArch64", 100863).
 *
 * A call is the instruction BKPT 0xAB. Without a host that serves it, it is a HardFault; the kernel's
 * HardFault handler must then, if the faulting code was privileged and the instruction is BKPT 0xAB, put -1
 * into the stacked r0, add 2 to the stacked PC and return. So every function here fails cleanly without a
 * host, once semihost_present() has been asked from outside the fault handlers. A host call
 * stops the whole machine, interrupts included, until the host answers.
 * Privileged code only; any context but a handler at HardFault's priority or above. */
#ifndef PITH_DRIVERS_SEMIHOST_H
#define PITH_DRIVERS_SEMIHOST_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How semihost_open() opens: the numbers of fopen's "rb", "rb+", "wb" and "ab" in the standard. */
enum semihost_mode { SEMIHOST_READ = 1, SEMIHOST_UPDATE = 3, SEMIHOST_WRITE = 5, SEMIHOST_APPEND = 9 };

/* From now on calls of threads are made through m, which runs f(a, b, c) where no thread can come in between:
 * pith_monitor(). Before, none runs beside the caller. */
typedef long semihost_monitor(long (*f)(long, long, long), long a, long b, long c);
void semihost_through(semihost_monitor *m);

/* Is there a host? Asked once, then remembered: the first call needs the kernel's HardFault handler, which
 * works after pith_init(). The boot report makes it. */
bool semihost_present(void);

/* The command line as the host gives it, NUL-terminated, into buf of n bytes. Its length, or -ENODEV (no
 * host) or -ENAMETOOLONG (does not fit). */
int semihost_cmdline(char *buf, size_t n);

/* The command line as arguments: splits buf at spaces and replaces each %XX (two hex digits) in an argument
 * by that byte, so that whoever starts the machine can pass an argument with spaces in it by encoding ' ' and
 * '%' (and, on QEMU's command line, ','). "%" alone, of nothing, stands for an empty argument. Fills argv[0
 * .. count-1], which point into buf; the count, at most max, or -ENODEV, -ENAMETOOLONG, or -E2BIG (more than
 * max). */
int semihost_args(char *buf, size_t n, char *argv[], int max);

/* Files of the host. open: a handle (0 or more) or -errno as the host has it, -ENODEV without a host; path
 * ends with a NUL. read, write: bytes moved, 0 at the end of the file, or -errno. length: bytes; seek: to
 * that byte; close, remove: 0 or -errno. */
int semihost_open(const char *path, enum semihost_mode mode);
long semihost_read(int handle, void *buf, size_t n);
long semihost_write(int handle, const void *buf, size_t n);
long semihost_length(int handle);
int semihost_seek(int handle, uint32_t position);
int semihost_close(int handle);
int semihost_remove(const char *path);

/* Ends the emulator, or the debugger's run, with status. Returns only if there is no host. */
void semihost_exit(int status);
#endif
