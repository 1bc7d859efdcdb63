#pragma once

#include "exahca/estimate/dataset.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/results/given_orders.hpp"
#include "exahca/search/order_search.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace exahca {

// What rank 0 tells the others between the computations. Every reader throws InvalidInput for a message that it cannot
// take, whatever the bytes are.

/// What a run computes, which rows of the score matrix belong to which domain, and what is known of its columns.
struct SharedPlan
{
    Experiment experiment;
    std::map<std::string, std::vector<std::int64_t>> rows; ///< of each domain, below `models`, ascending
    std::int64_t models;                                   ///< rows of the score matrix
    ColumnFacts facts;                                     ///< for all benchmarks
};
[[nodiscard]] Bytes write_plan(Experiment const& experiment,
                               std::map<std::string, std::vector<std::int64_t>> const& rows, std::int64_t models,
                               ColumnFacts const& facts);
[[nodiscard]] SharedPlan read_plan(std::span<std::byte const> message);

/// A search's orders, outcome, bound and tuples; not its count.
void write_search_result(ByteWriter& writer, SearchResult const& result);
/// \param domains, levels  of the search: what each order must fit
[[nodiscard]] SearchResult read_search_result(ByteReader& reader, int domains, int levels);

/// Whether a search is worth sharing out, and what is known of it.
struct PilotVerdict
{
    bool worth_distributing;
    SearchResult known;
};
[[nodiscard]] Bytes write_pilot_verdict(PilotVerdict const& verdict);
[[nodiscard]] PilotVerdict read_pilot_verdict(std::span<std::byte const> message, int domains, int levels);

/// The estimates of all settings.
/// \throws InvalidInput  when one does not fit its setting, too
[[nodiscard]] std::vector<TaskRecord> read_estimates(std::span<std::byte const> message, Experiment const& experiment);

/// The ranks of the orders that the joint fits of each setting start from.
[[nodiscard]] Bytes write_start_orders(std::vector<std::vector<std::int64_t>> const& orders);
[[nodiscard]] std::vector<std::vector<std::int64_t>> read_start_orders(std::span<std::byte const> message,
                                                                       std::size_t settings);

/// Matrices and sizes of GivenMatrices; the names stay on rank 0.
[[nodiscard]] Bytes write_given_matrices(GivenMatrices const& given);
[[nodiscard]] GivenMatrices read_given_matrices(std::span<std::byte const> message);

} // namespace exahca
