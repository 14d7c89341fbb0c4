// Reads all there is of something, page by page, and hands it on row by row.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "monitor/io/order_commands.hpp"
#include "monitor/render/csv.hpp"

namespace rollcall {

// What was asked for, read.
struct ExportPlan {
  ExportSettings wanted;
  std::optional<std::int64_t> since_ms;
  std::int64_t until_ms = 0;
  LabelList labels;

  bool is_csv() const { return wanted.format == "csv"; }
  bool wants_node(std::string_view node) const;
};

// Takes text in whole rows; false: enough, it cannot be written. `share` of the time span, where
// that is known.
using TakeRows =
    std::function<bool(std::string_view text, std::uint64_t rows, std::optional<double> share)>;

// Each returns the exit code; what went wrong was said on standard error.
int export_events(const Settings& settings, const ExportPlan& plan, const TakeRows& take);
int export_nodes(const Settings& settings, const ExportPlan& plan, const TakeRows& take);
int export_known(const Settings& settings, const ExportPlan& plan, const TakeRows& take);
int export_history(const Settings& settings, const ExportPlan& plan, const TakeRows& take);

// Asks, and again for a while where the broker is too busy.
Answer ask_patiently(Asker& asker, const std::function<void(std::uint64_t id, Buffer& out)>& write);
// The ids of the nodes of which a history is exported; nothing where the asking failed, said in
// `answer`.
std::optional<std::vector<std::string>> exported_nodes(Asker& asker, const ExportPlan& plan,
                                                       Answer& answer);

}  // namespace rollcall
