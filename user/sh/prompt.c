/* Prompts: backslashes first (\w the directory, \$ the sign, \n, \\), then parameters and commands.
 *
 * An error in a prompt must not come back at the next one: a prompt that has not come to its end is replaced. */
#include <string.h>
#include <unistd.h>
#include "sh.h"

static void put_directory(struct str *s) {
  const char *path = current_dir();
  for (path = path ? path : "?"; *path; path++) {
    if (strchr("$`\\\"", *path)) str_put(s, '\\');
    str_put(s, *path);
  }
}

char *prompt_text(const char *variable) {
  static bool unfinished;
  if (unfinished) var_set(variable, "$ ");
  const char *text = var_get(variable);
  if (!text) return arena_text(&scratch, "", 0);
  unfinished = true;
  int capturing = capture_pause(), status = sh.status, substituted = sh.substituted;
  struct lexer old = lexer;
  bool continues = input_continues, trace = sh.opt[O_XTRACE];
  sh.opt[O_XTRACE] = false;
  struct str s;
  str_init(&s, &scratch);
  for (; *text; text++) {
    if (*text != '\\' || !text[1]) {
      str_put(&s, *text);
      continue;
    }
    switch (*++text) {
    case 'w': {
      struct str path;
      str_init(&path, &scratch);
      put_directory(&path);
      str_add(&s, path.p, path.len);
      break;
    }
    case '$': str_add(&s, "\\$", 2); break;
    case 'n': str_put(&s, '\n'); break;
    case '\\': str_add(&s, "\\\\", 2); break;
    default: str_put(&s, '\\'); str_put(&s, *text);
    }
  }
  char *encoded = lex_string(s.p, s.len, &scratch);
  char *result = expand_encoded(encoded, encoded + strlen(encoded), 0, IN_QUOTES);
  lexer = old;
  input_continues = continues;
  capture_resume(capturing);
  sh.status = status;
  sh.substituted = substituted;
  sh.opt[O_XTRACE] = trace;
  unfinished = false;
  return result;
}
