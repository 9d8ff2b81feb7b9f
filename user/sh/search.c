/* Ctrl-R: the latest line of the history that contains what is typed, shown in place of the line. */
#include <string.h>
#include "edit.h"

enum { QUERY = 40 };

/* The first line from back on that has it, or 0. */
static unsigned find(unsigned back, const char *query) {
  for (const char *text; (text = history_get(back)); back++)
    if (strstr(text, query)) return back;
  return 0;
}

int edit_search(struct edit *e) {
  char query[QUERY + 1] = "", prompt[QUERY + 16];
  size_t len = 0;
  unsigned found = 0;
  for (;;) {
    const char *text = found ? history_get(found) : "";
    const char *at = found ? strstr(text, query) : NULL;
    fmt_text(prompt, sizeof prompt, "(search '%s'): ", query);
    edit_print(text, prompt, at ? (size_t)(at - text) : 0, e);
    int c = edit_key();
    unsigned next = found;
    if (c == KEY_CTRL('R')) {
      next = find(found + 1, query);
    } else if ((c == KEY_CTRL('H') || c == 0177) && len) {
      query[--len] = 0;
      next = len ? find(1, query) : 0;
      if (!next) found = 0;
    } else if (c >= ' ' && c < 256 && c != 0177 && len < QUERY) {
      query[len++] = (char)c;
      query[len] = 0;
      next = find(found ? found : 1, query);
      if (!next) query[--len] = 0;
    } else {
      if (c == KEY_CTRL('G') || c == 033) c = KEY_NONE;
      else if (found) edit_replace(e, text);
      edit_show(e);
      return c;
    }
    if (next) found = next;
    else edit_bell();
  }
}
