#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

// The name among `known` that someone who wrote `name` may have meant; empty where none is near.
// "Near" is an edit distance of a third of its length at most (Levenshtein, 1966), or a common
// beginning.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

}  // namespace rollcall
