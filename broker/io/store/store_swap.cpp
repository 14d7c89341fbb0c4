// Of the store's thread: backups and restores.
#include <algorithm>
#include <new>
#include <utility>

#include "broker/io/store/store_thread.hpp"
#include "shared/io/clock.hpp"

namespace rollcall {

void StoreThread::pass_on_transfers() {
  const Restorer& restorer = transfers_.restorer();
  const std::uint64_t ticket = restorer.is_ready() ? restorer.ticket() : 0;
  const std::lock_guard lock(mutex_);
  if (transfers_.answers.empty() && report_.restore_ticket == ticket) return;
  for (StoreAnswer& answer : transfers_.answers) report_.answers.push_back(std::move(answer));
  transfers_.answers.clear();
  report_.restore_ticket = ticket;
  report_.restore_newest = ticket == 0 ? 0 : restorer.examined().newest;
  ring();
}

// Everything that came before is written. Whether the backup takes its place or not, later events
// have the numbers that were agreed on.
void StoreThread::put_restored() {
  const std::uint64_t ticket = std::exchange(swap_, 0);
  stored_ = std::max(stored_, skip_to_);
  const Now now = read_clock();
  const auto contents = std::make_shared<StoreContents>();
  const bool is_wanted =
      transfers_.restorer().is_ready() && transfers_.restorer().ticket() == ticket;
  std::string why;
  if (is_wanted) why = replace_file(now, *contents);
  if (is_wanted && why.empty()) transfers_.is_restored(contents->nodes.size());
  if (!why.empty()) cannot_replace(why);
  {
    const std::lock_guard lock(mutex_);
    report_.stored = stored_;
    if (is_wanted && why.empty()) {
      report_.oldest = contents->oldest;
      report_.restored = contents;
    }
  }
  pass_on_transfers();
  ring();
}

// Why the backup is not in the place of the store; then no file is open.
std::string StoreThread::replace_file(Now now, StoreContents& contents) {
  transfers_.store_closes("a backup is put in the place of the store");
  Restorer& restorer = transfers_.restorer();
  try {
    file_->settle();
    file_.reset();
    std::string before = restorer.put_in_place(now.wall_ms);
    file_ = StoreFile::open(options_, story_, now.wall_ms, contents);
    if (!contents.set_aside.empty()) return contents.set_aside_why;
    file_->probe(now.wall_ms);
    file_->load(contents);
    if (is_short_) file_->reserve(stored_);
    contents.set_aside = std::move(before);
    contents.set_aside_why = "a backup was put in its place by " + restorer.by();
    return {};
  } catch (const StoreError& error) {
    return error.what();
  } catch (const std::bad_alloc&) {
    return "there is no memory for what it holds";
  }
}

void StoreThread::cannot_replace(const std::string& why) {
  file_.reset();
  transfers_.restorer().put_back();
  transfers_.is_refused(why);
  retry_at_ms_ = read_clock().steady_ms;  // what was there before is opened again
}

}  // namespace rollcall
