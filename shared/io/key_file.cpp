#include "shared/io/key_file.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "shared/core/check.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::string_view kPublicEnding = ".key";
constexpr std::string_view kSecretEnding = ".key_secret";
constexpr std::size_t kShownBytes = 200;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

Error at(const std::string& path, const std::string& why) {
  return Error{fmt::format("{}: {}", escaped(path, kShownBytes), why)};
}

Error failed(const std::string& path) { return at(path, std::strerror(errno)); }

// The mode bits that must not be set.
enum class Guard : mode_t { kPublic = S_IWOTH, kSecret = S_IRWXG | S_IRWXO };

std::string why_unsafe(const struct stat& status, Guard guard) {
  if (!S_ISREG(status.st_mode)) return "is not a regular file";
  if (guard == Guard::kPublic) {
    return (status.st_mode & S_IWOTH) == 0 ? "" : "everybody may write to it; chmod o-w it";
  }
  const bool is_ours = status.st_uid == geteuid() || geteuid() == 0;
  if (!is_ours) return "belongs to somebody else; a secret key must be the user's own";
  if ((status.st_mode & static_cast<mode_t>(Guard::kSecret)) == 0) return {};
  return fmt::format(
      "others may read it (mode {:04o}); chmod 600 it, and if anyone may have, make "
      "a new pair",
      status.st_mode & 07777u);
}

// Without waiting for what is no file (a pipe), and no more than a certificate can have.
Result<std::string> read_text(const std::string& path, Guard guard) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.is_open()) return failed(path);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return failed(path);
  if (const std::string why = why_unsafe(status, guard); !why.empty()) return at(path, why);
  std::string text(limits::kCertificateBytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

template <typename Parse>
Result<Certificate> read_certificate(const std::string& path, Guard guard, Parse&& parse) {
  auto text = read_text(path, guard);
  if (!text) return Error{text.error()};
  auto certificate = parse(*text);
  explicit_bzero(text->data(), text->size());
  if (!certificate) return at(path, certificate.error());
  return certificate;
}

std::string path_of(const std::string& folder, std::string_view name, std::string_view ending) {
  return fmt::format("{}/{}{}", folder, name, ending);
}

// The names of the secret keys in the folder.
Result<std::vector<std::string>> secret_names(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator it(folder, error);
  for (; !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (!name.ends_with(kSecretEnding) || name.size() == kSecretEnding.size()) continue;
    names.push_back(name.substr(0, name.size() - kSecretEnding.size()));
  }
  if (error) return at(folder, error.message());
  return names;
}

Result<bool> write_new(const std::string& path, const std::string& text, mode_t mode) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file.is_open()) {
    return errno == EEXIST ? at(path, "is there already; move it away first") : failed(path);
  }
  const ssize_t written = write(file.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size()) || fsync(file.get()) != 0) return failed(path);
  return true;
}

}  // namespace

Result<Certificate> read_public_key_file(const std::string& path) {
  return read_certificate(path, Guard::kPublic, parse_public_certificate);
}

Result<Certificate> read_secret_key_file(const std::string& path) {
  auto certificate = read_certificate(path, Guard::kSecret, parse_secret_certificate);
  if (!certificate) return certificate;
  std::string derived(41, '\0');
  if (zmq_curve_public(derived.data(), certificate->secret_key.c_str()) != 0) {
    return at(path, "its secret key is none");
  }
  derived.pop_back();
  if (derived != certificate->public_key) {
    return at(path, "its public key does not belong to its secret key; make a new pair");
  }
  return certificate;
}

Result<Certificate> read_broker_key(const std::string& folder) {
  return read_secret_key_file(path_of(folder, "broker", kSecretEnding));
}

Result<CurveClient> read_client_keys(const std::string& folder) {
  auto names = secret_names(folder);
  if (!names) return Error{names.error()};
  if (names->size() != 1) {
    return at(folder, names->empty()
                          ? "no *.key_secret in it; make one with: rollcall-monitor keygen NAME"
                          : "several *.key_secret in it; one of them is who we are, so keep that");
  }
  auto own = read_secret_key_file(path_of(folder, names->front(), kSecretEnding));
  if (!own) return Error{own.error()};
  auto broker = read_public_key_file(path_of(folder, "broker", kPublicEnding));
  if (!broker) {
    return Error{broker.error() +
                 "; copy the broker's broker.key here: it tells the broker from anybody else"};
  }
  return CurveClient{std::move(own->public_key), std::move(own->secret_key),
                     std::move(broker->public_key)};
}

Certificate draw_certificate() {
  Certificate drawn{std::string(41, '\0'), std::string(41, '\0')};
  ROLLCALL_CHECK(zmq_curve_keypair(drawn.public_key.data(), drawn.secret_key.data()) == 0);
  drawn.public_key.pop_back();
  drawn.secret_key.pop_back();
  return drawn;
}

Result<std::string> write_key_files(const std::string& folder, const std::string& name,
                                    const Certificate& certificate) {
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) {
    std::filesystem::create_directories(folder, error);
    if (error) return at(folder, error.message());
    chmod(folder.c_str(), S_IRWXU);
  }
  const std::string when = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)));
  // The secret first: a public key without it is of no use to anybody.
  const auto secret = write_new(path_of(folder, name, kSecretEnding),
                                secret_text(certificate, when), S_IRUSR | S_IWUSR);
  if (!secret) return Error{secret.error()};
  std::string path = path_of(folder, name, kPublicEnding);
  const auto written = write_new(path, public_text(certificate, when), 0644);
  if (!written) return Error{written.error()};
  return path;
}

}  // namespace rollcall
