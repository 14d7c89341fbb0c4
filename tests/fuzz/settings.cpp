// Options as a whole: any command line and environment is taken or refused with a reason, and what
// is taken lies within its bounds. Files are for the fuzzer `options`: none is opened here.
//
// An input is lines: "NAME=value" is an environment variable of the program, any other a word of
// the command line.
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iostream>

#include "shared/config/options.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;

namespace {

constexpr std::size_t kMostLines = 12;

// Where complaints go.
std::FILE* nowhere() {
  static std::FILE* const it = std::fopen("/dev/null", "w");
  return it;
}

// setenv() would keep every value for ever.
class Environment {
 public:
  ~Environment() {
    for (const std::string& name : names_) unsetenv(name.c_str());
  }
  void set(std::string_view name, std::string_view value) {
    names_.push_back("ROLLCALL_FUZZ_" + std::string(name));
    pairs_.push_back(names_.back() + "=" + std::string(value));
    putenv(pairs_.back().data());
  }

 private:
  std::deque<std::string> names_;
  std::deque<std::string> pairs_;
};

bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == text.npos;
}

struct Settings {
  std::string text = "default";
  std::vector<std::string> texts{"first"};
  std::vector<std::string> labels;
  std::string choice = "one";
  std::int64_t duration_ms = 3000;
  std::optional<std::uint64_t> size;
  std::uint64_t count = 10;
  bool flag = false;
  std::string command;
  std::string argument;
};

void parse(const std::vector<const char*>& words) {
  Settings settings;
  Options options("rollcall-fuzz", "A fuzzer.");
  options.text("text", settings.text, "text");
  options.texts("texts", settings.texts, "texts");
  options.texts("label", settings.labels, "texts with commas", true);
  options.choice("o,choice", settings.choice, {"one", "two"}, "choice");
  options.duration_ms("duration", settings.duration_ms, 1, 60'000, "duration");
  options.size_bytes("size", settings.size, "1 KiB", "size");
  options.count("count", settings.count, 1, 1000, "count");
  options.flag("flag", settings.flag, "flag");
  OptionGroup command = options.command("go", settings.command, "a command");
  command.positional("NODE", settings.argument, false, "node");
  const auto code = options.parse(static_cast<int>(words.size()), words.data());
  ROLLCALL_CHECK(!code || *code == kExitDone || *code == kExitUsage);
  if (code) return;
  ROLLCALL_CHECK(settings.command == "go");
  ROLLCALL_CHECK(settings.choice == "one" || settings.choice == "two");
  ROLLCALL_CHECK(settings.duration_ms >= 1 && settings.duration_ms <= 60'000);
  ROLLCALL_CHECK(settings.count >= 1 && settings.count <= 1000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = as_text(data, size);
  Environment environment;
  std::deque<std::string> words;
  for (std::size_t i = 0; i < kMostLines && !input.empty(); ++i) {
    const std::string line(input.substr(0, input.find('\n')));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
    const std::string text = line.substr(0, line.find('\0'));
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos && is_name(text.substr(0, equals))) {
      if (!text.starts_with("CONFIG="))
        environment.set(text.substr(0, equals), text.substr(equals + 1));
    } else if (text.find("config") == std::string::npos) {
      words.push_back(text);
    }
  }
  std::vector<const char*> arguments{"rollcall-fuzz"};
  for (const std::string& word : words) arguments.push_back(word.c_str());
  std::FILE* const before = stderr;
  stderr = nowhere();
  static const bool quiet = [] {
    return std::cout.rdbuf(nullptr), std::cerr.rdbuf(nullptr), true;
  }();
  ROLLCALL_CHECK(quiet);
  parse(arguments);
  stderr = before;
  return 0;
}
