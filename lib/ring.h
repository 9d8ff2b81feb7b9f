/* A byte ring between one producer and one consumer, either of which may be an interrupt handler.
 *
 * head counts the bytes ever put, tail the bytes ever got, both modulo 2^32: they differ by what the ring
 * holds, so all of it can be used and full and empty never look alike. Only the producer writes head, only
 * the consumer writes tail, so neither needs a lock, an atomic operation or masked interrupts. */
#ifndef PITH_RING_H
#define PITH_RING_H
#include <stdbool.h>
#include <stdint.h>

struct ring {
  uint8_t *buf;
  uint32_t size;          /* bytes, a power of two, 1 to 2^31 */
  volatile uint32_t head; /* the producer's */
  volatile uint32_t tail; /* the consumer's */
};

/* For a ring that is usable from the start, without ring_init(): buffer is an array of size bytes. */
#define RING_INIT(buffer, bytes)                                                                             \
  { .buf = (buffer), .size = (bytes), .head = 0, .tail = 0 }

/* Makes r an empty ring over buf. Neither side may be using it. Any context. */
void ring_init(struct ring *r, uint8_t *buf, uint32_t size);

/* Bytes in the ring. Seen by the consumer it can only have grown since, by the producer only shrunk. Any
 * context. O(1). */
uint32_t ring_used(const struct ring *r);
/* Bytes that can be put. Any context. O(1). */
uint32_t ring_room(const struct ring *r);

/* Puts the first bytes of p, as many as there is room for; that number, 0..n. Producer only. O(n). */
uint32_t ring_put(struct ring *r, const uint8_t *p, uint32_t n);
/* Gets up to n bytes, as many as there are; that number, 0..n. Consumer only. O(n). */
uint32_t ring_get(struct ring *r, uint8_t *p, uint32_t n);

/* Puts one byte; false if the ring is full. Producer only. O(1). */
bool ring_putc(struct ring *r, uint8_t byte);
/* Gets one byte; false, and *byte as it was, if the ring is empty. Consumer only. O(1). */
bool ring_getc(struct ring *r, uint8_t *byte);
#endif
