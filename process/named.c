/* Objects that processes share by name, and those that take memory: see object.h. Made by a service (names are compared and
 * memory is taken, which is for a thread), used and ended in the kernel context. */
#include "calls.h"
#include "object.h"
#include "bits.h"
#include "mem.h"
#include "mpu.h"
#include "pith/irq.h"

#if PITH_SHARED_OBJECTS
enum { REGION_MIN = 256, MESSAGES_MAX = 1024, SHM_MAX = 1 << 24 };

static const struct process_device *devices;
static unsigned device_count;
static unsigned memory_left, memory_swept; /* counted by the kernel; by threads, under process_lock */

void process_devices(const struct process_device *list, unsigned count) {
  devices = list;
  device_count = count;
}

bool object_has_maker(int pid) {
  for (int i = 0; i < PITH_PROCESS_OBJECTS; i++)
    if (process_objects[i].kind && process_objects[i].maker == pid) return true;
  return false;
}

void object_ended(struct object *o) {
  struct process *maker = process_by_pid(o->maker);

  switch (o->kind) {
  case PITH_OBJECT_QUEUE: queue_end(&o->queue); break;
  case PITH_OBJECT_SHM: futex_forget(NULL, o->region.base, o->region.size); break;
  case PITH_OBJECT_DEVICE:
    k_sem_delete(&o->device.interrupt);
    if (o->device.attached) pith_irq_detach((unsigned)o->device.is->irq);
    break;
  }
  if (maker) maker->objects_memory -= o->charged;
  o->named = 0;
  if (!o->memory) return;
  memory_left++;
  process_sweep();
}

bool object_is_left(void) { return memory_left != memory_swept; }

void object_sweep(void) {
  for (int i = 0; i < PITH_PROCESS_OBJECTS; i++) {
    struct object *o = &process_objects[i];

    if (o->kind || !o->memory) continue;
    pool_give(&process_pool, o->memory);
    o->memory = 0;
    memory_swept++;
  }
}

/* ---- opening, in the service's thread ---- */

static struct object *find(const char *name, unsigned kind) {
  for (int i = 0; i < PITH_PROCESS_OBJECTS; i++) {
    struct object *o = &process_objects[i];

    if (o->kind && o->named && (!kind || o->kind == kind) && !strcmp(o->name, name)) return o;
  }
  return NULL;
}

static const struct process_device *find_device(const char *name) {
  for (unsigned i = 0; i < device_count; i++)
    if (!strcmp(devices[i].name, name)) return &devices[i];
  return NULL;
}

static bool has_prefix(const char *s, const char *prefix) {
  while (*prefix)
    if (*s++ != *prefix++) return false;
  return *s && *s != '/';
}

/* "/sem/", "/mq/" and so on: a name tells its kind. */
static bool name_fits(const char *name, uint32_t kind) {
  static const char *const prefix[] = {[PITH_OBJECT_SEM] = "/sem/",
                                       [PITH_OBJECT_MUTEX] = "/mutex/",
                                       [PITH_OBJECT_QUEUE] = "/mq/",
                                       [PITH_OBJECT_SHM] = "/shm/",
                                       [PITH_OBJECT_DEVICE] = "/dev/"};

  return has_prefix(name, prefix[kind]);
}

static uint32_t shm_size(uint32_t size, uint32_t *align) {
  *align = next_pow2(size < REGION_MIN ? REGION_MIN : size);
  return *align ? round_up(size, *align / 8) : 0;
}

/* Memory for a new object, charged to p. */
static int take_memory(struct process *p, struct object *o, const struct pith_object *a) {
  uint32_t align = 32, size;

  if (a->kind == PITH_OBJECT_QUEUE) size = queue_memory(a->initial, a->size);
  else size = shm_size(a->size, &align);
  if (!size || size > p->bounds.objects_memory - p->objects_memory) return -ENOMEM;
  pith_mutex_lock(&process_lock);
  object_sweep();
  o->memory = pool_take(&process_pool, size, align);
  pith_mutex_unlock(&process_lock);
  if (!o->memory) return -ENOMEM;
  o->charged = size;
  p->objects_memory += size;
  memset((void *)(uintptr_t)o->memory, 0, size);
  if (a->kind == PITH_OBJECT_QUEUE) queue_init(&o->queue, o->memory, a->initial, a->size);
  else o->region = (struct region){o->memory, size};
  return 0;
}

static int make(struct process *p, struct object *o, const struct pith_object *a, const char *name) {
  const struct process_device *device;

  switch (a->kind) {
  case PITH_OBJECT_SEM: return pith_sem_init(&o->sem, a->initial);
  case PITH_OBJECT_MUTEX: return pith_mutex_init(&o->mutex, 0);
  case PITH_OBJECT_QUEUE:
    if (!a->initial || a->initial > MESSAGES_MAX || !a->size || a->size > PITH_MESSAGE_MAX) return -EINVAL;
    return take_memory(p, o, a);
  case PITH_OBJECT_SHM:
    if (!a->size || a->size > SHM_MAX) return -EINVAL;
    return take_memory(p, o, a);
  default:
    device = find_device(name + 5);
    if (!device) return -ENOENT;
    if (p->parent || p->orphan) return -EACCES; /* only who was started by the system */
    o->device.is = device;
    return pith_sem_init(&o->device.interrupt, 0);
  }
}

/* The object into the table and the handle into the process at once: in the kernel context, which a thread's look
 * around before may be behind by the time it gets there. */
struct opening {
  struct process *p;
  const struct pith_object *wish;
  const char *name; /* "": nameless */
  struct object *fresh;
};

static long publish(long opening_, long unused, long unused2) {
  struct opening *g = (struct opening *)opening_;
  struct object *o = *g->name ? find(g->name, g->wish->kind) : NULL;
  uint32_t rights = g->wish->rights;
  long handle;

  (void)unused, (void)unused2;
  if (g->p->state != PROCESS_ALIVE) return -ESRCH;
  if (o && o != g->fresh) {
    if (g->wish->flags & PITH_OPEN_EXCLUSIVE) return -EEXIST;
    if (o->maker != g->p->pid && rights & ~(uint32_t)o->others) return -EACCES;
    return handle_open(g->p, o, rights);
  }
  if (!g->fresh) return -ENOENT;
  handle = handle_open(g->p, g->fresh, rights);
  if (handle < 0) return handle;
  memcpy(g->fresh->name, g->name, PITH_OBJECT_NAME);
  g->fresh->named = *g->name != 0;
  g->fresh->others = (uint8_t)(g->wish->kind == PITH_OBJECT_DEVICE ? 0 : g->wish->others & PITH_RIGHT_ALL);
  return handle;
}

static long reserve(long opening_, long unused, long unused2) {
  struct opening *g = (struct opening *)opening_;

  (void)unused, (void)unused2;
  g->fresh = object_new(g->p->pid, (uint8_t)g->wish->kind);
  if (g->fresh) g->fresh->refs = 1; /* the service's own, until it is done */
  return g->fresh ? 0 : -ENFILE;
}

static long let_go(long object, long unused, long unused2) {
  (void)unused, (void)unused2;
  object_release((struct object *)object);
  return 0;
}

/* What is asked for, or -EINVAL. */
static long check(const struct pith_object *a, const char *name) {
  if (a->kind < PITH_OBJECT_SEM || a->kind > PITH_OBJECT_DEVICE) return -EINVAL;
  if (a->flags & ~(PITH_OPEN_CREATE | PITH_OPEN_EXCLUSIVE)) return -EINVAL;
  if (!a->rights || a->rights & ~PITH_RIGHT_ALL || a->others & ~PITH_RIGHT_ALL) return -EINVAL;
  if (a->name && !name_fits(name, a->kind)) return -EINVAL;
  return !a->name && a->kind == PITH_OBJECT_DEVICE ? -EINVAL : 0;
}

static long open_object(struct process *p, uint32_t wish_, uint32_t unused) {
  struct pith_object wish;
  char name[PITH_OBJECT_NAME] = "";
  struct opening g = {p, &wish, name, NULL};
  long result = k_copy_from_user(&p->domain, &wish, (struct uslice){wish_, sizeof wish});

  (void)unused;
  if (!result && wish.name) result = process_string(&p->domain, name, wish.name, sizeof name);
  if (result >= 0) result = check(&wish, name);
  if (result < 0) return result;
  if (*name) {
    result = pith_monitor(publish, (long)&g, 0, 0); /* it may be there */
    if (result != -ENOENT || !(wish.flags & PITH_OPEN_CREATE || wish.kind == PITH_OBJECT_DEVICE))
      return result;
  }
  result = pith_monitor(reserve, (long)&g, 0, 0);
  if (result) return result;
  result = make(p, g.fresh, &wish, name);
  if (!result) result = pith_monitor(publish, (long)&g, 0, 0);
  pith_monitor(let_go, (long)g.fresh, 0, 0);
  return result;
}

/* ---- queues of the system: of no process, so nobody's memory is charged, and never ended ---- */

struct making {
  const char *name;
  uint32_t memory, messages, size;
  struct object *made;
};

static long make_queue(long making, long unused, long unused2) {
  struct making *m = (struct making *)making;

  (void)unused, (void)unused2;
  if (find(m->name, PITH_OBJECT_QUEUE)) return -EEXIST;
  m->made = object_new(0, PITH_OBJECT_QUEUE);
  if (!m->made) return -ENFILE;
  m->made->refs = 1;
  m->made->others = PITH_RIGHT_WAIT;
  memcpy(m->made->name, m->name, strlen(m->name) + 1);
  m->made->named = 1;
  queue_init(&m->made->queue, m->memory, m->messages, m->size);
  return 0;
}

int process_queue_open(struct process_queue **out, const char *name, uint32_t messages, uint32_t size) {
  struct making m = {.name = name, .messages = messages, .size = size};
  void *memory;
  int error;

  if (!messages || messages > MESSAGES_MAX || !size || size > PITH_MESSAGE_MAX) return -EINVAL;
  if (strlen(name) >= PITH_OBJECT_NAME || !name_fits(name, PITH_OBJECT_QUEUE)) return -EINVAL;
  memory = process_memory_chunk(queue_memory(messages, size));
  if (!memory) return -ENOMEM;
  m.memory = (uint32_t)(uintptr_t)memory;
  error = (int)pith_monitor(make_queue, (long)&m, 0, 0);
  if (error) process_memory_give(memory);
  else *out = (struct process_queue *)m.made;
  return error;
}

/* ---- calls ---- */

long p_call_object_open(uint32_t object) { return service_enter(open_object, object, 0); }

long p_call_object_unlink(uint32_t name_) {
  struct process *p = process_current();
  char name[PITH_OBJECT_NAME];
  long error = process_string(&p->domain, name, name_, sizeof name);
  struct object *o;

  if (error < 0) return error;
  o = find(name, 0);
  if (!o) return -ENOENT;
  if (o->kind == PITH_OBJECT_DEVICE) return -EACCES;
  if (o->maker != p->pid && !(o->others & PITH_RIGHT_MANAGE)) return -EACCES;
  o->named = 0;
  return 0;
}

/* The line stays off from one interrupt to the next wait, so a device that nobody serves costs nothing. */
static void device_isr(void *o_) {
  struct object *o = o_;

  pith_irq_disable((unsigned)o->device.is->irq);
  pith_sem_give(&o->device.interrupt);
}

long p_call_irq_wait(uint32_t handle, uint32_t pad, int64_t us) {
  long error;
  struct object *o = handle_get(process_current(), handle, PITH_OBJECT_DEVICE, PITH_RIGHT_WAIT, &error);

  (void)pad;
  if (!o) return error;
  if (o->device.is->irq < 0) return -ENODEV;
  if (!o->device.attached) {
    if (pith_irq_attach((unsigned)o->device.is->irq, device_isr, o)) return -EBUSY;
    o->device.attached = true;
  }
  error = thread_may_wait();
  if (error) return error;
  pith_irq_enable((unsigned)o->device.is->irq);
  return k_sem_take(&o->device.interrupt, process_deadline(us));
}
#endif
