/* The line being edited, as the parts of the editor see it: edit.c (keys), screen.c (what is shown), search.c, tab.c. */
#ifndef SH_EDIT_H
#define SH_EDIT_H
#include "sh.h"

struct edit {
  char *text; /* LINE_LIMIT bytes; no 0 */
  size_t len, at;
  const char *prompt; /* its last line */
  unsigned columns;
  unsigned row, shown; /* where the cursor is from the top of what is shown; cells shown */
  unsigned back;       /* lines back in the history; 0: the new one */
  char *kept;          /* the new one, while another is shown */
};

/* What a key means: a byte, or one of these. */
enum {
  KEY_END = -1,
  KEY_UP = 256,
  KEY_DOWN,
  KEY_LEFT,
  KEY_RIGHT,
  KEY_HOME,
  KEY_LAST,
  KEY_DELETE,
  KEY_BACK_WORD,
  KEY_NEXT_WORD,
  KEY_KILL_WORD,
  KEY_NONE
};

#define KEY_CTRL(c) ((c)&0x1f)

int edit_key(void);              /* waits for one */
void edit_show(struct edit *e);  /* all of it again */
void edit_below(struct edit *e); /* the cursor goes to the line after it */
void edit_bell(void);
bool edit_insert(struct edit *e, const char *text, size_t len);
void edit_remove(struct edit *e, size_t from, size_t to);
void edit_replace(struct edit *e, const char *text); /* all of the line */
int edit_search(struct edit *e);                     /* Ctrl-R; the key that ended it, or KEY_NONE */
void edit_complete(struct edit *e, bool again);
size_t edit_width(const char *text, size_t len); /* cells */
void edit_print(const char *text, const char *prompt, size_t at, struct edit *e);
#endif
