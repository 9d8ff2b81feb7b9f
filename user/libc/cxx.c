/* What a C++ compiler calls, without a C++ library: operators new and delete over malloc, and the rest
 * that static objects and virtual functions need. The names are the ABI's (Itanium C++ ABI 5.1.5, with
 * size_t as j), so that no C++ compiler is needed to build this. Exceptions, RTTI and thread-safe statics
 * are off in applications; a new that finds no memory ends the process. */
#include <stdlib.h>

void *__dso_handle __attribute__((visibility("hidden")));

void *_Znwj(size_t size);
void *_Znaj(size_t size);
void _ZdlPv(void *p);
void _ZdaPv(void *p);
void _ZdlPvj(void *p, size_t size);
void _ZdaPvj(void *p, size_t size);
void __cxa_pure_virtual(void);

/* operator new(size_t) */
void *_Znwj(size_t size) {
  void *p = malloc(size ? size : 1);
  if (!p)
    abort();
  return p;
}

/* operator new[](size_t) */
void *_Znaj(size_t size) { return _Znwj(size); }

/* operator delete(void *), delete[](void *), and both with a size */
void _ZdlPv(void *p) { free(p); }
void _ZdaPv(void *p) { free(p); }
void _ZdlPvj(void *p, size_t size) {
  (void)size;
  free(p);
}
void _ZdaPvj(void *p, size_t size) {
  (void)size;
  free(p);
}

void __cxa_pure_virtual(void) { abort(); }
