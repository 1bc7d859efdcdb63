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

struct Child
{
    double bound;
    Rows rows;
};

class PlainSearch
{
public:
    PlainSearch(SearchRun& run, bool prunes) : run_(run), prunes_(prunes) {}

    void expand(PrefixFit const& prefix)
    {
        if (prefix.level() == 0) {
            run_.offer(path_, prefix.value(), prefix.sums());
            return;
        }
        auto const children = fit_children(prefix);
        LevelFit fit;
        for (auto const& child : children) {
            if (prunes_ && child.bound > run_.best.threshold()) break;
            path_.push_back(child.rows);
            if (run_.ended()) {
                run_.leave_open(path_, child.bound);
            } else {
                prefix.fit(child.rows, fit);
                auto placed = prefix;
                placed.place(child.rows, fit);
                expand(placed);
            }
            path_.pop_back();
        }
    }

private:
    std::vector<Child> fit_children(PrefixFit const& prefix)
    {
        std::vector<Child> children;
        LevelFit fit;
        auto rows = first_tuple(prefix);
        do {
            if (run_.ended()) {
                run_.leave_open(path_, prefix.value());
                return {};
            }
            prefix.fit(rows, fit);
            if (prefix.dimension() > 1) ++run_.tuples;
            if (!prunes_ || fit.value <= run_.best.threshold()) children.push_back({fit.value, rows});
        } while (next_tuple(prefix, rows));
        if (prunes_)
            std::stable_sort(children.begin(), children.end(),
                             [](Child const& a, Child const& b) { return a.bound < b.bound; });
        return children;
    }

    SearchRun& run_;
    bool prunes_;
    std::vector<Rows> path_;
};

} // namespace

void run_plain(OrderProblem const& problem, SearchRun& run) { PlainSearch(run, true).expand(PrefixFit(problem)); }

void run_brute(OrderProblem const& problem, SearchRun& run) { PlainSearch(run, false).expand(PrefixFit(problem)); }

} // namespace exahca
