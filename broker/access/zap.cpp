#include "broker/access/zap.hpp"

#include <fmt/format.h>

#include "shared/core/escape.hpp"
#include "shared/keys/certificate.hpp"

namespace rollcall {
namespace {

// Frames of a request: version, id, domain, address, routing id, mechanism, then the credentials,
// which for CURVE are the key.
enum Frame : std::size_t {
  kVersion,
  kId,
  kDomain,
  kAddress,
  kRoutingId,
  kMechanism,
  kKey,
  kFrames
};
constexpr std::size_t kShownBytes = 64;

ZapAnswer senseless(ZapAnswer answer, std::string_view why) {
  answer.verdict = ZapAnswer::Verdict::kSenseless;
  answer.status = "400";
  answer.text = why;
  return answer;
}

}  // namespace

ZapAnswer answer_zap(std::span<const std::string_view> frames, const Access& access) {
  ZapAnswer answer;
  if (frames.size() > kId) answer.request_id = frames[kId];
  if (frames.size() != kFrames || frames[kVersion] != "1.0") {
    return senseless(std::move(answer), "only ZAP 1.0 is answered here");
  }
  const auto door = door_of(frames[kDomain]);
  if (!door || frames[kMechanism] != "CURVE" || frames[kKey].size() != kKeyBytes) {
    return senseless(std::move(answer), "only CURVE is spoken here");
  }
  answer.door = name_of(*door);
  answer.address = frames[kAddress];
  answer.public_key = z85_of(frames[kKey]);
  if (const auto token = access.admit(answer.public_key, *door)) {
    answer.verdict = ZapAnswer::Verdict::kAdmitted;
    answer.status = "200";
    answer.token = *token;
    return answer;
  }
  // After a "no" the peer would never try again.
  answer.verdict = ZapAnswer::Verdict::kUnknownKey;
  answer.status = "300";
  answer.text = "this key is not known here";
  return answer;
}

Line turned_away_line(const ZapAnswer& answer) {
  const std::string address = escaped(answer.address, kShownBytes);
  Line line;
  line.level = Level::kWarning;
  line.icon = "🔑";
  line.event = "turned_away";
  line.text = fmt::format(
      "{} knocks at {} with a key that may not enter there: {}; to let it in, put its NAME.key "
      "into the folder of its role",
      address, answer.door, answer.public_key);
  line.fields = {
      {"address", address}, {"door", std::string(answer.door)}, {"public_key", answer.public_key}};
  return line;
}

}  // namespace rollcall
