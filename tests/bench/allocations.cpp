#include "tests/bench/allocations.hpp"

#include <cstdlib>
#include <new>

namespace {
thread_local std::uint64_t calls = 0;

void* counted(std::size_t size) {
  ++calls;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace rollcall {

std::uint64_t allocations() { return calls; }

}  // namespace rollcall
