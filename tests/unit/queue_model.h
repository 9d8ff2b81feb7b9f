/* What a message queue does, in a few plain arrays, and when an interrupt or another thread may come in between.
 *
 * A call is: serve those who wait, act, serve again, with gaps between; what comes in between comes in one of the gaps.
 * `staged` are the last messages, sent by an interrupt, or by the kernel itself, since the kernel looked: its next look
 * makes them messages, and until then who receives does not see them. */
#ifndef PITH_QUEUE_MODEL_H
#define PITH_QUEUE_MODEL_H
#include "fixture.h"

enum { ROOM = 3, MODEL_THREADS = 6, MODEL_GAPS = 24 };
enum op { SEND, SEND_UNTIL, TRY_SEND, RECEIVE, RECEIVE_UNTIL, TRY_RECEIVE, FRONT, PEEK, FLUSH, DELETE, OPS };
static inline bool receives(enum op op) { return op >= RECEIVE && op <= TRY_RECEIVE; }
static inline bool polls(enum op op) { return op == TRY_SEND || op == TRY_RECEIVE; }

struct model_line { /* threads by their numbers, in the order of their turns */
  int who[MODEL_THREADS], n;
};

struct model {
  uint32_t message[ROOM];
  int n, staged;
  bool blind; /* an interrupt that receives finds nothing, since a message is being put to the front */
  bool proxy; /* who waits to receive waits for several objects: its message is in the queue first */
  struct model_line receivers, senders;
  int priority[MODEL_THREADS];
  long result[MODEL_THREADS];    /* HOST_BLOCKED: waits */
  uint32_t value[MODEL_THREADS]; /* what it sends, or has received */
  pith_time until[MODEL_THREADS];
  int gaps, gap;                  /* passed; before which one it comes */
  void (*comes)(struct model *m); /* NULL: nothing does, any more */
};

/* Thread i's call. value: what it sends. Afterwards result[i] and, if it has received or peeked, value[i]. */
void model_call(struct model *m, int i, enum op op, uint32_t value, pith_time until);
/* Thread i begins to wait. */
void model_join(struct model *m, struct model_line *l, int i);
/* Its wait is over. */
void model_end(struct model *m, int i, long result);
/* What the kernel does for those who wait, whenever it looks. */
void model_serve(struct model *m);
/* By an interrupt. False: no room; nothing there. */
bool model_push(struct model *m, uint32_t value);
bool model_pop(struct model *m, uint32_t *value);
#endif
