#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

namespace exahca {

/// One hypothesis about the causal order: which row of each domain's unmixing matrix stands at which level.
///
/// Source: method.md, section 3.
struct CandidateOrder
{
    /// rows[k][l]: row, from 0, of domain k's unmixing matrix that stands at level l + 1. Level 1 is the top row of H
    /// and carries the last factor of the causal order. Each rows[k] is a permutation of 0 .. m-1.
    std::vector<std::vector<int>> rows;

    [[nodiscard]] int domains() const { return static_cast<int>(rows.size()); }
    [[nodiscard]] int levels() const { return rows.empty() ? 0 : static_cast<int>(rows.front().size()); }

    /// Rank: lexicographic, domain 0 first, within a domain from level 1 to m. Never an integer: (6!)^7 exceeds 64
    /// bits.
    friend auto operator<=>(CandidateOrder const&, CandidateOrder const&) = default;
};

/// The order of lowest rank: every domain's rows as they stand. \pre domains >= 1, levels >= 1
[[nodiscard]] CandidateOrder first_order(int domains, int levels);

/// Moves to the order of next higher rank. \return false, with the first order again, after the last
[[nodiscard]] bool next_order(CandidateOrder& order);

/// Every rows[k] is a permutation of 0 .. levels-1.
[[nodiscard]] bool is_candidate_order(CandidateOrder const& order, int domains, int levels);

/// log10 of the number of candidate orders, (levels!)^domains.
[[nodiscard]] double log10_order_count(int domains, int levels);

/// The number of candidate orders where it fits into 63 bits.
[[nodiscard]] std::optional<std::int64_t> order_count(int domains, int levels);

} // namespace exahca
