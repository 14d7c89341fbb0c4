// Where a broker keeps its store unless it is told.
#pragma once

#include <string>

namespace rollcall {

// rollcall/broker-PORT.db in XDG_STATE_HOME, else in .local/state of the home directory: by the
// port that agents announce to, so that brokers of one machine do not meet in one file. Empty where
// the port is picked by the system, or is none: such a broker is for once. Makes the folders;
// empty, too, where that fails.
std::string default_store_path(const std::string& announce);

}  // namespace rollcall
