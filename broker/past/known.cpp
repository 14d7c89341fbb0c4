// [P80]
#include <algorithm>
#include <string>
#include <vector>

#include "broker/past/answers.hpp"
#include "broker/past/node_past.hpp"
#include "broker/past/pages.hpp"

namespace rollcall {
namespace {

void write_known(const RosterNode& node, Buffer& out) {
  const bool has_order = node.order.duty != Duty::kActive;
  const bool has_back_by = node.back_by_ms != 0;
  Writer writer(out);
  writer.map(7u + has_order + has_back_by).pair("node", std::string_view(node.id));
  writer.pair("presence", name_of(node.presence));
  writer.pair_ms("first_seen", node.first_seen_ms).pair_ms("heard_at", node.heard_at_ms);
  writer.pair("sessions", node.sessions);
  write_labels(node.labels, writer);
  writer.pair("duty", name_of(node.order.duty));
  if (has_order) write_order(node.order, writer);
  if (has_back_by) writer.pair_ms("back_by", node.back_by_ms);
}

// The last ones, rising; as far as they fit.
void write_notes(const PastQuestion& question, std::size_t bytes, EventSource& events,
                 Buffer& out) {
  struct Note {
    std::int64_t at_ms = 0;
    std::string by{};
    std::string text{};
  };
  std::vector<Note> notes;
  const EventFilter filter{.node = question.node,
                           .kinds = 1u << static_cast<unsigned>(EventKind::kNote),
                           .newest_first = true};
  events.visit(filter, [&](const PastEvent& event) {
    EventFacts facts;
    read_facts(event.body, facts);
    bytes += event.body.size();
    if (bytes > question.page_bytes) return false;
    notes.push_back({event.at_ms, std::string(facts.by), std::string(facts.text)});
    return notes.size() < limits::kNotesShown;
  });
  Writer writer(out);
  writer.text("notes").array(notes.size());
  for (auto note = notes.rbegin(); note != notes.rend(); ++note) {
    writer.map(3).pair_ms("at", note->at_ms);
    writer.pair("by", std::string_view(note->by)).pair("text", std::string_view(note->text));
  }
}

PastVerdict answer_one(const PastQuestion& question, const PastSources& past, Buffer& out) {
  RosterNode node;
  if (!past.nodes.find(question.node, node)) return node_not_known(question.node);
  Buffer record;
  write_known(node, record);
  Writer writer(out);
  writer.map(3).text("nodes").array(1).raw(record.view());
  write_notes(question, record.size(), past.events, out);
  write_next({}, writer);
  return std::nullopt;
}

}  // namespace

PastVerdict answer_known(const PastQuestion& question, const PastMoment&, const PastSources& past,
                         Buffer& out) {
  if (!question.node.empty()) return answer_one(question, past, out);
  Buffer page;
  Buffer record;
  std::size_t count = 0;
  std::string last;
  bool more = false;
  past.nodes.visit(question.prefix, question.after, [&](const RosterNode& node) {
    record.clear();
    write_known(node, record);
    more = count == question.limit || (page.size() + record.size() > question.page_bytes && count);
    if (more) return false;
    page.append(record.view());
    last = node.id;
    ++count;
    return true;
  });
  Writer writer(out);
  writer.map(2).text("nodes").array(count).raw(page.view());
  write_next(more ? std::string_view(last) : std::string_view(), writer);
  return std::nullopt;
}

}  // namespace rollcall
