#include "broker/io/supervisor.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/supervision/restarts.hpp"
#include "shared/config/options.hpp"
#include "shared/core/units.hpp"
#include "shared/io/clock.hpp"

namespace rollcall {
namespace {

// Holds the supervisor's process id, which the child compares: inherited any further it says
// nothing.
constexpr const char* kMark = "ROLLCALL_BROKER_SUPERVISED";
// The option's own variable: with it the child starts in safe mode.
constexpr const char* kSafeMode = "ROLLCALL_BROKER_SAFE_MODE";
constexpr int kCannotExec = 127;
// A broker that was told to stop does so within milliseconds; one that does not is stuck.
constexpr std::int64_t kStopMs = 10'000;
constexpr std::int64_t kLongMs = 3'600'000;

// Writes it at once, unless nobody reads: to start the broker again must not wait for a terminal.
void tell(LogFormat format, const Line& line) {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  if (poll(&output, 1, 0) != 1 || (output.revents & POLLOUT) == 0) return;
  const std::time_t seconds = std::time(nullptr);
  const std::string text =
      format == LogFormat::kJson
          ? as_json(read_clock(), line) + "\n"
          : fmt::format("{:%H:%M:%S} {} {}\n", fmt::localtime(seconds), line.icon, line.text);
  [[maybe_unused]] const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
}

class Supervisor {
 public:
  Supervisor(char** arguments, LogFormat format)
      : arguments_(arguments), format_(format), always_safe_(std::getenv(kSafeMode) != nullptr) {
    sigemptyset(&signals_);
    for (const int number : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&signals_, number);
    // Under nohup a terminal that is closed is nothing to us.
    struct sigaction hangup {};
    if (sigaction(SIGHUP, nullptr, &hangup) != 0 || hangup.sa_handler != SIG_IGN) {
      sigaddset(&signals_, SIGHUP);
    }
    // Where it is ignored, the kernel does not tell us of children that end.
    signal(SIGCHLD, SIG_DFL);
    // From here on they are taken by wait_signal() alone.
    sigprocmask(SIG_BLOCK, &signals_, &before_);
  }

  int run() {
    Restarts::Next next;
    while (true) {
      const std::int64_t began_ms = read_clock().steady_ms;
      const pid_t child = start(next.safe_mode);
      const int status = child < 0 ? -1 : wait_end(child);
      if (stopping_) return WIFEXITED(status) ? WEXITSTATUS(status) : kExitFailed;
      const bool ended = child >= 0 && WIFEXITED(status);
      const int code = ended ? WEXITSTATUS(status) : -1;
      if (code == kExitDone || code == kExitUsage) return code;
      next = restarts_.after(code == kExitFailed ? Ending::kFailure : Ending::kCrash, began_ms,
                             read_clock().steady_ms);
      tell_restart(child < 0 ? "could not be started: " + std::string(std::strerror(errno))
                             : how_it_ended(status),
                   next);
      if (!pause(next.pause_ms)) return kExitDone;
    }
  }

 private:
  pid_t start(bool safe_mode) {
    const pid_t supervisor = getpid();
    const pid_t child = fork();
    if (child != 0) return child;
    // Whatever becomes of us, no child stays behind: it would keep the ports.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != supervisor) _exit(kExitFailed);
    sigprocmask(SIG_SETMASK, &before_, nullptr);
    setenv(kMark, std::to_string(supervisor).c_str(), 1);
    if (safe_mode) {
      setenv(kSafeMode, "true", 1);
    } else if (!always_safe_) {
      unsetenv(kSafeMode);
    }
    // What runs now, also where a newer one was installed in its place.
    execv("/proc/self/exe", arguments_);
    _exit(kCannotExec);
  }

  // Passes on what we are told meanwhile. The status as of waitpid().
  int wait_end(pid_t child) {
    std::int64_t kill_at_ms = kNever;
    while (true) {
      const std::int64_t now_ms = read_clock().steady_ms;
      if (now_ms >= kill_at_ms) {
        kill(child, SIGKILL);
        kill_at_ms = kNever;
      }
      const int signal =
          wait_signal(kill_at_ms == kNever ? kLongMs : std::min(kLongMs, kill_at_ms - now_ms));
      if (is_stop(signal)) {
        // A closed terminal (SIGHUP) ends it in order, too.
        kill(child, signal == SIGINT ? SIGINT : SIGTERM);
        kill_at_ms = read_clock().steady_ms + kStopMs;
        stopping_ = true;
      }
      int status = 0;
      if (waitpid(child, &status, WNOHANG) == child) return status;
    }
  }

  // False where we were told to stop.
  bool pause(std::int64_t pause_ms) {
    const std::int64_t until_ms = read_clock().steady_ms + pause_ms;
    while (true) {
      const std::int64_t left_ms = until_ms - read_clock().steady_ms;
      if (left_ms <= 0) return true;
      if (is_stop(wait_signal(left_ms))) return false;
    }
  }

  // The signal that came, or what is none of ours when the time is over.
  int wait_signal(std::int64_t most_ms) const {
    const timespec most{most_ms / 1000, most_ms % 1000 * 1'000'000};
    return sigtimedwait(&signals_, nullptr, &most);
  }
  static bool is_stop(int signal) {
    return signal == SIGTERM || signal == SIGINT || signal == SIGHUP;
  }

  static std::string how_it_ended(int status) {
    if (!WIFSIGNALED(status)) return fmt::format("ended with code {}", WEXITSTATUS(status));
    const char* const name = sigabbrev_np(WTERMSIG(status));
    return fmt::format("was ended by SIG{}", name == nullptr ? "?" : name);
  }

  void tell_restart(const std::string& how, const Restarts::Next& next) const {
    Line line;
    line.level = Level::kError;
    line.icon = "💥";
    line.event = "restart";
    line.text = fmt::format("the broker {} and is started again {}{} (restart {})", how,
                            next.pause_ms == 0 ? "at once" : "in " + format_duration(next.pause_ms),
                            next.safe_mode ? ", in safe mode" : "", restarts_.count());
    line.fields = {{"restarts", restarts_.count()},
                   {"pause", static_cast<std::uint64_t>(next.pause_ms)},
                   {"safe_mode", std::uint64_t{next.safe_mode}}};
    tell(format_, line);
  }

  char** arguments_;
  LogFormat format_;
  bool always_safe_;  // the user said so in the environment
  sigset_t signals_{};
  sigset_t before_{};
  Restarts restarts_;
  bool stopping_ = false;
};

}  // namespace

bool is_supervised() {
  const char* const mark = std::getenv(kMark);
  return mark != nullptr && std::to_string(getppid()) == mark;
}

int supervise(char** arguments, LogFormat format) { return Supervisor(arguments, format).run(); }

}  // namespace rollcall
