// Descriptors run out where more connections come than may be opened. This keeps a few back for our
// own use, measures how many are taken, and has newcomers turned away while none is left.
#pragma once

#include <cstdint>
#include <vector>

#include "broker/io/shedder.hpp"
#include "broker/strain/strain.hpp"
#include "broker/wiring/endpoints.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

class DescriptorReserve {
 public:
  // Of `limit` that may be opened. After the sockets are bound.
  DescriptorReserve(std::uint64_t limit, const BrokerEndpoints& bound);
  ~DescriptorReserve();
  DescriptorReserve(const DescriptorReserve&) = delete;
  DescriptorReserve& operator=(const DescriptorReserve&) = delete;

  // When to work next.
  std::int64_t due_ms() const { return due_ms_; }
  void work(Now now);
  // As measured last; those in reserve count for neither.
  DescriptorUse use() const;
  // False where newcomers cannot be turned away on this system.
  bool can_turn_away() const { return shedder_.works(); }

  // Around what opens files: the reserve is free meanwhile. Nothing where enough are free anyhow.
  void lend();
  void take_back();

  // Around closing and binding a socket anew.
  void let_go_of_listeners() { shedder_.stop(); }
  void find_listeners();

 private:
  bool refill();
  std::uint64_t count_open() const;

  std::uint64_t limit_;
  BrokerEndpoints bound_;
  std::vector<int> reserve_;
  std::vector<int> listeners_;
  Shedder shedder_;
  std::uint64_t open_ = 0;
  bool exhausted_ = false;
  std::int64_t due_ms_ = 0;
  std::int64_t measure_at_ms_ = 0;
};

}  // namespace rollcall
