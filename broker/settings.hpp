// What the broker was asked to be: its options, and what is wrong with them together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "broker/broker.hpp"
#include "broker/budget.hpp"
#include "broker/wiring/endpoints.hpp"
#include "shared/config/options.hpp"

namespace rollcall {

// How long the store keeps what.
struct StoreKeeping {
  std::int64_t events_ms = 365 * kDayMs;
  std::int64_t full_ms = kDayMs;
  std::int64_t minutes_ms = 30 * kDayMs;
  std::int64_t hours_ms = 730 * kDayMs;
  std::optional<std::uint64_t> bytes;  // nothing: kFileBytes, or kMemoryBytes without a file
  static constexpr std::int64_t kDayMs = 86'400'000;
  static constexpr std::uint64_t kFileBytes = std::uint64_t{8} << 30;
  static constexpr std::uint64_t kMemoryBytes = std::uint64_t{64} << 20;
};

struct BrokerSettings {
  BrokerEndpoints endpoints;
  BrokerConfig broker;
  BrokerQueues queues;
  Asked asked;  // of memory, and of what takes it
  // libzmq's threads, which move bytes between TCP and our queues. Two, so that what comes in does
  // not wait for what goes out: 1.10 as many announcements go through as with one, on two cores.
  std::uint64_t io_threads = 2;
  std::string store;  // a path, "none", or empty: the default one
  StoreKeeping keeping;
  std::string keys;  // the folder; empty: without
  std::string log_format = "text";
  bool insecure = false;
  bool supervise = false;
};

// They must live as long as the options.
void declare(Options& options, BrokerSettings& settings);

// What is wrong with the settings together, or an empty text.
std::string why_unfit(const BrokerSettings& settings);

}  // namespace rollcall
