/* The terminal byte by byte: without echo, without lines, without signals. What it was is restored at the end of the program,
 * however it ends but by SIGKILL. Something that is no terminal is read as it is. */
#ifndef PITH_TERMINAL_H
#define PITH_TERMINAL_H
#include <stdbool.h>
#include <stddef.h>

/* with_signals: Ctrl-C still interrupts. */
void terminal_raw(bool with_signals);
void terminal_restore(void);
/* A byte of standard input, waiting at most ms (negative: for ever); -1: none came, -2: there will be none. */
int terminal_byte(int ms);
/* The same, and bytes to standard output, for who wants them with a context (xmodem.h). */
int terminal_get(void *unused, int ms);
bool terminal_put(void *unused, const void *bytes, size_t n);
unsigned terminal_rows(void);    /* 24 if it does not say */
unsigned terminal_columns(void); /* 80 */
#endif
