#include "shared/keys/certificate.hpp"

#include <gtest/gtest.h>

#include "shared/core/limits.hpp"
#include "shared/core/random.hpp"

namespace rollcall {
namespace {

// The pair of the examples of ZeroMQ's own manual.
const std::string kPublic = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
const std::string kSecret = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";

std::string file(const std::string& body) {
  return "#   **** Generated on 2026-01-01 by pyzmq  ****\n#   comment with public-key = \"no\"\n\n"
         "metadata\n    name = \"somebody\"\ncurve\n" +
         body;
}
std::string line(const std::string& name, const std::string& key) {
  return "    " + name + " = \"" + key + "\"\n";
}

TEST(Certificate, ReadsWhatPyzmqWrites) {
  const auto both =
      parse_certificate(file(line("public-key", kPublic) + line("secret-key", kSecret)));
  ASSERT_TRUE(both) << both.error();
  EXPECT_EQ(both->public_key, kPublic);
  EXPECT_EQ(both->secret_key, kSecret);
  const auto bare = parse_public_certificate("public-key=" + kPublic + "\r\n");
  ASSERT_TRUE(bare) << bare.error();
  EXPECT_EQ(bare->public_key, kPublic);
}

TEST(Certificate, ReadsWhatItWrites) {
  const Certificate written{kPublic, kSecret};
  const auto secret = parse_secret_certificate(secret_text(written, "2026-01-01"));
  ASSERT_TRUE(secret) << secret.error();
  EXPECT_EQ(secret->secret_key, kSecret);
  EXPECT_EQ(secret->public_key, kPublic);
  const std::string shared = public_text(written, "");
  EXPECT_EQ(shared.find(kSecret), std::string::npos);
  const auto known = parse_public_certificate(shared);
  ASSERT_TRUE(known) << known.error();
  EXPECT_EQ(known->public_key, kPublic);
}

TEST(Certificate, WhatIsDoubtfulIsNone) {
  for (const std::string& text : {
           std::string(),
           std::string("curve\n"),
           std::string("anything at all"),
           file(line("secret-key", kSecret)),
           file(line("public-key", "")),
           file(line("public-key", kPublic.substr(1))),
           file(line("public-key", kPublic + "x")),
           file(line("public-key", kPublic.substr(1) + " ")),
           file(line("public-key", kPublic.substr(1) + '\0')),
           file(line("public-key", "#####" + kPublic.substr(5))),  // beyond 32 bits
           file(line("public-key", kPublic) + line("public-key", kPublic)),
           std::string(limits::kCertificateBytes + 1, '\n'),
       }) {
    EXPECT_FALSE(parse_certificate(text)) << text;
  }
  EXPECT_FALSE(parse_secret_certificate(file(line("public-key", kPublic))));
  EXPECT_FALSE(
      parse_public_certificate(file(line("public-key", kPublic) + line("secret-key", kSecret))))
      << "a secret in the place of a public key has been handed around";
}

TEST(Certificate, NeverSaysTheSecret) {
  const std::string damaged = kSecret + "x";
  const auto read =
      parse_certificate(file(line("public-key", kPublic) + line("secret-key", damaged)));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().find(kSecret.substr(0, 10)), std::string::npos) << read.error();
  EXPECT_NE(read.error().find("line 8"), std::string::npos) << read.error();
}

// Whatever happens to a certificate on its way: it is refused, or it is the same key.
TEST(Certificate, DamageIsNoticed) {
  Random random(11);
  const std::string whole = file(line("public-key", kPublic));
  for (int round = 0; round < 20'000; ++round) {
    std::string text = whole;
    for (std::uint64_t i = 1 + random.below(3); i > 0; --i) {
      const std::size_t at = random.below(text.size());
      if (random.chance(0.5)) text[at] = static_cast<char>(random.below(256));
      if (random.chance(0.3)) text.erase(at, 1 + random.below(8));
      if (text.empty()) break;
    }
    const auto read = parse_certificate(text);
    EXPECT_TRUE(!read || is_z85_key(read->public_key)) << text;
  }
}

}  // namespace
}  // namespace rollcall
