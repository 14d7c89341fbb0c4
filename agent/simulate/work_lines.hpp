// What a simulated node tells of its storage work: a few lines between two looks, the rest counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/line.hpp"

namespace rollcall {

class WorkLines {
 public:
  // A process plays 10 000 nodes: what each keeps has to be small.
  static constexpr std::size_t kMost = 4;

  // Where nothing is to be told, nothing is kept.
  WorkLines(std::string node, bool tells) : node_(std::move(node)), tells_(tells) {}

  // `event` is "wrote", "read" or "deleted".
  void tell(std::string_view event, std::string_view block, std::uint64_t bytes);
  // An operator began to clean up.
  void tell_cleaning(double used_percent);

  // What was told since the last call; at most kMost lines, and one with how many more there were.
  std::vector<Line> take();

 private:
  bool has_room();

  std::string node_;
  bool tells_;
  std::uint64_t more_ = 0;
  std::vector<Line> lines_;
};

}  // namespace rollcall
