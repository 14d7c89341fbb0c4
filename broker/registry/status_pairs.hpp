// A node's last status, written again from what is kept of it.
#pragma once

#include "broker/registry/node.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

// The pairs of a plain status that the node's text does not keep; none of any other.
std::size_t plain_pairs(const Node& node);
void write_plain_pairs(const Node& node, Writer& writer);

// The whole body: decode_status() reads it, and finds in it what it found in the one that came.
void write_status_again(const Node& node, Buffer& out);

}  // namespace rollcall
