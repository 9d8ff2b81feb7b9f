#include "unit.h"
#include <string.h>
#include "fs_fake.h"
#include "pith/kernel.h"
#include "pith/monitor.h"
#include "pith/mutex.h"

uint64_t fake_now;
bool fake_locked;
unsigned fake_chunks, fake_fails;
uint8_t k_image_start[8192], k_image_end[1];

pith_time pith_now(void) { return fake_now; }
void pith_waker_init(struct pith_waker *w) { memset(w, 0, sizeof *w); }
void pith_wake(struct pith_waker *w) { (void)w; }
long pith_monitor_wait(struct pith_waker *w) {
  (void)w;
  return FAKE_WAITS;
}

long pith_monitor(long (*fn)(long, long, long), long a, long b, long c) { return fn(a, b, c); }

int pith_mutex_init(struct pith_mutex *m, unsigned options) {
  (void)m, (void)options;
  fake_locked = false;
  return 0;
}

int pith_mutex_lock(struct pith_mutex *m) {
  (void)m;
  assert_false(fake_locked);
  fake_locked = true;
  return 0;
}

int pith_mutex_unlock(struct pith_mutex *m) {
  (void)m;
  assert_true(fake_locked);
  fake_locked = false;
  return 0;
}

void *fake_take(uint32_t size) {
  if (fake_fails) {
    fake_fails--;
    return NULL;
  }
  fake_chunks++;
  return malloc(size); /* not cleared: whoever needs zeros has to see to it */
}

void fake_give(void *memory) {
  assert_non_null(memory);
  fake_chunks--;
  free(memory);
}

/* As tools/image.py lays it out, but for the alignment. */
void fake_image(const struct fake_file *files, unsigned count) {
  uint32_t at = 16 + 32 * count, words[2];

  memset(k_image_start, 0xFF, sizeof k_image_start);
  memcpy(k_image_start, "PITHIMG1", 8);
  for (unsigned i = 0; i < count; i++) {
    char name[24] = "";

    strncpy(name, files[i].name, 23);
    words[0] = at;
    words[1] = (uint32_t)strlen(files[i].text);
    memcpy(k_image_start + 16 + 32 * i, name, 24);
    memcpy(k_image_start + 16 + 32 * i + 24, words, 8);
    memcpy(k_image_start + at, files[i].text, words[1]);
    at += words[1];
  }
  words[0] = count;
  words[1] = at;
  memcpy(k_image_start + 8, words, 8);
}

/* ---- all blocks ---- */

static bool seen[1 << 16];
static uint32_t reached;

static void reach(uint16_t block) {
  assert_true(block);
  assert_false(seen[block]);
  seen[block] = true;
  reached++;
}

static void reach_table(struct tmpfs *t, const uint16_t *table, unsigned n, unsigned height) {
  for (unsigned i = 0; i < n; i++) {
    if (!table[i]) continue;
    reach(table[i]);
    if (height) reach_table(t, tmpfs_block(t, table[i]), TMPFS_BLOCK / 2, height - 1);
  }
}

static void reach_node(struct tmpfs *t, struct tmpfs_node *n) {
  uint32_t entries = 0;

  if (n->mode != PITH_S_IFDIR) {
    reach_table(t, n->table, TMPFS_TABLE, n->height);
    return;
  }
  for (unsigned i = 0; i < TMPFS_TABLE; i++) {
    uint16_t last = 0;

    for (uint16_t k = n->table[i]; k; k = ((struct tmpfs_node *)tmpfs_block(t, k))->next) {
      assert_true(k > last);
      last = k;
      entries++;
      reach(k);
      assert_false(((struct tmpfs_node *)tmpfs_block(t, k))->gone);
      reach_node(t, tmpfs_block(t, k));
    }
  }
  assert_int_equal(entries, n->size);
}

void fake_check(struct tmpfs *t) {
  uint32_t used = 0;

  memset(seen, 0, sizeof seen);
  reached = 0;
  reach_node(t, &t->root);
  for (int i = 0; i < PITH_FILES; i++) {
    const struct file *f = &vfs_files[i];
    const struct tmpfs_node *n = f->node;

    if (!f->ops || !f->mount || f->mount->data != t || !n->gone || seen[f->data[0]]) continue;
    reach((uint16_t)f->data[0]);
    reach_node(t, f->node);
  }
  assert_int_equal(reached, t->used);
  for (uint32_t i = 0; i < t->chunk_count; i++) {
    const struct tmpfs_chunk *c = &t->chunk[i];
    uint32_t per = t->chunk_size / TMPFS_BLOCK, free = 0;

    if (!c->memory) continue;
    for (uint16_t b = c->free; b; b = *(uint16_t *)tmpfs_block(t, b)) {
      assert_false(seen[b]);
      assert_int_equal((b - 1u) / per, i);
      free++;
    }
    assert_int_equal(free + c->used, per);
    assert_true(c->used);
    used += c->used;
  }
  assert_int_equal(used, t->used);
}
