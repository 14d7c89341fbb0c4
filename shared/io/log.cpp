#include "shared/io/log.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

#include <nlohmann/json.hpp>
#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

namespace rollcall {
namespace {

// A second's story of a busy cluster, after coalescing.
constexpr std::size_t kQueueLines = 1024;
constexpr auto kLongestFlush = std::chrono::milliseconds(500);

spdlog::level::level_enum spdlog_level(Level level) {
  if (level == Level::kError) return spdlog::level::err;
  return level == Level::kWarning ? spdlog::level::warn : spdlog::level::info;
}

std::string_view level_name(Level level) {
  if (level == Level::kError) return "error";
  return level == Level::kWarning ? "warning" : "info";
}

// Standard output, line by line; what a full disk or a reader that went does not take is counted.
class StandardOutput : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  std::uint64_t refused() const { return refused_; }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (std::fflush(stdout) == 0 && written) return;
    std::clearerr(stdout);
    ++refused_;
  }
  void flush_() override {}

 private:
  std::atomic<std::uint64_t> refused_ = 0;
};

// Ends the process, with the code that main returned or not, if a blocked output holds up the
// flush: an orderly stop must not depend on whoever reads our output.
class FlushGuard {
 public:
  FlushGuard() : thread_([this] { watch(); }) {}
  ~FlushGuard() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

 private:
  void watch() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kLongestFlush, [this] { return done_; })) _exit(0);
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace

struct Log::Parts {
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<StandardOutput> output;
  std::shared_ptr<spdlog::async_logger> logger;
};

Log::Log(LogFormat format) : format_(format), parts_(std::make_unique<Parts>()) {
  parts_->pool = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
  parts_->output = std::make_shared<StandardOutput>();
  parts_->logger = std::make_shared<spdlog::async_logger>(
      "rollcall", parts_->output, parts_->pool, spdlog::async_overflow_policy::overrun_oldest);
  parts_->logger->set_pattern(format == LogFormat::kText ? "%H:%M:%S %v" : "%v");
}

Log::~Log() {
  const FlushGuard guard;
  parts_.reset();
}

void Log::write(Now now, const Line& line) {
  const spdlog::level::level_enum level = spdlog_level(line.level);
  if (format_ == LogFormat::kJson) {
    parts_->logger->log(level, as_json(now, line));
  } else {
    parts_->logger->log(level, "{} {}", line.icon, line.text);
  }
}

std::uint64_t Log::dropped() const {
  return parts_->pool->overrun_counter() + parts_->output->refused();
}

std::string as_json(Now now, const Line& line) {
  nlohmann::ordered_json json{{"at", now.wall_ms},
                              {"level", level_name(line.level)},
                              {"event", line.event},
                              {"text", line.text}};
  for (const auto& [key, value] : line.fields) {
    std::visit([&, name = key](const auto& held) { json[name] = held; }, value);
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace rollcall
