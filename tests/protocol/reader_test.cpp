#include "shared/protocol/reader.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tests/protocol/samples.hpp"

namespace rollcall {
namespace {

// [P7] An integer may come in any width.
TEST(Reader, TakesAnUnsignedNumberInEveryWidth) {
  const struct {
    const char* hex;
    std::uint64_t value;
  } kCases[] = {{"00", 0},
                {"7f", 127},
                {"cc 00", 0},
                {"cc ff", 255},
                {"cd ff ff", 65'535},
                {"ce ff ff ff ff", 4'294'967'295},
                {"cf ff ff ff ff ff ff ff ff", std::numeric_limits<std::uint64_t>::max()},
                {"cf 00 00 00 00 00 00 00 07", 7},
                {"d0 7f", 127},
                {"d1 7f ff", 32'767},
                {"d2 7f ff ff ff", 2'147'483'647},
                {"d3 7f ff ff ff ff ff ff ff", 9'223'372'036'854'775'807}};
  for (const auto& each : kCases) {
    const std::string bytes = from_hex(each.hex);
    Reader reader(bytes);
    std::uint64_t value = 0;
    EXPECT_TRUE(reader.read_uint(value)) << each.hex;
    EXPECT_EQ(value, each.value) << each.hex;
    EXPECT_TRUE(reader.at_end()) << each.hex;
  }
}

Refusal why_not_uint(const char* hex) {
  const std::string bytes = from_hex(hex);
  Reader reader(bytes);
  std::uint64_t value = 0;
  return reader.read_uint(value) ? Refusal::kNone : reader.failure();
}

TEST(Reader, RefusesNegativeNumbersAndOtherTypesAsUnsigned) {
  for (const char* hex :
       {"ff", "e0", "d0 80", "d1 80 00", "d2 ff ff ff ff", "d3 ff ff ff ff ff ff ff ff"}) {
    EXPECT_EQ(why_not_uint(hex), Refusal::kOutOfRange) << hex;
  }
  for (const char* hex : {"c0", "c2", "a1 31", "90", "80", "ca 3f 80 00 00", "c4 01 00",
                          "cb 3f f0 00 00 00 00 00 00", "d4 01 01"}) {
    EXPECT_EQ(why_not_uint(hex), Refusal::kWrongType) << hex;
  }
  for (const char* hex : {"", "c1", "cc", "cd 00", "ce 00 00 00", "cf 00", "d0", "d3 00 00"}) {
    EXPECT_EQ(why_not_uint(hex), Refusal::kMalformed) << hex;
  }
}

double number_of(const char* hex) {
  const std::string bytes = from_hex(hex);
  Reader reader(bytes);
  double value = 0;
  return reader.read_number(value) && reader.at_end() ? value : std::nan("");
}

// [P8] A float key may come as an integer, or in single precision.
TEST(Reader, TakesANumberFromFloatsAndIntegers) {
  EXPECT_EQ(number_of("cb 40 28 80 00 00 00 00 00"), 12.25);
  EXPECT_EQ(number_of("ca 41 44 00 00"), 12.25);
  EXPECT_EQ(number_of("0c"), 12);
  EXPECT_EQ(number_of("f4"), -12);
  EXPECT_EQ(number_of("d1 ff f4"), -12);
  EXPECT_EQ(number_of("cf 00 00 00 00 00 00 00 0c"), 12);
}

TEST(Reader, RefusesNumbersThatAreNone) {
  for (const char* hex : {"cb 7f f8 00 00 00 00 00 00", "cb 7f f0 00 00 00 00 00 00",
                          "cb ff f0 00 00 00 00 00 00", "ca 7f c0 00 00", "ca ff 80 00 00"}) {
    const std::string bytes = from_hex(hex);
    Reader reader(bytes);
    double value = 0;
    EXPECT_FALSE(reader.read_number(value)) << hex;
    EXPECT_EQ(reader.failure(), Refusal::kOutOfRange) << hex;
  }
}

TEST(Reader, TakesTextInEveryWidth) {
  for (const char* hex :
       {"a3 61 62 63", "d9 03 61 62 63", "da 00 03 61 62 63", "db 00 00 00 03 61 62 63"}) {
    const std::string bytes = from_hex(hex);
    Reader reader(bytes);
    std::string_view value;
    EXPECT_TRUE(reader.next_is_string()) << hex;
    EXPECT_TRUE(reader.read_string(value)) << hex;
    EXPECT_EQ(value, "abc") << hex;
  }
}

TEST(Reader, RefusesTextThatIsNotUtf8OrNotText) {
  const struct {
    const char* hex;
    Refusal why;
  } kCases[] = {{"a1 ff", Refusal::kBadText},       {"a2 c3 28", Refusal::kBadText},
                {"a3 ed a0 80", Refusal::kBadText}, {"c4 01 61", Refusal::kWrongType},
                {"d9 05 61", Refusal::kMalformed},  {"db ff ff ff ff 61", Refusal::kMalformed},
                {"da 00", Refusal::kMalformed},     {"01", Refusal::kWrongType}};
  for (const auto& each : kCases) {
    const std::string bytes = from_hex(each.hex);
    Reader reader(bytes);
    std::string_view value;
    EXPECT_FALSE(reader.read_string(value)) << each.hex;
    EXPECT_EQ(reader.failure(), each.why) << each.hex;
  }
}

TEST(Reader, TakesContainersInEveryWidth) {
  std::uint32_t count = 0;
  for (const char* hex : {"82", "de 00 02", "df 00 00 00 02"}) {
    const std::string bytes = from_hex(hex);
    Reader reader(bytes);
    EXPECT_TRUE(reader.read_map(count)) << hex;
    EXPECT_EQ(count, 2u);
  }
  for (const char* hex : {"92", "dc 00 02", "dd 00 00 00 02"}) {
    const std::string bytes = from_hex(hex);
    Reader reader(bytes);
    EXPECT_TRUE(reader.read_array(count)) << hex;
    EXPECT_EQ(count, 2u);
  }
}

TEST(Reader, TakesBooleansAndNil) {
  const std::string bytes = from_hex("c3 c2 c0 01");
  Reader reader(bytes);
  bool yes = false;
  bool no = true;
  EXPECT_TRUE(reader.read_bool(yes) && reader.read_bool(no));
  EXPECT_TRUE(yes);
  EXPECT_FALSE(no);
  EXPECT_TRUE(reader.take_nil());
  EXPECT_FALSE(reader.take_nil());
  EXPECT_FALSE(reader.read_bool(yes));
  EXPECT_EQ(reader.failure(), Refusal::kWrongType);
}

TEST(Reader, KeepsItsFirstFailure) {
  const std::string bytes = from_hex("a1 ff 01");
  Reader reader(bytes);
  std::string_view text;
  std::uint64_t value = 99;
  EXPECT_FALSE(reader.read_string(text));
  EXPECT_FALSE(reader.read_uint(value));
  EXPECT_FALSE(reader.skip(8));
  EXPECT_EQ(reader.failure(), Refusal::kBadText);
  EXPECT_EQ(value, 99u);
}

TEST(Reader, PassesOverOneValueOfEveryType) {
  for (const char* hex : {"00",
                          "ff",
                          "c0",
                          "c2",
                          "c3",
                          "c4 02 00 ff",
                          "c5 00 01 ff",
                          "c6 00 00 00 01 ff",
                          "c7 02 05 00 00",
                          "c8 00 01 05 00",
                          "c9 00 00 00 01 05 00",
                          "ca 00 00 00 00",
                          "cb 00 00 00 00 00 00 00 00",
                          "cc 00",
                          "cd 00 00",
                          "ce 00 00 00 00",
                          "cf 00 00 00 00 00 00 00 00",
                          "d0 00",
                          "d1 00 00",
                          "d2 00 00 00 00",
                          "d3 00 00 00 00 00 00 00 00",
                          "d4 01 00",
                          "d5 01 00 00",
                          "d6 01 00 00 00 00",
                          "d7 01 00 00 00 00 00 00 00 00",
                          "d8 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
                          "d9 01 61",
                          "da 00 01 61",
                          "db 00 00 00 01 61",
                          "dc 00 01 00",
                          "dd 00 00 00 01 00",
                          "de 00 01 a1 61 02",
                          "df 00 00 00 01 a1 61 02",
                          "80",
                          "90",
                          "82 a1 61 90 a1 62 91 80",
                          "d6 ff 00 00 00 00",
                          "d7 ff ee 6b 27 fc 00 00 00 00",
                          "c7 0c ff 3b 9a c9 ff 00 00 00 00 00 00 00 00",
                          "a0"}) {
    const std::string bytes = from_hex(hex);
    Reader reader(bytes);
    Bytes raw;
    EXPECT_TRUE(reader.skip(8, &raw)) << hex;
    EXPECT_TRUE(reader.at_end()) << hex;
    EXPECT_EQ(raw, bytes) << hex;
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      Reader shorter(Bytes(bytes).substr(0, cut));
      EXPECT_FALSE(shorter.skip(8)) << hex << " cut at " << cut;
      EXPECT_EQ(shorter.failure(), Refusal::kMalformed) << hex;
    }
  }
  const std::string unused = from_hex("c1");
  Reader reader(unused);
  EXPECT_FALSE(reader.skip(8));
  EXPECT_EQ(reader.failure(), Refusal::kMalformed);
}

TEST(Reader, PassesOverAsManyLevelsAsAllowedAndNoMore) {
  for (int levels = 0; levels <= 16; ++levels) {
    const std::string bytes = nested(levels);
    Reader enough(bytes);
    EXPECT_TRUE(enough.skip(levels)) << levels;
    if (levels == 0) continue;
    Reader short_by_one(bytes);
    EXPECT_FALSE(short_by_one.skip(levels - 1)) << levels;
    EXPECT_EQ(short_by_one.failure(), Refusal::kTooDeep);
  }
}

// What common libraries refuse may not get into a page of records: it would make all of it
// unreadable.
TEST(Reader, PassesOverNothingThatOtherLibrariesChokeOn) {
  for (const char* hex : {
           "81 01 02",                 // a key that is no string
           "81 c0 02",                 //
           "81 90 02",                 //
           "82 a1 61 01 c4 01 61 02",  // the second key is binary
           "91 81 01 02",              //
       }) {
    const std::string bytes = from_hex(hex);
    Reader reader(bytes);
    EXPECT_FALSE(reader.skip(8)) << hex;
    EXPECT_EQ(reader.failure(), Refusal::kWrongType) << hex;
  }
  for (const char* hex : {
           "d4 ff 00",     // times of impossible lengths
           "d5 ff 00 00",  //
           "d8 ff 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
           "c7 05 ff 00 00 00 00 00",                       //
           "c7 00 ff",                                      //
           "c8 00 04 ff 00 00 00 00",                       //
           "d7 ff ff ff ff ff 00 00 00 00",                 // more than a second of nanoseconds
           "c7 0c ff ff ff ff ff 00 00 00 00 00 00 00 00",  //
       }) {
    const std::string bytes = from_hex(hex);
    Reader reader(bytes);
    EXPECT_FALSE(reader.skip(8)) << hex;
    EXPECT_EQ(reader.failure(), Refusal::kOutOfRange) << hex;
  }
}

}  // namespace
}  // namespace rollcall
