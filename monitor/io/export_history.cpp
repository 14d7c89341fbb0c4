// `export history`: all nodes that were wanted, a hundred at a time, window by window.
#include <algorithm>
#include <array>

#include "monitor/io/export_pages.hpp"
#include "monitor/io/output.hpp"
#include "monitor/view/utc_text.hpp"
#include "shared/client/history_rows.hpp"
#include "shared/client/json.hpp"
#include "shared/config/options.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kNodesAtOnce = 100;
// A hundred nodes of eleven columns are then half a reply.
constexpr std::int64_t kPointsAtOnce = 50;
constexpr std::int64_t kUsualSpanMs = 24 * 3'600'000;

struct Metric {
  std::string_view name;
  std::array<std::string_view, 2> columns;
};
constexpr std::array<Metric, 5> kMetrics{{{"storage", {"storage_used", "storage_total"}},
                                          {"cpu", {"cpu", "cpu_max"}},
                                          {"memory", {"memory_used", "memory_total"}},
                                          {"network", {"rx", "tx"}},
                                          {"state", {"state", ""}}}};

std::vector<std::string_view> columns_of(const std::vector<std::string>& metrics) {
  std::vector<std::string_view> out{"samples"};
  for (const Metric& metric : kMetrics) {
    const bool is_wanted =
        metrics.empty() || std::find(metrics.begin(), metrics.end(), metric.name) != metrics.end();
    for (const std::string_view column : metric.columns) {
      if (is_wanted && !column.empty()) out.push_back(column);
    }
  }
  return out;
}

std::string text_of(Bytes value) {
  std::string out;
  Reader reader(value);
  std::string_view text;
  if (reader.take_nil()) return out;
  if (reader.next_is_string() && reader.read_string(text)) return std::string(text);
  append_json(value, out);
  return out;
}

class HistoryExport {
 public:
  HistoryExport(const Settings& settings, const ExportPlan& plan, const TakeRows& take)
      : settings_(settings),
        plan_(plan),
        take_(take),
        columns_(columns_of(plan.wanted.metrics)),
        asker_(context_, settings.query, settings.timeout_ms, settings.curve()),
        since_ms_(plan.since_ms.value_or(std::max<std::int64_t>(0, plan.until_ms - kUsualSpanMs))) {
  }

  int run() {
    Answer answer;
    const auto nodes = exported_nodes(asker_, plan_, answer);
    if (!nodes) {
      return answer.asked == Asked::kAnswered ? malformed(settings_) : failed(settings_, answer);
    }
    if (plan_.is_csv() && !take_(header(), 0, std::nullopt)) return kExitFailed;
    for (std::size_t first = 0; first < nodes->size(); first += kNodesAtOnce) {
      const std::size_t count = std::min(kNodesAtOnce, nodes->size() - first);
      window_.nodes.assign(nodes->begin() + static_cast<std::ptrdiff_t>(first),
                           nodes->begin() + static_cast<std::ptrdiff_t>(first + count));
      done_ = static_cast<double>(first) / static_cast<double>(nodes->size());
      part_ = static_cast<double>(count) / static_cast<double>(nodes->size());
      if (const int code = through_time(); code != kExitDone) return code;
    }
    return kExitDone;
  }

 private:
  std::string header() const {
    std::string out = "at,time,of";
    for (const std::string_view column : columns_) append_cell(column, false, out);
    end_row(out);
    return out;
  }

  int through_time() {
    window_.metrics = plan_.wanted.metrics;
    window_.step_ms = plan_.wanted.step_ms;
    std::int64_t points = kPointsAtOnce;
    std::int64_t at_ms = since_ms_;
    while (at_ms < plan_.until_ms) {
      window_.since_ms = at_ms;
      window_.until_ms = std::min(plan_.until_ms, at_ms + points * window_.step_ms);
      const Answer answer = ask_patiently(
          asker_, [&](std::uint64_t id, Buffer& out) { write_history_window(id, window_, out); });
      if (answer.asked == Asked::kRefused && answer.reply.error_code == "too_large" && points > 1) {
        points /= 2;
        continue;
      }
      if (answer.asked != Asked::kAnswered) return failed(settings_, answer);
      HistoryRows rows;
      if (!decode_history_rows(answer.reply.result, rows)) return malformed(settings_);
      at_ms = window_.until_ms;
      const double share =
          static_cast<double>(at_ms - since_ms_) / static_cast<double>(plan_.until_ms - since_ms_);
      std::string text;
      const std::uint64_t count = append_rows(rows, text);
      if (!take_(text, count, done_ + part_ * share)) return kExitFailed;
    }
    return kExitDone;
  }

  // Points at which nothing was heard are left out, and those that the next window tells again.
  std::uint64_t append_rows(const HistoryRows& rows, std::string& out) const {
    std::uint64_t count = 0;
    for (const HistoryRows::Series& series : rows.series) {
      std::vector<const std::vector<Bytes>*> values(columns_.size(), nullptr);
      for (const auto& [name, column] : series.columns) {
        const auto found = std::find(columns_.begin(), columns_.end(), name);
        if (found != columns_.end()) {
          values[static_cast<std::size_t>(found - columns_.begin())] = &column;
        }
      }
      for (std::uint64_t i = 0; i < rows.points; ++i) {
        const std::int64_t at_ms = rows.begins_ms + static_cast<std::int64_t>(i) * rows.step_ms;
        if (at_ms >= window_.until_ms) break;
        if (append_point(series.of, at_ms, values, i, out)) ++count;
      }
    }
    return count;
  }

  bool append_point(const std::string& of, std::int64_t at_ms,
                    const std::vector<const std::vector<Bytes>*>& values, std::uint64_t i,
                    std::string& out) const {
    const auto value = [&](std::size_t column) {
      return values[column] == nullptr ? Bytes("\xc0") : (*values[column])[i];
    };
    const std::string samples = text_of(value(0));
    if (samples.empty() || samples == "0") return false;
    if (plan_.is_csv()) {
      append_cell(std::to_string(at_ms), true, out);
      append_cell(moment_text(at_ms), false, out);
      append_cell(of, false, out);
      for (std::size_t c = 0; c < columns_.size(); ++c) append_cell(text_of(value(c)), false, out);
      end_row(out);
      return true;
    }
    out += "{\"at\":" + std::to_string(at_ms) + ",\"of\":";
    append_json_text(of, out);
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      out += ",\"" + std::string(columns_[c]) + "\":";
      append_json(value(c), out);
    }
    out += "}\n";
    return true;
  }

  const Settings& settings_;
  const ExportPlan& plan_;
  const TakeRows& take_;
  std::vector<std::string_view> columns_;
  zmq::context_t context_;
  Asker asker_;
  HistoryWindow window_;
  std::int64_t since_ms_;
  double done_ = 0;  // shares of all nodes
  double part_ = 1;
};

}  // namespace

int export_history(const Settings& settings, const ExportPlan& plan, const TakeRows& take) {
  return HistoryExport(settings, plan, take).run();
}

}  // namespace rollcall
