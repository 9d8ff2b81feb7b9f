/* Byte streams. A ring with three counters that only grow, modulo 2^32:
 *
 *      read              written            reserved          read + size
 *       |  bytes to read  |  being written   |  free  ...      |
 *
 * Everything threads do to a stream is done in the kernel, so only interrupts have to be watched. Who writes,
 * interrupt or kernel, first reserves its bytes' places by LDREX/STREX on `reserved`, then fills them.
 * Interrupts nest and the kernel runs below them all: whenever the kernel looks, every reserved place is
 * filled, and it says so by written = reserved. Who reads copies bytes first and then moves `read` by
 * LDREX/STREX; if somebody else has moved it meanwhile, what was copied is his, and the reader begins anew.
 * Places are free for writers only when `read` has moved. So there may be any number of writers and readers
 * at any interrupt priority, and nobody needs a lock.
 *
 * In thread mode nobody waits for what is there: each wait's request (struct request, on the waiting thread's
 * stack) says how many bytes it needs, and whoever adds bytes or room serves the requests that fit, the most
 * urgent first. Since one that does not fit is passed over, a waiter that leaves early (deadline, cancel,
 * deletion) leaves nobody behind who could have gone on. */
#include "pith/stream.h"
#include "kernel.h"
#include "mem.h"

enum { SIZE_MAX_BYTES = 1 << 30 };

struct request {
  uint8_t *data;
  uint32_t size, least;
};

/* ---- any context but a thread ---- */

static bool change(volatile uint32_t *p, uint32_t from, uint32_t to) { return arch_atomic_cas(p, from, to); }

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* Up to where the ring begins anew, and the rest. */
static uint32_t piece(const struct pith_stream *s, uint32_t at, uint32_t n) {
  return smaller(n, s->size - (at & (s->size - 1)));
}

static uint8_t *place(const struct pith_stream *s, uint32_t at) { return s->buf + (at & (s->size - 1)); }

/* Stages at least `least` and up to size bytes. Their number, 0 if there is not that much room. */
static uint32_t put(struct pith_stream *s, const uint8_t *data, uint32_t size, uint32_t least) {
  uint32_t at, n, first;

  do {
    at = s->reserved;
    n = smaller(size, s->size - (at - s->read));
    if (n < least) return 0;
  } while (!change(&s->reserved, at, at + n));
  first = piece(s, at, n);
  memcpy(place(s, at), data, first);
  memcpy(s->buf, data + first, n - first);
  return n;
}

/* The same out of it. */
static uint32_t take(struct pith_stream *s, uint8_t *data, uint32_t size, uint32_t least) {
  uint32_t at, n, first;

  do {
    at = s->read;
    n = smaller(size, s->written - at);
    if (n < least) return 0;
    first = piece(s, at, n);
    memcpy(data, place(s, at), first);
    memcpy(data + first, s->buf, n - first);
  } while (!change(&s->read, at, at + n));
  return n;
}

/* ---- in the kernel ---- */

typedef uint32_t transfer(struct pith_stream *s, uint8_t *data, uint32_t size, uint32_t least);

static uint32_t put_request(struct pith_stream *s, uint8_t *data, uint32_t size, uint32_t least) {
  uint32_t n = put(s, data, size, least);

  s->written = s->reserved;
  return n;
}

/* The most urgent waiter whose request can be met gets it met. */
static bool serve_one(struct pith_stream *s, struct k_waitq *q, transfer *move) {
  struct pith_thread *t = q->head;
  uint32_t n;

  if (!t) return false;
  do {
    struct request *r = t->wait_data;

    n = move(s, r->data, r->size, r->least);
    if (n) {
      k_wake_with(t, (long)n);
      return true;
    }
    t = t->next;
  } while (t != q->head);
  return false;
}

/* Bounded by the waiters: nobody begins to wait meanwhile. */
static void serve(struct pith_stream *s) {
  do s->written = s->reserved;
  while (serve_one(s, &s->readers, take) || serve_one(s, &s->writers, put_request));
}

void k_stream_apply(struct k_post *post, uint32_t n) {
  (void)n;
  serve((struct pith_stream *)post);
}

/* With the deadline over, as much as can be had; nothing is not an error of its own then. */
static long transact(struct pith_stream *s, struct request *r, pith_time deadline, struct k_waitq *q,
                     transfer *move) {
  long n, result;

  if (s->written != s->reserved) serve(s); /* who has waited goes before */
  n = (long)move(s, r->data, r->size, r->least);
  if (!n) {
    K->current->wait_data = r;
    result = k_wait(q, deadline);
    if (!result) return 0;
    n = (long)move(s, r->data, r->size, 1);
    if (!n) return result;
  }
  serve(s);
  return n;
}

static long stream_write(struct pith_stream *s, struct request *r, pith_time deadline) {
  return transact(s, r, deadline, &s->writers, put_request);
}
K_CALL(stream_write)

static long stream_read(struct pith_stream *s, struct request *r, pith_time deadline) {
  return transact(s, r, deadline, &s->readers, take);
}
K_CALL(stream_read)

static long stream_flush(struct pith_stream *s) {
  s->written = s->reserved;
  s->read = s->written;
  serve(s);
  return 0;
}
K_CALL(stream_flush)

static long stream_delete(struct pith_stream *s) {
  k_wake_all(&s->readers, -EIDRM);
  k_wake_all(&s->writers, -EIDRM);
  return stream_flush(s);
}
K_CALL(stream_delete)

/* ---- the caller's side ---- */

int pith_stream_init(struct pith_stream *s, void *buffer, uint32_t size, uint32_t trigger) {
  if (!buffer || !size || size & (size - 1) || size > SIZE_MAX_BYTES) return -EINVAL;
  if (!trigger || trigger > size) return -EINVAL;
  *s = (struct pith_stream)PITH_STREAM_INIT(buffer, size, trigger);
  return 0;
}

int pith_stream_set_trigger(struct pith_stream *s, uint32_t trigger) {
  if (!trigger || trigger > s->size) return -EINVAL;
  s->trigger = trigger;
  return 0;
}

/* A wait that its deadline has ended still gets what there is by then: once more, as a poll. */
static long enter(struct pith_stream *s, uint8_t *data, uint32_t size, uint32_t least, pith_time deadline,
                  uint32_t call) {
  struct request r = {data, size, least};
  long n;

  if (!size) return 0;
  if (!least || least > size || least > s->size) return -EINVAL;
  for (;;) {
    n = arch_call(K_WORD(s), K_WORD(&r), (uint32_t)(uint64_t)deadline, (uint32_t)((uint64_t)deadline >> 32),
                  call);
    if (n != -ETIMEDOUT || deadline == PITH_POLL) return n;
    deadline = PITH_POLL;
  }
}

long pith_stream_write_least(struct pith_stream *s, const void *data, uint32_t size, uint32_t least,
                             pith_time deadline) {
  return enter(s, (uint8_t *)(uintptr_t)data, size, least, deadline, K_CALL_OF_TIME(stream_write));
}

long pith_stream_read_least(struct pith_stream *s, void *data, uint32_t size, uint32_t least,
                            pith_time deadline) {
  return enter(s, data, size, least, deadline, K_CALL_OF_TIME(stream_read));
}

long pith_stream_write_until(struct pith_stream *s, const void *data, uint32_t size, pith_time deadline) {
  uint32_t done = 0;

  while (done < size) {
    uint32_t part = smaller(size - done, s->size);
    long n = pith_stream_write_least(s, (const uint8_t *)data + done, part, part, deadline);

    if (n < 0) return done ? (long)done : n;
    done += (uint32_t)n;
    if ((uint32_t)n < part) break; /* the deadline */
  }
  return (long)done;
}

long pith_stream_write(struct pith_stream *s, const void *data, uint32_t size) {
  return pith_stream_write_until(s, data, size, PITH_FOREVER);
}

long pith_stream_write_for(struct pith_stream *s, const void *data, uint32_t size, pith_time span) {
  return pith_stream_write_until(s, data, size, pith_deadline(span));
}

long pith_stream_read_until(struct pith_stream *s, void *data, uint32_t size, pith_time deadline) {
  return pith_stream_read_least(s, data, size, smaller(s->trigger, size), deadline);
}

long pith_stream_read(struct pith_stream *s, void *data, uint32_t size) {
  return pith_stream_read_until(s, data, size, PITH_FOREVER);
}

long pith_stream_read_for(struct pith_stream *s, void *data, uint32_t size, pith_time span) {
  return pith_stream_read_until(s, data, size, pith_deadline(span));
}

static long again(long n) { return n == -ETIMEDOUT ? -EAGAIN : n; }

long pith_stream_try_write(struct pith_stream *s, const void *data, uint32_t size) {
  uint32_t n;

  if (!k_in_isr()) return again(pith_stream_write_least(s, data, size, 1, PITH_POLL));
  if (!size) return 0;
  n = put(s, data, size, 1);
  if (!n) return -EAGAIN;
  k_post(&s->post);
  return (long)n;
}

long pith_stream_try_read(struct pith_stream *s, void *data, uint32_t size) {
  uint32_t n;

  if (!k_in_isr()) return again(pith_stream_read_least(s, data, size, 1, PITH_POLL));
  if (!size) return 0;
  n = take(s, data, size, 1);
  if (!n) return -EAGAIN;
  k_post(&s->post);
  return (long)n;
}

uint32_t pith_stream_used(const struct pith_stream *s) {
  uint32_t read, reserved;

  do {
    read = s->read;
    reserved = s->reserved;
  } while (read != s->read);
  return reserved - read;
}

uint32_t pith_stream_room(const struct pith_stream *s) { return s->size - pith_stream_used(s); }

int pith_stream_flush(struct pith_stream *s) { return (int)K_ENTER(stream_flush, s, 0, 0, 0); }
int pith_stream_delete(struct pith_stream *s) { return (int)K_ENTER(stream_delete, s, 0, 0, 0); }
