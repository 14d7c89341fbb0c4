// Answers about the past as a broker makes them, for tests: written as JSON, sent as msgpack.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::testing_past {

// 2023-11-14 22:13:20 UTC.
inline constexpr long long kNowMs = 1'700'000'000'000;

std::string packed(std::string_view json);

// JSON of each.
std::string history_json();
std::string timeline_json();
std::string at_summary_json();
std::string at_nodes_json();
std::string at_node_json();
std::string forecast_json();
std::string backtest_json();
std::string availability_json();
std::string known_json();
std::string store_json();

}  // namespace rollcall::testing_past
