// escaped(): printable UTF-8 within its limit, whatever comes in.
#include "shared/core/escape.hpp"

#include "shared/core/utf8.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text(data, size);
  const std::size_t most_bytes = size == 0 ? 0 : data[0];
  const std::string out = escaped(text, most_bytes);
  ROLLCALL_CHECK(is_utf8(out));
  ROLLCALL_CHECK(out.size() <= most_bytes + std::string_view("…").size());
  for (const char c : out) ROLLCALL_CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  // What is shown whole and had nothing to hide is shown as it is.
  const std::string whole = escaped(text, text.size() * 10 + 1);
  ROLLCALL_CHECK(escaped(whole, whole.size()) == whole);
  return 0;
}
