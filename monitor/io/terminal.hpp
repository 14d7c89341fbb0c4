// A terminal taken over for a full-screen view, and given back whatever happens.
#pragma once

#include <string>
#include <vector>

#include <termios.h>

#include "monitor/render/screen.hpp"
#include "monitor/view/keys.hpp"

namespace rollcall {

class Terminal {
 public:
  // Standard input and output must be terminals.
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  ScreenSize size() const;
  // Draws what differs from the last drawing; all of it after repaint().
  void draw(const Rows& rows, bool colours);
  void repaint() { drawn_.clear(); }
  // Keys typed since the last call; kQuit where the terminal is gone.
  std::vector<Key> take_keys();

 private:
  termios before_{};
  std::vector<std::string> drawn_;
};

}  // namespace rollcall
