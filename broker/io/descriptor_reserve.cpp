#include "broker/io/descriptor_reserve.hpp"

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

#include "broker/io/listeners.hpp"

namespace rollcall {
namespace {

// Reading keys takes two at a time, opening a socket anew three.
constexpr std::size_t kReserved = 16;
constexpr std::int64_t kMeasureMs = 1000;
// Where few are left the end is looked for more often: from then on libzmq's thread spins.
constexpr std::int64_t kWatchMs = 100;
constexpr std::uint64_t kFewLeftPercent = 75;
// Of more descriptors than this only every second, third … is looked at.
constexpr std::uint64_t kProbes = 4096;

}  // namespace

DescriptorReserve::DescriptorReserve(std::uint64_t limit, const BrokerEndpoints& bound)
    : limit_(limit), bound_(bound) {
  refill();
  find_listeners();
}

DescriptorReserve::~DescriptorReserve() {
  for (const int descriptor : reserve_) close(descriptor);
}

void DescriptorReserve::find_listeners() { listeners_ = rollcall::find_listeners(bound_); }

// False where some could not be had.
bool DescriptorReserve::refill() {
  while (reserve_.size() < kReserved) {
    const int descriptor = reserve_.empty() ? open("/dev/null", O_RDONLY | O_CLOEXEC)
                                            : fcntl(reserve_[0], F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0) return false;
    reserve_.push_back(descriptor);
  }
  return true;
}

// To ask of each whether it is open takes 50 ns; to list them would take a second for a million.
std::uint64_t DescriptorReserve::count_open() const {
  const std::uint64_t step = std::max<std::uint64_t>(1, (limit_ + kProbes - 1) / kProbes);
  std::uint64_t open = 0;
  for (std::uint64_t i = 0; i < limit_; i += step) {
    if (fcntl(static_cast<int>(i), F_GETFD) >= 0) ++open;
  }
  return open * step;
}

void DescriptorReserve::work(Now now) {
  if (now.steady_ms < due_ms_) return;
  if (now.steady_ms >= measure_at_ms_) {
    open_ = count_open();
    measure_at_ms_ = now.steady_ms + kMeasureMs;
  }
  const int another = refill() ? fcntl(reserve_[0], F_DUPFD_CLOEXEC, 0) : -1;
  exhausted_ = another < 0;
  if (another >= 0) close(another);
  exhausted_ ? shedder_.start(listeners_) : shedder_.stop();
  const DescriptorUse now_used = use();
  const bool few = now_used.used * 100 >= now_used.limit * kFewLeftPercent;
  due_ms_ = now.steady_ms + (few ? kWatchMs : kMeasureMs);
}

DescriptorUse DescriptorReserve::use() const {
  const std::uint64_t limit = limit_ - std::min<std::uint64_t>(limit_, kReserved);
  const std::uint64_t used = open_ - std::min<std::uint64_t>(open_, reserve_.size());
  return {exhausted_ ? limit : std::min(used, limit), limit, shedder_.turned_away()};
}

void DescriptorReserve::lend() {
  if (!exhausted_) return;
  for (const int descriptor : reserve_) close(descriptor);
  reserve_.clear();
}

void DescriptorReserve::take_back() { refill(); }

}  // namespace rollcall
