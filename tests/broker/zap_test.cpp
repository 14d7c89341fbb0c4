// What libzmq is answered for a connection, for requests of every shape.
#include "broker/access/zap.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "shared/keys/certificate.hpp"

namespace rollcall {
namespace {

using Verdict = ZapAnswer::Verdict;
using Frames = std::vector<std::string>;

const std::string kKey = "0123456789abcdef0123456789abcdef";

ZapAnswer answer(const Frames& frames, const Access& access) {
  // Static, as what is answered points into them.
  static std::vector<std::string_view> views;
  views.assign(frames.begin(), frames.end());
  return answer_zap(views, access);
}

class Zap : public testing::Test {
 protected:
  Zap() { access_.replace({{z85_of(kKey), Role::kAgent, "ada"}}); }

  // A good request, but for one frame.
  Frames request(std::size_t frame = 0, const std::string& text = "1.0") const {
    Frames frames{"1.0", "7", "announce", "10.0.0.1", "", "CURVE", kKey};
    frames.at(frame) = text;
    return frames;
  }
  Verdict verdict(const Frames& frames) const { return answer(frames, access_).verdict; }

  Access access_;
};

TEST_F(Zap, AKnownKeyIsAdmittedWithItsToken) {
  const Frames frames = request();
  const ZapAnswer it = answer(frames, access_);
  EXPECT_EQ(it.verdict, Verdict::kAdmitted);
  EXPECT_EQ(it.status, "200");
  EXPECT_EQ(it.request_id, "7");
  ASSERT_NE(access_.who(it.token), nullptr);
  EXPECT_EQ(access_.who(it.token)->name, "ada");
}

TEST_F(Zap, AnUnknownKeyAndAWrongDoorAreToldToComeAgain) {
  for (const Frames& frames : {request(6, std::string(32, 'x')), request(2, "query")}) {
    const ZapAnswer it = answer(frames, access_);
    EXPECT_EQ(it.verdict, Verdict::kUnknownKey);
    EXPECT_EQ(it.status, "300");
    EXPECT_EQ(it.token, "");
    EXPECT_TRUE(is_z85_key(it.public_key));
  }
}

TEST_F(Zap, AnotherVersionIsNotAnswered) {
  for (const std::string version : {"", "1", "1.1", "2.0", "1.0 ", "ZAP", "1.0\n"}) {
    EXPECT_EQ(verdict(request(0, version)), Verdict::kSenseless) << version;
  }
  EXPECT_EQ(verdict(request(0, std::string("1.0\0", 4))), Verdict::kSenseless);
}

TEST_F(Zap, OnlyCurveAndOnlyOurDoors) {
  for (const std::string mechanism : {"", "NULL", "PLAIN", "GSSAPI", "curve", "CURVE "}) {
    EXPECT_EQ(verdict(request(5, mechanism)), Verdict::kSenseless) << mechanism;
  }
  for (const std::string domain : {"", "global", "Announce", "announce ", "feed\n"}) {
    EXPECT_EQ(verdict(request(2, domain)), Verdict::kSenseless) << domain;
  }
}

TEST_F(Zap, AKeyHas32Bytes) {
  for (const std::size_t size : {0u, 1u, 31u, 33u, 40u, 4096u}) {
    EXPECT_EQ(verdict(request(6, std::string(size, 'k'))), Verdict::kSenseless) << size;
  }
  EXPECT_EQ(verdict(request(6, z85_of(kKey))), Verdict::kSenseless) << "not as text";
}

// PLAIN has two credentials, NULL none.
TEST_F(Zap, ARequestHasSevenFrames) {
  for (std::size_t count = 0; count <= 9; ++count) {
    Frames frames = request();
    frames.resize(count, kKey);
    const ZapAnswer it = answer(frames, access_);
    EXPECT_EQ(it.verdict == Verdict::kAdmitted, count == 7) << count;
    EXPECT_EQ(it.request_id, count > 1 ? "7" : "") << "also to be refused it must be answered";
    EXPECT_FALSE(it.status.empty());
  }
}

TEST_F(Zap, AnAddressIsShownWithoutItsTricks) {
  const std::string address("10.0.0.1\0\x1b[2J\n\xff", 15);
  Frames frames = request(3, address);
  EXPECT_EQ(verdict(frames), Verdict::kAdmitted) << "it decides nothing";
  frames[6] = std::string(32, 'x');
  const Line line = turned_away_line(answer(frames, access_));
  std::string all = line.text;
  for (const auto& [name, value] : line.fields) {
    if (const auto* const text = std::get_if<std::string>(&value)) all += *text;
  }
  EXPECT_EQ(all.find_first_of(std::string("\0\x1b\n\xff", 4)), std::string::npos) << all;
  EXPECT_NE(all.find("\\x1b"), std::string::npos) << all;
}

// The example of ZeroMQ RFC 32.
TEST(Z85, IsAsTheRfcHasIt) {
  EXPECT_EQ(z85_of("\x86\x4f\xd2\x6f\xb5\x59\xf7\x5b"), "HelloWorld");
  EXPECT_EQ(z85_of(std::string(4, '\0')), "00000");
  EXPECT_EQ(z85_of("\xff\xff\xff\xff"), "%nSc0");
  EXPECT_EQ(z85_of(""), "");
}

}  // namespace
}  // namespace rollcall
