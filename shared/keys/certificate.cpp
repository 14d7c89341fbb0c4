#include "shared/keys/certificate.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kKeyCharacters = 40;
constexpr std::string_view kBlank = " \t\r";
constexpr std::string_view kAlphabet =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(kBlank);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kBlank) - from + 1);
}

// The value without the quotes around it; they may be single, double or absent.
std::string_view unquoted(std::string_view value) {
  if (value.size() < 2 || value.front() != value.back()) return value;
  if (value.front() != '"' && value.front() != '\'') return value;
  return value.substr(1, value.size() - 2);
}

// Says what is wrong with `key = value`, or nothing.
std::string take(std::string_view key, std::string_view value, Certificate& into) {
  if (key != "public-key" && key != "secret-key") return {};
  std::string& target = key == "public-key" ? into.public_key : into.secret_key;
  if (!target.empty()) return fmt::format("{} is given twice", key);
  value = unquoted(value);
  // The value is not shown: it may be a secret.
  if (!is_z85_key(value)) return fmt::format("{} is not 40 characters of Z85", key);
  target = value;
  return {};
}

std::string text_of(std::string_view kind, std::string_view warning, std::string_view written,
                    std::string_view keys) {
  return fmt::format(
      "#   Written by rollcall{}{}\n"
      "#   ZeroMQ CURVE {} certificate\n"
      "#   {}\n"
      "\n"
      "metadata\n"
      "curve\n"
      "{}",
      written.empty() ? "" : ", ", written, kind, warning, keys);
}

}  // namespace

std::string z85_of(std::string_view bytes) {
  std::string text;
  for (; bytes.size() >= 4; bytes.remove_prefix(4)) {
    std::uint32_t value = 0;
    for (const char byte : bytes.substr(0, 4)) {
      value = value << 8u | static_cast<unsigned char>(byte);
    }
    for (std::uint32_t power = 85 * 85 * 85 * 85; power != 0; power /= 85) {
      text += kAlphabet[value / power % 85];
    }
  }
  return text;
}

bool is_z85_key(std::string_view text) {
  if (text.size() != kKeyCharacters) return false;
  // Five characters are a number of 32 bits; some combinations are beyond it.
  for (std::size_t i = 0; i < text.size(); i += 5) {
    std::uint64_t value = 0;
    for (const char c : text.substr(i, 5)) {
      const std::size_t digit = kAlphabet.find(c);
      if (digit == std::string_view::npos) return false;
      value = value * kAlphabet.size() + digit;
    }
    if (value > UINT32_MAX) return false;
  }
  return true;
}

Result<Certificate> parse_certificate(std::string_view text) {
  if (text.size() > limits::kCertificateBytes) {
    return Error{fmt::format("longer than {} bytes: no certificate", limits::kCertificateBytes)};
  }
  Certificate found;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = line.find('=');
    if (line.empty() || line.front() == '#' || equals == std::string_view::npos) continue;
    const std::string_view key = trimmed(line.substr(0, equals));
    const std::string why = take(key, trimmed(line.substr(equals + 1)), found);
    if (!why.empty()) return Error{fmt::format("line {}: {}", number, why)};
  }
  if (found.public_key.empty()) return Error{"no public-key in it: no certificate"};
  return found;
}

Result<Certificate> parse_public_certificate(std::string_view text) {
  auto found = parse_certificate(text);
  if (found && !found->secret_key.empty()) {
    return Error{"it holds a secret key, which must stay where it was made; put NAME.key here"};
  }
  return found;
}

Result<Certificate> parse_secret_certificate(std::string_view text) {
  auto found = parse_certificate(text);
  if (found && found->secret_key.empty()) return Error{"no secret-key in it"};
  return found;
}

std::string public_text(const Certificate& certificate, std::string_view written) {
  return text_of("public", "Hand it to those who shall know you.", written,
                 fmt::format("    public-key = \"{}\"\n", certificate.public_key));
}

std::string secret_text(const Certificate& certificate, std::string_view written) {
  return text_of("secret", "Keep it to yourself: whoever has it is you.", written,
                 fmt::format("    public-key = \"{}\"\n    secret-key = \"{}\"\n",
                             certificate.public_key, certificate.secret_key));
}

}  // namespace rollcall
