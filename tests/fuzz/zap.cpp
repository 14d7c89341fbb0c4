// ZAP requests: any row of frames is answered, and nobody comes in but with a known key, by the
// right mechanism, through the right door.
//
// An input is a row of frames, each with its length before it; a length of 255 stands for a frame
// with the key that is known.
#include "broker/access/zap.hpp"

#include <vector>

#include "shared/keys/certificate.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;

namespace {

constexpr std::string_view kKnown = "0123456789abcdef0123456789abcdef";
constexpr std::size_t kMostFrames = 20;

const Access& access() {
  static const Access it = [] {
    Access made;
    made.replace({{z85_of(kKnown), Role::kAgent, "ada"},
                  {z85_of(std::string(32, 'm')), Role::kMonitor, "eye"}});
    return made;
  }();
  return it;
}

std::vector<std::string_view> frames_of(std::string_view input) {
  std::vector<std::string_view> frames;
  while (!input.empty() && frames.size() < kMostFrames) {
    const std::size_t length = static_cast<unsigned char>(input[0]);
    input.remove_prefix(1);
    if (length == 255) {
      frames.push_back(kKnown);
      continue;
    }
    frames.push_back(input.substr(0, length));
    input.remove_prefix(frames.back().size());
  }
  return frames;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string_view> frames = frames_of(as_text(data, size));
  const ZapAnswer answer = answer_zap(frames, access());
  ROLLCALL_CHECK(answer.status == "200" || answer.status == "300" || answer.status == "400");
  ROLLCALL_CHECK((answer.verdict == ZapAnswer::Verdict::kAdmitted) == (answer.status == "200"));
  ROLLCALL_CHECK((answer.verdict == ZapAnswer::Verdict::kAdmitted) == !answer.token.empty());
  ROLLCALL_CHECK(frames.size() < 2 || answer.request_id == frames[1]);
  if (answer.verdict == ZapAnswer::Verdict::kSenseless) return 0;
  ROLLCALL_CHECK(frames.size() == 7 && frames[0] == "1.0" && frames[5] == "CURVE");
  ROLLCALL_CHECK(door_of(frames[2]) && frames[6].size() == 32);
  ROLLCALL_CHECK(is_z85_key(answer.public_key));
  const Identity* const who = access().who(answer.token);
  ROLLCALL_CHECK((who != nullptr) == (answer.verdict == ZapAnswer::Verdict::kAdmitted));
  if (who != nullptr) {
    ROLLCALL_CHECK(who->public_key == z85_of(frames[6]));
    ROLLCALL_CHECK(Access::may_pass(who->role, *door_of(frames[2])));
    return 0;
  }
  const Line line = turned_away_line(answer);
  for (const char c : line.text) ROLLCALL_CHECK(c != '\n' && c != '\x1b' && c != '\0');
  return 0;
}
