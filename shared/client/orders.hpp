// What operators order, and what a broker answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/protocol/writer.hpp"

namespace rollcall {

struct OrderRequest {
  std::string op = {};    // maintain, drain, activate, forget or note
  std::string node = {};  // empty: those with `labels`; of a note "-": of none
  std::vector<std::pair<std::string, std::string>> labels = {};  // all must match
  std::optional<std::int64_t> for_ms = {};                       // maintain
  std::string reason = {};
  std::string text = {};  // of a note
};
void write_order_request(std::uint64_t id, const OrderRequest& order, Buffer& out);

struct OrderResult {
  std::vector<std::string> nodes;  // limits::kOrderedNodes at most
  std::uint64_t changed = 0;
  std::uint64_t seq = 0;  // the last event that it caused; 0: none
};
bool decode_order_result(Bytes result, OrderResult& ordered);

}  // namespace rollcall
