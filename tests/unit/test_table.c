/* process/table.c: good lines with every option, and one test for each reason a line can be refused for. Lines lie in
 * heap blocks of their exact size. */
#include "table.h"
#include "pith_errno.h"
#include "unit.h"
#include <string.h>

static const struct table_defaults defaults = {
    .priority = 16, .lowest = 30, .backoff_us = 100000, .backoff_max_us = 10000000};
static struct table_line line;

static int read_line(const char *text, const char **what, const char **why) {
  size_t length = strlen(text);
  char *exact = malloc(length ? length : 1);
  int result;

  assert_non_null(exact);
  memcpy(exact, text, length);
  *what = *why = "untouched";
  memset(&line, 0xaa, sizeof line);
  result = table_read(exact, length, &defaults, &line, what, why);
  free(exact);
  return result;
}

static void accept(const char *text) {
  const char *what, *why;
  int result = read_line(text, &what, &why);

  if (result != 1) print_error("%s: %s: %s\n", text, what, why);
  assert_int_equal(result, 1);
}

static void refuse(const char *text, const char *wanted_what, const char *wanted_why) {
  const char *what, *why;

  assert_int_equal(read_line(text, &what, &why), -EINVAL);
  assert_string_equal(what, wanted_what);
  assert_string_equal(why, wanted_why);
  assert_true(what >= line.text && what < line.text + sizeof line.text); /* still there when it is printed */
}

static void test_nothing(void **state) {
  static const char *const lines[] = {"", " ", "\t\r", "# a=b", "  #"};
  const char *what, *why;

  (void)state;
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
    assert_int_equal(read_line(lines[i], &what, &why), 0);
}

static void test_defaults(void **state) {
  (void)state;
  accept("a b");
  assert_string_equal(line.name, "a");
  assert_string_equal(line.argv[0], "b");
  assert_null(line.argv[1]);
  assert_false(line.restarts);
  assert_int_equal(line.backoff_us, 100000);
  assert_int_equal(line.backoff_max_us, 10000000);
  assert_int_equal(line.heartbeat_us, 0);
  assert_int_equal(line.priority, 16);
  assert_int_equal(line.ceiling, 16);
  assert_int_equal(line.limits.memory | line.limits.threads | line.limits.handles | line.limits.budget_us, 0);
}

static void test_options(void **state) {
  (void)state;
  accept(
      "\tdoor  restart=3/10s backoff=50ms..400ms heartbeat=1500us priority=9 ceiling=4 memory=32K threads=5 "
      "handles=7 objects=1M budget=2ms/1s /bin/door  x=y #\r");
  assert_string_equal(line.name, "door");
  assert_true(line.restarts);
  assert_int_equal(line.restart_limit, 3);
  assert_int_equal(line.window_us, 10000000);
  assert_int_equal(line.backoff_us, 50000);
  assert_int_equal(line.backoff_max_us, 400000);
  assert_int_equal(line.heartbeat_us, 1500);
  assert_int_equal(line.priority, 9);
  assert_int_equal(line.ceiling, 4);
  assert_int_equal(line.limits.memory, 32768);
  assert_int_equal(line.limits.threads, 5);
  assert_int_equal(line.limits.handles, 7);
  assert_int_equal(line.limits.objects_memory, 1 << 20);
  assert_int_equal(line.limits.budget_us, 2000);
  assert_int_equal(line.limits.period_us, 1000000);
  assert_string_equal(line.argv[0], "/bin/door");
  assert_string_equal(line.argv[1], "x=y"); /* an argument, as it is */
  assert_string_equal(line.argv[2], "#");
  assert_null(line.argv[3]);
  accept("a restart=always priority=0 b");
  assert_true(line.restarts && !line.restart_limit && !line.priority && !line.ceiling);
  accept("a restart=never priority=30 b");
  assert_true(!line.restarts && line.priority == 30 && line.ceiling == 30);
  accept("a backoff=20s b"); /* longer than the longest there was */
  assert_int_equal(line.backoff_max_us, 20000000);
  accept("a backoff=3600s heartbeat=1us memory=1024M restart=16/3600000ms b");
  assert_int_equal(line.backoff_us, 3600000000u);
  assert_int_equal(line.limits.memory, 1u << 30);
  accept("a budget=10s/10s restart=1/3600000000us b 1 2 3 4 5 6 7 8 9 10 11");
  assert_string_equal(line.argv[11], "11");
  assert_null(line.argv[12]);
}

static void test_refused(void **state) {
  static const char time[] = "not a time: a number with us, ms or s, from 1us to 3600s";
  static const char size[] = "not a size: bytes, or a number with K or M, up to 1024M";
  static const char priority[] = "not a priority: 0, the most urgent, to PITH_PRIORITIES - 2";
  static const char restart[] = "not never, always or N/TIME with N from 1 to 16";
  static const char budget[] = "not TIME/TIME: its share of each period";
  static const char *const times[] = {"",    "5",     "0s",        "ms",           "5m",           "5sec",
                                      "-5s", "3601s", "3600001ms", "4294967296us", "99999999999s", "5 s"};
  static const char *const sizes[] = {"",         "0",          "K",          "5k",  "1025M",
                                      "1048577K", "1073741825", "4294967296", "5KB", "-1"};
  char text[64], what[64];

  (void)state;
  refuse("a", "a", "no program");
  refuse("a restart=always", "restart=always", "no program");
  refuse("restart=always b", "restart=always", "a name comes first, then options");
  refuse("abcdefghijklmnopqrstuvwx b", "abcdefghijklmnopqrstuvwx", "a name has up to 23 characters");
  refuse("a restrat=always b", "restrat=always", "no such option");
  refuse("a =b c", "=b", "no such option");
  refuse("a restart=sometimes b", "restart=sometimes", restart);
  refuse("a restart=0/1s b", "restart=0/1s", restart);
  refuse("a restart=17/1s b", "restart=17/1s", restart);
  refuse("a restart=3 b", "restart=3", restart);
  refuse("a restart=3/ b", "restart=3/", restart);
  refuse("a backoff=2s..1s b", "backoff=2s..1s", "its end is before its start");
  refuse("a backoff=1s. b", "backoff=1s.", "not TIME or TIME..TIME");
  refuse("a backoff=1s.. b", "backoff=1s..", "not TIME or TIME..TIME");
  refuse("a priority=31 b", "priority=31", priority);
  refuse("a priority= b", "priority=", priority);
  refuse("a ceiling=x b", "ceiling=x", priority);
  refuse("a priority=4 ceiling=5 b", "ceiling=5", "the ceiling is less urgent than the priority");
  refuse("a threads=0 b", "threads=0", "not a number from 1 to 255");
  refuse("a handles=256 b", "handles=256", "not a number from 1 to 255");
  refuse("a budget=1ms b", "budget=1ms", budget);
  refuse("a budget=1ms/ b", "budget=1ms/", budget);
  refuse("a budget=1us/999us b", "budget=1us/999us", "the period is not 1ms to 10s");
  refuse("a budget=1us/11s b", "budget=1us/11s", "the period is not 1ms to 10s");
  refuse("a budget=3ms/2ms b", "budget=3ms/2ms", "the share is larger than the period");
  refuse("a b 1 2 3 4 5 6 7 8 9 10 11 12", "12", "more than 11 arguments");
  refuse("a b\x01", "a b", "a character that is none");
  for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
    snprintf(text, sizeof text, "a heartbeat=%s b", times[i]);
    snprintf(what, sizeof what, "heartbeat=%.*s", (int)strcspn(times[i], " "), times[i]);
    refuse(text, what, time);
  }
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    snprintf(text, sizeof text, "a memory=%s b", sizes[i]);
    snprintf(what, sizeof what, "memory=%s", sizes[i]);
    refuse(text, what, size);
  }
}

static void test_length(void **state) {
  char text[TABLE_LINE + 1];

  (void)state;
  memset(text, 'x', sizeof text);
  memcpy(text, "a ", 2);
  text[TABLE_LINE - 1] = 0;
  accept(text);
  text[TABLE_LINE - 1] = 'x';
  text[TABLE_LINE] = 0;
  refuse(text, "a", "a line has up to 159 characters");
}

/* Any bytes: whatever comes out lies inside the line, and ends. */
static void test_random(void **state) {
  static const char *const parts[] = {"restart=", "backoff=",   "1s",       "..",        "/",    " ",
                                      "a",        "=",          "9",        "priority=", "\t",   "K",
                                      "budget=",  "heartbeat=", "ceiling=", "#",         "\x80", "\x7f"};
  const char *what, *why;
  char text[300];

  (void)state;
  unit_seed();
  for (int i = 0; i < 100000; i++) {
    text[0] = 0;
    for (uint32_t n = unit_below(20); n > 0; n--)
      strcat(text, parts[unit_below(sizeof parts / sizeof parts[0])]);
    int result = read_line(text, &what, &why);
    assert_true(result == 0 || result == 1 || result == -EINVAL);
    if (result == 0) continue;
    if (result < 0)
      assert_true(what >= line.text && what + strlen(what) < line.text + sizeof line.text && *why);
    else assert_true(line.priority <= 30 && line.ceiling <= line.priority && line.argv[0] && line.backoff_us);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nothing), cmocka_unit_test(test_defaults), cmocka_unit_test(test_options),
      cmocka_unit_test(test_refused), cmocka_unit_test(test_length),   cmocka_unit_test(test_random),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
