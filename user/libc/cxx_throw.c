/* Where the headers of libstdc++ would throw: what was wrong is said on the error output, and the program ends by SIGABRT.
 * Exceptions are off in applications, so nobody could catch them. The names are those of <bits/functexcept.h>. */
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAMED(name) __asm__(name) __attribute__((noreturn))

void terminate(void) NAMED("_ZSt9terminatev");
void bad_alloc(void) NAMED("_ZSt17__throw_bad_allocv");
void bad_array_new_length(void) NAMED("_ZSt28__throw_bad_array_new_lengthv");
void bad_function_call(void) NAMED("_ZSt25__throw_bad_function_callv");
void bad_cast(void) NAMED("_ZSt16__throw_bad_castv");
void logic_error(const char *what) NAMED("_ZSt19__throw_logic_errorPKc");
void domain_error(const char *what) NAMED("_ZSt20__throw_domain_errorPKc");
void invalid_argument(const char *what) NAMED("_ZSt24__throw_invalid_argumentPKc");
void length_error(const char *what) NAMED("_ZSt20__throw_length_errorPKc");
void out_of_range(const char *what) NAMED("_ZSt20__throw_out_of_rangePKc");
void out_of_range_fmt(const char *format, ...) NAMED("_ZSt24__throw_out_of_range_fmtPKcz");
void runtime_error(const char *what) NAMED("_ZSt21__throw_runtime_errorPKc");
void range_error(const char *what) NAMED("_ZSt19__throw_range_errorPKc");
void overflow_error(const char *what) NAMED("_ZSt22__throw_overflow_errorPKc");
void underflow_error(const char *what) NAMED("_ZSt23__throw_underflow_errorPKc");
void system_error(int number) NAMED("_ZSt20__throw_system_errori");

static void say(const char *text) { (void)!write(STDERR_FILENO, text, strlen(text)); }

static void say_number(size_t n) {
  char digits[12], *p = digits + sizeof digits;
  *--p = 0;
  do
    *--p = (char)('0' + n % 10);
  while (n /= 10);
  say(p);
}

static void __attribute__((noreturn)) end(const char *kind, const char *what) {
  say("terminate: ");
  say(kind);
  say(": ");
  say(what);
  say("\n");
  abort();
}

void terminate(void) { abort(); }
void bad_alloc(void) { end("bad_alloc", "no memory"); }
void bad_array_new_length(void) { end("bad_array_new_length", "no memory"); }
void bad_function_call(void) { end("bad_function_call", "an empty function is called"); }
void bad_cast(void) { end("bad_cast", "another type"); }
void logic_error(const char *what) { end("logic_error", what); }
void domain_error(const char *what) { end("domain_error", what); }
void invalid_argument(const char *what) { end("invalid_argument", what); }
void length_error(const char *what) { end("length_error", what); }
void out_of_range(const char *what) { end("out_of_range", what); }
void runtime_error(const char *what) { end("runtime_error", what); }
void range_error(const char *what) { end("range_error", what); }
void overflow_error(const char *what) { end("overflow_error", what); }
void underflow_error(const char *what) { end("underflow_error", what); }
void system_error(int number) { end("system_error", strerror(number)); }

/* The headers' formats know %s, %zu and %% alone; printf() would be 20 KB more. */
void out_of_range_fmt(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("terminate: out_of_range: ");
  for (; *format; format++)
    if (*format != '%') {
      (void)!write(STDERR_FILENO, format, 1);
    } else if (*++format == 's') {
      say(va_arg(arguments, const char *));
    } else if (*format == 'z' && format[1] == 'u') {
      format++;
      say_number(va_arg(arguments, size_t));
    } else if (*format == '%') {
      say("%");
    } else {
      break;
    }
  say("\n");
  abort();
}
