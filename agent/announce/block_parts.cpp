#include "agent/announce/block_parts.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

namespace rollcall {
namespace {

// The most that one item takes in a body: array, text header, bytes, and the size.
std::size_t item_bytes(const Block& block) { return 1 + 3 + block.id.size() + 9; }
std::size_t item_bytes(std::string_view id) { return 3 + id.size(); }

// The ends of the parts of `items`, each part at most kPartBytes.
template <typename Item>
std::vector<std::size_t> cut(std::span<const Item> items) {
  std::vector<std::size_t> ends;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t more = item_bytes(items[i]);
    if (bytes + more > kPartBytes) {
      ends.push_back(i);
      bytes = 0;
    }
    bytes += more;
  }
  if (!items.empty()) ends.push_back(items.size());
  return ends;
}

// Removals first, then additions, each part holding one kind.
void add_parts(Member& member, std::optional<std::uint64_t> from, std::uint64_t to,
               std::span<const Block> added, std::span<const std::string_view> removed,
               std::int64_t wall_ms, AgentOutbox& outbox) {
  const std::vector<std::size_t> removed_ends = cut(removed);
  const std::vector<std::size_t> added_ends = cut(added);
  const std::size_t own_parts = removed_ends.size() + added_ends.size();
  // What fits one body goes in one; an empty set is one part, too.
  const bool is_single = own_parts <= 2 && removed_ends.size() <= 1 && added_ends.size() <= 1;
  Blocks blocks;
  blocks.from = from;
  blocks.to = to;
  blocks.parts = is_single ? 1 : own_parts;
  blocks.header.session = member.session;
  blocks.header.at_ms = static_cast<std::uint64_t>(wall_ms);
  const auto send = [&](std::span<const Block> add, std::span<const std::string_view> remove) {
    blocks.header.seq = ++member.seq;
    blocks.add = add;
    blocks.remove = remove;
    outbox.add(member.blocks_topic, blocks);
    ++blocks.part;
  };
  if (is_single) return send(added, removed);
  std::size_t begin = 0;
  for (const std::size_t end : removed_ends) {
    send({}, removed.subspan(begin, end - begin));
    begin = end;
  }
  begin = 0;
  for (const std::size_t end : added_ends) {
    send(added.subspan(begin, end - begin), {});
    begin = end;
  }
}

}  // namespace

void add_change(Member& member, const BlockSet::Change& change, std::int64_t wall_ms,
                AgentOutbox& outbox) {
  add_parts(member, change.from, change.to, change.added, change.removed, wall_ms, outbox);
}

void add_whole_set(Member& member, std::int64_t wall_ms, AgentOutbox& outbox) {
  const BlockSet& set = *member.source->blocks();
  std::vector<Block> all;
  all.reserve(set.size());
  set.for_each([&](const Block& block) { all.push_back(block); });
  add_parts(member, std::nullopt, set.announced().version, all, {}, wall_ms, outbox);
}

}  // namespace rollcall
