/* The NOR flash in RAM: strict as a flash, and its file of the host, which is written by sync alone, in the order of the last
 * changes, and can be missing, of the wrong size, or fail. */
#include "nor_ram.h"
#include "pith_errno.h"
#include "semihost.h"
#include "unit.h"
#include <string.h>

enum { BLOCK = 256, BLOCKS = 8, SIZE = BLOCK * BLOCKS };

static uint32_t memory[SIZE / 4];
static struct nor_ram_state state;
static const struct nor_ram nor = {(uint8_t *)memory, BLOCK, BLOCKS, &state};
static uint8_t ones[BLOCK], data[BLOCK];

/* ---- a host with one file ---- */

static struct {
  bool exists, there; /* the file; a host at all */
  uint8_t bytes[2 * SIZE];
  long length, at;
  int opens;
  int writes, fail_at; /* the write that fails; 0: none */
  uint32_t order[64];  /* blocks as they were written */
} host;

int semihost_open(const char *path, enum semihost_mode mode) {
  if (!host.there) return -ENODEV;
  if (strcmp(path, "file")) return -ENOENT;
  if (!host.exists && mode != SEMIHOST_WRITE) return -ENOENT;
  if (mode == SEMIHOST_WRITE) host.length = 0;
  host.exists = true;
  host.at = 0;
  host.opens++;
  return 5;
}

long semihost_read(int handle, void *buf, size_t n) {
  assert_int_equal(handle, 5);
  if ((long)n > host.length - host.at) n = (size_t)(host.length - host.at);
  memcpy(buf, host.bytes + host.at, n);
  host.at += (long)n;
  return (long)n;
}

long semihost_write(int handle, const void *buf, size_t n) {
  assert_int_equal(handle, 5);
  if (++host.writes == host.fail_at) return -EIO;
  if (n == BLOCK) host.order[host.writes % 64] = (uint32_t)host.at / BLOCK;
  memcpy(host.bytes + host.at, buf, n);
  host.at += (long)n;
  if (host.at > host.length) host.length = host.at;
  return (long)n;
}

long semihost_length(int handle) { return handle == 5 ? host.length : -EBADF; }
int semihost_seek(int handle, uint32_t position) { return host.at = position, handle == 5 ? 0 : -EBADF; }
int semihost_close(int handle) { return host.opens--, handle == 5 ? 0 : -EBADF; }

/* ---- tests ---- */

static const char *why;

static int fresh(void **unused) {
  (void)unused;
  memset(&host, 0, sizeof host);
  host.there = true;
  memset(ones, 0xFF, sizeof ones);
  memset(memory, 0x11, sizeof memory);
  for (int i = 0; i < BLOCK; i++) data[i] = (uint8_t)i;
  assert_int_equal(nor_ram_ops.start(&nor, NULL, &why), 0);
  return 0;
}

static int prog(uint32_t block, uint32_t offset, const void *buf, uint32_t n) {
  return nor_ram_ops.prog(&nor, block, offset, buf, n);
}

static int get(uint32_t block, uint32_t offset, void *buf, uint32_t n) {
  return nor_ram_ops.read(&nor, block, offset, buf, n);
}

static void test_strict(void **unused) {
  uint8_t back[BLOCK];

  (void)unused;
  for (uint32_t i = 0; i < SIZE / 4; i++) assert_int_equal(memory[i], UINT32_MAX);
  assert_int_equal(prog(3, 32, data, 64), 0);
  assert_int_equal(prog(3, 32, data, 64), 0); /* the same again changes nothing */
  assert_int_equal(get(3, 0, back, BLOCK), 0);
  assert_memory_equal(back, ones, 32);
  assert_memory_equal(back + 32, data, 64);
  assert_memory_equal(back + 96, ones, BLOCK - 96);
  assert_int_equal(prog(3, 32, ones, 64), -EIO); /* no bit becomes 1, and nothing is changed */
  assert_int_equal(get(3, 32, back, 64), 0);
  assert_memory_equal(back, data, 64);
  assert_int_equal(nor_ram_ops.erase(&nor, 3), 0);
  assert_int_equal(get(3, 0, back, BLOCK), 0);
  assert_memory_equal(back, ones, BLOCK);
}

static void test_range(void **unused) {
  (void)unused;
  assert_int_equal(prog(BLOCKS, 0, data, 16), -EINVAL);
  assert_int_equal(prog(0, 8, data, 16), -EINVAL);
  assert_int_equal(prog(0, 0, data, 8), -EINVAL);
  assert_int_equal(prog(0, BLOCK - 16, data, 32), -EINVAL);
  assert_int_equal(prog(0, 0xFFFFFFF0u, data, 32), -EINVAL);
  assert_int_equal(get(BLOCKS, 0, data, 16), -EINVAL);
  assert_int_equal(get(0, 0, data, 0xFFFFFFF0u), -EINVAL);
  assert_int_equal(nor_ram_ops.erase(&nor, BLOCKS), -EINVAL);
  assert_int_equal(nor_ram_ops.sync(&nor), 0);
}

/* A new file is as a blank flash; what was synced is there the next time, what was not is not. */
static void test_file(void **unused) {
  uint8_t back[BLOCK];

  (void)unused;
  assert_int_equal(nor_ram_ops.start(&nor, "file", &why), 0);
  assert_int_equal(host.length, SIZE);
  for (int i = 0; i < SIZE; i++) assert_int_equal(host.bytes[i], 0xFF);
  assert_int_equal(prog(1, 0, data, BLOCK), 0);
  assert_int_equal(prog(2, 0, data, BLOCK), 0);
  assert_int_equal(nor_ram_ops.sync(&nor), 0);
  assert_int_equal(prog(4, 0, data, BLOCK), 0);
  assert_int_equal(nor_ram_ops.start(&nor, "file", &why), 0); /* a reset */
  assert_int_equal(get(2, 0, back, BLOCK), 0);
  assert_memory_equal(back, data, BLOCK);
  assert_int_equal(get(4, 0, back, BLOCK), 0);
  assert_memory_equal(back, ones, BLOCK);
  assert_int_equal(host.length, SIZE);
}

static void test_order(void **unused) {
  static const uint32_t want[] = {1, 5, 0, 3};
  int first;

  (void)unused;
  assert_int_equal(nor_ram_ops.start(&nor, "file", &why), 0);
  assert_int_equal(prog(3, 0, data, 16), 0);
  assert_int_equal(prog(1, 0, data, 16), 0);
  assert_int_equal(nor_ram_ops.erase(&nor, 5), 0);
  assert_int_equal(prog(0, 0, data, 16), 0);
  assert_int_equal(prog(3, 16, data, 16), 0); /* last, though it was first */
  first = host.writes + 1;
  assert_int_equal(nor_ram_ops.sync(&nor), 0);
  assert_int_equal(host.writes + 1 - first, 4);
  for (int i = 0; i < 4; i++) assert_int_equal(host.order[first + i], want[i]);
  assert_int_equal(nor_ram_ops.sync(&nor), 0); /* nothing is left */
  assert_int_equal(host.writes + 1 - first, 4);
}

static void test_failing(void **unused) {
  (void)unused;
  assert_int_equal(nor_ram_ops.start(&nor, "file", &why), 0);
  for (uint32_t i = 0; i < BLOCKS; i++) assert_int_equal(prog(i, 0, data, 16), 0);
  host.fail_at = host.writes + 4;
  assert_true(nor_ram_ops.sync(&nor) < 0);
  assert_int_equal(nor_ram_ops.sync(&nor), 0); /* the rest is written now */
  assert_memory_equal(host.bytes, memory, SIZE);
  host.opens = 0;
  host.length = SIZE - 1;
  assert_int_equal(nor_ram_ops.start(&nor, "file", &why), -EINVAL);
  assert_string_equal(why, "its file is not of the flash's size");
  assert_int_equal(host.opens, 0);
  assert_int_equal(prog(0, 0, data, 16), -EINVAL); /* it has not been started */
  assert_int_equal(nor_ram_ops.start(&nor, "elsewhere", &why), -ENOENT);
  host.there = false;
  assert_int_equal(nor_ram_ops.start(&nor, "file", &why), -ENODEV);
  assert_string_equal(why, "there is no host");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_strict, fresh),  cmocka_unit_test_setup(test_range, fresh),
      cmocka_unit_test_setup(test_file, fresh),    cmocka_unit_test_setup(test_order, fresh),
      cmocka_unit_test_setup(test_failing, fresh),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
