#include "exahca/model/score_matrix.hpp"

#include "exahca/core/close_names.hpp"
#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/model/row_domains.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <numeric>
#include <set>

namespace exahca {
namespace {

/// Whether a benchmark varies in these rows. Most do in the first two of them.
bool varies(Matrix const& scores, std::vector<Index> const& rows, Index column)
{
    double least = std::numeric_limits<double>::infinity(), most = -least;
    return std::any_of(rows.begin(), rows.end(), [&](Index row) { // comparisons with NaN are false
        double const score = scores(row, column);
        if (score < least) least = score;
        if (score > most) most = score;
        return !is_constant(least, most);
    });
}

} // namespace

ScoreBounds detect_bounds(ScoreMatrix const& matrix)
{
    auto const domains = rows_of(domains_of(matrix.base_models));
    // Domain 0 is that of models without base model, which is none: k starts at 1.
    std::optional<Matrix> scores; // a copy, where something has to be left aside
    for (std::size_t k = 1; k < domains.size(); ++k)
        for (Index j = 0; j < matrix.scores.cols(); ++j) {
            // Fewer rows than that make no end of a scale, so they may stay.
            if (std::ssize(domains[k]) < fewest_at_bound || varies(matrix.scores, domains[k], j)) continue;
            if (!scores) scores = matrix.scores;
            (*scores)(domains[k], j).setConstant(std::nan(""));
        }
    return detect_bounds(scores ? *scores : matrix.scores);
}

ScoreBounds bounds_of(ScoreMatrix const& matrix) { return matrix.bounds ? *matrix.bounds : detect_bounds(matrix); }

MissingScores count_missing(ScoreMatrix const& matrix)
{
    MissingScores missing;
    for (Index i = 0; i < matrix.scores.rows(); ++i) {
        auto const before = missing.scores;
        for (Index j = 0; j < matrix.scores.cols(); ++j) {
            if (!std::isnan(matrix.scores(i, j))) continue;
            if (missing.scores++ == 0) {
                missing.first_model = i;
                missing.first_benchmark = j;
            }
        }
        missing.models += missing.scores > before;
    }
    return missing;
}

std::vector<Domain> select_domains(ScoreMatrix const& matrix, std::vector<std::string> const& names)
{
    std::map<std::string, std::vector<std::int64_t>> rows_of;
    for (std::size_t i = 0; i < matrix.base_models.size(); ++i)
        if (!matrix.base_models[i].empty()) rows_of[matrix.base_models[i]].push_back(static_cast<std::int64_t>(i));

    std::vector<Domain> domains;
    std::set<std::string> taken;
    for (auto const& name : names) {
        if (!taken.insert(name).second)
            throw UsageError(fmt::format("base model \"{}\" is named twice", name), {}, "name each once");
        auto const found = rows_of.find(name);
        if (found == rows_of.end()) {
            std::vector<std::string> known;
            for (auto const& [known_name, rows] : rows_of) known.push_back(known_name);
            auto const close = close_names(name, known);
            throw UsageError(fmt::format("no base model \"{}\" among the {} base models", name, known.size()), {},
                             close.empty() ? std::string("list them with: exahca domains FILE")
                                           : fmt::format("did you mean {}? List them with: exahca domains FILE",
                                                         join_names(close, ", ")));
        }
        Domain domain{name, found->second, {}};
        domain.scores.resize(static_cast<Index>(domain.rows.size()), matrix.scores.cols());
        for (std::size_t i = 0; i < domain.rows.size(); ++i)
            domain.scores.row(static_cast<Index>(i)) = matrix.scores.row(domain.rows[i]);
        domains.push_back(std::move(domain));
    }
    return domains;
}

std::vector<std::string> domains_by_size(ScoreMatrix const& matrix, std::int64_t min_models)
{
    std::map<std::string, std::int64_t> sizes;
    for (auto const& name : matrix.base_models)
        if (!name.empty()) ++sizes[name];
    std::vector<std::pair<std::int64_t, std::string>> ranked;
    for (auto const& [name, size] : sizes)
        // Negated, so that one ascending sort puts the largest first and names of equal size in order.
        if (size >= min_models) ranked.emplace_back(-size, name);
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::string> names;
    for (auto const& [size, name] : ranked) names.push_back(name);
    return names;
}

} // namespace exahca
