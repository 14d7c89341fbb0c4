#include "agent/announce/announcer.hpp"

#include <algorithm>
#include <functional>

#include "agent/announce/block_parts.hpp"
#include "agent/announce/schedule.hpp"

namespace rollcall {

Announcer::Announcer(AnnouncerConfig config, std::vector<Member> members, Now start)
    : config_(std::move(config)),
      members_(std::move(members)),
      sessions_(config_.session_seed),
      story_(members_.size(), config_.verbose) {
  by_id_.reserve(members_.size());
  for (std::size_t i = 0; i < members_.size(); ++i) {
    by_id_.emplace(members_[i].id, i);
    begin_session(members_[i]);
    schedule(i, next_turn_ms(members_[i].id, start.steady_ms, config_.interval_ms));
  }
}

void Announcer::begin_session(Member& member) {
  do member.session = sessions_.next();
  while (member.session == 0);
  member.seq = 0;
  member.introduce = true;
}

void Announcer::schedule(std::size_t index, std::int64_t due_ms) {
  members_[index].due_ms = due_ms;
  queue_.emplace_back(due_ms, index);
  std::push_heap(queue_.begin(), queue_.end(), std::greater<>());
}

void Announcer::step(Now now, const AgentInbox& inbox, AgentOutbox& outbox) {
  outbox.clear();
  connected_ = inbox.connected_links;
  for (const auto& event : inbox.links) on_link(event, now, outbox);
  for (const Command& command : inbox.commands) on_command(command);
  sample_between(now, outbox);

  for (std::size_t turns = 0; turns < kMembersPerTurn && !queue_.empty(); ++turns) {
    const auto [due_ms, index] = queue_.front();
    if (due_ms > now.steady_ms) break;
    std::pop_heap(queue_.begin(), queue_.end(), std::greater<>());
    queue_.pop_back();
    if (members_[index].due_ms == due_ms) take_turn(index, now, outbox);
  }
  for (const std::size_t index : wanted_) answer_inventory(members_[index], now, outbox);
  wanted_.clear();
  story_.flush(now.steady_ms, outbox.lines);

  outbox.wake_at_ms = std::min(queue_.empty() ? kNever : queue_.front().first, story_.due_ms());
  if (members_.size() == 1) {
    outbox.wake_at_ms = std::min(outbox.wake_at_ms, members_.front().source->due_at_ms());
  }
}

void Announcer::on_link(const AgentInbox::LinkEvent& event, Now now, AgentOutbox& outbox) {
  if (event.connected) {
    story_.on_connected(event.broker, outbox.lines);
    introduce_all(now);
  } else {
    story_.on_lost(event.broker, outbox.lines);
  }
}

// A broker that has just come knows nobody: everyone announces now, and is back in turn after it.
// It has no whole set either, whoever got one a moment ago.
void Announcer::introduce_all(Now now) {
  queue_.clear();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    members_[i].introduce = true;
    members_[i].whole_set_sent_ms = INT64_MIN / 2;
    members_[i].due_ms = introduction_ms(i, members_.size(), now.steady_ms);
    queue_.emplace_back(members_[i].due_ms, i);
  }
  std::make_heap(queue_.begin(), queue_.end(), std::greater<>());
}

void Announcer::on_command(const Command& command) {
  const auto order = decode_command(command);
  const auto member = order ? by_id_.find(order->node) : by_id_.end();
  if (member == by_id_.end()) {
    ++commands_ignored_;
    return;
  }
  if (order->kind != CommandKind::kInventory) return;
  Member& asked = members_[member->second];
  if (asked.whole_set_wanted) return;
  asked.whole_set_wanted = true;
  wanted_.push_back(member->second);
}

// A real machine is looked at between announcements, too, so that its health is judged in time.
void Announcer::sample_between(Now now, AgentOutbox& outbox) {
  if (members_.size() != 1) return;
  Source& source = *members_.front().source;
  source.sample(now, false);
  for (Line& line : source.take_lines()) outbox.lines.push_back(std::move(line));
  if (source.wake_fd() >= 0) announce_change_soon(now);
}

// Whoever keeps the placement of blocks in mind should not wait an interval for a change.
void Announcer::announce_change_soon(Now now) {
  const Member& member = members_.front();
  if (connected_ == 0 || member.introduce || !member.source->blocks() ||
      !member.source->blocks()->changed()) {
    return;
  }
  const std::int64_t soon_ms =
      std::max(now.steady_ms + kChangesGatherMs, announced_ms_ + kBetweenChangesMs);
  if (soon_ms < member.due_ms) schedule(0, soon_ms);
}

void Announcer::take_turn(std::size_t index, Now now, AgentOutbox& outbox) {
  Member& member = members_[index];
  schedule(index, next_turn_ms(member.id, now.steady_ms, config_.interval_ms));
  member.source->sample(now, true);
  story_.on_lines(member.source->take_lines(), now.steady_ms, outbox.lines);
  if (!is_up(member, outbox) || connected_ == 0) return;
  announced_ms_ = now.steady_ms;
  announce(member, now, outbox);
}

// False while the machine is down; when it is back, that is a new session.
bool Announcer::is_up(Member& member, AgentOutbox& outbox) {
  if (member.source->is_down()) {
    if (!member.was_down) story_.on_down(member.id, outbox.lines);
    member.was_down = true;
    return false;
  }
  if (member.was_down) {
    member.was_down = false;
    begin_session(member);
    story_.on_up(member.id, outbox.lines);
  }
  return true;
}

// Blocks go before the status that speaks of them; but a node's first word is its status.
void Announcer::announce(Member& member, Now now, AgentOutbox& outbox) {
  BlockSet* const blocks = member.source->blocks();
  const bool changed = blocks != nullptr && blocks->changed();
  if (member.introduce) {
    member.introduce = false;
    announce_status(member, now, outbox);
    if (!changed) return;
  }
  if (changed) announce_change(member, now, outbox);
  announce_status(member, now, outbox);
}

void Announcer::announce_change(Member& member, Now now, AgentOutbox& outbox) {
  const auto change = member.source->blocks()->take_change();
  if (change) add_change(member, *change, now.wall_ms, outbox);
}

// Once per half interval: a second question is likely on its way while the answer is, too.
void Announcer::answer_inventory(Member& member, Now now, AgentOutbox& outbox) {
  member.whole_set_wanted = false;
  if (member.source->blocks() == nullptr || member.seq == 0 || connected_ == 0) return;
  if (now.steady_ms - member.whole_set_sent_ms < config_.interval_ms / 2) return;
  member.whole_set_sent_ms = now.steady_ms;
  announce_change(member, now, outbox);
  add_whole_set(member, now.wall_ms, outbox);
  story_.on_inventory(member.id, member.source->blocks()->announced(), now.steady_ms, outbox.lines);
}

void Announcer::announce_status(Member& member, Now now, AgentOutbox& outbox) {
  const Reading& reading = member.source->reading();
  status_.header = {.version = kProtocolVersion,
                    .session = member.session,
                    .seq = ++member.seq,
                    .at_ms = static_cast<std::uint64_t>(now.wall_ms)};
  status_.interval_ms = static_cast<std::uint64_t>(config_.interval_ms);
  status_.state = reading.state;
  status_.reasons = reading.reasons;
  status_.storage = reading.storage;
  status_.cpu_percent = reading.cpu_percent;
  status_.memory = reading.memory;
  status_.network = reading.network;
  status_.uptime_s = reading.uptime_s;
  const BlockSet* const blocks = member.source->blocks();
  status_.inventory = blocks != nullptr ? std::optional(blocks->announced()) : std::nullopt;
  status_.labels = member.labels;
  status_.address = config_.address;
  status_.software = config_.software;
  outbox.add(member.status_topic, status_);
  story_.on_announced(member.id, reading, status_.inventory, now.steady_ms, outbox.lines);
}

void Announcer::leave(Now now, const std::string& reason, std::optional<std::uint64_t> back_in_ms,
                      AgentOutbox& outbox) {
  outbox.clear();
  Leave leave;
  leave.reason = reason;
  leave.back_in_ms = back_in_ms;
  std::size_t said = 0;
  for (Member& member : members_) {
    if (member.seq == 0 || member.was_down) continue;
    leave.header = {.version = kProtocolVersion,
                    .session = member.session,
                    .seq = ++member.seq,
                    .at_ms = static_cast<std::uint64_t>(now.wall_ms)};
    outbox.add(member.leave_topic, leave);
    ++said;
  }
  story_.on_leave(said, reason, outbox.lines);
}

}  // namespace rollcall
