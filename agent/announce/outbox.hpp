// What the announcer wants sent, in order, to every broker that is there; and what it has to tell.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "shared/core/line.hpp"
#include "shared/core/time.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

class AgentOutbox {
 public:
  struct Message {
    std::string_view topic;  // the member's; lives as long as the announcer
    std::uint32_t body_at = 0;
    std::uint32_t body_size = 0;
  };

  void clear() {
    messages_.clear();
    bytes_.clear();
    bytes_.shrink_above(kKeptBytes);
    lines.clear();
    wake_at_ms = kNever;
  }
  // Encodes `message` behind what is there already.
  template <typename T>
  void add(std::string_view topic, const T& message) {
    const std::size_t before = bytes_.size();
    encode(message, bytes_);
    messages_.push_back({topic, static_cast<std::uint32_t>(before),
                         static_cast<std::uint32_t>(bytes_.size() - before)});
  }
  const std::vector<Message>& messages() const { return messages_; }
  Bytes body_of(const Message& message) const {
    return bytes_.view().substr(message.body_at, message.body_size);
  }

  std::vector<Line> lines;
  std::int64_t wake_at_ms = kNever;

 private:
  // A large block set is rare: its memory is given back.
  static constexpr std::size_t kKeptBytes = 256 * 1024;

  std::vector<Message> messages_;
  Buffer bytes_;
};

}  // namespace rollcall
