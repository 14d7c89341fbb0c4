// A look into a store that cannot be written at present: on a disk that is read-only, or failing.
#pragma once

#include "broker/io/store/store_options.hpp"
#include "broker/store/batch.hpp"

namespace rollcall {

// Everything that `contents` can hold, without changing or locking anything. False where it cannot
// be read, is damaged, or of another version: then `contents` is empty.
bool peek(const StoreOptions& options, StoreContents& contents);

}  // namespace rollcall
