/* What the tables of a C or C++ object built for unwinding refer to (IHI 0038, "The personality routine"). app.ld
 * leaves the tables out, since nothing unwinds, but their references would make the linker take the unwinder out of
 * libgcc, which holds absolute addresses. */
#include <stdlib.h>

void __aeabi_unwind_cpp_pr0(void);
void __aeabi_unwind_cpp_pr1(void);
void __aeabi_unwind_cpp_pr2(void);

void __aeabi_unwind_cpp_pr0(void) { abort(); }
void __aeabi_unwind_cpp_pr1(void) { abort(); }
void __aeabi_unwind_cpp_pr2(void) { abort(); }
