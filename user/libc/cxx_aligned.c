/* operator new and delete of types that ask for more than 8 bytes of alignment; cxx.c says more. Apart from it, so that
 * memalign() comes to those alone who need it. */
#include <malloc.h>
#include <stdlib.h>

void *_ZnwjSt11align_val_t(size_t size, size_t align);
void *_ZnajSt11align_val_t(size_t size, size_t align);
void _ZdlPvSt11align_val_t(void *p, size_t align);
void _ZdaPvSt11align_val_t(void *p, size_t align);
void _ZdlPvjSt11align_val_t(void *p, size_t size, size_t align);
void _ZdaPvjSt11align_val_t(void *p, size_t size, size_t align);

void *_ZnwjSt11align_val_t(size_t size, size_t align) {
  void *p = memalign(align, size ? size : 1);
  if (!p)
    abort();
  return p;
}
void *_ZnajSt11align_val_t(size_t size, size_t align) { return _ZnwjSt11align_val_t(size, align); }

void _ZdlPvSt11align_val_t(void *p, size_t align) {
  (void)align;
  free(p);
}
void _ZdaPvSt11align_val_t(void *p, size_t align) { _ZdlPvSt11align_val_t(p, align); }
void _ZdlPvjSt11align_val_t(void *p, size_t size, size_t align) {
  (void)size;
  _ZdlPvSt11align_val_t(p, align);
}
void _ZdaPvjSt11align_val_t(void *p, size_t size, size_t align) { _ZdlPvjSt11align_val_t(p, size, align); }
