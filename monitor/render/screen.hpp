// The live view as rows that fill a screen of any size.
#pragma once

#include <cstddef>
#include <string>

#include "monitor/render/text.hpp"
#include "monitor/view/live.hpp"
#include "shared/client/picture.hpp"

namespace rollcall {

struct ScreenSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
  bool operator==(const ScreenSize&) const = default;
};

// Nodes that fit a screen of this size.
std::size_t nodes_that_fit(ScreenSize size);

// Exactly `size.rows` rows, none wider than the screen. `broker` is what to call it.
Rows live_screen(const Picture& picture, const LiveView& view, const std::string& broker,
                 ScreenSize size, Now now);

// What the view says of itself: "live", "⚠ no word from the broker for 27s - reconnecting", …
Row freshness_row(const Picture& picture, Now now);

}  // namespace rollcall
