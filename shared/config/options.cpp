#include "shared/config/options.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "shared/config/toml_file.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

std::string upper_snake(std::string_view name) {
  std::string out;
  for (const char c : name) {
    out += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return out;
}

const char* environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value != nullptr && *value != '\0' ? value : nullptr;
}

// Of "o,output": "output".
std::string long_name(const std::string& name) {
  const std::size_t comma = name.find(',');
  return comma == std::string::npos ? name : name.substr(comma + 1);
}

// Of "o,output": "-o,--output", as CLI11 wants it.
std::string flags_of(const std::string& name) {
  const std::size_t comma = name.find(',');
  if (comma == std::string::npos) return "--" + name;
  return "-" + name.substr(0, comma) + ",--" + name.substr(comma + 1);
}

// What CLI11 says of a bad file, in our words.
std::string about_file(const std::string& message) {
  constexpr std::string_view kExtras = "INI was not able to parse ";
  if (!message.starts_with(kExtras)) return message;
  return "unknown option '" + message.substr(kExtras.size()) + "'";
}

std::string joined(const std::vector<std::string>& words, const char* separator) {
  return fmt::format("{}", fmt::join(words, separator));
}

std::vector<std::string> split_at_commas(const std::vector<std::string>& values) {
  std::vector<std::string> out;
  for (const std::string& value : values) {
    for (std::string& word : CLI::detail::split(value, ',')) {
      if (!word.empty()) out.push_back(std::move(word));
    }
  }
  return out;
}

// "" where `text` is a whole number within bounds, which is then in `value`; else what is wrong.
std::string why_not_a_count(const std::string& text, std::uint64_t lowest, std::uint64_t highest,
                            std::uint64_t& value) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && stop == end && value >= lowest && value <= highest) return {};
  return fmt::format("'{}' is not a whole number from {} to {}", text, lowest, highest);
}

}  // namespace

OptionGroup::OptionGroup(CLI::App* app, std::string environment_prefix)
    : app_(app), environment_prefix_(std::move(environment_prefix)) {}

std::string OptionGroup::environment_of(const std::string& name) const {
  return environment_prefix_ + upper_snake(long_name(name));
}

void OptionGroup::judged(const std::string& name, const std::string& shown_default,
                         const std::string& type, const std::string& help,
                         std::function<std::string(const std::string&)> accept) {
  const std::string shown = "--" + long_name(name);
  app_->add_option_function<std::string>(
          flags_of(name),
          [accept = std::move(accept), shown](const std::string& value) {
            const std::string why_not = accept(value);
            if (!why_not.empty()) throw CLI::ValidationError(shown, why_not);
          },
          help)
      ->type_name(type)
      ->default_str(shown_default)
      ->take_last()
      ->envname(environment_of(name));
}

void OptionGroup::text(const std::string& name, std::string& target, const std::string& help) {
  judged(name, target, "TEXT", help, [&target](const std::string& value) {
    target = value;
    return std::string();
  });
}

void OptionGroup::texts(const std::string& name, std::vector<std::string>& target,
                        const std::string& help, bool may_hold_commas) {
  const std::string shown = joined(target, ",");
  app_->add_option_function<std::vector<std::string>>(
          flags_of(name),
          [&target, may_hold_commas,
           variable = environment_of(name)](const std::vector<std::string>& values) {
            const char* const listed = environment(variable);
            const bool is_listed = listed != nullptr && values.size() == 1 && values[0] == listed;
            target = may_hold_commas && !is_listed ? values : split_at_commas(values);
          },
          help)
      ->type_name("TEXT …")
      ->default_str(shown)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->envname(environment_of(name));
}

void OptionGroup::choice(const std::string& name, std::string& target,
                         const std::vector<std::string>& words, const std::string& help) {
  judged(name, target, joined(words, "|"), help, [&target, words](const std::string& value) {
    if (std::find(words.begin(), words.end(), value) == words.end()) {
      return fmt::format("'{}' is not one of {}", value, joined(words, ", "));
    }
    target = value;
    return std::string();
  });
}

void OptionGroup::duration_ms(const std::string& name, std::int64_t& target, std::int64_t lowest,
                              std::int64_t highest, const std::string& help) {
  const auto accept = [&target, lowest, highest](const std::string& value) {
    const auto parsed = parse_duration_ms(value);
    if (!parsed) return parsed.error();
    if (*parsed < lowest || *parsed > highest) {
      return fmt::format("'{}' is not within {} to {}", value, format_duration_exact(lowest),
                         format_duration_exact(highest));
    }
    target = *parsed;
    return std::string();
  };
  judged(name, format_duration_exact(target), "DURATION", help, accept);
}

void OptionGroup::size_bytes(const std::string& name, std::optional<std::uint64_t>& target,
                             const std::string& shown_default, const std::string& help) {
  judged(name, shown_default, "SIZE", help, [&target](const std::string& value) {
    const auto parsed = parse_size_bytes(value);
    if (!parsed) return parsed.error();
    target = *parsed;
    return std::string();
  });
}

void OptionGroup::count(const std::string& name, std::uint64_t& target, std::uint64_t lowest,
                        std::uint64_t highest, const std::string& help) {
  judged(name, std::to_string(target), "N", help,
         [&target, lowest, highest](const std::string& value) {
           return why_not_a_count(value, lowest, highest, target);
         });
}

void OptionGroup::count(const std::string& name, std::optional<std::uint64_t>& target,
                        const std::string& shown_default, std::uint64_t lowest,
                        std::uint64_t highest, const std::string& help) {
  judged(name, shown_default, "N", help, [&target, lowest, highest](const std::string& value) {
    std::uint64_t count = 0;
    std::string why_not = why_not_a_count(value, lowest, highest, count);
    if (why_not.empty()) target = count;
    return why_not;
  });
}

void OptionGroup::flag(const std::string& name, bool& target, const std::string& help) {
  app_->add_flag(flags_of(name), target, help)->envname(environment_of(name));
}

void OptionGroup::positional(const std::string& name, std::string& target, bool required,
                             const std::string& help) {
  app_->add_option(name, target, help)
      ->required(required)
      ->type_name("")
      ->option_text(required ? "" : "(optional)");
}

void OptionGroup::positionals(const std::string& name, std::vector<std::string>& target,
                              const std::string& help) {
  app_->add_option(name, target, help)->required()->type_name("")->option_text("…");
}

std::unique_ptr<CLI::App> Options::make_app(const std::string& program, const std::string& about) {
  auto app = std::make_unique<CLI::App>(about, program);
  app->option_defaults()->always_capture_default(false);
  app->set_version_flag("--version", program + " " + ROLLCALL_VERSION);
  app->set_help_flag("-h,--help", "print this and exit");
  app->get_formatter()->column_width(34);
  return app;
}

Options::Options(const std::string& program, const std::string& about)
    : OptionGroup(nullptr, upper_snake(program) + "_"), root_(make_app(program, about)) {
  app_ = root_.get();
  CLI::Option* const file = app_->set_config("--config", "", "a TOML file with these options");
  file->type_name("FILE")->envname(environment_of("config"));
  app_->allow_config_extras(CLI::config_extras_mode::error);
  app_->config_formatter(std::make_shared<TomlFile>(
      [prefix = environment_prefix_](const std::vector<std::string>& parents,
                                     const std::string& name) {
        std::string variable = prefix;
        for (const std::string& parent : parents) variable += upper_snake(parent) + "_";
        return environment(variable + upper_snake(name)) != nullptr;
      }));
}

Options::~Options() = default;

OptionGroup Options::command(const std::string& name, std::string& chosen,
                             const std::string& about) {
  app_->require_subcommand(1);
  CLI::App* const sub = app_->add_subcommand(name, about);
  sub->fallthrough();
  sub->callback([&chosen, name] { chosen = name; });
  return {sub, environment_prefix_ + upper_snake(name) + "_"};
}

void Options::footer(const std::string& text) { app_->footer(text); }

std::optional<int> Options::parse(int argc, const char* const* argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool names_file = std::any_of(arguments.begin(), arguments.end(), [](const auto& word) {
    return word == "--config" || word.starts_with("--config=");
  });
  // CLI11 reads the file before the environment: tell it of the file that the latter names.
  const char* const file = environment(environment_of("config"));
  if (file != nullptr && !names_file) {
    arguments.insert(arguments.begin(), {"--config", file});
  }
  std::reverse(arguments.begin(), arguments.end());
  try {
    app_->parse(arguments);
    return std::nullopt;
  } catch (const CLI::Success& done) {
    app_->exit(done);
    return kExitDone;
  } catch (const CLI::FileError&) {
    complain(fmt::format("--config: cannot read '{}'; does the file exist?",
                         app_->get_config_ptr()->as<std::string>()));
  } catch (const CLI::ConfigError& error) {
    complain(fmt::format("--config: {}", about_file(error.what())));
  } catch (const CLI::RequiredError& error) {
    const bool lacks_command = app_->get_require_subcommand_min() > app_->get_subcommands().size();
    complain(lacks_command ? about_command() : std::string(error.what()));
  } catch (const CLI::ParseError& error) {
    complain(error.what());
  }
  return kExitUsage;
}

std::string Options::about_command() const {
  std::vector<std::string> names;
  for (const CLI::App* sub : app_->get_subcommands({})) names.push_back(sub->get_name());
  const std::vector<std::string> extra = app_->remaining();
  return fmt::format("{}; the commands are {}",
                     extra.empty() ? "no command given" : "no command '" + extra.front() + "'",
                     joined(names, ", "));
}

void Options::complain(const std::string& message) const {
  fmt::print(stderr, "{0}: {1}\nRun '{0} --help' for the options.\n", app_->get_name(), message);
}

}  // namespace rollcall
