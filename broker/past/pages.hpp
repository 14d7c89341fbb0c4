// What the pages of answers share.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/past/answers.hpp"
#include "broker/past/node_fold.hpp"

namespace rollcall {

// Whether labels (msgpack as stored, not trusted) hold all that are `wanted`.
bool has_labels(Bytes labels, const std::vector<std::pair<std::string, std::string>>& wanted);
// The value of one; empty where it is absent.
std::string_view label_of(Bytes labels, std::string_view key);
// Labels as a pair of a map; an empty map where they are not sound.
void write_labels(Bytes labels, Writer& writer);

// {`by`, `reason`, `since`, `until`?}
void write_order(const StandingOrder& order, Writer& writer);

// `next` as a pair, nil where it is empty.
void write_next(std::string_view next, Writer& writer);

PastFailure node_missing();
PastFailure node_not_known(std::string_view node);

}  // namespace rollcall
