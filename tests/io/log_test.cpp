#include "shared/io/log.hpp"

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace rollcall {
namespace {

Line line(std::string text) {
  return {.level = Level::kInfo,
          .icon = "📱",
          .event = "joined",
          .text = std::move(text),
          .fields = {{"node", std::string("a\nb")}, {"count", std::uint64_t{7}}, {"share", 0.5}}};
}

// Standard output as a pipe that the test reads, until destroyed.
class OutputPipe {
 public:
  OutputPipe() {
    std::fflush(stdout);
    saved_ = dup(STDOUT_FILENO);
    EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0);
    dup2(ends_[1], STDOUT_FILENO);
    close(ends_[1]);
  }
  ~OutputPipe() {
    restore();
    close(ends_[0]);
  }
  OutputPipe(const OutputPipe&) = delete;
  OutputPipe& operator=(const OutputPipe&) = delete;

  void restore() {
    if (saved_ < 0) return;
    std::fflush(stdout);
    dup2(saved_, STDOUT_FILENO);
    close(saved_);
    saved_ = -1;
  }
  // All that is written until restore().
  std::string read_all() {
    std::string out;
    char buffer[4096];
    for (ssize_t n = 0; (n = read(ends_[0], buffer, sizeof buffer)) > 0;) {
      out.append(buffer, static_cast<std::size_t>(n));
    }
    return out;
  }

 private:
  int ends_[2] = {-1, -1};
  int saved_ = -1;
};

TEST(Log, WritesEveryLineInOrderBeforeItEnds) {
  OutputPipe pipe;
  {
    Log log(LogFormat::kText);
    for (int i = 0; i < 100; ++i) log.write({}, line("line " + std::to_string(i)));
  }
  pipe.restore();
  const std::string out = pipe.read_all();
  std::size_t at = 0;
  for (int i = 0; i < 100; ++i) {
    at = out.find("📱 line " + std::to_string(i) + "\n", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST(Log, JsonIsOneObjectALine) {
  EXPECT_EQ(as_json({.steady_ms = 1, .wall_ms = 1790000000123}, line("a")),
            "{\"at\":1790000000123,\"level\":\"info\",\"event\":\"joined\",\"text\":\"a\","
            "\"node\":\"a\\nb\",\"count\":7,\"share\":0.5}");
}

TEST(Log, JsonOfMalformedTextIsStillJson) {
  EXPECT_NE(as_json({}, line("\xff")).find("\"text\":\"\xEF\xBF\xBD\""), std::string::npos);
}

TEST(Log, OutputThatStandsStillHoldsUpNobody) {
  OutputPipe pipe;
  // A pipe holds 64 KiB; beyond it, writes block for ever.
  fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 4096);
  auto log = std::make_unique<Log>(LogFormat::kText);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 10'000; ++i) log->write({}, line(std::string(100, 'x')));
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(took, std::chrono::seconds(5));
  EXPECT_GT(log->dropped(), 5'000u);
  std::string out;
  std::thread reader([&] { out = pipe.read_all(); });  // now it moves again, and the log may end
  log.reset();
  pipe.restore();
  reader.join();
  EXPECT_NE(out.find("xxx"), std::string::npos);
}

}  // namespace
}  // namespace rollcall
