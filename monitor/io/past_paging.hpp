// Answers about the past that come in pages, asked for until the last.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "monitor/io/past_options.hpp"
#include "monitor/render/text.hpp"

namespace rollcall {

// What a page held, so that the next can be asked for.
struct PageSeen {
  bool is_understood = false;
  std::size_t count = 0;
  std::string next;
};

// What all of them are, as one document of JSON.
class PagesJson {
 public:
  explicit PagesJson(std::string_view list) : list_(list) {}
  // False where it is not understood.
  bool add(const Reply& reply);
  std::string document(const std::string& next) const;

 private:
  std::string list_;   // the key of the list that goes on
  std::string pairs_;  // the rest of the first page, each with a comma behind it
  std::string items_;
  std::string as_of_;
};

struct Paged {
  bool is_done = false;  // else: `last` says why
  bool is_malformed = false;
  std::string next;  // not empty: the limit ended it
  Answer last;
};

// Asks for pages of at most `limit` items together, 0 for all; `take` is handed each page's result.
Paged ask_pages(Asker& asker, PastQuery query, std::uint64_t limit,
                const std::function<PageSeen(const Reply& reply)>& take);

// What there is to say once they were asked for: why not, one document of JSON, or what `page`
// makes of all of them for a terminal this wide (0: of any width). The exit code.
int put_pages(const Settings& settings, Asker& asker, const PastQuery& query, const Paged& paged,
              const PagesJson& json, const std::function<Rows(std::size_t columns)>& page);

}  // namespace rollcall
