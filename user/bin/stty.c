/* pith_app: STACK 4096 HEAP 256
 *
 * Shows and sets the terminal on standard input. -a: all settings; -g: in a form that stty takes; size: rows and columns; speed: bits a
 * second. Settings: those that -a shows, a - in front of one is off; intr C and the like, C being ^C, ^- (none) or a character; min N, time N;
 * rows N, columns N; N or ispeed N, ospeed N; sane, raw, cooked, ek, cbreak, nl. */
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "stty", util_synopsis[] = "[-a | -g | SETTING...]";

static struct termios now;

enum { INPUT, OUTPUT, CONTROL, LOCAL, KINDS };
static const struct mode {
  char name[9];
  unsigned char kind;
  bool sane;
  tcflag_t bits;
} modes[] = {
    {"parenb", CONTROL, false, PARENB}, {"cstopb", CONTROL, false, CSTOPB}, {"cread", CONTROL, true, CREAD},
    {"clocal", CONTROL, true, CLOCAL},  {"ignbrk", INPUT, false, IGNBRK},   {"brkint", INPUT, false, BRKINT},
    {"ignpar", INPUT, false, IGNPAR},   {"parmrk", INPUT, false, PARMRK},   {"inpck", INPUT, false, INPCK},
    {"istrip", INPUT, false, ISTRIP},   {"inlcr", INPUT, false, INLCR},     {"igncr", INPUT, false, IGNCR},
    {"icrnl", INPUT, true, ICRNL},      {"ixon", INPUT, true, IXON},        {"ixany", INPUT, false, IXANY},
    {"ixoff", INPUT, false, IXOFF},     {"imaxbel", INPUT, true, IMAXBEL},  {"iutf8", INPUT, true, IUTF8},
    {"opost", OUTPUT, true, OPOST},     {"onlcr", OUTPUT, true, ONLCR},     {"ocrnl", OUTPUT, false, OCRNL},
    {"onocr", OUTPUT, false, ONOCR},    {"onlret", OUTPUT, false, ONLRET},  {"isig", LOCAL, true, ISIG},
    {"icanon", LOCAL, true, ICANON},    {"iexten", LOCAL, true, IEXTEN},    {"echo", LOCAL, true, ECHO},
    {"echoe", LOCAL, true, ECHOE},      {"echok", LOCAL, true, ECHOK},      {"echonl", LOCAL, false, ECHONL},
    {"noflsh", LOCAL, false, NOFLSH},   {"tostop", LOCAL, false, TOSTOP},   {"echoctl", LOCAL, true, ECHOCTL},
    {"echoke", LOCAL, true, ECHOKE}};

static const struct key {
  char name[7];
  unsigned char at, sane;
} keys[] = {{"intr", VINTR, 3},   {"quit", VQUIT, 28}, {"erase", VERASE, 127},  {"kill", VKILL, 21},
            {"eof", VEOF, 4},     {"eol", VEOL, 0},    {"eol2", VEOL2, 0},      {"start", VSTART, 17},
            {"stop", VSTOP, 19},  {"susp", VSUSP, 26}, {"rprnt", VREPRINT, 18}, {"werase", VWERASE, 23},
            {"lnext", VLNEXT, 22}};

enum { MODES = sizeof modes / sizeof *modes, KEYS = sizeof keys / sizeof *keys };

static tcflag_t *flags(int kind) {
  return kind == INPUT     ? &now.c_iflag
         : kind == OUTPUT  ? &now.c_oflag
         : kind == CONTROL ? &now.c_cflag
                           : &now.c_lflag;
}

/* ---- showing ---- */

static void put_key(cc_t c) {
  if (c == _POSIX_VDISABLE) put_text("<undef>");
  else if (c < 32 || c == 127) put_format("^%c", c ^ 64);
  else if (c < 127) put_char(c);
  else put_format("0x%x", c);
}

/* Between two of a row of `most`. */
static void put_between(unsigned *column, unsigned most) {
  if (*column) put_char(*column % most ? ' ' : '\n');
  ++*column;
}

/* All, or what is not as `sane` leaves it. */
static void put_modes(bool all) {
  unsigned column = 0;
  for (unsigned i = 0; i < KEYS; i++) {
    if (!all && now.c_cc[keys[i].at] == keys[i].sane) continue;
    put_between(&column, 6);
    put_format("%s = ", keys[i].name);
    put_key(now.c_cc[keys[i].at]);
    put_char(';');
  }
  if (all || !(now.c_lflag & ICANON)) {
    put_between(&column, 6);
    put_format("min = %u; time = %u;", now.c_cc[VMIN], now.c_cc[VTIME]);
  }
  if (column) put_char('\n');
  column = 0;
  for (unsigned i = 0; i < MODES; i++) {
    bool on = (*flags(modes[i].kind) & modes[i].bits) == modes[i].bits;
    if (!all && on == modes[i].sane) continue;
    put_between(&column, 10);
    put_format("%s%s", on ? "" : "-", modes[i].name);
  }
  if (column) put_char('\n');
}

static void show(bool all) {
  struct winsize size = {0};
  put_format("speed %lu baud;", (unsigned long)cfgetospeed(&now));
  if (all && ioctl(0, TIOCGWINSZ, &size) == 0) put_format(" rows %u; columns %u;", size.ws_row, size.ws_col);
  put_char('\n');
  put_modes(all);
}

static void show_for_stty(void) {
  for (int kind = 0; kind < KINDS; kind++) put_format("%x:", (unsigned)*flags(kind));
  put_format("%x", (unsigned)cfgetospeed(&now));
  for (int i = 0; i < NCCS; i++) put_format(":%x", now.c_cc[i]);
  put_char('\n');
}

static void show_size(void) {
  struct winsize size;
  if (ioctl(0, TIOCGWINSZ, &size) < 0) fail_errno("standard input");
  put_format("%u %u\n", size.ws_row, size.ws_col);
}

/* ---- setting ---- */

/* Numbers in the form of show_for_stty(); false: it is none. */
static bool parse_saved(const char *s) {
  tcflag_t values[KINDS + 1 + NCCS];
  for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
    size_t n = strcspn(s, ":");
    char digits[12];
    unsigned long long value;
    if (n >= sizeof digits || !s[n] != (i == KINDS + NCCS)) return false;
    memcpy(digits, s, n);
    digits[n] = 0;
    if (!parse_number(digits, 16, &value) || value > UINT32_MAX) return false;
    values[i] = (tcflag_t)value;
    s += n + 1;
  }
  for (int kind = 0; kind < KINDS; kind++) *flags(kind) = values[kind];
  cfsetspeed(&now, values[KINDS]);
  for (int i = 0; i < NCCS; i++) now.c_cc[i] = (cc_t)values[KINDS + 1 + i];
  return true;
}

static void set_flags(tcflag_t *flags, tcflag_t bits, bool on) {
  *flags = on ? *flags | bits : *flags & ~bits;
}

static void set_sane(void) {
  for (unsigned i = 0; i < MODES; i++) set_flags(flags(modes[i].kind), modes[i].bits, modes[i].sane);
  for (unsigned i = 0; i < KEYS; i++) now.c_cc[keys[i].at] = keys[i].sane;
  now.c_cc[VMIN] = 1;
  now.c_cc[VTIME] = 0;
}

static void set_raw(bool raw) {
  if (raw) now.c_iflag = now.c_iflag & IUTF8;
  else now.c_iflag |= BRKINT | IGNPAR | ICRNL | IXON;
  set_flags(&now.c_oflag, OPOST, !raw);
  set_flags(&now.c_lflag, ISIG | ICANON, !raw);
  now.c_cc[VMIN] = 1;
  now.c_cc[VTIME] = 0;
}

/* Settings of several modes, and those that are one. */
static bool set_mode(const char *word) {
  bool on = *word != '-';
  const char *name = word + !on;
  for (unsigned i = 0; i < MODES; i++) {
    if (strcmp(modes[i].name, name) != 0) continue;
    set_flags(flags(modes[i].kind), modes[i].bits, on);
    return true;
  }
  if (strcmp(word, "sane") == 0) set_sane();
  else if (strcmp(word, "ek") == 0) now.c_cc[VERASE] = 127, now.c_cc[VKILL] = 21;
  else if (strcmp(name, "raw") == 0) set_raw(on);
  else if (strcmp(name, "cooked") == 0) set_raw(!on);
  else if (strcmp(name, "cbreak") == 0) set_flags(&now.c_lflag, ICANON, !on);
  else if (strcmp(name, "nl") == 0) set_flags(&now.c_iflag, ICRNL, !on), set_flags(&now.c_oflag, ONLCR, !on);
  else if (strcmp(word, "cs8") == 0) now.c_cflag |= CS8;
  else return false;
  return true;
}

static cc_t key_of(const char *s) {
  unsigned long long value;
  if (strcmp(s, "^-") == 0 || strcmp(s, "undef") == 0) return _POSIX_VDISABLE;
  if (s[0] == '^' && s[1] && !s[2]) return s[1] == '?' ? 127 : s[1] & 31;
  if (s[0] && !s[1]) return (cc_t)s[0];
  if (s[0] == '0' && s[1] == 'x' && parse_number(s + 2, 16, &value) && value < 256) return (cc_t)value;
  usage(s, "not a character");
}

static void set_size(const char *value, bool rows) {
  struct winsize size;
  if (ioctl(0, TIOCGWINSZ, &size) < 0) fail_errno("standard input");
  *(rows ? &size.ws_row : &size.ws_col) = (unsigned short)number_argument(value, value, UINT16_MAX);
  if (ioctl(0, TIOCSWINSZ, &size) < 0) fail_errno("standard input");
}

/* One that has a value; false: it has none. */
static bool set_value(const char *name, const char *value) {
  int at = strcmp(name, "min") == 0 ? VMIN : strcmp(name, "time") == 0 ? VTIME : -1;
  bool rows = strcmp(name, "rows") == 0, columns = strcmp(name, "columns") == 0 || strcmp(name, "cols") == 0;
  bool speed = strcmp(name, "ispeed") == 0 || strcmp(name, "ospeed") == 0;
  unsigned i = 0;
  while (i < KEYS && strcmp(keys[i].name, name) != 0) i++;
  if (i == KEYS && at < 0 && !rows && !columns && !speed) return false;
  if (!value) usage(name, "needs a value");
  if (i < KEYS) now.c_cc[keys[i].at] = key_of(value);
  else if (at >= 0) now.c_cc[at] = (cc_t)number_argument(value, value, 255);
  else if (speed) cfsetspeed(&now, (speed_t)number_argument(value, value, UINT32_MAX));
  else set_size(value, rows);
  return true;
}

static void set(char **words) {
  for (; *words; words++) {
    unsigned long long speed;
    if (strcmp(*words, "size") == 0) show_size();
    else if (strcmp(*words, "speed") == 0) put_format("%lu\n", (unsigned long)cfgetospeed(&now));
    else if (set_value(*words, words[1])) words++;
    else if (parse_number(*words, 10, &speed) && speed <= UINT32_MAX) cfsetspeed(&now, (speed_t)speed);
    else if (!parse_saved(*words) && !set_mode(*words)) usage(*words, "unknown");
  }
}

static bool same(const struct termios *a, const struct termios *b) {
  return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
         a->c_lflag == b->c_lflag && cfgetospeed(a) == cfgetospeed(b) && memcmp(a->c_cc, b->c_cc, NCCS) == 0;
}

int main(int argc, char **argv) {
  const char *word = argc == 2 ? argv[1] : "";
  struct termios before;
  if (tcgetattr(0, &now) < 0) fail_errno("standard input");
  before = now;
  if (argc < 2 || strcmp(word, "-a") == 0) show(argc == 2);
  else if (strcmp(word, "-g") == 0) show_for_stty();
  else set(argv + 1);
  if (same(&now, &before)) return finish(0);
  flush();
  if (tcsetattr(0, TCSADRAIN, &now) < 0 || tcgetattr(0, &before) < 0) fail_errno("standard input");
  if (!same(&now, &before)) fail("standard input", "not all of this can be set");
  return 0;
}
