// The agent without its sockets: when each node announces what. step() takes what happened on the
// links and says what to send to every broker that is there.
//
// All brokers get the same announcements under the same session and seq; so none sees a gap that is
// not one. While no broker is there nothing is announced, and nothing waits to be.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agent/announce/command.hpp"
#include "agent/announce/member.hpp"
#include "agent/announce/outbox.hpp"
#include "agent/console/agent_story.hpp"
#include "shared/core/limits.hpp"
#include "shared/core/random.hpp"

namespace rollcall {

struct AnnouncerConfig {
  std::int64_t interval_ms = limits::kIntervalDefaultMs;
  std::string address;             // where blocks can be fetched; may be empty
  std::string software;            // name/version
  std::uint64_t session_seed = 0;  // from the kernel's random numbers
  bool verbose = false;
};

// What came since the last turn.
struct AgentInbox {
  struct LinkEvent {
    std::string broker;  // its endpoint
    bool connected = false;
  };
  std::span<const LinkEvent> links;
  std::span<const Command> commands;
  std::size_t connected_links = 0;  // now
};

class Announcer {
 public:
  Announcer(AnnouncerConfig config, std::vector<Member> members, Now start);

  void step(Now now, const AgentInbox& inbox, AgentOutbox& outbox);
  // The orderly end: every node that announced says leave. `outbox` is replaced.
  void leave(Now now, const std::string& reason, std::optional<std::uint64_t> back_in_ms,
             AgentOutbox& outbox);

  const std::vector<Member>& members() const { return members_; }
  // Commands that could not be read, or named no node of this agent.
  std::uint64_t commands_ignored() const { return commands_ignored_; }

 private:
  // Bounds a turn; the rest follows at once.
  static constexpr std::size_t kMembersPerTurn = 512;
  // Changed blocks of a real machine are announced so soon, for a file seldom comes alone; and at
  // most so often, however many are written.
  static constexpr std::int64_t kChangesGatherMs = 200;
  static constexpr std::int64_t kBetweenChangesMs = 1000;

  void on_link(const AgentInbox::LinkEvent& event, Now now, AgentOutbox& outbox);
  void on_command(const Command& command);
  void introduce_all(Now now);
  void take_turn(std::size_t index, Now now, AgentOutbox& outbox);
  bool is_up(Member& member, AgentOutbox& outbox);
  void announce(Member& member, Now now, AgentOutbox& outbox);
  void announce_change(Member& member, Now now, AgentOutbox& outbox);
  void answer_inventory(Member& member, Now now, AgentOutbox& outbox);
  void announce_status(Member& member, Now now, AgentOutbox& outbox);
  void schedule(std::size_t index, std::int64_t due_ms);
  void sample_between(Now now, AgentOutbox& outbox);
  void announce_change_soon(Now now);
  void begin_session(Member& member);

  using Due = std::pair<std::int64_t, std::size_t>;  // when, and which member

  AnnouncerConfig config_;
  std::vector<Member> members_;
  std::unordered_map<std::string_view, std::size_t> by_id_;
  std::vector<Due>
      queue_;  // a heap, the earliest on top; entries that are outdated are passed over
  std::vector<std::size_t> wanted_;  // members asked for their whole set
  Random sessions_;
  AgentStory story_;
  std::size_t connected_ = 0;
  std::uint64_t commands_ignored_ = 0;
  std::int64_t announced_ms_ = INT64_MIN / 2;  // when any member last was
  Status status_;                              // used again from turn to turn
};

}  // namespace rollcall
