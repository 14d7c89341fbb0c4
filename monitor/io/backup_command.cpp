// backup, restore: the broker's store as a file, in parts.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/io/atomic_file.hpp"
#include "monitor/io/order_commands.hpp"
#include "monitor/io/output.hpp"
#include "monitor/io/progress.hpp"
#include "shared/client/backup.hpp"
#include "shared/config/options.hpp"
#include "shared/core/digest.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/limits.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

// Copying and checking a large store takes the broker longer than answering a question.
constexpr std::int64_t kCopyMs = 120'000;

int refused(const Settings& settings, const Answer& answer) {
  const int code = failed(settings, answer);
  if (answer.asked == Asked::kRefused && answer.reply.error_code == "forbidden") {
    complain(
        "backups take an admin's key: have your NAME.key put into admins/ of the broker's keys, "
        "and name yours with --keys");
  } else if (answer.asked == Asked::kRefused && answer.reply.error_code == "unknown_op") {
    complain("this broker is older than backups; update it");
  }
  return code;
}

// Is anybody there? That must not take as long as a copy may.
Answer knock(zmq::context_t& context, const Settings& settings) {
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  return asker.ask([](std::uint64_t id, Buffer& out) { write_request(id, "ping", out); });
}

double share_of(std::uint64_t done, std::uint64_t whole) {
  return static_cast<double>(done) / static_cast<double>(std::max<std::uint64_t>(whole, 1));
}

// All parts of the copy, in order. The exit code, and in `why` what went wrong with the file.
int fetch(const Settings& settings, Asker& asker, const BackupBegun& begun, AtomicFile& file,
          std::string& why) {
  Digest digest;
  Progress progress("");
  std::uint64_t done = 0;
  while (done < begun.bytes) {
    const Answer answer = asker.ask(
        [&](std::uint64_t id, Buffer& out) { write_backup_part(id, begun.name, done, out); });
    if (answer.asked != Asked::kAnswered) return refused(settings, answer);
    BackupPart part;
    if (!decode_backup_part(answer.reply.result, part)) return malformed(settings);
    if (part.bytes != begun.bytes || part.data.size() > begun.bytes - done) {
      why = "the copy changed its size while it was read; try again";
      return kExitFailed;
    }
    why = file.write(part.data);
    if (!why.empty()) return kExitFailed;
    digest.add(part.data);
    done += part.data.size();
    progress.tell(done, share_of(done, begun.bytes));
  }
  if (digest.value() == begun.digest) return kExitDone;
  why = fmt::format(
      "what came is not what the broker sent: digest {:016x} instead of {:016x}; try "
      "again",
      digest.value(), begun.digest);
  return kExitFailed;
}

struct Closer {
  int file = -1;
  ~Closer() {
    if (file >= 0) close(file);
  }
};

// Reads up to `length` bytes at `offset`; empty at the end or on an error, told in `why`.
std::string read_at(int file, std::uint64_t offset, std::size_t length, std::string& why) {
  std::string bytes(length, '\0');
  const ssize_t got = pread(file, bytes.data(), length, static_cast<off_t>(offset));
  if (got < 0) why = std::string("cannot read the backup: ") + std::strerror(errno);
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return bytes;
}

std::uint64_t digest_of(int file, std::uint64_t size, std::string& why) {
  Digest digest;
  for (std::uint64_t at = 0; at < size && why.empty();) {
    const std::string bytes = read_at(file, at, limits::kBackupPartBytes, why);
    if (bytes.empty() && why.empty()) why = "the backup changed while it was read";
    digest.add(bytes);
    at += bytes.size();
  }
  return digest.value();
}

// The file, opened, with its size; what is wrong with it, or an empty text.
std::string open_backup(const std::string& path, Closer& file, std::uint64_t& size) {
  file.file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status {};
  if (file.file < 0 || fstat(file.file, &status) != 0) {
    return fmt::format("cannot read {}: {}", escaped(path), std::strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) return escaped(path) + " is no regular file";
  size = static_cast<std::uint64_t>(status.st_size);
  std::string why;
  const std::string head = read_at(file.file, 0, 16, why);
  // As every SQLite database begins.
  if (why.empty() && head != std::string("SQLite format 3\0", 16)) {
    why = escaped(path) + " is no backup: it is no SQLite database";
  }
  return why;
}

int send(const Settings& settings, Asker& asker, int file, std::uint64_t size, std::string& why) {
  const std::uint64_t digest = digest_of(file, size, why);
  if (!why.empty()) return kExitFailed;
  Answer answer =
      asker.ask([&](std::uint64_t id, Buffer& out) { write_restore_begin(id, size, digest, out); });
  if (answer.asked != Asked::kAnswered) return refused(settings, answer);
  Progress progress("");
  for (std::uint64_t at = 0; at < size;) {
    const std::string bytes = read_at(file, at, limits::kRestorePartBytes, why);
    if (bytes.empty()) {
      if (why.empty()) why = "the backup changed while it was read";
      return kExitFailed;
    }
    answer =
        asker.ask([&](std::uint64_t id, Buffer& out) { write_restore_part(id, at, bytes, out); });
    if (answer.asked != Asked::kAnswered) return refused(settings, answer);
    at += bytes.size();
    progress.tell(at, share_of(at, size));
  }
  return kExitDone;
}

// Nothing where it may go on; else the exit code.
std::optional<int> why_not_agreed(const Settings& settings, const BackupSettings& backup) {
  if (backup.yes) return std::nullopt;
  const std::string what = fmt::format("replace what the broker at {} remembers with {}",
                                       settings.query, escaped(backup.file));
  if (!can_ask()) {
    complain(what + "? There is no terminal to ask on: say --yes if that is meant");
    return kExitUsage;
  }
  if (is_agreed(what + "?")) return std::nullopt;
  complain("nothing was changed");
  return kExitFailed;
}

}  // namespace

int run_backup(const Settings& settings, const BackupSettings& backup) {
  AtomicFile file;
  std::string why = file.open(backup.file, 0600, backup.force);
  if (!why.empty()) {
    complain("backup: " + why);
    return kExitFailed;
  }
  zmq::context_t context;
  Asker asker(context, settings.query, std::max(settings.timeout_ms, kCopyMs), settings.curve());
  Answer answer = knock(context, settings);
  if (answer.asked == Asked::kAnswered) answer = asker.ask(write_backup_begin);
  if (answer.asked != Asked::kAnswered) return refused(settings, answer);
  BackupBegun begun;
  if (!decode_backup_begun(answer.reply.result, begun)) return malformed(settings);
  const int code = fetch(settings, asker, begun, file, why);
  if (code == kExitDone) why = file.finish();
  if (!why.empty()) {
    complain("backup: " + why);
    return kExitFailed;
  }
  if (code != kExitDone) return code;
  put_line(settings.is_json()
               ? fmt::format(R"({{"bytes":{},"digest":"{:016x}"}})", begun.bytes, begun.digest)
               : fmt::format("{}: {}, digest {:016x}; put it back with: rollcall-monitor restore "
                             "{}",
                             escaped(backup.file), format_bytes(begun.bytes), begun.digest,
                             escaped(backup.file)));
  return kExitDone;
}

int run_restore(const Settings& settings, const BackupSettings& backup) {
  Closer file;
  std::uint64_t size = 0;
  std::string why = open_backup(backup.file, file, size);
  if (!why.empty()) {
    complain("restore: " + why);
    return kExitFailed;
  }
  if (const auto code = why_not_agreed(settings, backup)) return *code;
  zmq::context_t context;
  Asker asker(context, settings.query, std::max(settings.timeout_ms, kCopyMs), settings.curve());
  Answer answer = knock(context, settings);
  if (answer.asked != Asked::kAnswered) return refused(settings, answer);
  const int code = send(settings, asker, file.file, size, why);
  if (!why.empty()) complain("restore: " + why);
  if (code != kExitDone) return code;
  answer = asker.ask(write_restore_finish);
  if (answer.asked != Asked::kAnswered) return refused(settings, answer);
  if (settings.is_json()) return print_json(settings, answer.reply);
  put_line(
      fmt::format("restored {}; nodes are listed as not yet heard until they beat: "
                  "rollcall-monitor nodes",
                  format_bytes(size)));
  return kExitDone;
}

}  // namespace rollcall
