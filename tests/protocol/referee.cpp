#include "tests/protocol/referee.hpp"

#include <optional>

#include <msgpack.hpp>

namespace rollcall {
namespace {

using Object = msgpack::object;

struct Parsed {
  msgpack::object_handle handle;
  bool whole = false;  // one message, to the last byte
};

Parsed parse(Bytes body) {
  Parsed parsed;
  // No honest container has more items than the body has bytes.
  const std::size_t most = body.size() + 1;
  const msgpack::unpack_limit limit(most, most, most, most, most, 64);
  std::size_t offset = 0;
  try {
    parsed.handle = msgpack::unpack(body.data(), body.size(), offset, nullptr, nullptr, limit);
    parsed.whole = offset == body.size();
  } catch (const std::exception&) {
    parsed.whole = false;
  }
  return parsed;
}

// Collects what differs.
class Comparison {
 public:
  explicit Comparison(const Object& map) : map_(map) {}

  const Object* find(std::string_view key) const {
    if (map_.type != msgpack::type::MAP) return nullptr;
    for (std::uint32_t i = 0; i < map_.via.map.size; ++i) {
      const auto& pair = map_.via.map.ptr[i];
      if (pair.key.type == msgpack::type::STR && pair.key.as<std::string_view>() == key) {
        return &pair.val;
      }
    }
    return nullptr;
  }

  template <typename T>
  void same(std::string_view key, const T& ours) {
    const Object* const value = find(key);
    if (value == nullptr) {
      if (!(ours == T{})) differs(key);
      return;
    }
    try {
      if (!(value->as<T>() == ours)) differs(key);
    } catch (const std::exception&) {
      differs(key);
    }
  }

  // A number that may be absent or nil.
  void same(std::string_view key, const std::optional<std::uint64_t>& ours) {
    const Object* const value = find(key);
    const bool there = value != nullptr && !value->is_nil();
    if (there != ours.has_value()) {
      differs(key);
    } else if (there) {
      same(key, *ours);
    }
  }

  template <typename Compare>
  void inside(std::string_view key, bool expected, Compare&& compare) {
    const Object* const value = find(key);
    if ((value != nullptr) != expected) return differs(key);
    if (value == nullptr) return;
    Comparison nested(*value);
    compare(nested);
    if (!nested.text().empty()) differs(std::string(key) + "." + nested.text());
  }

  void differs(std::string_view key) { text_.append(key).append(" differs; "); }
  const std::string& text() const { return text_; }

 private:
  const Object& map_;
  std::string text_;
};

void compare_header(Comparison& comparison, const Header& header) {
  comparison.same("v", header.version);
  comparison.same("session", header.session);
  comparison.same("seq", header.seq);
  comparison.same("at", header.at_ms);
}

void compare_used_total(Comparison& comparison, std::string_view key, const UsedTotal& ours) {
  comparison.inside(key, true, [&](Comparison& nested) {
    nested.same("used", ours.used);
    nested.same("total", ours.total);
  });
}

void compare(Comparison& comparison, const StatusView& status) {
  compare_header(comparison, status.header);
  comparison.same("interval", status.interval_ms);
  comparison.same("state", std::string(name_of(status.state)));
  compare_used_total(comparison, "storage", status.storage);
  compare_used_total(comparison, "memory", status.memory);
  comparison.same("cpu", status.cpu_percent);
  comparison.inside("network", status.has_network, [&](Comparison& nested) {
    nested.same("rx", status.network.rx);
    nested.same("tx", status.network.tx);
    nested.same("capacity", status.network.capacity);
  });
  comparison.inside("inventory", status.has_inventory, [&](Comparison& nested) {
    nested.same("version", status.inventory.version);
    nested.same("count", status.inventory.count);
    nested.same("bytes", status.inventory.bytes);
    nested.same("digest", status.inventory.digest);
  });
  comparison.same("uptime", status.uptime_s);
  comparison.same("address", status.address);
  comparison.same("software", status.software);
  std::vector<std::string> reasons;
  for_each_reason(status.reasons, [&](std::string_view reason) { reasons.emplace_back(reason); });
  comparison.same("reasons", reasons);
  std::map<std::string, std::string> labels;
  for_each_label(status.labels,
                 [&](std::string_view key, std::string_view value) { labels.emplace(key, value); });
  comparison.same("labels", labels);
}

void compare(Comparison& comparison, const BlocksView& blocks) {
  compare_header(comparison, blocks.header);
  comparison.same("from", blocks.from);
  comparison.same("to", blocks.to);
  if (comparison.find("part") != nullptr) comparison.same("part", blocks.part);
  if (comparison.find("parts") != nullptr) comparison.same("parts", blocks.parts);
  std::vector<std::tuple<std::string, std::uint64_t>> added;
  for_each_added(blocks, [&](const Block& block) { added.emplace_back(block.id, block.bytes); });
  comparison.same("add", added);
  std::vector<std::string> removed;
  for_each_removed(blocks, [&](std::string_view id) { removed.emplace_back(id); });
  comparison.same("remove", removed);
}

void compare(Comparison& comparison, const LeaveView& leave) {
  compare_header(comparison, leave.header);
  comparison.same("reason", leave.reason);
  comparison.same("back_in", leave.back_in_ms);
}

template <typename View>
std::string judge(Bytes body, Refusal verdict, const View& view) {
  const Parsed parsed = parse(body);
  if (verdict == Refusal::kMalformed || verdict == Refusal::kTrailingBytes) {
    return parsed.whole ? "the library takes it as one whole message" : "";
  }
  if (verdict != Refusal::kNone) return {};
  if (!parsed.whole) return "the library does not take it as one whole message";
  Comparison comparison(parsed.handle.get());
  compare(comparison, view);
  return comparison.text();
}

}  // namespace

std::string disagreement(Bytes body, Refusal verdict, const StatusView& status) {
  return judge(body, verdict, status);
}
std::string disagreement(Bytes body, Refusal verdict, const BlocksView& blocks) {
  return judge(body, verdict, blocks);
}
std::string disagreement(Bytes body, Refusal verdict, const LeaveView& leave) {
  return judge(body, verdict, leave);
}

bool is_one_value(Bytes bytes) { return parse(bytes).whole; }

}  // namespace rollcall
