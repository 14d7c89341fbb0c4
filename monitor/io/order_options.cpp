#include "monitor/io/order_options.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kLongestMaintenanceMs = 10 * 365 * 24 * kHourMs;

OptionGroup add_order(Options& options, const char* name, const char* about, std::string& chosen,
                      OrderSettings& order) {
  OptionGroup group = options.command(name, chosen, about);
  group.positional("NODE", order.node, false, "its id; or give --label");
  group.texts("label", order.labels, "all nodes with this label, KEY=VALUE; several must all match",
              true);
  group.text("reason", order.reason, "why; shown with the node");
  group.flag("yes", order.yes, "do not ask back, however many nodes it is about");
  return group;
}

void add_orders(Options& options, std::string& chosen, OrderSettings& order) {
  add_order(options, "maintain", "take nodes into maintenance", chosen, order)
      .duration_ms("for", order.for_ms, 1000, kLongestMaintenanceMs, "for how long: 2h");
  add_order(options, "drain", "let nodes be emptied", chosen, order);
  add_order(options, "activate", "end maintenance or draining", chosen, order);
  options.command("forget", chosen, "remove a node that is gone from all lists")
      .positional("NODE", order.node, true, "its id");
  OptionGroup note = options.command("note", chosen, "write something down as an event");
  note.positional("NODE", order.node, true, "of which node; - where it is of none");
  note.positionals("TEXT", order.text, "what");
}

void add_export(Options& options, std::string& chosen, ExportSettings& wanted) {
  OptionGroup group =
      options.command("export", chosen, "all there is of something, as CSV or JSON");
  group.positional("WHAT", wanted.what, true, "events, history, nodes or known");
  group.text("since", wanted.since, "from then on: 2h (ago), 2026-11-25T14:00:00Z");
  group.text("until", wanted.until, "until then; default: now");
  group.texts("label", wanted.labels, "only of nodes with this label, KEY=VALUE", true);
  group.texts("node", wanted.nodes, "only of these nodes");
  group.texts("metric", wanted.metrics,
              "of history: storage, cpu, memory, network, state; default: all");
  group.duration_ms("step", wanted.step_ms, 1000, 24 * kHourMs, "of history: between its points");
  group.choice("format", wanted.format, {"csv", "jsonl"}, "how to write it");
  group.text("out", wanted.out, "into this file; default: standard output");
}

void add_tools(Options& options, std::string& chosen, OrderChoice& choice) {
  OptionGroup backup =
      options.command("backup", chosen, "a copy of the broker's store as it is now");
  backup.positional("FILE", choice.backup.file, true, "where to put it");
  backup.flag("force", choice.backup.force, "replace a file that is there");
  OptionGroup restore =
      options.command("restore", chosen, "put a backup in place of the broker's store");
  restore.positional("FILE", choice.backup.file, true, "the backup");
  restore.flag("yes", choice.backup.yes, "do not ask back");
  OptionGroup doctor = options.command("doctor", chosen, "what is wrong, and what to do about it");
  doctor.text("broker-config", choice.doctor.broker_config,
              "a broker's file of options to look at");
  doctor.text("broker-keys", choice.doctor.keys, "a broker's directory of keys to look at");
}

}  // namespace

void add_order_commands(Options& options, std::string& chosen, OrderChoice& choice) {
  add_orders(options, chosen, choice.order);
  add_export(options, chosen, choice.exported);
  add_tools(options, chosen, choice);
}

std::optional<int> run_order_commands(const Settings& settings, const std::string& command,
                                      const OrderChoice& choice) {
  for (const char* const op : {"maintain", "drain", "activate", "forget", "note"}) {
    if (command == op) return run_order(settings, op, choice.order);
  }
  if (command == "export") return run_export(settings, choice.exported);
  if (command == "backup") return run_backup(settings, choice.backup);
  if (command == "restore") return run_restore(settings, choice.backup);
  if (command == "doctor") return run_doctor(settings, choice.doctor);
  return std::nullopt;
}

}  // namespace rollcall
