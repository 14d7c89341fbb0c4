#include "tests/monitor/child.hpp"

#include <array>
#include <chrono>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rollcall {
namespace {

constexpr int kPatienceMs = 10'000;

std::int64_t now_ms() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

[[noreturn]] void become(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  setenv("TZ", "UTC", 1);
  setenv("TERM", "xterm-256color", 1);
  execv(argv[0], argv.data());
  _exit(127);
}

bool read_from(int& descriptor, std::string& into) {
  std::array<char, 4096> bytes{};
  const ssize_t length = read(descriptor, bytes.data(), bytes.size());
  if (length <= 0) {
    close(descriptor);
    descriptor = -1;
    return false;
  }
  into.append(bytes.data(), static_cast<std::size_t>(length));
  return true;
}

}  // namespace

Child::Child(const std::vector<std::string>& arguments, int columns, int rows) {
  if (columns != 0) {
    winsize size{};
    size.ws_col = static_cast<unsigned short>(columns);
    size.ws_row = static_cast<unsigned short>(rows);
    pid_ = forkpty(&out_, nullptr, nullptr, &size);
    if (pid_ == 0) become(arguments);
    return;
  }
  std::array<int, 2> output{};
  std::array<int, 2> errors{};
  if (pipe2(output.data(), O_CLOEXEC) != 0 || pipe2(errors.data(), O_CLOEXEC) != 0) return;
  pid_ = fork();
  if (pid_ == 0) {
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(output[1], STDOUT_FILENO);
    dup2(errors[1], STDERR_FILENO);
    become(arguments);
  }
  close(output[1]);
  close(errors[1]);
  out_ = output[0];
  err_ = errors[0];
}

Child::~Child() {
  if (!waited_ && pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (out_ >= 0) close(out_);
  if (err_ >= 0) close(err_);
}

bool Child::read_some(int timeout_ms) {
  std::array<pollfd, 2> items{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
  if (out_ < 0 && err_ < 0) return false;
  if (poll(items.data(), items.size(), timeout_ms) <= 0) return false;
  if (out_ >= 0 && items[0].revents != 0) read_from(out_, out);
  if (err_ >= 0 && items[1].revents != 0) read_from(err_, err);
  return true;
}

bool Child::says(const std::string& text) {
  const std::int64_t until_ms = now_ms() + kPatienceMs;
  while (out.find(text) == std::string::npos && err.find(text) == std::string::npos) {
    const std::int64_t left_ms = until_ms - now_ms();
    if (left_ms <= 0 || !read_some(static_cast<int>(left_ms))) return false;
  }
  return true;
}

void Child::type(const std::string& keys) {
  [[maybe_unused]] const ssize_t written = write(out_, keys.data(), keys.size());
}

void Child::resize(int columns, int rows) {
  winsize size{};
  size.ws_col = static_cast<unsigned short>(columns);
  size.ws_row = static_cast<unsigned short>(rows);
  ioctl(out_, TIOCSWINSZ, &size);
}

void Child::signal(int number) { kill(pid_, number); }

void Child::close_output() {
  close(out_);
  out_ = -1;
}

int Child::wait() {
  const std::int64_t until_ms = now_ms() + kPatienceMs;
  while (out_ >= 0 || err_ >= 0) {
    const std::int64_t left_ms = until_ms - now_ms();
    if (left_ms <= 0 || !read_some(static_cast<int>(left_ms))) break;
  }
  if (out_ >= 0 || err_ >= 0) return -1;
  int status = 0;
  waitpid(pid_, &status, 0);
  waited_ = true;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace rollcall
