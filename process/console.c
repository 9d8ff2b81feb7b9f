/* Descriptors of a system without files: 0, 1 and 2 are the console, and there are no others. */
#include "calls.h"
#include "internal.h"

#if !PITH_FILES
enum { DESCRIPTORS = 3 };

static long check(uint32_t fd, bool good) { return fd >= DESCRIPTORS ? -EBADF : good ? thread_may_wait() : -EFAULT; }

long p_call_write(uint32_t fd, uint32_t buf, uint32_t length) {
  long error = check(fd, k_user_readable(K->current->domain, (struct uslice){buf, length}));

  return error ? error : process_console->write((const void *)(uintptr_t)buf, length);
}

long p_call_read(uint32_t fd, uint32_t buf, uint32_t length) {
  long error = check(fd, k_user_writable(K->current->domain, (struct uslice){buf, length}));

  return error ? error : process_console->read((void *)(uintptr_t)buf, length);
}

long p_call_close(uint32_t handle) { return handle_close(process_current(), handle); }
#endif
