/* The kernel's error numbers are newlib's. The kernel's definitions are read after newlib's: one that
 * differs redefines a macro with another value, which the compiler refuses (-Werror), and tells which. */
#include <errno.h>
#include "freestanding.h"
#include "pith_errno.h"

#ifndef EOWNERDEAD
#error "the error numbers of the ABI were not read"
#endif
