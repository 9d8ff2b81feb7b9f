/* The nodes of libstdc++'s std::list (a ring with a header), std::map and std::set: what its headers leave to a library.
 *
 * The tree is red and black: a red node's children are black, and every way down passes as many black ones. Its header is a
 * node, too: parent is the root, left and right the first and the last node; the root's parent is the header, which is red, so
 * that it differs from a root that is its parent's parent too. Layout: <bits/stl_tree.h>, <bits/stl_list.h>. */
#include <stdbool.h>
#include <stddef.h>

enum color { RED, BLACK };

struct node {
  enum color color;
  struct node *parent, *left, *right;
};

struct link {
  struct link *next, *prev;
};

struct node *next(struct node *n) __asm__("_ZSt18_Rb_tree_incrementPSt18_Rb_tree_node_base");
struct node *next_const(struct node *n) __asm__("_ZSt18_Rb_tree_incrementPKSt18_Rb_tree_node_base");
struct node *before(struct node *n) __asm__("_ZSt18_Rb_tree_decrementPSt18_Rb_tree_node_base");
struct node *before_const(struct node *n) __asm__("_ZSt18_Rb_tree_decrementPKSt18_Rb_tree_node_base");
void insert(bool left, struct node *n, struct node *parent,
            struct node *header) __asm__("_ZSt29_Rb_tree_insert_and_rebalancebPSt18_Rb_tree_node_baseS0_RS_");
struct node *erase(struct node *n, struct node *header) __asm__("_ZSt28_Rb_tree_rebalance_for_erasePSt18_Rb_tree_node_baseRS_");
void hook(struct link *l, struct link *position) __asm__("_ZNSt8__detail15_List_node_base7_M_hookEPS0_");
void unhook(struct link *l) __asm__("_ZNSt8__detail15_List_node_base9_M_unhookEv");
void transfer(struct link *position, struct link *first,
              struct link *last) __asm__("_ZNSt8__detail15_List_node_base11_M_transferEPS0_S1_");
void reverse(struct link *l) __asm__("_ZNSt8__detail15_List_node_base10_M_reverseEv");
void swap(struct link *a, struct link *b) __asm__("_ZNSt8__detail15_List_node_base4swapERS0_S1_");

static struct node *leftmost(struct node *n) {
  while (n->left)
    n = n->left;
  return n;
}

static struct node *rightmost(struct node *n) {
  while (n->right)
    n = n->right;
  return n;
}

struct node *next(struct node *n) {
  if (n->right)
    return leftmost(n->right);
  struct node *up = n->parent;
  for (; n == up->right; up = up->parent)
    n = up;
  /* From the header, the root's parent, with a root that has no right child: it is n itself. */
  return n->right == up ? n : up;
}

struct node *before(struct node *n) {
  if (n->color == RED && n->parent->parent == n)
    return n->right; /* n is the header: the last one */
  if (n->left)
    return rightmost(n->left);
  struct node *up = n->parent;
  for (; n == up->left; up = up->parent)
    n = up;
  return up;
}

struct node *next_const(struct node *n) { return next(n); }
struct node *before_const(struct node *n) { return before(n); }

/* Puts n, or nothing, where old hangs. */
static void replace(struct node *old, struct node *n, struct node *header) {
  if (header->parent == old)
    header->parent = n;
  else if (old->parent->left == old)
    old->parent->left = n;
  else
    old->parent->right = n;
  if (n)
    n->parent = old->parent;
}

/* Turns n down to its left, or right: its other child takes its place. */
static void rotate(struct node *n, bool left, struct node *header) {
  struct node *up = left ? n->right : n->left;
  struct node *inner = left ? up->left : up->right;
  replace(n, up, header);
  if (left)
    n->right = inner, up->left = n;
  else
    n->left = inner, up->right = n;
  if (inner)
    inner->parent = n;
  n->parent = up;
}

static bool is_black(const struct node *n) { return !n || n->color == BLACK; }

void insert(bool left, struct node *n, struct node *parent, struct node *header) {
  *n = (struct node){.color = RED, .parent = parent};
  if (parent == header)
    header->parent = header->left = header->right = n;
  else if (left)
    parent->left = n;
  else
    parent->right = n;
  if (parent == header->left && left)
    header->left = n;
  if (parent == header->right && !left)
    header->right = n;

  while (n != header->parent && n->parent->color == RED) {
    struct node *up = n->parent, *above = up->parent;
    bool on_left = up == above->left;
    struct node *uncle = on_left ? above->right : above->left;
    if (!is_black(uncle)) {
      up->color = uncle->color = BLACK;
      above->color = RED;
      n = above;
      continue;
    }
    if (n == (on_left ? up->right : up->left)) {
      rotate(up, on_left, header);
      up = n;
    }
    up->color = BLACK;
    above->color = RED;
    rotate(above, !on_left, header);
    break;
  }
  header->parent->color = BLACK;
}

/* The ways through n (which may be nothing), below up, pass one black node too few. */
static void restore(struct node *n, struct node *up, struct node *header) {
  while (n != header->parent && is_black(n)) {
    bool left = n == up->left;
    struct node *sibling = left ? up->right : up->left;
    if (sibling->color == RED) {
      sibling->color = BLACK;
      up->color = RED;
      rotate(up, left, header);
      sibling = left ? up->right : up->left;
    }
    if (is_black(sibling->left) && is_black(sibling->right)) {
      sibling->color = RED;
      n = up;
      up = up->parent;
      continue;
    }
    struct node *outer = left ? sibling->right : sibling->left;
    if (is_black(outer)) {
      struct node *inner = left ? sibling->left : sibling->right;
      inner->color = BLACK;
      sibling->color = RED;
      rotate(sibling, !left, header);
      outer = sibling;
      sibling = inner;
    }
    sibling->color = up->color;
    up->color = outer->color = BLACK;
    rotate(up, left, header);
    break;
  }
  if (n)
    n->color = BLACK;
}

/* Takes n out, and returns it. */
struct node *erase(struct node *n, struct node *header) {
  if (header->left == n)
    header->left = n->right ? leftmost(n->right) : n->parent;
  if (header->right == n)
    header->right = n->left ? rightmost(n->left) : n->parent;

  struct node *child, *up;
  enum color lost = n->color;
  if (n->left && n->right) { /* the next one takes its place, and its color */
    struct node *heir = leftmost(n->right);
    lost = heir->color;
    child = heir->right;
    up = heir->parent == n ? heir : heir->parent;
    if (up != heir) {
      replace(heir, child, header);
      heir->right = n->right;
      heir->right->parent = heir;
    }
    replace(n, heir, header);
    heir->left = n->left;
    heir->left->parent = heir;
    heir->color = n->color;
  } else {
    child = n->left ? n->left : n->right;
    up = n->parent;
    replace(n, child, header);
  }
  if (lost == BLACK)
    restore(child, up, header);
  return n;
}

void hook(struct link *l, struct link *position) {
  l->next = position;
  l->prev = position->prev;
  position->prev->next = l;
  position->prev = l;
}

void unhook(struct link *l) {
  l->prev->next = l->next;
  l->next->prev = l->prev;
}

/* Moves first up to last, which stays, before position. */
void transfer(struct link *position, struct link *first, struct link *last) {
  if (position == last || first == last)
    return;
  struct link *end = last->prev;
  first->prev->next = last;
  last->prev = first->prev;
  first->prev = position->prev;
  position->prev->next = first;
  end->next = position;
  position->prev = end;
}

void reverse(struct link *l) {
  struct link *at = l;
  do {
    struct link *following = at->next;
    at->next = at->prev;
    at->prev = following;
    at = following;
  } while (at != l);
}

/* Headers of two lists: each takes the other's ring, of which an empty list has none but itself. */
void swap(struct link *a, struct link *b) {
  struct link old_a = *a, old_b = *b;
  bool a_empty = a->next == a, b_empty = b->next == b;
  *a = b_empty ? (struct link){a, a} : old_b;
  *b = a_empty ? (struct link){b, b} : old_a;
  a->next->prev = a->prev->next = a;
  b->next->prev = b->prev->next = b;
}
