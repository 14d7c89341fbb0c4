// A file that is there whole or not at all: written beside its place, then moved there.
#pragma once

#include <string>
#include <string_view>

#include "shared/core/result.hpp"

namespace rollcall {

class AtomicFile {
 public:
  AtomicFile() = default;
  // Removes what was not finished.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // The functions return what went wrong, or an empty text. `mode`: 0600 and the like.
  std::string open(const std::string& path, unsigned mode, bool may_replace);
  std::string write(std::string_view bytes);
  // On the disk and in its place.
  std::string finish();

 private:
  std::string failed(const char* what) const;

  std::string path_;
  std::string part_;
  int file_ = -1;
};

}  // namespace rollcall
