// What need not happen where there is no memory for it.
#pragma once

#include <new>

namespace rollcall {

// False where it did not.
template <typename Work>
bool within_memory(Work&& work) {
  try {
    work();
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

}  // namespace rollcall
