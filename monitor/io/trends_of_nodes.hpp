// The trends of listed nodes, asked of the broker.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "monitor/render/trends.hpp"
#include "shared/client/io/ask.hpp"
#include "shared/client/record.hpp"

namespace rollcall {

// Nothing where the broker does not know the question, has no store to ask, or where there are too
// many nodes: a list without trends is still a list.
std::optional<Trends> ask_trends(Asker& asker, const std::vector<Record>& nodes,
                                 std::int64_t now_ms);

// For a list that is shown again and again: a trend of an hour is asked for once a minute.
class TrendsOfNodes {
 public:
  // Nothing as above. `as_of`: of the list.
  const Trends* now(Asker& asker, const std::vector<Record>& nodes, const AsOf& as_of);

 private:
  static constexpr std::int64_t kAskAgainMs = 60'000;
  std::optional<Trends> trends_;
  std::optional<std::int64_t> asked_ms_;
};

}  // namespace rollcall
