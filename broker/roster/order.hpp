// What an operator orders of nodes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rollcall {

enum class OrderKind : std::uint8_t { kMaintain, kDrain, kActivate, kForget, kNote };

struct OperatorOrder {
  OrderKind kind = OrderKind::kNote;
  std::string node;  // or labels, which must all match
  std::vector<std::pair<std::string, std::string>> labels;
  std::int64_t for_ms = 0;  // maintain
  std::string reason;
  std::string text;  // note
  std::string by;    // whose word it is
};

}  // namespace rollcall
