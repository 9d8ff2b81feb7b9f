/* pith_app: STACK 4096 HEAP 5120
 *
 * Runs a command with words that it reads: blanks and newlines part them, quotes and \ keep them together. -0: bytes 0 part them, nothing
 * else is special; -n N: at most so many a run; -L N: of so many lines; -I MARK: one run a line, which stands where MARK is;
 * -r: not without words; -t: says each command; -s N: of at most so many bytes. The status is 123 if a run failed, 124 if one ended with
 * 255, 125 if one was killed (both end it), 126 and 127 if the command cannot be run. */
#include <stdlib.h>
#include <string.h>
#include "util.h"

const char util_name[] = "xargs",
           util_synopsis[] = "[-0rt] [-n WORDS | -L LINES | -I MARK] [-s BYTES] [COMMAND [WORD...]]";

static struct batch batch;
static struct input in;
static bool zeros, tell, ran;
static const char *mark;
static unsigned most_words = BATCH_WORDS, most_lines;
static size_t most_bytes = SIZE_MAX;
static int status;

static void ended(int result) {
  ran = true;
  if (result == 126 || result == 127) exit(finish(result));
  if (result >= 128) {
    failure_status = result == 255 ? 124 : 125;
    fail(batch.words[0], result == 255 ? "ended with status 255" : "was ended by a signal");
  }
  if (result) status = 123;
}

static void before(char **words) {
  if (!tell) return;
  struct line l = {0};
  for (char **w = words; *w; w++) {
    if (w > words) line_add(&l, " ", 1);
    line_add(&l, *w, strlen(*w));
  }
  line_add(&l, "\n", 1);
  write_all(2, l.text, l.length);
  free(l.text);
}

static bool is_blank(int c) { return c == ' ' || c == '\t'; }

static void add_byte(struct line *word, int c) { line_add(word, &(char){(char)c}, 1); }

static void quoted(struct line *word, int quote) {
  for (int c; (c = input_byte(&in)) != quote; add_byte(word, c))
    if (c < 0 || c == '\n') fail(NULL, "a quote without its end");
}

enum found { WORD, LINE, CONTINUED_LINE, END };

static enum found read_up_to_zero(struct line *word) {
  int c = input_byte(&in);
  if (c < 0) return END;
  for (; c > 0; c = input_byte(&in)) add_byte(word, c);
  return WORD;
}

/* A word, with -I up to the end of the line; or that end, which blanks in front of it take back. */
static enum found read_word(struct line *word) {
  bool blanks = false;
  word->length = 0;
  line_add(word, "", 0);
  if (zeros) return read_up_to_zero(word);
  int c = input_byte(&in);
  for (; is_blank(c); c = input_byte(&in)) blanks = true;
  if (c < 0) return END;
  if (c == '\n') return blanks ? CONTINUED_LINE : LINE;
  for (; c >= 0 && c != '\n' && (mark || !is_blank(c)); c = input_byte(&in)) {
    if (c == '\'' || c == '"') quoted(word, c);
    else if (c != '\\') add_byte(word, c);
    else if ((c = input_byte(&in)) >= 0) add_byte(word, c);
  }
  if (c >= 0) in.at--; /* what ended it is read again */
  return WORD;
}

/* The command with a line in it. */
static void run_with(char **words, unsigned n, const char *line) {
  static char *one[BATCH_WORDS];
  for (unsigned i = 0; i < n; i++) one[i] = word_replaced(words[i], mark, line);
  batch_start(&batch, one, n);
  batch_run(&batch);
  for (unsigned i = 0; i < n; i++) free(one[i]);
}

/* Runs what there is if this word would be too much. */
static void add(const char *word, size_t own_bytes) {
  static size_t bytes;
  size_t n = strlen(word) + 1;
  if (n > most_bytes - own_bytes) fail(word, "longer than -s allows");
  if (batch.count && bytes + n > most_bytes - own_bytes) batch_run(&batch);
  if (!batch.count) bytes = 0;
  bytes += n;
  batch_add(&batch, word);
  if (batch.count >= most_words) batch_run(&batch);
}

/* Runs of as many words, or lines that hold some, as go into one. */
static void collect(size_t own_bytes) {
  struct line word = {0};
  unsigned lines = 0;
  bool words = false; /* in this line */
  for (enum found found; (found = read_word(&word)) != END;) {
    if (found == WORD) add(word.text, own_bytes), words = true;
    if (found != LINE || !words || !most_lines) continue;
    words = false;
    if (++lines == most_lines && batch.count) batch_run(&batch);
    lines %= most_lines;
  }
}

static void each_line(char **words, unsigned n) {
  struct line line = {0};
  for (enum found found; (found = read_word(&line)) != END;)
    if (found == WORD) run_with(words, n, line.text);
}

static bool options(int argc, char **argv) {
  bool always = true;
  for (int c; (c = option(argc, argv, "0rtn:L:I:s:")) != -1;) {
    if (c == '0') zeros = true;
    else if (c == 'r') always = false;
    else if (c == 't') tell = true;
    else if (c == 'I') mark = option_value;
    else {
      unsigned value = (unsigned)number_argument(option_value, option_value, INT32_MAX);
      if (!value) usage(option_value, "must be more");
      if (c == 's') most_bytes = value;
      else *(c == 'n' ? &most_words : &most_lines) = value;
    }
  }
  if (mark && !*mark) usage(NULL, "a mark has a character");
  return always;
}

int main(int argc, char **argv) {
  static char *echo[] = {"echo", NULL};
  bool always = options(argc, argv);
  char **words = argv[option_at] ? argv + option_at : echo;
  unsigned n = 0;
  size_t bytes = 0;
  for (; words[n]; n++) bytes += strlen(words[n]) + 1;
  if (n >= BATCH_WORDS) usage(words[0], "has too many words");
  if (bytes >= most_bytes) usage(words[0], "longer than -s allows");
  batch.ended = ended;
  batch.before = before;
  batch.input = "/dev/null";
  input_from(&in, 0, "standard input");
  if (mark) {
    each_line(words, n);
  } else {
    batch_start(&batch, words, n);
    collect(bytes);
    if (batch.count || (always && !ran)) batch_run(&batch);
  }
  return finish(in.bad ? 1 : status);
}
