// Follows a broker and hands on what changes, until a signal ends it.
#pragma once

#include <functional>

#include "monitor/io/commands.hpp"
#include "shared/client/io/link.hpp"

namespace rollcall {

using OnChange = std::function<void(const Change& change, const Picture& picture)>;

// Returns the exit code: 3 where the broker never answered.
int follow(const Settings& settings, PictureOptions options, const OnChange& on_change);

// `watch` without a terminal.
int watch_lines(const Settings& settings);

}  // namespace rollcall
