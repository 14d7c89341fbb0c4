// known, store.
#include "monitor/io/output.hpp"
#include "monitor/io/past_options.hpp"
#include "monitor/io/past_paging.hpp"
#include "monitor/render/past_pages.hpp"

namespace rollcall {
namespace {

int run_known_node(const Settings& settings, Asker& asker, const PastQuery& query) {
  const Answer answer = ask_past(asker, query);
  if (answer.asked != Asked::kAnswered) return past_failed(settings, asker, answer, query);
  if (settings.is_json()) return print_json(settings, answer.reply);
  PastKnownPage page;
  if (!decode_known(answer.reply.result, page)) return malformed(settings);
  if (page.nodes.empty()) return malformed(settings);
  put_rows(known_node_page(page.nodes[0]), wants_colours());
  return kExitDone;
}

}  // namespace

int run_known(const Settings& settings, const PastSettings& past, const PastQuery& query) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  if (!query.node.empty()) return run_known_node(settings, asker, query);
  PastKnownPage all;
  PagesJson json("nodes");
  const Paged paged = ask_pages(asker, query, past.limit, [&](const Reply& reply) -> PageSeen {
    PastKnownPage page;
    if (!decode_known(reply.result, page) || (settings.is_json() && !json.add(reply))) return {};
    const std::size_t count = page.nodes.size();
    for (PastKnown& known : page.nodes) all.nodes.push_back(std::move(known));
    return {true, count, page.next};
  });
  all.next = paged.next;
  return put_pages(settings, asker, query, paged, json,
                   [&](std::size_t columns) { return known_page(all, columns); });
}

int run_store(const Settings& settings, const PastQuery& query) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  const Answer answer = ask_past(asker, query);
  if (answer.asked != Asked::kAnswered) return past_failed(settings, asker, answer, query);
  if (settings.is_json()) return print_json(settings, answer.reply);
  PastStore store;
  if (!decode_store(answer.reply.result, store)) return malformed(settings);
  put_rows(store_page(store, moment_of(answer.reply.as_of)), wants_colours());
  return kExitDone;
}

}  // namespace rollcall
