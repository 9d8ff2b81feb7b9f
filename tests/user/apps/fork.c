/* fork(): parent, child and grandchild each have a memory of their own at the same addresses.
 * pith_app: STACK 2048 HEAP 12288 */
#include "posix.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include "pith.h"

static int wait_for(pid_t pid) {
  int status = -1;
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  return status;
}

static int data = 5, *into_data = &data;
static int zeroed[300];

static void copies(void) {
  int local = 7, *into_stack = &local, *heap = malloc(5000), *into_heap = heap + 1000;
  *into_heap = 9;
  zeroed[299] = 11;
  pid_t pid = fork();
  if (pid == 0) {
    int good = data == 5 && local == 7 && *into_heap == 9 && zeroed[299] == 11;
    data = 50, local = 70, *into_heap = 90, zeroed[299] = 110;
    good &= *into_data == 50 && *into_stack == 70 && heap[1000] == 90;
    _exit(good ? 33 : 34);
  }
  CHECK(pid > 0);
  CHECK(data == 5 && local == 7 && *into_heap == 9 && zeroed[299] == 11);
  data = 6;
  int status = wait_for(pid);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 33);
  CHECK(*into_data == 6 && *into_stack == 7 && heap[1000] == 9 && zeroed[299] == 11);
  data = 5;
  free(heap);
}

TESTS({"copies", copies})
