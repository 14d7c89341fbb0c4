// The commands that ask about the past: their options, and how each is run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "monitor/io/commands.hpp"
#include "shared/client/past_request.hpp"
#include "shared/config/options.hpp"

namespace rollcall {

struct PastSettings {
  std::string node;
  std::string label;  // K=V
  std::string by;
  std::string since;
  std::string until;
  std::string time;
  std::string what;
  std::string step;
  std::string late_after;
  std::string evict_after;
  std::string prefix;
  std::vector<std::string> metrics;
  std::string svg;  // a file; - is standard output
  std::uint64_t limit = 0;
};

void add_past_commands(Options& options, PastSettings& past, std::string& command);
// Runs `command` if it is one of these; else nothing.
std::optional<int> run_past(const Settings& settings, const PastSettings& past,
                            const std::string& command);

// The rest is used by the commands themselves.

// What was asked for as a query, times counted from now; or what is wrong with it.
Result<PastQuery> past_query_of(const PastSettings& past, const std::string& command);

int run_history(const Settings& settings, const PastSettings& past, const PastQuery& query);
int run_timeline(const Settings& settings, const PastSettings& past, const PastQuery& query);
int run_at(const Settings& settings, const PastSettings& past, const PastQuery& query);
int run_forecast(const Settings& settings, const PastSettings& past, const PastQuery& query);
int run_backtest(const Settings& settings, const PastQuery& query);
int run_availability(const Settings& settings, const PastSettings& past, const PastQuery& query);
int run_known(const Settings& settings, const PastSettings& past, const PastQuery& query);
int run_store(const Settings& settings, const PastQuery& query);

// When it was answered, by the broker's clock; whatever it says may be added to and taken from.
std::int64_t moment_of(const AsOf& as_of);
Answer ask_past(Asker& asker, const PastQuery& query);
// Says why there is no answer and what to do next; the exit code that goes with it.
int past_failed(const Settings& settings, Asker& asker, const Answer& answer,
                const PastQuery& query);
// Columns to draw in: those of the terminal, or 80.
std::size_t drawing_width();

// Writes the picture to `path`, by a temporary file beside it, and says where it is; "-" is
// standard output. The exit code.
int put_svg(const std::string& path, const std::string& svg);

}  // namespace rollcall
