#include "broker/io/store/peek.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "broker/io/store/database.hpp"
#include "broker/io/store/event_tables.hpp"
#include "broker/io/store/node_tables.hpp"
#include "broker/io/store/schema.hpp"
#include "broker/io/store/store_file.hpp"

namespace rollcall {

bool peek(const StoreOptions& options, StoreContents& contents) {
  try {
    std::error_code error;
    // What a crash left in the log of changes must be read with the file.
    const bool has_log = std::filesystem::exists(options.path + "-wal", error);
    Database database(options.path, has_log ? Opening::kReadUnlocked : Opening::kReadImmutable);
    database.text("PRAGMA locking_mode = EXCLUSIVE");
    if (database.number("PRAGMA application_id") != kApplicationId) return false;
    if (database.number("PRAGMA user_version") != kSchemaVersion) return false;
    check(database);
    EventTables events(database);
    NodeTables nodes(database);
    contents.story = static_cast<std::uint64_t>(meta_number(database, "story"));
    const auto reserved = static_cast<std::uint64_t>(meta_number(database, "reserved"));
    contents.newest = std::max(events.newest(), reserved);
    contents.oldest = events.oldest();
    load(events, nodes, contents);
    return true;
  } catch (const StoreError&) {
    contents = StoreContents();
    return false;
  }
}

}  // namespace rollcall
