/* There is one user, root, and one group: everybody is allowed to be what everybody is. */
#include <sys/types.h>
#include <unistd.h>
#include "result.h"

uid_t getuid(void) { return 0; }
uid_t geteuid(void) { return 0; }
gid_t getgid(void) { return 0; }
gid_t getegid(void) { return 0; }

/* -1 as an unsigned id: as it is. */
static int becomes(long id) { return (int)result(id == 0 || id == -1 || id == 0xFFFF ? 0 : -EPERM); }
static int becomes_one(long id) { return (int)result(id == 0 ? 0 : -EPERM); }

int setuid(uid_t id) { return becomes_one(id); }
int seteuid(uid_t id) { return becomes_one(id); }
int setgid(gid_t id) { return becomes_one(id); }
int setegid(gid_t id) { return becomes_one(id); }
int setreuid(uid_t real, uid_t effective) { return becomes(real) ? -1 : becomes(effective); }
int setregid(gid_t real, gid_t effective) { return becomes(real) ? -1 : becomes(effective); }

int getgroups(int room, gid_t groups[]) {
  (void)groups;
  return (int)result(room < 0 ? -EINVAL : 0); /* none but the one */
}
