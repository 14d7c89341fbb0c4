// maintain, drain, activate, forget, note.
#include <cstdio>
#include <iostream>

#include <fmt/format.h>
#include <unistd.h>

#include "monitor/io/order_commands.hpp"
#include "monitor/io/output.hpp"
#include "monitor/render/order_pages.hpp"
#include "monitor/render/words.hpp"
#include "monitor/view/moment.hpp"
#include "shared/client/orders.hpp"
#include "shared/client/record.hpp"
#include "shared/config/options.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/limits.hpp"
#include "shared/core/units.hpp"
#include "shared/io/clock.hpp"

namespace rollcall {
namespace {

// What is wrong with the order, or an empty text.
std::string why_bad(const OrderRequest& order) {
  if (!order.node.empty() && !order.labels.empty()) return "name a node or give --label, not both";
  if (order.node.empty() && order.labels.empty()) {
    return "of which node? Name it, or give --label KEY=VALUE";
  }
  if (order.op == "maintain" && order.for_ms.value_or(0) == 0) return "for how long? Say --for 2h";
  if (order.reason.size() > limits::kReasonBytes) {
    return fmt::format("--reason is longer than {} bytes", limits::kReasonBytes);
  }
  if (order.text.size() > limits::kNoteBytes) {
    return fmt::format("the note is longer than {} bytes", limits::kNoteBytes);
  }
  return {};
}

// How many nodes an order by labels is about; nothing where nobody answers. Counts on a little
// beyond what one order may change.
std::optional<std::uint64_t> count_matching(Asker& asker, const OrderRequest& order,
                                            Answer& answer) {
  NodesQuery query;
  query.labels = order.labels;
  query.limit = limits::kPageMax;
  std::uint64_t count = 0;
  while (count <= limits::kOrderedNodes) {
    answer = asker.ask([&](std::uint64_t id, Buffer& out) { write_nodes_request(id, query, out); });
    NodesPage page;
    if (answer.asked != Asked::kAnswered) return std::nullopt;
    if (!decode_nodes_page(answer.reply.result, page)) return std::nullopt;
    count += page.nodes.size() + page.unreadable;
    if (page.next.empty() || page.next == query.after) break;
    query.after = page.next;
  }
  return count;
}

// Nothing where the order may go on; else the exit code.
std::optional<int> why_not_agreed(const Settings& settings, Asker& asker,
                                  const OrderRequest& order) {
  Answer answer;
  const auto count = count_matching(asker, order, answer);
  if (!count) {
    return answer.asked == Asked::kAnswered ? malformed(settings) : failed(settings, answer);
  }
  if (*count <= limits::kOrderedUnasked) return std::nullopt;
  const std::string what = fmt::format("{} {}", order.op, counted(*count, "node"));
  if (!can_ask()) {
    complain(what + "? There is no terminal to ask on: say --yes if that is meant");
    return kExitUsage;
  }
  if (is_agreed(what + "?")) return std::nullopt;
  complain("nothing was changed");
  return kExitFailed;
}

int refused(const Settings& settings, Asker& asker, const OrderRequest& order,
            const Answer& answer) {
  const std::string& code = answer.reply.error_code;
  if (answer.asked != Asked::kRefused) return failed(settings, answer);
  if (code == "not_found" && !order.node.empty()) return no_such_node(asker, order.node);
  const int exit_code = failed(settings, answer);
  if (code == "forbidden") {
    complain(
        "orders take an admin's key: have your NAME.key put into admins/ of the broker's keys, and "
        "name yours with --keys");
  } else if (code == "unavailable") {
    complain(
        "an order counts once it is stored, and the store takes nothing now; why: rollcall-monitor "
        "doctor. Order again when it does");
  } else if (code == "unknown_op") {
    complain("this broker is older than orders; update it");
  }
  return exit_code;
}

}  // namespace

std::string take_labels(const std::vector<std::string>& texts, LabelList& labels) {
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fmt::format("--label: '{}' is not KEY=VALUE", escaped(text));
    }
    labels.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return {};
}

std::string take_moment(const char* option, const std::string& text,
                        std::optional<std::int64_t>& at_ms) {
  if (text.empty()) return {};
  const auto moment = parse_moment(text, read_clock().wall_ms);
  if (!moment) return fmt::format("{}: {}", option, moment.error());
  at_ms = *moment;
  return {};
}

bool can_ask() { return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1; }

bool is_agreed(const std::string& question) {
  fmt::print(stderr, "{} [y/N] ", question);
  std::fflush(stderr);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

int run_order(const Settings& settings, const std::string& op, const OrderSettings& order) {
  OrderRequest request;
  request.op = op;
  request.node = order.node;
  request.reason = order.reason;
  if (op == "maintain") request.for_ms = order.for_ms;
  for (const std::string& word : order.text)
    request.text += (request.text.empty() ? "" : " ") + word;
  std::string why = take_labels(order.labels, request.labels);
  if (why.empty()) why = why_bad(request);
  if (!why.empty()) {
    complain(op + ": " + why);
    return kExitUsage;
  }
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  if (request.node.empty() && !order.yes) {
    if (const auto code = why_not_agreed(settings, asker, request)) return *code;
  }
  const Answer answer =
      asker.ask([&](std::uint64_t id, Buffer& out) { write_order_request(id, request, out); });
  if (answer.asked != Asked::kAnswered) return refused(settings, asker, request, answer);
  if (settings.is_json()) return print_json(settings, answer.reply);
  OrderResult ordered;
  if (!decode_order_result(answer.reply.result, ordered)) return malformed(settings);
  put_rows(order_page(request, ordered, read_clock()), wants_colours());
  return kExitDone;
}

}  // namespace rollcall
