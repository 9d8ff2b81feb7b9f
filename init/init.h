/* The firmware's own program: what happens between the boot report and the end. */
#ifndef PITH_INIT_H
#define PITH_INIT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "process.h"

/* Prints to the console. Thread. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Brings up the kernel's outside: report before the kernel runs, then a thread that starts the console
 * and the process service and calls program(argc, argv), whose value is the machine's exit status. */
_Noreturn void init_run(int (*program)(int argc, char *argv[]));
/* Waits until all that was said is out, and stops the machine with a status. Thread. */
_Noreturn void init_exit(int status);

/* Starts a file of the built-in image, says where it was loaded. The process number, or a negative errno
 * that has been reported in one line. Thread. */
int run_builtin(const char *name, const char *const argv[]);
/* Starts the image's shell, without a word about where. */
int start_shell(const char *const argv[]);
/* The same as run_builtin() for a file of the host, by semihosting. It is read into process memory, which *memory (freed by
 * the caller after the process has ended) points to. */
int run_host(const char *path, const char *const argv[], void **memory);
/* Waits for a process; its exit status as a shell would have it: 0-255, 139 for a fault, 137 killed. Thread. */
int finish(int pid);
/* Runs each program of a list, a file of the host with a path per line, when the one before has ended; none
 * longer than limit_ms. A line about each, by its number, and one of sums: "list: 3 exited 0, 12 ms", "list: 4
 * faulted, 0 ms". 0 if all exited with 0 and gave their memory back, 1 if not, 2 if the list cannot be read. Thread. */
int run_list(const char *path, uint32_t limit_ms);
/* One line: how much memory is free. Thread. */
void say_free(void);

/* Makes the tree of files, with the console in it. piped: what comes there is no keys, so no echo, no signals, but lines and
 * the end of the input as ever. Thread, before process_init(). */
void mount_all(bool piped);
/* The terminal behind the console has this size. Thread. */
void resize_console(unsigned rows, unsigned columns);
/* /host, as --host asks for it; what it names stays. 0 or negative errno. Thread. */
int mount_host(const char *control);
/* The sensor of init/sensor.c, a reading each ms milliseconds, 1..10000 (its jitter is measured in cycles, 32 bits). 0 or negative errno. Thread, once, after process_init(). */
int sensor_start(uint32_t ms);
/* /data, on the board's memory for it. file: of the host, which keeps the contents where that is only modelled; NULL: none.
 * format: made anew, whatever was there is lost. Negative errno, told in one line; silent: not if the board has none. Thread. */
int mount_data(const char *file, bool format, bool silent);

/* The programs. */
int demo(bool stay);
#endif
