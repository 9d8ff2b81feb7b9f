/* Byte streams: bytes in, bytes out, in order, between threads and interrupts; any number of each on both
 * ends.
 *
 *   PITH_STREAM(uart_in, 256, 1);
 *   static unsigned lost;
 *
 *   void UART_Handler(void) { // an interrupt writes what it has, without waiting
 *     uint8_t byte = uart_data();
 *
 *     if (pith_stream_try_write(&uart_in, &byte, 1) != 1) lost++;
 *   }
 *
 *   void reader(void *unused) { // a thread waits for at least one
 *     char line[80];
 *     long n;
 *
 *     while ((n = pith_stream_read(&uart_in, line, sizeof line)) > 0) take_in(line, n);
 *   }
 *
 * A reader asks for at most `size` bytes and waits until `least` of them are there; it then gets all there
 * are, up to size, in one piece. A writer's bytes go in together, so bytes of others are never in between,
 * when they are as many as the stream holds or fewer. Who waits is served when what it waits for is there,
 * the most urgent first; one that waits for much does not hold up one that waits for little, so it may wait
 * long.
 *
 * Each call of a thread is one kernel entry. Functions that may wait panic by name in an ISR. */
#ifndef PITH_STREAM_H
#define PITH_STREAM_H
#include "pith/types.h"

/* The fields are the kernel's. Counts are of bytes since the beginning, modulo 2^32. */
struct pith_stream {
  struct k_post post; /* an ISR has written or read */
  struct k_waitq readers, writers;
  volatile uint32_t reserved; /* bytes that have a place in buf */
  volatile uint32_t written;  /* bytes that readers may have; reserved, but for those an ISR has staged */
  volatile uint32_t read;
  uint32_t size; /* of buf, a power of two */
  volatile uint32_t trigger;
  uint8_t *buf;
};

void k_stream_apply(struct k_post *post, uint32_t n);

/* buffer: uint8_t[bytes], bytes a power of two, 1 to 2^30; level 1 to bytes. */
#define PITH_STREAM_INIT(buffer, bytes, level)                                                               \
  { .post = {k_stream_apply, NULL, 0}, .size = (bytes), .trigger = (level), .buf = (buffer) }
/* A stream with its buffer, both static. */
#define PITH_STREAM(name, bytes, level)                                                                      \
  static uint8_t name##_buffer[bytes];                                                                       \
  static struct pith_stream name = PITH_STREAM_INIT(name##_buffer, bytes, level)

/* Makes s an empty stream in a buffer of size bytes, a power of two, 1 to 2^30, that stays the caller's.
 * trigger, 1 to size: the bytes that a reader who does not say otherwise waits for. 0, -EINVAL. Any context,
 * before its first use. */
int pith_stream_init(struct pith_stream *s, void *buffer, uint32_t size, uint32_t trigger);
/* Another trigger, for reads from now on. 0, -EINVAL. Any context. */
int pith_stream_set_trigger(struct pith_stream *s, uint32_t trigger);

/* All of these: the number of bytes, or a negative error if there were none; 0 for size 0. O(size) in the
 * kernel, + O(waiters) and O(log threads) when it waits. */

/* Writes all bytes, waiting for room; more than the stream holds go in piece by piece. When the deadline
 * comes, or the wait is cancelled or the stream deleted, after some pieces: the number of bytes in them.
 * -ETIMEDOUT, -ECANCELED, -EIDRM. Thread. */
long pith_stream_write(struct pith_stream *s, const void *data, uint32_t size);
long pith_stream_write_until(struct pith_stream *s, const void *data, uint32_t size, pith_time deadline);
long pith_stream_write_for(struct pith_stream *s, const void *data, uint32_t size, pith_time span);
/* Waits for room for at least `least` bytes and writes as many as fit. At the deadline as many as fit then.
 * -EINVAL: least is 0, or more than size or than the stream holds. Thread. */
long pith_stream_write_least(struct pith_stream *s, const void *data, uint32_t size, uint32_t least,
                             pith_time deadline);
/* Writes as many as fit, without waiting. -EAGAIN. Any context, any interrupt priority. What an ISR writes is
 * there for readers before any thread goes on. */
long pith_stream_try_write(struct pith_stream *s, const void *data, uint32_t size);

/* Waits for as many bytes as the trigger says, or size if that is fewer, and reads all there are, up to size.
 * At the deadline what is there then. -ETIMEDOUT, -ECANCELED, -EIDRM. Thread. */
long pith_stream_read(struct pith_stream *s, void *data, uint32_t size);
long pith_stream_read_until(struct pith_stream *s, void *data, uint32_t size, pith_time deadline);
long pith_stream_read_for(struct pith_stream *s, void *data, uint32_t size, pith_time span);
/* The same with `least` in the trigger's place. -EINVAL as for writing. Thread. */
long pith_stream_read_least(struct pith_stream *s, void *data, uint32_t size, uint32_t least,
                            pith_time deadline);
/* Reads what is there, up to size, without waiting. -EAGAIN. Any context, any interrupt priority; an ISR does
 * not see bytes that were written by ISRs since the last thread ran. */
long pith_stream_try_read(struct pith_stream *s, void *data, uint32_t size);

/* Bytes in it, those just written by ISRs included; room for more. Any context. O(1). */
uint32_t pith_stream_used(const struct pith_stream *s);
uint32_t pith_stream_room(const struct pith_stream *s);
/* Drops all bytes; writers that wait get the room. Thread. 0. O(waiters). */
int pith_stream_flush(struct pith_stream *s);
/* Ends every wait on s with -EIDRM and leaves it empty. Thread. 0. O(waiters). */
int pith_stream_delete(struct pith_stream *s);
#endif
