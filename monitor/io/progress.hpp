// How far something is that takes its time: told on standard error, where that is a terminal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rollcall {

class Progress {
 public:
  // `noun`: "event" and the like; "" for bytes.
  explicit Progress(std::string noun);
  // Ends the line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Twice a second at most. `share`: of the whole, 0 to 1, where it is known.
  void tell(std::uint64_t count, std::optional<double> share);

 private:
  std::string noun_;
  bool is_shown_;
  bool is_begun_ = false;
  std::int64_t began_ms_;
  std::int64_t told_ms_;
};

}  // namespace rollcall
