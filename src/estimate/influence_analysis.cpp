#include "exahca/estimate/influence_analysis.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/contender.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/screening.hpp"

#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

/// How far the best order with the estimate's flag is ahead of the best with another; negative when another wins.
double lead_of(Matrix const& flag, std::vector<Contender> const& contenders)
{
    double agreeing = std::nan(""), differing = std::nan("");
    for (auto const& contender : contenders) {
        auto& best = flags_agree(flag, contender.unmixing, same_flag_degrees) ? agreeing : differing;
        // Values are such that lower is better. fmin ignores the NaN that stands for none.
        best = std::fmin(best, contender.value);
    }
    return differing - agreeing;
}

/// What remains of the setting and its data.
struct Remainder
{
    Setting setting;
    ReplicateData data;
};

Remainder remainder_of(Setting const& setting, InfluenceCase const& chosen, Dataset const& dataset,
                       std::vector<Matrix> const& scores, std::vector<DomainExclusion> const& parts)
{
    Remainder rest{setting, {{}, dataset.bounds(), dataset.items()}};
    rest.setting.domains.clear();
    for (std::size_t k = 0; k < scores.size(); ++k) {
        // The base model itself is left out: it is no domain of the remaining setting.
        if (chosen.exclusion == Exclusion::domain && parts[k].kept.empty()) continue;
        rest.setting.domains.push_back(setting.domains[k]);
        rest.data.scores.push_back(gather_rows(scores[k], parts[k].kept));
    }
    return rest;
}

/// Why a case is not analysed; empty when it is.
std::string obstacle(InfluenceCase const& chosen, std::vector<std::string> const& domains,
                     std::vector<DomainExclusion> const& parts)
{
    if (chosen.exclusion == Exclusion::nothing || chosen.exclusion == Exclusion::domain) return {};
    std::size_t total = 0;
    for (std::size_t k = 0; k < parts.size(); ++k) {
        auto const out = parts[k].left_out.size(), all = out + parts[k].kept.size();
        if (static_cast<double>(out) > most_left_out * static_cast<double>(all))
            return fmt::format("not analysed: it would take {} of {} models of {}", out, all, domains[k]);
        total += out;
    }
    return total == 0 ? "not analysed: it takes no model" : std::string{};
}

} // namespace

AnalysisRecord analyse_influence(AnalysisRequest const& request, Dataset const& dataset, InfluenceCase const& chosen,
                                 std::int64_t groups, RecordView const& estimate)
{
    auto const& setting = request.setting;
    std::vector<Matrix> scores;
    for (auto const& domain : setting.domains) scores.push_back(dataset.domain(domain));
    auto const parts = exclude(chosen, setting, scores, groups);
    RecordBuilder record(request.layout);
    std::vector<double> left_out, used;
    for (auto const& part : parts) {
        left_out.push_back(static_cast<double>(part.left_out.size()));
        used.push_back(static_cast<double>(part.kept.size()));
    }
    record.set("models_left_out", left_out);
    record.set("models_used", used);
    if (auto why = obstacle(chosen, setting.domains, parts); !why.empty()) return {record.take(), {std::move(why)}};

    auto const rest = remainder_of(setting, chosen, dataset, scores, parts);
    AnalysisRequest const remaining{rest.setting, request.layout, request.benchmarks, request.key};
    auto contenders = analyser_of(setting).contenders(remaining, rest.data);
    auto const flag = estimate.matrix("unmixing", 0);
    auto const& best = contenders.ranked.front();
    record.set("search_outcome", static_cast<double>(contenders.search_outcome));
    record.set("mic", contenders.mic);
    record.set("mean_inexactness", contenders.mean_inexactness);
    // NaN where all contenders agree or none does.
    record.set("lead", lead_of(flag, contenders.ranked));
    record.set("unmixing", best.unmixing);
    Vector const angles = flag_angles(flag, best.unmixing);
    record.set("angle_to_estimate", std::span(angles.data(), static_cast<std::size_t>(angles.size())));
    record.set("fresh_label", contenders.labels);
    return {record.take(), std::move(contenders.warnings)};
}

} // namespace exahca
