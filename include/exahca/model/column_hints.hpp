#pragma once

#include "exahca/model/score_matrix.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace exahca {

/// What looks odd about the columns of a table, to be asked about by name. Nothing of it is certain, and nothing is
/// changed.

/// A number that may stand for "missing": -9 to -1, 7 to 9, 77, 88, 99, 95 to 98, the like of more digits or below 0,
/// 99.9 and the like, an end of a range of integers, a power of ten from 1e10 on; or 0, where the next score is a
/// quarter of the middle one or more above it.
///
/// One, or several of a family, at an end of a column's range are found if they stand apart: below 0 where all other
/// scores are 0 or more, further from the next score than the others are from each other, or three steps beyond
/// consecutive whole numbers. So is any other number that 5 scores or more are equal to, if the gap is more than three
/// times the others' range: no scale ends there. Single whole numbers below 0 that go on in the steps of the others are
/// none, unless the scale ends at 0.
struct SentinelHint
{
    Index column = 0;
    double value = 0;
    std::int64_t count = 0;
    double least = 0, most = 0; ///< of the scores that are not in doubt
    bool may_be_end = false;    ///< not written as codes are, 0 say: the scale may as well end there
};
[[nodiscard]] std::vector<SentinelHint> find_sentinels(ScoreMatrix const& matrix);

/// In what a column is probably given.
enum class ScaleKind {
    unit,         ///< from 0 to 1
    points,       ///< from 0 to 10, beside others in per cent
    percent,      ///< from about 0 to 100, or hardly beyond
    standardised, ///< around 0, to both sides
    other,        ///< far beyond 100: a rating, a count
};
/// Columns of one kind.
struct ScaleGroup
{
    ScaleKind kind = ScaleKind::percent;
    std::vector<Index> columns; ///< ascending
    double least = 0, most = 0; ///< of all of them
};
/// The columns by their kind, from the 5 % and 95 % points of (at most 20,000 of) their scores. More than one group:
/// the columns are not in one unit. In the order of their first columns; a column that does not vary is in none.
///
/// \param scores  models x benchmarks, NaN where missing
[[nodiscard]] std::vector<ScaleGroup> group_by_scale(Matrix const& scores);

/// "benchmarks are not on one scale (A from 0.1 to 0.9; B and C from 20 to 80)". \param groups  two or more
[[nodiscard]] std::string describe(std::span<ScaleGroup const> groups, std::span<std::string const> benchmarks);
/// What then depends on units: "angles between directions, and with them support, depend on the units".
/// \param as_they_are  whether scores are taken as they are, not standardised: the order found depends on units, too
[[nodiscard]] std::string what_units_decide(bool as_they_are);

/// Why a column may be no benchmark.
enum class NoBenchmarkKind {
    rank,       ///< whole numbers from 1 on, as many as models, hardly one twice
    row_number, ///< whole numbers in the table's order, each one more than the one before
    name,       ///< its name says so, and its numbers do not say otherwise
    two_values, ///< all of its scores are one of two numbers: a mark, or a single item
    twin,       ///< it says almost the same as another: raw and normalised scores, say
};
struct NoBenchmarkHint
{
    NoBenchmarkKind kind = NoBenchmarkKind::name;
    Index column = 0;
    Index other = -1;           ///< the other column of a twin
    std::string meaning = {};   ///< what the name says: "a rank", "a number of parameters"
    double correlation = 0;     ///< with the other column
    double least = 0, most = 0; ///< the two values
};
/// At most one hint for each column, in their order. Twins are columns with a correlation (over at most 20,000 models
/// that have both) above .998, or above .98 where one name is the other with further words; the later one is named.
/// Where these words say that one is the raw form of the other (raw_form), .5 is enough, over scores at no end of their
/// range, and the raw one is named.
[[nodiscard]] std::vector<NoBenchmarkHint> find_no_benchmarks(ScoreMatrix const& matrix);

/// Which of two names is that of the other's benchmark before its scores were normalised, 0 or 1: "BBH Raw" beside
/// "BBH", "acc" beside "acc_norm". Nothing where they differ in anything else.
[[nodiscard]] std::optional<std::size_t> raw_form(std::string const& first, std::string const& second);

/// "Rank may be no benchmark: it ranks the models", one sentence without full stop.
[[nodiscard]] std::string describe(NoBenchmarkHint const& hint, std::vector<std::string> const& benchmarks);

} // namespace exahca
