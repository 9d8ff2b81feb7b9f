/* Images that something else has changed: each mounts, and then every call comes back, or it is refused. Nothing crashes, hangs
 * or writes where it may not; the sanitizers and a bound on the steps of a call see to it.
 *
 *   test_mutants_littlefs [N]   N images, 10,000 unless said
 *
 * Bytes, words and bits of a good image are changed where it holds something. As checksums would notice nearly all of it, the
 * program is also built with a checksum that is always right, LITTLEFS_TEST_CRC; then every change goes through. */
#include "littlefs_flash.h"
#include "littlefs_node.h"
#include <string.h>

enum { IMAGES = 6, ENTRIES = 8, DEEP = 4, USES = 3 };

static uint8_t images[IMAGES][FLASH_SIZE];
static uint32_t used[IMAGES][FLASH_SIZE / FLASH_UNIT], used_count[IMAGES];
static uint8_t bytes[4096];
static uint32_t most_steps;
static unsigned mounted, refused, damaged;

/* ---- good images ---- */

static void some_call(int i) {
  static const char *const directories[] = {"", "/d", "/d/e", "/long directory name"};
  char path[128], other[128];
  uint32_t n = unit_below(3) ? unit_below(400) : unit_below(6000);
  struct file *f;

  snprintf(path, sizeof path, "%s/file%u", directories[unit_below(4)], unit_below(7));
  snprintf(other, sizeof other, "%s/file%u", directories[unit_below(4)], unit_below(7));
  switch (unit_below(6)) {
  case 0: data_mount->ops->mkdir(data_mount, directories[1 + i % 3], 0); return;
  case 1: data_mount->ops->unlink(data_mount, path); return;
  case 2: data_mount->ops->rename(data_mount, path, other); return;
  default: break;
  }
  f = data_open(path, PITH_O_RDWR | PITH_O_CREAT);
  if (!f) return;
  for (uint32_t k = 0; k < n; k += 500) f->ops->write(f, bytes, n - k < 500 ? n - k : 500);
  data_close(f);
}

/* What a mutation may hit: units that are not as erased. */
static void find_used(int image) {
  for (uint32_t i = 0; i < FLASH_SIZE / FLASH_UNIT; i++)
    for (uint32_t k = 0; k < FLASH_UNIT; k++)
      if (images[image][i * FLASH_UNIT + k] != 0xFF) {
        used[image][used_count[image]++] = i;
        break;
      }
}

static void make_images(void) {
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)unit_random();
  for (int image = 0; image < IMAGES; image++) {
    flash_blank();
    assert_int_equal(data_boot(), 0);
    for (int i = 0; i < 10 + 60 * image; i++) some_call(i);
    data_mount->ops->sync(data_mount);
    memcpy(images[image], flash, FLASH_SIZE);
    find_used(image);
  }
}

/* ---- mutations ---- */

static void mutate(int image) {
  /* The first two blocks are the root's; changes there are the ones that reach far. */
  uint32_t root = unit_below(2) ? 40 : used_count[image];
  uint32_t at = used[image][unit_below(root < used_count[image] ? root : used_count[image])] * FLASH_UNIT;
  uint8_t *p = flash + at + unit_below(FLASH_UNIT);
  uint32_t word;

  switch (unit_below(7)) {
  case 0: *p = (uint8_t)unit_random(); return;
  case 1: *p ^= (uint8_t)(1u << unit_below(8)); return;
  case 2: memset(flash + at, unit_below(2) ? 0 : 0xFF, FLASH_UNIT); return;
  case 3: memcpy(flash + at, flash + unit_below(FLASH_SIZE / FLASH_UNIT) * FLASH_UNIT, FLASH_UNIT); return;
  case 4: /* the number of a block, in the order of bytes that pointers have */
    word = unit_below(FLASH_BLOCKS + 2);
    memcpy(flash + at + 4 * unit_below(FLASH_UNIT / 4), &word, 4);
    return;
  case 5: /* a size */
    word = unit_below(2)   ? (uint32_t)unit_random() >> unit_below(32)
           : unit_below(2) ? 0x7FFFFFFF
                           : UINT32_MAX;
    memcpy(flash + at + 4 * unit_below(FLASH_UNIT / 4), &word, 4);
    return;
  default: /* a whole block in another's place */
    memcpy(flash + at / FLASH_BLOCK * FLASH_BLOCK, flash + unit_below(FLASH_BLOCKS) * FLASH_BLOCK,
           FLASH_BLOCK);
    return;
  }
}

/* ---- everything is called ---- */

static void count_steps(void) {
  const struct littlefs *l = data_mount ? data_mount->data : NULL;

  if (l && l->damaged) return;
  if (l && l->steps - littlefs_steps > most_steps) most_steps = l->steps - littlefs_steps;
}

static void use_file(const char *path) {
  static uint8_t buf[8192];
  struct pith_stat st;
  struct file *f = data_open(path, PITH_O_RDWR);

  count_steps();
  if (!f) return;
  f->ops->stat(f, &st);
  f->ops->read(f, buf, sizeof buf);
  count_steps();
  f->pos = unit_below(5000);
  f->ops->write(f, bytes, 1 + unit_below(900));
  count_steps();
  if (unit_below(2)) f->ops->truncate(f, unit_below(3000));
  if (unit_below(2)) f->ops->sync(f);
  if (unit_below(8) == 0) data_mount->ops->unlink(data_mount, path);
  count_steps();
  data_close(f);
  count_steps();
}

static int uses; /* of files of an image that are still to be made; the others are looked at */

static void use_directory(const char *path, int depth) {
  char names[ENTRIES][PITH_NAME_MAX + 1], full[PITH_PATH_MAX];
  uint16_t modes[ENTRIES];
  int n = data_list(path, names, modes, ENTRIES);
  struct pith_stat st;

  count_steps();
  for (int i = 0; i < n; i++) {
    if (strlen(path) + 2 + strlen(names[i]) > sizeof full || strchr(names[i], '/')) continue;
    snprintf(full, sizeof full, "%.190s/%.63s", path, names[i]);
    if (modes[i] != PITH_S_IFREG && depth < DEEP) use_directory(full, depth + 1);
    else if (unit_below(3) == 0 && uses-- > 0) use_file(full);
    else data_mount->ops->stat(data_mount, full, &st);
    if (unit_below(10) == 0) data_mount->ops->rename(data_mount, full, "/renamed");
  }
}

static void use_all(void) {
  struct pith_mount u;

  uses = USES;
  data_mount->ops->usage(data_mount, &u);
  count_steps();
  use_directory("", 0);
  data_put("/more", bytes, 1000);
  data_mount->ops->mkdir(data_mount, "/directory", 0);
  data_mount->ops->rename(data_mount, "/more", "/directory/more");
  data_mount->ops->unlink(data_mount, "/directory/more");
  data_mount->ops->rmdir(data_mount, "/directory");
  data_mount->ops->sync(data_mount);
  count_steps();
}

static void one_image(void) {
  int image = (int)unit_below(IMAGES);

  memcpy(flash, images[image], FLASH_SIZE);
  for (uint32_t n = 1 + unit_below(4); n; n--) mutate(image);
  if (data_boot()) {
    refused++;
    return;
  }
  mounted++;
  use_all();
  damaged += ((struct littlefs *)data_mount->data)->damaged;
}

static unsigned long wanted = 10000;

static void test_mutants(void **state) {
  unsigned long n;

  (void)state;
  unit_seed();
  make_images();
  for (int image = 0; image < IMAGES;
       image++) { /* as they are they are good, and tell how much a call needs */
    memcpy(flash, images[image], FLASH_SIZE);
    assert_int_equal(data_boot(), 0);
    use_all();
    assert_false(((struct littlefs *)data_mount->data)->damaged);
  }
  printf("good images: %u steps at most in a call, of %u\n", (unsigned)most_steps,
         (unsigned)((struct littlefs *)data_mount->data)->steps);
  assert_true(most_steps < ((struct littlefs *)data_mount->data)->steps / 8);
  flash_lax = true;
  for (n = 0; n < wanted; n++) {
    one_image();
    if (wanted >= 100000 && n % 50000 == 0) printf("%lu of %lu\n", n, wanted), fflush(stdout);
  }
  printf("%lu mutated images: %u refused, %u mounted, %u of them found damaged beyond use\n", n, refused,
         mounted, damaged);
  assert_true(refused > 0 && mounted > 0);
}

int main(int argc, char *argv[]) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_mutants)};

  if (argc > 1) wanted = strtoul(argv[1], NULL, 0);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
