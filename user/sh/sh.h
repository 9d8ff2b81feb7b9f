/* The shell's parts, as they see each other.
 *
 * Memory is of three kinds, so that nothing has to be freed one by one and nothing can leak:
 *   - the scratch arena `scratch`: strings and fields while a command is expanded and run; taken and given back in the
 *     order of a stack, by marks;
 *   - an arena per complete command for its tree, and one per function body, which the function's name keeps;
 *   - malloc() for what outlives a command: variables, functions, aliases, jobs, positional parameters.
 * An error leaves by sh_error(), which goes back to the loop of main.c: everything above is then undone by the stacks
 * kept in `sh` (inputs, redirections, calls, trees, arenas), never by the functions that are left. */
#ifndef SH_H
#define SH_H
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Tunables. */
#ifndef SH_CHUNK
#define SH_CHUNK                                                                                             \
  504 /* with malloc's own words 512; 0: each piece by itself, so that a sanitizer sees its ends */
#endif
enum {
  CHUNK = SH_CHUNK,         /* bytes an arena takes at a time */
  TEXT_MAX = (1 << 21) - 1, /* bytes of one command substitution's, expansion's or here-document's text */
  WORD_LIMIT = 1 << 22,     /* bytes of one word or field */
  LINE_LIMIT = 1024,        /* bytes of a line at the prompt */
  HISTORY_BYTES = 2048,     /* of lines kept in memory, */
  HISTORY_LINES = 64,       /* and how many */
  ALIAS_DEPTH = 16,         /* aliases inside aliases */
  OUT_BUFFER = 128,         /* bytes a builtin writes at a time */
  HIGH_FD = 10,             /* descriptors from here on are the shell's own */
};
#ifdef __linux__
#define SH_SELF "/proc/self/exe"
#define STACK_LIMIT (1 << 18)
#else
#define SH_SELF "/bin/sh"
#ifndef SH_STACK
#define SH_STACK 20480 /* as main.c wishes */
#endif
#define STACK_LIMIT (SH_STACK - 4096) /* the rest is for the deepest call between two checks */
#endif
#define DEFAULT_PATH "/bin"

/* Arenas: arena.c. */
struct chunk;
struct arena {
  struct chunk *chunk;
  char *next, *end;
  struct arena *children, *sibling; /* bodies of functions defined in this tree */
  unsigned refs;
};
struct mark {
  struct chunk *chunk;
  char *next;
  struct arena *children;
};
struct str { /* a string that grows, in an arena */
  struct arena *in;
  char *p;
  size_t len, room;
};
extern struct arena scratch;

void *mem_get(size_t size);       /* malloc() or an error */
char *mem_text(const char *text); /* a copy of it */
void *arena_get(struct arena *a, size_t size);
char *arena_text(struct arena *a, const char *text, size_t len);
struct mark arena_mark(const struct arena *a);
void arena_release(struct arena *a, struct mark m);
struct arena *arena_new(void);    /* with one reference */
void arena_drop(struct arena *a); /* one reference less; the last frees it */
void str_init(struct str *s, struct arena *in);
void str_put(struct str *s, char c);
void str_add(struct str *s, const char *text, size_t len);
char *str_end(struct str *s); /* closes it with a 0 */

/* Output and messages: out.c. */
void out_char(char c);
void out_bytes(const char *p, size_t len);
void out_text(const char *text);
void out_fmt(const char *format, ...) __attribute__((format(printf, 1, 2)));
void out_quoted(const char *text); /* so that the shell reads it back */
int out_flush(const char *who);    /* status of the builtin: 1 and a message if writing failed */
int fmt_text(char *to, size_t room, const char *format, ...) __attribute__((format(printf, 3, 4)));
void sh_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void sh_error(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
_Noreturn void sh_nomem(void);
void sh_deeper(void); /* an error if the stack is nearly used up */
void write_all(int fd, const char *p, size_t len);

/* Input: input.c. */
struct input {
  struct input *below;
  int fd;                 /* -1: text */
  const char *text, *end; /* what is left of the text or the buffer */
  char *buffer;
  struct alias *alias; /* whose value this is */
  struct arena *tree;  /* of the command that is run, or NULL */
  unsigned line;
  unsigned char back[4], nback;
  bool single, ended, tty, keep; /* reads bytes one by one; at its end; edited lines; not popped at its end */
};
extern struct input *input;
void input_fd(struct input *in, int fd);
void input_text(struct input *in, const char *text, size_t len);
void input_pop(void);
int input_get(void); /* a byte, or -1 */
void input_unget(int c);
bool input_at_end(void);     /* nothing but the end of a text is left */
extern bool input_continues; /* PS2 instead of PS1 */

/* The tree: parse.c makes it. */
enum node_kind {
  N_SIMPLE,
  N_PIPE,
  N_ANDOR,
  N_LIST,
  N_SUBSHELL,
  N_GROUP,
  N_IF,
  N_WHILE,
  N_UNTIL,
  N_FOR,
  N_CASE,
  N_FUNC
};
enum redir_kind { R_IN, R_OUT, R_APPEND, R_CLOBBER, R_INOUT, R_DUPIN, R_DUPOUT, R_HERE };
struct word {
  struct word *next;
  char text[]; /* as lex.c encodes it */
};
struct redir {
  struct redir *next;
  struct word *word;
  const char *body; /* R_HERE, encoded */
  unsigned char kind, fd;
  bool literal, strip;
};
struct item { /* of a case */
  struct item *next;
  struct word *patterns;
  struct node *body;
};
struct node {
  struct node *next; /* in a list, pipeline or chain */
  struct redir *redirs;
  unsigned line;
  unsigned char kind;
  bool background, negate, after_or; /* of an item of a list; of a pipeline; this one comes after || */
  bool in_words;                     /* for NAME in WORDS */
  union {
    struct {
      struct word *assigns, *words;
    };
    struct {
      struct node *first, *body, *other;
    }; /* lists; if, while, until: condition, body, else */
    struct {
      struct word *name, *list;
      struct node *loop;
    };
    struct {
      struct word *subject;
      struct item *items;
    };
    struct {
      struct word *function;
      struct arena *arena;
      struct node *code;
    };
  };
};

/* Tokens: lex.c. */
enum token_kind {
  T_EOF,
  T_NEWLINE,
  T_WORD,
  T_REDIR,
  T_AND_IF,
  T_OR_IF,
  T_SEMI,
  T_DSEMI,
  T_AMP,
  T_PIPE,
  T_LPAREN,
  T_RPAREN
};
struct token {
  enum token_kind kind;
  struct word *word;
  unsigned line;
  int fd; /* T_REDIR: the number before it, or -1 */
  unsigned char redir;
  bool here, quoted, have; /* R_HERE; the word has quotes; it is looked ahead at */
};
struct pending { /* a here-document to come */
  struct pending *next;
  struct redir *redir;
  struct arena *in;
};
struct lexer {
  struct token token;
  struct pending *pending, **last;
  struct arena *tree; /* where the tree goes */
};
extern struct lexer lexer;
struct token *token_peek(void);
void token_next(void);
char *lex_string(const char *text, size_t len,
                 struct arena *in); /* text with expansions, as a here-document's, encoded */
const char *lex_operator(const struct token *t);
unsigned
lex_length(const char *p); /* after "$(", "${", "$[": the length of the text that begins 3 bytes on */
void here_read(void);
bool name_start(int c);
bool name_char(int c);
size_t name_length(const char *text); /* of the name it begins with, or 0 */
int lex_get(void);                    /* a byte of the input, without escaped newlines */
void lex_unget(int c);
void capture_begin(size_t *start);
char *capture_end(size_t start, size_t *len);
int capture_pause(void);
void capture_resume(int depth);
bool capture_active(void);
void capture_reset(void);
void lex_text(struct str *s, int until, int mode, bool *quoted);
int lex_raw(void);
struct lexer lexer_save(void);
enum lex_mode { LEX_PLAIN, LEX_QUOTED, LEX_HERE, LEX_PATTERN };

struct node *parse_line(bool *end);   /* a complete command, NULL if empty */
struct node *parse_until_paren(void); /* the commands of $( ), whose ")" is taken */
_Noreturn void syntax_error(const struct token *t);
_Noreturn void syntax_message(const char *what, const char *text);
void node_text(const struct node *n, char *to, size_t room); /* for jobs */
void word_text(const char *word, char *to, size_t room);
void parse_redirs(struct node *n);
struct node *parse_command(void);
struct node *parse_list(void);
struct node *node_new(enum node_kind kind);
bool token_is(const char *word);
void skip_newlines(void);
void expect(const char *word);
struct node *parse_compound(void); /* NULL: the next word begins none */

/* Variables: var.c. */
enum { V_EXPORT = 1, V_READONLY = 2, V_SET = 4 };
struct var {
  struct var *next;
  char *text; /* NAME=VALUE */
  unsigned char flags, name_len;
};
const char *var_get(const char *name);
struct var *var_find(const char *name, size_t len);
struct var *var_make(const char *name, size_t len);
void var_set(const char *name, const char *value); /* an error if it is readonly */
void var_set_n(const char *name, size_t len, const char *value);
void var_set_number(const char *name, long value);
bool var_unset(const char *name); /* false: readonly */
char **var_environment(void);     /* in the scratch arena */
void var_init(char **environment);
void var_list(unsigned flags, const char *prefix);
void var_each(bool (*visit)(const struct var *v, void *with), void *with);

/* Calls: frame.c. A frame is a function's call, or a command with variables of its own. */
struct params {
  char **v;
  int n;
  char **own; /* what to free, or NULL: the words of a call */
};
struct local {
  struct local *next;
  struct var *var;
  char *text;
  unsigned char flags;
};
struct function {
  struct function *next;
  struct arena *arena;
  struct node *code;
  char name[];
};
struct frame {
  struct frame *below;
  struct local *locals;
  struct params params;
  struct arena *arena; /* of the function that runs */
  int loops;
  bool call;
};
void frame_push(struct frame *f, bool call);
void frame_pop(void);
void frame_local(const char *name, size_t len); /* until the innermost frame ends */
void params_set(struct params *p, char **v, int n);
void params_free(struct params *p);
struct function *function_find(const char *name);
void function_define(const struct node *n);
bool function_unset(const char *name);
extern struct function *functions;

/* Expansion: expand.c, param.c, subst.c, arith.c, pattern.c, glob.c. */
enum { EXP_FIELDS = 1, EXP_PATTERN = 2, EXP_ASSIGN = 4 };
struct expansion {
  struct str s;
  struct word *first, **last; /* finished fields */
  unsigned how, fields;
  bool begun;  /* a field has: an empty one counts if it has quotes */
  bool white;  /* the last one was ended by white space */
  bool globs;  /* there is a pattern in it */
  bool nobody; /* "$@" without parameters was met */
  char ifs[16];
};
enum { IN_QUOTES = 1, IN_BRACE = 2, IN_RESULT = 4 };
void expand_text(struct expansion *x, const char *p, const char *end, unsigned where);
void expand_put(struct expansion *x, const char *text, size_t len,
                bool quoted);           /* what an expansion results in */
void expand_break(struct expansion *x); /* the end of a field */
const char *expand_param(struct expansion *x, const char *p, unsigned where); /* after "$"; to what follows */
void expand_command(struct expansion *x, const char *text, size_t len, bool quoted);
char *expand_word(const struct word *w, unsigned how); /* one string */
void expand_init(struct expansion *x, unsigned how);
void expand_field(struct expansion *x, char *text); /* adds a finished one */
char *expand_end(struct expansion *x);              /* all of it as one text */
char *expand_encoded(const char *text, const char *end, unsigned how, unsigned where);
char **expand_words(const struct word *w, int *argc); /* fields; room for two words in front */
const char *special_param(int c, char *buffer);
long arith(const char *text);
bool pattern_match(const char *pattern, const char *text, size_t len);
bool pattern_special(const char *pattern);
void pattern_unescape(char *text);
bool glob_field(struct expansion *x, const char *pattern); /* adds the names; false: none */
void sort_texts(const char **v, size_t n);

struct job;
struct start;
/* Running: eval.c, simple.c, exec.c, pipe.c. */
enum { E_EXIT = 1 }; /* nothing comes after it: the process may become the program */
int eval(struct node *n, unsigned flags);
int eval_simple(struct node *n, unsigned flags);
int eval_pipe(struct node *n, unsigned flags);
void eval_background(struct node *n);
int eval_subshell(struct node *n);
void run_stages(struct node *first, bool alone, struct job *j, struct start *how);
bool make_pipe(int fd[2]);
pid_t start_simple(struct node *n, struct start *how, int *status); /* of a plain command */
void assign_all(const struct word *w, bool local);
void trace(const char *name, size_t len,
           char **argv); /* with -x: the words behind the start of an assignment */
int eval_text(const char *text, size_t len, bool exits);
int eval_input(bool exits); /* to its end, with that nothing comes after */
int call_function(struct function *f, char **argv, int argc);
bool plain_command(const struct node *n); /* may be expanded here though it belongs to a child */
struct start {                            /* how a program starts */
  int in, out;                            /* or -1 */
  pid_t group;                            /* to join, 0: its own; -1: the shell's */
  bool background;
};
pid_t start_program(char **argv, const struct start *how,
                    int *status); /* 0: did not start, message and status */
_Noreturn void exec_program(char **argv);
char *find_program(const char *name, int *status); /* in the scratch arena; NULL */
pid_t sh_fork(pid_t group, bool background);       /* the child is a subshell; group as above; -1: message */

/* Redirection: redirect.c. */
struct saved {
  struct saved *below;
  int fd, copy; /* -1: was closed */
};
int redirect(const struct redir *r, bool keep); /* 0, or a status with a message */
void redirect_fd(int from, int to, bool keep);  /* to becomes what from is, which stays */
void redirect_undo(struct saved *to);
void redirect_forget(struct saved *to); /* they stay */
int fd_high(int fd);                    /* moved out of the way, close-on-exec */

/* The terminal: edit.c, history.c, prompt.c. */
char *prompt_text(const char *variable);                /* in the scratch arena */
char *edit_line(const char *prompt, bool *interrupted); /* with its newline; NULL: the end */
void edit_end(void);                                    /* the terminal as programs want it */
void history_init(void);
void history_add(const char *line);
const char *history_get(unsigned back); /* 1: the last; NULL */

/* Everything else. */
enum skip { SKIP_NONE, SKIP_BREAK, SKIP_CONTINUE, SKIP_RETURN };
struct shell {
  int status, substituted; /* $?; of the last $( ) */
  pid_t pid, last_background;
  const char *name; /* $0 */
  struct params params;
  struct frame *frame;
  struct saved *saved;
  int loops, skip_count;
  int tested;  /* a failure here is looked at, so it does not end a shell with -e */
  int reading; /* the pipe of a $( ), or -1, for sh_raise() */
  unsigned char skip;
  bool interactive, script, forked, control, exiting, in_editor;
  bool stuck; /* no process could be made, which has been told: the command that wanted it ends all, for sh_check() */
  int tty; /* -1 */
  unsigned line;
  const char *running; /* name of the builtin that runs, for messages */
  char *stack_base;
  volatile sig_atomic_t interrupted, trapped;
  void *dir; /* an open directory, for sh_raise() */
  bool opt[16];
};
extern struct shell sh;
/* The letters of set, in this order. */
#define OPTIONS "aCefmnuvxis"
enum {
  O_ALLEXPORT,
  O_NOCLOBBER,
  O_ERREXIT,
  O_NOGLOB,
  O_MONITOR,
  O_NOEXEC,
  O_NOUNSET,
  O_VERBOSE,
  O_XTRACE,
  O_INTERACTIVE,
  O_STDIN,
  O_COUNT
};
bool option_set(const char *arg, const char *next, bool *took); /* -abc, +abc, -o NAME; false: bad, message */
_Noreturn void sh_exit(int status);
_Noreturn void sh_raise(void); /* back to the loop, or to the end of a child */
void sh_check(void);           /* an interrupt, traps */
const char *home_of(void);
char *current_dir(void); /* of the scratch arena; NULL */
#include "job.h"
#include "builtin.h"
#endif
