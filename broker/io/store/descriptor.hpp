// An open file, closed with its owner; and what must be done so that files outlive a loss of power.
#pragma once

#include <string>
#include <utility>

namespace rollcall {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }
  void reset();

 private:
  int fd_;
};

// What was renamed in the folder of `path` stays so. Throws StoreError.
void sync_folder_of(const std::string& path);

}  // namespace rollcall
