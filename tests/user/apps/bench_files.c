/* What files cost a process: each operation lies between a pair of markers that tests/bench/_user.py reads. */
#include "pith.h"

#define MARK(n) __asm__ volatile(".inst.w 0xF3AF8000 + %c0" ::"i"(n) : "memory")
enum { ROUNDS = 20, SIZE = 4096 };

static unsigned char buf[SIZE];

int main(void) {
  int null = (int)sys_open("/dev/null", PITH_O_RDWR, 0), rom = (int)sys_open("/bin/hello", PITH_O_RDONLY, 0);
  int ram = (int)sys_open("/tmp/bench", PITH_O_RDWR | PITH_O_CREAT, 0), wrong = 0;

  MARK(0x20);
  for (int i = 0; i < ROUNDS; i++) {
    MARK(0x22);
    wrong |= sys_write(null, buf, 1) != 1;
    MARK(0x23);
    long fd = sys_open("/tmp/bench", PITH_O_RDONLY, 0);
    MARK(0x24);
    wrong |= sys_close(fd) != 0;
    MARK(0x25);
    wrong |= sys_write(ram, buf, SIZE) != SIZE;
    MARK(0x26);
    wrong |= sys_lseek(ram, 0, PITH_SEEK_SET) != 0;
    wrong |= sys_lseek(rom, 0, PITH_SEEK_SET) != 0;
    MARK(0x27);
    wrong |= sys_read(ram, buf, SIZE) != SIZE;
    MARK(0x28);
    wrong |= sys_read(rom, buf, SIZE) != SIZE;
    MARK(0x29);
    wrong |= sys_lseek(ram, 0, PITH_SEEK_SET) != 0;
    MARK(0x2A);
  }
  MARK(0x21);
  wrong |= sys_unlink("/tmp/bench") != 0;
  return wrong;
}
