/* What runs here. */
#ifndef PITH_SYS_UTSNAME_H
#define PITH_SYS_UTSNAME_H

#ifdef __cplusplus
extern "C" {
#endif
struct utsname {
  char sysname[16], nodename[32], release[16], version[96], machine[16];
};
int uname(struct utsname *to);
#ifdef __cplusplus
}
#endif
#endif
