#include "broker/io/store/node_tables.hpp"

#include <algorithm>
#include <string>

namespace rollcall {
namespace {

constexpr const char* kColumns =
    "node, first_seen, joined_at, heard_at, presence, session, seq, sessions, interval, peer, "
    "labels, status, duty, duty_by, duty_reason, duty_since, duty_until, back_by, leave_reason, "
    "told_overdue";

// Sessions are counted here: nobody else sees all of them.
constexpr const char* kPut =
    "INSERT INTO nodes(node, first_seen, joined_at, heard_at, presence, session, seq, sessions, "
    "interval, peer, labels, status, duty, duty_by, duty_reason, duty_since, duty_until, back_by, "
    "leave_reason, told_overdue) "
    "VALUES(?1, ?2, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, "
    "?18) ON CONFLICT(node) DO UPDATE SET joined_at = ?2, heard_at = ?3, presence = ?4, "
    "sessions = sessions + (session IS NOT ?5), session = ?5, seq = ?6, interval = ?7, peer = ?8, "
    "labels = ?9, status = ?10, duty = ?11, duty_by = ?12, duty_reason = ?13, duty_since = ?14, "
    "duty_until = ?15, back_by = ?16, leave_reason = ?17, told_overdue = ?18";

constexpr const char* kPutOrder =
    "UPDATE nodes SET duty = ?2, duty_by = ?3, duty_reason = ?4, duty_since = ?5, "
    "duty_until = ?6, back_by = ?7, leave_reason = ?8, told_overdue = ?9 WHERE node = ?1";

std::string select(const char* where) {
  return std::string("SELECT ") + kColumns + " FROM nodes " + where;
}

// Words in a damaged file may be any number.
template <typename E>
E word(std::int64_t value, std::size_t count) {
  return static_cast<E>(value < 0 || value >= static_cast<std::int64_t>(count) ? 0 : value);
}

void read(const Statement& row, RosterNode& node) {
  const auto unsigned_of = [&](int column) {
    return static_cast<std::uint64_t>(row.number(column));
  };
  node.id = row.bytes(0);
  node.first_seen_ms = row.number(1);
  node.joined_at_ms = row.number(2);
  node.heard_at_ms = row.number(3);
  node.presence = word<Presence>(row.number(4), kPresenceNames.size());
  node.session = unsigned_of(5);
  node.seq = unsigned_of(6);
  node.sessions = unsigned_of(7);
  node.interval_ms = unsigned_of(8);
  node.peer = row.bytes(9);
  node.labels = row.bytes(10);
  node.status = row.bytes(11);
  node.order.duty = word<Duty>(row.number(12), kDutyNames.size());
  node.order.by = row.bytes(13);
  node.order.reason = row.bytes(14);
  node.order.since_ms = row.number(15);
  node.order.until_ms = row.number(16);
  node.back_by_ms = row.number(17);
  node.leave_reason = row.bytes(18);
  node.told_overdue = row.number(19) != 0;
}

void bind_order(Statement& statement, int first, const RosterNode& node) {
  statement.bind(first, static_cast<std::int64_t>(node.order.duty));
  statement.bind_text(first + 1, node.order.by).bind_text(first + 2, node.order.reason);
  statement.bind(first + 3, node.order.since_ms).bind(first + 4, node.order.until_ms);
  statement.bind(first + 5, node.back_by_ms).bind_text(first + 6, node.leave_reason);
  statement.bind(first + 7, std::int64_t{node.told_overdue});
}

}  // namespace

void create_node_tables(Database& database) {
  database.run(
      "CREATE TABLE nodes("
      "id INTEGER PRIMARY KEY, node TEXT NOT NULL UNIQUE, first_seen INTEGER NOT NULL, "
      "joined_at INTEGER NOT NULL, heard_at INTEGER NOT NULL, presence INTEGER NOT NULL, "
      "session INTEGER NOT NULL, seq INTEGER NOT NULL, sessions INTEGER NOT NULL, "
      "interval INTEGER NOT NULL, peer TEXT NOT NULL, labels BLOB NOT NULL, "
      "status BLOB NOT NULL, duty INTEGER NOT NULL, duty_by TEXT NOT NULL, "
      "duty_reason TEXT NOT NULL, duty_since INTEGER NOT NULL, duty_until INTEGER NOT NULL, "
      "back_by INTEGER NOT NULL, leave_reason TEXT NOT NULL, told_overdue INTEGER NOT NULL"
      ") STRICT;");
}

NodeTables::NodeTables(Database& database)
    : database_(database),
      put_(database, kPut),
      put_order_(database, kPutOrder),
      forget_(database, "DELETE FROM nodes WHERE node = ?1"),
      find_(database, select("WHERE node = ?1")) {}

void NodeTables::put(const RosterNode& node) {
  if (node.status.empty()) {
    put_order_.bind_text(1, node.id);
    bind_order(put_order_, 2, node);
    return put_order_.run();
  }
  put_.bind_text(1, node.id).bind(2, node.joined_at_ms).bind(3, node.heard_at_ms);
  put_.bind(4, static_cast<std::int64_t>(node.presence)).bind(5, node.session).bind(6, node.seq);
  put_.bind(7, node.interval_ms).bind_text(8, node.peer).bind_blob(9, node.labels);
  put_.bind_blob(10, node.status);
  bind_order(put_, 11, node);
  put_.run();
}

void NodeTables::forget(std::string_view id) { forget_.bind_text(1, id).run(); }

bool NodeTables::find(std::string_view id, RosterNode& node) {
  find_.bind_text(1, id);
  const bool found = find_.step();
  if (found) read(find_, node);
  find_.reset();
  return found;
}

void NodeTables::visit(std::string_view prefix, std::string_view after,
                       const std::function<bool(const RosterNode&)>& visit) {
  Statement all(database_, select("WHERE node > ?1 AND node >= ?2 ORDER BY node"));
  all.bind_text(1, after).bind_text(2, prefix);
  RosterNode node;
  while (all.step()) {
    if (!all.bytes(0).starts_with(prefix)) return;
    read(all, node);
    if (!visit(node)) return;
  }
}

std::int64_t NodeTables::count() { return database_.number("SELECT count(*) FROM nodes"); }

}  // namespace rollcall
