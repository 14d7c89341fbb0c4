// Places at which a test lets the process die, to see what is left. ROLLCALL_FAILPOINT=NAME, or
// NAME:N for the Nth time that it gets there, ends it at once with SIGKILL. Without it, nothing is
// ever asked again.
#pragma once

#include <string_view>

namespace rollcall {

void failpoint(std::string_view name);

}  // namespace rollcall
