#include "broker/queries/summary.hpp"

#include <algorithm>

namespace rollcall {
namespace {

constexpr std::size_t kPairs = 12;

void write_nodes(const Totals& totals, std::uint64_t unheard, Writer& writer) {
  writer.text("nodes").map(6);
  writer.pair("total", totals.counted() + totals.left());
  writer.pair("present", totals.present()).pair("late", totals.late()).pair("left", totals.left());
  writer.pair("unheard", unheard);
  writer.text("by_state").map(kStateNames.size());
  for (std::size_t i = 0; i < kStateNames.size(); ++i) {
    writer.pair(kStateNames[i], totals.in_state(static_cast<State>(i)));
  }
}

void write_used_total(std::string_view key, UsedTotal value, Writer& writer) {
  writer.text(key).map(2).pair("used", value.used).pair("total", value.total);
}

void write_blocks(const ClusterView& view, Writer& writer) {
  const Totals& totals = view.registry.totals();
  writer.text("blocks").map(6);
  writer.pair("nodes", totals.nodes_with_blocks());
  writer.pair("count", totals.block_count()).pair("bytes", totals.block_bytes());
  writer.pair("held", view.blocks.held()).pair("held_bytes", view.blocks.held_bytes());
  writer.pair("in_sync", view.blocks.in_sync());
}

void write_refused(const IntakeCounts& intake, Writer& writer) {
  const auto count = [&](std::size_t i) { return intake.refused(static_cast<Refusal>(i)); };
  std::size_t reasons = 0;
  for (std::size_t i = 1; i < kRefusalNames.size(); ++i) reasons += count(i) != 0 ? 1u : 0u;
  writer.text("refused").map(reasons);
  for (std::size_t i = 1; i < kRefusalNames.size(); ++i) {
    if (count(i) != 0) writer.pair(kRefusalNames[i], count(i));
  }
}

void write_pairs(const ClusterView& view, Writer& writer) {
  const Totals& totals = view.registry.totals();
  write_nodes(totals, view.registry.unheard(), writer);
  write_used_total("storage", totals.storage(), writer);
  writer.pair_number("cpu", totals.cpu_percent());
  write_used_total("memory", totals.memory(), writer);
  const NetworkRates network = totals.network();
  writer.text("network").map(3).pair("rx", network.rx).pair("tx", network.tx);
  writer.pair("capacity", network.capacity);
  write_blocks(view, writer);
  writer.pair("accepted", view.intake.accepted());
  write_refused(view.intake, writer);
  writer.pair("missed", view.registry.missed());
  writer.pair_number("rate", view.announcements_per_s);
  writer.pair("queries", view.queries);
  writer.text("dropped").map(3).pair("replies", view.dropped.replies);
  writer.pair("events", view.dropped.events).pair("lines", view.dropped.lines);
}

}  // namespace

void write_summary(const ClusterView& view, Buffer& out) {
  Writer writer(out);
  writer.map(kPairs);
  write_pairs(view, writer);
}

void write_summary_body(const ClusterView& view, Buffer& out) {
  Writer writer(out);
  writer.map(kPairs + 2).pair("v", kProtocolVersion).pair_ms("at", view.now.wall_ms);
  write_pairs(view, writer);
}

}  // namespace rollcall
