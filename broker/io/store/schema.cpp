#include "broker/io/store/schema.hpp"

#include <array>

#include <fmt/format.h>
#include <sqlite3.h>

#include "broker/io/store/event_tables.hpp"
#include "broker/io/store/failpoint.hpp"
#include "broker/io/store/history_tables.hpp"
#include "broker/io/store/node_tables.hpp"

namespace rollcall {
namespace {

// A check reads every page: of files up to this size all, in less than a second.
constexpr std::int64_t kCheckedWholeBytes = 256 * 1024 * 1024;

void create_meta(Database& database) {
  database.run(
      "CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;");
}

// Version 1: what happened, and who was there.
void to_version_1(Database& database) {
  create_meta(database);
  create_event_tables(database);
  create_node_tables(database);
}

// Version 2: how they went.
void to_version_2(Database& database) { create_history_tables(database); }

constexpr std::array<void (*)(Database&), kSchemaVersion> kSteps{to_version_1, to_version_2};

// Before anything is changed: somebody else's database is neither taken over nor put away. One of
// ours with a damaged header still has our tables.
void refuse_others(Database& database) {
  if (database.number("PRAGMA application_id") == kApplicationId) return;
  if (database.number("SELECT count(*) FROM sqlite_schema") == 0) return;
  if (database.number("SELECT count(*) FROM sqlite_schema "
                      "WHERE name IN ('meta', 'events', 'nodes')") == 3) {
    return;
  }
  throw StoreError(StoreTrouble::kFailed,
                   "it is a database, but not one of rollcall-broker; give another --store");
}

void expect_ok(Database& database, const std::string& pragma) {
  const std::string verdict = database.text(pragma.c_str());
  if (verdict != "ok") throw StoreError(StoreTrouble::kDamaged, verdict);
}

}  // namespace

void configure(Database& database) {
  // Before anything is read: with a lock of its own SQLite needs no memory that is shared with
  // other processes, and nobody else can open the file.
  database.text("PRAGMA locking_mode = EXCLUSIVE");
  refuse_others(database);
  database.run("PRAGMA page_size = 8192");  // two thirds less is left unused than with 4096
  database.text("PRAGMA journal_mode = WAL");
  database.run(
      "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON; "
      "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA secure_delete = OFF");
  database.text("PRAGMA journal_size_limit = 16777216");
  database.text("PRAGMA wal_autocheckpoint = 1000");
  sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_limit(database.handle(), SQLITE_LIMIT_LENGTH, 64 * 1024 * 1024);
}

void migrate_to(Database& database, std::int64_t version) {
  const std::int64_t tables = database.number("SELECT count(*) FROM sqlite_schema");
  const std::int64_t id = database.number("PRAGMA application_id");
  if (tables != 0 && id != kApplicationId) {
    throw StoreError(StoreTrouble::kDamaged, "its header is not that of a store");
  }
  std::int64_t now = database.number("PRAGMA user_version");
  if (now > kSchemaVersion) {
    throw StoreError(StoreTrouble::kFailed,
                     fmt::format("a newer rollcall-broker wrote it (its version is {}, ours {}): "
                                 "run that one, or give another --store",
                                 now, kSchemaVersion));
  }
  while (now < version) {
    Transaction step(database);
    kSteps[static_cast<std::size_t>(now)](database);
    ++now;
    database.run(
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, now)
            .c_str());
    failpoint("migrate");
    step.commit();
  }
}

void migrate(Database& database) { migrate_to(database, kSchemaVersion); }

void check(Database& database) {
  const std::int64_t bytes =
      database.number("PRAGMA page_count") * database.number("PRAGMA page_size");
  if (bytes <= kCheckedWholeBytes) return expect_ok(database, "PRAGMA quick_check(1)");
  for (const char* const table : {"meta", "nodes", "names"}) {
    if (database.number(
            fmt::format("SELECT count(*) FROM sqlite_schema WHERE name = '{}'", table).c_str())) {
      expect_ok(database, fmt::format("PRAGMA quick_check('{}')", table));
    }
  }
}

std::int64_t meta_number(Database& database, const char* key) {
  Statement find(database, "SELECT value FROM meta WHERE key = ?1");
  find.bind_text(1, key);
  return find.step() ? find.number(0) : 0;
}

void set_meta(Database& database, const char* key, std::int64_t value) {
  Statement put(database,
                "INSERT INTO meta VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2");
  put.bind_text(1, key).bind(2, value).run();
}

void drop_meta(Database& database, const char* key) {
  Statement drop(database, "DELETE FROM meta WHERE key = ?1");
  drop.bind_text(1, key).run();
}

}  // namespace rollcall
