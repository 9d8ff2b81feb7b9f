/* Words, as the tree keeps them.
 *
 * A word's text is the script's, quotes and all, but that what begins an expansion is marked: a "$" outside of single
 * quotes that is not behind a backslash always begins one, as $NAME, $digit, $special, or with the length of its text:
 * ${lll...}, $(lll...) (backquotes too), $[lll...] for $((...)); a "$" that means itself has got a backslash. lll are
 * three bytes of seven bits each with the top bit set, so no scan of a word ever has to know the grammar again. Every
 * byte but 0 may be in a word. */
#include <string.h>
#include "sh.h"

static void dollar(struct str *s, int mode, bool *quoted);

static size_t length_begin(struct str *s, char bracket) {
  str_put(s, '$');
  str_put(s, bracket);
  str_add(s, "\200\200\200", 3);
  return s->len;
}

static void length_end(struct str *s, size_t start, char bracket) {
  size_t n = s->len - start;
  if (n > TEXT_MAX) sh_error(2, "word too long");
  for (int i = 1; i <= 3; i++, n >>= 7) s->p[start - (size_t)i] = (char)(0x80 | (n & 0x7f));
  str_put(s, bracket);
}

unsigned lex_length(const char *p) {
  unsigned n = 0;
  for (int i = 0; i < 3; i++) n = n << 7 | (*p++ & 0x7f);
  return n;
}

static _Noreturn void unfinished(const char *what) { syntax_message("unterminated ", what); }

static void backquote(struct str *s, int mode) {
  size_t start = length_begin(s, '(');
  for (;;) {
    int c = lex_raw();
    if (c == '`') break;
    if (c < 0) unfinished("`");
    if (c == '\\') {
      c = lex_raw();
      if (c < 0) unfinished("`");
      if (c != '$' && c != '`' && c != '\\' && !(c == '"' && mode == LEX_QUOTED)) str_put(s, '\\');
    }
    str_put(s, (char)c);
  }
  length_end(s, start, ')');
}

/* The parser finds the end; what it makes of the text on the way is thrown away. */
static void command(struct str *s) {
  size_t start = length_begin(s, '('), from, len;
  struct mark tree = arena_mark(lexer.tree);
  capture_begin(&from);
  struct lexer old = lexer_save();
  parse_until_paren();
  lexer = old;
  arena_release(lexer.tree, tree);
  const char *text = capture_end(from, &len);
  str_add(s, text, len - 1);
  length_end(s, start, ')');
}

static void arithmetic(struct str *s, bool *quoted) {
  size_t start = length_begin(s, '[');
  for (unsigned depth = 0;;) {
    int c = lex_get();
    if (c < 0) unfinished("$((");
    if (c == '$') {
      dollar(s, LEX_QUOTED, quoted);
    } else if (c == '`') {
      backquote(s, LEX_QUOTED);
    } else if (c == ')' && !depth) {
      if (lex_get() != ')') unfinished("$((");
      break;
    } else if (c != '"') {
      if (c == '(') depth++;
      if (c == ')') depth--;
      str_put(s, (char)c);
    }
  }
  length_end(s, start, ']');
}

static bool special(int c) { return c >= 0 && c && strchr("@*#?-$!", c); }

/* The parameter of ${ }, with the # of a length before it. */
static int parameter(struct str *s) {
  int c = lex_get();
  if (c == '#') {
    int d = lex_get();
    str_put(s, '#');
    if (!name_char(d) && !special(d)) return d;
    c = d;
    if (special(d) && d != '@' && d != '*') { /* ${#?} or ${#?word} */
      int e = lex_get();
      lex_unget(e);
      if (e != '}') return d;
    }
  }
  if (special(c)) {
    str_put(s, (char)c);
    return lex_get();
  }
  while (name_char(c)) {
    str_put(s, (char)c);
    c = lex_get();
  }
  return c;
}

static void brace(struct str *s, int mode, bool *quoted) {
  size_t start = length_begin(s, '{');
  int c = parameter(s);
  mode = mode == LEX_HERE || mode == LEX_QUOTED ? LEX_QUOTED : LEX_PLAIN;
  if (c == '#' || c == '%') {
    int d = lex_get();
    mode = LEX_PATTERN;
    str_put(s, (char)c);
    if (d == c) str_put(s, (char)c);
    else lex_unget(d);
  } else {
    lex_unget(c);
  }
  lex_text(s, '}', mode, quoted);
  length_end(s, start, '}');
}

/* After a "$". */
static void dollar(struct str *s, int mode, bool *quoted) {
  int c = lex_get();
  sh_deeper();
  if (name_start(c)) {
    str_put(s, '$');
    for (; name_char(c); c = lex_get()) str_put(s, (char)c);
    lex_unget(c);
    /* ends here also where what follows was behind an escaped newline or a quote */
  } else if (special(c) || (c >= '0' && c <= '9')) {
    str_put(s, '$');
    str_put(s, (char)c);
  } else if (c == '{') {
    brace(s, mode, quoted);
  } else if (c == '(') {
    c = lex_get();
    if (c == '(') {
      arithmetic(s, quoted);
    } else {
      lex_unget(c);
      command(s);
    }
  } else {
    str_add(s, "\\$", 2);
    lex_unget(c);
  }
}

static void single_quoted(struct str *s) {
  int c;
  str_put(s, '\'');
  while ((c = lex_raw()) != '\'') {
    if (c < 0) unfinished("'");
    str_put(s, (char)c);
  }
  str_put(s, '\'');
}

static void escaped(struct str *s, int until, int mode) {
  int c = lex_raw();
  bool literal = c < 0 || (mode == LEX_HERE && until < 0 && c != '$' && c != '`' && c != '\\');
  if (literal) {
    str_add(s, "\\\\", 2);
    lex_unget(c);
  } else {
    str_put(s, '\\');
    str_put(s, (char)c);
  }
}

static bool ends_word(int c) {
  return c == '\n' || c == '\t' || c == ' ' || c == '\r' || (c && strchr(";&|<>()", c));
}

/* Text up to a quote or a brace, which is taken; until the end of a word (0) or of the input (-1). */
void lex_text(struct str *s, int until, int mode, bool *quoted) {
  for (;;) {
    int c = lex_get();
    if (c < 0 && until <= 0) return;
    if (c < 0) unfinished(until == '}' ? "${" : "\"");
    if (c == until) return;
    if (!until && ends_word(c)) {
      lex_unget(c);
      return;
    }
    bool plain = mode == LEX_PLAIN || mode == LEX_PATTERN;
    if (c == '\'' && plain) {
      *quoted = true;
      single_quoted(s);
    } else if (c == '"' && plain) {
      *quoted = true;
      str_put(s, '"');
      lex_text(s, '"', LEX_QUOTED, quoted);
      str_put(s, '"');
    } else if (c == '\\') {
      *quoted = true;
      escaped(s, until, mode);
    } else if (c == '$') {
      dollar(s, mode, quoted);
    } else if (c == '`') {
      backquote(s, mode);
    } else {
      if (c == '"' && mode == LEX_HERE) str_put(s, '\\');
      str_put(s, (char)c);
    }
  }
}

char *lex_string(const char *text, size_t len, struct arena *in) {
  struct input of;
  struct lexer old = lexer_save();
  struct mark m = arena_mark(&scratch);
  struct str s;
  bool quoted;
  str_init(&s, &scratch);
  input_text(&of, text, len);
  lex_text(&s, -1, LEX_HERE, &quoted);
  input_pop();
  lexer = old;
  char *encoded = arena_get(in, s.len + 1); /* not kept in the scratch arena if that is the one */
  if (in != &scratch) {
    memcpy(encoded, s.p, s.len);
    encoded[s.len] = 0;
    arena_release(&scratch, m);
    return encoded;
  }
  return str_end(&s);
}
