#include "exahca/profile/found_flag.hpp"

#include "exahca/core/error.hpp"
#include "exahca/results/group_index.hpp"
#include "exahca/results/results.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {
namespace {

/// The estimate of a setting with an answer; null otherwise.
DataGroup const* answer_of(GroupIndex const& estimates, std::string const& setting)
{
    auto const* estimate = estimates.find(setting);
    return estimate != nullptr && estimate->find("unmixing") != nullptr ? estimate : nullptr;
}

} // namespace

std::vector<std::string> settings_with_flag(DataGroup const& results)
{
    std::vector<std::string> names;
    GroupIndex const estimates(results.find_group("estimate"));
    for (auto const& name : stored_setting_names(results))
        if (answer_of(estimates, name) != nullptr) names.push_back(name);
    return names;
}

FoundFlag read_found_flag(DataGroup const& results, std::string const& setting)
{
    auto const experiment = read_experiment(results);
    auto const& names = stored_setting_names(results);
    auto const place = static_cast<std::size_t>(std::find(names.begin(), names.end(), setting) - names.begin());
    auto const* group = answer_of(GroupIndex(results.find_group("estimate")), setting);
    if (place == names.size() || group == nullptr) throw InvalidInput(fmt::format("setting {} has no answer", setting));
    FoundFlag flag{setting, experiment.settings()[place], experiment.benchmarks(), {}, {}, 0};
    auto const m = static_cast<Index>(flag.setting.factors), d = std::ssize(flag.benchmarks);
    // H of all orders that are listed, the best first; rows by level, the first factor of the causal order last.
    auto const values = group->doubles("unmixing");
    if (std::ssize(values) < m * d || std::ssize(values) % (m * d) != 0)
        throw InvalidInput("dataset \"unmixing\" has the wrong shape");
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    flag.unmixing = Eigen::Map<RowMajor const>(values.data(), m, d);
    for (auto const label : group->integers("alignment_benchmark")) flag.labels.push_back(label);
    for (auto const models : group->integers("models_used")) flag.models += static_cast<double>(models);
    bool const labelled = std::ssize(flag.labels) == m &&
                          std::all_of(flag.labels.begin(), flag.labels.end(), [&](Index j) { return j >= 0 && j < d; });
    if (!flag.unmixing.allFinite() || !labelled || !(flag.models > 0))
        throw InvalidInput(fmt::format("the answer of setting {} is damaged", setting), {}, "make the file again");
    return flag;
}

} // namespace exahca
