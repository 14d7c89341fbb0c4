// The real machine as a source of readings.
//
// The machine is read every 5 s, at each announcement, and each second while something is wrong
// with the data directory. Readings closer than 250 ms are the same: processors count in ticks of
// 10 ms, so that less is noise. What is announced is the mean since the last announcement; health
// is judged on the mean since the last reading.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/inventory/file_blocks.hpp"
#include "agent/io/system/disk_worker.hpp"
#include "agent/io/system/machine.hpp"
#include "agent/probe/cpu.hpp"
#include "agent/probe/health.hpp"
#include "agent/probe/network.hpp"
#include "agent/probe/source.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {

struct SystemOptions {
  // Where the blocks are. Empty: there are none, and the storage is that of "/".
  std::string data_dir;
  std::int64_t scan_every_ms = 600'000;  // the whole directory, watched or not
  // Where the system has too few watches, scans alone find what changed.
  std::int64_t scan_unwatched_every_ms = 60'000;
  std::size_t most_watches = limits::kAgentDirectories;
  std::int64_t silent_after_ms = 5000;  // a directory that does not answer is a fault
  HealthLimits health = {};
  // For tests: what stands before /proc and /sys, and who looks at the directory.
  std::string machine_root = {};
  LookAtDirectory look = look_at_directory;
};

class SystemSource : public Source {
 public:
  // How long the constructor waits for the first look at the disk, so that the first announcement
  // has it. A disk in order takes a millisecond.
  static constexpr int kFirstLookMs = 300;

  SystemSource(SystemOptions options, Now now);

  void sample(Now now, bool for_announcement) override;
  std::int64_t due_at_ms() const override { return due_at_ms_; }
  const Reading& reading() const override { return reading_; }
  BlockSet* blocks() override { return has_blocks() ? &blocks_.set() : nullptr; }
  int wake_fd() const override { return worker_.wake_fd(); }
  std::vector<Line> take_lines() override;

 private:
  bool has_blocks() const { return !options_.data_dir.empty(); }
  void collect(Now now);
  void on_answer(Now now);
  void on_scan(Now now, const ScanResult& scan);
  void note_silence(Now now);
  void read_machine(Now now, bool for_announcement);
  void ask_disk(Now now);
  void judge(Now now);
  void say(Level level, std::string icon, std::string event, std::string text);

  SystemOptions options_;
  Machine machine_;
  HealthJudge judge_;
  FileBlocks blocks_;
  DiskMail mail_;
  Reading reading_;

  CpuMeter announced_cpu_, recent_cpu_;
  NetworkMeter announced_network_, recent_network_;
  double cpu_percent_ = 0;  // since the last reading, as health is judged
  NetworkRates network_;

  std::optional<DirectoryAnswer> answer_;
  bool is_asked_ = false;
  std::int64_t silent_ms_ = 0;  // since it was asked, without the agent's own pauses
  std::string fault_;
  std::int64_t scan_due_ms_ = kNever;
  bool is_watched_whole_ = true;
  std::uint64_t overflows_ = 0;
  std::uint64_t skipped_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t swept_ = 0;
  bool is_scanned_ = false;

  std::int64_t sampled_at_ms_ = 0;
  std::int64_t read_at_ms_ = 0;
  std::int64_t due_at_ms_ = 0;
  std::vector<Line> lines_;
  std::uint64_t lines_lost_ = 0;
  DiskWorker worker_;  // last: it begins when all else stands
};

}  // namespace rollcall
