// A disk, as SQLite sees it, that fails or stands still when a test says so; and memory that runs
// out. Both are the whole process's: of a program with faulty_disk.cpp in it.
#pragma once

#include <cstdint>
#include <string>

namespace rollcall::faulty {

// What is done to files; each is counted, and may be the one that fails.
enum class Call : std::uint8_t { kAny, kOpen, kDelete, kRead, kWrite, kTruncate, kSync, kLock };

// From now on: the `nth` call of that kind (from 1) fails with `code`, and those after it, too,
// where `for_good`. 0: none does.
void fail(Call call, int nth, int code, bool for_good);
void heal();
// Whether the one that was to fail was reached since then.
bool has_failed();

// Flushes wait until let_go().
void hold_flushes();
void let_go();
// How many wait.
int waiting();

// The `nth` allocation of SQLite from now on gets nothing; 0: all do.
void fail_allocation(int nth);

}  // namespace rollcall::faulty
