// What the person at the live view chose.
#pragma once

#include <cstddef>

#include "monitor/view/keys.hpp"
#include "monitor/view/order.hpp"

namespace rollcall {

struct LiveView {
  Order order = Order::kTrouble;
  std::size_t scroll = 0;  // the node shown first
  bool paused = false;
  bool help = false;
  bool quit = false;

  // `page`: nodes that fit the screen.
  void on_key(Key key, std::size_t page, std::size_t nodes);
  // Keeps the last node in sight when there are fewer.
  void keep_within(std::size_t page, std::size_t nodes);
};

}  // namespace rollcall
