// Lets CLI11 read configuration files with toml++: whole TOML, errors with line and column.
#pragma once

#include <functional>
#include <istream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace rollcall {

class TomlFile : public CLI::Config {
 public:
  // `is_overridden` says of an option ("evict-after", "nodes.sort") that the environment sets it:
  // CLI11 itself would prefer the file.
  using IsOverridden =
      std::function<bool(const std::vector<std::string>& parents, const std::string& name)>;
  explicit TomlFile(IsOverridden is_overridden) : is_overridden_(std::move(is_overridden)) {}

  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return {}; }
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;

 private:
  IsOverridden is_overridden_;
};

}  // namespace rollcall
