#include "tests/sim/cluster.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "broker/queries/record.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kStirEveryMs = 1000;
constexpr std::int64_t kEvictAfterMs = 120'000;
constexpr std::int64_t kAnswerMs = 3000;
// How late a silence may be judged: what the protocol allows. Each pause of the broker's own adds
// what lies between two of its looks.
constexpr std::int64_t kLatestMs = 1000;
constexpr std::int64_t kLookMs = 100;

}  // namespace

Cluster::Cluster(ClusterOptions options)
    : options_(options), random_(options.seed), stir_at_ms_(now_.steady_ms + kStirEveryMs) {
  agents_.resize(options_.agents);
  start_broker();
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    agents_[i].id = "node-" + std::to_string(i);
    agents_[i].change_at_ms = now_.steady_ms + static_cast<std::int64_t>(random_.below(20'000));
  }
}

// ---- agents -------------------------------------------------------------------------------------

void Cluster::start_agent(std::size_t index) {
  Agent& agent = agents_[index];
  auto source = std::make_unique<FakeSource>();
  agent.source = source.get();
  std::vector<Member> members;
  members.emplace_back(agent.id, std::move(source), Labels{{"zone", "z1"}});
  AnnouncerConfig config;
  config.session_seed = random_.next();
  agent.announcer = std::make_unique<Announcer>(std::move(config), std::move(members), now_);
  agent.up = true;
  agent.change_at_ms = kNever;
  set_connected(index, true);
}

void Cluster::stop_agent(std::size_t index, bool says_leave) {
  Agent& agent = agents_[index];
  if (says_leave && agent.connected) {
    agent.announcer->leave(now_, "stopped", std::nullopt, agent.outbox);
    send_announcements(index);
  }
  agent.up = agent.connected = false;
}

void Cluster::set_connected(std::size_t index, bool connected) {
  agents_[index].connected = connected;
  step_agent(index, {{"tcp://broker", connected}}, {});
}

void Cluster::step_agent(std::size_t index, const std::vector<AgentInbox::LinkEvent>& links,
                         const std::vector<Command>& commands) {
  Agent& agent = agents_[index];
  agent.announcer->step(now_, {links, commands, agent.connected ? 1u : 0u}, agent.outbox);
  send_announcements(index);
}

void Cluster::send_announcements(std::size_t index) {
  Agent& agent = agents_[index];
  if (!agent.connected) return;
  for (const AgentOutbox::Message& message : agent.outbox.messages()) {
    if (!calm_ && random_.chance(options_.loss)) continue;
    Packet packet{Place::kBroker, index, epoch_, std::string(message.topic),
                  std::string(agent.outbox.body_of(message))};
    const int copies = !calm_ && random_.chance(options_.repeat) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
      const std::int64_t delay_ms = static_cast<std::int64_t>(
          random_.below(static_cast<std::uint64_t>(options_.most_delay_ms)));
      const std::int64_t at_ms = std::max(agent.last_arrival_ms, now_.steady_ms + delay_ms);
      agent.last_arrival_ms = at_ms;
      put(at_ms - now_.steady_ms, packet);
    }
  }
}

// ---- the broker ---------------------------------------------------------------------------------

void Cluster::start_broker() {
  BrokerConfig config;
  config.evict_after_ms = kEvictAfterMs;
  config.session = random_.next() | 1u;
  broker_ = std::make_unique<Broker>(config, now_);
  model_ = std::make_unique<ReferenceModel>(kEvictAfterMs);
  outbox_.clear();
  outbox_.wake_at_ms = now_.steady_ms;
  arrived_.clear();
  asked_.clear();
  last_event_ = 0;
  settled_at_ms_ = now_.steady_ms;
  ++epoch_;
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    if (!agents_[i].up) continue;
    if (agents_[i].connected) set_connected(i, false);
    agents_[i].change_at_ms = now_.steady_ms + 700 + static_cast<std::int64_t>(random_.below(2800));
  }
}

void Cluster::step_broker() {
  std::vector<Announcement> announcements;
  for (const Packet& packet : arrived_) announcements.push_back({packet.topic, packet.body, 2});
  std::vector<RawQuery> queries;
  for (const Packet& packet : asked_)
    queries.push_back({Route{"picture", "", false}, packet.body, 1});
  broker_->step(now_, {announcements, queries, true}, *this, outbox_);

  std::vector<bool> forwarded(arrived_.size(), false);
  for (const Outbox::Publication& it : outbox_.feed()) {
    if (it.announcement != Outbox::Publication::kOwn) forwarded[it.announcement] = true;
  }
  // The model judges each announcement, then each event is held against the model.
  std::size_t judged = 0;
  const auto judge_up_to = [&](std::size_t end) {
    for (; judged < end; ++judged) judge_announcement(arrived_[judged], forwarded[judged]);
  };
  for (const Outbox::Publication& it : outbox_.feed()) {
    if (it.announcement == Outbox::Publication::kOwn) {
      publish(std::string(outbox_.topic_of(it)), std::string(outbox_.body_of(it)));
    } else {
      judge_up_to(std::size_t{it.announcement} + 1);
      publish(arrived_[it.announcement].topic, arrived_[it.announcement].body);
    }
  }
  judge_up_to(arrived_.size());
  for (const QueryReply& reply : outbox_.replies) {
    if (!calm_ && random_.chance(options_.loss)) continue;
    put(20, {Place::kPictureReply, 0, epoch_, {}, std::string(reply.body.view())});
  }
  arrived_.clear();
  asked_.clear();
  check_invariants();
}

void Cluster::judge_announcement(const Packet& packet, bool forwarded) {
  Decoded decoded;
  ASSERT_EQ(take_in({packet.topic, packet.body, 2}, decoded), Refusal::kNone);
  const bool accepted = model_->on_announcement(decoded, attended_ms());
  ASSERT_EQ(forwarded, accepted) << packet.topic << " seq " << decoded.header().seq;
  if (!accepted) ++seen_.refused;
}

void Cluster::on_event(const std::string& body) {
  const auto event = nlohmann::json::from_msgpack(body);
  const std::string kind = event["kind"];
  ASSERT_EQ(event["seq"].get<std::uint64_t>(), ++last_event_) << "a gap in event numbers";
  ++seen_.events[kind];
  if (kind != "late" && kind != "evicted") return;
  const auto known = model_->nodes.find(event["node"].get<std::string>());
  ASSERT_NE(known, model_->nodes.end()) << kind << " of an unknown node";
  const std::int64_t silent_ms = attended_ms() - known->second.heard_ms;
  const std::int64_t limit_ms =
      kind == "late" ? 3 * known->second.interval_ms : model_->evict_ms(known->second);
  EXPECT_GT(silent_ms, limit_ms) << kind << " too early: " << event.dump();
  if (kind == "evicted") model_->nodes.erase(known);
}

void Cluster::publish(const std::string& topic, const std::string& body) {
  if (topic.starts_with("event.")) on_event(body);
  if (topic.starts_with("command.")) {
    const std::size_t index = std::stoul(topic.substr(sizeof "command.node-" - 1));
    if (agents_[index].connected && (calm_ || !random_.chance(options_.loss))) {
      put(20, {Place::kAgent, index, epoch_, topic, body});
    }
    return;
  }
  if (calm_ || !random_.chance(options_.loss)) {
    put(10, {Place::kPictureFeed, 0, epoch_, topic, body});
  }
}

void Cluster::check_invariants() const {
  const Registry& registry = broker_->registry();
  ASSERT_EQ(registry.nodes().size(), model_->nodes.size());
  UsedTotal storage;
  std::uint64_t left = 0;
  std::uint64_t missed = 0;
  for (const auto& [id, expected] : model_->nodes) {
    const Slot slot = registry.find(id);
    ASSERT_NE(slot, kNoSlot) << id;
    const Node& node = registry.nodes().at(slot);
    ASSERT_EQ(node.session, expected.session) << id;
    ASSERT_EQ(node.seq, expected.seq) << id;
    ASSERT_EQ(node.missed(), expected.missed) << id;
    ASSERT_EQ(node.presence == Presence::kLeft, expected.left) << id;
    const std::int64_t pauses = model_->pauses - expected.heard_pauses;
    ASSERT_LE(attended_ms() - expected.heard_ms,
              model_->evict_ms(expected) + kLatestMs + pauses * kLookMs)
        << id;
    missed += expected.missed;
    left += expected.left ? 1 : 0;
    if (expected.left) continue;
    storage.used += expected.storage.used;
    storage.total += expected.storage.total;
  }
  const Totals& totals = registry.totals();
  ASSERT_EQ(totals.storage(), storage);
  ASSERT_EQ(totals.left(), left);
  ASSERT_EQ(totals.counted() + left, model_->nodes.size());
  ASSERT_GE(registry.missed(), missed);
}

// ---- a subscriber -------------------------------------------------------------------------------

void Cluster::step_picture() {
  PictureInbox inbox;
  for (const Packet& packet : for_picture_) {
    if (packet.to == Place::kPictureFeed) {
      inbox.feed.push_back({packet.topic, packet.body});
    } else {
      inbox.replies.push_back(packet.body);
      questions_.erase(nlohmann::json::from_msgpack(packet.body)["id"].get<std::uint64_t>());
    }
  }
  for (auto it = questions_.begin(); it != questions_.end();) {
    if (it->second > now_.steady_ms) {
      ++it;
      continue;
    }
    inbox.timed_out.push_back(it->first);
    it = questions_.erase(it);
  }
  const PictureOutbox& outbox = picture_.step(now_, inbox);
  for_picture_.clear();
  for (const Request& request : outbox.requests) {
    questions_[request.id] = now_.steady_ms + kAnswerMs;
    put(10, {Place::kDesk, 0, epoch_, {}, request.body});
  }
}

// ---- the world ----------------------------------------------------------------------------------

void Cluster::put(std::int64_t delay_ms, Packet packet) {
  network_.emplace(now_.steady_ms + delay_ms, std::move(packet));
}

void Cluster::deliver() {
  while (!network_.empty() && network_.begin()->first <= now_.steady_ms) {
    Packet packet = std::move(network_.begin()->second);
    network_.erase(network_.begin());
    const bool is_for_this_run = packet.epoch == epoch_;
    switch (packet.to) {
      case Place::kBroker:
        if (is_for_this_run) arrived_.push_back(std::move(packet));
        break;
      case Place::kDesk:
        if (is_for_this_run) asked_.push_back(std::move(packet));
        break;
      case Place::kAgent:
        if (agents_[packet.agent].connected && is_for_this_run) {
          step_agent(packet.agent, {}, {{packet.topic, packet.body}});
        }
        break;
      default: for_picture_.push_back(std::move(packet));
    }
  }
}

void Cluster::stir_agent(std::size_t index) {
  Agent& agent = agents_[index];
  if (agent.up && random_.chance(0.1)) {
    BlockSet& blocks = *agent.source->blocks();
    const std::string block = "block-" + std::to_string(random_.below(30));
    random_.chance(0.7) ? blocks.put(block, random_.below(1000)) : blocks.remove(block);
  }
  if (calm_ || agent.change_at_ms != kNever || !random_.chance(options_.trouble / 10)) return;
  const auto away_ms = static_cast<std::int64_t>(random_.below(400'000));
  if (random_.chance(0.4)) {
    if (agent.connected) set_connected(index, false);  // a partition
  } else {
    stop_agent(index, random_.chance(0.5));
  }
  agent.change_at_ms = now_.steady_ms + away_ms;
}

void Cluster::stir() {
  for (std::size_t i = 0; i < agents_.size(); ++i) stir_agent(i);
  if (calm_ || settled_at_ms_ > now_.steady_ms) return;
  if (random_.chance(0.004)) {
    ++seen_.broker_stalls;
    const auto stall_ms = 1000 + static_cast<std::int64_t>(random_.below(300'000));
    stalled_until_ms_ = now_.steady_ms + stall_ms;
    ++model_->pauses;
    settled_at_ms_ = stalled_until_ms_ + Attention::kSettleMostMs;
  } else if (random_.chance(0.001)) {
    ++seen_.broker_restarts;
    start_broker();
  }
}

std::int64_t Cluster::next_ms() const {
  std::int64_t next = std::min(stir_at_ms_, picture_.wake_at_ms());
  if (!network_.empty()) next = std::min(next, network_.begin()->first);
  if (!questions_.empty()) next = std::min(next, questions_.begin()->second);
  next = std::min(next, std::max(outbox_.wake_at_ms, stalled_until_ms_));
  for (const Agent& agent : agents_) {
    next = std::min(next, agent.change_at_ms);
    if (agent.up) next = std::min(next, agent.outbox.wake_at_ms);
  }
  return std::max(next, now_.steady_ms);
}

void Cluster::run_for(std::int64_t ms) {
  const std::int64_t until_ms = now_.steady_ms + ms;
  while (now_.steady_ms < until_ms && !testing::Test::HasFatalFailure()) {
    const std::int64_t elapsed_ms = std::min(next_ms(), until_ms) - now_.steady_ms;
    const bool was_stalled = stalled_until_ms_ > now_.steady_ms;
    now_.steady_ms += elapsed_ms;
    now_.wall_ms += elapsed_ms + (random_.chance(0.001) ? 3'600'000 : 0);
    if (was_stalled) unattended_ms_ += elapsed_ms;
    if (now_.steady_ms >= stir_at_ms_) {
      stir_at_ms_ += kStirEveryMs;
      stir();
    }
    deliver();
    for (std::size_t i = 0; i < agents_.size(); ++i) {
      Agent& agent = agents_[i];
      if (agent.change_at_ms <= now_.steady_ms) {
        agent.change_at_ms = kNever;
        agent.up ? set_connected(i, true) : start_agent(i);
      } else if (agent.up && agent.outbox.wake_at_ms <= now_.steady_ms) {
        step_agent(i, {}, {});
      }
    }
    const bool has_input = !arrived_.empty() || !asked_.empty();
    if (stalled_until_ms_ <= now_.steady_ms &&
        (has_input || outbox_.wake_at_ms <= now_.steady_ms)) {
      step_broker();
    }
    step_picture();
  }
}

void Cluster::calm() {
  calm_ = true;
  stalled_until_ms_ = std::min(stalled_until_ms_, now_.steady_ms);
  for (Agent& agent : agents_) {
    if (agent.change_at_ms != kNever) agent.change_at_ms = now_.steady_ms + 1;
  }
}

void Cluster::expect_all_well() const {
  const Registry& registry = broker_->registry();
  EXPECT_EQ(registry.totals().present(), agents_.size());
  EXPECT_EQ(broker_->blocks().in_sync(), agents_.size());
  EXPECT_EQ(picture_.freshness(), Freshness::kLive);
  EXPECT_EQ(picture_.nodes().size(), agents_.size());
  for (const Agent& agent : agents_) {
    const Slot slot = registry.find(agent.id);
    ASSERT_NE(slot, kNoSlot) << agent.id;
    const Node& node = registry.nodes().at(slot);
    const auto seen = picture_.nodes().find(agent.id);
    ASSERT_NE(seen, picture_.nodes().end()) << agent.id;
    EXPECT_EQ(node.session, agent.announcer->members()[0].session) << agent.id;
    EXPECT_EQ(node.presence, Presence::kPresent) << agent.id;
    EXPECT_EQ(seen->second.record.presence, Presence::kPresent) << agent.id;
    EXPECT_EQ(seen->second.record.status.header.session, node.session) << agent.id;
    Buffer buffer;
    write_record(node, {}, buffer);
    Record record;
    ASSERT_TRUE(decode_record(buffer.view(), record)) << agent.id;
    // By the steady clock: the wall clock may have jumped a moment ago.
    const bool is_on_its_way = node.heard_ms + 1000 > broker_->attention().ms();
    if (is_on_its_way) continue;
    EXPECT_EQ(seen->second.record.status.header.seq, record.status.header.seq) << agent.id;
  }
}

}  // namespace rollcall
