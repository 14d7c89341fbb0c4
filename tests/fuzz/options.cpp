// Configuration files: any text is read, or refused with a place and a reason.
#include <sstream>

#include "shared/config/toml_file.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const TomlFile file([](const auto&, const std::string& name) { return name == "overridden"; });
  std::istringstream text{std::string(as_text(data, size))};
  try {
    for (const CLI::ConfigItem& item : file.from_config(text)) {
      ROLLCALL_CHECK(item.name != "overridden");
    }
  } catch (const CLI::ConfigError& error) {
    ROLLCALL_CHECK(error.what()[0] != '\0');
  }
  return 0;
}
