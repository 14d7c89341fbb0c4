// Where a node's readings come from: the real machine, or a simulation. The rest of the agent does
// not know which it has.
#pragma once

#include <string>
#include <vector>

#include "agent/inventory/block_set.hpp"
#include "shared/core/line.hpp"
#include "shared/core/time.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {

// A node at one moment.
struct Reading {
  State state = State::kHealthy;
  std::vector<std::string> reasons;  // why not healthy; each says the value and the limit
  UsedTotal storage;
  double cpu_percent = 0;
  UsedTotal memory;
  NetworkRates network;
  std::uint64_t uptime_s = 0;
};

class Source {
 public:
  Source() = default;
  virtual ~Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  // Brings the reading and the blocks up to `now`. Called right before each announcement and
  // whenever due_at_ms() has come; never blocks. Rates are over the time since the last announced
  // sample (`for_announcement`).
  virtual void sample(Now now, bool for_announcement) = 0;
  // When, by the steady clock, it wants to be sampled between announcements; kNever if not.
  virtual std::int64_t due_at_ms() const = 0;

  virtual const Reading& reading() const = 0;
  // The blocks that the node holds; null where it reports none. The announcer takes the changes.
  virtual BlockSet* blocks() = 0;
  // A descriptor that becomes readable when there is something to sample; -1 where there is none.
  virtual int wake_fd() const { return -1; }
  // Lines for the agent's own console since the last call (🔧 storage work and the like), bounded.
  virtual std::vector<Line> take_lines() { return {}; }
  // True while the (simulated) machine is down: the node then announces nothing at all. When it is
  // back, it is a new session.
  virtual bool is_down() const { return false; }
};

}  // namespace rollcall
