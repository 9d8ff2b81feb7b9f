/* What the kernel keeps of a process and of each thread of one, as the sizes of symbols that arm-none-eabi-nm -S shows.
 * Not linked. A process has one thread; its stack is its own memory. */
#include "internal.h"

#define SIZE_OF(name, bytes)                                                                                 \
  extern const char size_##name[bytes];                                                                      \
  const char size_##name[bytes] = {0};
SIZE_OF(process, sizeof(struct process))
#ifdef __ARM_FP
SIZE_OF(process_thread, sizeof(struct process_thread) - sizeof((struct pith_thread *)0)->s16_s31)
#else
SIZE_OF(process_thread, sizeof(struct process_thread))
#endif
