#include <fmt/format.h>

#include "monitor/render/columns.hpp"
#include "monitor/render/past_pages.hpp"
#include "monitor/render/table.hpp"
#include "monitor/render/words.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kBar = 20;
const Span kUnknown{"-", Style::kDim};

Row gauge(const std::string& name, const UsedTotal& value) {
  const double percent = percent_of(value.used, value.total);
  Row row = bar(percent, kBar);
  row.push_back({fmt::format(" {}  {} of {}", format_percent(percent), format_bytes(value.used),
                             format_bytes(value.total))});
  return fact(name, std::move(row));
}

template <typename E>
Span word_span(const std::string& word) {
  if (word.empty()) return kUnknown;
  const auto known = from_name<E>(word);
  return {escaped(word), known ? style_of(*known) : Style::kPlain};
}

Span share(const std::optional<UsedTotal>& value) {
  if (!value || value->total == 0) return kUnknown;
  return {format_percent(percent_of(value->used, value->total))};
}

std::string network_text(const NetworkRates& rates) {
  return fmt::format("↓ {}  ↑ {}", format_rate(rates.rx), format_rate(rates.tx));
}

// Everything of the past is headed by the moment that it was.
Row heading(const PastMomentAnswer& answer) {
  return {{"as it was at " + date_text(answer.time_ms), Style::kAccent}};
}

bool is_unknown(const PastMomentAnswer& answer, Rows& rows) {
  if (answer.known) return false;
  rows.push_back(
      {{"nothing is known of that moment; see how far back it goes: rollcall-monitor "
        "store",
        Style::kWarning}});
  return true;
}

Row record_row(const PastRecord& record) {
  const auto at = [&] {
    return record.sampled_at_ms ? Span{date_text(*record.sampled_at_ms), Style::kDim} : kUnknown;
  };
  return {{escaped(record.node), Style::kBold},
          word_span<Presence>(record.presence),
          word_span<State>(record.state),
          word_span<Duty>(record.duty),
          record.cpu_percent ? Span{format_percent(*record.cpu_percent)} : kUnknown,
          share(record.memory),
          share(record.storage),
          record.storage ? Span{format_bytes(record.storage->used)} : kUnknown,
          at(),
          {labels_text(record.labels)}};
}

}  // namespace

Rows at_summary_page(const PastMomentAnswer& answer) {
  Rows rows{heading(answer)};
  if (is_unknown(answer, rows) || !answer.summary) return rows;
  const Summary& summary = *answer.summary;
  rows.push_back(fact("Nodes", {{format_count(summary.nodes), Style::kBold},
                                {fmt::format("  {} present, ", format_count(summary.present))},
                                {fmt::format("{} late", format_count(summary.late)),
                                 summary.late == 0 ? Style::kPlain : Style::kWarning},
                                {fmt::format(", {} left", format_count(summary.left))}}));
  Row states;
  for (std::size_t i = 0; i < kStateNames.size(); ++i) {
    const std::uint64_t count = summary.by_state[i];
    if (!states.empty()) states.push_back({"  "});
    states.push_back({fmt::format("{} {}", format_count(count), kStateNames[i]),
                      count == 0 ? Style::kDim : style_of(static_cast<State>(i))});
  }
  rows.push_back(fact("States", std::move(states)));
  if (summary.storage.total != 0) rows.push_back(gauge("Storage", summary.storage));
  if (summary.memory.total != 0) rows.push_back(gauge("Memory", summary.memory));
  Row cpu = bar(summary.cpu_percent, kBar);
  cpu.push_back({" " + format_percent(summary.cpu_percent) + " on average"});
  rows.push_back(fact("CPU", std::move(cpu)));
  rows.push_back(fact("Network", {{network_text(summary.network)}}));
  return rows;
}

Rows at_nodes_page(const PastMomentAnswer& answer, std::size_t width) {
  Rows rows{heading(answer)};
  if (is_unknown(answer, rows)) return rows;
  Table table{{{"NODE"},
               {"PRESENCE"},
               {"STATE"},
               {"DUTY"},
               {"CPU", true},
               {"MEMORY", true},
               {"STORAGE", true},
               {"USED", true},
               {"SAMPLED"},
               {"LABELS"}},
              {}};
  for (const PastRecord& record : answer.nodes) table.rows.push_back(record_row(record));
  if (answer.nodes.empty()) {
    rows.push_back({{"no node was listed then"}});
  } else {
    for (Row& row : lay_out(table, width)) rows.push_back(std::move(row));
  }
  std::string what = counted(answer.nodes.size(), "node");
  if (!answer.next.empty()) what += "; there are more: raise --limit";
  rows.push_back({{what, Style::kDim}});
  return rows;
}

Rows at_node_page(const PastMomentAnswer& answer) {
  Rows rows{heading(answer)};
  if (is_unknown(answer, rows) || !answer.node) return rows;
  const PastRecord& record = *answer.node;
  rows.push_back(fact("node", {{escaped(record.node), Style::kBold}}));
  rows.push_back(fact("presence", {word_span<Presence>(record.presence)}));
  rows.push_back(fact("state", {word_span<State>(record.state)}));
  rows.push_back(fact("duty", {word_span<Duty>(record.duty)}));
  if (!record.labels.empty()) rows.push_back(fact("labels", {{labels_text(record.labels)}}));
  if (record.sampled_at_ms) {
    rows.push_back(fact("sampled", {{date_text(*record.sampled_at_ms)}}));
  } else {
    rows.push_back(fact("sampled", {{"no history of that moment is left", Style::kDim}}));
  }
  if (record.storage) rows.push_back(gauge("storage", *record.storage));
  if (record.memory) rows.push_back(gauge("memory", *record.memory));
  if (record.cpu_percent) {
    Row cpu = bar(*record.cpu_percent, kBar);
    cpu.push_back({" " + format_percent(*record.cpu_percent)});
    rows.push_back(fact("cpu", std::move(cpu)));
  }
  if (record.network) rows.push_back(fact("network", {{network_text(*record.network)}}));
  return rows;
}

}  // namespace rollcall
