// ZAP (ZeroMQ RFC 27) without its socket: what libzmq asks for each connection before it counts,
// and what it is answered.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "broker/access/access.hpp"
#include "shared/core/line.hpp"

namespace rollcall {

struct ZapAnswer {
  enum class Verdict : std::uint8_t {
    kAdmitted,    // "200", with a token
    kUnknownKey,  // "300", not now: the peer tries again, and comes in once its key was let in
    kSenseless,   // "400", never: no CURVE, no door of ours, or no request at all
  };
  Verdict verdict = Verdict::kSenseless;
  std::string_view request_id;
  std::string_view status;
  std::string_view text;
  std::string_view token;
  // Of a key that is not known, to tell of it.
  std::string_view door;
  std::string_view address;  // as the peer's machine has it: not safe to print
  std::string public_key;    // Z85
};

// `frames` are the request's, of any number and length. What the answer points to lies in them, in
// `access` or in the program.
ZapAnswer answer_zap(std::span<const std::string_view> frames, const Access& access);

// For the console, of a key that is not known.
Line turned_away_line(const ZapAnswer& answer);

}  // namespace rollcall
