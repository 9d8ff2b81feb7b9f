/* The host's side of a debug connection, see semihost.h for the contract with the HardFault handler.
 *
 * A call takes the address of a block of words and returns one word; -1 is failure, then SYS_ERRNO tells
 * why. The host's errno is taken as it is: both ends mean the POSIX numbers, which agree for the ones that
 * files give. SYS_TIME decides whether there is a host: seconds since 1970 are never -1. */
#include "semihost.h"

#include "pith_errno.h"

enum {
  SYS_OPEN = 0x01,
  SYS_CLOSE = 0x02,
  SYS_WRITE = 0x05,
  SYS_READ = 0x06,
  SYS_SEEK = 0x0A,
  SYS_FLEN = 0x0C,
  SYS_REMOVE = 0x0E,
  SYS_TIME = 0x11,
  SYS_ERRNO = 0x13,
  SYS_GET_CMDLINE = 0x15,
  SYS_EXIT_EXTENDED = 0x20,
};
#define MPU_CTRL (*(volatile uint32_t *)0xE000ED94) /* DDI 0403 B3.5.6; reads as 0 without an MPU */
#define ADP_STOPPED_APPLICATION_EXIT 0x20026u

static semihost_monitor *monitor;

/* HAZARD: QEMU's host sees memory through the MPU and asks it once for each 1024 bytes, about the first of them: where a
 * stack's guard lies there, the rest would be unreadable, and what is to be written lost without a word. So the MPU is off
 * for the one instruction, and nothing but an interrupt can come in between. */
static long call(long operation, long block, long unused) {
  register long r0 __asm("r0") = operation;
  register long r1 __asm("r1") = block;
  uint32_t control = MPU_CTRL;

  (void)unused;
  MPU_CTRL = 0;
  __asm volatile("dsb\n\tisb\n\tbkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  MPU_CTRL = control;
  __asm volatile("dsb\n\tisb" ::: "memory");
  return r0;
}

void semihost_through(semihost_monitor *m) { monitor = m; }

/* In a handler, or a panic, which has masked all. */
static bool is_undisturbed(void) {
  uint32_t ipsr, primask;

  __asm volatile("mrs %0, ipsr\n\tmrs %1, primask" : "=r"(ipsr), "=r"(primask));
  return (ipsr & 0x1FF) || (primask & 1);
}

static int32_t host_call(uint32_t operation, const void *block) {
  if (!monitor || is_undisturbed()) return call((long)operation, (long)(intptr_t)block, 0);
  return monitor(call, (long)operation, (long)(intptr_t)block, 0);
}

static int32_t call3(uint32_t operation, uintptr_t a, uintptr_t b, uintptr_t c) {
  uint32_t block[3] = {(uint32_t)a, (uint32_t)b, (uint32_t)c};
  return host_call(operation, block);
}

static int failure(void) {
  int32_t number = host_call(SYS_ERRNO, NULL);
  return number > 0 ? -number : -EIO;
}

static size_t length_of(const char *s) {
  size_t n = 0;
  while (s[n]) n++;
  return n;
}

static int8_t known; /* is there a host? 0 not asked yet, 1 yes, -1 no */

bool semihost_present(void) {
  if (known == 0) known = host_call(SYS_TIME, NULL) == -1 ? -1 : 1;
  return known > 0;
}

int semihost_cmdline(char *buf, size_t n) {
  uint32_t block[2] = {(uint32_t)(uintptr_t)buf, (uint32_t)n};
  if (!semihost_present()) return -ENODEV;
  if (n == 0 || host_call(SYS_GET_CMDLINE, block) != 0) return -ENAMETOOLONG;
  buf[n - 1] = 0;
  return (int)length_of(buf);
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes one argument in place, which only makes it shorter; returns the character that ended it. */
static char *decode(char *s) {
  char *to = s;
  while (*s && *s != ' ') {
    if (s[0] == '%' && (s[1] == ' ' || s[1] == 0)) {
      s++; /* the empty argument */
    } else if (s[0] == '%' && hex_digit(s[1]) >= 0 && hex_digit(s[2]) >= 0) {
      *to++ = (char)(hex_digit(s[1]) << 4 | hex_digit(s[2]));
      s += 3;
    } else {
      *to++ = *s++;
    }
  }
  char *end = s;
  bool more = *s != 0;
  *to = 0;
  return more ? end + 1 : end;
}

int semihost_args(char *buf, size_t n, char *argv[], int max) {
  int length = semihost_cmdline(buf, n);
  if (length < 0) return length;
  char *end = buf + length;
  int count = 0;
  for (char *s = buf; s < end;) {
    if (*s == ' ') {
      s++;
      continue;
    }
    if (count == max) return -E2BIG;
    argv[count++] = s;
    s = decode(s);
  }
  return count;
}

int semihost_open(const char *path, enum semihost_mode mode) {
  if (!semihost_present()) return -ENODEV;
  int32_t handle = call3(SYS_OPEN, (uintptr_t)path, mode, length_of(path));
  return handle < 0 ? failure() : (int)handle;
}

/* READ and WRITE return the bytes that were NOT moved. */

long semihost_read(int handle, void *buf, size_t n) {
  int32_t left = call3(SYS_READ, (uintptr_t)handle, (uintptr_t)buf, n);
  if (left < 0 || (size_t)left > n) return failure();
  return (long)n - left;
}

long semihost_write(int handle, const void *buf, size_t n) {
  int32_t left = call3(SYS_WRITE, (uintptr_t)handle, (uintptr_t)buf, n);
  if (left < 0 || (size_t)left > n) return failure();
  return left == 0 || (size_t)left < n ? (long)n - left : (long)failure();
}

long semihost_length(int handle) {
  int32_t bytes = call3(SYS_FLEN, (uintptr_t)handle, 0, 0);
  return bytes < 0 ? failure() : bytes;
}

int semihost_seek(int handle, uint32_t position) {
  return call3(SYS_SEEK, (uintptr_t)handle, position, 0) < 0 ? failure() : 0;
}

int semihost_close(int handle) { return call3(SYS_CLOSE, (uintptr_t)handle, 0, 0) < 0 ? failure() : 0; }

int semihost_remove(const char *path) {
  if (!semihost_present()) return -ENODEV;
  return call3(SYS_REMOVE, (uintptr_t)path, length_of(path), 0) != 0 ? failure() : 0;
}

void semihost_exit(int status) {
  uint32_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, (uint32_t)status};
  if (known >= 0)
    host_call(SYS_EXIT_EXTENDED, block); /* without a host, inside HardFault, it would be a lock-up */
}
