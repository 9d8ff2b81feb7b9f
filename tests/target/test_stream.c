/* Byte streams: contract by contract, then everything at once under interrupts at odd moments. */
#include "check.h"
#include "irq.h"
#include "kernel.h"
#include "mem.h"
#include "noise.h"
#include "pith/stream.h"

enum { LOW = 0xA0, HIGH = 0x20, LONG = 100000, SIZE = 16 };

PITH_STREAM(s, SIZE, 4);

static long result[4];
static uint8_t got[4][64];
static struct pith_thread *thread[4];

static long put_text(const char *text) { return pith_stream_try_write(&s, text, (uint32_t)strlen(text)); }

/* All that is there, as text. */
static const char *text(void) {
  static char out[64];
  long n = pith_stream_try_read(&s, out, sizeof out - 1);

  out[n < 0 ? 0 : n] = 0;
  return out;
}

static void reader(void *least_) {
  uint32_t least = (uint32_t)(uintptr_t)least_ & 255, i = (uint32_t)(uintptr_t)least_ >> 8;

  result[i] = pith_stream_read_least(&s, got[i], sizeof got[i], least, LONG);
  trace(result[i] < 0 ? '!' : (char)('a' + i));
}

static void read_by(int i, unsigned priority, uint32_t least) {
  thread[i] = test_thread(i, priority, 0, reader, (void *)(uintptr_t)(least | (uint32_t)i << 8));
}

static char letters[64];

static void writer(void *size_) {
  uint32_t size = (uint32_t)(uintptr_t)size_ & 255, i = (uint32_t)(uintptr_t)size_ >> 8;

  result[i] = pith_stream_write(&s, letters, size);
  trace(result[i] < 0 ? '!' : (char)('a' + i));
}

static void write_by(int i, unsigned priority, uint32_t size) {
  for (unsigned k = 0; k < sizeof letters; k++) letters[k] = (char)('A' + k % 26);
  thread[i] = test_thread(4 + i, priority, 0, writer, (void *)(uintptr_t)(size | (uint32_t)i << 8));
}

TEST(stream_order, "bytes come out in order, wherever in the ring, and the ring holds as many as it says") {
  static const char all[] = "0123456789abcdefghij";

  for (uint32_t n = 1; n <= SIZE; n++) {
    CHECK_EQ(pith_stream_try_write(&s, all, n), n);
    CHECK_EQ(pith_stream_used(&s), n);
    CHECK_EQ(pith_stream_room(&s), SIZE - n);
    CHECK(!memcmp(text(), all, n));
  }
  CHECK_EQ(pith_stream_try_write(&s, all, sizeof all), SIZE);
  CHECK_EQ(pith_stream_try_write(&s, all, 1), -EAGAIN);
  CHECK_EQ(pith_stream_try_write(&s, all, 0), 0);
  CHECK(!strcmp(text(), "0123456789abcdef"));
  CHECK_EQ(pith_stream_try_read(&s, got[0], 1), -EAGAIN);
  CHECK_KERNEL();
}

TEST(stream_init, "a stream is made at run time; what cannot be one is refused") {
  static uint8_t buffer[8];
  struct pith_stream t;
  uint8_t byte;

  CHECK_EQ(pith_stream_init(&t, buffer, 0, 1), -EINVAL);
  CHECK_EQ(pith_stream_init(&t, buffer, 6, 1), -EINVAL);
  CHECK_EQ(pith_stream_init(&t, NULL, 8, 1), -EINVAL);
  CHECK_EQ(pith_stream_init(&t, buffer, 8, 0), -EINVAL);
  CHECK_EQ(pith_stream_init(&t, buffer, 8, 9), -EINVAL);
  CHECK_EQ(pith_stream_init(&t, buffer, 0x80000000, 1), -EINVAL);
  CHECK_EQ(pith_stream_init(&t, buffer, 8, 8), 0);
  CHECK_EQ(pith_stream_set_trigger(&t, 0), -EINVAL);
  CHECK_EQ(pith_stream_set_trigger(&t, 9), -EINVAL);
  CHECK_EQ(pith_stream_set_trigger(&t, 1), 0);
  CHECK_EQ(pith_stream_write(&t, "x", 1), 1);
  CHECK_EQ(pith_stream_read(&t, &byte, 1), 1);
  CHECK_EQ(byte, 'x');
  CHECK_EQ(pith_stream_read_least(&t, got[0], 8, 0, LONG), -EINVAL);
  CHECK_EQ(pith_stream_read_least(&t, got[0], 8, 9, LONG), -EINVAL);
  CHECK_EQ(pith_stream_read_least(&t, got[0], 64, 9, LONG), -EINVAL);
  CHECK_EQ(pith_stream_write_least(&t, got[0], 64, 9, LONG), -EINVAL);
}

static void trigger_reader(void *unused) {
  (void)unused;
  for (;;) {
    long n = pith_stream_read(&s, got[0], sizeof got[0]);

    trace((char)('0' + n));
  }
}

TEST(stream_trigger, "a reader waits for as many bytes as the trigger says, or as it has asked for") {
  test_thread(0, 5, 0, trigger_reader, NULL);
  CHECK_EQ(put_text("abc"), 3);
  CHECK_TRACE("");
  CHECK_EQ(put_text("de"), 2);
  CHECK_TRACE("5");
  CHECK(!memcmp(got[0], "abcde", 5));
  CHECK_EQ(pith_stream_set_trigger(&s, 1), 0);
  CHECK_EQ(put_text("f"), 1); /* the read that waits began before */
  CHECK_TRACE("");
  CHECK_EQ(put_text("ghi"), 3);
  CHECK_EQ(put_text("j"), 1);
  CHECK_TRACE("41");
}

TEST(stream_deadline, "at its deadline a read gets what there is, or -ETIMEDOUT; a write what fits then") {
  pith_time begin = pith_now();

  CHECK_EQ(pith_stream_read_for(&s, got[0], 8, 3), -ETIMEDOUT);
  CHECK(pith_now() - begin >= 3 && pith_now() - begin <= 5);
  CHECK_EQ(put_text("ab"), 2);
  begin = pith_now();
  CHECK_EQ(pith_stream_read_for(&s, got[0], 8, 3), 2);
  CHECK(pith_now() - begin >= 3 && pith_now() - begin <= 5);
  CHECK(!memcmp(got[0], "ab", 2));
  CHECK_EQ(put_text("ab"), 2);
  CHECK_EQ(pith_stream_read_for(&s, got[0], 8, PITH_POLL), 2);
  CHECK_EQ(pith_stream_read_for(&s, got[0], 8, PITH_POLL), -ETIMEDOUT);
  CHECK_EQ(put_text("ab"), 2);
  CHECK_EQ(pith_stream_read(&s, got[0], 2), 2); /* fewer than the trigger, but all it asked for */
  CHECK_EQ(pith_stream_write_for(&s, "0123456789abcdefghij", 20, 3), SIZE);
  CHECK_EQ(pith_stream_write_for(&s, "x", 1, 3), -ETIMEDOUT);
  CHECK_EQ(pith_stream_read(&s, got[0], 3), 3);
  CHECK_EQ(pith_stream_write_for(&s, "xyzw", 4, 3), 3);
  CHECK(!strcmp(text(), "3456789abcdefxyz"));
  CHECK_KERNEL();
}

TEST(stream_write,
     "a write of more than there is room for waits; more than the stream holds goes in pieces") {
  CHECK_EQ(put_text("0123456789"), 10);
  write_by(0, 5, 8);
  CHECK_TRACE("");
  CHECK_EQ(pith_stream_used(&s), 10); /* all of it together or nothing yet */
  CHECK_EQ(pith_stream_read(&s, got[0], 2), 2);
  CHECK_TRACE("a");
  CHECK(!strcmp(text(), "23456789ABCDEFGH"));
  write_by(1, 5, 40);
  CHECK(!strcmp(text(), "ABCDEFGHIJKLMNOP"));
  CHECK(!strcmp(text(), "QRSTUVWXYZABCDEF"));
  CHECK_TRACE("b");
  CHECK_EQ(result[1], 40);
  CHECK(!strcmp(text(), "GHIJKLMN"));
  CHECK_EQ(pith_stream_write_least(&s, "abcd", 4, 1, PITH_POLL), 4);
  CHECK_EQ(pith_stream_write_least(&s, letters, 30, 5, LONG), 12);
  CHECK(!strcmp(text(), "abcdABCDEFGHIJKL"));
}

TEST(stream_urgency,
     "bytes go to the most urgent reader they are enough for, room to the most urgent writer") {
  read_by(0, 6, 2);
  read_by(1, 5, 2);
  read_by(2, 4, 6);
  CHECK_EQ(put_text("a"), 1);
  CHECK_TRACE("");
  CHECK_EQ(put_text("b"), 1);
  CHECK_TRACE("b");
  CHECK_EQ(put_text("cdefgh"), 6);
  CHECK_TRACE("c");
  CHECK_EQ(result[2], 6);
  CHECK_EQ(put_text("ij"), 2);
  CHECK_TRACE("a");
  CHECK(!memcmp(got[0], "ij", 2) && !memcmp(got[1], "ab", 2) && !memcmp(got[2], "cdefgh", 6));
  CHECK_EQ(put_text("0123456789abcdef"), SIZE);
  write_by(0, 6, 2);
  write_by(1, 5, 2);
  write_by(2, 4, 6);
  CHECK_EQ(pith_stream_read(&s, got[0], 3), 3);
  CHECK_TRACE("b");
  CHECK_EQ(pith_stream_read(&s, got[0], 1), 1);
  CHECK_TRACE("a");
  CHECK_EQ(pith_stream_read(&s, got[0], 6), 6);
  CHECK_TRACE("c");
  CHECK(!strcmp(text(), "abcdefABABABCDEF"));
  CHECK_KERNEL();
}

TEST(stream_cancel, "a wait that ends early takes no byte and holds up nobody") {
  read_by(0, 4, 8);
  read_by(1, 5, 6);
  read_by(2, 6, 4);
  CHECK_EQ(put_text("abc"), 3);
  CHECK_EQ(pith_thread_cancel(thread[0]), 0);
  CHECK_EQ(result[0], -ECANCELED);
  CHECK_EQ(pith_thread_delete(thread[1]), 0);
  CHECK_EQ(pith_stream_used(&s), 3);
  CHECK_EQ(put_text("d"), 1);
  CHECK_TRACE("!c");
  CHECK(!memcmp(got[2], "abcd", 4));
  CHECK_EQ(put_text("0123456789abcdef"), SIZE);
  write_by(3, 5, 40);
  CHECK_EQ(pith_stream_read(&s, got[0], 16), 16);
  CHECK_EQ(pith_thread_cancel(thread[3]), 0);
  CHECK_EQ(result[3], 16); /* its first piece was in */
  CHECK_TRACE("d");
  CHECK_KERNEL();
}

TEST(stream_delete, "deleting ends every wait with -EIDRM and leaves an empty stream that works; so does "
                    "flushing, but for the waits") {
  read_by(0, 5, 1);
  CHECK_EQ(pith_stream_delete(&s), 0);
  CHECK_EQ(result[0], -EIDRM);
  CHECK_EQ(put_text("0123456789abcdef"), SIZE);
  write_by(1, 5, 4);
  CHECK_EQ(pith_stream_delete(&s), 0);
  CHECK_EQ(result[1], -EIDRM);
  CHECK_TRACE("!!");
  CHECK_EQ(pith_stream_used(&s), 0);
  CHECK_EQ(put_text("0123456789abcdef"), SIZE);
  write_by(2, 5, 4);
  CHECK_EQ(pith_stream_flush(&s), 0);
  CHECK_TRACE("c");
  CHECK(!strcmp(text(), "ABCD"));
  CHECK_KERNEL();
}

/* ---- interrupts ---- */

static long isr_result;

static void isr_write(void) { isr_result = pith_stream_try_write(&s, "0123456789", 10); }

static void isr_nested(void) {
  pith_stream_try_write(&s, "ab", 2);
  irq_raise(1);
  pith_stream_try_write(&s, "cd", 2);
}

static void isr_read(void) { isr_result = pith_stream_try_read(&s, got[3], 4); }

TEST(stream_isr_write,
     "an ISR writes what fits; a reader that has enough by it preempts the interrupted thread") {
  irq_on(0, LOW, isr_nested);
  irq_on(1, HIGH, isr_write);
  irq_raise(0);
  CHECK(!strcmp(text(), "ab0123456789cd"));
  irq_raise(1);
  CHECK_EQ(isr_result, 10);
  irq_raise(1);
  CHECK_EQ(isr_result, 6);
  irq_raise(1);
  CHECK_EQ(isr_result, -EAGAIN);
  CHECK(!strcmp(text(), "0123456789012345"));
  read_by(0, 5, 11);
  irq_raise(1);
  trace('m');
  irq_raise(1);
  CHECK_TRACE("ma");
  CHECK_EQ(result[0], 16);
  CHECK(!memcmp(got[0], "0123456789012345", 16));
  CHECK_KERNEL();
}

TEST(stream_isr_read, "an ISR reads what is there; a writer that waits gets the room") {
  irq_on(0, LOW, isr_read);
  irq_raise(0);
  CHECK_EQ(isr_result, -EAGAIN);
  CHECK_EQ(put_text("0123456789abcdef"), SIZE);
  write_by(0, 5, 6);
  irq_raise(0);
  CHECK_EQ(isr_result, 4);
  CHECK(!memcmp(got[3], "0123", 4));
  CHECK_TRACE("");
  irq_raise(0);
  CHECK_TRACE("a");
  CHECK(!strcmp(text(), "89abcdefABCDEF"));
  CHECK_KERNEL();
}

static void isr_blocks(void) { pith_stream_read(&s, got[0], 1); }

TEST_PANIC(stream_isr_blocking, "pith_stream_read() in an ISR panics by name, even if there are bytes") {
  CHECK_EQ(put_text("abcdefgh"), 8);
  irq_on(0, LOW, isr_blocks);
  irq_raise(0);
}

/* ---- everything at once ----
 *
 * Into one stream write interrupts of three priorities and three threads, of which one is cancelled now and
 * then; each writes its own bytes, 3 bits its name and 5 bits a count, so that the one reader knows exactly
 * what must come next from each. Out of a second stream, written by a thread, read interrupts and a thread:
 * the sum must be right. */
enum { WRITERS = NOISE_SOURCES + 3, SPAN = 2500, MOST = 24 };

PITH_STREAM(in, 32, 3);
PITH_STREAM(out, 16, 1);
static uint8_t next_in[8], next_out[8];
static volatile uint32_t read_in, written_in, read_out, written_out, sum_read, sum_written;
static volatile int stopping, broken; /* 1: the writers stop, 2: the readers too */

static uint32_t fill(uint32_t who, uint8_t *bytes, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) bytes[i] = (uint8_t)(who << 5 | ((next_in[who] + i) & 31));
  return n;
}

static void advance(uint32_t who, long n) {
  if (n < 0 && n != -EAGAIN && n != -ECANCELED && n != -ETIMEDOUT) broken = __LINE__;
  if (n <= 0) return;
  next_in[who] = (uint8_t)(next_in[who] + n);
  arch_atomic_add(&written_in, (uint32_t)n);
}

static void took_out(const uint8_t *bytes, long n) {
  for (long i = 0; i < n; i++) arch_atomic_add(&sum_read, (uint32_t)bytes[i] * bytes[i]);
  if (n > 0) arch_atomic_add(&read_out, (uint32_t)n);
}

static void storm_isr(uint32_t source, uint32_t r) {
  uint8_t bytes[MOST];
  uint32_t n = fill(source, bytes, 1 + (r & 7));

  advance(source, pith_stream_try_write(&in, bytes, n));
  if (r & 8) took_out(bytes, pith_stream_try_read(&out, bytes, 1 + (r >> 4 & 3)));
}

static void storm_isr_0(uint32_t r) { storm_isr(0, r); }
static void storm_isr_1(uint32_t r) { storm_isr(1, r); }
static void storm_isr_2(uint32_t r) { storm_isr(2, r); }

static void storm_writer(void *who_) {
  uint32_t who = (uint32_t)(uintptr_t)who_, random = who * 77777;
  uint8_t bytes[64];

  while (!stopping) {
    uint32_t r = random_next(&random), n = fill(who, bytes, 1 + (r >> 8) % MOST);

    advance(who, r & 1 ? pith_stream_write(&in, bytes, n) : pith_stream_write_for(&in, bytes, n, r >> 1 & 1));
    if ((r >> 4 & 7) == 0) pith_sleep(1);
  }
}

static void storm_reader(void *unused) {
  uint32_t random = 4711;
  uint8_t bytes[MOST];

  (void)unused;
  while (stopping < 2) {
    uint32_t r = random_next(&random);
    long n = pith_stream_read_least(&in, bytes, MOST, 1 + (r >> 4 & 7), pith_deadline(r & 3));

    for (long i = 0; i < n; i++) {
      uint32_t who = bytes[i] >> 5;

      if (who >= WRITERS || (bytes[i] & 31) != (next_out[who]++ & 31)) broken = __LINE__;
    }
    if (n > 0) read_in += (uint32_t)n;
  }
}

static void out_writer(void *unused) {
  uint8_t byte = 0, bytes[3];

  (void)unused;
  while (!stopping) {
    long n;

    for (int i = 0; i < 3; i++) bytes[i] = (uint8_t)(byte + i);
    n = pith_stream_write_for(&out, bytes, 3, 2);
    for (long i = 0; i < n; i++) sum_written += (uint32_t)bytes[i] * bytes[i];
    if (n > 0) written_out += (uint32_t)n;
    byte = (uint8_t)(byte + 1 + n);
  }
}

static void out_reader(void *unused) {
  uint8_t bytes[5];

  (void)unused;
  while (stopping < 2) took_out(bytes, pith_stream_read_for(&out, bytes, 5, 1));
}

TEST(stream_storm,
     "no byte is lost, doubled or out of order under nested interrupts, cancels and preemption") {
  static void (*const isr[NOISE_SOURCES])(uint32_t) = {storm_isr_0, storm_isr_1, storm_isr_2};
  uint32_t events = option("events", 4000), random = option("seed", 1), check = 0;
  struct pith_thread *t[6];
  uint8_t bytes[SIZE];

  for (int i = 0; i < 3; i++)
    t[i] = test_thread(i, (unsigned)(10 - i), 0, storm_writer, (void *)(intptr_t)(i + 3));
  t[3] = test_thread(3, 9, 0, storm_reader, NULL);
  t[4] = test_thread(4, 10, 0, out_writer, NULL);
  t[5] = test_thread(5, 10, 0, out_reader, NULL);
  noise_start(random, option("span", SPAN), isr);
  while (noise_count() < events && !broken) {
    pith_sleep(1);
    noise_watch();
    if (random_next(&random) & 1) pith_thread_cancel(t[0]);
    if (check++ % 16 == 0) check_kernel();
  }
  noise_stop();
  for (stopping = 1; stopping < 3; stopping++) {
    for (int i = 0; i < 10; i++) {
      pith_sleep(2);
      for (int k = 0; k < 6; k++) pith_thread_cancel(t[k]);
    }
  }
  for (int i = 0; i < 6; i++) CHECK_EQ(pith_thread_join(t[i], NULL, 1), 0);
  took_out(bytes, pith_stream_try_read(&out, bytes, SIZE));
  CHECK_EQ(broken, 0);
  CHECK_EQ(pith_stream_used(&in), 0);
  CHECK_EQ(read_in, written_in);
  CHECK_EQ(pith_stream_used(&out), 0);
  CHECK_EQ(read_out, written_out);
  CHECK_EQ(sum_read, sum_written);
  CHECK(read_in > events && read_out > 100);
  say("in %u bytes, out %u\n", (unsigned)read_in, (unsigned)read_out);
  check_kernel();
}
