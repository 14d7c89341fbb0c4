#include "broker/io/store/transfer_desk.hpp"

#include <utility>

#include <msgpack.hpp>

#include "shared/protocol/writer.hpp"

namespace rollcall {
namespace {

std::string part_of(const BackupFolder::Part& part) {
  Buffer out;
  out.make_room(part.data.size() + 64);
  Writer(out).map(2).text("data");
  msgpack::packer<Buffer> packer(out);
  packer.pack_bin(static_cast<std::uint32_t>(part.data.size()));
  packer.pack_bin_body(part.data.data(), static_cast<std::uint32_t>(part.data.size()));
  Writer(out).pair("bytes", part.bytes);
  return std::string(out.view());
}

std::string one_number(std::string_view key, std::uint64_t value) {
  Buffer out;
  Writer(out).map(1).pair(key, value);
  return std::string(out.view());
}

}  // namespace

TransferDesk::TransferDesk(const StoreOptions& options)
    : is_file_(options.is_file()),
      folder_(options.path),
      maker_(folder_),
      restorer_(options.path) {}

void TransferDesk::take(const StoreAsk& ask, Database& store, Now now) {
  if (!is_file_) {
    answers.push_back({ask.ticket,
                       PastFailure{QueryError::kUnavailable,
                                   "this broker remembers in memory alone: start it with --store "
                                   "PATH to have backups, and to put one back"},
                       {}});
    return;
  }
  if (ask.question.op == PastOp::kBackup) return take_backup(ask, store, now);
  take_restore(ask, now);
}

void TransferDesk::take_backup(const StoreAsk& ask, Database& store, Now now) {
  const Transfer& transfer = ask.question.transfer;
  StoreAnswer answer{ask.ticket, std::nullopt, {}};
  if (!transfer.name.empty()) {
    BackupFolder::Part part;
    answer.failure = folder_.read(transfer.name, transfer.offset, part);
    if (!answer.failure) answer.result = part_of(part);
  } else if (maker_.is_busy()) {
    answer.failure =
        PastFailure{QueryError::kUnavailable, "a backup is just being made; ask again later"};
  } else {
    answer.failure = maker_.begin(store, ask.ticket, now.wall_ms);
    if (!answer.failure) return;  // answered when it is made
  }
  answers.push_back(std::move(answer));
}

void TransferDesk::take_restore(const StoreAsk& ask, Now now) {
  StoreAnswer answer{ask.ticket, std::nullopt, {}};
  answer.failure = restorer_.take(ask.question.transfer, ask.question.by, now);
  if (!answer.failure && restorer_.is_examining()) {
    restorer_.set_ticket(ask.ticket);
    return;  // answered when it is in place
  }
  if (!answer.failure) answer.result = one_number("received", restorer_.received());
  answers.push_back(std::move(answer));
}

void TransferDesk::work(Now now) {
  if (!is_file_) return;
  if (maker_.is_busy()) {
    if (auto answer = maker_.advance()) answers.push_back(std::move(*answer));
  }
  if (!restorer_.advance(now)) return;
  if (auto failure = restorer_.failure()) {
    answers.push_back({restorer_.ticket(), std::move(failure), {}});
  }
}

void TransferDesk::store_closes(const std::string& why) {
  if (auto answer = maker_.store_closes(why)) answers.push_back(std::move(*answer));
}

void TransferDesk::is_restored(std::size_t nodes) {
  Buffer out;
  Writer(out).map(2).pair("events", restorer_.examined().last).pair("nodes", std::uint64_t{nodes});
  answers.push_back({restorer_.ticket(), std::nullopt, std::string(out.view())});
  restorer_.end();
}

void TransferDesk::is_refused(const std::string& why) {
  answers.push_back({restorer_.ticket(),
                     PastFailure{QueryError::kUnavailable,
                                 "the backup could not be put in place, and the store is as it "
                                 "was: " +
                                     why},
                     {}});
  restorer_.end();
}

}  // namespace rollcall
