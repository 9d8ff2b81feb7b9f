/* What the C++ part of this program tells the C part. */
#ifndef LIBC_H
#define LIBC_H
#ifdef __cplusplus
extern "C" {
#endif
/* NULL when all static objects have been constructed, in order, and work. */
const char *objects(void);
#ifdef __cplusplus
}
#endif
#endif
