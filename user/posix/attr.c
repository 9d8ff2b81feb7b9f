/* Attributes of threads, mutexes, conditions and the rest: values that are checked and kept. */
#include <errno.h>
#include <pthread.h>
#include "priority.h"

#define GETTER(object, name, type, field)                                                                    \
  int pthread_##object##attr_get##name(const pthread_##object##attr_t *a, type *value) {                      \
    *value = a->field;                                                                                        \
    return 0;                                                                                                 \
  }
/* From 0 to `most`. */
#define SETTER(object, name, field, most)                                                                    \
  int pthread_##object##attr_set##name(pthread_##object##attr_t *a, int value) {                              \
    if (value < 0 || value > (most)) return EINVAL;                                                           \
    a->field = (unsigned char)value;                                                                          \
    return 0;                                                                                                 \
  }
#define MADE(object, ...)                                                                                    \
  int pthread_##object##attr_init(pthread_##object##attr_t *a) {                                              \
    *a = (pthread_##object##attr_t){__VA_ARGS__};                                                             \
    return 0;                                                                                                 \
  }                                                                                                           \
  int pthread_##object##attr_destroy(pthread_##object##attr_t *a) {                                           \
    (void)a;                                                                                                  \
    return 0;                                                                                                 \
  }

MADE(mutex, 0)
GETTER(mutex, type, int, __type)
SETTER(mutex, type, __type, PTHREAD_MUTEX_RECURSIVE)
GETTER(mutex, protocol, int, __protocol)
SETTER(mutex, protocol, __protocol, PTHREAD_PRIO_PROTECT)
GETTER(mutex, robust, int, __robust)
SETTER(mutex, robust, __robust, PTHREAD_MUTEX_ROBUST)
GETTER(mutex, pshared, int, __shared)
SETTER(mutex, pshared, __shared, PTHREAD_PROCESS_SHARED)

int pthread_mutexattr_getprioceiling(const pthread_mutexattr_t *a, int *ceiling) {
  *ceiling = from_pith(a->__ceiling);
  return 0;
}

int pthread_mutexattr_setprioceiling(pthread_mutexattr_t *a, int ceiling) {
  if (!valid_priority(ceiling)) return EINVAL;
  a->__ceiling = (unsigned char)to_pith(ceiling);
  return 0;
}

MADE(cond, 0)
GETTER(cond, pshared, int, __shared)
SETTER(cond, pshared, __shared, PTHREAD_PROCESS_SHARED)

int pthread_condattr_getclock(const pthread_condattr_t *a, clockid_t *clock) {
  *clock = a->__clock ? CLOCK_MONOTONIC : CLOCK_REALTIME;
  return 0;
}

int pthread_condattr_setclock(pthread_condattr_t *a, clockid_t clock) {
  if (clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME) return EINVAL;
  a->__clock = clock == CLOCK_MONOTONIC;
  return 0;
}

MADE(rwlock, 0)
GETTER(rwlock, pshared, int, __shared)
SETTER(rwlock, pshared, __shared, PTHREAD_PROCESS_SHARED)
MADE(barrier, 0)
GETTER(barrier, pshared, int, __shared)
SETTER(barrier, pshared, __shared, PTHREAD_PROCESS_SHARED)

/* pthread_attr_t: the macros with no object's name. */
MADE(, .__stack_size = PTHREAD_STACK_DEFAULT_NP, .__policy = SCHED_OTHER, .__param = {PRIORITY_MIDDLE})
GETTER(, detachstate, int, __detached)
SETTER(, detachstate, __detached, PTHREAD_CREATE_DETACHED)
GETTER(, inheritsched, int, __inherit)
SETTER(, inheritsched, __inherit, PTHREAD_EXPLICIT_SCHED)
GETTER(, schedpolicy, int, __policy)
GETTER(, schedparam, struct sched_param, __param)
GETTER(, stacksize, size_t, __stack_size)
GETTER(, guardsize, size_t, __guard_size)

int pthread_attr_setschedpolicy(pthread_attr_t *a, int policy) {
  if (!valid_policy(policy)) return EINVAL;
  a->__policy = policy;
  return 0;
}

int pthread_attr_setschedparam(pthread_attr_t *a, const struct sched_param *param) {
  if (!valid_priority(param->sched_priority)) return EINVAL;
  a->__param = *param;
  return 0;
}

int pthread_attr_getscope(const pthread_attr_t *a, int *scope) {
  (void)a;
  *scope = PTHREAD_SCOPE_SYSTEM;
  return 0;
}

int pthread_attr_setscope(pthread_attr_t *a, int scope) {
  (void)a;
  if (scope == PTHREAD_SCOPE_SYSTEM) return 0;
  return scope == PTHREAD_SCOPE_PROCESS ? ENOTSUP : EINVAL;
}

int pthread_attr_setstacksize(pthread_attr_t *a, size_t size) {
  if (size < PTHREAD_STACK_MIN) return EINVAL;
  a->__stack_size = size;
  return 0;
}

int pthread_attr_getstack(const pthread_attr_t *a, void **stack, size_t *size) {
  *stack = a->__stack;
  *size = a->__stack_size;
  return 0;
}

int pthread_attr_setstack(pthread_attr_t *a, void *stack, size_t size) {
  if (size < PTHREAD_STACK_MIN || (uintptr_t)stack % 8 || size % 8) return EINVAL;
  a->__stack = stack;
  a->__stack_size = size;
  return 0;
}

/* The kernel guards every stack, as far as its hardware can; the wish is kept. */
int pthread_attr_setguardsize(pthread_attr_t *a, size_t size) {
  a->__guard_size = size;
  return 0;
}
