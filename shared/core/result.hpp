// A value, or an error that says what went wrong, why, and what to do about it.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "shared/core/check.hpp"

namespace rollcall {

struct Error {
  std::string message;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}              // NOLINT: implicit by intent
  Result(Error error) : error_(std::move(error.message)) {}  // NOLINT: implicit by intent

  explicit operator bool() const { return value_.has_value(); }
  T& operator*() {
    ROLLCALL_CHECK(value_.has_value());
    return *value_;
  }
  const T& operator*() const {
    ROLLCALL_CHECK(value_.has_value());
    return *value_;
  }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }

  // Meaningful only when there is no value.
  const std::string& error() const { return error_; }

 private:
  std::optional<T> value_;
  std::string error_;
};

}  // namespace rollcall
