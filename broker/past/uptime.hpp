// How much of a time nodes were there ([P79]).
//
// Each moment of a node is one of four:
//   planned  in maintenance, or after a goodbye until it said that it would be back;
//   unknown  before it was first seen, after it was forgotten, or before what is retained;
//   down     silent, from its last word on (not from the verdict on) until it is heard again; or
//            gone after a goodbye without a day of return, or after that day;
//   up       everything else.
// Availability is up / (up + down): IEC 60050-192 calls it 192-08-05, the mean over a time; planned
// and unknown time count for neither. Sums over nodes are sums of time, so that means over a group
// are weighted by the time that counts.
//
// An incident is a silence that nobody planned, however it ended; also a silence that began in a
// planned time and outlasted it, and an absence beyond the day of return. It counts where it lies
// in the range, wholly or in part. A restart that was never late is none: nobody was missed. Nor is
// a goodbye without a day of return, though its time is down.
//
// A silence whose verdict came only after the range is not seen in it.
//
// mean time between failures = up / incidents (192-05-13, the mean operating time between
// failures); mean time to return = the down time of incidents that ended with a return / those
// incidents (192-07-23, the mean time to restoration). Without such incidents there is neither.
#pragma once

#include <cstdint>
#include <optional>

#include "broker/past/node_fold.hpp"

namespace rollcall {

struct Uptime {
  std::uint64_t nodes = 0;  // known for some of the time
  std::int64_t up_ms = 0;
  std::int64_t down_ms = 0;
  std::int64_t planned_ms = 0;
  std::int64_t unknown_ms = 0;
  std::uint64_t incidents = 0;
  std::uint64_t returns = 0;   // incidents that ended with one
  std::int64_t return_ms = 0;  // their down time

  void add(const Uptime& other);
  // Nothing where no time counts.
  std::optional<double> share() const;
  std::optional<std::int64_t> mean_time_between_failures_ms() const;
  std::optional<std::int64_t> mean_time_to_return_ms() const;
};

// Fed with the pieces of one node, in order.
class UptimeMeter {
 public:
  void add(std::int64_t from_ms, std::int64_t to_ms, const NodeThen& then);
  Uptime finish();

 private:
  enum class Word : std::uint8_t { kUp, kDown, kPlanned, kUnknown };
  void count(Word word, std::int64_t ms, bool is_incident);

  Uptime sum_;
  bool in_incident_ = false;
  std::int64_t incident_ms_ = 0;
};

}  // namespace rollcall
