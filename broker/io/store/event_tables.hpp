// Events in SQLite, as they were published. Numbers are gapless: events are dropped from the oldest
// on only, and the newest never. Everything throws StoreError; one thread uses it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "broker/io/store/database.hpp"
#include "broker/past/sources.hpp"

namespace rollcall {

// The tables `names` and `events` with their indexes; the caller holds the transaction.
void create_event_tables(Database& database);

class EventTables final : public EventSource {
 public:
  // The tables must be there. `database` outlives this.
  explicit EventTables(Database& database);

  // `seq` is one above newest(), or anything above 0 where there is none yet. The caller holds the
  // transaction; where it is rolled back, it calls forget_cached().
  void append(std::uint64_t seq, std::int64_t at_ms, EventKind kind, std::string_view node,
              Bytes body);
  // After a rollback, or where another has changed `names`.
  void forget_cached();

  // Times are found over an index: an event that a clock stamped more than a day ahead of those
  // behind it may be missed by a filter on time. `visit` must not ask this source again.
  void visit(const EventFilter& filter,
             const std::function<bool(const PastEvent&)>& visit) override;
  std::uint64_t oldest() override;
  std::uint64_t newest() override;

  // Drops events from the oldest on while they are older than `at_ms`, at most `most_rows` of them,
  // so that a call is short; the caller holds the transaction. How many were dropped: fewer than
  // `most_rows` means that no more are due. What a wrong clock stamped with the future keeps what
  // comes after it, until drop_oldest().
  std::size_t drop_before(std::int64_t at_ms, std::size_t most_rows);
  // The oldest `rows`, whatever their age; the newest stays. How many were dropped.
  std::size_t drop_oldest(std::size_t rows);

  // Looks at the next `most` names, in turn, and drops those of which no event is left: of senders
  // that were refused once there may be any number. The caller holds the transaction.
  std::size_t drop_unused_names(std::size_t most);

  // The last `n`, rising.
  void load_latest(std::size_t n, const std::function<void(const PastEvent&)>& visit);

 private:
  struct Bounds {  // of numbers, both included
    std::int64_t low = 0;
    std::int64_t high = 0;
  };

  Bounds bounds_of(const EventFilter& filter);
  std::int64_t first_since(std::int64_t at_ms);
  std::int64_t last_until(std::int64_t at_ms);
  std::int64_t id_of(std::string_view node, bool may_add);

  Statement insert_;
  Statement insert_name_;
  Statement find_name_;
  Statement oldest_;
  Statement newest_;
  Statement next_moment_;
  Statement last_moment_;
  Statement first_in_;
  Statement last_in_;
  Statement head_;
  Statement drop_;
  Statement next_names_;
  Statement has_event_;
  Statement drop_name_;
  std::array<Statement, 4> select_;  // by sql_of_events(): of a node 2, newest first 1
  std::unordered_map<std::string, std::int64_t> ids_;  // of names that were written lately
  std::string asked_name_;                             // the last one, with its id
  std::int64_t asked_id_ = 0;
  bool is_visiting_ = false;
  std::int64_t looked_at_name_ = 0;
};

// The statements that answer filters; for tests that look at SQLite's plans for them.
std::string sql_of_events(bool of_a_node, bool newest_first);

}  // namespace rollcall
