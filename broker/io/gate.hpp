// Answers ZAP (ZeroMQ RFC 27): libzmq asks for each connection, before it counts, whether its key
// may come through that door. Made before any socket binds, for a socket without an answer to its
// question is open or shut by accident.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "broker/access/zap.hpp"
#include "shared/core/line.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

class Gate {
 public:
  explicit Gate(zmq::context_t& context);

  int fd() { return socket_.get(zmq::sockopt::fd); }
  // Answers what waits, bounded, from memory alone: while it takes, nobody comes in. False where
  // more may be there. `lines` tells of keys that were turned away, once a minute each.
  bool answer(Now now, const Access& access, std::vector<Line>& lines);

  std::uint64_t admitted() const { return admitted_; }
  std::uint64_t turned_away() const { return turned_away_; }
  // The trial at the start is not counted.
  void forget_trial() {
    turned_away_ = 0;
    told_ = {};
  }

 private:
  struct Told {
    std::string key;
    std::int64_t at_ms = INT64_MIN / 2;
  };
  // One more than a request of CURVE has, so that longer ones are known by it.
  static constexpr std::size_t kMostFrames = 8;

  bool receive_request();
  void reply(const ZapAnswer& answer);
  void tell(Now now, const ZapAnswer& answer, std::vector<Line>& lines);

  zmq::socket_t socket_;
  std::array<zmq::message_t, kMostFrames> messages_;
  std::array<std::string_view, kMostFrames> frames_;
  std::size_t frame_count_ = 0;
  std::array<Told, 64> told_;
  std::size_t next_told_ = 0;
  std::uint64_t admitted_ = 0;
  std::uint64_t turned_away_ = 0;
};

}  // namespace rollcall
