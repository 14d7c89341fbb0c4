#include "agent/inventory/change_batch.hpp"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

using Kind = ChangeBatch::Kind;

std::string told(const ChangeBatch& batch) {
  std::string text;
  batch.for_each([&](const ChangeBatch::Change& change) {
    text += std::to_string(static_cast<int>(change.kind)) + ":" + std::string(change.path) + "=" +
            std::to_string(change.bytes) + " ";
  });
  return text;
}

TEST(ChangeBatch, KeepsOrderAndNames) {
  ChangeBatch batch;
  batch.add(Kind::kPut, "a", 1);
  batch.add(Kind::kScanEnded, {});
  batch.add(Kind::kRemove, "dir/b");
  EXPECT_EQ(told(batch), "0:a=1 3:=0 1:dir/b=0 ");
}

TEST(ChangeBatch, AppendMovesBehindAndEmptiesTheOther) {
  ChangeBatch first;
  ChangeBatch second;
  second.add(Kind::kPut, "x", 5);
  first.append(second);
  EXPECT_TRUE(second.empty());
  second.add(Kind::kRemoveUnder, "y");
  first.append(second);
  EXPECT_TRUE(second.empty());
  EXPECT_EQ(first.size(), 2u);
  EXPECT_EQ(told(first), "0:x=5 2:y=0 ");
  first.clear();
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(told(first), "");
}

}  // namespace
}  // namespace rollcall
