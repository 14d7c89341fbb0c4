// How the store is, seen from the duty cycle: whether it keeps up, up to which number events may be
// told, and who waits for it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "broker/ingest/inbox.hpp"
#include "broker/store/batch.hpp"
#include "broker/store/scribe.hpp"
#include "shared/core/time.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

// An order that was carried out and is answered once its last event is stored.
struct WaitingOrder {
  std::uint64_t seq = 0;
  Route route;
  std::string id;      // of the request: msgpack
  std::string result;  // msgpack
};

// Who asked what the store works on.
struct WaitingAsk {
  Route route;
  std::string id;
};

class StoreWatch {
 public:
  // A disk that takes longer for one commit than this stands still.
  static constexpr std::int64_t kStalledMs = 3000;

  void begin(const StoreContents& contents) {
    story_ = contents.story;
    resumed_at_ = contents.newest;
    oldest_ = contents.oldest;
  }

  void hear(const StoreReport& report, std::uint64_t newest, std::int64_t steady_ms) {
    if (report.stored != report_.stored || report.stored >= newest) progressed_ms_ = steady_ms;
    report_.is_there = report.is_there;
    report_.is_durable = report.is_durable;
    report_.stored = report.stored;
    report_.is_persisting = report.is_persisting;
    report_.has_room = report.has_room;
    report_.why = report.why;
    oldest_ = report.oldest;
  }

  const StoreReport& report() const { return report_; }
  // Nothing that happens now is stored; and it is not told of as ended before everything is.
  bool takes_nothing(std::int64_t steady_ms, std::uint64_t newest) const {
    if (!report_.is_there) return false;
    return !report_.is_persisting || is_stalled(steady_ms, newest);
  }
  // Then all up to the moment at which it takes something again must be stored, no more: one that
  // works is always behind by what it was handed last.
  void fell_behind() { goal_ = UINT64_MAX; }
  bool has_caught_up(std::uint64_t newest) {
    goal_ = std::min(goal_, newest);
    return report_.stored >= goal_;
  }
  std::string why(std::int64_t steady_ms, std::uint64_t newest) const {
    return report_.is_persisting && is_stalled(steady_ms, newest)
               ? "the disk has not finished a write for seconds"
               : report_.why;
  }
  // Events above this number wait.
  std::uint64_t told(bool is_persisting, std::uint64_t newest, std::uint64_t told_before) const {
    const bool waits = report_.is_there && report_.is_durable && is_persisting;
    return waits ? std::max(report_.stored, told_before) : newest;
  }
  // When there is something to hand over, or it will have stood still for too long. Never in the
  // past: that would look as if the broker itself had not run.
  std::int64_t due_ms(const Scribe& scribe, const Registry& registry, std::uint64_t newest,
                      std::int64_t steady_ms) const {
    if (!report_.is_there) return kNever;
    std::int64_t due_ms = kNever;
    if (report_.is_durable && report_.stored < newest && !takes_nothing(steady_ms, newest)) {
      due_ms = progressed_ms_ + kStalledMs + 1;
    }
    // It says so when that changes.
    if (!report_.is_persisting || !report_.has_room) return std::max(due_ms, steady_ms);
    if (scribe.has_more()) return steady_ms;
    if (registry.nodes().size() != 0) due_ms = std::min(due_ms, scribe.due_ms());
    return std::max(due_ms, steady_ms);
  }

  std::uint64_t story() const { return story_; }
  std::uint64_t resumed_at() const { return resumed_at_; }
  std::uint64_t oldest() const { return oldest_; }

  std::deque<WaitingOrder> orders;
  std::map<std::uint64_t, WaitingAsk> asks;  // by ticket
  std::uint64_t tickets = 0;
  std::uint64_t reopened = 0;   // as far as it was heard
  std::uint64_t set_aside = 0;  // that were told of

 private:
  bool is_stalled(std::int64_t steady_ms, std::uint64_t newest) const {
    return report_.is_durable && report_.stored < newest && steady_ms - progressed_ms_ > kStalledMs;
  }

  StoreReport report_;
  std::uint64_t story_ = 0;
  std::uint64_t resumed_at_ = 0;
  std::uint64_t oldest_ = 0;
  std::int64_t progressed_ms_ = 0;
  std::uint64_t goal_ = 0;
};

}  // namespace rollcall
