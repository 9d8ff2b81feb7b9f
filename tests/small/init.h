/* In place of init/init.h, for the tests of the kernel alone: the console, the command line, the end. */
#ifndef PITH_INIT_H
#define PITH_INIT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Prints to the console. Thread. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Starts the kernel and a thread that calls program(argc, argv); its value is the machine's exit status. Boot. */
_Noreturn void init_run(int (*program)(int argc, char *argv[]));
/* Waits until all that was said is out, and stops the machine with a status. Thread. */
_Noreturn void init_exit(int status);
#endif
