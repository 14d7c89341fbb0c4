// --supervise: a parent process that has nothing but a child, the broker, and starts it again when
// it crashes. It opens no socket and holds no state, so that nothing can make it crash, too.
#pragma once

#include "shared/io/log.hpp"

namespace rollcall {

// True in the child of a supervisor, which must not supervise in its turn.
bool is_supervised();

// Runs this program again and again with the same arguments, until it ends with 0 or 2, or we are
// told to stop. Returns the exit code. Before any thread exists.
int supervise(char** arguments, LogFormat format);

}  // namespace rollcall
