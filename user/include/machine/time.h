/* What clock() counts in: XSI says a million. newlib's is a hundred. */
#ifndef PITH_MACHINE_TIME_H
#define PITH_MACHINE_TIME_H
#define _CLOCKS_PER_SEC_ 1000000
#endif
