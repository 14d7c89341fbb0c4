#include "broker/io/store/database.hpp"

#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

namespace rollcall {
namespace {

StoreTrouble trouble_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL: return StoreTrouble::kFull;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return StoreTrouble::kReadOnly;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return StoreTrouble::kDamaged;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return StoreTrouble::kBusy;
    default: return StoreTrouble::kFailed;
  }
}

std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02x}", static_cast<unsigned>(c));
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

Database::Database(const std::string& path, Opening opening) {
  const mode_t before = umask(077);
  const bool writes = opening == Opening::kWrite;
  const bool is_immutable = opening == Opening::kReadImmutable;
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) |
                    (is_immutable ? SQLITE_OPEN_URI : 0);
  const std::string name = is_immutable ? immutable_uri(path) : path;
  // What cannot be written cannot be locked, either, as the store locks.
  const char* const layer = opening == Opening::kReadUnlocked ? "unix-none" : nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle_, flags, layer);
  umask(before);
  if (code == SQLITE_OK) {
    const auto note = [](void* pages, sqlite3*, const char*, int count) {
      *static_cast<int*>(pages) = count;
      return SQLITE_OK;
    };
    sqlite3_wal_hook(handle_, note, &wal_pages_);
    return;
  }
  const bool cannot = (code & 0xff) == SQLITE_CANTOPEN;
  const StoreError error(
      trouble_of(code),
      fmt::format("cannot open {}: {}{}", path,
                  handle_ == nullptr ? "no memory" : sqlite3_errmsg(handle_),
                  cannot ? "; is it a file, does its folder exist, and may we write there?" : ""));
  sqlite3_close_v2(handle_);
  throw error;
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::fail(int code, std::string_view doing) const {
  throw StoreError(trouble_of(code),
                   fmt::format("{}: {} ({})", doing, sqlite3_errmsg(handle_), code));
}

void Database::run(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, sql);
}

std::int64_t Database::number(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.number(0) : 0;
}

std::string Database::text(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? std::string(statement.bytes(0)) : std::string();
}

void Database::checkpoint() {
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) fail(code, "checkpoint");
  wal_pages_ = 0;  // the next commit begins it anew, or says how long it is
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle_); }
std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
  const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  if (code != SQLITE_OK) database.fail(code, sql);
}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), handle_(std::exchange(other.handle_, nullptr)) {}

Statement::~Statement() { sqlite3_finalize(handle_); }

Statement& Statement::bind(int index, std::int64_t value) {
  const int code = sqlite3_bind_int64(handle_, index, value);
  if (code != SQLITE_OK) database_.fail(code, "bind");
  return *this;
}

Statement& Statement::bind(int index, double value) {
  const int code = sqlite3_bind_double(handle_, index, value);
  if (code != SQLITE_OK) database_.fail(code, "bind");
  return *this;
}

// Not copied: what is bound outlives the step.
Statement& Statement::bind_text(int index, std::string_view value) {
  const char* const text = value.data() == nullptr ? "" : value.data();
  const int code =
      sqlite3_bind_text(handle_, index, text, static_cast<int>(value.size()), SQLITE_STATIC);
  if (code != SQLITE_OK) database_.fail(code, "bind");
  return *this;
}

Statement& Statement::bind_blob(int index, Bytes value) {
  const char* const bytes = value.data() == nullptr ? "" : value.data();
  const int code =
      sqlite3_bind_blob(handle_, index, bytes, static_cast<int>(value.size()), SQLITE_STATIC);
  if (code != SQLITE_OK) database_.fail(code, "bind");
  return *this;
}

Statement& Statement::bind_null(int index) {
  const int code = sqlite3_bind_null(handle_, index);
  if (code != SQLITE_OK) database_.fail(code, "bind");
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3_reset(handle_);  // or the error would come again from it
  database_.fail(code, sqlite3_sql(handle_));
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() { sqlite3_reset(handle_); }

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(handle_, column); }
double Statement::real(int column) const { return sqlite3_column_double(handle_, column); }

Bytes Statement::bytes(int column) const {
  const void* const data = sqlite3_column_blob(handle_, column);
  const int size = sqlite3_column_bytes(handle_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  // An error may have rolled it back already.
  if (done_ || !database_.in_transaction()) return;
  sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.run("COMMIT");
  done_ = true;
}

}  // namespace rollcall
