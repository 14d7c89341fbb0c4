// The lines with which the broker begins and ends its story.
#pragma once

#include "broker/settings.hpp"
#include "shared/core/line.hpp"

namespace rollcall {

Line started_line(const BrokerSettings& settings, const BrokerEndpoints& bound,
                  std::uint64_t descriptors);
Line budget_line(const Fitted& fitted);
Line keys_line(std::string text, std::size_t keys);
// `path`: empty where it remembers in memory alone; `why`: it would rather not.
Line store_line(const std::string& path, const StoreContents& contents, const std::string& why);
Line insecure_line();
Line safe_mode_line();
Line cannot_turn_away_line();
Line disk_stands_still_line();
Line stopped_line(std::string_view signal);

}  // namespace rollcall
