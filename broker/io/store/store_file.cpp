#include "broker/io/store/store_file.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "broker/io/store/aside.hpp"
#include "broker/io/store/ballast.hpp"
#include "broker/io/store/failpoint.hpp"
#include "broker/io/store/past_answers.hpp"
#include "broker/io/store/schema.hpp"
#include "broker/past/history_source.hpp"
#include "shared/io/entropy.hpp"

namespace rollcall {
namespace {

// Rows of history in one transaction: few enough that an event which comes meanwhile waits for a
// millisecond or two.
constexpr std::size_t kHistoryRows = 64;
// And of what is too old.
constexpr std::size_t kRetainedRows = 256;
constexpr std::int64_t kRetainEveryMs = 10'000;
// The log of changes is moved into the file above 4 MiB, when there is time; above 64 MiB at once.
constexpr int kLogPages = 512;
constexpr int kMostLogPages = 8192;
constexpr std::size_t kUnusedNames = 64;  // looked for in one go
constexpr std::uint64_t kReservedNumbers = 1'000'000;

std::string value_of(std::string_view labels, std::string_view key) {
  std::string value;
  for_each_label(labels, [&](std::string_view its_key, std::string_view its_value) {
    if (its_key == key) value = its_value;
  });
  return value;
}

// A new file, or one that is there: checked, and up to date.
std::unique_ptr<Database> open_database(const StoreOptions& options) {
  auto database = std::make_unique<Database>(options.is_file() ? options.path : ":memory:");
  configure(*database);
  check(*database);
  migrate(*database);
  return database;
}

}  // namespace

std::unique_ptr<StoreFile> StoreFile::open(const StoreOptions& options, std::uint64_t story,
                                           std::int64_t wall_ms, StoreContents& contents) {
  std::unique_ptr<Database> database;
  try {
    database = open_database(options);
  } catch (const StoreError& error) {
    if (error.trouble() != StoreTrouble::kDamaged) throw;
    contents.set_aside = set_aside(options.path, wall_ms);
    contents.set_aside_why = error.what();
    database = open_database(options);
  }
  failpoint("opened");
  std::unique_ptr<StoreFile> file(new StoreFile(options, std::move(database)));
  Database& db = file->database_;
  const auto known = static_cast<std::uint64_t>(meta_number(db, "story"));
  contents.story = story != 0 ? story : known != 0 ? known : draw_session();
  file->story_ = contents.story;
  const auto reserved = static_cast<std::uint64_t>(meta_number(db, "reserved"));
  contents.newest = std::max(file->newest(), reserved);
  contents.oldest = file->oldest();
  file->history_.restore(wall_ms);
  return file;
}

// That it can be written, is known now and not with the first event.
void StoreFile::probe(std::int64_t wall_ms) {
  set_synchronous(true);
  Transaction all(database_);
  set_meta(database_, "story", static_cast<std::int64_t>(story_));
  set_meta(database_, "opened_at", wall_ms);
  failpoint("probe");
  all.commit();
}

// Numbers that may be used before they can be stored again are never used by another run.
void StoreFile::reserve(std::uint64_t newest) {
  set_synchronous(true);
  Transaction all(database_);
  set_meta(database_, "reserved", static_cast<std::int64_t>(newest + kReservedNumbers));
  all.commit();
}

void StoreFile::drop_reserved() {
  Transaction all(database_);
  drop_meta(database_, "reserved");
  all.commit();
}

StoreFile::StoreFile(const StoreOptions& options, std::unique_ptr<Database> database)
    : options_(options),
      owned_(std::move(database)),
      database_(*owned_),
      events_(database_),
      nodes_(database_),
      history_tables_(database_),
      history_(history_tables_, options.history) {}

void load(EventTables& events, NodeTables& nodes, StoreContents& contents) {
  events.load_latest(limits::kEventsKept, [&](const PastEvent& event) {
    contents.events.push_back(
        {event.seq, event.at_ms, event.kind, std::string(event.node), std::string(event.body)});
  });
  nodes.visit({}, {}, [&](const RosterNode& node) {
    contents.nodes.push_back(node);
    return true;
  });
}

void StoreFile::set_synchronous(bool full) {
  if (is_full_ == full) return;
  database_.run(full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  is_full_ = full;
}

bool StoreFile::write(std::span<const StoreBatch> batches) {
  const bool has_rows = std::any_of(batches.begin(), batches.end(), [](const StoreBatch& batch) {
    return !batch.events.empty() || !batch.facts.empty() || !batch.forgotten.empty();
  });
  if (has_rows) {
    if (database_.wal_pages() > kMostLogPages) database_.checkpoint();
    set_synchronous(true);
    try {
      Transaction all(database_);
      failpoint("begun");
      for (const StoreBatch& batch : batches) take(batch);
      failpoint("before_commit");
      all.commit();
      failpoint("after_commit");
    } catch (...) {
      events_.forget_cached();
      throw;
    }
  }
  for (const StoreBatch& batch : batches) {
    for (const std::string& node : batch.forgotten) history_.forget(node);
    for (const auto& [slot, node] : batch.listed) {
      RosterNode known;
      if (nodes_.find(node, known)) note_slot(slot, node, known.labels);
    }
    take_facts(batch);
    for (const SlotSample& it : batch.samples) {
      if (it.slot < series_.size()) history_.add(series_[it.slot], it.sample);
    }
  }
  return has_rows;
}

void StoreFile::take(const StoreBatch& batch) {
  const std::uint64_t newest = events_.newest();
  for (const KeptEvent& event : batch.events) {
    if (event.seq <= newest) continue;  // it was written before a failure that came later
    events_.append(event.seq, event.at_ms, event.kind, event.node, event.body);
    failpoint("event");
  }
  // Who is forgotten may have come back since: its fact is newer.
  for (const std::string& node : batch.forgotten) nodes_.forget(node);
  for (const NodeFact& fact : batch.facts) {
    nodes_.put(fact.node);
    failpoint("fact");
  }
}

void StoreFile::take_facts(const StoreBatch& batch) {
  for (const NodeFact& fact : batch.facts) {
    if (fact.slot != kNoSlot) {
      note_slot(fact.slot, fact.node.id, fact.node.labels);
    } else if (const SeriesId series = history_.find(false, fact.node.id); series != kNoSeries) {
      history_.gone(series);
    }
  }
}

void StoreFile::note_slot(Slot slot, std::string_view node, std::string_view labels) {
  if (slot >= series_.size()) series_.resize(slot + 1, kNoSeries);
  series_[slot] = history_.series_of(node);
  if (series_[slot] == kNoSeries) return;
  history_.set_groups(series_[slot], value_of(labels, "zone"), value_of(labels, "rack"));
}

bool StoreFile::tend(std::int64_t wall_ms) {
  if (database_.wal_pages() > kLogPages) database_.checkpoint();
  history_.advance(wall_ms);
  if (history_.has_work()) {
    set_synchronous(false);
    try {
      Transaction some(database_);
      history_.write(kHistoryRows);
      failpoint("history");
      some.commit();
    } catch (...) {
      history_.rolled_back();
      throw;
    }
    history_.committed();
    failpoint("history_committed");
  }
  const bool has_more_to_drop = retain(wall_ms);
  return history_.has_work() || has_more_to_drop;
}

// What is too old, or too much; the oldest first, and never the newest event.
bool StoreFile::retain(std::int64_t wall_ms) {
  if (wall_ms >= retained_ms_ && wall_ms - retained_ms_ < kRetainEveryMs) return false;
  bool has_more = false;
  set_synchronous(false);
  try {
    Transaction some(database_);
    std::size_t dropped = events_.drop_before(wall_ms - options_.keep_events_ms, kRetainedRows);
    // Events are the last to go for want of room: there are few of them.
    if (dropped == 0 && bytes_used() > options_.bytes && history_.figures().levels[0].bytes == 0) {
      dropped = events_.drop_oldest(kRetainedRows);
    }
    has_more = dropped == kRetainedRows || history_.retain(wall_ms, kRetainedRows) != 0;
    events_.drop_unused_names(kUnusedNames);
    failpoint("retention");
    some.commit();
  } catch (...) {
    events_.forget_cached();
    history_.rolled_back();
    throw;
  }
  if (!has_more) retained_ms_ = wall_ms;
  return has_more;
}

std::uint64_t StoreFile::bytes_used() {
  const std::int64_t pages =
      database_.number("PRAGMA page_count") - database_.number("PRAGMA freelist_count");
  return static_cast<std::uint64_t>(pages * database_.number("PRAGMA page_size"));
}

// The log of changes goes into the file, and is cut.
void StoreFile::settle() { database_.text("PRAGMA wal_checkpoint(TRUNCATE)"); }

void StoreFile::answer(const PastQuestion& question, const PastMoment& moment,
                       StoreAnswer& answer) {
  Buffer out;
  HistorySource samples(history_);
  answer.failure =
      answer_past(question, moment, PastSources{events_, nodes_, samples}, history_, out);
  answer.result = out.view();
}

void StoreFile::fill(StoreFigures& figures) {
  figures.schema = database_.number("PRAGMA user_version");
  figures.bytes = static_cast<std::uint64_t>(database_.number("PRAGMA page_count") *
                                             database_.number("PRAGMA page_size"));
  std::error_code error;
  const auto wal = std::filesystem::file_size(options_.path + "-wal", error);
  figures.wal_bytes = error ? 0 : wal;
  figures.free_bytes = options_.is_file() ? free_bytes_at(options_.path) : 0;
  figures.oldest = events_.oldest();
  figures.newest = events_.newest();
  if (figures.oldest != 0) {
    figures.events_since_ms = database_.number("SELECT at FROM events ORDER BY seq LIMIT 1");
  }
  figures.nodes = static_cast<std::uint64_t>(nodes_.count());
  figures.history = history_.figures();
  for (std::size_t i = 0; i < kHistoryLevels; ++i) {
    figures.since_ms[i] = history_.since_ms(static_cast<HistoryLevel>(i));
  }
}

}  // namespace rollcall
