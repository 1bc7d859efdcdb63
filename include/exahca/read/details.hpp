#pragma once

#include "exahca/read/summary.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace exahca {

/// Values with the 5th and 95th percentile over the replicates that share the estimate's flag.
struct TableWithInterval
{
    Rows values, low, high; ///< low and high are empty where there are no replicates, NaN where none agrees

    [[nodiscard]] bool has_intervals() const { return !low.empty(); }
};

/// One kind of data that have no common order, or no control, and how well an order fits them.
struct NullDistribution
{
    std::string kind; ///< as PlaceboSummary::kind, or "no control"
    std::vector<double> mic;
    std::int64_t failed = 0;
};

/// A joint fit of each candidate order. Failed ones are left out.
struct Landscape
{
    std::vector<std::int64_t> candidate; ///< rank of the starting order, from 0
    std::vector<double> mic;             ///< of the starting order
    std::vector<double> log_likelihood;  ///< of the fit that started from it
    std::int64_t candidates = 0;         ///< orders there are
    std::int64_t not_converged = 0;
};

/// What pages and tables tell beyond the summary, of one setting with an estimate.
struct SettingDetails
{
    TableWithInterval loadings;                       ///< rows benchmarks, columns factors
    std::vector<TableWithInterval> total_effects;     ///< one per domain: rows effects, columns causes
    std::vector<TableWithInterval> benchmark_effects; ///< one per domain: rows benchmarks, columns factors, points
    std::vector<double> level_low, level_high;        ///< 95 % Wilson interval of each level's support
    std::int64_t unlisted_members = 0;                ///< resamples whose flag is in no listed group
    std::vector<NullDistribution> nulls;
    Landscape landscape;
    Rows subspace_angles; ///< largest principal angle in degrees between the domains' own source spaces
};

struct FailedTask
{
    std::string setting, kind, reason;
    std::int64_t replicate = 0;
};

struct RunDetails
{
    std::vector<std::pair<std::string, std::string>> provenance; ///< attributes of /provenance, in their order
    std::string command;                                         ///< empty where it is not stored
    std::string part_commands; ///< one a line, of the parts that command joined; else empty
    std::string program_version, fingerprint;
    std::int64_t seed = 0;
    std::vector<FailedTask> failures;
    std::map<std::string, SettingDetails> settings; ///< by name; settings without an estimate are absent
};

/// \throws InvalidInput  when the tree is not one of a results file
[[nodiscard]] RunDetails read_details(DataGroup const& results, Summary const& summary);

} // namespace exahca
