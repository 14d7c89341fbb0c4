// Durations and sizes: any text is read or refused with words; any number is shown.
#include "shared/core/units.hpp"

#include <cstring>

#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text(data, size);
  const auto duration = parse_duration_ms(text);
  ROLLCALL_CHECK(duration ? *duration >= 0 : !duration.error().empty());
  if (duration) {
    const auto again = parse_duration_ms(format_duration_exact(*duration));
    ROLLCALL_CHECK(again && *again == *duration);
  }
  const auto bytes = parse_size_bytes(text);
  ROLLCALL_CHECK(bytes || !bytes.error().empty());

  std::uint64_t number = 0;
  if (size > 0) std::memcpy(&number, data, size < sizeof number ? size : sizeof number);
  const auto as_signed = static_cast<std::int64_t>(number);
  for (const std::string& shown :
       {format_bytes(number), format_rate(number), format_count(number), format_duration(as_signed),
        format_duration_exact(as_signed), format_percent(percent_of(number >> 1, number))}) {
    ROLLCALL_CHECK(!shown.empty() && shown.size() < 64);
  }
  return 0;
}
