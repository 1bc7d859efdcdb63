#include "read_certainty.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/influence.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/experiment/experiment.hpp"
#include "stored_shape.hpp"

#include <algorithm>
#include <cmath>

namespace exahca {
namespace {

/// The last dimension of one row of a table.
template <class Values>
std::vector<typename Values::value_type> row_of(Values const& values, std::size_t row, std::size_t width)
{
    if (width > 0) (void)values.at((row + 1) * width - 1); // complains by name
    return {values.begin() + static_cast<std::ptrdiff_t>(row * width),
            values.begin() + static_cast<std::ptrdiff_t>((row + 1) * width)};
}

std::vector<std::string> names_of(std::vector<std::int64_t> const& labels, std::vector<std::string> const& benchmarks)
{
    std::vector<std::string> names;
    for (auto const label : labels) {
        if (label < 0) return {};
        names.push_back(benchmark_at(benchmarks, label));
    }
    return names;
}

std::vector<int> as_int(std::vector<std::int64_t> const& values) { return {values.begin(), values.end()}; }

} // namespace

std::optional<InfluenceSummary> read_influence(DataGroup const& results, DataGroup const& aggregate,
                                               SettingSummary const& setting,
                                               std::vector<std::string> const& benchmarks)
{
    auto const* group = aggregate.find_group(to_string(ReplicateKind::influence));
    auto const* tasks = results.find_group("influence/" + setting.name);
    if (group == nullptr || tasks == nullptr) return std::nullopt;
    auto const levels = static_cast<std::size_t>(setting.factors);
    InfluenceSummary influence;
    influence.models = group->integers("models").at(0);
    auto const& exclusion = group->strings("exclusion");
    auto const left_out = group->integers("left_out"), analysed = group->integers("analysed"),
               changes = group->integers("changes"), labels = tasks->integers("fresh_label");
    for (std::size_t i = 0; i < exclusion.size(); ++i) {
        InfluenceCaseSummary one;
        one.exclusion = exclusion[i];
        one.amount = group->doubles("amount").at(i);
        if (one.exclusion == to_string(Exclusion::domain)) {
            if (!(one.amount >= 0 && one.amount < static_cast<double>(setting.domains.size())))
                throw InvalidInput("a base model is left out that is not there", "the file was changed",
                                   "make it again");
            one.domain = setting.domains[static_cast<std::size_t>(one.amount)].name;
        }
        one.left_out = left_out.at(i);
        one.analysed = analysed.at(i) == 1;
        one.changes = changes.at(i) == 1;
        one.lead = group->doubles("lead").at(i);
        one.angles = row_of(group->doubles("angle"), i, levels);
        one.labels = names_of(row_of(labels, i, levels), benchmarks);
        influence.cases.push_back(std::move(one));
    }
    auto const whole = row_of(tasks->doubles("angle_to_estimate"), 0, levels);
    influence.quick_differs = std::any_of(whole.begin(), whole.end(), [](double a) { return a > same_flag_degrees; });
    auto const deciding = group->integers("deciding_case").at(0);
    if (deciding < 0) return influence;
    influence.deciding = static_cast<std::size_t>(deciding);
    auto const& models = group->strings("deciding_model");
    for (std::size_t i = 0; i < models.size(); ++i)
        influence.deciding_models.push_back(
            {models[i], group->strings("deciding_domain").at(i), group->doubles("deciding_total").at(i)});
    return influence;
}

std::vector<CalibrationBin> read_calibration(DataGroup const& parametric)
{
    std::vector<CalibrationBin> bins;
    if (parametric.find("calibration_total") == nullptr) return bins;
    auto const right = parametric.integers("calibration_right"), total = parametric.integers("calibration_total");
    for (std::size_t b = 0; b < total.size(); ++b)
        bins.push_back({parametric.doubles("calibration_low").at(b), parametric.doubles("calibration_high").at(b),
                        right.at(b), total[b], parametric.doubles("calibration_share_low").at(b),
                        parametric.doubles("calibration_share_high").at(b)});
    return bins;
}

CalibrationBin const* ParametricSummary::reading_of(double support) const
{
    for (auto const& bin : calibration)
        if (support >= bin.low && (support < bin.high || &bin == &calibration.back())) return &bin;
    return nullptr;
}

std::optional<AcrossSummary> read_across(DataGroup const& results)
{
    auto const* group = results.find_group("aggregate/across-settings");
    if (group == nullptr) return std::nullopt;
    AcrossSummary across;
    across.settings = group->strings("setting");
    auto const leaders = group->integers("level_leader"), agreeing = group->integers("level_agreeing"),
               compared = group->integers("level_compared");
    auto const& widest = group->doubles("level_widest");
    auto const levels = leaders.size();
    for (std::size_t j = 0; j < levels; ++j)
        across.levels.push_back({leaders[j], agreeing.at(j), compared.at(j), widest.at(j)});
    across.angles = group->doubles("level_angle");
    if (across.angles.size() != across.settings.size() * across.settings.size() * levels)
        throw InvalidInput("the table of angles between settings is not square");
    auto const agrees = group->integers("level_agrees");
    for (std::size_t s = 0; s < across.settings.size(); ++s) {
        across.labels.push_back(row_of(group->strings("label"), s, levels));
        across.level_agrees.push_back(as_int(row_of(agrees, s, levels)));
    }
    for (std::size_t j = 0; j < levels; ++j)
        if (!across.levels[j].has_majority()) // nobody gives what most give
            for (auto& row : across.level_agrees) row[j] = std::min(row[j], 0);
    across.order = {group->integers("order_leader").at(0), group->integers("order_agreeing").at(0),
                    static_cast<std::int64_t>(across.settings.size()), *std::max_element(widest.begin(), widest.end())};
    auto const order_agrees = group->integers("order_agrees");
    across.order_agrees = as_int(row_of(order_agrees, 0, across.settings.size()));
    if (!across.order.has_majority()) std::fill(across.order_agrees.begin(), across.order_agrees.end(), 0);
    auto const& choices = group->strings("choice");
    auto const pairs = group->integers("choice_pairs"), same = group->integers("choice_agreeing");
    for (std::size_t i = 0; i < choices.size(); ++i)
        across.choices.push_back(
            {choices[i], pairs.at(i), same.at(i), row_of(group->doubles("choice_widest"), i, levels)});
    return across;
}

} // namespace exahca
