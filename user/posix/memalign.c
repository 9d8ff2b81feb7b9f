/* Memory at a multiple of what POSIX lets one ask for. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

int posix_memalign(void **to, size_t align, size_t size) {
  if (align < sizeof(void *) || align & (align - 1)) return EINVAL;
  int before = errno;
  void *p = memalign(align, size);
  errno = before;
  if (!p) return ENOMEM;
  *to = p;
  return 0;
}

int getpagesize(void) { return (int)sysconf(_SC_PAGESIZE); }
