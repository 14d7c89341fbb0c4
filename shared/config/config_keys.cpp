#include "shared/config/config_keys.hpp"

#include <sstream>

#include "shared/config/toml_file.hpp"

namespace rollcall {

Result<std::vector<std::string>> read_config_keys(const std::string& text) {
  const TomlFile file([](const std::vector<std::string>&, const std::string&) { return false; });
  std::istringstream input(text);
  std::vector<std::string> keys;
  try {
    for (const CLI::ConfigItem& item : file.from_config(input)) keys.push_back(item.fullname());
  } catch (const CLI::Error& error) {
    return Error{error.what()};
  }
  return keys;
}

}  // namespace rollcall
