// parse_certificate: whatever it accepts are two keys that CURVE takes, and what it writes of them
// it reads again.
#include "shared/keys/certificate.hpp"

#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = parse_certificate(as_text(data, size));
  if (!read) {
    ROLLCALL_CHECK(!read.error().empty());
    return 0;
  }
  ROLLCALL_CHECK(is_z85_key(read->public_key));
  ROLLCALL_CHECK(read->secret_key.empty() || is_z85_key(read->secret_key));
  const auto again = read->secret_key.empty() ? parse_public_certificate(public_text(*read, ""))
                                              : parse_secret_certificate(secret_text(*read, ""));
  ROLLCALL_CHECK(again && again->public_key == read->public_key &&
                 again->secret_key == read->secret_key);
  return 0;
}
