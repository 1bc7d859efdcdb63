#include "exahca/text/curves.hpp"

#include "csv_field.hpp"
#include "exahca/core/listing.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/text.hpp"
#include "json_number.hpp"
#include "paragraph.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace exahca {
namespace {

using Out = std::back_insert_iterator<std::string>;
using Json = nlohmann::ordered_json;

std::string range_text(CurveQuarter const& quarter)
{
    return quarter.from == quarter.to ? fmt::format("{:.6g}", quarter.from)
                                      : fmt::format("{:.6g} to {:.6g}", quarter.from, quarter.to);
}

std::string points_text(double points) { return std::isnan(points) ? "n/a" : fmt::format("{:+.1f}", points); }

void print_capability(Out out, CurvesReport const& report, std::size_t factor)
{
    fmt::format_to(out, "\nz{}  {}\n  {} {} {:>7} {:>15} {:>9} {:<17} {:>15}\n", factor + 1,
                   factor_title(report.fit.factors[factor]), padded("base model", 24), padded(report.found.column, 20),
                   "models", "lower quartile", "median", "", "upper quartile");
    for (std::size_t k = 0; k < report.found.domains.size(); ++k) {
        auto name = report.fit.domains[k];
        for (auto const& quarter : report.found.domains[k]) {
            auto const& at = quarter.capabilities[factor];
            auto const interval =
                std::isnan(at.median) ? "" : fmt::format("[{:+.1f}, {:+.1f}]", at.median_low, at.median_high);
            fmt::format_to(out, "  {} {} {:>7} {:>15} {:>9} {:<17} {:>15}\n", padded(name, 24),
                           padded(range_text(quarter), 20), grouped(quarter.models), points_text(at.lower),
                           points_text(at.median), interval, points_text(at.upper));
            name.clear(); // said once
        }
    }
}

std::string notes(CurvesReport const& report)
{
    auto const& found = report.found;
    std::string text =
        fmt::format("{}, by quarters of {} among models with the same base model; models with equal values stay "
                    "together. Points of the benchmark that names a capability, relative to the mean of those models: "
                    "median with a 90 % interval, and quartiles, which include the noise of the scores as well as the "
                    "spread of models. The fitted model is taken as known. An association with {} need not be its "
                    "effect: bigger, newer or longer trained models differ in more than one respect. ",
                    counted(found.models, "model", "models"), found.column, found.column);
    if (found.left_out > 0)
        text += fmt::format("Left out: {} without a value. ", counted(found.left_out, "model", "models"));
    if (found.without_factors > 0)
        text +=
            fmt::format("{} too few known scores for the capabilities. ",
                        found.without_factors == 1 ? "1 model has" : grouped(found.without_factors) + " models have");
    std::vector<std::string> constant;
    for (std::size_t k = 0; k < found.domains.size(); ++k)
        if (found.domains[k].size() < 2) constant.push_back(report.fit.domains[k]);
    if (!constant.empty()) text += fmt::format("It does not vary enough among models of {}. ", listed(constant));
    if (!report.fit.decided)
        text += "These data do not decide between this answer and others (exahca show), which would have other "
                "capabilities.";
    return text;
}

Json quartiles_json(CapabilityQuartiles const& at)
{
    return {{"median", json_number(at.median)},
            {"median_low", json_number(at.median_low)},
            {"median_high", json_number(at.median_high)},
            {"lower_quartile", json_number(at.lower)},
            {"upper_quartile", json_number(at.upper)}};
}

Json quarter_json(CurveQuarter const& quarter)
{
    Json capabilities = Json::array();
    for (auto const& at : quarter.capabilities) capabilities.push_back(quartiles_json(at));
    return {{"quarter", quarter.number},
            {"from", quarter.from},
            {"to", quarter.to},
            {"models", quarter.models},
            {"capabilities", std::move(capabilities)}};
}

} // namespace

std::string to_text(CurvesReport const& report)
{
    std::string text;
    Out const out(text);
    fmt::format_to(out, "Capabilities along {}, within base models, by the fit of {}\n{}\n", report.found.column,
                   report.fit.setting, wrapped(notes(report), paragraph_columns));
    for (std::size_t i = 0; i < report.fit.factors.size(); ++i) print_capability(out, report, i);
    return text;
}

std::string to_csv(CurvesReport const& report)
{
    std::string text = "setting,column,base_model,quarter,from,to,models,quantity,median,median_low,median_high,"
                       "lower_quartile,upper_quartile\n";
    for (std::size_t k = 0; k < report.found.domains.size(); ++k)
        for (auto const& quarter : report.found.domains[k])
            for (std::size_t i = 0; i < quarter.capabilities.size(); ++i) {
                auto const& at = quarter.capabilities[i];
                text += fmt::format("{},{},{},{},{},{},{},z{},{},{},{},{},{}\n", csv_field(report.fit.setting),
                                    csv_field(report.found.column), csv_field(report.fit.domains[k]), quarter.number,
                                    csv_field(quarter.from), csv_field(quarter.to), quarter.models, i + 1,
                                    csv_field(at.median), csv_field(at.median_low), csv_field(at.median_high),
                                    csv_field(at.lower), csv_field(at.upper));
            }
    return text;
}

std::string to_json(CurvesReport const& report)
{
    auto const& found = report.found;
    Json json{{"setting", report.fit.setting},
              {"column", found.column},
              {"models", found.models},
              {"left_out", found.left_out},
              {"without_factors", found.without_factors},
              {"decided", report.fit.decided},
              {"factors", Json::array()},
              {"base_models", Json::array()}};
    for (auto const& factor : report.fit.factors)
        json["factors"].push_back({{"benchmark", factor.benchmark}, {"capability", factor.capability}});
    for (std::size_t k = 0; k < found.domains.size(); ++k) {
        Json quarters = Json::array();
        for (auto const& quarter : found.domains[k]) quarters.push_back(quarter_json(quarter));
        json["base_models"].push_back({{"name", report.fit.domains[k]}, {"quarters", std::move(quarters)}});
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace exahca
