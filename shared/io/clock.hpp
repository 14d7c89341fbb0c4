#pragma once

#include "shared/core/time.hpp"

namespace rollcall {

// Reads both clocks once. A duty cycle calls it once per turn.
Now read_clock();

}  // namespace rollcall
