#include "exahca/estimate/order_table.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"

#include <algorithm>

namespace exahca {

InexactnessSummary summarise(std::vector<double> const& inexactness)
{
    double sum = 0;
    for (double const value : inexactness) sum += value;
    return {*std::max_element(inexactness.begin(), inexactness.end()), sum / static_cast<double>(inexactness.size())};
}

SearchOptions order_search_options(Setting const& setting, std::vector<double> sizes, std::int64_t best,
                                   SearchLimits const& limits)
{
    SearchOptions options;
    options.objective = setting.objective;
    options.sizes = std::move(sizes);
    options.best_n = best;
    options.set_limits(limits);
    return options;
}

namespace {

/// Columns of the table of the best orders, as it grows.
class OrderColumns
{
public:
    void add(double value, std::vector<double> const& inexactness, CandidateOrder const& order, Matrix unmixing)
    {
        auto const values = summarise(inexactness);
        objective_.push_back(value);
        mic_.push_back(values.mic);
        mean_.push_back(values.mean);
        inexactness_.insert(inexactness_.end(), inexactness.begin(), inexactness.end());
        for (auto const& domain_rows : order.rows) rows_.insert(rows_.end(), domain_rows.begin(), domain_rows.end());
        flags_.push_back(std::move(unmixing));
        // The best order comes first, so its own line has 0.
        Vector const to_best = flag_angles(flags_.front(), flags_.back());
        angles_.insert(angles_.end(), to_best.begin(), to_best.end());
    }

    void put(RecordBuilder& record, SearchOutcome outcome, double lower_bound) const
    {
        record.set("order_count", static_cast<double>(flags_.size()));
        record.set("search_outcome", static_cast<double>(outcome));
        record.set("lower_bound", lower_bound);
        record.set("objective", objective_);
        record.set("mic", mic_);
        record.set("mean_inexactness", mean_);
        record.set("inexactness", inexactness_);
        record.set("row", rows_);
        record.set("unmixing", flags_);
        record.set("angle_to_best", angles_);
    }

private:
    std::vector<double> objective_, mic_, mean_, inexactness_, rows_, angles_;
    std::vector<Matrix> flags_;
};

/// Outcomes of flags by the numbers that the results file uses for both (layouts.cpp).
SearchOutcome outcome_of(FlagOutcome outcome)
{
    switch (outcome) {
    case FlagOutcome::proven:
        return SearchOutcome::optimum_proven;
    case FlagOutcome::cell_limit:
        return SearchOutcome::tuple_limit;
    case FlagOutcome::stopped:
        return SearchOutcome::stopped;
    case FlagOutcome::resolution_limit:
        return SearchOutcome::unresolved;
    case FlagOutcome::not_attempted:
        break;
    }
    return SearchOutcome::not_attempted;
}

} // namespace

void put_order_table(RecordBuilder& record, Setting const& setting, std::span<Matrix const> unmixing,
                     std::vector<double> const& sizes, SearchResult const& found)
{
    if (found.best.empty()) throw NumericalFailure("the search found no order within its limits");
    OrderProblem const problem(unmixing, setting.objective, sizes);
    OrderColumns columns;
    for (auto const& ranked : found.best)
        columns.add(ranked.value, ranked.inexactness, ranked.order,
                    fit_linear_sem(problem, unmixing, ranked.order).unmixing);
    columns.put(record, found.outcome, found.lower_bound);
}

void put_flag_table(RecordBuilder& record, Matrix const& basis, FlagSearchResult const& found)
{
    OrderColumns columns;
    for (auto const& ranked : found.best) {
        Matrix flag = ranked.flag * basis; // from coordinates of the span to benchmarks
        fix_row_signs(flag);
        columns.add(ranked.value, ranked.inexactness, ranked.order, std::move(flag));
    }
    columns.put(record, outcome_of(found.outcome), found.lower_bound);
}

} // namespace exahca
