// SQLite with its errors as exceptions: whatever is done to a file may fail, and all of it is
// given up together, at the top of the store's thread. One connection, used by one thread alone.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "shared/protocol/reader.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace rollcall {

// What can be done about it, rather than the forty codes of SQLite.
enum class StoreTrouble : std::uint8_t {
  kFull,      // no space left
  kReadOnly,  // or no right to write
  kDamaged,   // the file is no database, or its pages contradict each other
  kBusy,      // another process has it
  kFailed,    // reading or writing failed, or anything else
};

class StoreError : public std::runtime_error {
 public:
  StoreError(StoreTrouble trouble, const std::string& text)
      : std::runtime_error(text), trouble_(trouble) {}
  StoreTrouble trouble() const { return trouble_; }

 private:
  StoreTrouble trouble_;
};

enum class Opening : std::uint8_t {
  kWrite,
  kReadUnlocked,   // together with its log of changes, which must be there
  kReadImmutable,  // without
};

class Database {
 public:
  // A file, made where there is none, readable by its owner alone; or ":memory:". Throws StoreError
  // like everything here.
  explicit Database(const std::string& path, Opening opening = Opening::kWrite);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Statements without results and without parameters; several, parted by semicolons.
  void run(const char* sql);
  // The first column of the first row.
  std::int64_t number(const char* sql);
  std::string text(const char* sql);

  std::int64_t last_row() const;
  std::int64_t changes() const;
  bool in_transaction() const;
  sqlite3* handle() const { return handle_; }
  [[noreturn]] void fail(int code, std::string_view doing) const;

 private:
  sqlite3* handle_ = nullptr;
};

// A statement that is prepared once and run many times. Parameters and columns count from 1 and
// from 0, as SQLite has it. Views into a row live until the next step or reset.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::uint64_t value) {
    return bind(index, static_cast<std::int64_t>(value));
  }
  Statement& bind(int index, double value);
  Statement& bind_text(int index, std::string_view value);
  Statement& bind_blob(int index, Bytes value);
  Statement& bind_null(int index);

  // True where there is a row.
  bool step();
  // Runs a statement that has no rows, and makes it ready again.
  void run();
  void reset();

  std::int64_t number(int column) const;
  double real(int column) const;
  Bytes bytes(int column) const;  // text or blob
  bool is_null(int column) const;

 private:
  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
};

// Everything until commit(), or nothing of it. Rolls back where it was not committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool done_ = false;
};

}  // namespace rollcall
