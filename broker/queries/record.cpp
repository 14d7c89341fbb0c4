#include "broker/queries/record.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "broker/registry/status_pairs.hpp"

namespace rollcall {
namespace {

// Those from `silence` on are there only where they say something.
constexpr std::array<std::string_view, 11> kOwnKeys{"node",      "presence", "duty",   "silent_for",
                                                    "joined_at", "peer",     "missed", "silence",
                                                    "heard",     "order",    "back_by"};
constexpr std::size_t kAlways = 7;

// Calls visit(raw key and value) for each pair of the status that does not bear one of our names.
template <typename Visit>
void for_each_foreign_pair(const Node& node, Visit&& visit) {
  const Bytes pairs = node.text.pairs();
  Reader reader(pairs);
  std::string_view key;
  for (std::uint32_t i = 0; i < node.text.pair_count(); ++i) {
    const char* const begin = reader.position();
    if (!reader.read_string(key) || !reader.skip(limits::kNestingDepth)) return;
    if (std::find(kOwnKeys.begin(), kOwnKeys.end(), key) != kOwnKeys.end()) continue;
    visit(Bytes(begin, static_cast<std::size_t>(reader.position() - begin)));
  }
}

bool has_label(Bytes labels, std::string_view key, std::string_view value) {
  bool found = false;
  for_each_label(labels, [&](std::string_view its_key, std::string_view its_value) {
    found = found || (its_key == key && its_value == value);
  });
  return found;
}

// Why the node is not present.
void write_silence(const Node& node, const Circumstances& it, Writer& writer) {
  const bool is_held = node.is_held();
  const Verdict verdict = node.presence == Presence::kLeft ? Verdict::kGoodbye
                          : node.unheard                   ? Verdict::kNotYetHeard
                                                           : node.verdict();
  writer.text("silence").map(1u + !it.incident.empty() + (is_held ? 2u : 0u));
  writer.pair("verdict", name_of(verdict));
  if (!it.incident.empty()) writer.pair("incident", it.incident);
  if (!is_held) return;
  const FlapMemory& flap = node.extras->flap;
  writer.pair("returns", std::uint64_t{flap.coalesced});
  writer.pair_ms("held_for", std::max<std::int64_t>(0, flap.hold_until_ms - it.attended_ms));
}

// Who decided on its duty, and why.
void write_order(const StandingOrder& order, Writer& writer) {
  writer.text("order").map(order.until_ms != 0 ? 4 : 3);
  writer.pair("by", std::string_view(order.by)).pair("reason", std::string_view(order.reason));
  writer.pair_ms("since", order.since_ms);
  if (order.until_ms != 0) writer.pair_ms("until", order.until_ms);
}

}  // namespace

void write_record(const Node& node, const Circumstances& it, Buffer& out) {
  std::size_t pairs = node.text.pair_count();
  if (node.shadows_record) {
    pairs = 0;
    for_each_foreign_pair(node, [&](Bytes) { ++pairs; });
  }
  Writer writer(out);
  const bool is_silent = node.presence != Presence::kPresent;
  const RosterEntry* const entry = it.roster == nullptr ? nullptr : it.roster->find(node.id());
  const bool has_order = entry != nullptr && entry->order.duty != Duty::kActive;
  const bool has_back_by = entry != nullptr && entry->back_by_ms != 0;
  writer
      .map(kAlways + is_silent + node.unheard + has_order + has_back_by + plain_pairs(node) + pairs)
      .pair("node", node.id())
      .pair("presence", name_of(node.presence))
      .pair("duty", name_of(node.duty))
      .pair_ms("silent_for", it.attended_ms - node.heard_ms)
      .pair_ms("joined_at", node.joined_at_ms)
      .pair("peer", node.peer())
      .pair("missed", node.missed());
  if (is_silent) write_silence(node, it, writer);
  if (node.unheard) writer.pair_bool("heard", false);
  if (has_order) write_order(entry->order, writer);
  if (has_back_by) writer.pair_ms("back_by", entry->back_by_ms);
  write_plain_pairs(node, writer);
  if (node.shadows_record) {
    for_each_foreign_pair(node, [&](Bytes pair) { out.append(pair); });
  } else {
    out.append(node.text.pairs());
  }
}

bool matches(const Node& node, const QueryRequest& request) {
  if (!request.states.allows(node.state) || !request.presences.allows(node.presence) ||
      !request.duties.allows(node.duty)) {
    return false;
  }
  return std::all_of(request.labels.begin(), request.labels.end(), [&](const auto& label) {
    return has_label(node.labels_raw(), label.first, label.second);
  });
}

}  // namespace rollcall
