#pragma once

#include "broker/queries/cluster_view.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

// The cluster in figures, as one map: the result of the query `summary`.
void write_summary(const ClusterView& view, Buffer& out);
// The same with `v` and `at`: the body of the topic `summary`.
void write_summary_body(const ClusterView& view, Buffer& out);

}  // namespace rollcall
