// The cluster's totals: the query `summary`, and the feed's `summary`.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "shared/protocol/announcement.hpp"

namespace rollcall {

struct Summary {
  std::uint64_t nodes = 0;
  std::uint64_t present = 0;
  std::uint64_t late = 0;
  std::uint64_t unheard = 0;  // of the late: not yet heard since the broker's start
  std::uint64_t left = 0;
  std::array<std::uint64_t, kStateNames.size()> by_state{};
  UsedTotal storage;
  UsedTotal memory;
  double cpu_percent = 0;  // the mean
  NetworkRates network;
  struct {
    std::uint64_t nodes = 0;
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
    std::uint64_t held = 0;
    std::uint64_t in_sync = 0;
  } blocks;
  std::uint64_t accepted = 0;
  std::uint64_t missed = 0;
  std::uint64_t queries = 0;
  double rate = 0;                                             // announcements per second
  std::vector<std::pair<std::string, std::uint64_t>> refused;  // by reason
  std::vector<std::pair<std::string, std::uint64_t>> dropped;  // by what
};

bool decode_summary(Bytes raw, Summary& summary);

}  // namespace rollcall
