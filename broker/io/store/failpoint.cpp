#include "broker/io/store/failpoint.hpp"

#include <charconv>
#include <cstdlib>

#include <signal.h>
#include <unistd.h>

namespace rollcall {
namespace {

struct Chosen {
  std::string_view name;
  int left = 1;
};

Chosen choose() {
  const char* const text = std::getenv("ROLLCALL_FAILPOINT");
  if (text == nullptr) return {};
  Chosen chosen{text};
  if (const std::size_t colon = chosen.name.find(':'); colon != std::string_view::npos) {
    const std::string_view count = chosen.name.substr(colon + 1);
    std::from_chars(count.data(), count.data() + count.size(), chosen.left);
    chosen.name = chosen.name.substr(0, colon);
  }
  return chosen;
}

}  // namespace

void failpoint(std::string_view name) {
  static Chosen chosen = choose();
  if (chosen.name.empty() || chosen.name != name || --chosen.left != 0) return;
  kill(getpid(), SIGKILL);
}

}  // namespace rollcall
