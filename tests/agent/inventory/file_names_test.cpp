#include "agent/inventory/file_names.hpp"

#include <string>

#include <gtest/gtest.h>

namespace rollcall {
namespace {

TEST(FileNames, OrdinaryFilesAreBlocks) {
  EXPECT_EQ(kind_of_file("a"), NameKind::kBlock);
  EXPECT_EQ(kind_of_file("ab/cd/0123.dat"), NameKind::kBlock);
  EXPECT_EQ(kind_of_file("Größe \n.bin"), NameKind::kBlock);
  EXPECT_EQ(kind_of_file(std::string(128, 'x')), NameKind::kBlock);
  EXPECT_EQ(kind_of_file("a.tmp.dat"), NameKind::kBlock);
  EXPECT_EQ(kind_of_file("part"), NameKind::kBlock);
}

TEST(FileNames, HiddenAndUnfinishedFilesAreIgnored) {
  EXPECT_EQ(kind_of_file(".hidden"), NameKind::kIgnored);
  EXPECT_EQ(kind_of_file("dir/.hidden"), NameKind::kIgnored);
  EXPECT_EQ(kind_of_file("a.tmp"), NameKind::kIgnored);
  EXPECT_EQ(kind_of_file("dir/a.part"), NameKind::kIgnored);
  EXPECT_EQ(kind_of_directory(".git"), NameKind::kIgnored);
  EXPECT_EQ(kind_of_directory("a/.b"), NameKind::kIgnored);
  EXPECT_EQ(kind_of_directory("a.tmp"), NameKind::kBlock);
}

TEST(FileNames, WhatCannotBeAnIdIsUnusable) {
  EXPECT_EQ(kind_of_file(std::string(129, 'x')), NameKind::kUnusable);
  EXPECT_EQ(kind_of_file("\xc3"), NameKind::kUnusable);
  EXPECT_EQ(kind_of_file("dir/"), NameKind::kUnusable);
  EXPECT_EQ(kind_of_file(""), NameKind::kUnusable);
  EXPECT_EQ(kind_of_directory("\xff"), NameKind::kUnusable);
  EXPECT_EQ(kind_of_directory(std::string(126, 'x')), NameKind::kBlock);
  EXPECT_EQ(kind_of_directory(std::string(127, 'x')), NameKind::kUnusable);
}

TEST(FileNames, LastPart) {
  EXPECT_EQ(last_part("a/b/c"), "c");
  EXPECT_EQ(last_part("c"), "c");
  EXPECT_EQ(last_part("a/"), "");
}

}  // namespace
}  // namespace rollcall
