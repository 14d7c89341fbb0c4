// Turns the agent: waits, reads the clock once, takes what came, steps, sends, tells.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "agent/announce/announcer.hpp"
#include "agent/io/broker_link.hpp"
#include "shared/io/log.hpp"
#include "shared/io/signals.hpp"

namespace rollcall {

class DutyCycle {
 public:
  // `wake_fd` is a source's, or -1.
  DutyCycle(std::vector<std::unique_ptr<BrokerLink>> links, Announcer& announcer, Signals& signals,
            Log& log, int wake_fd);

  // Until a signal comes; returns it.
  int run();
  // Says goodbye everywhere and waits, at most a second, until it is out.
  void leave(const std::string& reason, std::optional<std::uint64_t> back_in_ms);

 private:
  void wait(std::int64_t wake_at_ms);
  void take_in(Now now);
  void carry_out(Now now);
  void tell(Now now);
  void tell_dropped(Now now);

  std::vector<std::unique_ptr<BrokerLink>> links_;
  Announcer& announcer_;
  Signals& signals_;
  Log& log_;
  int wake_fd_;

  // Used again from turn to turn.
  std::vector<zmq::pollitem_t> items_;
  std::vector<AgentInbox::LinkEvent> link_events_;
  std::vector<Command> commands_;
  AgentOutbox outbox_;
  std::uint64_t dropped_told_ = 0;
  std::int64_t dropped_due_ms_ = INT64_MIN;
};

}  // namespace rollcall
