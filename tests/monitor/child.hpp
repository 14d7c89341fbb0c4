// A program started by a test, with its output.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace rollcall {

class Child {
 public:
  // On a pseudo terminal of `columns` × `rows` where they are not 0, else with pipes.
  Child(const std::vector<std::string>& arguments, int columns = 0, int rows = 0);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Reads until the output holds `text`; false after 10 s or at the end of the output.
  bool says(const std::string& text);
  void type(const std::string& keys);
  void resize(int columns, int rows);
  void signal(int number);
  void close_output();
  // Reads to the end; the exit code, or -1 where a signal ended it or it did not end in 10 s.
  int wait();

  std::string out;  // what was read so far
  std::string err;

 private:
  bool read_some(int timeout_ms);

  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  bool waited_ = false;
};

}  // namespace rollcall
