#include "broker/queries/reply.hpp"

namespace rollcall {
namespace {

// Everything of an envelope but the id; about 250 bytes are used.
constexpr std::size_t kEnvelopeBytes = 1024;

double share_heard(const Totals& totals) {
  const std::uint64_t known = totals.counted() + totals.left();
  return known == 0 ? 1.0 : static_cast<double>(totals.present()) / static_cast<double>(known);
}

void write_as_of(const ClusterView& view, Writer& writer) {
  writer.text("as_of")
      .map(7)
      .pair_ms("at", view.now.wall_ms)
      .pair("broker", view.broker_session)
      .pair_ms("uptime", view.uptime_s)
      .pair("event_seq", view.events.newest())
      .pair_number("heard", share_heard(view.registry.totals()))
      .pair_bool("warming_up", view.warming_up)
      .text("holding")
      .array((view.settling ? 1u : 0u) + (view.insecure ? 1u : 0u) +
             (view.strain.descriptors ? 1u : 0u) + (view.strain.safe_mode ? 1u : 0u));
  if (view.settling) writer.text("own_pause");
  if (view.insecure) writer.text("insecure");
  if (view.strain.descriptors) writer.text("descriptors");
  if (view.strain.safe_mode) writer.text("safe_mode");
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
