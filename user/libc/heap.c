/* realloc() and calloc() in place of newlib's small ones. Those of newlib 3.3 copy as many bytes as the new
 * block has, which reads behind the old one, and behind the heap's end that is a fault; and they multiply
 * without a look at overflow. The rest of malloc is newlib's. user/start.c makes the linker come here first. */
#include <errno.h>
#include <malloc.h>
#include <reent.h>
#include <stdlib.h>
#include <string.h>

void *_realloc_r(struct _reent *r, void *old, size_t size) {
  if (!old)
    return _malloc_r(r, size);
  if (size == 0) {
    _free_r(r, old);
    return NULL;
  }
  size_t had = _malloc_usable_size_r(r, old);
  if (had >= size)
    return old;
  void *new_ = _malloc_r(r, size);
  if (new_) {
    memcpy(new_, old, had);
    _free_r(r, old);
  }
  return new_;
}

void *_calloc_r(struct _reent *r, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    r->_errno = ENOMEM;
    return NULL;
  }
  void *p = _malloc_r(r, bytes);
  return p ? memset(p, 0, bytes) : NULL;
}

void *realloc(void *old, size_t size) { return _realloc_r(_REENT, old, size); }
void *calloc(size_t count, size_t size) { return _calloc_r(_REENT, count, size); }
