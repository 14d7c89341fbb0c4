#include "shared/core/endpoint.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace rollcall {
namespace {

constexpr std::size_t kSocketPathBytes = 107;  // what sockaddr_un of Linux holds

std::string_view host_of(std::string_view endpoint) {
  endpoint.remove_prefix(std::min(endpoint.size(), std::string_view("tcp://").size()));
  return endpoint.substr(0, endpoint.rfind(':'));
}

bool is_port(std::string_view port) {
  if (port == "*") return true;
  if (port.empty() || port.size() > 5) return false;
  int value = 0;
  for (const char c : port) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  return value <= 65535;
}

std::string why_bad_tcp(std::string_view endpoint) {
  const std::string_view rest = endpoint.substr(6);
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || !is_port(rest.substr(colon + 1))) {
    return fmt::format("'{}' is not tcp://HOST:PORT", endpoint);
  }
  return {};
}

}  // namespace

std::string why_bad_endpoint(std::string_view endpoint) {
  if (endpoint.size() > 256) return "an endpoint is at most 256 bytes long";
  if (endpoint.starts_with("tcp://")) return why_bad_tcp(endpoint);
  if (endpoint.starts_with("ipc://") && endpoint.size() > 6) {
    if (endpoint.size() - 6 <= kSocketPathBytes) return {};
    return fmt::format("the path of an ipc endpoint is at most {} bytes long", kSocketPathBytes);
  }
  return fmt::format("'{}' is neither tcp://HOST:PORT nor ipc://PATH", endpoint);
}

std::string why_bad_peer(std::string_view endpoint) {
  if (std::string why = why_bad_endpoint(endpoint); !why.empty()) return why;
  if (!endpoint.starts_with("tcp://")) return {};
  const std::string_view port = endpoint.substr(endpoint.rfind(':') + 1);
  const bool names_port = port.find_first_not_of("0*") != std::string_view::npos;
  const std::string_view host = host_of(endpoint);
  const bool is_plain = host.find_first_of(" \t*/") == std::string_view::npos;
  if (is_plain && names_port) return {};
  return fmt::format("'{}' is where one may listen, not connect; name a host and a port", endpoint);
}

bool is_ipv6(std::string_view endpoint) {
  return endpoint.starts_with("tcp://") && host_of(endpoint).starts_with("[");
}

std::string as_bindable(std::string_view endpoint) {
  constexpr std::string_view kName = "tcp://localhost:";
  if (!endpoint.starts_with(kName)) return std::string(endpoint);
  return "tcp://127.0.0.1:" + std::string(endpoint.substr(kName.size()));
}

bool is_loopback(std::string_view endpoint) {
  if (endpoint.starts_with("ipc://")) return true;
  const std::string_view host = host_of(endpoint);
  if (host == "localhost" || host == "[::1]" || host == "::1") return true;
  // A name such as 127.evil.example must not pass as an address.
  const bool numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return numeric && host.starts_with("127.");
}

}  // namespace rollcall
