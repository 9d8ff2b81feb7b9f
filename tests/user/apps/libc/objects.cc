// Static objects: constructed before main(), destroyed after it in the reverse order.
#include "libc.h"
#include <stdio.h>

namespace {

int order;

struct Shape {
  virtual ~Shape() {}
  virtual int area() const = 0;
};

struct Square : Shape {
  int side;
  explicit Square(int s) : side(s) {}
  int area() const override { return side * side; }
};

struct Static {
  const char *name;
  int place;
  explicit Static(const char *n) : name(n), place(++order) {}
  ~Static() { printf("destroyed: %s\n", name); }
};

Static third("third");
Static fourth("fourth");
__attribute__((init_priority(200))) Static second("second");
__attribute__((init_priority(101))) Static first("first");

Square square(3);
Shape *const shape = &square;

int once() {
  static Static local("local");
  return local.place;
}

} // namespace

const char *objects() {
  if (first.place != 1 || second.place != 2 || third.place != 3 || fourth.place != 4) return "the order";
  if (once() != 5 || once() != 5) return "a local static object";
  Shape *made = new Square(4);
  int sum = made->area() + shape->area();
  delete made;
  int *many = new int[10]();
  sum += many[9];
  delete[] many;
  return sum == 25 ? nullptr : "virtual functions";
}
