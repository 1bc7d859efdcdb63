#include "order_table.hpp"

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

void put_order_table(RecordBuilder& record, Setting const& setting, std::span<Matrix const> unmixing,
                     std::vector<double> const& sizes, SearchResult const& found)
{
    if (found.best.empty()) throw NumericalFailure("the search found no order within its limits");
    OrderProblem const problem(unmixing, setting.objective, sizes);
    std::vector<double> objective, mic, mean, inexactness, rows, angles;
    std::vector<Matrix> flags;
    for (auto const& ranked : found.best) {
        auto const fit = fit_linear_sem(problem, unmixing, ranked.order);
        auto const values = summarise(ranked.inexactness);
        objective.push_back(ranked.value);
        mic.push_back(values.mic);
        mean.push_back(values.mean);
        inexactness.insert(inexactness.end(), ranked.inexactness.begin(), ranked.inexactness.end());
        for (auto const& domain_rows : ranked.order.rows)
            rows.insert(rows.end(), domain_rows.begin(), domain_rows.end());
        flags.push_back(fit.unmixing);
        Vector const to_best = flag_angles(flags.front(), fit.unmixing);
        angles.insert(angles.end(), to_best.begin(), to_best.end());
    }
    record.set("order_count", static_cast<double>(found.best.size()));
    record.set("search_outcome", static_cast<double>(found.outcome));
    record.set("lower_bound", found.lower_bound);
    record.set("objective", objective);
    record.set("mic", mic);
    record.set("mean_inexactness", mean);
    record.set("inexactness", inexactness);
    record.set("row", rows);
    record.set("unmixing", flags);
    record.set("angle_to_best", angles);
}

} // namespace exahca
