/* The boot report: what the machine is and how it was set up, in sentences and aligned columns. */
#ifndef PITH_INIT_REPORT_H
#define PITH_INIT_REPORT_H

/* Prints the report through put(ctx, c), about 22 lines of less than 100 columns. Everything in it is read
 * from the hardware or the linker at the time of the call. Boot, after pith_init(). */
void report_boot(void (*put)(void *ctx, char c), void *ctx);
#endif
