// Several descriptors as one, which is readable when any of them is.
#pragma once

#include <vector>

namespace rollcall {

class Readiness {
 public:
  // They must outlive it.
  Readiness(std::vector<int> descriptors, int another);
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace rollcall
