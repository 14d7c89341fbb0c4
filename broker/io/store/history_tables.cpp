#include "broker/io/store/history_tables.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace rollcall {
namespace {

constexpr const char* kColumns = "id, series, begins, ends, points, through, length(data)";

// A statement that is read to its end or left in the middle is at rest again afterwards, also where
// reading fails: an open reader would hold up checkpoints.
class Reading {
 public:
  explicit Reading(Statement& statement) : statement_(statement) {}
  ~Reading() { statement_.reset(); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

 private:
  Statement& statement_;
};

std::uint64_t count(const Statement& statement, int column) {
  return static_cast<std::uint64_t>(statement.number(column));
}

ChunkRow row_of(const Statement& statement) {
  return {.id = statement.number(0),
          .series = static_cast<SeriesId>(statement.number(1)),
          .begins_ms = statement.number(2),
          .ends_ms = statement.number(3),
          .points = count(statement, 4),
          .through = count(statement, 5),
          .bytes = count(statement, 6),
          .data = {}};
}

std::string named(HistoryLevel level) { return std::string(name_of(level)); }

}  // namespace

void create_history_tables(Database& database) {
  database.run(
      "CREATE TABLE history_series (id INTEGER PRIMARY KEY AUTOINCREMENT, is_group INTEGER NOT "
      "NULL,"
      " name TEXT NOT NULL) STRICT;"
      "CREATE TABLE history_totals (level INTEGER PRIMARY KEY, points INTEGER NOT NULL,"
      " bytes INTEGER NOT NULL, since INTEGER NOT NULL) STRICT");
  for (const HistoryLevel level : kAllHistoryLevels) {
    database.run(
        fmt::format("CREATE TABLE history_{0} (id INTEGER PRIMARY KEY, series INTEGER NOT NULL,"
                    " begins INTEGER NOT NULL, ends INTEGER NOT NULL, points INTEGER NOT NULL,"
                    " through INTEGER NOT NULL, data BLOB NOT NULL) STRICT;"
                    "CREATE INDEX history_{0}_of ON history_{0} (series, begins);"
                    "CREATE INDEX history_{0}_through ON history_{0} (through);"
                    "CREATE TABLE history_{0}_journal (id INTEGER PRIMARY KEY,"
                    " at INTEGER NOT NULL, data BLOB NOT NULL) STRICT",
                    name_of(level))
            .c_str());
  }
}

StoredHistory::LevelStatements::LevelStatements(Database& database, const std::string& level)
    : add_chunk(database, fmt::format("INSERT INTO history_{} (series, begins, ends, points,"
                                      " through, data) VALUES (?, ?, ?, ?, ?, ?)",
                                      level)),
      remove_chunk(database, fmt::format("DELETE FROM history_{} WHERE id = ?", level)),
      chunks_of(database,
                fmt::format("SELECT {}, data FROM history_{} WHERE series = ? AND begins >= ?"
                            " AND begins < ? ORDER BY begins",
                            kColumns, level)),
      some_of(database,
              fmt::format("SELECT {} FROM history_{} WHERE series = ? LIMIT ?", kColumns, level)),
      sealed(database,
             fmt::format("SELECT series, through FROM history_{} WHERE through >= ?", level)),
      highest_through(database, fmt::format("SELECT max(through) FROM history_{}", level)),
      oldest(database, fmt::format("SELECT {} FROM history_{} WHERE id > ? ORDER BY id LIMIT ?",
                                   kColumns, level)),
      add_journal(
          database,
          fmt::format("INSERT INTO history_{}_journal (id, at, data) VALUES (?, ?, ?)", level)),
      remove_journal(database, fmt::format("DELETE FROM history_{}_journal WHERE id = ?", level)),
      oldest_journal(database, fmt::format("SELECT min(id) FROM history_{}_journal", level)),
      journals(database,
               fmt::format("SELECT id, at, data FROM history_{}_journal ORDER BY id", level)) {}

StoredHistory::StoredHistory(Database& database)
    : database_(database),
      levels_{LevelStatements(database, named(HistoryLevel::kFull)),
              LevelStatements(database, named(HistoryLevel::kMinute)),
              LevelStatements(database, named(HistoryLevel::kHour))},
      add_series_(database, "INSERT INTO history_series (id, is_group, name) VALUES (?, ?, ?)"),
      remove_series_(database, "DELETE FROM history_series WHERE id = ?"),
      series_(database, "SELECT id, is_group, name FROM history_series"),
      totals_(database, "SELECT points, bytes, since FROM history_totals WHERE level = ?"),
      set_totals_(database, "INSERT OR REPLACE INTO history_totals VALUES (?, ?, ?, ?)"),
      pages_(database, "PRAGMA page_count"),
      free_pages_(database, "PRAGMA freelist_count"),
      page_bytes_(database.number("PRAGMA page_size")) {}

void StoredHistory::add_series(SeriesId id, bool is_group, std::string_view name) {
  add_series_.bind(1, std::int64_t{id}).bind(2, std::int64_t{is_group}).bind_text(3, name).run();
}

void StoredHistory::remove_series(SeriesId id) { remove_series_.bind(1, std::int64_t{id}).run(); }

void StoredHistory::visit_series(
    const std::function<void(SeriesId, bool, std::string_view)>& visit) {
  const Reading reading(series_);
  while (series_.step()) {
    const std::int64_t id = series_.number(0);
    if (id <= 0 || id > UINT32_MAX) continue;
    visit(static_cast<SeriesId>(id), series_.number(1) != 0, series_.bytes(2));
  }
}

SeriesId StoredHistory::highest_series() {
  const std::int64_t highest =
      database_.number("SELECT seq FROM sqlite_sequence WHERE name = 'history_series'");
  return highest <= 0 ? kNoSeries
                      : static_cast<SeriesId>(std::min<std::int64_t>(highest, UINT32_MAX));
}

void StoredHistory::add_chunk(HistoryLevel level, const ChunkRow& chunk) {
  at(level)
      .add_chunk.bind(1, std::int64_t{chunk.series})
      .bind(2, chunk.begins_ms)
      .bind(3, chunk.ends_ms)
      .bind(4, chunk.points)
      .bind(5, chunk.through)
      .bind_blob(6, chunk.data)
      .run();
}

void StoredHistory::remove_chunk(HistoryLevel level, std::int64_t id) {
  at(level).remove_chunk.bind(1, id).run();
}

std::size_t StoredHistory::remove_chunks(HistoryLevel level, SeriesId series, std::size_t most,
                                         LevelTotals& removed) {
  std::vector<std::int64_t> ids;
  {
    Statement& some = at(level).some_of;
    const Reading reading(some);
    some.bind(1, std::int64_t{series}).bind(2, static_cast<std::int64_t>(most));
    while (some.step()) {
      const ChunkRow row = row_of(some);
      ids.push_back(row.id);
      removed.points += row.points;
      removed.bytes += row.bytes;
    }
  }
  for (const std::int64_t id : ids) remove_chunk(level, id);
  return ids.size();
}

void StoredHistory::visit_chunks(HistoryLevel level, SeriesId series, std::int64_t since_ms,
                                 std::int64_t until_ms,
                                 const std::function<void(const ChunkRow&)>& visit) {
  Statement& chunks = at(level).chunks_of;
  const Reading reading(chunks);
  chunks.bind(1, std::int64_t{series}).bind(2, since_ms).bind(3, until_ms);
  while (chunks.step()) {
    ChunkRow row = row_of(chunks);
    row.data = chunks.bytes(7);
    visit(row);
  }
}

void StoredHistory::visit_sealed(HistoryLevel level, std::uint64_t through,
                                 const std::function<void(SeriesId, std::uint64_t)>& visit) {
  Statement& sealed = at(level).sealed;
  const Reading reading(sealed);
  sealed.bind(1, through);
  while (sealed.step()) visit(static_cast<SeriesId>(sealed.number(0)), count(sealed, 1));
}

std::uint64_t StoredHistory::highest_through(HistoryLevel level) {
  Statement& highest = at(level).highest_through;
  const Reading reading(highest);
  return highest.step() ? count(highest, 0) : 0;
}

void StoredHistory::visit_oldest(HistoryLevel level, std::int64_t after, std::size_t most,
                                 const std::function<void(const ChunkRow&)>& visit) {
  Statement& oldest = at(level).oldest;
  const Reading reading(oldest);
  oldest.bind(1, after).bind(2, static_cast<std::int64_t>(most));
  while (oldest.step()) visit(row_of(oldest));
}

void StoredHistory::add_journal(HistoryLevel level, std::uint64_t id, std::int64_t at_ms,
                                Bytes data) {
  at(level).add_journal.bind(1, id).bind(2, at_ms).bind_blob(3, data).run();
}

void StoredHistory::remove_journal(HistoryLevel level, std::uint64_t id) {
  at(level).remove_journal.bind(1, id).run();
}

std::uint64_t StoredHistory::oldest_journal(HistoryLevel level) {
  Statement& oldest = at(level).oldest_journal;
  const Reading reading(oldest);
  return oldest.step() ? count(oldest, 0) : 0;
}

void StoredHistory::visit_journals(
    HistoryLevel level, const std::function<void(std::uint64_t, std::int64_t, Bytes)>& visit) {
  Statement& journals = at(level).journals;
  const Reading reading(journals);
  while (journals.step()) visit(count(journals, 0), journals.number(1), journals.bytes(2));
}

LevelTotals StoredHistory::totals(HistoryLevel level) {
  const Reading reading(totals_);
  totals_.bind(1, static_cast<std::int64_t>(index_of(level)));
  if (!totals_.step()) return {};
  return {.points = count(totals_, 0), .bytes = count(totals_, 1), .since_ms = totals_.number(2)};
}

void StoredHistory::set_totals(HistoryLevel level, const LevelTotals& totals) {
  set_totals_.bind(1, static_cast<std::int64_t>(index_of(level)))
      .bind(2, totals.points)
      .bind(3, totals.bytes)
      .bind(4, totals.since_ms)
      .run();
}

std::uint64_t StoredHistory::used_bytes() {
  const Reading reading_pages(pages_);
  const Reading reading_free(free_pages_);
  const std::int64_t pages = pages_.step() ? pages_.number(0) : 0;
  const std::int64_t free_pages = free_pages_.step() ? free_pages_.number(0) : 0;
  return static_cast<std::uint64_t>((pages - free_pages) * page_bytes_);
}

}  // namespace rollcall
