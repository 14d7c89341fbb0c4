#include "monitor/io/terminal.hpp"

#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "monitor/io/output.hpp"

namespace rollcall {
namespace {

// Alternate screen, cursor hidden, no wrapping of lines that are wider than we think; and back.
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
constexpr std::string_view kLeave = "\x1b[?7h\x1b[?25h\x1b[?1049l";
// A terminal that knows synchronised output shows the drawing at once; others ignore it.
constexpr std::string_view kBeginDrawing = "\x1b[?2026h";
constexpr std::string_view kEndDrawing = "\x1b[?2026l";

}  // namespace

Terminal::Terminal() {
  tcgetattr(STDIN_FILENO, &before_);
  termios raw = before_;
  // Ctrl-C comes as a key; Ctrl-Z does not leave a shell behind in our screen.
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  put(kEnter);
}

Terminal::~Terminal() {
  // Not put(): the terminal may be gone, and there is still an exit code to return.
  [[maybe_unused]] const ssize_t written = write(STDOUT_FILENO, kLeave.data(), kLeave.size());
  tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

ScreenSize Terminal::size() const {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
    return {};
  }
  return {size.ws_col, size.ws_row};
}

void Terminal::draw(const Rows& rows, bool colours) {
  std::string out(kBeginDrawing);
  const bool is_all = drawn_.size() != rows.size();
  if (is_all) {
    out += "\x1b[2J";
    drawn_.assign(rows.size(), {});
  }
  const std::size_t before = out.size();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string line = paint(rows[i], colours);
    if (!is_all && line == drawn_[i]) continue;
    out += fmt::format("\x1b[{};1H{}\x1b[K", i + 1, line);
    drawn_[i] = std::move(line);
  }
  if (out.size() == before && !is_all) return;
  out += kEndDrawing;
  put(out);
}

std::vector<Key> Terminal::take_keys() {
  std::array<char, 256> bytes{};
  pollfd item{STDIN_FILENO, POLLIN, 0};
  if (poll(&item, 1, 0) <= 0) return {};
  const ssize_t length = read(STDIN_FILENO, bytes.data(), bytes.size());
  if (length < 0 && (errno == EINTR || errno == EAGAIN)) return {};
  if (length <= 0) return {Key::kQuit};
  return parse_keys({bytes.data(), static_cast<std::size_t>(length)});
}

}  // namespace rollcall
