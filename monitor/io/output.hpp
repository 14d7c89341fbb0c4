// Standard output of commands. A reader that went away (| head) ends the program quietly.
#pragma once

#include <string_view>

#include "monitor/render/text.hpp"

namespace rollcall {

// True where standard output is a terminal.
bool is_terminal();
// True where colours are wanted: a terminal, and NO_COLOR not set.
bool wants_colours();
// Columns of the terminal; 0 where it is none.
std::size_t terminal_columns();

// Writes all of it at once. Ends the process with code 0 on a broken pipe, and 1, said on standard
// error, when it cannot be written otherwise.
void put(std::string_view text);
void put_line(std::string_view text);
void put_rows(const Rows& rows, bool colours);
void complain(std::string_view text);

}  // namespace rollcall
