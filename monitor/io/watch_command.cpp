// `watch`: the live full-screen view.
#include <algorithm>
#include <array>
#include <optional>

#include <signal.h>
#include <unistd.h>

#include "monitor/io/commands.hpp"
#include "monitor/io/follow.hpp"
#include "monitor/io/output.hpp"
#include "monitor/io/terminal.hpp"
#include "monitor/render/screen.hpp"
#include "shared/config/options.hpp"
#include "shared/io/clock.hpp"
#include "shared/io/signals.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

// The eye follows no more than four pictures a second.
constexpr std::int64_t kRedrawMs = 250;
// Ages and the clock go on when nothing else does.
constexpr std::int64_t kAgeMs = 1000;

class Watch {
 public:
  Watch(const Settings& settings, zmq::context_t& context, Signals& signals)
      : settings_(settings),
        signals_(signals),
        link_(context, {settings.query, settings.feed, settings.timeout_ms, {}, settings.curve()}),
        colours_(wants_colours()) {}

  void run() {
    while (!view_.quit) {
      wait();
      const Now now = read_clock();
      if (link_.cycle(now).changed) is_changed_ = true;
      take_signals();
      take_keys();
      const std::int64_t due_ms = drawn_at_ms_ + (is_changed_ ? kRedrawMs : kAgeMs);
      if (is_urgent_ || now.steady_ms >= due_ms) draw(now);
    }
  }

 private:
  void wait() {
    std::array<zmq::pollitem_t, 4> items{{link_.query_item(),
                                          link_.feed_item(),
                                          {nullptr, signals_.fd(), ZMQ_POLLIN, 0},
                                          {nullptr, STDIN_FILENO, ZMQ_POLLIN, 0}}};
    const std::int64_t draw_ms = drawn_at_ms_ + (is_changed_ ? kRedrawMs : kAgeMs);
    poll_until(items, read_clock(), std::min(link_.wake_at_ms(), draw_ms));
  }

  void take_signals() {
    for (int signal = signals_.take(); signal != 0; signal = signals_.take()) {
      if (signal != SIGWINCH) {
        view_.quit = true;
        continue;
      }
      terminal_.repaint();
      is_urgent_ = true;
    }
  }

  void take_keys() {
    for (const Key key : terminal_.take_keys()) {
      const bool was_paused = view_.paused;
      view_.on_key(key, nodes_that_fit(terminal_.size()), shown().nodes().size());
      if (view_.paused && !was_paused) paused_at_ = link_.picture();
      if (!view_.paused) paused_at_.reset();
      is_urgent_ = true;
    }
  }

  const Picture& shown() const { return paused_at_ ? *paused_at_ : link_.picture(); }

  void draw(Now now) {
    const ScreenSize size = terminal_.size();
    view_.keep_within(nodes_that_fit(size), shown().nodes().size());
    terminal_.draw(live_screen(shown(), view_, settings_.query, size, now), colours_);
    drawn_at_ms_ = now.steady_ms;
    is_changed_ = false;
    is_urgent_ = false;
  }

  const Settings& settings_;
  Signals& signals_;
  Link link_;
  Terminal terminal_;
  LiveView view_;
  std::optional<Picture> paused_at_;
  bool colours_;
  bool is_changed_ = true;
  bool is_urgent_ = true;
  std::int64_t drawn_at_ms_ = 0;
};

}  // namespace

int run_watch(const Settings& settings) {
  if (settings.is_json() || !is_terminal() || isatty(STDIN_FILENO) != 1) {
    return watch_lines(settings);
  }
  Signals signals({SIGINT, SIGTERM, SIGHUP, SIGWINCH});
  zmq::context_t context;
  Watch(settings, context, signals).run();
  return kExitDone;
}

}  // namespace rollcall
