/* Makes abi/pith_errno.h give the kernel's own values to errno_check.c. As a system header it may
 * redefine what the compiler has defined. */
#pragma GCC system_header
#undef __STDC_HOSTED__
#define __STDC_HOSTED__ 0
