// How a broker's store is: of the query `store`, what tells whether something is wrong with it.
#pragma once

#include <cstdint>
#include <string>

#include "shared/protocol/reader.hpp"

namespace rollcall {

struct StoreHealth {
  bool persisting = false;
  std::string why;   // it is not
  std::string kind;  // file or memory
  std::uint64_t schema = 0;
  std::uint64_t bytes = 0;
  std::uint64_t wal_bytes = 0;
  std::uint64_t free_bytes = 0;       // of the disk
  std::uint64_t retention_bytes = 0;  // what it may take; 0: not said
  std::uint64_t waiting = 0;          // events not yet stored
  std::uint64_t lost_events = 0;
  std::uint64_t lost_samples = 0;
  std::uint64_t commits = 0;
  double commit_p99_ms = 0;
  double commit_max_ms = 0;
  std::int64_t backup_at_ms = 0;  // wall clock; 0: never, or not said
};
bool decode_store_health(Bytes result, StoreHealth& store);

}  // namespace rollcall
