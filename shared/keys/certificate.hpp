// A key pair of CURVE as a ZeroMQ certificate: text that pyzmq's zmq.auth reads and writes, too. A
// public one (NAME.key) has the public key alone, a secret one (NAME.key_secret) both.
#pragma once

#include <string>
#include <string_view>

#include "shared/core/result.hpp"

namespace rollcall {

struct Certificate {
  std::string public_key;  // Z85, 40 characters
  std::string secret_key;  // the same; empty in a public certificate
};

// A key as bytes, and as text: 40 characters of Z85.
inline constexpr std::size_t kKeyBytes = 32;
bool is_z85_key(std::string_view text);
// Of bytes whose number is a multiple of four (ZeroMQ RFC 32).
std::string z85_of(std::string_view bytes);

// Strict: a key that is missing, malformed or given twice is an error, and so is a text that is no
// certificate at all. Comments, metadata and unknown keys are passed over.
Result<Certificate> parse_certificate(std::string_view text);
// Both fail where the secret key is there (a secret certificate in the place of a public one would
// be handed around) or missing, respectively.
Result<Certificate> parse_public_certificate(std::string_view text);
Result<Certificate> parse_secret_certificate(std::string_view text);

// The text of NAME.key and of NAME.key_secret. `written` is a comment, such as a date.
std::string public_text(const Certificate& certificate, std::string_view written);
std::string secret_text(const Certificate& certificate, std::string_view written);

}  // namespace rollcall
