/* Files that say by a first line "#! PROGRAM ARGUMENT" who is to run them. */
#ifndef PITH_LIBC_INTERPRET_H
#define PITH_LIBC_INTERPRET_H

/* start(data, program, its arguments) and what that returns; -ENOEXEC if the file is none of these. One of these may not run
 * another one. */
long __pith_interpret(const char *path, char *const argv[],
                      long (*start)(void *data, const char *program, char *const argv[]), void *data);
#endif
