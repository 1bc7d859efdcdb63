#pragma once

#include "exahca/model/score_matrix.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace exahca {

/// Why a benchmark adds no dimension of its own.
enum class ColumnDefectKind {
    absent,    ///< no model of the domain has a score of it
    constant,  ///< it does not vary within the domain
    mean,      ///< it is the mean of the others named
    sum,       ///< it is their sum
    dependent, ///< it is another linear combination of them
};

/// A benchmark without variation of its own, within one domain or within all of them.
struct ColumnDefect
{
    ColumnDefectKind kind = ColumnDefectKind::constant;
    Index column = 0;          ///< of the score matrix
    std::vector<Index> others; ///< ascending; empty for a constant
    std::string domain;        ///< the one that it holds in; empty: it holds in all of them
};

/// Below this share of its standard deviation within domains, what other benchmarks leave of a benchmark counts as
/// rounding. An average rounded to one decimal of a per cent lies below it; no two real benchmarks agree so closely
/// (a multiple correlation of 0.99995).
inline constexpr double dependence_tolerance = 0.01;

/// A domain with fewer models than this cannot be analysed at all: 2 d.
///
/// The covariance of n models has rank n - 1 at most, and a bootstrap resample holds 1 - 1/e = 63 % of them: only from
/// about 2 d models on does a resample leave a covariance of full rank, 1.26 d different models.
[[nodiscard]] constexpr Index fewest_models(Index benchmarks) { return 2 * benchmarks; }

/// What of a domain's scores says which benchmarks are defects, and is small however many models there are.
struct DomainSpread
{
    std::string name;
    Index models = 0;
    Matrix rows;                ///< of the domain, 4,096 at most, evenly chosen; NaN where missing
    std::vector<bool> constant; ///< per benchmark, over all models; true also where it is absent
    std::vector<bool> absent;   ///< per benchmark: no model has a score of it
};
/// \param scores  models x benchmarks, NaN where missing
[[nodiscard]] DomainSpread spread_of(std::string name, Matrix const& scores);
/// Of some rows of a table.
[[nodiscard]] DomainSpread spread_of(std::string name, Matrix const& scores, std::span<Index const> rows);

/// Benchmarks that are constant or linear combinations of others: first what holds within all domains (rows pooled
/// about their domain's mean), then what holds in a single one only. Without them every domain's covariance has full
/// rank.
///
/// Whether a benchmark varies is seen from all known scores, combinations from the models that have all of those that
/// vary.
///
/// Columns are standardised; the one that the others explain best is a combination of them when what they leave, as
/// estimated with the degrees of freedom that are left, is below dependence_tolerance. Among the columns that take part
/// the one that is the mean or the sum of the others, with no constant beside, is named, otherwise the last of which
/// the same holds; it is taken out, and so on. The mean or the sum of all others, or of some where there are several
/// domains, at most 12 benchmarks, and the rounding is fine against the benchmark's spread, is also recognised where
/// the rounding that the values show explains every row. Domains with fewer than fewest_models(d) models count in what
/// is pooled, but are not looked at alone.
///
/// \param domains  equal numbers of benchmarks; scores finite or, where missing, NaN
[[nodiscard]] std::vector<ColumnDefect> find_column_defects(std::span<Domain const> domains);
[[nodiscard]] std::vector<ColumnDefect> find_column_defects(std::span<DomainSpread const> domains);

/// Whether a column is the mean of others, or else their sum, in the rows that have all of them: to within
/// dependence_tolerance, or the rounding that the values show, where that is fine against the column's spread. No
/// weights are fitted, so that eight such rows are enough; of fewer nothing is said.
[[nodiscard]] std::optional<ColumnDefect> find_mean_or_sum(std::span<DomainSpread const> domains, Index column,
                                                           std::vector<Index> const& others);

/// "Average is the mean of A, B, C", "C is constant in base model llama-3-8b".
[[nodiscard]] std::string describe(ColumnDefect const& defect, std::span<std::string const> benchmarks);

/// A defect and all single domains that have it; none: it holds in all of them.
struct LocatedDefect
{
    ColumnDefect defect; ///< its domain is the first
    std::vector<std::string> domains;
};
/// Puts the same defect of several single domains together. In the order in which they come first.
[[nodiscard]] std::vector<LocatedDefect> join_domains(std::span<ColumnDefect const> defects);
/// "C is constant in base models llama-3-8b and qwen2-7b".
/// \param everywhere  where a defect is that no single base model has: "within every base model"
[[nodiscard]] std::string describe(LocatedDefect const& defect, std::span<std::string const> benchmarks,
                                   char const* everywhere = "within every base model");

/// Benchmarks that are left when those of defects within all domains are taken out. Ascending columns.
[[nodiscard]] std::vector<Index> columns_without(std::span<ColumnDefect const> defects, Index benchmarks);

} // namespace exahca
