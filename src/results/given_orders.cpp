#include "exahca/results/given_orders.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/order_table.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/model/order_problem.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "exahca/results/results.hpp"

#include <fmt/format.h>

namespace exahca {

void complete_and_check(GivenMatrices& given, Objective objective)
{
    auto const domains = given.unmixing.size();
    if (domains == 1)
        throw InvalidInput("one unmixing matrix identifies no order", "every order of its rows fits it",
                           "give at least two, one for each domain");
    if (!given.sizes.empty() && given.sizes.size() != domains)
        throw UsageError(fmt::format("--sizes has {} numbers for {} domains", given.sizes.size(), domains), {},
                         "give one per domain");
    if (combining(objective) == Objective::n_weighted && given.sizes.empty())
        throw UsageError(fmt::format("--objective {} needs the domains' sizes", to_string(objective)), {},
                         "give --sizes n1,n2,...");
    OrderProblem const problem(given.unmixing, objective, given.sizes); // shapes, values and ranks are checked here
    auto const benchmarks = static_cast<std::size_t>(given.unmixing[0].cols());
    if (given.domains.empty())
        for (std::size_t k = 0; k < domains; ++k) given.domains.push_back(fmt::format("domain-{}", k));
    if (given.benchmarks.empty())
        for (std::size_t j = 0; j < benchmarks; ++j) given.benchmarks.push_back(fmt::format("column-{}", j));
    if (given.domains.size() != domains || given.benchmarks.size() != benchmarks)
        throw InvalidInput("the names of domains or benchmarks do not fit the matrices", "their numbers differ");
}

namespace {

/// Results of an experiment of one setting without scores: its estimate is the search's, in the rows of the given
/// matrices as sources.
/// \param put_table  fills the record's table of orders, and what else the layout has
template <class PutTable>
DataGroup results_of(GivenMatrices const& given, Setting setting, std::string const& fingerprint,
                     PutTable const& put_table)
{
    setting.domains = given.domains;
    setting.factors = static_cast<int>(given.unmixing[0].rows());
    setting.estimator = Estimator::given;
    setting = without_screening(std::move(setting));
    Experiment const experiment({setting}, {}, 1, given.benchmarks);
    RecordStore records(experiment);
    RecordBuilder record(experiment.layout(SettingId(0), ReplicateKind::estimate));
    put_table(record, setting);
    record.set("sources_unmixing", given.unmixing);
    records.put(TaskId(0), {TaskStatus::done, "", record.take(), 0});
    ScoreMatrix none;
    none.benchmarks = given.benchmarks;
    none.scores.resize(0, static_cast<Index>(given.benchmarks.size()));
    return build_results(experiment, records, none, {"", fingerprint});
}

} // namespace

DataGroup given_results(GivenMatrices const& given, Setting setting, SearchResult const& found,
                        std::string const& fingerprint)
{
    return results_of(given, std::move(setting), fingerprint, [&](RecordBuilder& record, Setting const& completed) {
        put_order_table(record, completed, given.unmixing, given.sizes, found);
    });
}

DataGroup given_results(GivenMatrices const& given, Setting setting, FlagSearchResult const& found,
                        SharedSpan const& span, std::string const& fingerprint)
{
    return results_of(given, std::move(setting), fingerprint, [&](RecordBuilder& record, Setting const&) {
        put_flag_table(record, span.basis, found);
        std::vector<double> angles;
        for (auto const& matrix : given.unmixing) angles.push_back(largest_principal_angle(matrix, span.basis));
        record.set("searched_span_angle", angles);
    });
}

} // namespace exahca
