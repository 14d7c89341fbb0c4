#include "shared/protocol/announcement.hpp"
#include "shared/protocol/fields.hpp"

namespace rollcall {
namespace {

enum LeaveField : int { kReason = kHeaderFields, kBackIn };

int leave_field_of(std::string_view key) {
  if (key == "reason") return kReason;
  if (key == "back_in") return kBackIn;
  return header_field_of(key);
}

bool read_back_in(Reader& reader, std::optional<std::uint64_t>& back_in_ms) {
  if (reader.take_nil()) return true;
  std::uint64_t value = 0;
  if (!reader.read_uint(value)) return false;
  back_in_ms = value;
  return true;
}

bool read_leave_field(Reader& reader, int field, LeaveView& leave) {
  switch (field) {
    case kReason: return reader.read_string(leave.reason);
    case kBackIn: return read_back_in(reader, leave.back_in_ms);
    default: return read_header_field(reader, field, leave.header);
  }
}

}  // namespace

Refusal decode_leave(Bytes body, LeaveView& leave) {
  leave = LeaveView{};
  Reader reader(body);
  std::uint32_t pairs = 0;
  const auto read = [&](int field) { return read_leave_field(reader, field, leave); };
  const std::uint32_t seen = read_fields(reader, kBelowBody, pairs, leave_field_of, read);
  return finish(reader, seen, kHeaderRequired);
}

Refusal why_invalid(const LeaveView& leave) {
  const Refusal header = why_invalid(leave.header);
  if (header != Refusal::kNone) return header;
  if (leave.reason.size() > limits::kLeaveReasonBytes) return Refusal::kOutOfRange;
  return Refusal::kNone;
}

void encode(const Leave& leave, Buffer& out) {
  Writer writer(out);
  writer.map(leave.back_in_ms ? 6 : 5)
      .pair("v", leave.header.version)
      .pair("session", leave.header.session)
      .pair("seq", leave.header.seq)
      .pair("at", leave.header.at_ms)
      .pair("reason", std::string_view(leave.reason));
  if (leave.back_in_ms) writer.pair("back_in", *leave.back_in_ms);
}

}  // namespace rollcall
