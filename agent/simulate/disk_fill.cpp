#include "agent/simulate/disk_fill.hpp"

#include "agent/simulate/model_step.hpp"

namespace rollcall {
namespace {

constexpr double kStepsPerDay = 86'400'000.0 / kModelStepMs;
constexpr double kCleanedPerStep = 0.01;  // half a disk in eight minutes

}  // namespace

DiskFill::DiskFill(std::uint64_t seed) : random_(seed) {
  begin_filling();
  // Most of a fleet is anywhere between empty and the first warning, a few are past it.
  share_ = random_.uniform(0.20, clean_from_ - 0.01);
}

void DiskFill::step(double blocks_share) {
  if (is_cleaning_) {
    share_ -= kCleanedPerStep;
    if (share_ <= clean_to_) {
      is_cleaning_ = false;
      begin_filling();
    }
    return;
  }
  share_ += growth_ * random_.uniform(0.0, 2.0);
  is_cleaning_ = share_ + blocks_share >= clean_from_;
}

void DiskFill::begin_filling() {
  const double days = random_.uniform(1.0, 6.0);
  growth_ = 0.6 / (days * kStepsPerDay);
  const double late = random_.uniform();
  clean_from_ = 0.86 + 0.108 * late * late * late;
  clean_to_ = random_.uniform(0.25, 0.55);
}

}  // namespace rollcall
