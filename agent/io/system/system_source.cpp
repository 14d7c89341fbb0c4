#include "agent/io/system/system_source.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <poll.h>

#include "shared/core/escape.hpp"
#include "shared/core/limits.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kReadEveryMs = 5000;
constexpr std::int64_t kReadEveryInTroubleMs = 1000;
constexpr std::int64_t kReadAtLeastMs = 250;
// Of the time between two samples at most this much counts as silence of the disk.
constexpr std::int64_t kMostSilenceMs = 2000;

DiskOptions disk_options(const SystemOptions& options) {
  const bool is_given = !options.data_dir.empty();
  return {.path = is_given ? options.data_dir : "/",
          .finds_blocks = is_given,
          .must_be_writable = is_given,  // many containers have a read-only "/"
          .most_watches = options.most_watches,
          .look = options.look};
}

}  // namespace

SystemSource::SystemSource(SystemOptions options, Now now)
    : options_(std::move(options)),
      machine_(options_.machine_root),
      judge_(options_.health),
      sampled_at_ms_(now.steady_ms),
      worker_(disk_options(options_)) {
  read_machine(now, true);
  ask_disk(now);
  pollfd item{worker_.wake_fd(), POLLIN, 0};
  ::poll(&item, 1, kFirstLookMs);
  collect(now);
  if (!answer_.has_value()) {
    fault_ = fmt::format("data directory {} has not answered yet",
                         shown_path(has_blocks() ? options_.data_dir : "/"));
    due_at_ms_ = now.steady_ms + kReadEveryInTroubleMs;
    judge(now);
  }
}

void SystemSource::sample(Now now, bool for_announcement) {
  collect(now);
  note_silence(now);
  sampled_at_ms_ = now.steady_ms;
  const bool is_due = now.steady_ms >= due_at_ms_;
  const bool is_new = now.steady_ms - read_at_ms_ >= kReadAtLeastMs;
  if (!is_due && !(for_announcement && is_new)) return;
  read_machine(now, for_announcement);
  if (is_asked_) judge(now);  // else when the answer comes, in a moment
  ask_disk(now);
  const bool is_in_trouble = is_asked_ || !fault_.empty();
  due_at_ms_ = now.steady_ms + (is_in_trouble ? kReadEveryInTroubleMs : kReadEveryMs);
}

// ---- the disk -----------------------------------------------------------------------------------

void SystemSource::ask_disk(Now now) {
  if (has_blocks() && now.steady_ms >= scan_due_ms_) {
    scan_due_ms_ = kNever;  // until it has ended
    worker_.ask_for_scan();
  }
  if (is_asked_) return;
  is_asked_ = true;
  silent_ms_ = 0;
  worker_.ask_for_check();
}

void SystemSource::collect(Now now) {
  if (!worker_.collect(mail_)) return;
  blocks_.apply(mail_.changes, mail_.scan.has_value() ? &*mail_.scan : nullptr);
  if (mail_.overflows != overflows_) {
    overflows_ = mail_.overflows;
    say(Level::kWarning, "🔧", "watch_overflow",
        "the kernel dropped file events: reading the whole data directory again");
  }
  if (mail_.is_watched_whole != is_watched_whole_) {
    is_watched_whole_ = mail_.is_watched_whole;
    if (!is_watched_whole_) {
      say(Level::kWarning, "🔧", "watches_exhausted",
          fmt::format("too few inotify watches for the data directory: reading all of it every {} "
                      "instead; raise fs.inotify.max_user_watches",
                      format_duration_exact(options_.scan_unwatched_every_ms)));
    }
  }
  if (mail_.scan.has_value()) on_scan(now, *mail_.scan);
  if (mail_.answer.has_value()) on_answer(now);
  mail_.scan.reset();  // up to 8 bytes for each block
}

void SystemSource::on_answer(Now now) {
  answer_ = std::move(mail_.answer);
  is_asked_ = false;
  if (answer_->space.units != 0) reading_.storage = space_of(answer_->space);
  if (answer_->fault != fault_) {
    if (!answer_->fault.empty()) {
      say(Level::kError, "❌", "data_dir_fault", answer_->fault);
    } else if (has_blocks()) {
      say(Level::kInfo, "✅", "data_dir_back",
          fmt::format("data directory {} answers again", shown_path(options_.data_dir)));
    }
  }
  fault_ = answer_->fault;
  due_at_ms_ = read_at_ms_ + (fault_.empty() ? kReadEveryMs : kReadEveryInTroubleMs);
  if (judge_.state() == State::kError) due_at_ms_ = read_at_ms_ + kReadEveryInTroubleMs;
  judge(now);
}

void SystemSource::on_scan(Now now, const ScanResult& scan) {
  scan_due_ms_ = now.steady_ms +
                 (is_watched_whole_ ? options_.scan_every_ms : options_.scan_unwatched_every_ms);
  if (!is_scanned_ || blocks_.swept() != swept_) {
    say(Level::kInfo, "🔧", "scanned",
        fmt::format("read {}: {} blocks, {} gone unnoticed", shown_path(options_.data_dir),
                    format_count(blocks_.set().size()), format_count(blocks_.swept() - swept_)));
  }
  is_scanned_ = true;
  swept_ = blocks_.swept();
  if (scan.skipped != skipped_ && scan.skipped != 0) {
    say(Level::kWarning, "🔧", "names_skipped",
        fmt::format("{} files or directories are left out: their names are not UTF-8 or over {} "
                    "bytes, such as {}",
                    format_count(scan.skipped), limits::kBlockIdBytes,
                    escaped(scan.first_skipped, 160)));
  }
  skipped_ = scan.skipped;
  if (scan.failed != failed_ && scan.failed != 0) {
    say(Level::kWarning, "🔧", "scan_failed",
        fmt::format("{} files or directories could not be read, first: {}",
                    format_count(scan.failed), escaped(scan.first_failure, 240)));
  }
  failed_ = scan.failed;
  if (blocks_.refused() != refused_ && blocks_.refused() != 0) {
    say(Level::kWarning, "🔧", "blocks_refused",
        fmt::format("{} files are left out: an agent announces at most {} blocks",
                    format_count(blocks_.refused()), format_count(limits::kAgentBlocks)));
  }
  refused_ = blocks_.refused();
}

// Samples come each second while an answer is awaited; a longer gap means that the agent itself
// did not run, and then neither did the disk thread.
void SystemSource::note_silence(Now now) {
  if (!is_asked_) return;
  silent_ms_ += std::clamp<std::int64_t>(now.steady_ms - sampled_at_ms_, 0, kMostSilenceMs);
  if (silent_ms_ < options_.silent_after_ms) return;
  const bool is_news = silent_ms_ - options_.silent_after_ms <= kMostSilenceMs && fault_.empty();
  fault_ = fmt::format("data directory {} has not answered for {} s",
                       shown_path(has_blocks() ? options_.data_dir : "/"), silent_ms_ / 1000);
  if (is_news) say(Level::kError, "❌", "data_dir_silent", fault_);
}

// ---- the machine --------------------------------------------------------------------------------

void SystemSource::read_machine(Now now, bool for_announcement) {
  const Machine::Readings& found = machine_.read(now);
  read_at_ms_ = now.steady_ms;
  if (found.cpu.has_value()) {
    reading_.cpu_percent = for_announcement ? announced_cpu_.measure_and_mark(*found.cpu)
                                            : announced_cpu_.measure(*found.cpu);
    cpu_percent_ = recent_cpu_.measure_and_mark(*found.cpu);
  }
  if (found.memory.has_value()) reading_.memory = *found.memory;
  if (found.uptime_s.has_value()) reading_.uptime_s = *found.uptime_s;
  const ChosenInterfaces& chosen = machine_.interfaces();
  const auto measure = [&](NetworkMeter& meter) {
    const NetworkMeter::Rates rates =
        meter.measure(now.steady_ms, found.net_dev, chosen.names, chosen.capacity_bytes_s);
    return NetworkRates{rates.rx, rates.tx, chosen.capacity_bytes_s};
  };
  reading_.network = measure(announced_network_);
  network_ = measure(recent_network_);
  if (for_announcement) announced_network_.mark(now.steady_ms, found.net_dev, chosen.names);
  recent_network_.mark(now.steady_ms, found.net_dev, chosen.names);
  if (!chosen.is_capacity_whole) network_.capacity = 0;  // a share of it would say nothing
}

void SystemSource::judge(Now now) {
  HealthInput input{.cpu_percent = cpu_percent_,
                    .memory_percent = percent_of(reading_.memory.used, reading_.memory.total),
                    .storage_percent = std::nullopt,
                    .network = network_,
                    .fault = fault_};
  if (answer_.has_value() && answer_->space.units != 0) {
    input.storage_percent = full_percent(answer_->space);
  }
  judge_.judge(now, input);
  reading_.state = judge_.state();
  reading_.reasons = judge_.reasons();
}

// ---- the console --------------------------------------------------------------------------------

void SystemSource::say(Level level, std::string icon, std::string event, std::string text) {
  if (lines_.size() >= limits::kSourceLines) {
    ++lines_lost_;
    return;
  }
  lines_.push_back({level, std::move(icon), std::move(event), std::move(text), {}});
}

std::vector<Line> SystemSource::take_lines() {
  if (lines_lost_ != 0) {
    lines_.push_back({Level::kWarning,
                      "🔧",
                      "lines_lost",
                      fmt::format("… and {} more lines", format_count(lines_lost_)),
                      {}});
    lines_lost_ = 0;
  }
  return std::exchange(lines_, {});
}

}  // namespace rollcall
