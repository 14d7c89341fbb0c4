// Looks at a broker from outside, for `doctor`.
#pragma once

#include "monitor/io/order_commands.hpp"
#include "monitor/view/diagnosis.hpp"

namespace rollcall {

// Asks everything that a diagnosis needs; listens to the feed for some seconds where nothing comes.
Observed observe(const Settings& settings, const DoctorSettings& doctor);

}  // namespace rollcall
