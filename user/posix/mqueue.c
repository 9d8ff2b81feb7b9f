/* Message queues, on the kernel's. */
#include <mqueue.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include "clock.h"
#include "named.h"
#include "result.h"

#define NONE ((mqd_t)-1)

/* One that is closed stays, to be the next that is opened: so a descriptor that is none any more is noticed. */
struct __pith_mq {
  struct __pith_mq *next; /* of those that are closed */
  long handle;            /* -1: closed */
  int flags; /* O_NONBLOCK */
  struct notice *notice;
};

/* What a thread waits for to call a function. Who takes it back leaves it to that thread. */
struct notice {
  mqd_t mq; /* 0: taken back */
  long handle;
  void (*function)(union sigval);
  union sigval value;
};

static volatile unsigned lock; /* of notices and of: */
static struct __pith_mq *closed;

static bool is_open(mqd_t mq) { return mq && mq != NONE && mq->handle >= 0; }

static mqd_t get(void) {
  word_lock(&lock);
  mqd_t mq = closed;
  if (mq) closed = mq->next;
  word_unlock(&lock);
  return mq ? mq : malloc(sizeof *mq);
}

static void put_back(mqd_t mq) {
  word_lock(&lock);
  mq->handle = -1;
  mq->next = closed;
  closed = mq;
  word_unlock(&lock);
}

mqd_t mq_open(const char *name, int flags, ...) {
  const struct mq_attr *attr = NULL;
  mode_t mode = 0;
  if (flags & O_CREAT) {
    va_list more;
    va_start(more, flags);
    mode = (mode_t)va_arg(more, unsigned);
    attr = va_arg(more, const struct mq_attr *);
    va_end(more);
  }
  if (attr && (attr->mq_maxmsg <= 0 || attr->mq_msgsize <= 0)) return errno = EINVAL, NONE;
  mqd_t mq = get();
  if (!mq) return errno = ENOMEM, NONE;
  mq->notice = NULL;
  mq->flags = flags & O_NONBLOCK;
  mq->handle = object_open(PITH_OBJECT_QUEUE, "/mq", name, flags, mode, object_rights(flags),
                           attr ? (unsigned)attr->mq_maxmsg : 8, attr ? (unsigned)attr->mq_msgsize : 64);
  if (mq->handle >= 0) return mq;
  errno = (int)-mq->handle;
  put_back(mq);
  return NONE;
}

static void take_back(mqd_t mq) {
  word_lock(&lock);
  if (mq->notice) mq->notice->mq = NULL;
  mq->notice = NULL;
  word_unlock(&lock);
}

int mq_close(mqd_t mq) {
  if (!is_open(mq)) return (int)result(-EBADF);
  take_back(mq);
  long r = sys_close(mq->handle);
  if (r == 0) put_back(mq);
  return (int)result(r);
}

int mq_unlink(const char *name) { return (int)result(object_unlink("/mq", name)); }

/* A handle without the right is a descriptor that is not open for it. */
static long try(mqd_t mq, struct pith_message *m, bool receive, long long timeout) {
  long r = receive ? sys_mq_receive(mq->handle, m, timeout) : sys_mq_send(mq->handle, m, timeout);
  return r == -EPERM ? -EBADF : r;
}

/* Sends or receives. First without waiting: then a time that is none does not matter, nor does O_NONBLOCK. */
static long move(mqd_t mq, struct pith_message *m, bool receive, const struct timespec *until) {
  int64_t deadline;
  long r;
  if (!is_open(mq)) return -EBADF;
  wait_starts();
  r = try(mq, m, receive, 0);
  if (r == -ECANCELED) cancel_test();
  if (r != -ETIMEDOUT && r != -ECANCELED) return r;
  if (mq->flags & O_NONBLOCK) return -EAGAIN;
  if (!clock_deadline(CLOCK_REALTIME, until, &deadline)) return -EINVAL;
  do r = try(mq, m, receive, clock_left(deadline));
  while (again_restart(r));
  return r;
}

int mq_timedsend(mqd_t mq, const char *message, size_t length, unsigned priority,
                 const struct timespec *until) {
  struct pith_message m = {(uint32_t)(uintptr_t)message, length, priority};
  if (priority >= MQ_PRIO_MAX) return (int)result(-EINVAL);
  return (int)result(move(mq, &m, false, until));
}

int mq_send(mqd_t mq, const char *message, size_t length, unsigned priority) {
  return mq_timedsend(mq, message, length, priority, NULL);
}

ssize_t mq_timedreceive(mqd_t mq, char *message, size_t room, unsigned *priority,
                        const struct timespec *until) {
  struct pith_message m = {(uint32_t)(uintptr_t)message, room, 0};
  long r = move(mq, &m, true, until);
  if (r >= 0 && priority) *priority = m.priority;
  return (ssize_t)result(r);
}

ssize_t mq_receive(mqd_t mq, char *message, size_t room, unsigned *priority) {
  return mq_timedreceive(mq, message, room, priority, NULL);
}

int mq_getattr(mqd_t mq, struct mq_attr *attr) {
  struct pith_info_object o;
  if (!is_open(mq)) return (int)result(-EBADF);
  long r = sys_info(PITH_INFO_OBJECT, (unsigned)mq->handle, &o, sizeof o);
  if (r < 0) return (int)result(r);
  *attr = (struct mq_attr){mq->flags, (long)o.most, (long)o.size, (long)o.count};
  return 0;
}

int mq_setattr(mqd_t mq, const struct mq_attr *attr, struct mq_attr *old) {
  if (old && mq_getattr(mq, old) < 0) return -1;
  if (!is_open(mq)) return (int)result(-EBADF);
  mq->flags = (int)attr->mq_flags & O_NONBLOCK;
  return 0;
}

/* -EINVAL: told, and somebody else has asked to be told next before this thread came to it. */
static void *wait_for_message(void *notice) {
  struct notice *n = notice;
  long r;
  do r = sys_mq_notify(n->handle, PITH_NOTIFY_WAIT, PITH_WAIT_FOREVER);
  while (r == -EINTR || r == -ECANCELED);
  word_lock(&lock);
  bool told = (r == 0 || r == -EINVAL) && n->mq;
  if (n->mq) n->mq->notice = NULL;
  word_unlock(&lock);
  if (told) n->function(n->value);
  free(n);
  return NULL;
}

/* With all signals blocked: they are for the program's own threads. */
static int start_waiter(struct notice *n, const pthread_attr_t *asked) {
  pthread_attr_t attr;
  pthread_t thread;
  sigset_t every = ~0ul, before;
  pthread_attr_init(&attr);
  if (asked) attr = *asked;
  attr.__detached = 1;
  pthread_sigmask(SIG_SETMASK, &every, &before);
  int error = pthread_create(&thread, &attr, wait_for_message, n);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return error;
}

static long notify_by_thread(mqd_t mq, const struct sigevent *e) {
  if (!e->sigev_notify_function) return -EINVAL;
  struct notice *n = malloc(sizeof *n);
  if (!n) return -ENOMEM;
  *n = (struct notice){mq, mq->handle, e->sigev_notify_function, e->sigev_value};
  word_lock(&lock);
  long r = sys_mq_notify(mq->handle, PITH_NOTIFY_WAITER, 0);
  if (r == 0) {
    r = -start_waiter(n, e->sigev_notify_attributes);
    if (r) sys_mq_notify(mq->handle, 0, 0);
  }
  if (r == 0) mq->notice = n;
  word_unlock(&lock);
  if (r) free(n);
  return r;
}

int mq_notify(mqd_t mq, const struct sigevent *e) {
  if (!is_open(mq)) return (int)result(-EBADF);
  if (e && e->sigev_notify == SIGEV_THREAD) return (int)result(notify_by_thread(mq, e));
  if (e && e->sigev_notify == SIGEV_SIGNAL && e->sigev_signo <= 0) return (int)result(-EINVAL);
  if (e && e->sigev_notify != SIGEV_SIGNAL && e->sigev_notify != SIGEV_NONE) return (int)result(-EINVAL);
  if (!e) take_back(mq);
  return (int)result(sys_mq_notify(mq->handle,
                                   !e                                ? 0
                                   : e->sigev_notify == SIGEV_SIGNAL ? e->sigev_signo
                                                                     : PITH_NOTIFY_WAITER,
                                   0));
}
