#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/model/score_matrix.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace exahca {

/// What is known of the columns of a table of scores beside the scores themselves. All ranks have the same, taken from
/// the whole table.
struct ColumnFacts
{
    ScoreBounds bounds = {}; ///< d entries each; both empty: no benchmark has any
    BenchmarkItems items = {};
};
/// Bounds as stated or, where they are not, as the whole table shows them; items as stated, with the range of scores
/// that the whole table shows (with_full_scores).
[[nodiscard]] ColumnFacts column_facts(ScoreMatrix const& matrix);

/// Read-only access to the scores by domain. The scores themselves are not owned: they may lie in memory that all ranks
/// of a node share.
class Dataset
{
public:
    using Scores = Eigen::Map<Matrix const, Eigen::Aligned64>;

    /// \param scores  models x benchmarks, column-major, aligned to 64 bytes; outlives this object
    /// \param rows  rows of each domain, ascending
    /// \param facts  for all benchmarks, or none
    /// \throws InvalidInput  when rows or facts do not fit the scores
    Dataset(Scores scores, std::map<std::string, std::vector<std::int64_t>> rows, ColumnFacts facts = {});

    [[nodiscard]] Index benchmarks() const { return scores_.cols(); }
    /// Of the whole table, whatever rows are asked for; infinite where a scale has no known end.
    [[nodiscard]] ScoreBounds const& bounds() const { return facts_.bounds; }
    [[nodiscard]] BenchmarkItems const& items() const { return facts_.items; }
    /// Number of models of a domain. \throws InvalidInput  for an unknown one
    [[nodiscard]] std::int64_t models(std::string const& domain) const;
    /// The domain's scores, models x benchmarks, NaN where missing, as a private copy.
    [[nodiscard]] Matrix domain(std::string const& domain) const;
    /// Some of the domain's models, by position within the domain, repetitions allowed.
    [[nodiscard]] Matrix resampled(std::string const& domain, std::span<std::int64_t const> positions) const;

private:
    [[nodiscard]] std::vector<std::int64_t> const& rows(std::string const& domain) const;

    Scores scores_;
    std::map<std::string, std::vector<std::int64_t>> rows_;
    ColumnFacts facts_;
};

/// Rows of every domain of a leaderboard.
[[nodiscard]] std::map<std::string, std::vector<std::int64_t>> rows_by_domain(ScoreMatrix const& matrix);

void write_rows(ByteWriter& writer, std::map<std::string, std::vector<std::int64_t>> const& rows);
[[nodiscard]] std::map<std::string, std::vector<std::int64_t>> read_rows(ByteReader& reader);
void write_column_facts(ByteWriter& writer, ColumnFacts const& facts);
[[nodiscard]] ColumnFacts read_column_facts(ByteReader& reader);

} // namespace exahca
