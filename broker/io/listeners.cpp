#include "broker/io/listeners.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace rollcall {
namespace {

bool listens(int descriptor) {
  int on = 0;
  socklen_t length = sizeof on;
  return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &on, &length) == 0 && on != 0;
}

// How the endpoint ends that it listens at: ":8888", or the path of a local one.
std::string ending_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return {};
  if (address.ss_family == AF_UNIX) {
    sockaddr_un local{};
    std::memcpy(&local, &address, sizeof local);
    return std::string(local.sun_path, strnlen(local.sun_path, sizeof local.sun_path));
  }
  // The port stands at the same place in both kinds of internet address.
  sockaddr_in internet{};
  std::memcpy(&internet, &address, sizeof internet);
  return ":" + std::to_string(ntohs(internet.sin_port));
}

}  // namespace

std::vector<int> find_listeners(const BrokerEndpoints& bound) {
  const std::array<const std::string*, 3> endpoints{&bound.announce, &bound.query, &bound.feed};
  std::vector<int> found;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return found;
  for (int i = 0; static_cast<rlim_t>(i) < limit.rlim_cur && found.size() < endpoints.size(); ++i) {
    if (!listens(i)) continue;
    const std::string ending = ending_of(i);
    for (const std::string* const endpoint : endpoints) {
      if (ending.empty() || !endpoint->ends_with(ending)) continue;
      found.push_back(i);
      break;
    }
  }
  return found;
}

}  // namespace rollcall
