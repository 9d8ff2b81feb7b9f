#include <signal.h>
#include <string.h>
#include <strings.h>
#include "util.h"

#define SIGNALS(S)                                                                                           \
  S(HUP)                                                                                                     \
  S(INT)                                                                                                     \
  S(QUIT) S(ILL) S(TRAP) S(ABRT) S(FPE) S(KILL) S(BUS) S(SEGV) S(SYS) S(PIPE) S(ALRM) S(TERM) S(URG) S(STOP) \
      S(TSTP) S(CONT) S(CHLD) S(TTIN) S(TTOU) S(IO) S(XCPU) S(XFSZ) S(VTALRM) S(PROF) S(WINCH) S(USR1)       \
          S(USR2)

#define NUMBER(name) SIG##name,
#define TEXT(name) #name "\0"
static const unsigned char numbers[] = {SIGNALS(NUMBER)};
static const char texts[] = SIGNALS(TEXT);

const char *signal_name(int number) {
  const char *text = texts;
  for (size_t i = 0; i < sizeof numbers; i++, text += strlen(text) + 1)
    if (numbers[i] == number) return text;
  return NULL;
}

int signal_number(const char *name) {
  unsigned long long number;
  const char *text = texts;
  if (parse_number(name, 10, &number)) return number < NSIG ? (int)number : -1;
  if (strncasecmp(name, "SIG", 3) == 0) name += 3;
  for (size_t i = 0; i < sizeof numbers; i++, text += strlen(text) + 1)
    if (strcasecmp(text, name) == 0) return numbers[i];
  return -1;
}
