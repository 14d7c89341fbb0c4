#include "monitor/render/order_pages.hpp"

#include <fmt/format.h>

#include "monitor/render/words.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kNamed = 10;

std::string names_of(const std::vector<std::string>& nodes) {
  std::string out;
  for (std::size_t i = 0; i < nodes.size() && i < kNamed; ++i) {
    out += (i == 0 ? "" : ", ") + escaped(nodes[i]);
  }
  if (nodes.size() > kNamed)
    out += fmt::format(" and {} more", format_count(nodes.size() - kNamed));
  return out;
}

std::string now_is(const OrderRequest& order, bool is_one, Now now) {
  const char* const is = is_one ? "is" : "are";
  if (order.op == "maintain") {
    const std::int64_t for_ms = order.for_ms.value_or(0);
    return fmt::format("{} in maintenance until {} ({})", is,
                       near_text(now.wall_ms + for_ms, now.wall_ms), format_duration_exact(for_ms));
  }
  if (order.op == "drain") return fmt::format("{} draining", is);
  return fmt::format("{} active again", is);
}

// What the operator may want to do next.
std::string next_step(const OrderRequest& order, const OrderResult& ordered) {
  const std::string node =
      ordered.nodes.size() == 1 ? escaped(ordered.nodes[0]) : std::string("NODE");
  if (order.op == "drain") {
    return "it is drained once its inventory is empty; watch it with: rollcall-monitor node " +
           node;
  }
  if (order.op == "maintain") {
    return "done before? end it with: rollcall-monitor activate " + node;
  }
  if (order.op == "forget") return "its events stay: rollcall-monitor events --node " + node;
  return {};
}

}  // namespace

Rows order_page(const OrderRequest& order, const OrderResult& ordered, Now now) {
  const bool is_one = ordered.nodes.size() == 1;
  const std::string event = ordered.seq == 0 ? "" : fmt::format(", event {}", ordered.seq);
  if (order.op == "note") return {{{"noted" + event, Style::kGood}}};
  if (ordered.nodes.empty()) {
    return {{{"no node matches; nothing was changed", Style::kWarning}}};
  }
  const std::string who =
      is_one ? escaped(ordered.nodes[0])
             : counted(ordered.nodes.size(), "node") + " (" + names_of(ordered.nodes) + ")";
  Rows rows;
  if (order.op == "forget") {
    rows.push_back({{who + " is forgotten" + event, Style::kGood}});
  } else if (ordered.changed == 0) {
    rows.push_back({{who + ": nothing changed, it was so already"}});
    return rows;
  } else {
    rows.push_back({{who + " ", Style::kBold}, {now_is(order, is_one, now) + event, Style::kGood}});
    if (ordered.changed < ordered.nodes.size()) {
      rows.push_back({{fmt::format("{} of them changed; the others were so already",
                                   format_count(ordered.changed))}});
    }
  }
  const std::string next = next_step(order, ordered);
  if (!next.empty()) rows.push_back({{next, Style::kDim}});
  return rows;
}

}  // namespace rollcall
