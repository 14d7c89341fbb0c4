#include "broker/io/readiness.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include "shared/core/check.hpp"

namespace rollcall {

Readiness::Readiness(std::vector<int> descriptors, int another)
    : fd_(epoll_create1(EPOLL_CLOEXEC)) {
  ROLLCALL_CHECK(fd_ >= 0);
  descriptors.push_back(another);
  for (const int descriptor : descriptors) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    ROLLCALL_CHECK(epoll_ctl(fd_, EPOLL_CTL_ADD, descriptor, &event) == 0);
  }
}

Readiness::~Readiness() { close(fd_); }

}  // namespace rollcall
