#include "broker/past/pages.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "shared/core/escape.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {

bool has_labels(Bytes labels, const std::vector<std::pair<std::string, std::string>>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& label) {
    bool found = false;
    for_each_label(labels, [&](std::string_view key, std::string_view value) {
      found = found || (key == label.first && value == label.second);
    });
    return found;
  });
}

std::string_view label_of(Bytes labels, std::string_view key) {
  std::string_view found;
  for_each_label(labels, [&](std::string_view its_key, std::string_view value) {
    if (its_key == key) found = value;
  });
  return found;
}

void write_labels(Bytes labels, Writer& writer) {
  Reader reader(labels);
  std::uint32_t pairs = 0;
  bool sound = reader.read_map(pairs);
  std::string_view text;
  for (std::uint64_t i = 0; sound && i < 2 * std::uint64_t{pairs}; ++i) {
    sound = reader.read_string(text);
  }
  writer.text("labels");
  if (sound && reader.at_end()) {
    writer.raw(labels);
  } else {
    writer.map(0);
  }
}

void write_order(const StandingOrder& order, Writer& writer) {
  writer.text("order").map(order.until_ms != 0 ? 4 : 3);
  writer.pair("by", std::string_view(order.by)).pair("reason", std::string_view(order.reason));
  writer.pair_ms("since", order.since_ms);
  if (order.until_ms != 0) writer.pair_ms("until", order.until_ms);
}

void write_next(std::string_view next, Writer& writer) {
  writer.text("next");
  if (next.empty()) {
    writer.nil();
  } else {
    writer.text(next);
  }
}

PastFailure node_missing() { return {QueryError::kBadRequest, "'node' is missing: of which one"}; }

PastFailure node_not_known(std::string_view node) {
  return {QueryError::kNotFound,
          fmt::format("no node '{}' is known, nor any event of it kept", escaped(node, 64))};
}

}  // namespace rollcall
