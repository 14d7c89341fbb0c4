// A program's options: one table, from which come the command line, the environment
// (ROLLCALL_<PROGRAM>_<OPTION>), the TOML file (--config) and --help. Command line beats
// environment beats file. The first bad option is named, with what it accepts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace rollcall {

// How a program ends.
enum ExitCode : int { kExitDone = 0, kExitFailed = 1, kExitUsage = 2, kExitUnreachable = 3 };

// A group of options: the program's own, or a command's. Targets hold the default when they are
// added, are shown with it in --help, and must live until parse() returns. Names are without "--";
// a one-letter name may stand before it: "o,output" is -o and --output.
class OptionGroup {
 public:
  OptionGroup(CLI::App* app, std::string environment_prefix);

  void text(const std::string& name, std::string& target, const std::string& help);
  // May be given several times, as a TOML array, or separated by commas; values that may hold
  // commas are separated by them in the environment only.
  void texts(const std::string& name, std::vector<std::string>& target, const std::string& help,
             bool may_hold_commas = false);
  void choice(const std::string& name, std::string& target, const std::vector<std::string>& words,
              const std::string& help);
  void duration_ms(const std::string& name, std::int64_t& target, std::int64_t lowest,
                   std::int64_t highest, const std::string& help);
  // Nothing stays in `target` where it is not given; --help then shows `shown_default`.
  void size_bytes(const std::string& name, std::optional<std::uint64_t>& target,
                  const std::string& shown_default, const std::string& help);
  void count(const std::string& name, std::uint64_t& target, std::uint64_t lowest,
             std::uint64_t highest, const std::string& help);
  // Nothing stays in `target` where it is not given; --help then shows `shown_default`.
  void count(const std::string& name, std::optional<std::uint64_t>& target,
             const std::string& shown_default, std::uint64_t lowest, std::uint64_t highest,
             const std::string& help);
  void flag(const std::string& name, bool& target, const std::string& help);
  // An argument without a name; shown as NAME.
  void positional(const std::string& name, std::string& target, bool required,
                  const std::string& help);
  // One or more of them, behind all others.
  void positionals(const std::string& name, std::vector<std::string>& target,
                   const std::string& help);

 protected:
  std::string environment_of(const std::string& name) const;
  // The option whose text is judged by `accept`: an error message, or empty.
  void judged(const std::string& name, const std::string& shown_default, const std::string& type,
              const std::string& help, std::function<std::string(const std::string&)> accept);

  CLI::App* app_;
  std::string environment_prefix_;
};

class Options : public OptionGroup {
 public:
  // `program` is "rollcall-broker" and the like.
  Options(const std::string& program, const std::string& about);
  ~Options();
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  // A command with options of its own, as in `rollcall-monitor nodes --sort cpu`; `chosen` is set
  // to its name when it is the one. Where any command is added, one is required.
  OptionGroup command(const std::string& name, std::string& chosen, const std::string& about);
  // Text shown under --help.
  void footer(const std::string& text);

  // Reads the command line, the environment and the file. Returns the exit code if the program has
  // nothing more to do: after --help and --version (0), after an error that was printed (2).
  std::optional<int> parse(int argc, const char* const* argv);

 private:
  static std::unique_ptr<CLI::App> make_app(const std::string& program, const std::string& about);
  std::string about_command() const;
  void complain(const std::string& message) const;
  std::unique_ptr<CLI::App> root_;
};

}  // namespace rollcall
