#include "broker/queries/reply.hpp"

#include <array>

namespace rollcall {
namespace {

// Everything of an envelope but the id; about 250 bytes are used.
constexpr std::size_t kEnvelopeBytes = 1024;

double share_heard(const Totals& totals) {
  const std::uint64_t known = totals.counted() + totals.left();
  return known == 0 ? 1.0 : static_cast<double>(totals.present()) / static_cast<double>(known);
}

// The words of `holding`: each guard's kind once, and that nobody is authenticated.
void write_holding(const ClusterView& view, Writer& writer) {
  std::array<std::string_view, kGuardKindNames.size() + 1> words;
  std::size_t count = 0;
  for (std::size_t i = 0; i < kGuardKindNames.size(); ++i) {
    const auto kind = static_cast<GuardKind>(i);
    const bool holds = view.guards.list().holds(kind);
    if (holds || (kind == GuardKind::kOwnPause && view.settling)) words[count++] = name_of(kind);
  }
  if (view.insecure) words[count++] = "insecure";
  writer.text("holding").array(count);
  for (std::size_t i = 0; i < count; ++i) writer.text(words[i]);
}

void write_as_of(const ClusterView& view, Writer& writer) {
  writer.text("as_of")
      .map(view.story == 0 ? 7 : 9)
      .pair_ms("at", view.now.wall_ms)
      .pair("broker", view.broker_session)
      .pair_ms("uptime", view.uptime_s)
      .pair("event_seq", view.events.told())
      .pair_number("heard", share_heard(view.registry.totals()))
      .pair_bool("warming_up", view.guards.is_warming_up());
  write_holding(view, writer);
  if (view.story == 0) return;
  writer.pair("story", view.story).pair("resumed_at", view.resumed_at);
}

Writer& begin(Bytes id, bool ok, Writer& writer) {
  writer.map(ok ? 5 : 4).pair("v", kProtocolVersion).text("id");
  if (id.empty()) {
    writer.nil();
  } else {
    writer.raw(id);
  }
  return writer.pair_bool("ok", ok);
}

}  // namespace

void begin_reply(Bytes id, const ClusterView& view, Buffer& out) {
  Writer writer(out);
  begin(id, true, writer);
  write_as_of(view, writer);
  writer.text("result");
}

void write_failure(Bytes id, const QueryFailure& failure, Buffer& out) {
  Writer writer(out);
  begin(id, false, writer)
      .text("error")
      .map(2)
      .pair("code", name_of(failure.code))
      .pair("message", std::string_view(failure.message));
}

std::size_t page_bytes(Bytes id) { return limits::kReplyBytes - kEnvelopeBytes - id.size(); }

}  // namespace rollcall
