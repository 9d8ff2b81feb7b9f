/* newlib's, which names off_t and does not say what it is. */
#include <sys/types.h>
#include_next <regex.h>
