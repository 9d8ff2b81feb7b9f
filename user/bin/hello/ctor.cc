// A static object with a constructor: it must have run before main().
#include "hello.h"

namespace {

struct Object {
  volatile int state;
  Object() : state(CONSTRUCTED) {}
};

Object object;

} // namespace

int constructed() { return object.state; }
