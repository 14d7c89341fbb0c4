#include "broker/io/store/event_tables.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "shared/core/check.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

// How far a clock may have been ahead for its events to be found by time all the same.
constexpr std::int64_t kClockErrorMs = 24 * 3'600'000;

std::int64_t minus(std::int64_t a, std::int64_t b) { return a < INT64_MIN + b ? INT64_MIN : a - b; }
std::int64_t plus(std::int64_t a, std::int64_t b) { return a > INT64_MAX - b ? INT64_MAX : a + b; }

std::int64_t as_row(std::uint64_t seq) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(seq, INT64_MAX));
}

// A statement is made ready again however its rows were left.
class Ready {
 public:
  explicit Ready(Statement& statement) : statement_(statement) {}
  ~Ready() { statement_.reset(); }
  Ready(const Ready&) = delete;
  Ready& operator=(const Ready&) = delete;

 private:
  Statement& statement_;
};

// The first column of the first row; nothing where there is no row or a null.
std::optional<std::int64_t> number_of(Statement& statement) {
  const Ready ready(statement);
  if (!statement.step() || statement.is_null(0)) return std::nullopt;
  return statement.number(0);
}

}  // namespace

void create_event_tables(Database& database) {
  database.run(
      "CREATE TABLE IF NOT EXISTS names("
      "  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
      "CREATE TABLE events("
      "  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind INTEGER NOT NULL,"
      "  node INTEGER NOT NULL REFERENCES names(id), body BLOB NOT NULL) STRICT;"
      // With the kind in it, events of other kinds are passed over without reading their rows.
      "CREATE INDEX events_by_node ON events(node, seq, kind);"
      "CREATE INDEX events_by_time ON events(at)");
}

std::string sql_of_events(bool of_a_node, bool newest_first) {
  std::string sql = of_a_node ? "SELECT seq, at, kind, body FROM events INDEXED BY events_by_node "
                                "WHERE node = ?6 AND "
                              // In the order of the events, not of the names.
                              : "SELECT seq, at, kind, body, name FROM events CROSS JOIN names "
                                "ON id = node WHERE ";
  sql += "seq > ?1 AND seq <= ?2 AND (?3 >> kind & 1) AND at >= ?4 AND at < ?5 ORDER BY seq";
  if (newest_first) sql += " DESC";
  return sql;
}

EventTables::EventTables(Database& database)
    : insert_(database, "INSERT INTO events(seq, at, kind, node, body) VALUES(?1, ?2, ?3, ?4, ?5)"),
      insert_name_(database, "INSERT INTO names(name) VALUES(?1) ON CONFLICT DO NOTHING"),
      find_name_(database, "SELECT id FROM names WHERE name = ?1"),
      oldest_(database, "SELECT min(seq) FROM events"),
      newest_(database, "SELECT max(seq) FROM events"),
      next_moment_(database, "SELECT min(at) FROM events WHERE at >= ?1"),
      last_moment_(database, "SELECT max(at) FROM events WHERE at < ?1"),
      first_in_(
          database,
          "SELECT min(seq) FROM events INDEXED BY events_by_time WHERE at >= ?1 AND at <= ?2"),
      last_in_(database,
               "SELECT max(seq) FROM events INDEXED BY events_by_time WHERE at >= ?1 AND at <= ?2"),
      head_(database, "SELECT seq, at FROM events ORDER BY seq LIMIT ?1"),
      drop_(database, "DELETE FROM events WHERE seq <= ?1"),
      next_names_(database, "SELECT id FROM names WHERE id > ?1 ORDER BY id LIMIT ?2"),
      has_event_(database,
                 "SELECT 1 FROM events INDEXED BY events_by_node WHERE node = ?1 LIMIT 1"),
      drop_name_(database, "DELETE FROM names WHERE id = ?1"),
      select_{Statement(database, sql_of_events(false, false)),
              Statement(database, sql_of_events(false, true)),
              Statement(database, sql_of_events(true, false)),
              Statement(database, sql_of_events(true, true))} {}

void EventTables::forget_cached() {
  ids_.clear();
  asked_name_.clear();
  asked_id_ = 0;
}

std::int64_t EventTables::id_of(std::string_view node, bool may_add) {
  if (asked_id_ != 0 && asked_name_ == node) return asked_id_;
  if (const auto known = ids_.find(std::string(node)); known != ids_.end()) return known->second;
  if (may_add) insert_name_.bind_text(1, node).run();
  const std::int64_t id = number_of(find_name_.bind_text(1, node)).value_or(0);
  if (id == 0) return 0;
  if (may_add) {
    if (ids_.size() >= limits::kNamesCached) ids_.clear();
    ids_.emplace(node, id);
  } else {
    asked_name_.assign(node);
    asked_id_ = id;
  }
  return id;
}

void EventTables::append(std::uint64_t seq, std::int64_t at_ms, EventKind kind,
                         std::string_view node, Bytes body) {
  const std::int64_t id = id_of(node, true);
  insert_.bind(1, as_row(seq)).bind(2, at_ms).bind(3, static_cast<std::int64_t>(kind));
  insert_.bind(4, id).bind_blob(5, body).run();
}

std::uint64_t EventTables::oldest() {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, number_of(oldest_).value_or(0)));
}

std::uint64_t EventTables::newest() {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, number_of(newest_).value_or(0)));
}

// No event with a lower number is at or after `at_ms`.
std::int64_t EventTables::first_since(std::int64_t at_ms) {
  const auto from = number_of(next_moment_.bind(1, at_ms));
  if (!from) return INT64_MAX;
  return number_of(first_in_.bind(1, *from).bind(2, plus(*from, kClockErrorMs)))
      .value_or(INT64_MAX);
}

// No event with a higher number is before `at_ms`.
std::int64_t EventTables::last_until(std::int64_t at_ms) {
  const auto last = number_of(last_moment_.bind(1, at_ms));
  if (!last) return 0;
  return number_of(last_in_.bind(1, minus(*last, kClockErrorMs)).bind(2, *last)).value_or(0);
}

EventTables::Bounds EventTables::bounds_of(const EventFilter& filter) {
  Bounds bounds{as_row(filter.after_seq), as_row(filter.until_seq)};
  if (filter.since_ms != INT64_MIN) {
    bounds.low = std::max(bounds.low, first_since(filter.since_ms) - 1);
  }
  if (filter.until_ms != INT64_MAX) {
    bounds.high = std::min(bounds.high, last_until(filter.until_ms));
  }
  return bounds;
}

void EventTables::visit(const EventFilter& filter,
                        const std::function<bool(const PastEvent&)>& visit) {
  ROLLCALL_CHECK(!is_visiting_);
  const bool of_a_node = !filter.node.empty();
  const std::int64_t node = of_a_node ? id_of(filter.node, false) : 0;
  if (of_a_node && node == 0) return;
  const Bounds bounds = bounds_of(filter);
  if (bounds.low >= bounds.high) return;
  Statement& select = select_.at((of_a_node ? 2u : 0u) + (filter.newest_first ? 1u : 0u));
  const Ready ready(select);
  select.bind(1, bounds.low).bind(2, bounds.high);
  select.bind(3, filter.kinds == 0 ? std::int64_t{UINT32_MAX} : std::int64_t{filter.kinds});
  select.bind(4, filter.since_ms).bind(5, filter.until_ms);
  if (of_a_node) select.bind(6, node);
  struct Visiting {
    explicit Visiting(bool& flag) : flag_(flag) { flag_ = true; }
    ~Visiting() { flag_ = false; }
    bool& flag_;
  } const visiting(is_visiting_);
  while (select.step()) {
    const std::int64_t kind = select.number(2);
    // Written by a version that knows more kinds, or damaged.
    if (kind < 0 || static_cast<std::size_t>(kind) >= kEventKindNames.size()) continue;
    const PastEvent event{.seq = static_cast<std::uint64_t>(select.number(0)),
                          .at_ms = select.number(1),
                          .kind = static_cast<EventKind>(kind),
                          .node = of_a_node ? std::string_view(filter.node) : select.bytes(4),
                          .body = select.bytes(3)};
    if (!visit(event)) return;
  }
}

std::size_t EventTables::drop_before(std::int64_t at_ms, std::size_t most_rows) {
  std::size_t due = 0;
  {
    const Ready ready(head_);
    head_.bind(1, as_row(most_rows));
    while (head_.step() && head_.number(1) < at_ms) ++due;
  }
  return drop_oldest(due);
}

std::size_t EventTables::drop_oldest(std::size_t rows) {
  const std::uint64_t first = oldest();
  const std::uint64_t last = newest();
  if (rows == 0 || first == last) return 0;
  const std::uint64_t count = std::min<std::uint64_t>(rows, last - first);
  drop_.bind(1, first + count - 1).run();
  return static_cast<std::size_t>(count);
}

std::size_t EventTables::drop_unused_names(std::size_t most) {
  std::vector<std::int64_t> names;
  {
    const Ready ready(next_names_);
    next_names_.bind(1, looked_at_name_).bind(2, static_cast<std::int64_t>(most));
    while (next_names_.step()) names.push_back(next_names_.number(0));
  }
  looked_at_name_ = names.size() < most ? 0 : names.back();
  std::size_t dropped = 0;
  for (const std::int64_t id : names) {
    const Ready ready(has_event_);
    if (has_event_.bind(1, id).step()) continue;
    drop_name_.bind(1, id).run();
    ++dropped;
  }
  if (dropped != 0) forget_cached();
  return dropped;
}

void EventTables::load_latest(std::size_t n, const std::function<void(const PastEvent&)>& visit) {
  const std::uint64_t last = newest();
  const std::uint64_t after = last > n ? last - n : 0;
  this->visit({.node = {}, .after_seq = after}, [&](const PastEvent& event) {
    visit(event);
    return true;
  });
}

}  // namespace rollcall
