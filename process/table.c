/* The line is copied and cut into words where it lies; numbers are built up with a bound at each digit, so nothing
 * wraps. The order of the checks is the order of the words: the message is about the first that is wrong. */
#include "table.h"
#include "mem.h"
#include "pith_errno.h"

#define US_MS 1000u
#define US_S 1000000u
#define TIME_MAX (3600u * US_S)

static const char time_why[] = "not a time: a number with us, ms or s, from 1us to 3600s";
static const char size_why[] = "not a size: bytes, or a number with K or M, up to 1024M";

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/* The next word of *at, ended by 0; NULL: there is none. */
static char *next_word(char **at) {
  char *word;

  while (is_blank(**at)) (*at)++;
  if (!**at) return NULL;
  word = *at;
  while (**at && !is_blank(**at)) (*at)++;
  if (**at) *(*at)++ = 0;
  return word;
}

/* Digits up to `max`; what follows them. NULL: none, or too large. */
static const char *number(const char *s, uint32_t max, uint32_t *out) {
  uint32_t n = 0;

  if (*s < '0' || *s > '9') return NULL;
  for (; *s >= '0' && *s <= '9'; s++) {
    uint32_t digit = (uint32_t)(*s - '0');

    if (n > (max - digit) / 10 || max < digit) return NULL;
    n = n * 10 + digit;
  }
  *out = n;
  return s;
}

static bool is_number(const char *s, uint32_t max, uint32_t *out) {
  s = number(s, max, out);
  return s && !*s;
}

/* What follows the time, which must not be 0; NULL: it is none. */
static const char *read_time(const char *s, uint32_t *us) {
  static const struct {
    const char *unit;
    uint32_t us;
  } units[] = {{"us", 1}, {"ms", US_MS}, {"s", US_S}};
  uint32_t n;

  s = number(s, TIME_MAX, &n);
  for (int i = 0; s && n && i < 3; i++) {
    size_t length = strlen(units[i].unit);

    if (strncmp(s, units[i].unit, length)) continue;
    if (n > TIME_MAX / units[i].us) return NULL;
    *us = n * units[i].us;
    return s + length;
  }
  return NULL;
}

static bool is_time(const char *s, uint32_t *us) {
  s = read_time(s, us);
  return s && !*s;
}

static const char *read_size(const char *s, uint32_t *bytes) {
  uint32_t n, unit = 1;

  s = number(s, 1u << 30, &n);
  if (s && *s == 'K') unit = 1u << 10, s++;
  else if (s && *s == 'M') unit = 1u << 20, s++;
  if (!s || *s || !n || n > (1u << 30) / unit) return size_why;
  *bytes = n * unit;
  return NULL;
}

/* ---- the options: each returns why its value is wrong, or NULL ---- */

static const char *restart(const char *v, struct table_line *l) {
  l->restarts = true;
  l->restart_limit = 0;
  if (!strcmp(v, "always")) return NULL;
  if (!strcmp(v, "never")) {
    l->restarts = false;
    return NULL;
  }
  v = number(v, TABLE_RESTARTS, &l->restart_limit);
  if (v && l->restart_limit && *v == '/' && is_time(v + 1, &l->window_us)) return NULL;
  return "not never, always or N/TIME with N from 1 to 16";
}

static const char *backoff(const char *v, struct table_line *l) {
  v = read_time(v, &l->backoff_us);
  if (!v) return time_why;
  if (!*v) {
    if (l->backoff_max_us < l->backoff_us) l->backoff_max_us = l->backoff_us;
    return NULL;
  }
  if (strncmp(v, "..", 2) || !is_time(v + 2, &l->backoff_max_us)) return "not TIME or TIME..TIME";
  return l->backoff_max_us < l->backoff_us ? "its end is before its start" : NULL;
}

static const char *heartbeat(const char *v, struct table_line *l) {
  return is_time(v, &l->heartbeat_us) ? NULL : time_why;
}

static const char *memory(const char *v, struct table_line *l) { return read_size(v, &l->limits.memory); }

static const char *objects(const char *v, struct table_line *l) {
  return read_size(v, &l->limits.objects_memory);
}

static const char *count(const char *v, uint16_t *to) {
  uint32_t n;

  if (!is_number(v, 255, &n) || !n) return "not a number from 1 to 255";
  *to = (uint16_t)n;
  return NULL;
}

static const char *threads(const char *v, struct table_line *l) { return count(v, &l->limits.threads); }

static const char *handles(const char *v, struct table_line *l) { return count(v, &l->limits.handles); }

static const char *budget(const char *v, struct table_line *l) {
  v = read_time(v, &l->limits.budget_us);
  if (!v || *v != '/' || !is_time(v + 1, &l->limits.period_us))
    return "not TIME/TIME: its share of each period";
  if (l->limits.period_us < US_MS || l->limits.period_us > 10 * US_S) return "the period is not 1ms to 10s";
  return l->limits.budget_us > l->limits.period_us ? "the share is larger than the period" : NULL;
}

static const char *priority(const char *v, uint8_t lowest, uint8_t *to) {
  uint32_t n;

  if (!is_number(v, lowest, &n)) return "not a priority: 0, the most urgent, to PITH_PRIORITIES - 2";
  *to = (uint8_t)n;
  return NULL;
}

static const char *yes_or_no(const char *v, bool *to) {
  *to = !strcmp(v, "yes");
  return *to || !strcmp(v, "no") ? NULL : "not yes or no";
}

static const char *console(const char *v, struct table_line *l) { return yes_or_no(v, &l->console); }

static const char *manages(const char *v, struct table_line *l) { return yes_or_no(v, &l->manages); }

static const struct option {
  const char *name;
  const char *(*set)(const char *value, struct table_line *l);
} options[] = {
    {"restart=", restart}, {"backoff=", backoff}, {"heartbeat=", heartbeat}, {"memory=", memory},
    {"threads=", threads}, {"handles=", handles}, {"objects=", objects},     {"budget=", budget},
    {"console=", console}, {"manages=", manages},
};

static const char *set_option(const char *word, uint8_t lowest, struct table_line *l) {
  if (!strncmp(word, "priority=", 9)) return priority(word + 9, lowest, &l->priority);
  if (!strncmp(word, "ceiling=", 8)) return priority(word + 8, lowest, &l->ceiling);
  for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
    size_t length = strlen(options[i].name);

    if (!strncmp(word, options[i].name, length)) return options[i].set(word + length, l);
  }
  return "no such option";
}

static const char *check_name(const char *name) {
  if (strlen(name) >= TABLE_NAME) return "a name has up to 23 characters";
  for (; *name; name++)
    if (*name == '=') return "a name comes first, then options";
  return NULL;
}

static bool is_option(const char *word) {
  while (*word && *word != '=') word++;
  return *word;
}

static const char *read_words(struct table_line *l, const struct table_defaults *d, const char **what) {
  const uint8_t unset = 255;
  char *at = l->text, *word = next_word(&at);
  const char *why = check_name(word);
  int n = 0;

  *what = l->name = word;
  l->ceiling = unset;
  while (!why && (word = next_word(&at)) && is_option(word)) why = set_option(*what = word, d->lowest, l);
  if (why) return why;
  if (l->ceiling == unset) l->ceiling = l->priority;
  if (l->ceiling > l->priority) return "the ceiling is less urgent than the priority";
  if (!word) return "no program";
  for (; word; word = next_word(&at)) {
    *what = word;
    if (n == TABLE_WORDS) return "more than 11 arguments";
    l->argv[n++] = word;
  }
  return NULL;
}

int table_read(const char *text, size_t length, const struct table_defaults *d, struct table_line *line,
               const char **what, const char **why) {
  while (length && is_blank(*text)) text++, length--;
  if (!length || *text == '#') return 0;
  *line = (struct table_line){
      .backoff_us = d->backoff_us, .backoff_max_us = d->backoff_max_us, .priority = d->priority};
  memcpy(line->text, text, length < TABLE_LINE ? length : TABLE_LINE - 1);
  *what = line->text;
  *why = "a line has up to 159 characters";
  if (length >= TABLE_LINE) {
    char *at = line->text;

    next_word(&at);
    return -EINVAL;
  }
  *why = "a character that is none";
  for (size_t i = 0; i < length; i++)
    if ((uint8_t)line->text[i] < ' ' && !is_blank(line->text[i])) {
      line->text[i] = 0;
      return -EINVAL;
    }
  *why = read_words(line, d, what);
  return *why ? -EINVAL : 1;
}
