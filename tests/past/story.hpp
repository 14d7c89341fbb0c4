// A small history of events, written down as the broker would; and answers as JSON.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/past/fakes.hpp"

namespace rollcall {

using nlohmann::json;

// Round moments: second s of the story.
inline constexpr std::int64_t kStoryMs = 1'000'000'000;
inline std::int64_t at_s(double s) { return kStoryMs + static_cast<std::int64_t>(s * 1000); }

inline std::string as_msgpack(const json& value) {
  const std::vector<std::uint8_t> bytes = json::to_msgpack(value);
  return {bytes.begin(), bytes.end()};
}

class Story : public FakePast {
 public:
  std::int64_t now_ms = at_s(1000);
  std::int64_t evict_after_ms = 120'000;

  // An event of `node` in second `s`, with what its kind adds.
  void tell(double s, EventKind kind, const std::string& node, json adds = json::object()) {
    adds["v"] = 1;
    adds["seq"] = newest() + 1;
    adds["at"] = at_s(s);
    adds["kind"] = name_of(kind);
    adds["node"] = node;
    add(kind, node, at_s(s), as_msgpack(adds));
  }
  void joined(double s, const std::string& node, std::uint64_t session = 1,
              const std::string& state = "healthy") {
    tell(s, EventKind::kJoined, node,
         {{"session", session}, {"state", state}, {"peer", "10.0.0.1"}});
  }
  void restarted(double s, const std::string& node, std::uint64_t session, std::uint64_t previous) {
    tell(s, EventKind::kRestarted, node,
         {{"session", session}, {"previous", previous}, {"peer", "10.0.0.2"}});
  }
  void late(double s, const std::string& node, double silent_s) {
    tell(s, EventKind::kLate, node,
         {{"silent_for", static_cast<std::int64_t>(silent_s * 1000)}, {"verdict", "unknown"}});
  }
  void recovered(double s, const std::string& node, double silent_s) {
    tell(s, EventKind::kRecovered, node,
         {{"silent_for", static_cast<std::int64_t>(silent_s * 1000)}});
  }
  void evicted(double s, const std::string& node, double silent_s) {
    tell(s, EventKind::kEvicted, node,
         {{"silent_for", static_cast<std::int64_t>(silent_s * 1000)}, {"verdict", "host_or_link"}});
  }
  void left(double s, const std::string& node, double back_in_s = 0) {
    json adds{{"reason", "bye"}};
    if (back_in_s > 0) adds["back_in"] = static_cast<std::int64_t>(back_in_s * 1000);
    tell(s, EventKind::kLeft, node, adds);
  }
  void duty(double s, const std::string& node, const char* from, const char* to,
            double until_s = 0) {
    json adds{{"from", from}, {"to", to}, {"by", "ann"}, {"reason", "disk"}};
    if (until_s > 0) adds["until"] = at_s(until_s);
    tell(s, EventKind::kDuty, node, adds);
  }
  void state(double s, const std::string& node, const char* from, const char* to) {
    tell(s, EventKind::kState, node, {{"from", from}, {"to", to}, {"reasons", json::array()}});
  }

  // As the store knows it now.
  RosterNode& know(const std::string& id, double first_seen_s,
                   Presence presence = Presence::kPresent, const json& labels = json::object()) {
    RosterNode node;
    node.id = id;
    node.first_seen_ms = at_s(first_seen_s);
    node.heard_at_ms = now_ms;
    node.presence = presence;
    node.interval_ms = 10'000;
    node.sessions = 1;
    node.session = 1;
    node.labels = as_msgpack(labels);
    nodes.push_back(node);
    return nodes.back();
  }

  using Answer = PastVerdict (*)(const PastQuestion&, const PastMoment&, const PastSources&,
                                 Buffer&);
  json ask(Answer answer, const PastQuestion& question) {
    Buffer out;
    const PastVerdict verdict = answer(question, {now_ms, evict_after_ms}, sources(), out);
    EXPECT_FALSE(verdict) << verdict->message;
    if (verdict) return {};
    return json::from_msgpack(out.view());
  }
  PastFailure ask_in_vain(Answer answer, const PastQuestion& question) {
    Buffer out;
    const PastVerdict verdict = answer(question, {now_ms, evict_after_ms}, sources(), out);
    EXPECT_TRUE(verdict);
    EXPECT_TRUE(out.empty());
    return verdict.value_or(PastFailure{});
  }
};

inline PastQuestion question_of(const std::string& node, double since_s, double until_s) {
  PastQuestion question;
  question.node = node;
  question.since_ms = at_s(since_s);
  question.until_ms = at_s(until_s);
  question.page_bytes = 1'000'000;
  return question;
}

}  // namespace rollcall
