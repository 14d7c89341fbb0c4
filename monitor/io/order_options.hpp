// The options of the commands in order_commands.hpp, and which of them is run.
#pragma once

#include <optional>
#include <string>

#include "monitor/io/order_commands.hpp"
#include "shared/config/options.hpp"

namespace rollcall {

struct OrderChoice {
  OrderSettings order;
  ExportSettings exported;
  BackupSettings backup;
  DoctorSettings doctor;
};

// `chosen` becomes the name of the command; both must live as long as the options.
void add_order_commands(Options& options, std::string& chosen, OrderChoice& choice);

// The exit code; nothing where the command is none of these.
std::optional<int> run_order_commands(const Settings& settings, const std::string& command,
                                      const OrderChoice& choice);

}  // namespace rollcall
