/* Checks the line discipline: what is read, what the screen shows, which signals and flow control come of what is typed;
 * and that random bytes keep its promises. */
#include "ldisc.h"
#include "pith_termios.h"
#include "unit.h"
#include <string.h>

static struct world {
  struct ldisc l;
  char screen[65536];
  size_t shown, room; /* room: bytes the screen takes */
  int signals[64];
  unsigned signal_count, drops;
  bool stopped;
  uint8_t sent[64];
  unsigned sent_count;
} w;

static bool put(void *to, const uint8_t *bytes, size_t n) {
  assert_ptr_equal(to, &w);
  if (n > w.room || w.shown + n > sizeof w.screen) return false;
  memcpy(w.screen + w.shown, bytes, n);
  w.shown += n;
  return true;
}

static void signal_(void *to, int signal) {
  (void)to;
  w.signals[w.signal_count++ % 64] = signal;
}

static void stop(void *to, bool stopped) {
  (void)to;
  w.stopped = stopped;
}

static void send_(void *to, uint8_t byte) {
  (void)to;
  w.sent[w.sent_count++ % 64] = byte;
}

static void drop(void *to) {
  (void)to;
  w.drops++;
}

static const struct ldisc_ops ops = {put, signal_, stop, send_, drop};

static void start(bool raw, bool crlf) {
  memset(&w, 0, sizeof w);
  w.room = sizeof w.screen;
  ldisc_init(&w.l, &ops, &w, raw, crlf, 115200);
}

static void change(uint32_t iflag_on, uint32_t iflag_off, uint32_t lflag_on, uint32_t lflag_off) {
  struct pith_termios t = w.l.set;

  t.iflag = (t.iflag | iflag_on) & ~iflag_off;
  t.lflag = (t.lflag | lflag_on) & ~lflag_off;
  ldisc_set(&w.l, &t);
}

static bool type_bytes(const char *bytes, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!ldisc_input(&w.l, (uint8_t)bytes[i])) return false;
  return true;
}

static void type(const char *text) { assert_true(type_bytes(text, strlen(text))); }

static void reads(const char *want) {
  uint8_t got[1024];
  size_t n;

  assert_true(ldisc_readable(&w.l));
  n = ldisc_read(&w.l, got, sizeof got);
  assert_int_equal(n, strlen(want));
  assert_memory_equal(got, want, n);
}

static void shows(const char *want) {
  assert_int_equal(w.shown, strlen(want));
  assert_memory_equal(w.screen, want, w.shown);
  w.shown = 0;
}

/* What is typed is shown at once and read line by line. */
static void test_lines(void **state) {
  (void)state;
  start(false, false);
  type("ab");
  assert_false(ldisc_readable(&w.l));
  shows("ab");
  type("c\rsecond\n\nrest");
  reads("abc\n");
  reads("second\n");
  reads("\n");
  assert_false(ldisc_readable(&w.l));
  shows("c\nsecond\n\nrest");
  uint8_t two[2];
  type("\n");
  assert_int_equal(ldisc_read(&w.l, two, 2), 2);
  assert_int_equal(ldisc_read(&w.l, two, 2), 2);
  reads("\n");
}

/* An end of file ends a line without a byte; alone it is a read of nothing; one that a read just reached is passed. */
static void test_eof(void **state) {
  (void)state;
  uint8_t got[3];
  start(false, false);
  type("\4");
  assert_true(ldisc_readable(&w.l));
  assert_int_equal(ldisc_read(&w.l, got, 3), 0);
  type("abc\4\4");
  assert_int_equal(ldisc_read(&w.l, got, 3), 3);
  assert_true(ldisc_readable(&w.l));
  assert_int_equal(ldisc_read(&w.l, got, 3), 0);
  assert_false(ldisc_readable(&w.l));
  type("ab\4cd\n");
  reads("ab");
  reads("cd\n");
  shows("abcabcd\n");
  type("abc\n\4");
  assert_int_equal(ldisc_read(&w.l, got, 3), 3);
  reads("\n");
  reads("");
}

/* Erase, word erase, kill, and how the screen follows, over tabs, control characters and UTF-8. */
static void test_edit(void **state) {
  (void)state;
  start(false, false);
  type("\x7f"
       "ax\x7f\x7f\x7f");
  shows("ax\b \b\b \b");
  type("one two_3  \x17"
       "four\n");
  reads("one four\n");
  w.shown = 0;
  type("ab\x16\1c\x15");
  shows("ab^\b^Ac\b\b\b\b\b     \b\b\b\b\b");
  type("a\tb\x7f\x7f");
  shows("a\tb\b \b\b\b\b\b\b\b\b       \b\b\b\b\b\b\b");
  type("\x15\xc3\xa4\xe2\x82\xac\x7f");
  shows("\b \b\xc3\xa4\xe2\x82\xac\b \b");
  type("\n");
  reads("\xc3\xa4\n");
  for (int i = 0; i < 40; i++) type("x");
  w.shown = 0;
  type("\x15");
  assert_int_equal(w.shown, 3 * 40); /* back, over, back */
  for (unsigned i = 0; i < 120; i++) assert_int_equal(w.screen[i], i / 40 == 1 ? ' ' : '\b');
  assert_int_equal(w.l.column, 0);
  change(0, 0, 0, PITH_ECHOE);
  w.shown = 0;
  type("ab\x7f\x15");
  shows("ab^?^U\n");
  change(0, 0, PITH_ECHOE, PITH_ECHO);
  type("xy\x7fz\n");
  reads("xz\n");
  shows("");
}

/* A tab behind a prompt is as wide as it is there. */
static void test_prompt(void **state) {
  (void)state;
  start(false, false);
  assert_int_equal(ldisc_write(&w.l, (const uint8_t *)"prompt", 6, 100), 6);
  type("\t\x7f");
  shows("prompt\t\b\b  \b\b");
  type("x\x12");
  shows("x^R\nx");
}

/* The next byte is itself, whatever it is. */
static void test_literal(void **state) {
  (void)state;
  start(false, false);
  type("a\x16\3\x16\n\x16\4\x16\x16\x16\x7f\n");
  reads("a\3\n\4\x16\x7f\n");
  assert_int_equal(w.signal_count, 0);
  type("\x16");
  change(0, 0, 0, PITH_ICANON);
  type("\x7f");
  reads("\x7f");
}

/* Keys that send signals: what was typed is gone, unless NOFLSH. */
static void test_signals(void **state) {
  (void)state;
  start(false, false);
  type("line\nrest\3\x1c\x1a");
  assert_int_equal(w.signal_count, 3);
  assert_int_equal(w.signals[0], 2);
  assert_int_equal(w.signals[1], 3);
  assert_int_equal(w.signals[2], 18);
  assert_false(ldisc_readable(&w.l));
  assert_int_equal(w.drops, 3);
  shows("line\nrest^C^\\^Z");
  change(0, 0, PITH_NOFLSH, 0);
  type("a\3b\n");
  reads("ab\n");
  assert_int_equal(w.drops, 3);
  change(0, 0, 0, PITH_ISIG);
  type("\3\n");
  reads("\3\n");
  assert_int_equal(w.signal_count, 4);
}

/* CR and NL as input; NL, CR as output. */
static void test_ends(void **state) {
  (void)state;
  start(true, false);
  change(PITH_IGNCR, 0, 0, 0);
  type("a\r\n");
  reads("a\n");
  change(PITH_INLCR, PITH_IGNCR, 0, 0);
  type("\r\n");
  reads("\r\r");
  change(PITH_ICRNL, PITH_INLCR, 0, 0);
  type("\r\n");
  reads("\n\n");
  change(PITH_ISTRIP, PITH_ICRNL, 0, 0);
  type("\xc1");
  reads("A");
  start(false, true);
  assert_int_equal(ldisc_write(&w.l, (const uint8_t *)"a\n\nb", 4, 100), 4);
  shows("a\r\n\r\nb");
  assert_int_equal(ldisc_write(&w.l, (const uint8_t *)"a\nb", 3, 2), 1);
  assert_int_equal(ldisc_write(&w.l, (const uint8_t *)"\nb", 2, 1), 0);
  assert_int_equal(ldisc_write(&w.l, (const uint8_t *)"\nb", 2, 2), 1);
  shows("a\r\n");
  struct pith_termios t = w.l.set;
  t.oflag = PITH_OPOST | PITH_OCRNL;
  ldisc_set(&w.l, &t);
  assert_int_equal(ldisc_write(&w.l, (const uint8_t *)"x\r\n", 3, 100), 3);
  shows("x\n\n");
  t.oflag = PITH_OPOST | PITH_ONOCR;
  ldisc_set(&w.l, &t);
  w.l.column = 0;
  assert_int_equal(ldisc_write(&w.l, (const uint8_t *)"\rx\r\ry", 5, 100), 5);
  shows("x\ry");
  t.oflag = 0;
  ldisc_set(&w.l, &t);
  assert_int_equal(ldisc_write(&w.l, (const uint8_t *)"\0\r\n\xff", 4, 100), 4);
  assert_int_equal(w.shown, 4);
}

/* Raw: each byte is there at once, none is changed, nothing is shown. */
static void test_raw(void **state) {
  (void)state;
  uint8_t got[300];
  char all[256];
  start(true, false);
  for (int i = 0; i < 256; i++) all[i] = (char)i;
  assert_true(type_bytes(all, sizeof all < PITH_TTY_LINE ? sizeof all : PITH_TTY_LINE));
  assert_int_equal(ldisc_read(&w.l, got, sizeof got), 256);
  assert_memory_equal(got, all, 256);
  assert_int_equal(w.shown + w.signal_count + w.sent_count, 0);
}

/* Changing between the modes loses nothing: what was typed of a line is readable, and the other way. */
static void test_modes(void **state) {
  (void)state;
  start(false, false);
  type("half");
  change(0, 0, 0, PITH_ICANON);
  reads("half");
  type("raw\n");
  change(0, 0, PITH_ICANON, 0);
  type("\x7fmore\n");
  uint8_t got[3];
  assert_int_equal(ldisc_read(&w.l, got, 3), 3);
  assert_memory_equal(got, "raw", 3);
  reads("\nmore\n");
}

/* The other side is stopped before the ring is full and goes on when it has been read; output stops and goes on. */
static void test_flow(void **state) {
  (void)state;
  uint8_t got[PITH_TTY_LINE];
  start(true, false);
  change(PITH_IXOFF | PITH_IXON, 0, 0, 0);
  for (int i = 0; i < PITH_TTY_LINE; i++) {
    assert_true(ldisc_input(&w.l, 'x'));
    assert_int_equal(w.sent_count, i + 1 >= PITH_TTY_LINE / 4 * 3);
  }
  assert_int_equal(w.sent[0], 19);
  assert_false(ldisc_input(&w.l, 'y'));
  assert_int_equal(ldisc_read(&w.l, got, PITH_TTY_LINE / 2), PITH_TTY_LINE / 2);
  assert_int_equal(w.sent_count, 1);
  assert_int_equal(ldisc_read(&w.l, got, PITH_TTY_LINE / 4), PITH_TTY_LINE / 4);
  assert_int_equal(w.sent_count, 2);
  assert_int_equal(w.sent[1], 17);
  type("\x13");
  assert_true(w.stopped);
  type("a\x11");
  assert_false(w.stopped);
  type("\x13");
  change(PITH_IXANY, 0, 0, 0);
  type("b");
  assert_false(w.stopped);
  type("\x13");
  change(0, PITH_IXON, 0, 0);
  assert_false(w.stopped);
}

/* A line that is too long rings the bell and can still be ended, and what comes after a whole one waits. */
static void test_long_line(void **state) {
  (void)state;
  uint8_t got[PITH_TTY_LINE];
  start(false, false);
  change(0, 0, 0, PITH_ECHO);
  for (int i = 0; i < PITH_TTY_LINE + 9; i++) assert_true(ldisc_input(&w.l, 'x'));
  assert_int_equal(w.shown, 10);
  assert_int_equal(w.screen[0], 7);
  assert_int_equal(w.l.lost, 10);
  type("\n");
  assert_false(ldisc_input(&w.l, 'y'));
  assert_false(ldisc_input(&w.l, '\n'));
  type("\x7f"); /* nothing of a line to erase */
  assert_int_equal(ldisc_read(&w.l, got, sizeof got), PITH_TTY_LINE);
  assert_int_equal(got[PITH_TTY_LINE - 1], '\n');
  type("y\n");
  reads("y\n");
  assert_int_equal(w.l.lost, 10);
}

/* A screen that takes nothing loses what would be shown and nothing else. */
static void test_no_screen(void **state) {
  (void)state;
  start(false, true);
  w.room = 0;
  type("ab\x7f\tc\n");
  reads("a\tc\n");
  assert_int_equal(w.shown, 0);
}

static void check(void) {
  unsigned used = (uint16_t)(w.l.head - w.l.tail), readable = (uint16_t)(w.l.commit - w.l.tail);

  assert_true(used <= PITH_TTY_LINE && readable <= used);
  if (!(w.l.set.lflag & PITH_ICANON)) assert_int_equal(readable, used);
}

/* Random bytes, reads, writes and settings, with the counters wrapping: reads give no more than there is, a read of
 * something readable makes progress, and a byte that was refused finds room after a read. */
static void test_random(void **state) {
  (void)state;
  unit_seed();
  for (int round = 0; round < 40; round++) {
    start(unit_below(2), unit_below(2));
    w.l.head = w.l.tail = w.l.commit = (uint16_t)unit_random();
    for (int i = 0; i < 20000; i++) {
      uint8_t buf[600];
      unsigned before = (uint16_t)(w.l.head - w.l.tail);
      size_t n = unit_below(sizeof buf), got;

      switch (unit_below(40)) {
      case 0: {
        struct pith_termios t = w.l.set;
        t.iflag = (uint32_t)unit_random();
        t.oflag = (uint32_t)unit_random();
        t.lflag = (uint32_t)unit_random();
        if (unit_below(4) == 0)
          for (unsigned k = 0; k < sizeof t.cc; k++) t.cc[k] = (uint8_t)unit_random();
        ldisc_set(&w.l, &t);
        break;
      }
      case 1:
      case 2:
        if (!ldisc_readable(&w.l)) break;
        got = ldisc_read(&w.l, buf, n);
        assert_true(got <= n && got <= before);
        if (n) assert_true((uint16_t)(w.l.head - w.l.tail) < before);
        break;
      case 3: {
        size_t room = unit_below(64), shown = w.shown = 0;
        for (size_t k = 0; k < n; k++) buf[k] = (uint8_t)unit_random();
        got = ldisc_write(&w.l, buf, n, room);
        assert_true(got <= n && w.shown - shown <= room);
        break;
      }
      case 4: ldisc_flush(&w.l); break;
      case 5: w.room = unit_below(2) ? unit_below(4) : sizeof w.screen; break;
      default:
        w.shown = 0;
        if (ldisc_input(&w.l, (uint8_t)(unit_below(3) ? unit_random() : unit_below(32)))) break;
        assert_true(before >= PITH_TTY_LINE - 1 && ldisc_readable(&w.l));
        assert_int_equal((uint16_t)(w.l.head - w.l.tail), before);
      }
      check();
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines),  cmocka_unit_test(test_eof),       cmocka_unit_test(test_edit),
      cmocka_unit_test(test_prompt), cmocka_unit_test(test_literal),   cmocka_unit_test(test_signals),
      cmocka_unit_test(test_ends),   cmocka_unit_test(test_raw),       cmocka_unit_test(test_modes),
      cmocka_unit_test(test_flow),   cmocka_unit_test(test_long_line), cmocka_unit_test(test_no_screen),
      cmocka_unit_test(test_random),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
