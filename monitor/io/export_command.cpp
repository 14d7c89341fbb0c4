// `export`: what it is asked for, and where the rows go.
#include <array>

#include <fmt/format.h>

#include "monitor/io/atomic_file.hpp"
#include "monitor/io/export_pages.hpp"
#include "monitor/io/output.hpp"
#include "monitor/io/progress.hpp"
#include "shared/config/options.hpp"
#include "shared/core/escape.hpp"
#include "shared/io/clock.hpp"

namespace rollcall {
namespace {

using Export = int (*)(const Settings&, const ExportPlan&, const TakeRows&);

struct Kind {
  std::string_view name;
  const char* noun;
  bool has_time;    // takes --since and --until
  bool has_labels;  // takes --label
  Export run;
};

constexpr std::array<Kind, 4> kKinds{{{"events", "event", true, true, export_events},
                                      {"history", "point", true, true, export_history},
                                      {"nodes", "node", false, true, export_nodes},
                                      {"known", "node", false, false, export_known}}};

const Kind* find_kind(std::string_view name) {
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

std::string why_bad(const Kind* kind, const ExportSettings& wanted) {
  if (kind == nullptr) {
    return fmt::format("'{}' is not one of events, history, nodes, known", escaped(wanted.what));
  }
  if (!kind->has_time && !(wanted.since.empty() && wanted.until.empty())) {
    return fmt::format("{} are as they are now: leave --since and --until out", kind->name);
  }
  if (!kind->has_labels && !wanted.labels.empty()) {
    return "--label: of nodes that are gone nobody asks by label; export nodes takes it";
  }
  if (kind->name != "history" && !wanted.metrics.empty()) return "--metric is for history alone";
  for (const std::string& metric : wanted.metrics) {
    constexpr std::array<std::string_view, 5> kKnown{"storage", "cpu", "memory", "network",
                                                     "state"};
    if (std::find(kKnown.begin(), kKnown.end(), metric) == kKnown.end()) {
      return fmt::format("--metric: '{}' is not one of storage, cpu, memory, network, state",
                         escaped(metric));
    }
  }
  return {};
}

// What is wrong, or an empty text.
std::string make_plan(const ExportSettings& wanted, ExportPlan& plan) {
  plan.wanted = wanted;
  std::optional<std::int64_t> until_ms;
  std::string why = take_moment("--since", wanted.since, plan.since_ms);
  if (why.empty()) why = take_moment("--until", wanted.until, until_ms);
  if (why.empty()) why = take_labels(wanted.labels, plan.labels);
  plan.until_ms = until_ms.value_or(read_clock().wall_ms + 1);
  if (why.empty() && plan.since_ms.value_or(0) >= plan.until_ms)
    why = "--since is not before --until";
  return why;
}

}  // namespace

int run_export(const Settings& settings, const ExportSettings& wanted) {
  const Kind* const kind = find_kind(wanted.what);
  ExportPlan plan;
  std::string why = why_bad(kind, wanted);
  if (why.empty()) why = make_plan(wanted, plan);
  if (!why.empty()) {
    complain("export: " + why);
    return kExitUsage;
  }
  const bool is_file = !wanted.out.empty();
  AtomicFile file;
  // Readable by whom the caller's umask lets; an export is no secret beyond that.
  if (is_file) why = file.open(wanted.out, 0666, true);
  if (!why.empty()) {
    complain(why);
    return kExitFailed;
  }
  std::uint64_t total = 0;
  int code = kExitDone;
  {
    Progress progress(kind->noun);
    const TakeRows take = [&](std::string_view text, std::uint64_t rows,
                              std::optional<double> share) {
      total += rows;
      if (is_file) {
        why = file.write(text);
      } else {
        put(text);  // whoever read it may have gone: that ends us quietly
      }
      progress.tell(total, share);
      return why.empty();
    };
    code = kind->run(settings, plan, take);
  }
  if (is_file && code == kExitDone) why = file.finish();
  if (!why.empty()) {
    complain(why);
    return kExitFailed;
  }
  return code;
}

}  // namespace rollcall
