/* Reading and writing in the kernel context, a piece at a time. The memory has been checked; done: bytes of the call that
 * earlier pieces have moved. */
#ifndef PITH_PROCESS_STREAM_H
#define PITH_PROCESS_STREAM_H
#include "files.h"

long stream_read(struct file *f, uint32_t buf, uint32_t length, uint32_t done);
long stream_write(struct file *f, uint32_t buf, uint32_t length, uint32_t done);
/* The deadline of a read that is made again, by its low word. */
void stream_deadline(uint32_t low);
#endif
