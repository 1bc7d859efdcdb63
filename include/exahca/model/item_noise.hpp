#pragma once

#include "exahca/model/incomplete_scores.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// Whether the number of some benchmark's items is known.
[[nodiscard]] bool any_items(BenchmarkItems const& items);

/// The same items with one share of their binomial variance for all benchmarks, 0 to 1.
[[nodiscard]] BenchmarkItems with_item_share(BenchmarkItems items, double share);

/// The same items with the score of a model that solves all of them, for each benchmark: 1 where no known score of the
/// table is above 1, else 100. Decide this once on the whole table.
///
/// \param scores  models x benchmarks, NaN where missing
[[nodiscard]] BenchmarkItems with_full_scores(BenchmarkItems items, Matrix const& scores);

/// Why the scores of some benchmark cannot be means of its items: they lie outside of -100 to 100. Empty: they can.
///
/// \param benchmarks  names, for the text
[[nodiscard]] std::string item_scale_fault(BenchmarkItems const& items, Matrix const& scores,
                                           std::span<std::string const> benchmarks);

/// Variance of the noise that comes from a finite number of items, for each domain and benchmark, in squared score
/// units; 0 where the number is unknown.
///
/// A score y, from 0 (what guessing gets, a share c of the items) to `full`, is the mean of M items that are solved
/// with probability p = c + (1 - c) y / full. Its variance were all items alike is binomial,
///
///     b = full^2 p (1 - p) / (M (1 - c)^2),
///
/// taken at the mean of the domain's known scores, with p kept half an item away from 0 and from 1. Items that differ
/// in difficulty have less, mean p_i (1 - p_i) over items: what they share in difficulty shifts means only. So b is an
/// upper limit, of which the share f of the items counts.
///
/// \param scores  one matrix per domain, models x benchmarks, NaN where missing
/// \return f b; a benchmark that a domain never observed has the mean of the other domains. Empty: nothing is known
[[nodiscard]] std::vector<Vector> item_noise(std::span<Matrix const> scores, BenchmarkItems const& items);

} // namespace exahca
