// The arguments of `backup` and `restore`. [P82]
#include "broker/queries/transfer_request.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rollcall {
namespace {

using nlohmann::json;

std::string packed(const json& request) {
  const auto bytes = json::to_msgpack(request);
  return {bytes.begin(), bytes.end()};
}

json bin(const std::string& text) {
  return json::binary(std::vector<std::uint8_t>(text.begin(), text.end()));
}

std::string backup_problem(json request) {
  Transfer transfer;
  request.update({{"v", 1}, {"id", 1}, {"op", "backup"}});
  const auto failure = read_backup(packed(request), transfer);
  return failure ? failure->message : "";
}

std::string restore_problem(json request) {
  Transfer transfer;
  request.update({{"v", 1}, {"id", 1}, {"op", "restore"}});
  const auto failure = read_restore(packed(request), transfer);
  return failure ? failure->message : "";
}

TEST(TransferRequest, ReadsABackup) {
  Transfer transfer;
  EXPECT_FALSE(
      read_backup(packed({{"v", 1}, {"op", "backup"}, {"of the future", {1, 2}}}), transfer));
  EXPECT_EQ(transfer.name, "");
  EXPECT_FALSE(read_backup(packed({{"backup", "a"}, {"offset", UINT64_MAX}}), transfer));
  EXPECT_EQ(transfer.name, "a");
  EXPECT_EQ(transfer.offset, UINT64_MAX);
}

TEST(TransferRequest, ReadsARestore) {
  Transfer transfer;
  EXPECT_FALSE(read_restore(
      packed({{"what", "begin"}, {"bytes", 5}, {"digest", 0xffff'ffff'ffff'ffffu}}), transfer));
  EXPECT_EQ(transfer.step, RestoreStep::kBegin);
  EXPECT_EQ(transfer.bytes, 5u);
  EXPECT_EQ(transfer.digest, UINT64_MAX);
  for (const std::size_t length : {1u, 255u, 256u, 49'152u, 57'344u}) {  // bin 8 and bin 16
    const std::string data(length, '\xfe');
    EXPECT_FALSE(
        read_restore(packed({{"what", "data"}, {"offset", 7}, {"data", bin(data)}}), transfer));
    EXPECT_EQ(transfer.step, RestoreStep::kData);
    EXPECT_EQ(transfer.offset, 7u);
    EXPECT_EQ(transfer.data, data);
  }
  // bin 32, as our monitor writes it.
  std::string body = packed({{"what", "data"}, {"offset", 0}});
  body[0] = '\x83';
  body += std::string(
      "\xa4"
      "data\xc6\0\0\0\2ab",
      12);
  EXPECT_FALSE(read_restore(body, transfer));
  EXPECT_EQ(transfer.data, "ab");
  EXPECT_FALSE(read_restore(packed({{"what", "finish"}}), transfer));
  EXPECT_EQ(transfer.step, RestoreStep::kFinish);
}

TEST(TransferRequest, SaysWhatIsWrong) {
  EXPECT_NE(backup_problem({{"backup", "a"}}).find("'offset' is missing"), std::string::npos);
  EXPECT_NE(backup_problem({{"offset", 0}}).find("'backup' is missing"), std::string::npos);
  EXPECT_NE(backup_problem({{"backup", ""}, {"offset", 0}}), "");
  EXPECT_NE(backup_problem({{"backup", 5}, {"offset", 0}}), "");
  EXPECT_NE(backup_problem({{"backup", "a"}, {"offset", -1}}), "");
  EXPECT_NE(restore_problem(json::object()), "");
  EXPECT_NE(restore_problem({{"what", "end"}}), "");
  EXPECT_NE(restore_problem({{"what", "begin"}, {"bytes", 1}}), "");
  EXPECT_NE(restore_problem({{"what", "begin"}, {"digest", 1}}), "");
  EXPECT_NE(restore_problem({{"what", "data"}, {"offset", 1}}), "");
  EXPECT_NE(restore_problem({{"what", "data"}, {"data", bin("a")}}), "");
  EXPECT_NE(restore_problem({{"what", "data"}, {"offset", 1}, {"data", bin("")}}), "");
  EXPECT_NE(restore_problem({{"what", "data"}, {"offset", 1}, {"data", "text"}}), "");
  Transfer transfer;
  EXPECT_TRUE(read_restore("", transfer));
  EXPECT_TRUE(read_restore(packed({{"what", "finish"}}) + "x", transfer));
}

}  // namespace
}  // namespace rollcall
