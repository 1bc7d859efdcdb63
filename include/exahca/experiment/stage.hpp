#pragma once

#include "exahca/experiment/experiment.hpp"

#include <string_view>

namespace exahca {

/// What is computed together. Estimates start from the best of the landscapes, replicates are compared with estimates.
enum class Stage { landscapes, estimates, replicates };
inline constexpr int stages = 3;

/// "landscape", "estimates", "replicates".
[[nodiscard]] std::string_view to_string(Stage stage);

[[nodiscard]] Stage stage_of(ReplicateKind kind);

/// One of several runs that share an experiment: all estimates, and every `of`-th replicate from number `part` on.
struct Share
{
    std::int64_t part = 0; ///< 0 .. of-1
    std::int64_t of = 1;

    [[nodiscard]] bool includes(ReplicateKind kind, std::int64_t replicate) const
    {
        return stage_of(kind) != Stage::replicates || replicate % of == part;
    }

    /// How many of the `total` tasks of one kind are included.
    [[nodiscard]] std::int64_t count(ReplicateKind kind, std::int64_t total) const
    {
        if (stage_of(kind) != Stage::replicates) return total;
        return total > part ? (total - part - 1) / of + 1 : 0;
    }

    /// The replicate number of included task `i` of one kind, `i` in 0 .. count()-1.
    [[nodiscard]] std::int64_t replicate(ReplicateKind kind, std::int64_t i) const
    {
        return stage_of(kind) == Stage::replicates ? part + i * of : i;
    }
};

/// Whether all ranks search the orders of this setting's estimate together (Analyser::shares_search).
[[nodiscard]] bool shares_search(Setting const& setting);

} // namespace exahca
