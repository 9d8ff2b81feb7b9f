// What of C++'s library works in an application. With an argument it ends by misuse: "at" tells of it, another one not.
#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cmath>
#include <csetjmp>
#include <csignal>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <functional>
#include <initializer_list>
#include <list>
#include <map>
#include <memory>
#include <new>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace {

int failed;

#define CHECK(condition)                                                                                              \
  do {                                                                                                                \
    if (!(condition)) {                                                                                               \
      std::printf("line %d: %s\n", __LINE__, #condition);                                                             \
      failed++;                                                                                                       \
    }                                                                                                                 \
  } while (0)

// The tree is red and black: the number of black nodes on each way down from node, or -1.
int blacks(const std::_Rb_tree_node_base *node) {
  if (!node) return 0;
  int left = blacks(node->_M_left), right = blacks(node->_M_right);
  bool red = node->_M_color == std::_S_red;
  for (auto child : {node->_M_left, node->_M_right})
    if (child && (child->_M_parent != node || (red && child->_M_color == std::_S_red))) return -1;
  return left < 0 || left != right ? -1 : left + !red;
}

// Compares a map with an array of the same content.
void compare(const std::map<int, int> &map, const std::array<int, 256> &content) {
  auto it = map.begin();
  for (int i = 0; i < 256; i++)
    if (content[i] >= 0) {
      CHECK(it != map.end() && it->first == i && it->second == content[i]);
      ++it;
    }
  CHECK(it == map.end());
  for (int i = 255; i >= 0; i--)
    if (content[i] >= 0) CHECK((--it)->first == i);
  CHECK(it == map.begin());
  CHECK(map.empty() || blacks(map.end()._M_node->_M_parent) > 0);
}

void trees() {
  std::map<int, int> map;
  std::array<int, 256> content;
  content.fill(-1);
  std::uint32_t random = 1;
  for (int i = 0; i < 4000; i++) {
    random = random * 1664525 + 1013904223;
    int key = random >> 8 & 255;
    if (random >> 31) {
      content[key] = map[key] = i;
    } else {
      CHECK(map.erase(key) == (content[key] >= 0));
      content[key] = -1;
    }
    if (i % 20 == 0) compare(map, content);
  }
  while (!map.empty()) {
    content[map.begin()->first] = -1;
    map.erase(map.begin());
    compare(map, content);
  }
  map[1] = 1;
  CHECK(map.begin()->first == 1 && --map.end() == map.begin());
  std::set<std::string> set{"b", "a", "c"};
  CHECK(*set.begin() == "a" && *set.rbegin() == "c" && set.count("b"));
}

void hashes() {
  std::unordered_map<std::string, int> map;
  for (int i = 0; i < 300; i++) map[std::to_string(i)] = i;
  for (int i = 0; i < 300; i++) CHECK(map.at(std::to_string(i)) == i);
  CHECK(map.size() == 300 && map.load_factor() <= 1);
  for (int i = 0; i < 300; i += 2) CHECK(map.erase(std::to_string(i)) == 1);
  CHECK(map.size() == 150 && !map.count("4") && map.count("5"));
}

void lists() {
  std::list<int> list{3, 1, 2}, other{9}, empty;
  list.sort();
  list.reverse();
  list.splice(list.begin(), other);
  CHECK((list == std::list<int>{9, 3, 2, 1}) && other.empty());
  list.swap(empty);
  CHECK(list.empty() && empty.size() == 4 && empty.back() == 1);
  empty.remove(2);
  list.swap(empty);
  CHECK((list == std::list<int>{9, 3, 1}) && empty.begin() == empty.end());
}

void rows() {
  std::vector<int> vector{3, 1, 2};
  std::deque<int> deque;
  for (int i = 0; i < 500; i++) deque.push_front(i);
  std::stable_sort(deque.begin(), deque.end());
  std::sort(vector.begin(), vector.end());
  CHECK(vector[0] == 1 && deque.front() == 0 && std::accumulate(deque.begin(), deque.end(), 0) == 124750);
  std::string text = "a";
  for (int i = 0; i < 100; i++) text += "bc";
  CHECK(text.size() == 201 && std::string_view(text).substr(1, 4) == "bcbc" && std::stoi("42") == 42);
}

void memory() {
  struct alignas(64) Wide {
    char bytes[64];
  };
  auto wide = std::make_unique<Wide>();
  CHECK(reinterpret_cast<std::uintptr_t>(wide.get()) % 64 == 0);
  CHECK(!new (std::nothrow) char[100000000]);
  alignas(int) unsigned char place[sizeof(int)];
  CHECK(*new (place) int(5) == 5);
  auto shared = std::make_shared<int>(4);
  auto copy = shared;
  CHECK(shared.use_count() == 2 && *copy == 4);
}

void rest() {
  std::optional<int> optional;
  std::variant<int, std::string> variant = std::string("x");
  std::function<int(int)> function = [&](int x) { return x + optional.value_or(1); };
  std::atomic<int> atomic{1};
  atomic += 2;
  CHECK(function(2) == 3 && std::get<1>(variant) == "x" && atomic == 3);
  CHECK(std::fabs(std::sqrt(2.0) - 1.41421356) < 1e-8 && std::strlen("abc") == 3 && std::toupper('a') == 'A');
  auto before = std::chrono::steady_clock::now();
  struct timespec a_while = {0, 20000000};
  nanosleep(&a_while, nullptr);
  auto passed = std::chrono::steady_clock::now() - before;
  CHECK(passed >= std::chrono::milliseconds(20) && passed < std::chrono::seconds(10));
  long apart = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()) - std::time(nullptr);
  CHECK(std::abs(apart) <= 1);
}

} // namespace

int main(int argc, char **argv) {
  trees();
  hashes();
  lists();
  rows();
  memory();
  rest();
  std::printf("%d failed\n", failed);
  std::fflush(stdout);
  std::vector<int> three(3);
  if (argc > 1) return std::string(argv[1]) == "at" ? three.at(7) : three[argc + 5];
  return failed != 0;
}
