#include "shared/client/reply.hpp"

#include "shared/client/named.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kGuards = 16;
// A reply nests an envelope around a list of records, each as deep as a body.
constexpr int kReplyDepth = limits::kNestingDepth + 4;

bool read_as_of(Bytes raw, AsOf& as_of) {
  Reader reader(raw);
  constexpr std::array<std::string_view, 9> kNames{"at",        "broker", "uptime",
                                                   "event_seq", "heard",  "warming_up",
                                                   "holding",   "story",  "resumed_at"};
  read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return reader.read_uint(as_of.at_ms);
      case 1: return reader.read_uint(as_of.broker);
      case 2: return reader.read_uint(as_of.uptime_s);
      case 3: return reader.read_uint(as_of.event_seq);
      case 4: return reader.read_number(as_of.heard);
      case 5: return reader.read_bool(as_of.warming_up);
      case 6: return read_texts(reader, as_of.holding, kGuards);
      case 7: return reader.take_nil() || reader.read_uint(as_of.story.emplace());
      default: return reader.take_nil() || reader.read_uint(as_of.resumed_at.emplace());
    }
  });
  return reader.ok();
}

bool read_error(Reader& reader, Reply& reply) {
  constexpr std::array<std::string_view, 2> kNames{"code", "message"};
  read_named(reader, kNames, [&](int i) {
    return read_text(reader, i == 0 ? reply.error_code : reply.error_message);
  });
  return reader.ok();
}

}  // namespace

bool decode_reply(Bytes frame, Reply& reply) {
  reply = Reply{};
  if (frame.size() > limits::kReplyBytes) return false;
  Reader reader(frame);
  std::uint64_t version = 0;
  constexpr std::array<std::string_view, 6> kNames{"v", "id", "ok", "as_of", "result", "error"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return reader.read_uint(version);
      case 1: return reader.read_uint(reply.id);
      case 2: return reader.read_bool(reply.ok);
      case 3: return reader.skip(kReplyDepth, &reply.as_of_raw);
      case 4: return reader.skip(kReplyDepth, &reply.result);
      default: return read_error(reader, reply);
    }
  });
  if (!reader.ok() || !reader.at_end() || version != 1) return false;
  const std::uint32_t required = reply.ok ? 0b011111u : 0b100111u;
  if ((seen & required) != required) return false;
  return reply.as_of_raw.empty() || read_as_of(reply.as_of_raw, reply.as_of);
}

}  // namespace rollcall
