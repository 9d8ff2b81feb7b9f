/* Functions, their calls, and what a call hides: positional parameters and local variables.
 *
 * A frame lies on the C stack of whoever pushed it and is popped by him or, on an error, by sh_raise() before the stack
 * is left. A function's body is kept by its name and by each call that runs it, so a function may redefine or unset
 * itself. The words of a call are its parameters where they lie; `set` makes a copy of its own. */
#include <stdlib.h>
#include <string.h>
#include "sh.h"

struct function *functions;

void frame_push(struct frame *f, bool call) {
  *f = (struct frame){.below = sh.frame, .call = call, .loops = sh.loops, .params = sh.params};
  if (call) {
    sh.loops = 0;
    sh.params = (struct params){0};
  }
  sh.frame = f;
}

void frame_pop(void) {
  struct frame *f = sh.frame;
  sh.frame = f->below;
  while (f->locals) {
    struct local *l = f->locals;
    f->locals = l->next;
    free(l->var->text);
    l->var->text = l->text;
    l->var->flags = l->flags;
    free(l);
  }
  if (!f->call) return;
  params_free(&sh.params);
  sh.params = f->params;
  sh.loops = f->loops;
  if (f->arena) arena_drop(f->arena);
}

void frame_local(const char *name, size_t len) {
  struct var *v = var_make(name, len);
  for (struct local *l = sh.frame->locals; l; l = l->next)
    if (l->var == v) return;
  char *text = mem_text(v->text);
  struct local *l = malloc(sizeof *l);
  if (!l) {
    free(text);
    sh_nomem();
  }
  *l = (struct local){sh.frame->locals, v, v->text, v->flags};
  v->text = text;
  sh.frame->locals = l;
}

/* One block: the pointers, then the texts. */
void params_set(struct params *p, char **v, int n) {
  size_t size = (size_t)(n + 1) * sizeof *v;
  for (int i = 0; i < n; i++) size += strlen(v[i]) + 1;
  char **own = mem_get(size), *text = (char *)(own + n + 1);
  for (int i = 0; i < n; i++) {
    own[i] = text;
    text = stpcpy(text, v[i]) + 1;
  }
  own[n] = NULL;
  params_free(p);
  *p = (struct params){own, n, own};
}

void params_free(struct params *p) {
  free(p->own);
  *p = (struct params){0};
}

struct function *function_find(const char *name) {
  struct function *f = functions;
  while (f && strcmp(f->name, name)) f = f->next;
  return f;
}

void function_define(const struct node *n) {
  const char *name = n->function->text;
  struct function *f = function_find(name);
  if (f) {
    arena_drop(f->arena);
  } else {
    size_t size = strlen(name) + 1;
    f = mem_get(sizeof *f + size);
    memcpy(f->name, name, size);
    f->next = functions;
    functions = f;
  }
  f->arena = n->arena;
  f->code = n->code;
  n->arena->refs++;
}

bool function_unset(const char *name) {
  for (struct function **at = &functions; *at; at = &(*at)->next) {
    struct function *f = *at;
    if (strcmp(f->name, name)) continue;
    *at = f->next;
    arena_drop(f->arena);
    free(f);
    return true;
  }
  return false;
}

int call_function(struct function *f, char **argv, int argc) {
  struct frame frame;
  sh_deeper();
  frame_push(&frame, true);
  sh.params = (struct params){argv + 1, argc - 1, NULL};
  frame.arena = f->arena;
  f->arena->refs++;
  int status = eval(f->code, 0);
  if (sh.skip == SKIP_RETURN) {
    sh.skip = SKIP_NONE;
    status = sh.status;
  }
  frame_pop();
  return status;
}
