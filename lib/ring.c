/* The byte ring. Invariant: head - tail, modulo 2^32, is 0..size.
 *
 * The order that matters: the producer fills the bytes before it moves head, the consumer empties them
 * before it moves tail; and each looks at the other's counter before it touches bytes. volatile does not
 * order the bytes themselves, which are ordinary memory, so compiler barriers do. They suffice on one core:
 * a handler that interrupts a thread, and a thread that is resumed, see every earlier access of the other
 * in program order (Armv7-M ARM A3.7.3: a core observes its own accesses in order). A second core or a DMA
 * engine on the other side would need DMB in their place. */
#include "ring.h"
#include "mem.h"

#define ORDER() __asm__ volatile("" ::: "memory")

void ring_init(struct ring *r, uint8_t *buf, uint32_t size) {
  r->buf = buf;
  r->size = size;
  r->head = 0;
  r->tail = 0;
}

uint32_t ring_used(const struct ring *r) {
  /* tail first: a consumer interrupting between the loads must not move it past the head already read. */
  uint32_t tail = r->tail, used = r->head - tail;
  /* A bystander interrupted by both sides between the loads could see more than there can be. */
  return used < r->size ? used : r->size;
}

uint32_t ring_room(const struct ring *r) { return r->size - ring_used(r); }

uint32_t ring_put(struct ring *r, const uint8_t *p, uint32_t n) {
  uint32_t head = r->head, room = r->size - (head - r->tail);
  if (n > room) n = room;
  uint32_t at = head & (r->size - 1), first = r->size - at;
  if (first > n) first = n;
  ORDER();
  memcpy(r->buf + at, p, first);
  memcpy(r->buf, p + first, n - first);
  ORDER();
  r->head = head + n;
  return n;
}

uint32_t ring_get(struct ring *r, uint8_t *p, uint32_t n) {
  uint32_t tail = r->tail, used = r->head - tail;
  if (n > used) n = used;
  uint32_t at = tail & (r->size - 1), first = r->size - at;
  if (first > n) first = n;
  ORDER();
  memcpy(p, r->buf + at, first);
  memcpy(p + first, r->buf, n - first);
  ORDER();
  r->tail = tail + n;
  return n;
}

bool ring_putc(struct ring *r, uint8_t byte) {
  uint32_t head = r->head;
  if (head - r->tail >= r->size) return false;
  ORDER();
  r->buf[head & (r->size - 1)] = byte;
  ORDER();
  r->head = head + 1;
  return true;
}

bool ring_getc(struct ring *r, uint8_t *byte) {
  uint32_t tail = r->tail;
  if (r->head == tail) return false;
  ORDER();
  *byte = r->buf[tail & (r->size - 1)];
  ORDER();
  r->tail = tail + 1;
  return true;
}
