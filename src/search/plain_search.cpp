#include "exahca/model/prefix_fit.hpp"
#include "search/search_run.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace exahca {
namespace {

using Rows = std::vector<std::uint8_t>;

// The lowest free row of every domain.
Rows first_tuple(PrefixFit const& prefix)
{
    Rows rows;
    for (int k = 0; k < prefix.problem().domains(); ++k)
        rows.push_back(static_cast<std::uint8_t>(std::countr_zero(prefix.free_rows(k))));
    return rows;
}

// The next tuple in lexicographic order, the last domain's row fastest; false behind the last one, `rows` then being
// the first again.
bool next_tuple(PrefixFit const& prefix, Rows& rows)
{
    for (std::size_t k = rows.size(); k-- > 0;) {
        auto const free = prefix.free_rows(static_cast<int>(k));
        auto const above = rows[k] == 63 ? 0 : free >> (rows[k] + 1) << (rows[k] + 1);
        rows[k] = static_cast<std::uint8_t>(std::countr_zero(above != 0 ? above : free));
        if (above != 0) return true;
    }
    return false;
}

/// A tuple that was fitted, and the objective of its partial sums.
struct Child
{
    double bound;
    Rows rows;
};

/// Depth first without any bound but the partial objective, or, for brute force, without that. Values come from
/// PrefixFit as everywhere, so that the fast search has to equal it in every bit.
class PlainSearch
{
public:
    PlainSearch(OrderProblem const& problem, SearchOptions const& options, SearchRun& run, bool prunes)
        : run_(run), prunes_(prunes), child_bytes_(static_cast<std::int64_t>(sizeof(Child)) + problem.domains() + 16)
    {
        most_children_ = static_cast<std::size_t>(
            std::max<std::int64_t>(1, options.frontier_bytes / (2 * problem.factors() * child_bytes_)));
    }

    void expand(PrefixFit const& prefix)
    {
        if (prefix.level() == 0) {
            run_.offer(path_, prefix.value(), prefix.sums());
            return;
        }
        // While there are more tuples than there is room for, it goes down in between.
        auto rows = first_tuple(prefix);
        for (bool more = true; more;) {
            auto const children = fit_children(prefix, rows, more);
            descend(prefix, children);
            if (!more || !run_.ended()) continue;
            run_.leave_open(path_, prefix.value());
            return;
        }
    }

private:
    // Children from tuple `rows` on. `more`: there was no room for all, or no time; `rows` is the next.
    std::vector<Child> fit_children(PrefixFit const& prefix, Rows& rows, bool& more)
    {
        std::vector<Child> children;
        LevelFit fit;
        for (more = true; more && children.size() < most_children_ && !run_.ended(); more = next_tuple(prefix, rows)) {
            prefix.fit(rows, fit);
            if (prefix.dimension() > 1) run_.visit(1);
            if (!prunes_ || fit.value <= run_.best.threshold()) children.push_back({fit.value, rows});
        }
        if (prunes_)
            std::stable_sort(children.begin(), children.end(),
                             [](Child const& a, Child const& b) { return a.bound < b.bound; });
        return children;
    }

    void descend(PrefixFit const& prefix, std::vector<Child> const& children)
    {
        held_ += static_cast<std::int64_t>(children.size()) * child_bytes_;
        run_.hold(held_);
        LevelFit fit;
        for (auto const& child : children) {
            if (prunes_ && child.bound > run_.best.threshold()) break;
            path_.push_back(child.rows);
            if (run_.ended()) {
                run_.leave_open(path_, child.bound);
            } else {
                // Fitted again rather than kept: a child that waits then takes a few bytes only.
                prefix.fit(child.rows, fit);
                auto placed = prefix;
                placed.place(child.rows, fit);
                expand(placed);
            }
            path_.pop_back();
        }
        held_ -= static_cast<std::int64_t>(children.size()) * child_bytes_;
    }

    SearchRun& run_;
    bool prunes_;
    std::int64_t child_bytes_;
    std::size_t most_children_;
    std::int64_t held_ = 0;
    std::vector<Rows> path_;
};

} // namespace

void run_plain(OrderProblem const& problem, SearchOptions const& options, SearchRun& run)
{
    PlainSearch(problem, options, run, true).expand(PrefixFit(problem));
}

void run_brute(OrderProblem const& problem, SearchOptions const& options, SearchRun& run)
{
    PlainSearch(problem, options, run, false).expand(PrefixFit(problem));
}

} // namespace exahca
