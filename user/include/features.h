/* Which parts of the headers are visible: newlib's. */
#include <sys/features.h>
