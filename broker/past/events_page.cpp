// [P73]
#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "broker/past/answers.hpp"
#include "broker/past/node_past.hpp"
#include "broker/past/pages.hpp"

namespace rollcall {
namespace {

// Whether events are of nodes with certain labels, each node looked up once.
class LabelFilter {
 public:
  LabelFilter(const PastQuestion& question, NodeSource& nodes)
      : question_(question), nodes_(nodes) {}

  bool allows(std::string_view node) {
    if (question_.labels.empty()) return true;
    const auto [at, is_new] = known_.try_emplace(std::string(node), false);
    if (is_new) {
      RosterNode found;
      at->second = nodes_.find(node, found) && has_labels(found.labels, question_.labels);
    }
    return at->second;
  }

 private:
  const PastQuestion& question_;
  NodeSource& nodes_;
  std::unordered_map<std::string, bool> known_;
};

// A body that was damaged must not damage the answer, and its number must not be missing. In a
// reply there are three containers around it.
bool is_sound(Bytes body) {
  Reader reader(body);
  std::uint32_t pairs = 0;
  if (!reader.read_map(pairs)) return false;
  Reader whole(body);
  return whole.skip(limits::kNestingDepth - 3) && whole.at_end();
}

std::string body_of(const PastEvent& event) {
  if (is_sound(event.body)) return std::string(event.body);
  Buffer body;
  Writer writer(body);
  writer.map(5).pair("v", kProtocolVersion).pair("seq", event.seq).pair_ms("at", event.at_ms);
  writer.pair("kind", name_of(event.kind)).pair("node", event.node);
  return std::string(body.view());
}

struct Page {
  std::vector<std::string> bodies{};
  std::size_t bytes = 0;
  std::uint64_t last = 0;
  bool more = false;

  bool is_full(const PastQuestion& question, std::size_t more_bytes) const {
    return bodies.size() >= question.limit ||
           (!bodies.empty() && bytes + more_bytes > question.page_bytes);
  }
};

void write_page(const Page& page, bool latest, EventSource& events, Buffer& out) {
  Writer writer(out);
  writer.map(4).text("events").array(page.bodies.size());
  if (latest) {
    for (auto body = page.bodies.rbegin(); body != page.bodies.rend(); ++body) writer.raw(*body);
  } else {
    for (const std::string& body : page.bodies) writer.raw(body);
  }
  writer.pair("oldest", events.oldest()).pair("newest", events.newest()).text("next");
  // Behind the last ones nothing comes.
  if (page.more && !latest) {
    writer.uint(page.last);
  } else {
    writer.nil();
  }
}

}  // namespace

PastVerdict answer_events(const PastQuestion& question, const PastMoment&, const PastSources& past,
                          Buffer& out) {
  EventFilter filter{.node = question.node,
                     .after_seq = question.after_seq,
                     .kinds = question.kinds,
                     .newest_first = question.latest};
  if (question.since_ms) filter.since_ms = *question.since_ms;
  if (question.until_ms) filter.until_ms = *question.until_ms;
  LabelFilter labels(question, past.nodes);
  PastBudget budget;
  Page page;
  past.events.visit(filter, [&](const PastEvent& event) {
    // The page is short then, and the next one goes on from here.
    page.more = !budget.spend();
    if (page.more) return false;
    if (labels.allows(event.node)) {
      std::string body = body_of(event);
      page.more = page.is_full(question, body.size());
      if (page.more) return false;
      page.bytes += body.size();
      page.bodies.push_back(std::move(body));
    }
    page.last = event.seq;
    return true;
  });
  if (question.latest && budget.is_spent()) return PastBudget::failure();
  write_page(page, question.latest, past.events, out);
  return std::nullopt;
}

}  // namespace rollcall
