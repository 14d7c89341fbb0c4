// explain, guards, release.
#include <fmt/format.h>

#include "monitor/io/commands.hpp"
#include "monitor/io/output.hpp"
#include "monitor/render/pages.hpp"
#include "shared/client/guards.hpp"
#include "shared/config/options.hpp"
#include "shared/core/escape.hpp"

namespace rollcall {

int run_explain(const Settings& settings, const std::string& node) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  const Answer answer = asker.ask(
      [&](std::uint64_t id, Buffer& out) { write_node_request(id, node, out, "explain"); });
  if (answer.asked == Asked::kRefused && answer.reply.error_code == "not_found") {
    return no_such_node(asker, node);
  }
  if (answer.asked != Asked::kAnswered) return failed(settings, answer);
  if (settings.is_json()) return print_json(settings, answer.reply);
  Explanation explanation;
  if (!decode_explanation(answer.reply.result, explanation)) return malformed(settings);
  put_rows(explanation_page(explanation, answer.reply.as_of), wants_colours());
  return kExitDone;
}

int run_guards(const Settings& settings) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  const Answer answer =
      asker.ask([](std::uint64_t id, Buffer& out) { write_request(id, "guards", out); });
  if (answer.asked != Asked::kAnswered) return failed(settings, answer);
  if (settings.is_json()) return print_json(settings, answer.reply);
  GuardsPage page;
  if (!decode_guards_page(answer.reply.result, page)) return malformed(settings);
  put_rows(guards_page(page, answer.reply.as_of), wants_colours());
  return kExitDone;
}

int run_release(const Settings& settings, const std::string& guard, const std::string& subject) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  const Answer answer = asker.ask(
      [&](std::uint64_t id, Buffer& out) { write_release_request(id, guard, subject, out); });
  if (answer.asked != Asked::kAnswered) return failed(settings, answer);
  if (settings.is_json()) return print_json(settings, answer.reply);
  put_line(fmt::format("released {}{}{}", escaped(guard), subject.empty() ? "" : " of ",
                       escaped(subject)));
  return kExitDone;
}

}  // namespace rollcall
