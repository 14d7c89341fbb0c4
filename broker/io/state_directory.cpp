#include "broker/io/state_directory.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>

namespace rollcall {
namespace {

namespace fs = std::filesystem;

fs::path state_home() {
  if (const char* const state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/') {
    return state;
  }
  if (const char* const home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return fs::path(home) / ".local" / "state";
  }
  return {};
}

// The digits behind the last colon of tcp://…; empty where that is no fixed port.
std::string_view port_of(std::string_view endpoint) {
  if (!endpoint.starts_with("tcp://")) return {};
  const std::string_view port = endpoint.substr(endpoint.rfind(':') + 1);
  const bool is_number =
      !port.empty() && port != "0" &&
      std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  return is_number ? port : std::string_view();
}

}  // namespace

std::string default_store_path(const std::string& announce) {
  const std::string_view port = port_of(announce);
  const fs::path home = state_home();
  if (port.empty() || home.empty()) return {};
  std::error_code error;
  const mode_t before = umask(077);
  fs::create_directories(home / "rollcall", error);
  umask(before);
  if (error) return {};
  return (home / "rollcall" / fmt::format("broker-{}.db", port)).string();
}

}  // namespace rollcall
