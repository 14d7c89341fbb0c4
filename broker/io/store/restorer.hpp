// Takes in a backup beside the store, has it examined, and puts it in the store's place. Until then
// the store goes on untouched; it is kept under another name even then.
#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "broker/io/store/backup_check.hpp"
#include "broker/io/store/descriptor.hpp"
#include "broker/past/question.hpp"
#include "shared/core/digest.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

// What the names of stores that were replaced go on with, before the moment.
inline constexpr std::string_view kReplacedInfix = ".before-restore-";

class Restorer {
 public:
  // Of the store at `store_path`; empty where that is in memory, then nothing here may be called.
  explicit Restorer(const std::string& store_path);
  ~Restorer();
  Restorer(const Restorer&) = delete;
  Restorer& operator=(const Restorer&) = delete;

  // Each takes a step of a restore by `by`; what is wrong with it, or nothing. One at a time: who
  // begins anew gives up what they began before, and others must wait for its end.
  std::optional<PastFailure> take(const Transfer& step, const std::string& by, Now now);
  // How much of it has come.
  std::uint64_t received() const { return received_; }

  // After the last step: it is examined apart from this thread; `ticket` is that of the question.
  bool is_examining() const { return examining_.valid(); }
  std::uint64_t ticket() const { return ticket_; }
  void set_ticket(std::uint64_t ticket) { ticket_ = ticket; }
  // True where it was found good or bad just now; see failure() and is_ready().
  bool advance(Now now);
  std::optional<PastFailure> failure() { return std::exchange(failure_, std::nullopt); }
  // It can be put in place. `examined` tells of its numbers.
  bool is_ready() const { return state_ == State::kReady; }
  const ExaminedBackup& examined() const { return examined_; }
  const std::string& by() const { return by_; }

  // The file at the store's path becomes PATH.before-restore-…, whose name is returned, and the
  // backup takes its place; nobody may have it open, and no log may lie beside it. Throws
  // StoreError where it cannot be, and then everything is as before.
  std::string put_in_place(std::int64_t wall_ms);
  // The backup that was put in place could not be used: back to what was before.
  void put_back();
  // It was put in place for good, or never will be.
  void end();

 private:
  enum class State { kIdle, kTaking, kExamining, kReady };

  std::optional<PastFailure> begin(const Transfer& step, const std::string& by, Now now);
  std::optional<PastFailure> add(const Transfer& step);
  std::optional<PastFailure> finish();
  void remove_file() const;

  std::string store_;
  std::string file_name_;
  std::string replaced_;  // the store's path after put_in_place()
  State state_ = State::kIdle;
  std::string by_;
  std::int64_t heard_ms_ = 0;  // steady
  Descriptor file_;
  std::uint64_t bytes_ = 0;
  std::uint64_t wanted_digest_ = 0;
  std::uint64_t received_ = 0;
  std::optional<Digest> digest_;
  std::uint64_t ticket_ = 0;
  std::optional<PastFailure> failure_;
  ExaminedBackup examined_;
  std::atomic<bool> cancelled_{false};
  std::future<ExaminedBackup> examining_;
};

}  // namespace rollcall
