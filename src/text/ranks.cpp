#include "exahca/text/ranks.hpp"

#include "csv_field.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/comparisons.hpp"
#include "fit_notes.hpp"
#include "paragraph.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace exahca {
namespace {

using Out = std::back_insert_iterator<std::string>;
using Json = nlohmann::ordered_json;

std::string rank_text(std::optional<ModelRank> const& rank)
{
    if (!rank) return "n/a";
    return fmt::format("{:>6.0f} [{}, {}]", rank->expected, grouped(rank->low), grouped(rank->high));
}

void print_model(Out out, RankReport const& report, RankedModel const& model)
{
    fmt::format_to(out, "  {} {} {:>8.2f}  {:<21} {:<19} of {}\n", padded(model.name, 44),
                   padded(report.fit.domains[model.domain], 20), model.mean, rank_text(model.among_all),
                   rank_text(model.among_siblings), grouped(report.siblings[model.domain]));
}

Json rank_json(std::optional<ModelRank> const& rank)
{
    if (!rank) return nullptr;
    return {{"expected", rank->expected}, {"low", rank->low}, {"high", rank->high}, {"first", rank->first}};
}

} // namespace

std::string to_text(RankReport const& report, std::size_t top)
{
    std::string text;
    Out const out(text);
    fmt::format_to(out, "Ranks by {}: {} together, by the fit of {}\n", quantity_titles(report.fit)[report.quantity],
                   counted(report.all, "model", "models"), report.fit.setting);
    fmt::format_to(
        out, "{}\n",
        wrapped(fmt::format("Expected ranks with 90 % intervals, 1 the highest: among all models and among those of "
                            "the same base model, from {} draws from the posterior distribution of every model. ",
                            grouped(report.draws)) +
                    fit_notes(report.fit),
                paragraph_columns));
    fmt::format_to(out, "\n  {} {} {:>8}  {:<21} {}\n", padded("", 44), padded("", 20), "mean", "among all",
                   "among siblings");
    auto const count = std::min(top, report.models.size());
    for (std::size_t i = 0; i < count; ++i) print_model(out, report, report.models[i]);
    if (report.models.size() > 2 * count) fmt::format_to(out, "  ...\n");
    for (auto i = std::max(count, report.models.size() - count); i < report.models.size(); ++i)
        print_model(out, report, report.models[i]);
    return text;
}

std::string to_csv(RankReport const& report)
{
    std::string text = "setting,quantity,model,base_model,mean,rank,rank_low,rank_high,first,sibling_rank,"
                       "sibling_rank_low,sibling_rank_high,sibling_first\n";
    auto const quantity = csv_field(quantity_names(report.fit)[report.quantity]);
    for (auto const& model : report.models) {
        text += fmt::format("{},{},{},{},{}", csv_field(report.fit.setting), quantity, csv_field(model.name),
                            csv_field(report.fit.domains[model.domain]), csv_field(model.mean));
        for (auto const& rank : {model.among_all, std::optional(model.among_siblings)})
            text += rank ? fmt::format(",{},{},{},{}", csv_field(rank->expected), rank->low, rank->high,
                                       csv_field(rank->first))
                         : std::string(",,,,");
        text += '\n';
    }
    return text;
}

std::string to_json(RankReport const& report)
{
    Json json{{"setting", report.fit.setting},
              {"quantity", quantity_names(report.fit)[report.quantity]},
              {"title", quantity_titles(report.fit)[report.quantity]},
              {"draws", report.draws},
              {"noise_at_bound", report.fit.at_bound},
              {"resamples", report.fit.resamples},
              {"decided", report.fit.decided},
              {"ranked", report.all},
              {"models", Json::array()}};
    for (auto const& model : report.models)
        json["models"].push_back({{"model", model.name},
                                  {"base_model", report.fit.domains[model.domain]},
                                  {"mean", model.mean},
                                  {"rank", rank_json(model.among_all)},
                                  {"sibling_rank", rank_json(model.among_siblings)},
                                  {"siblings", report.siblings[model.domain]}});
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace exahca
