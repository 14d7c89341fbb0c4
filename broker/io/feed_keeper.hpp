// Closes the feed and opens it anew where that is the only way to part with somebody: libzmq cannot
// cut the connection of one subscriber alone, nor does it bound what they make it hold. The others
// come back by themselves and fill what they missed.
#pragma once

#include <cstdint>
#include <vector>

#include "broker/io/descriptor_reserve.hpp"
#include "broker/io/sockets.hpp"
#include "broker/strain/feed_pause.hpp"
#include "shared/core/line.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

class FeedKeeper {
 public:
  // Subscribers may hold as many topics together.
  FeedKeeper(BrokerSockets& sockets, DescriptorReserve& reserve, std::uint64_t most_topics)
      : sockets_(sockets), reserve_(reserve), most_topics_(most_topics) {}

  // Somebody who may be subscribed must no longer be.
  void part() { revoked_ = true; }
  // Once a turn, when no inbox is held.
  void work(Now now, std::vector<Line>& lines);
  // When there is something to do whatever comes in; kNever where there is not.
  std::int64_t due_ms() const { return closed_ ? open_at_ms_ : kNever; }

 private:
  bool is_overfull() const;
  void close_for_topics(Now now, std::vector<Line>& lines);
  void tell_upstream(Now now, std::vector<Line>& lines);
  bool close();
  void open(Now now, std::vector<Line>& lines);

  BrokerSockets& sockets_;
  DescriptorReserve& reserve_;
  std::uint64_t most_topics_;
  FeedPause pause_;
  std::int64_t open_at_ms_ = 0;
  std::int64_t told_at_ms_ = INT64_MIN / 2;  // of messages upstream
  std::uint64_t upstream_told_ = 0;
  std::uint64_t times_closed_ = 0;
  bool revoked_ = false;  // and the feed is to be closed for that
  bool closed_ = false;
  bool for_keys_ = false;  // is why it is closed
};

}  // namespace rollcall
