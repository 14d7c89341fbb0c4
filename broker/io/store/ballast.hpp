// A file that takes up room, to be given up when a disk is full: so that there is time to tell.
#pragma once

#include <cstdint>
#include <string>

namespace rollcall {

class Ballast {
 public:
  // Beside the store; empty: there is none.
  explicit Ballast(const std::string& store)
      : path_(store.empty() ? std::string() : store + ".ballast") {}

  // Takes up limits::kBallastBytes, if the disk has four times as much to spare. False where it
  // did not.
  bool take_up();
  // False where there was nothing to give up.
  bool give_up();

 private:
  std::string path_;
};

// Of the disk that `path` lies on; UINT64_MAX where it cannot be told.
std::uint64_t free_bytes_at(const std::string& path);

}  // namespace rollcall
