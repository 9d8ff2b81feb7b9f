/* Message queues of processes: messages of any length up to the queue's, the most urgent first, then the oldest.
 *
 * Slots lie in the process memory, which no process can reach. A waiting thread keeps its arguments in its frame and
 * its struct pith_message in its memory; who makes room or brings a message completes the call for it, so all of
 * that is read and checked again then.
 *
 * One process may be told of a message that comes to an empty queue where nobody waits: by a signal, or by the end of a wait.
 * Closing the queue takes the wish back, so a process that has ended has none. */
#include "calls.h"
#include "mem.h"
#include "object.h"
#include "pith/monitor.h"

#if PITH_SHARED_OBJECTS
struct slot {
  uint16_t next; /* + 1 */
  uint16_t length;
  uint32_t priority;
  uint8_t data[];
};

enum { PRIORITY_MAX = 31 };

static uint32_t slot_size(uint32_t size) { return sizeof(struct slot) + ((size + 3) & ~3u); }

uint32_t queue_memory(uint32_t messages, uint32_t size) { return messages * slot_size(size); }

static struct slot *slot(const struct queue *q, uint32_t n) {
  return (struct slot *)(uintptr_t)(q->memory + (n - 1) * slot_size(q->size));
}

void queue_init(struct queue *q, uint32_t memory, uint32_t messages, uint32_t size) {
  *q = (struct queue){.memory = memory, .size = size, .room = (uint16_t)messages, .free = 1};
  for (uint32_t i = 1; i <= messages; i++) slot(q, i)->next = (uint16_t)(i < messages ? i + 1 : 0);
}

void queue_end(struct queue *q) {
  k_wake_all(&q->senders, -EIDRM);
  k_wake_all(&q->receivers, -EIDRM);
}

/* ---- who is told of a message ---- */

static struct k_waitq told_waiters; /* of all queues: wait_data says of which */

static struct process *notified(const struct queue *q) {
  return q->notified ? &process_table[q->notified - 1] : NULL;
}

static bool end_wait(const struct queue *q, const struct process *p, long result) {
  struct pith_thread *t = told_waiters.head;

  for (; t; t = t->next == told_waiters.head ? NULL : t->next) {
    if (t->wait_data != q || t->domain != &p->domain) continue;
    k_wake_with(t, result);
    return true;
  }
  return false;
}

void queue_forget(struct queue *q, const struct process *p) {
  if (notified(q) != p) return;
  q->notified = 0;
  while (end_wait(q, p, -EIDRM)) continue;
}

static void notify(struct queue *q) {
  struct process *p = notified(q);

  if (!p || q->told) return;
  if (!q->signal && !end_wait(q, p, 0)) {
    q->told = 1;
    return;
  }
  q->notified = 0;
  if (q->signal) signal_send(p, q->signal);
}

/* Behind those as urgent: from the back, as most messages go there. */
static void insert(struct queue *q, uint16_t n) {
  struct slot *s = slot(q, n);
  uint16_t *link = &q->first;

  if (q->last && slot(q, q->last)->priority >= s->priority) link = &slot(q, q->last)->next;
  while (*link && slot(q, *link)->priority >= s->priority) link = &slot(q, *link)->next;
  s->next = *link;
  *link = n;
  if (!s->next) q->last = n;
  q->count++;
}

/* ---- on behalf of a thread, whose call is being made or waits ---- */

static long get_message(const struct k_domain *d, uint32_t at, struct pith_message *m) {
  return k_copy_from_user(d, m, (struct uslice){at, sizeof *m});
}

/* The first free slot, filled already. */
static void publish(struct queue *q, uint32_t length, uint32_t priority) {
  uint16_t n = q->free;
  struct slot *s = slot(q, n);

  q->free = s->next;
  s->length = (uint16_t)length;
  s->priority = priority;
  insert(q, n);
  if (q->count == 1 && !q->receivers.head) notify(q);
}

/* There is a free slot. */
static long put(struct queue *q, const struct k_domain *d, uint32_t at) {
  struct pith_message m;
  long error = get_message(d, at, &m);

  if (error) return error;
  if (m.length > q->size) return -EMSGSIZE;
  if (m.priority > PRIORITY_MAX) return -EINVAL;
  error = k_copy_from_user(d, slot(q, q->free)->data, (struct uslice){m.data, m.length});
  if (error) return error;
  publish(q, m.length, m.priority);
  return 0;
}

/* There is a message. It stays there if it cannot be handed over. */
static long take(struct queue *q, const struct k_domain *d, uint32_t at) {
  struct pith_message m;
  uint16_t n = q->first;
  struct slot *s = slot(q, n);
  long error = get_message(d, at, &m), length = s->length;

  if (error) return error;
  if (m.length < q->size) return -EMSGSIZE;
  if (!k_user_writable(d, (struct uslice){at, sizeof m})) return -EFAULT;
  error = k_copy_to_user(d, (struct uslice){m.data, s->length}, s->data);
  if (error) return error;
  m.length = s->length;
  m.priority = s->priority;
  k_copy_to_user(d, (struct uslice){at, sizeof m}, &m);
  q->first = s->next;
  if (!q->first) q->last = 0;
  q->count--;
  s->next = q->free;
  q->free = n;
  return length;
}

static uint32_t argument(const struct pith_thread *t) {
  const struct arch_frame *f = (const struct arch_frame *)(void *)t->sp;

  return k_user_readable(t->domain, (struct uslice){K_WORD(f), sizeof *f}) ? f->r1 : 0;
}

/* Serves who waits, now that there is a message or room; one that cannot be served gets its error. */
static void settle(struct queue *q) {
  bool moved = true;

  while (moved) {
    moved = false;
    if (q->first && q->receivers.head) {
      struct pith_thread *t = q->receivers.head;

      if (k_paged(t->domain)) family_again((struct process_thread *)t);
      else k_wake_with(t, take(q, t->domain, argument(t)));
      moved = true;
    }
    if (q->free && q->senders.head) {
      struct pith_thread *t = q->senders.head;

      if (k_paged(t->domain)) family_again((struct process_thread *)t);
      else k_wake_with(t, put(q, t->domain, argument(t)));
      moved = true;
    }
  }
}

/* ---- the system's own side ---- */

struct sending {
  const void *data;
  uint32_t length, priority;
};

static long send(long object, long sending, long unused) {
  struct queue *q = &((struct object *)object)->queue;
  const struct sending *m = (const struct sending *)sending;

  (void)unused;
  if (!q->free) return -EAGAIN;
  memcpy(slot(q, q->free)->data, m->data, m->length);
  publish(q, m->length, m->priority);
  settle(q);
  return 0;
}

int process_queue_send(struct process_queue *q, const void *message, uint32_t length, uint32_t priority) {
  struct sending m = {message, length, priority};

  if (length > ((struct object *)q)->queue.size) return -EMSGSIZE;
  if (priority > PRIORITY_MAX) return -EINVAL;
  return (int)pith_monitor(send, (long)q, (long)&m, 0);
}

/* ---- calls ---- */

long p_call_mq_send(uint32_t handle, uint32_t message, int64_t us) {
  const struct k_domain *d = K->current->domain;
  struct pith_message m;
  long error;
  struct object *o = handle_get(process_current(), handle, PITH_OBJECT_QUEUE, PITH_RIGHT_SIGNAL, &error);

  if (!o) return error;
  if (o->queue.free) {
    error = put(&o->queue, d, message);
    if (!error) settle(&o->queue);
    return error;
  }
  error = get_message(d, message, &m);
  if (!error && m.length > o->queue.size) error = -EMSGSIZE;
  if (!error && m.priority > PRIORITY_MAX) error = -EINVAL;
  if (!error && !k_user_readable(d, (struct uslice){m.data, m.length})) error = -EFAULT;
  if (!error) error = thread_may_wait();
  thread_keep(thread_current(), handle);
  return error ? error : k_wait(&o->queue.senders, process_deadline(us));
}

long p_call_mq_receive(uint32_t handle, uint32_t message, int64_t us) {
  const struct k_domain *d = K->current->domain;
  struct pith_message m;
  long error;
  struct object *o = handle_get(process_current(), handle, PITH_OBJECT_QUEUE, PITH_RIGHT_WAIT, &error);

  if (!o) return error;
  if (o->queue.first) {
    error = take(&o->queue, d, message);
    if (error >= 0) settle(&o->queue);
    return error;
  }
  error = get_message(d, message, &m);
  if (!error && m.length < o->queue.size) error = -EMSGSIZE;
  if (!error && !k_user_writable(d, (struct uslice){m.data, m.length})) error = -EFAULT;
  if (!error && !k_user_writable(d, (struct uslice){message, sizeof m})) error = -EFAULT;
  if (!error) error = thread_may_wait();
  thread_keep(thread_current(), handle);
  return error ? error : k_wait(&o->queue.receivers, process_deadline(us));
}

static long wait_to_be_told(struct queue *q) {
  if (notified(q) != process_current() || q->signal) return -EINVAL;
  if (!q->told) return 1;
  q->notified = 0;
  return 0;
}

long p_call_mq_notify(uint32_t handle, int what, int64_t us) {
  struct process *p = process_current();
  long error;
  struct object *o = handle_get(p, handle, PITH_OBJECT_QUEUE, 0, &error);
  struct queue *q = &o->queue;

  if (!o) return error;
  if (what < PITH_NOTIFY_WAIT || what > PITH_SIGNALS) return -EINVAL;
  if (what == PITH_NOTIFY_WAIT) {
    error = wait_to_be_told(q);
    if (error == 1 && !(error = thread_may_wait())) {
      K->current->wait_data = q;
      error = k_wait(&told_waiters, process_deadline(us));
    }
    return error;
  }
  if (!what) queue_forget(q, p);
  if (!what || (q->notified && !q->told)) return what ? -EBUSY : 0;
  q->notified = (uint8_t)(p - process_table + 1);
  q->told = 0;
  q->signal = (int8_t)(what > 0 ? what : 0);
  return 0;
}
#endif
