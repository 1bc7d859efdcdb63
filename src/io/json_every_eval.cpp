#include "io/json_every_eval.hpp"

#include "exahca/core/error.hpp"
#include "io/json_member.hpp"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace exahca::io {
namespace {

/// What the range of a metric says of a result.
void read_metric_config(nlohmann::json const& config, Finding& finding)
{
    auto const least = number_member(config, "min_score"), most = number_member(config, "max_score");
    finding.is_share = least == 0 && most == 1;
    if (least == 0 && most > 0) finding.most = most;
    // The schema's own code for a level that is unknown.
    if (flag_member(config, "has_unknown_level") && finding.score == -1) finding.score = std::nan("");
}

std::string every_eval_model(nlohmann::json const& info, std::string const& file)
{
    if (auto id = text_member(info, "id"); !id.empty()) return id;
    if (auto name = text_member(info, "name"); !name.empty()) return name;
    throw InvalidInput(fmt::format("{} does not name its model", file), "model_info has neither id nor name",
                       "leave the file out");
}

} // namespace

bool take_every_eval(nlohmann::json const& content, std::string const& file, ResultFindings& findings)
{
    auto const* const results = member(content, "evaluation_results");
    auto const* const info = member(content, "model_info");
    if (results == nullptr || !results->is_array() || info == nullptr) return false;
    auto const model = every_eval_model(*info, file);
    auto const* const details = member(*info, "additional_details");
    auto const domain = details == nullptr ? std::string() : text_member(*details, "base_model");
    auto const date = date_member(content, "retrieved_timestamp");
    for (auto const& result : *results) {
        auto const task = text_member(result, "evaluation_name");
        auto const* const score_details = member(result, "score_details");
        auto const* const score = score_details == nullptr ? nullptr : member(*score_details, "score");
        if (task.empty() || score == nullptr || !score->is_number()) continue;
        auto const* const source = member(result, "source_data");
        Finding finding{date,   model,
                        domain, source == nullptr ? "" : text_member(*source, "dataset_name"),
                        task,   score->get<double>(),
                        false};
        if (auto const* const config = member(result, "metric_config")) {
            read_metric_config(*config, finding);
            if (flag_member(*config, "lower_is_better")) findings.note_lower_is_better(task);
        }
        findings.add(std::move(finding));
    }
    return true;
}

} // namespace exahca::io
