/* What the C++ part of hello tells the C part. */
#ifndef HELLO_H
#define HELLO_H

#define CONSTRUCTED 0x600d

#ifdef __cplusplus
extern "C" {
#endif
/* CONSTRUCTED once the static constructor has run. */
int constructed(void);
#ifdef __cplusplus
}
#endif
#endif
