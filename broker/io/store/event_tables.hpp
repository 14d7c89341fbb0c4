// Events in SQLite, as they were published. Numbers are gapless: events are dropped from the oldest
// on only, and the newest never. Everything throws StoreError; one thread uses it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "broker/io/store/database.hpp"
#include "broker/past/sources.hpp"

namespace rollcall {

// The tables `names` and `events` with their indexes; the caller holds the transaction.
void create_event_tables(Database& database);

class EventTables final : public EventSource {
 public:
  // The tables must be there. `database` outlives this.
  explicit EventTables(Database& database);

  // `seq` is one above newest(), or anything where there is none yet. The caller holds the
  // transaction; where it is rolled back, call forget_cached().
  void append(std::uint64_t seq, std::int64_t at_ms, EventKind kind, std::string_view node,
              Bytes body);
  // After a rollback, or where another has written to the tables.
  void forget_cached();

  // Events are in the order of their numbers. Times are found over an index: an event that a clock
  // stamped more than a day ahead of those around it may be missed by a filter on time.
  // `visit` may ask this source again.
  void visit(const EventFilter& filter,
             const std::function<bool(const PastEvent&)>& visit) override;
  std::uint64_t oldest() override;
  std::uint64_t newest() override;

  // Drops events from the oldest on while they are older than `at_ms`, at most `most_rows` of them,
  // so that a call is short; the caller holds the transaction. How many were dropped: fewer than
  // `most_rows` means that no more are due.
  std::size_t drop_before(std::int64_t at_ms, std::size_t most_rows);
  // The oldest `rows`, whatever their age; the newest stays. How many were dropped.
  std::size_t drop_oldest(std::size_t rows);

  // The last `n`, rising.
  void load_latest(std::size_t n, const std::function<void(const PastEvent&)>& visit);

 private:
  Database& database_;
};

}  // namespace rollcall
