#include "broker/io/store/backup_maker.hpp"

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include "broker/io/store/ballast.hpp"
#include "shared/core/limits.hpp"
#include "shared/core/units.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {
namespace {

// Of 8 KiB: what takes about a millisecond.
constexpr int kPagesPerStep = 256;
// After so many the disk is told to begin: else all of it would come at once at the end, and what
// is committed then would wait behind it.
constexpr std::uint64_t kStepsPerFlush = 16;

std::string result_of(const std::string& name, const FinishedCopy& done) {
  Buffer out;
  Writer(out)
      .map(3)
      .pair("backup", std::string_view(name))
      .pair("bytes", done.bytes)
      .pair("digest", done.digest);
  return std::string(out.view());
}

}  // namespace

BackupMaker::~BackupMaker() {
  cancelled_ = true;
  if (finishing_.valid()) finishing_.wait();
  if (!is_copying()) return;
  end_copying();
  remove_unfinished();
}

std::optional<PastFailure> BackupMaker::begin(Database& store, std::uint64_t ticket,
                                              std::int64_t wall_ms) {
  try {
    folder_.prepare();
    const auto bytes = static_cast<std::uint64_t>(store.number("PRAGMA page_count") *
                                                  store.number("PRAGMA page_size"));
    const std::uint64_t free_bytes = free_bytes_at(folder_.path());
    if (free_bytes < bytes + limits::kTransferSpareBytes) {
      return PastFailure{QueryError::kUnavailable,
                         fmt::format("a copy takes {}, and {} are free on the disk of the store",
                                     format_bytes(bytes), format_bytes(free_bytes))};
    }
    name_ = folder_.free_name(wall_ms);
    copy_ = std::make_unique<Database>(folder_.path_of_unfinished(name_));
    // Whatever becomes of it before its end, it is thrown away.
    copy_->text("PRAGMA locking_mode = EXCLUSIVE");
    copy_->text("PRAGMA journal_mode = OFF");
    copy_->run("PRAGMA synchronous = OFF");
    written_ = Descriptor(
        open(folder_.path_of_unfinished(name_).c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
    copying_ = sqlite3_backup_init(copy_->handle(), "main", store.handle(), "main");
    if (copying_ == nullptr) copy_->fail(sqlite3_extended_errcode(copy_->handle()), "copying");
  } catch (const StoreError& error) {
    copy_.reset();
    written_.reset();
    remove_unfinished();
    return PastFailure{QueryError::kUnavailable,
                       fmt::format("no copy could be made: {}", error.what())};
  }
  ticket_ = ticket;
  return std::nullopt;
}

std::optional<StoreAnswer> BackupMaker::advance() {
  if (is_copying()) {
    const int code = sqlite3_backup_step(copying_, kPagesPerStep);
    if (code == SQLITE_OK && ++steps_ % kStepsPerFlush == 0) {
      sync_file_range(written_.get(), 0, 0, SYNC_FILE_RANGE_WRITE);  // a hint: it may fail
    }
    if (code == SQLITE_OK) return std::nullopt;
    if (code == SQLITE_DONE) {
      end_copying();
      return finish();
    }
    const std::string why = sqlite3_errstr(code);
    end_copying();
    remove_unfinished();
    return fail({QueryError::kUnavailable, "no copy could be made: " + why});
  }
  if (!finishing_.valid() ||
      finishing_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    return std::nullopt;
  }
  const FinishedCopy done = finishing_.get();
  if (done.failure) return fail(*done.failure);
  folder_.drop_oldest(name_);
  return StoreAnswer{std::exchange(ticket_, 0), std::nullopt, result_of(name_, done)};
}

std::optional<StoreAnswer> BackupMaker::finish() {
  try {
    finishing_ = std::async(std::launch::async, [this] {
      return finish_copy(folder_.path_of_unfinished(name_), folder_.path_of(name_), cancelled_);
    });
    return std::nullopt;
  } catch (const std::system_error&) {
    remove_unfinished();
    return fail({QueryError::kUnavailable, "no thread could be made to finish the copy"});
  }
}

std::optional<StoreAnswer> BackupMaker::store_closes(const std::string& why) {
  if (!is_copying()) return std::nullopt;
  end_copying();
  remove_unfinished();
  return fail({QueryError::kUnavailable, "the copy was given up: " + why});
}

std::optional<StoreAnswer> BackupMaker::fail(PastFailure failure) {
  return StoreAnswer{std::exchange(ticket_, 0), std::move(failure), {}};
}

void BackupMaker::end_copying() {
  sqlite3_backup_finish(std::exchange(copying_, nullptr));
  copy_.reset();
  written_.reset();
}

void BackupMaker::remove_unfinished() {
  std::error_code error;
  const std::string path = folder_.path_of_unfinished(name_);
  std::filesystem::remove(path, error);
  std::filesystem::remove(path + "-journal", error);
}

}  // namespace rollcall
