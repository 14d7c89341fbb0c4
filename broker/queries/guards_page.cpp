#include "broker/queries/guards_page.hpp"

#include <algorithm>

#include "broker/events/event_writer.hpp"
#include "broker/queries/reply.hpp"
#include "shared/protocol/topics.hpp"

namespace rollcall {
namespace {

// How much longer it lasts, unless its cause goes on. A flapping node's hold grows as it flaps.
std::int64_t left_ms(const Guard& guard, const ClusterView& view) {
  std::int64_t until_ms = guard.until_ms;
  if (guard.kind == GuardKind::kFlapping) {
    const Slot slot = view.registry.find(guard.subject);
    if (slot == kNoSlot || !view.registry.nodes().at(slot).is_held()) return 0;
    until_ms = view.registry.nodes().at(slot).extras->flap.hold_until_ms;
  }
  return until_ms == kNever ? kNever : std::max<std::int64_t>(0, until_ms - view.attended_ms);
}

void write_guard(const Guard& guard, const ClusterView& view, Writer& writer) {
  const std::string_view node = node_of(guard);
  const std::int64_t for_ms = left_ms(guard, view);
  writer.map(3u + (node != kNoNode) + (for_ms != kNever) + guard_pairs(guard));
  writer.pair("guard", name_of(guard.kind));
  writer.pair_ms("since", guard.since_wall_ms);
  writer.pair_ms("lasted", view.attended_ms - guard.since_ms);
  if (node != kNoNode) writer.pair("node", node);
  if (for_ms != kNever) writer.pair_ms("for", for_ms);
  write_guard_pairs(guard, writer);
}

}  // namespace

void write_guards(const ClusterView& view, Buffer& out) {
  Buffer page;
  Writer items(page);
  std::size_t count = 0;
  for (const auto& [key, guard] : view.guards.list().all()) {
    if (count == limits::kPageMax || page.size() > limits::kReplyBytes / 2) break;
    write_guard(guard, view, items);
    ++count;
  }
  Writer writer(out);
  writer.map(2).text("guards").array(count).raw(page.view());
  writer.pair("total", std::uint64_t{view.guards.list().all().size()});
}

}  // namespace rollcall
