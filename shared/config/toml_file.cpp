#include "shared/config/toml_file.hpp"

#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace rollcall {
namespace {

std::string as_text(const toml::node& node, const std::string& name) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  throw CLI::ConfigError(fmt::format("'{}' must be a text, a number, true, false or a list", name),
                         CLI::ExitCodes::ConfigError);
}

void collect(const toml::table& table, const std::vector<std::string>& parents,
             std::vector<CLI::ConfigItem>& items) {
  for (const auto& [key, value] : table) {
    const std::string name(key.str());
    if (const auto* nested = value.as_table()) {
      std::vector<std::string> path = parents;
      path.push_back(name);
      collect(*nested, path, items);
      continue;
    }
    CLI::ConfigItem item;
    item.parents = parents;
    item.name = name;
    if (const auto* list = value.as_array()) {
      for (const toml::node& element : *list) item.inputs.push_back(as_text(element, name));
    } else {
      item.inputs.push_back(as_text(value, name));
    }
    items.push_back(std::move(item));
  }
}

}  // namespace

std::vector<CLI::ConfigItem> TomlFile::from_config(std::istream& input) const {
  std::ostringstream text;
  text << input.rdbuf();
  std::vector<CLI::ConfigItem> found;
  try {
    collect(toml::parse(text.str()), {}, found);
  } catch (const toml::parse_error& error) {
    const auto& begin = error.source().begin;
    throw CLI::ConfigError(fmt::format("line {}, column {}: {}", begin.line, begin.column,
                                       std::string(error.description())),
                           CLI::ExitCodes::ConfigError);
  }
  std::erase_if(
      found, [&](const CLI::ConfigItem& item) { return is_overridden_(item.parents, item.name); });
  return found;
}

}  // namespace rollcall
