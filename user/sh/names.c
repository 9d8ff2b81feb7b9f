/* Builtins about names and parameters: export readonly unset local set shift getopts, and the options of set.
 *
 * An option is one letter of OPTIONS and one place in sh.opt, so $- and set -o are the same table. */
#include <string.h>
#include "sh.h"

static const char option_names[O_COUNT][12] = {"allexport", "noclobber",   "errexit", "noglob",
                                               "monitor",   "noexec",      "nounset", "verbose",
                                               "xtrace",    "interactive", "stdin"};

static bool change(int option, bool on) {
  if (option == O_MONITOR && on && !sh.control) {
    control_start();
    if (sh.control) return true;
    sh_warn("no terminal to control jobs on");
    return true;
  }
  if (option == O_MONITOR) sh.control = on && sh.control;
  sh.opt[option] = on;
  return true;
}

/* -abc, +abc, -o NAME, whose NAME is next. */
bool option_set(const char *arg, const char *next, bool *took) {
  bool on = *arg == '-';
  for (arg++; *arg; arg++) {
    const char *letter = strchr(OPTIONS, *arg);
    int i = letter ? (int)(letter - OPTIONS) : -1;
    if (*arg == 'o' && next && !*took) {
      *took = true;
      for (i = 0; i < O_COUNT && strcmp(option_names[i], next); i++) {}
      if (i == O_COUNT) i = -1;
    }
    if (i < 0) {
      sh_warn("%s: no such option", *arg == 'o' && next ? next : arg);
      return false;
    }
    change(i, on);
  }
  return true;
}

static int list_options(bool commands) {
  for (int i = 0; i < O_COUNT; i++) {
    if (commands) out_fmt("set %co %s\n", sh.opt[i] ? '-' : '+', option_names[i]);
    else
      out_fmt("%s%s%s\n", option_names[i], "                " + strlen(option_names[i]),
              sh.opt[i] ? "on" : "off");
  }
  return 0;
}

int b_set(int argc, char **argv) {
  int i = 1;
  if (argc == 1) {
    var_list(V_SET, "");
    return 0;
  }
  for (; i < argc && (argv[i][0] == '-' || argv[i][0] == '+') && argv[i][1]; i++) {
    bool took = false;
    if (!strcmp(argv[i], "--")) {
      i++;
      params_set(&sh.params, argv + i, argc - i);
      return 0;
    }
    if (!argv[i + 1] && !strcmp(argv[i] + 1, "o")) return list_options(argv[i][0] == '+');
    if (!option_set(argv[i], argv[i + 1], &took)) {
      if (!sh.interactive) sh_exit(2);
      return 2;
    }
    i += took;
  }
  if (i < argc && !strcmp(argv[i], "-")) i++;
  if (i < argc) params_set(&sh.params, argv + i, argc - i);
  return 0;
}

int b_shift(int argc, char **argv) {
  long n = 1;
  if (argc > 1 && (!number(argv[1], &n) || n < 0)) {
    sh_warn("%s: not a number", argv[1]);
    return 2;
  }
  if (n > sh.params.n) {
    sh_warn("cannot shift so many");
    return 2;
  }
  sh.params.v += n;
  sh.params.n -= (int)n;
  return 0;
}

/* NAME or NAME=VALUE: the length of the name, or 0 and a message. */
static size_t name_of(const char *arg) {
  size_t len = name_length(arg);
  if (len && (!arg[len] || arg[len] == '=')) return len;
  sh_warn("%s: not a name", arg);
  return 0;
}

int b_export(int argc, char **argv) {
  unsigned char flag = argv[0][0] == 'e' ? V_EXPORT : V_READONLY;
  int i = 1, status = 0;
  bool remove = argc > 1 && !strcmp(argv[1], "-n") && flag == V_EXPORT;
  if (argc > 1 && (!strcmp(argv[1], "-p") || !strcmp(argv[1], "--") || remove)) i++;
  if (i == argc) var_list(flag, flag == V_EXPORT ? "export " : "readonly ");
  for (; i < argc; i++) {
    size_t len = name_of(argv[i]);
    if (!len) {
      status = 2;
      continue;
    }
    if (argv[i][len]) var_set_n(argv[i], len, argv[i] + len + 1);
    struct var *v = var_make(argv[i], len);
    v->flags = (unsigned char)(remove ? v->flags & ~flag : v->flags | flag);
  }
  return status;
}

int b_local(int argc, char **argv) {
  const struct frame *f = sh.frame;
  while (f && !f->call) f = f->below;
  if (!f) {
    sh_warn("not in a function");
    return 2;
  }
  int status = 0;
  for (int i = 1; i < argc; i++) {
    size_t len = name_of(argv[i]);
    if (!len) {
      status = 2;
      continue;
    }
    frame_local(argv[i], len);
    if (argv[i][len]) var_set_n(argv[i], len, argv[i] + len + 1);
  }
  return status;
}

int b_unset(int argc, char **argv) {
  int i = 1, status = 0;
  bool functions_only = argc > 1 && !strcmp(argv[1], "-f"), variables = argc > 1 && !strcmp(argv[1], "-v");
  if (functions_only || variables) i++;
  for (; i < argc; i++) {
    if (functions_only) {
      function_unset(argv[i]);
    } else if (!name_of(argv[i])) {
      status = 2;
    } else if (!var_unset(argv[i])) {
      sh_warn("%s: is read only", argv[i]);
      status = 2;
      if (!sh.interactive) sh_exit(status);
    }
  }
  return status;
}

/* One step of getopts: its result is the option's letter in *letter, and the status. */
static int next_option(const char *wanted, char **v, int n, char *letter, bool quiet) {
  static long last; /* OPTIND as it was left, */
  static int at;    /* and where in the word; 0: at its start */
  const char *optind = var_get("OPTIND");
  long i = 1;
  if (!optind || !number(optind, &i) || i < 1) i = 1;
  if (i != last) at = 0;
  const char *word = i <= n ? v[i - 1] : NULL;
  if (!at && (!word || word[0] != '-' || !word[1] || !strcmp(word, "--"))) {
    if (word && !strcmp(word, "--")) i++;
    var_set_number("OPTIND", last = i);
    *letter = '?';
    return 1;
  }
  if (!at) at = 1;
  if (!word || strlen(word) <= (size_t)at) { /* the parameters have changed */
    at = 0;
    last = 0;
    *letter = '?';
    return 1;
  }
  char c = word[at++];
  const char *found = c == ':' ? NULL : strchr(wanted, c), *text = NULL;
  bool takes = found && found[1] == ':';
  if (takes && word[at]) {
    text = word + at;
    at = 0, i++;
  } else if (takes) {
    text = i < n ? v[i] : NULL;
    at = 0, i += text ? 2 : 1;
  } else if (!word[at]) {
    at = 0, i++;
  }
  var_set_number("OPTIND", last = i);
  *letter = c;
  if (found && (text || !takes)) {
    if (text) var_set("OPTARG", text);
    if (!text) var_unset("OPTARG");
    return 0;
  }
  *letter = found && quiet ? ':' : '?';
  if (quiet) {
    var_set("OPTARG", (char[]){c, 0});
  } else {
    sh.running = NULL;
    sh_warn(found ? "option -%c wants an argument" : "no such option: -%c", c);
    var_unset("OPTARG");
  }
  return 0;
}

int b_getopts(int argc, char **argv) {
  if (argc < 3) return usage("getopts LETTERS NAME [WORD]...");
  char letter[2] = "";
  bool quiet = argv[1][0] == ':';
  char **v = argc > 3 ? argv + 3 : sh.params.v;
  if (!name_of(argv[2])) return 2;
  int status = next_option(argv[1] + quiet, v, argc > 3 ? argc - 3 : sh.params.n, letter, quiet);
  var_set(argv[2], letter);
  return status;
}
