/* A process that has a device of the board to itself: it programs a timer and waits for its interrupts. By its file's
 * name it keeps the device for a while ("hold"), wants what another one has ("foreign"), or ends with its timer running and an
 * interrupt that nobody acknowledges ("after").
 * pith_app: STACK 2048 HEAP 2048 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "pith.h"

enum { MS = 1000, INTERRUPTS = 5 };

/* Both families of boards, by which device there is. Arm DDI0479, 4.4; ST RM0090, 18.4 (and tests/target/irq.c). */
static int is_cmsdk;
static volatile uint32_t *reg;

static long open_device(void) {
  struct pith_object o = {.kind = PITH_OBJECT_DEVICE, .rights = PITH_RIGHT_ALL, .name = (uint32_t)(uintptr_t)"/dev/timer1"};
  long handle = sys_object_open(&o);

  is_cmsdk = handle != -ENOENT;
  if (is_cmsdk) return handle;
  o.name = (uint32_t)(uintptr_t)"/dev/tim5";
  return sys_object_open(&o);
}

static void start(void) {
  if (is_cmsdk) {
    reg[2] = reg[1] = 25000; /* RELOAD, VALUE: 1 ms at 25 MHz */
    reg[0] = 1 | 1 << 3;
  } else {
    reg[0] = 0;
    reg[3] = 1;         /* DIER: update */
    reg[11] = 16000000; /* ARR; an emulator's timer runs at 1 GHz */
    reg[0] = 1;
  }
}

static void acknowledge(void) {
  if (is_cmsdk) reg[3] = 1;
  else reg[4] = 0;
}

static void stop(void) {
  if (is_cmsdk) reg[0] = 0;
  else reg[3] = reg[0] = 0;
  acknowledge();
}

static int use(long device) {
  long address = sys_map(device);

  if ((unsigned long)address > -4096ul) return printf("map: %ld\n", address), 1;
  reg = (volatile uint32_t *)address;
  if (sys_write(1, (const void *)address, 4) != -EFAULT) return printf("the kernel reads devices for us\n"), 1;
  stop(); /* whoever had it before may have left it running */
  if (sys_irq_wait(device, 0, 2 * MS) != -ETIMEDOUT) return printf("an interrupt of nobody\n"), 1;
  start();
  for (int i = 0; i < INTERRUPTS; i++) {
    long error = sys_irq_wait(device, 0, 5000 * MS);

    if (error) return printf("wait: %ld\n", error), 1;
    acknowledge();
  }
  stop();
  return printf("%d interrupts\n", INTERRUPTS), 0;
}

static int hold(long device) {
  int status = use(device);

  sys_sleep(200 * MS);
  return status;
}

static int leave(long device) {
  int status = use(device);

  start();
  return sys_irq_wait(device, 0, 5000 * MS) ? 1 : status;
}

int main(int argc, char **argv) {
  long device = open_device();

  if (argc != 1) return 2;
  if (strstr(argv[0], "foreign")) return printf("refused: %ld\n", device), device != -EACCES;
  if (device < 0) return printf("open: %ld\n", device), 1;
  if (strstr(argv[0], "hold")) return hold(device);
  return strstr(argv[0], "after") ? leave(device) : use(device);
}
