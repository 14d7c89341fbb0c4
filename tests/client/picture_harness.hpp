// A picture, and a scripted broker that answers, loses, repeats and restarts.
#pragma once

#include <map>

#include <gtest/gtest.h>

#include "shared/client/picture.hpp"
#include "tests/client/wire.hpp"

namespace rollcall {

using testing_wire::Asked;
using testing_wire::AsOfValues;
using testing_wire::NodeState;

class PictureTest : public testing::Test {
 protected:
  // One step with what was put into the inbox since the last.
  void step(std::int64_t later_ms = 0) {
    now_.steady_ms += later_ms;
    now_.wall_ms += later_ms;
    PictureInbox inbox;
    for (const auto& [topic, body] : feed_) inbox.feed.push_back({topic, body});
    for (const std::string& body : replies_) inbox.replies.push_back(body);
    inbox.timed_out = timed_out_;
    const PictureOutbox& outbox = picture_.step(now_, inbox);
    feed_.clear();
    replies_.clear();
    timed_out_.clear();
    asked_.clear();
    reconnected_ = reconnected_ || outbox.reconnect_feed;
    for (const Request& request : outbox.requests) {
      asked_.push_back(testing_wire::parse_request(request.body));
      ops_.push_back(asked_.back().op);
    }
    for (const Change& change : outbox.changes) {
      if (change.kind == ChangeKind::kEvent) told_.push_back(change.event.seq);
    }
  }

  void feed_event(std::uint64_t seq, const std::string& kind, const std::string& node,
                  std::uint64_t at_ms = 1000, std::string_view more = {}, std::size_t pairs = 0) {
    feed_.emplace_back("event." + kind + "." + node,
                       testing_wire::event_body(seq, kind, node, at_ms, more, pairs));
  }
  void feed_status(const NodeState& state) {
    feed_.emplace_back("status." + state.node, testing_wire::status_body(state));
  }

  // Answers everything asked from records_ and events_, as a broker does.
  void answer() {
    for (const Asked& asked : asked_) replies_.push_back(answer_to(asked));
    asked_.clear();
  }
  std::string answer_to(const Asked& asked) {
    const AsOfValues as_of{broker_, event_seq(), false, story_, resumed_at_};
    if (asked.op == "nodes") {
      std::vector<std::string> records;
      for (const NodeState& state : records_) records.push_back(testing_wire::record_of(state));
      return testing_wire::reply(asked.id, as_of, testing_wire::nodes_result(records));
    }
    if (asked.op == "events") {
      std::vector<std::string> events;
      for (const auto& [seq, body] : events_) {
        if (seq > asked.after) events.push_back(body);
      }
      const std::uint64_t oldest = events_.empty() ? 0 : events_.begin()->first;
      return testing_wire::reply(asked.id, as_of,
                                 testing_wire::events_result(events, oldest, event_seq()));
    }
    if (asked.op == "summary") {
      return testing_wire::reply(asked.id, as_of, testing_wire::summary_result(records_.size()));
    }
    return testing_wire::reply(asked.id, as_of, testing_wire::ping_result());
  }
  std::uint64_t event_seq() const { return events_.empty() ? 0 : events_.rbegin()->first; }
  void happens(std::uint64_t seq, const std::string& kind, const std::string& node,
               std::uint64_t at_ms = 1000) {
    events_[seq] = testing_wire::event_body(seq, kind, node, at_ms);
  }

  // Until nothing more is asked for.
  void settle() {
    answer();
    step();
    for (int i = 0; i < 20 && !asked_.empty(); ++i) {
      answer();
      step();
    }
  }
  void make_live() {
    settle();
    feed_.emplace_back("summary", testing_wire::summary_result(1));
    step();
    ASSERT_EQ(picture_.freshness(), Freshness::kLive);
  }
  bool knows(const std::string& node) const { return picture_.nodes().contains(node); }
  const Record& record(const std::string& node) const { return picture_.nodes().at(node).record; }

  Picture picture_{PictureOptions{}};
  Now now_{1'000'000, 1'700'000'000'000};
  std::vector<std::pair<std::string, std::string>> feed_;
  std::vector<std::string> replies_;
  std::vector<std::uint64_t> timed_out_;
  std::vector<Asked> asked_;
  std::vector<std::string> ops_;
  std::vector<std::uint64_t> told_;
  bool reconnected_ = false;
  // The broker.
  std::vector<NodeState> records_{NodeState{}};
  std::map<std::uint64_t, std::string> events_{
      {1, testing_wire::event_body(1, "joined", "node-1")}};
  std::uint64_t broker_ = 99;
  std::optional<std::uint64_t> story_;
  std::uint64_t resumed_at_ = 0;
};

}  // namespace rollcall
