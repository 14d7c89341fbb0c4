#include "tests/bench/fleet.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "shared/core/random.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {
namespace {

// Encoded in four bytes and eight, which can be overwritten by those of the next.
constexpr std::uint32_t kFirstSeq = 1 << 24;
constexpr std::uint64_t kFirstUptime = std::uint64_t{1} << 33;

constexpr std::string_view kUptime = "\xa6uptime\xcf";

void put_big_endian(char* at, std::uint64_t value) {
  value = __builtin_bswap64(value);
  std::memcpy(at, &value, sizeof value);
}

void put_big_endian(char* at, std::uint32_t value) {
  value = __builtin_bswap32(value);
  std::memcpy(at, &value, sizeof value);
}

}  // namespace

std::string typical_status_body(std::uint64_t seq, std::size_t variant, const FleetShape& shape) {
  constexpr std::uint64_t kTib = std::uint64_t{1} << 40;
  Status status;
  status.header.session = shape.session;
  status.header.seq = seq;
  status.header.at_ms = 1'800'000'000'000 + variant;
  status.interval_ms = static_cast<std::uint64_t>(shape.interval_ms);
  status.state = variant % 8 == 0 ? State::kWarning : State::kHealthy;
  status.storage = {(variant + 1) * kTib / 100, kTib * 4};
  status.cpu_percent = 12.125 + static_cast<double>(variant) / 4;
  status.memory = {(variant + 1) * (std::uint64_t{1} << 24), std::uint64_t{3} << 30};
  status.network = {1000 + variant * 1000, 500, 1'250'000'000};
  status.labels = {{"zone", fmt::format("{}", variant % 4)}};
  status.uptime_s = kFirstUptime + variant;
  Buffer buffer;
  encode(status, buffer);
  return std::string(buffer.view());
}

Fleet::Fleet(const FleetShape& shape) : nodes_(shape.nodes) {
  const std::size_t nodes = shape.nodes;
  std::vector<std::uint32_t> order(nodes);
  for (std::size_t i = 0; i < nodes; ++i) order[i] = static_cast<std::uint32_t>(i);
  if (shape.seed != 0) {
    Random random(shape.seed);
    for (std::size_t i = nodes; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  }
  topic_bytes_ = fmt::format("status.{}-{:07}", shape.prefix, 0).size();
  topics_.reserve(nodes * topic_bytes_);
  for (const std::uint32_t node : order) {
    topics_ += fmt::format("status.{}-{:07}", shape.prefix, node);
  }
  for (std::size_t i = 0; i < shape.bodies; ++i) {
    bodies_.push_back(typical_status_body(kFirstSeq, i, shape));
    const std::size_t key_at = bodies_.back().find("\xa3seq\xce");
    seq_at_.push_back(key_at + 5);
  }
  begin_round();
}

void Fleet::begin_round() {
  at_ = 0;
  ++seq_;
  for (std::size_t i = 0; i < bodies_.size(); ++i) {
    put_big_endian(bodies_[i].data() + seq_at_[i], kFirstSeq + seq_);
  }
}

std::string_view Fleet::topic(std::size_t index) const {
  return std::string_view(topics_).substr(index * topic_bytes_, topic_bytes_);
}

void Fleet::stamp(std::string& body, std::uint64_t sent_ns) {
  put_big_endian(body.data() + body.rfind(kUptime) + kUptime.size(), sent_ns);
}

std::uint64_t Fleet::stamp_of(std::string_view body) {
  const std::size_t at = body.rfind(kUptime);
  if (at == std::string_view::npos || at + kUptime.size() + 8 > body.size()) return 0;
  std::uint64_t value = 0;
  std::memcpy(&value, body.data() + at + kUptime.size(), sizeof value);
  return __builtin_bswap64(value);
}

void Fleet::next(std::size_t count, std::vector<Announcement>& batch) {
  if (at_ == nodes_) begin_round();
  batch.clear();
  const std::size_t end = std::min(nodes_, at_ + count);
  for (; at_ < end; ++at_) batch.push_back({topic(at_), bodies_[at_ % bodies_.size()], 2});
}

}  // namespace rollcall
