// A store that is open: one SQLite file, one connection, used by one thread. What it does may fail
// (StoreError); then it is closed, and another one opened. Of a damaged file nothing is trusted: it
// is set aside under another name, and a new one begun.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "broker/history/history.hpp"
#include "broker/io/store/database.hpp"
#include "broker/io/store/event_tables.hpp"
#include "broker/io/store/history_tables.hpp"
#include "broker/io/store/node_tables.hpp"
#include "broker/io/store/store_figures.hpp"
#include "broker/io/store/store_options.hpp"
#include "broker/store/batch.hpp"

namespace rollcall {

// What of `contents` lies in tables: the last events, and all nodes.
void load(EventTables& events, NodeTables& nodes, StoreContents& contents);

class StoreFile {
 public:
  // Opens, checks and brings it up to date. `story` is given where this goes on with what another
  // file was before; else it is the file's own, or drawn for a new one. A damaged file is set
  // aside, and said in `contents`. `newest` of `contents` is the number that events go on from.
  static std::unique_ptr<StoreFile> open(const StoreOptions& options, std::uint64_t story,
                                         std::int64_t wall_ms, StoreContents& contents);

  // Throws where it cannot be written; else, it now bears its story.
  void probe(std::int64_t wall_ms);
  // While it is uncertain whether events can be stored, numbers above `newest` may be lost with
  // the process: whoever opens the file then goes on well above them.
  void reserve(std::uint64_t newest);
  void drop_reserved();

  // Everything that `contents` can hold.
  void load(StoreContents& contents) { rollcall::load(events_, nodes_, contents); }

  // All batches, whole or not at all, and safe from a loss of power when it returns.
  // False where there was nothing to write at once: samples are written with less haste.
  bool write(std::span<const StoreBatch> batches);
  // What needs no haste, a little of it: samples, roll-ups, and what is too old. True where more is
  // to be done at once.
  bool tend(std::int64_t wall_ms);
  // Before it is closed in order.
  void settle();

  void answer(const PastQuestion& question, const PastMoment& moment, StoreAnswer& answer);
  void fill(StoreFigures& figures);

  std::uint64_t newest() { return events_.newest(); }
  std::uint64_t oldest() { return events_.oldest(); }
  Database& database() { return database_; }
  History& history() { return history_; }

 private:
  StoreFile(const StoreOptions& options, std::unique_ptr<Database> database);

  void set_synchronous(bool full);
  void take(const StoreBatch& batch);
  void take_facts(const StoreBatch& batch);
  void note_slot(Slot slot, std::string_view node, std::string_view labels);
  bool retain(std::int64_t wall_ms);
  std::uint64_t bytes_used();

  const StoreOptions& options_;
  std::unique_ptr<Database> owned_;
  Database& database_;
  EventTables events_;
  NodeTables nodes_;
  StoredHistory history_tables_;
  History history_;
  std::vector<SeriesId> series_;  // by slot
  std::uint64_t story_ = 0;
  bool is_full_ = true;  // as synchronous is set
  std::int64_t retained_ms_ = 0;
};

}  // namespace rollcall
