// Requests that carry a store: `backup` and `restore` [P82].
#pragma once

#include <optional>

#include "broker/past/question.hpp"
#include "shared/protocol/reader.hpp"

namespace rollcall {

// What is asked, or what is wrong with it. `body` is the whole request, which decode_request() has
// found to be one; keys that are none of theirs are passed over. `transfer.data` is a copy.
std::optional<PastFailure> read_backup(Bytes body, Transfer& transfer);
std::optional<PastFailure> read_restore(Bytes body, Transfer& transfer);

}  // namespace rollcall
