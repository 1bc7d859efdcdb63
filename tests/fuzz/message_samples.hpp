#pragma once

#include "exahca/experiment/experiment.hpp"

#include <string>
#include <vector>

namespace exahca::testing {

// What the harness for messages and the writer of its seeds agree on.

/// Readers of messages: the first byte of an input picks one.
inline constexpr int message_kinds = 15;

/// Of the searches that messages are about.
inline constexpr int domains = 3, levels = 4;

/// Two settings and a few replicates.
inline Experiment sample_experiment()
{
    Setting published;
    published.domains = {"llama-3-8b", "qwen2.5-14b", "gemma-2-9b"};
    published.factors = 2;
    published.estimator = Estimator::published;
    auto joint = published;
    joint.estimator = Estimator::joint;
    joint.starts = 3;
    ReplicateCounts counts;
    counts.bootstrap = 3;
    counts.parametric = 2;
    counts.nested = 2;
    return {{published, joint}, counts, 7, {"IFEval", "BBH", "GPQA"}};
}

} // namespace exahca::testing
