#include "broker/io/store/restorer.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "broker/io/store/aside.hpp"
#include "broker/io/store/ballast.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/limits.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

namespace fs = std::filesystem;

PastFailure bad(std::string message) { return {QueryError::kBadRequest, std::move(message)}; }
PastFailure unavailable(std::string message) {
  return {QueryError::kUnavailable, std::move(message)};
}

}  // namespace

Restorer::Restorer(const std::string& store_path)
    : store_(store_path), file_name_(store_path + ".restoring") {
  if (!store_.empty()) remove_file();  // of a broker that ended in the middle of it
}

Restorer::~Restorer() {
  cancelled_ = true;
  if (examining_.valid()) examining_.wait();
  if (!store_.empty()) remove_file();
}

void Restorer::remove_file() const {
  std::error_code error;
  for (const char* const suffix : {"", "-wal", "-journal", "-shm"}) {
    fs::remove(file_name_ + suffix, error);
  }
}

std::optional<PastFailure> Restorer::take(const Transfer& step, const std::string& by, Now now) {
  if (state_ == State::kExamining || state_ == State::kReady) {
    return unavailable("a backup is just being put in place; ask again when that is over");
  }
  if (state_ == State::kTaking && by_ != by) {
    return unavailable(fmt::format("{} is just putting a backup back", escaped(by_, 64)));
  }
  if (step.step == RestoreStep::kBegin) return begin(step, by, now);
  if (state_ != State::kTaking) {
    return bad("no restore has begun, or it was given up: begin, then data, then finish");
  }
  heard_ms_ = now.steady_ms;
  return step.step == RestoreStep::kData ? add(step) : finish();
}

std::optional<PastFailure> Restorer::begin(const Transfer& step, const std::string& by, Now now) {
  end();
  const std::uint64_t free_bytes = free_bytes_at(store_);
  if (free_bytes < limits::kTransferSpareBytes ||
      step.bytes > free_bytes - limits::kTransferSpareBytes) {
    return PastFailure{QueryError::kTooLarge,
                       fmt::format("it takes {}, and {} are free on the disk of the store",
                                   format_bytes(step.bytes), format_bytes(free_bytes))};
  }
  file_ = Descriptor(
      open(file_name_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file_) {
    return unavailable(fmt::format("cannot make {}: {}", file_name_, std::strerror(errno)));
  }
  state_ = State::kTaking;
  by_ = by;
  heard_ms_ = now.steady_ms;
  bytes_ = step.bytes;
  wanted_digest_ = step.digest;
  digest_.emplace();
  return std::nullopt;
}

std::optional<PastFailure> Restorer::add(const Transfer& step) {
  if (step.offset != received_) {
    return bad(fmt::format("the next part begins at {}, not at {}", received_, step.offset));
  }
  if (step.data.size() > bytes_ - received_) {
    return bad(fmt::format("that is more than the {} bytes that were spoken of", bytes_));
  }
  for (std::string_view left = step.data; !left.empty();) {
    const ssize_t wrote = write(file_.get(), left.data(), left.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      const std::string why = std::strerror(errno);
      end();
      return unavailable("the backup could not be taken in, and was given up: " + why);
    }
    left.remove_prefix(static_cast<std::size_t>(wrote));
  }
  digest_->add(step.data);
  received_ += step.data.size();
  return std::nullopt;
}

std::optional<PastFailure> Restorer::finish() {
  if (received_ != bytes_) {
    return bad(
        fmt::format("{} of {} bytes have come; the next part begins there", received_, bytes_));
  }
  const std::uint64_t digest = digest_->value();
  if (digest != wanted_digest_) {
    end();
    return bad(
        fmt::format("what came is not what was sent: its digest is {:016x}, not {:016x}; "
                    "begin again",
                    digest, wanted_digest_));
  }
  try {
    examining_ = std::async(std::launch::async, [this, file = std::move(file_)] {
      const bool is_safe = fsync(file.get()) == 0;
      if (is_safe) return examine_backup(file_name_, cancelled_);
      return ExaminedBackup{.failure = unavailable("the disk did not take the backup")};
    });
  } catch (const std::system_error&) {
    end();
    return unavailable("no thread could be made to examine it");
  }
  state_ = State::kExamining;
  return std::nullopt;
}

bool Restorer::advance(Now now) {
  if (state_ == State::kTaking || state_ == State::kReady) {
    if (now.steady_ms - heard_ms_ < limits::kRestoreAbandonedMs) return false;
    const bool was_ready = state_ == State::kReady;
    end();
    if (was_ready) failure_ = unavailable("the store could not be brought to rest; begin again");
    return was_ready;
  }
  if (state_ != State::kExamining) return false;
  if (examining_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return false;
  examined_ = examining_.get();
  failure_ = std::exchange(examined_.failure, std::nullopt);
  heard_ms_ = now.steady_ms;
  if (failure_) {
    end();
  } else {
    state_ = State::kReady;
  }
  return true;
}

void Restorer::end() {
  file_.reset();
  remove_file();
  if (!replaced_.empty()) drop_oldest(store_, kReplacedInfix, limits::kReplacedKept);
  replaced_.clear();
  digest_.reset();
  received_ = 0;
  bytes_ = 0;
  state_ = State::kIdle;
}

}  // namespace rollcall
