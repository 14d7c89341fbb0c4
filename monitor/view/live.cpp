#include "monitor/view/live.hpp"

#include <algorithm>

namespace rollcall {

void LiveView::on_key(Key key, std::size_t page, std::size_t nodes) {
  const std::size_t step = std::max<std::size_t>(page, 1);
  if (help && key != Key::kQuit) {
    help = false;
    return;
  }
  switch (key) {
    case Key::kQuit:
      quit = !help;
      help = false;
      break;
    case Key::kUp: scroll -= std::min<std::size_t>(scroll, 1); break;
    case Key::kDown: scroll += 1; break;
    case Key::kPageUp: scroll -= std::min(scroll, step); break;
    case Key::kPageDown: scroll += step; break;
    case Key::kHome: scroll = 0; break;
    case Key::kEnd: scroll = nodes; break;
    case Key::kSort:
      order = next(order);
      scroll = 0;
      break;
    case Key::kPause: paused = !paused; break;
    case Key::kHelp: help = true; break;
    case Key::kOther: break;
  }
  keep_within(page, nodes);
}

void LiveView::keep_within(std::size_t page, std::size_t nodes) {
  scroll = std::min(scroll, nodes > page ? nodes - page : 0);
}

}  // namespace rollcall
