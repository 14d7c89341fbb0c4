// The tables of a store, and how an older file becomes a newer one.
#pragma once

#include <string>

#include "broker/io/store/database.hpp"

namespace rollcall {

// "Roll": tells our files from other people's.
inline constexpr std::int64_t kApplicationId = 0x526f6c6c;
inline constexpr std::int64_t kSchemaVersion = 2;

// How the connection is used; before all else. Throws StoreError(kFailed) for the database of
// another program, which stays as it is.
void configure(Database& database);
// Makes the tables of a new file, or brings an older one up to date, each step whole or not at all.
// Throws StoreError: kDamaged where its header was changed, kFailed where a newer version wrote it.
void migrate(Database& database);
// Steps up to a version; for tests.
void migrate_to(Database& database, std::int64_t version);
// Throws StoreError(kDamaged) where pages contradict each other. Of a large file only what is small
// and must be right is looked at, so that a start takes no minutes.
void check(Database& database);

// Small things by name. An absent number is 0.
std::int64_t meta_number(Database& database, const char* key);
void set_meta(Database& database, const char* key, std::int64_t value);
void drop_meta(Database& database, const char* key);

}  // namespace rollcall
