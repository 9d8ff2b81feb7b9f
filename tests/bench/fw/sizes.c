/* The size of each structure, as the size of a symbol that arm-none-eabi-nm -S shows. Not linked. */
#include "pith/mutex.h"
#include "pith/sem.h"
#include "pith/thread.h"
#include "pith/timer.h"

#define SIZE_OF(name, bytes)                                                                                 \
  extern const char size_##name[bytes];                                                                      \
  const char size_##name[bytes] = {0};
SIZE_OF(thread_with_fpu, sizeof(struct pith_thread))
#ifdef __ARM_FP
SIZE_OF(thread, sizeof(struct pith_thread) - sizeof((struct pith_thread *)0)->s16_s31)
#else
SIZE_OF(thread, sizeof(struct pith_thread))
#endif
SIZE_OF(sem, sizeof(struct pith_sem))
SIZE_OF(mutex, sizeof(struct pith_mutex))
SIZE_OF(timer, sizeof(struct pith_timer))
