/* The objects of <pthread.h>. All words that threads wait on are here: an object that is all zero is an initialized
 * one, so the initializers are zeros but for a mutex's type, and an object in shared memory serves all who map it. */
#ifndef _SYS__PTHREADTYPES_H_
#define _SYS__PTHREADTYPES_H_
#include <stddef.h>
#include <sys/_types.h>
#include <sys/sched.h>

typedef struct __pith_thread *pthread_t; /* valid until it is joined, or detached and ended */

typedef struct {
  void *__stack; /* 0: from the heap */
  size_t __stack_size, __guard_size;
  int __policy;
  struct sched_param __param;
  unsigned char __detached, __inherit;
} pthread_attr_t;

typedef struct {
  volatile unsigned __word;   /* 0 free, else the owner (abi/pith_process.h) */
  unsigned char __kind;       /* 0: normal and nothing else, what the straight paths are for */
  unsigned char __state;      /* 1: its owner died; 2: for ever unusable */
  unsigned char __ceiling;    /* Pith's number */
  unsigned char __pad;
  unsigned __depth;           /* of a recursive one, less 1 */
  void *__next;               /* the other ceilings its owner holds */
} pthread_mutex_t;

typedef struct {
  unsigned char __type, __protocol, __robust, __shared, __ceiling;
} pthread_mutexattr_t;

typedef struct {
  volatile unsigned __sequence, __waiters;
  unsigned char __clock; /* 0: CLOCK_REALTIME */
} pthread_cond_t;

typedef struct {
  unsigned char __clock, __shared;
} pthread_condattr_t;

typedef struct {
  volatile unsigned __gate, __readers;
} pthread_rwlock_t;

typedef struct {
  unsigned char __shared;
} pthread_rwlockattr_t;

typedef struct {
  volatile unsigned __lock, __round, __leaving;
  unsigned __waiting, __count;
} pthread_barrier_t;

typedef struct {
  unsigned char __shared;
} pthread_barrierattr_t;

typedef volatile unsigned pthread_spinlock_t;
typedef unsigned pthread_key_t;
typedef struct {
  volatile unsigned __word, __done;
} pthread_once_t;
#endif
