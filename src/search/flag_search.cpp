#include "exahca/search/flag_search.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/shared_subspace.hpp"
#include "exahca/numerics/orthogonal.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "search/flag_proof.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

constexpr int grid_divisions = 3; // cells of 11 degrees
constexpr int random_flags = 4000;
constexpr std::size_t fewest_starts = 16;

void check(OrderProblem const& problem, FlagSearchOptions const& options)
{
    if (!(options.tolerance >= 1e-6 && options.tolerance <= 1))
        throw InvalidInput(fmt::format("tolerance {} of the best flag", options.tolerance), {}, "give 1e-6 to 1");
    if (options.best_n < 1 || options.best_n > 1000)
        throw InvalidInput(fmt::format("{} best flags asked for", options.best_n), {}, "ask for 1 to 1,000");
    if (options.cell_limit < 0 || options.frontier_bytes < 1 || options.table_bytes < 1)
        throw InvalidInput(fmt::format("a limit of {} cells, {} bytes for those that wait, {} for bounds",
                                       options.cell_limit, options.frontier_bytes, options.table_bytes),
                           {}, "give positive numbers");
    if (problem.factors() > most_flag_levels)
        throw InvalidInput(fmt::format("{} factors", problem.factors()),
                           fmt::format("flags of more than {} levels are not searched", most_flag_levels),
                           "search for the best order");
    if (problem.dimension() != problem.factors())
        throw InvalidInput(fmt::format("rows of {} factors span {} dimensions", problem.factors(), problem.dimension()),
                           "the best flag is looked for in as many dimensions as factors",
                           "project them on one subspace");
}

class FlagSearch
{
public:
    FlagSearch(OrderProblem const& problem, FlagSearchOptions const& options)
        : problem_(problem), options_(options), values_(problem)
    {
    }

    FlagSearchResult run()
    {
        FlagSearchResult result;
        auto found = local_minima();
        result.starts = static_cast<std::int64_t>(found.size());
        if (problem_.factors() == 1) {
            result.outcome = FlagOutcome::proven;
        } else if (stopped()) {
            result.outcome = FlagOutcome::stopped;
        } else if (problem_.factors() <= most_cell_levels) {
            FlagProof proof(values_, options_, best_flag_kernels());
            proof.run(found);
            result.outcome = proof.outcome();
            result.lower_bound = proof.lower_bound();
            result.cells = proof.cells();
            result.peak_frontier_bytes = proof.peak_bytes();
        }
        result.best = ranked(std::move(found));
        return result;
    }

private:
    [[nodiscard]] bool stopped() const { return options_.stop != nullptr && options_.stop->requested(); }

    // Descents from the best flags of a grid, no two of them one answer; the best first.
    std::vector<FlagPoint> local_minima()
    {
        auto const wanted = std::max(fewest_starts, 2 * static_cast<std::size_t>(options_.best_n));
        auto starts = apart(sampled_flags(), wanted);
        std::vector<FlagPoint> rough;
        for (auto const& start : starts) {
            if (stopped() && !rough.empty()) break;
            rough.push_back(descend_flag(values_, start.frame, rough_descent, options_.stop));
        }
        std::vector<FlagPoint> found;
        for (auto const& start : apart(std::move(rough), static_cast<std::size_t>(options_.best_n)))
            found.push_back(descend_flag(values_, start.frame, full_descent, options_.stop));
        std::stable_sort(found.begin(), found.end(),
                         [](FlagPoint const& a, FlagPoint const& b) { return a.value < b.value; });
        return found;
    }

    // The centres of a grid of cells, or random flags where there are no cells.
    std::vector<FlagPoint> sampled_flags()
    {
        int const m = problem_.factors();
        std::vector<FlagPoint> flags;
        auto const add = [&](Matrix frame) {
            double const value = values_.value(frame);
            flags.push_back({std::move(frame), value});
        };
        if (m == 1) {
            add(Matrix::Identity(1, 1));
            return flags;
        }
        if (m > most_cell_levels) {
            RandomStream random({.seed = 1, .purpose = "flag-search-start", .name = {}});
            for (int i = 0; i < random_flags && !(stopped() && i > 0); ++i) add(random_orthogonal(random, m));
            return flags;
        }
        std::vector<DirectionCell> cells;
        auto const first = static_cast<CellId>(cell_parts(m)) << ((m - 1) * grid_divisions);
        for (CellId id = first; id < 2 * first; ++id) cells.push_back(cell_of(m, id));
        for (auto const& last : cells) {
            if (stopped() && !flags.empty()) break;
            if (m == 2) add(central_frame(m, last, last));
            for (auto const& second : cells)
                if (m > 2 && can_be_orthogonal(m, last, second)) add(central_frame(m, last, second));
        }
        return flags;
    }

    // The best flags of which none is the same answer as a better one.
    static std::vector<FlagPoint> apart(std::vector<FlagPoint> flags, std::size_t most)
    {
        std::stable_sort(flags.begin(), flags.end(),
                         [](FlagPoint const& a, FlagPoint const& b) { return a.value < b.value; });
        std::vector<FlagPoint> chosen;
        for (auto& flag : flags) {
            if (chosen.size() == most) break;
            bool const is_new = std::none_of(chosen.begin(), chosen.end(), [&](FlagPoint const& other) {
                return flags_agree(other.frame.transpose(), flag.frame.transpose(), same_flag_degrees);
            });
            if (is_new) chosen.push_back(std::move(flag));
        }
        return chosen;
    }

    std::vector<RankedFlag> ranked(std::vector<FlagPoint> found) const
    {
        auto const m = static_cast<std::size_t>(problem_.factors());
        std::vector<RankedFlag> result;
        for (auto const& point : apart(std::move(found), static_cast<std::size_t>(options_.best_n))) {
            auto losses = values_.at(point.frame);
            RankedFlag flag{
                (problem_.basis() * point.frame).transpose(), point.value, std::move(losses.inexactness), {}};
            fix_row_signs(flag.flag);
            for (std::size_t at = 0; at < losses.rows.size(); at += m)
                flag.order.rows.emplace_back(losses.rows.begin() + static_cast<std::ptrdiff_t>(at),
                                             losses.rows.begin() + static_cast<std::ptrdiff_t>(at + m));
            result.push_back(std::move(flag));
        }
        return result;
    }

    OrderProblem const& problem_;
    FlagSearchOptions const& options_;
    FlagValues values_;
};

} // namespace

std::string_view to_string(FlagOutcome value)
{
    constexpr std::array<std::string_view, 5> names{"proven", "cell-limit", "resolution-limit", "stopped",
                                                    "not-attempted"};
    return names[static_cast<std::size_t>(value)];
}

double usual_flag_tolerance(Objective objective) { return combining(objective) == Objective::mic ? 1e-4 : 2e-3; }

FlagSearchResult search_flags(OrderProblem const& problem, FlagSearchOptions const& options)
{
    check(problem, options);
    return FlagSearch(problem, options).run();
}

SharedSpan project_on_shared_span(std::span<Matrix const> unmixing)
{
    OrderProblem const accepted(unmixing, Objective::mic); // shapes, values and ranks are checked here
    Index const m = accepted.factors(), d = unmixing.front().cols();
    SharedSpan span{Matrix::Identity(m, d), {unmixing.begin(), unmixing.end()}};
    if (m == d) return span;
    Matrix projectors = Matrix::Zero(d, d);
    for (Matrix const& matrix : unmixing) {
        Matrix const rows = orthonormal_rows_from_last(matrix);
        projectors += rows.transpose() * rows;
    }
    span.basis = leading_eigenvectors(projectors, m);
    fix_row_signs(span.basis);
    for (Matrix& matrix : span.unmixing) matrix = matrix * span.basis.transpose();
    OrderProblem const projected(span.unmixing, Objective::mic); // dependent rows are reported
    return span;
}

} // namespace exahca
