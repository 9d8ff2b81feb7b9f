/* Message queues: POSIX.1-2008, on the kernel's objects "/mq/NAME". One goes with the last process that has it open, though
 * nobody has unlinked it. SIGEV_SIGNAL
 * comes without its value; SIGEV_THREAD's function runs in a thread that is made when it is asked for. */
#ifndef PITH_MQUEUE_H
#define PITH_MQUEUE_H
#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MQ_PRIO_MAX 32

typedef struct __pith_mq *mqd_t; /* (mqd_t)-1: none */

struct mq_attr {
  long mq_flags;   /* O_NONBLOCK */
  long mq_maxmsg;  /* messages it holds */
  long mq_msgsize; /* bytes of the longest */
  long mq_curmsgs; /* messages in it */
};

mqd_t mq_open(const char *name, int flags, ...); /* mode_t, struct mq_attr *: NULL is 8 messages of 64 bytes */
int mq_close(mqd_t mq);
int mq_unlink(const char *name);
int mq_send(mqd_t mq, const char *message, size_t length, unsigned priority);
int mq_timedsend(mqd_t mq, const char *message, size_t length, unsigned priority, const struct timespec *until);
ssize_t mq_receive(mqd_t mq, char *message, size_t room, unsigned *priority);
ssize_t mq_timedreceive(mqd_t mq, char *message, size_t room, unsigned *priority, const struct timespec *until);
int mq_getattr(mqd_t mq, struct mq_attr *attr);
int mq_setattr(mqd_t mq, const struct mq_attr *attr, struct mq_attr *old);
int mq_notify(mqd_t mq, const struct sigevent *event);

#ifdef __cplusplus
}
#endif
#endif
