/* Thread-specific values. A key is a place in a table that grows by use; a thread's values are a table of its own, as long as
 * its highest key. A place has a number that changes with each key made there, and a value is one only under the
 * number it was set under: so a new key is NULL in every thread, without a walk over the threads. */
#include <stdlib.h>
#include <string.h>
#include "posix_thread.h"

struct key {
  unsigned number; /* odd: in use */
  void (*destructor)(void *);
};
struct key_value {
  unsigned number;
  void *value;
};

static struct key *keys;
static unsigned key_count;
static volatile unsigned lock;

/* A place that is free, or 4 more. */
static unsigned find_place(void) {
  unsigned n = 0;
  while (n < key_count && keys[n].number & 1) n++;
  if (n == key_count && n < PTHREAD_KEYS_MAX) {
    struct key *more = realloc(keys, (n + 4) * sizeof *keys);
    if (!more) return PTHREAD_KEYS_MAX + 1;
    memset(more + n, 0, 4 * sizeof *keys);
    keys = more;
    key_count = n + 4;
  }
  return n;
}

int pthread_key_create(pthread_key_t *key, void (*destructor)(void *)) {
  word_lock(&lock);
  unsigned n = find_place();
  if (n < PTHREAD_KEYS_MAX) {
    keys[n].destructor = destructor;
    keys[n].number++;
    *key = n;
  }
  word_unlock(&lock);
  return n < PTHREAD_KEYS_MAX ? 0 : n == PTHREAD_KEYS_MAX ? EAGAIN : ENOMEM;
}

int pthread_key_delete(pthread_key_t key) {
  int error = EINVAL;
  word_lock(&lock);
  if (key < key_count && keys[key].number & 1) {
    keys[key].number++;
    error = 0;
  }
  word_unlock(&lock);
  return error;
}

/* Of a key in use; 0 if it is not. The table may move while it grows. */
static unsigned number_of(pthread_key_t key) {
  word_lock(&lock);
  unsigned number = key < key_count ? keys[key].number : 0;
  word_unlock(&lock);
  return number & 1 ? number : 0;
}

void *pthread_getspecific(pthread_key_t key) {
  struct uthread *self = uthread_self();
  if (key >= self->value_count || !self->values[key].value) return NULL;
  return self->values[key].number == number_of(key) ? self->values[key].value : NULL;
}

int pthread_setspecific(pthread_key_t key, const void *value) {
  struct uthread *self = uthread_self();
  unsigned number = number_of(key);
  if (!number) return EINVAL;
  if (key >= self->value_count) {
    if (!value) return 0;
    struct key_value *more = realloc(self->values, (key + 1) * sizeof *more);
    if (!more) return ENOMEM;
    memset(more + self->value_count, 0, (key + 1 - self->value_count) * sizeof *more);
    self->values = more;
    self->value_count = key + 1;
  }
  self->values[key] = (struct key_value){number, (void *)(uintptr_t)value};
  return 0;
}

/* True if a destructor ran: it may have set values again. */
static bool destroy_all(struct uthread *self) {
  bool ran = false;
  for (unsigned n = 0; n < self->value_count; n++) {
    struct key_value v = self->values[n];
    self->values[n].value = NULL;
    if (!v.value || v.number != number_of(n)) continue;
    word_lock(&lock);
    void (*destructor)(void *) = keys[n].destructor;
    word_unlock(&lock);
    if (!destructor) continue;
    destructor(v.value);
    ran = true;
  }
  return ran;
}

void __pith_keys_end(struct uthread *self) {
  for (int i = 0; i < PTHREAD_DESTRUCTOR_ITERATIONS && destroy_all(self); i++) continue;
  free(self->values);
  self->values = NULL;
  self->value_count = 0;
}
