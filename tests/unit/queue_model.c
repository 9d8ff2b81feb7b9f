/* The model of a message queue: see queue_model.h. */
#include "queue_model.h"
#include <string.h>

static void gap(struct model *m) {
  void (*comes)(struct model * m) = m->comes;

  if (m->gaps++ != m->gap || !comes) return;
  m->comes = NULL;
  comes(m);
}

void model_join(struct model *m, struct model_line *l, int i) {
  int at = l->n++;

  for (; at > 0 && m->priority[l->who[at - 1]] > m->priority[i]; at--) l->who[at] = l->who[at - 1];
  l->who[at] = i;
  m->result[i] = HOST_BLOCKED;
}

static int leave(struct model_line *l, int at) {
  int i = l->who[at];

  l->n--;
  memmove(&l->who[at], &l->who[at + 1], (size_t)(l->n - at) * sizeof *l->who);
  return i;
}

static void forget(struct model_line *l, int i) {
  for (int at = l->n - 1; at >= 0; at--)
    if (l->who[at] == i) leave(l, at);
}

void model_end(struct model *m, int i, long result) {
  forget(&m->receivers, i);
  forget(&m->senders, i);
  m->result[i] = result;
}

bool model_push(struct model *m, uint32_t value) {
  if (m->n == ROOM) return false;
  m->message[m->n++] = value;
  m->staged++;
  return true;
}

bool model_pop(struct model *m, uint32_t *value) {
  if (m->n == m->staged) return false;
  *value = m->message[0];
  memmove(m->message, m->message + 1, (size_t)--m->n * sizeof *m->message);
  return true;
}

static void hand(struct model *m, uint32_t value) {
  int i = leave(&m->receivers, 0);

  m->value[i] = value;
  m->result[i] = 0;
}

void model_serve(struct model *m) {
  uint32_t value;
  bool more = true;

  while (more) {
    m->staged = 0;
    gap(m);
    if (m->receivers.n && model_pop(m, &value)) hand(m, value);
    else if (m->senders.n && model_push(m, m->value[m->senders.who[0]])) m->result[leave(&m->senders, 0)] = 0;
    else more = false;
    gap(m);
  }
}

static bool send(struct model *m, uint32_t value, bool front) {
  if (m->receivers.n && !m->proxy) {
    hand(m, value);
    return true;
  }
  if (m->senders.n || !model_push(m, value)) return false;
  if (front) {
    memmove(m->message + 1, m->message, (size_t)(m->n - 1) * sizeof *m->message);
    m->message[0] = value;
    m->staged--;
  }
  return true;
}

/* All but what an interrupt sends just then. */
static void drop(struct model *m) {
  memmove(m->message, &m->message[m->n - m->staged], (size_t)m->staged * sizeof *m->message);
  m->n = m->staged;
}

static void delete (struct model *m) {
  while (m->receivers.n) model_end(m, m->receivers.who[0], -EIDRM);
  while (m->senders.n) model_end(m, m->senders.who[0], -EIDRM);
  gap(m);
  model_serve(m);
  gap(m);
  drop(m);
}

/* False: it waits now, or is refused. */
static bool act(struct model *m, int i, enum op op, uint32_t value) {
  switch (op) {
  case SEND:
  case SEND_UNTIL:
  case TRY_SEND: m->value[i] = value; return send(m, value, false);
  case FRONT: return send(m, value, true);
  case RECEIVE:
  case RECEIVE_UNTIL:
  case TRY_RECEIVE: return !m->receivers.n && model_pop(m, &m->value[i]);
  case PEEK: m->value[i] = m->message[0]; return m->n > m->staged;
  case FLUSH: drop(m); return true;
  default: delete (m); return true;
  }
}

void model_call(struct model *m, int i, enum op op, uint32_t value, pith_time until) {
  bool done;

  gap(m);
  model_serve(m);
  gap(m);
  done = act(m, i, op, value);
  m->result[i] = done ? 0 : -EAGAIN;
  if (!done && op <= TRY_RECEIVE && !polls(op)) {
    m->until[i] = op == SEND_UNTIL || op == RECEIVE_UNTIL ? until : PITH_FOREVER;
    model_join(m, receives(op) ? &m->receivers : &m->senders, i);
  }
  gap(m);
  model_serve(m);
  gap(m);
  model_serve(m);
}
