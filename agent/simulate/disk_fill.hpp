// What a simulated disk holds besides the blocks: it grows over days, until an operator cleans up.
#pragma once

#include <cstdint>

#include "shared/core/random.hpp"

namespace rollcall {

class DiskFill {
 public:
  explicit DiskFill(std::uint64_t seed);

  // One model step. `blocks_share` is what the blocks take, of the same disk. An operator comes
  // when the two together are at 86 to 96.8 %: mostly soon after the first warning, sometimes
  // only when it is critical.
  void step(double blocks_share);

  // Share of the disk, 0 to 1.
  double share() const { return share_; }
  // While an operator deletes what is no longer needed; takes a few minutes.
  bool is_cleaning() const { return is_cleaning_; }

 private:
  void begin_filling();

  Random random_;
  double share_ = 0;
  double growth_ = 0;  // in a step, on average
  double clean_from_ = 0;
  double clean_to_ = 0;
  bool is_cleaning_ = false;
};

}  // namespace rollcall
