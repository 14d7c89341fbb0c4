#include "broker/store/scribe.hpp"

#include <algorithm>
#include <utility>

#include "broker/registry/status_pairs.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {

void Scribe::make_room(const NodeTable& nodes) {
  heard_.make_room(nodes.slots());
  facts_.make_room(nodes.slots());
  if (nodes.slots() > sampled_s_.size()) sampled_s_.resize(2 * std::size_t{nodes.slots()});
}

void Scribe::note_fact(Slot slot, const NodeTable& nodes) {
  make_room(nodes);
  facts_.mark(slot);
  has_facts_ = true;
  sampled_s_[slot] = 0;  // it may be another node than the last one there
}

void Scribe::note_listed(Slot slot, const NodeTable& nodes) {
  make_room(nodes);
  listed_.emplace_back(slot, nodes.at(slot).id());
}

void Scribe::note_away(RosterNode node) {
  if (away_.size() >= limits::kAbsentNodes) away_.pop_front();
  away_.push_back(std::move(node));
}

// Nothing that was noted of it before may bring it back.
void Scribe::note_forgotten(std::string_view id) {
  std::erase_if(away_, [id](const RosterNode& node) { return node.id == id; });
  forgotten_.emplace_back(id);
}

RosterNode Scribe::known(Slot slot, const Registry& registry, const Roster& roster, Now now,
                         std::int64_t attended_ms) const {
  const Node& node = registry.nodes().at(slot);
  RosterNode known;
  known.id = node.id();
  known.joined_at_ms = node.joined_at_ms;
  known.heard_at_ms = now.wall_ms - (attended_ms - node.heard_ms);
  known.presence = node.presence;
  known.session = node.session;
  known.seq = node.seq;
  known.interval_ms = node.interval_ms;
  known.peer = node.peer();
  known.labels = node.labels_raw();
  Buffer status;
  write_status_again(node, status);
  known.status = status.view();
  if (const RosterEntry* const entry = roster.find(node.id()); entry != nullptr) {
    known.order = entry->order;
    known.back_by_ms = entry->back_by_ms;
    known.leave_reason = entry->leave_reason;
    known.told_overdue = entry->back_by_ms != 0 && entry->back_due_ms == kNever;
  }
  return known;
}

void Scribe::collect(const View& view, StoreBatch& batch) {
  batch.wall_ms = view.now.wall_ms;
  has_more_ = false;
  if (!asks_.empty()) {
    batch.asks.reserve(asks_.size());
    for (StoreAsk& ask : asks_) batch.asks.push_back(std::move(ask));
    asks_.clear();
  }
  if (!view.report.is_there || !view.report.has_room) return;
  // Facts before the events that made them: both or neither are in a batch.
  const bool has_all_facts = !view.report.is_persisting || collect_facts(view, batch);
  if (has_all_facts) collect_events(view, batch);
  if (!view.report.is_persisting || view.now.steady_ms < sample_due_ms_) return;
  collect_samples(view, batch);
  refresh(view, batch);
}

bool Scribe::collect_facts(const View& view, StoreBatch& batch) {
  if (!listed_.empty()) {
    batch.listed = std::move(listed_);
    listed_ = {};
  }
  while (!away_.empty() && batch.facts.size() < limits::kFactsPerBatch) {
    batch.facts.push_back({kNoSlot, away_.front()});
    away_.pop_front();
  }
  for (; !forgotten_.empty(); forgotten_.pop_back()) batch.forgotten.push_back(forgotten_.back());
  const NodeTable& nodes = view.registry.nodes();
  if (!has_facts_) return away_.empty();
  const bool all = facts_.drain(facts_cursor_, [&](Slot slot) {
    if (batch.facts.size() >= limits::kFactsPerBatch) return false;
    if (nodes.at(slot).in_use) {
      batch.facts.push_back(
          {slot, known(slot, view.registry, view.roster, view.now, view.attended_ms)});
    }
    return true;
  });
  has_facts_ = !all;
  has_more_ |= !all || !away_.empty();
  return all && away_.empty();
}

void Scribe::collect_events(const View& view, StoreBatch& batch) {
  const EventLog& log = view.events;
  if (log.oldest() != 0 && handed_ + 1 < log.oldest()) {
    lost_ += log.oldest() - 1 - handed_;
    handed_ = log.oldest() - 1;
  }
  if (handed_ == log.newest()) return;
  batch.events.reserve(log.newest() - handed_);
  // One by one: where memory runs out, those that are in the batch go, and the rest in the next.
  for (; handed_ < log.newest(); ++handed_) batch.events.push_back(log.at(handed_ + 1));
}

void Scribe::collect_samples(const View& view, StoreBatch& batch) {
  const NodeTable& nodes = view.registry.nodes();
  const bool all = heard_.drain(heard_cursor_, [&](Slot slot) {
    if (batch.samples.size() >= limits::kSamplesPerBatch) return false;
    if (nodes.at(slot).in_use && is_sample_due(slot, view)) {
      batch.samples.push_back({slot, sample_of(slot, view)});
    }
    return true;
  });
  if (all) sample_due_ms_ = view.now.steady_ms + kSampleEveryMs;
  has_more_ |= !all;
}

// Of a node that announces far more often than it says, more would tell nothing.
bool Scribe::is_sample_due(Slot slot, const View& view) {
  if (slot >= sampled_s_.size()) return true;
  const auto now_s = static_cast<std::uint32_t>(view.now.steady_ms / 1000);
  const std::int64_t since_ms = std::int64_t{now_s - sampled_s_[slot]} * 1000;
  const std::int64_t interval_ms = view.registry.nodes().at(slot).interval_ms;
  if (sampled_s_[slot] != 0 && since_ms + kSampleEveryMs < interval_ms) return false;
  sampled_s_[slot] = now_s;
  return true;
}

Sample Scribe::sample_of(Slot slot, const View& view) const {
  const Node& node = view.registry.nodes().at(slot);
  return {.at_ms = view.now.wall_ms - (view.attended_ms - node.heard_ms),
          .storage = node.storage,
          .memory = node.memory,
          .cpu_percent = node.cpu_percent(),
          .rx = node.network.rx,
          .tx = node.network.tx,
          .state = node.state};
}

// Each node in its turn, so that none is remembered by what it said long ago.
void Scribe::refresh(const View& view, StoreBatch& batch) {
  const NodeTable& nodes = view.registry.nodes();
  const std::int64_t elapsed_ms =
      std::clamp<std::int64_t>(view.now.steady_ms - refreshed_ms_, 0, kRefreshEveryMs);
  refreshed_ms_ = view.now.steady_ms;
  const std::size_t share =
      nodes.slots() * static_cast<std::size_t>(elapsed_ms) / kRefreshEveryMs + 1;
  for (std::size_t i = 0; i < std::min(share, limits::kFactsPerBatch); ++i) {
    if (refresh_cursor_ >= nodes.slots()) {
      refresh_cursor_ = 0;
      return;
    }
    const auto slot = static_cast<Slot>(refresh_cursor_++);
    if (!nodes.at(slot).in_use) continue;
    batch.facts.push_back(
        {slot, known(slot, view.registry, view.roster, view.now, view.attended_ms)});
  }
}

void Scribe::collect_all(const View& view, StoreBatch& batch) {
  batch.wall_ms = view.now.wall_ms;
  for (RosterNode& node : away_) batch.facts.push_back({kNoSlot, std::move(node)});
  away_.clear();
  for (Slot slot = 0; slot < view.registry.nodes().slots(); ++slot) {
    if (!view.registry.nodes().at(slot).in_use) continue;
    batch.facts.push_back(
        {slot, known(slot, view.registry, view.roster, view.now, view.attended_ms)});
  }
  collect_events(view, batch);
}

void Scribe::begin_again(const Registry& registry) {
  make_room(registry.nodes());
  for (Slot slot = 0; slot < registry.nodes().slots(); ++slot) {
    if (registry.nodes().at(slot).in_use) facts_.mark(slot);
  }
  has_facts_ = true;
}

}  // namespace rollcall
