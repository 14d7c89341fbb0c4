// Commands that order, and those that carry data out and in: what operators need besides looking.
// Each returns the exit code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "monitor/io/commands.hpp"

namespace rollcall {

struct OrderSettings {
  std::string node;
  std::vector<std::string> labels;  // K=V
  std::int64_t for_ms = 0;          // maintain
  std::string reason;
  std::vector<std::string> text;  // of a note, word by word
  bool yes = false;
};

struct ExportSettings {
  std::string what;  // events, history, nodes or known
  std::string since;
  std::string until;
  std::vector<std::string> labels;  // K=V
  std::vector<std::string> nodes;
  std::vector<std::string> metrics;  // of history
  std::int64_t step_ms = 60'000;     // of history
  std::string format = "csv";        // or jsonl
  std::string out;                   // a file; empty: standard output
};

struct BackupSettings {
  std::string file;
  bool force = false;
  bool yes = false;
};

struct DoctorSettings {
  std::string broker_config;  // a file; empty: not looked at
  std::string keys;           // the broker's directory of keys; empty: not looked at
};

// `op`: maintain, drain, activate, forget or note.
int run_order(const Settings& settings, const std::string& op, const OrderSettings& order);
int run_export(const Settings& settings, const ExportSettings& wanted);
int run_backup(const Settings& settings, const BackupSettings& backup);
int run_restore(const Settings& settings, const BackupSettings& backup);
int run_doctor(const Settings& settings, const DoctorSettings& doctor);

using LabelList = std::vector<std::pair<std::string, std::string>>;
// What is wrong with K=V texts, or an empty text; `labels` gets them.
std::string take_labels(const std::vector<std::string>& texts, LabelList& labels);
// What is wrong with a moment, or an empty text; nothing in `at_ms` where `text` is empty.
std::string take_moment(const char* option, const std::string& text,
                        std::optional<std::int64_t>& at_ms);
// Says that the broker does not know of an option yet; the exit code.
int older_broker(std::string_view option);
// Asks on the terminal; false where the answer is not yes, or there is no terminal to ask on.
bool can_ask();
bool is_agreed(const std::string& question);

}  // namespace rollcall
