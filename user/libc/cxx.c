/* What a C++ compiler calls, without a C++ library: operators new and delete over malloc, and the rest
 * that static objects and virtual functions need. The names are the ABI's (Itanium C++ ABI 5.1.5, with
 * size_t as j), so that no C++ compiler is needed to build this. Exceptions, RTTI and thread-safe statics
 * are off in applications; a new that finds no memory ends the process, one with std::nothrow returns null. */
#include <stdlib.h>

void *__dso_handle __attribute__((visibility("hidden")));

void *_Znwj(size_t size);
void *_Znaj(size_t size);
void _ZdlPv(void *p);
void _ZdaPv(void *p);
void _ZdlPvj(void *p, size_t size);
void _ZdaPvj(void *p, size_t size);
void *_ZnwjRKSt9nothrow_t(size_t size, const void *nothrow);
void *_ZnajRKSt9nothrow_t(size_t size, const void *nothrow);
void _ZdlPvRKSt9nothrow_t(void *p, const void *nothrow);
void _ZdaPvRKSt9nothrow_t(void *p, const void *nothrow);
void __cxa_pure_virtual(void);
void __cxa_deleted_virtual(void);
_Bool _ZNSt19_Sp_make_shared_tag5_S_eqERKSt9type_info(const void *type);

const char _ZSt7nothrow; /* std::nothrow, an empty object */

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

/* The same with std::nothrow */
void *_ZnwjRKSt9nothrow_t(size_t size, const void *nothrow) {
  (void)nothrow;
  return malloc(size ? size : 1);
}
void *_ZnajRKSt9nothrow_t(size_t size, const void *nothrow) { return _ZnwjRKSt9nothrow_t(size, nothrow); }
void _ZdlPvRKSt9nothrow_t(void *p, const void *nothrow) {
  (void)nothrow;
  free(p);
}
void _ZdaPvRKSt9nothrow_t(void *p, const void *nothrow) {
  (void)nothrow;
  free(p);
}

void __cxa_pure_virtual(void) { abort(); }
void __cxa_deleted_virtual(void) { abort(); }

/* std::_Sp_make_shared_tag::_S_eq(), with which make_shared() knows itself where there is RTTI */
_Bool _ZNSt19_Sp_make_shared_tag5_S_eqERKSt9type_info(const void *type) {
  (void)type;
  return 0;
}
