#include "shared/client/request.hpp"

#include "shared/protocol/announcement.hpp"

namespace rollcall {
namespace {

void begin(Writer& writer, std::uint64_t id, std::string_view op, std::size_t arguments) {
  writer.map(3 + arguments).pair("v", kProtocolVersion).pair("id", id).pair("op", op);
}

void pair_texts(Writer& writer, std::string_view key, const std::vector<std::string>& values) {
  if (values.empty()) return;
  writer.text(key).array(values.size());
  for (const std::string& value : values) writer.text(value);
}

void pair_text(Writer& writer, std::string_view key, const std::string& value) {
  if (!value.empty()) writer.pair(key, std::string_view(value));
}

void pair_labels(Writer& writer, const std::vector<std::pair<std::string, std::string>>& labels) {
  if (labels.empty()) return;
  writer.text("labels").map(labels.size());
  for (const auto& [key, value] : labels) writer.pair(key, std::string_view(value));
}

std::size_t count(bool is_there) { return is_there ? 1 : 0; }

}  // namespace

void write_request(std::uint64_t id, std::string_view op, Buffer& out) {
  out.clear();
  Writer writer(out);
  begin(writer, id, op, 0);
}

void write_nodes_request(std::uint64_t id, const NodesQuery& query, Buffer& out) {
  const std::size_t arguments = count(!query.state.empty()) + count(!query.presence.empty()) +
                                count(!query.duty.empty()) + count(!query.labels.empty()) +
                                count(!query.prefix.empty()) + count(!query.sort.empty()) +
                                count(!query.after.empty()) + count(query.limit != 0);
  out.clear();
  Writer writer(out);
  begin(writer, id, "nodes", arguments);
  pair_texts(writer, "state", query.state);
  pair_texts(writer, "presence", query.presence);
  pair_texts(writer, "duty", query.duty);
  pair_labels(writer, query.labels);
  pair_text(writer, "prefix", query.prefix);
  pair_text(writer, "sort", query.sort);
  pair_text(writer, "after", query.after);
  if (query.limit != 0) writer.pair("limit", query.limit);
}

void write_node_request(std::uint64_t id, std::string_view node, Buffer& out, std::string_view op) {
  out.clear();
  Writer writer(out);
  begin(writer, id, op, 1);
  writer.pair("node", node);
}

void write_release_request(std::uint64_t id, std::string_view guard, std::string_view subject,
                           Buffer& out) {
  out.clear();
  Writer writer(out);
  begin(writer, id, "release", 2);
  // Which of the two a guard has, its kind says; the broker takes either.
  writer.pair("guard", guard).pair(guard == "mass_loss" ? "domain" : "node", subject);
}

void write_events_request(std::uint64_t id, const EventsQuery& query, Buffer& out) {
  const std::size_t arguments = 1 + count(!query.node.empty()) + count(!query.kinds.empty()) +
                                count(query.limit != 0) + count(query.since_ms.has_value()) +
                                count(query.until_ms.has_value()) + count(!query.labels.empty()) +
                                count(query.latest);
  out.clear();
  Writer writer(out);
  begin(writer, id, "events", arguments);
  writer.pair("after", query.after);
  pair_text(writer, "node", query.node);
  pair_texts(writer, "kinds", query.kinds);
  if (query.limit != 0) writer.pair("limit", query.limit);
  if (query.since_ms) writer.pair_ms("since", *query.since_ms);
  if (query.until_ms) writer.pair_ms("until", *query.until_ms);
  pair_labels(writer, query.labels);
  if (query.latest) writer.pair_bool("latest", true);
}

}  // namespace rollcall
