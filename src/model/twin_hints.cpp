#include "exahca/model/column_hints.hpp"
#include "exahca/model/column_range.hpp"
#include "model/name_hints.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace exahca {
namespace {

/// Correlation of scores that stand at no end of their columns' ranges, where scores pile up: scores below chance are
/// cut off when they are normalised, say.
double correlation_within(Matrix const& scores, Index a, Index b)
{
    auto const without_ends = [&](Index column) {
        auto const range = range_of(scores, column);
        Vector rest = scores.col(column);
        for (double& score : rest)
            if ((score == range.least && range.at_least >= fewest_at_bound) ||
                (score == range.most && range.at_most >= fewest_at_bound))
                score = std::nan("");
        return rest;
    };
    return detail::correlation(without_ends(a), without_ends(b));
}

/// A name without the words that say in which form scores are.
struct FormName
{
    std::set<std::string> words;
    std::ptrdiff_t signs = 0; ///< "humaneval+" is another benchmark than "humaneval"
    bool raw = false, normalised = false;

    explicit FormName(std::string const& name)
        : words(detail::words_of(name)), signs(std::count(name.begin(), name.end(), '+'))
    {
        for (auto const* const word : {"raw", "unnormalized", "unnormalised", "unscaled"})
            raw = words.erase(word) > 0 || raw;
        for (auto const* const word : {"normalized", "normalised", "norm", "normed", "rescaled"})
            normalised = words.erase(word) > 0 || normalised;
    }
};

} // namespace

std::optional<std::size_t> raw_form(std::string const& first, std::string const& second)
{
    FormName const a(first), b(second);
    if (a.words.empty() || a.words != b.words || a.signs != b.signs) return {};
    if (a.raw != b.raw) return a.raw ? 0 : 1;
    if (a.normalised != b.normalised) return a.normalised ? 1 : 0;
    return {};
}

bool detail::find_twin(ScoreMatrix const& matrix, Index column, std::vector<bool> const& is_known,
                       NoBenchmarkHint& hint)
{
    constexpr double same = 0.998, same_by_words = 0.98, same_by_form = 0.5;
    auto const& name = matrix.benchmarks[static_cast<std::size_t>(column)];
    auto const words = words_of(name);
    for (Index other = 0; other < column; ++other) {
        if (is_known[static_cast<std::size_t>(other)]) continue;
        auto const& other_name = matrix.benchmarks[static_cast<std::size_t>(other)];
        auto const theirs = words_of(other_name);
        // One name has all words of the other: "BBH" and "BBH 3-shot".
        bool const related = !words.empty() && !theirs.empty() &&
                             (std::includes(words.begin(), words.end(), theirs.begin(), theirs.end()) ||
                              std::includes(theirs.begin(), theirs.end(), words.begin(), words.end()));
        auto const raw = raw_form(name, other_name);
        double r = correlation(matrix.scores.col(column), matrix.scores.col(other));
        if (raw)
            if (double const within = correlation_within(matrix.scores, column, other); std::abs(within) > std::abs(r))
                r = within;
        if (std::abs(r) < (raw ? same_by_form : related ? same_by_words : same)) continue;
        // The normalised form is kept.
        hint = {NoBenchmarkKind::twin, column, other, {}, r};
        if (raw == 1) std::swap(hint.column, hint.other);
        return true;
    }
    return false;
}

} // namespace exahca
