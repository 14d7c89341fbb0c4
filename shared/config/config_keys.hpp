// Which options a TOML file sets, for those who look at a file of another program.
#pragma once

#include <string>
#include <vector>

#include "shared/core/result.hpp"

namespace rollcall {

// The names of the keys in `text`, tables before them ("nodes.sort"); or what is wrong with it,
// with line and column.
Result<std::vector<std::string>> read_config_keys(const std::string& text);

}  // namespace rollcall
