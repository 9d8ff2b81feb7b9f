/* Pipes, and FIFOs, which are pipes with a name: bytes in order from writers to readers, through a ring.
 *
 * A pipe's memory is taken when it is made and given back when nobody has it open any more. A write of up to
 * PITH_PIPE_BUF bytes is in one piece. */
#ifndef PITH_PIPE_H
#define PITH_PIPE_H
#include "pith/monitor.h"
#include "vfs.h"

struct pipe {
  uint32_t head, tail;              /* bytes ever written and read, modulo 2^32 */
  uint16_t readers, writers, files; /* open ends; open files, those included that are still to be closed */
  uint32_t need;                    /* the least room a waiting writer waits for */
  bool read_once,
      written_once; /* there was a reader, a writer: before that there is no end of file, no broken pipe */
  struct pith_waker data, room;
  struct pipe **home; /* of a FIFO: where it is found; NULL: it has no name */
  void *node;         /* of a FIFO: the file system's */
  void (*closed)(struct file *f, void *node);
  uint8_t bytes[PITH_PIPE];
};

/* Where memory for pipes comes from, 8-aligned or NULL. Once, before any. */
void pipe_memory(void *(*take)(uint32_t size), void (*give)(void *memory));

/* A pipe with two open files, for reading and for writing. 0, -ENOMEM, -ENFILE. Thread. */
int pipe_make(struct file *end[2], uint32_t flags);

/* Opens a file system's FIFO: f gets its ops. *home is the pipe while it is open, else NULL; closed(f, node) is called
 * when f is closed, by the thread that does. 0, -ENOMEM, or -ENXIO: to be written without waiting, and nobody
 * reads. Opening does not wait for the other side: the first read or write does. Under the tree's lock, thread. */
int fifo_open(struct file *f, uint32_t flags, struct pipe **home, void *node,
              void (*closed)(struct file *f, void *node));
#endif
