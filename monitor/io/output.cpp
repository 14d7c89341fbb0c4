#include "monitor/io/output.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "shared/config/options.hpp"

namespace rollcall {

bool is_terminal() { return isatty(STDOUT_FILENO) == 1; }

bool wants_colours() {
  const char* const no_color = std::getenv("NO_COLOR");
  return is_terminal() && (no_color == nullptr || *no_color == '\0');
}

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

void put(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd item{STDOUT_FILENO, POLLOUT, 0};
      poll(&item, 1, -1);
    } else if (errno == EPIPE) {
      _exit(kExitDone);
    } else if (errno != EINTR) {
      complain(fmt::format("cannot write the output: {}", std::strerror(errno)));
      _exit(kExitFailed);
    }
  }
}

void put_line(std::string_view text) { put(std::string(text) + "\n"); }

void put_rows(const Rows& rows, bool colours) {
  std::string out;
  for (const Row& row : rows) {
    out += paint(row, colours);
    out += '\n';
  }
  put(out);
}

void complain(std::string_view text) { fmt::print(stderr, "rollcall-monitor: {}\n", text); }

}  // namespace rollcall
