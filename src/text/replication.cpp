#include "exahca/text/replication.hpp"

#include "csv_field.hpp"
#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/text/text.hpp"
#include "json_number.hpp"
#include "p_value_text.hpp"
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

constexpr double many = 0.95; ///< of the resamples

/// The known values, ascending.
std::vector<double> sorted(std::vector<double> values)
{
    std::erase_if(values, [](double value) { return std::isnan(value); });
    std::sort(values.begin(), values.end());
    return values;
}

/// The smallest value that a share of them does not exceed. \pre there is one
double quantile(std::vector<double> const& ascending, double share)
{
    auto const place = std::ceil(share * static_cast<double>(ascending.size())) - 1;
    return ascending[static_cast<std::size_t>(std::max(0.0, place))];
}

std::vector<double> column(Matrix const& matrix, Index j)
{
    return {matrix.col(j).data(), matrix.col(j).data() + matrix.rows()};
}

/// "the first", "the first 2", "all 3, their span".
std::string level_text(Index level, Index levels)
{
    if (level == levels) return fmt::format("all {}, their span", levels);
    return level == 1 ? "the first" : fmt::format("the first {}", level);
}

void print_likelihoods(Out out, Replication const& found)
{
    auto const print = [&](std::string_view what, double value, std::string const& rest) {
        fmt::format_to(out, "  {} {:>12.1f}  {}\n", padded(what, 44), value, rest);
    };
    fmt::format_to(out, "\n  {} {:>12}\n", padded("Log likelihood there, nats", 44), "");
    print("the best flag, by a search there", found.best,
          found.decided ? "" : "the search does not decide between its optima");
    print("the original flag", found.found, fmt::format("{:.1f} below the best", found.loss()));
    auto const random = sorted(found.random);
    if (!random.empty()) {
        print("random flags of its span: the highest", random.back(),
              fmt::format("of {}; {}", grouped(std::ssize(found.random)), p_value_text(found.p_random())));
        print("their median", quantile(random, 0.5), "");
    }
    auto const losses = sorted(found.resample_losses);
    if (!losses.empty())
        fmt::format_to(out, "  {} {:>12.1f}  95 % at most {:.1f}, of {}; times {:.2f} for the error of both: {}\n",
                       padded("resamples: median gain of their best flags", 44), quantile(losses, 0.5),
                       quantile(losses, many), grouped(std::ssize(found.resample_losses)), found.loss_factor(),
                       p_value_text(found.p_loss()));
    auto const failed =
        std::ssize(found.random) - std::ssize(random) + std::ssize(found.resample_losses) - std::ssize(losses);
    if (failed > 0) fmt::format_to(out, "  {} failed: counted against the verdict\n", counted(failed, "fit", "fits"));
}

void print_angles(Out out, ReplicationReport const& report)
{
    auto const& found = report.found;
    auto const levels = found.angles.size();
    fmt::format_to(out, "\n  {} {:>9}  {}\n", padded("Angle to the best flag there, by factors", 44), "found",
                   found.resample_losses.empty() ? "" : "resamples there: median, 95 % within");
    for (Index j = 0; j < levels; ++j) {
        fmt::format_to(out, "  {} {:>9}",
                       padded(fmt::format("{}: {}", level_text(j + 1, levels),
                                          factor_title(report.factors[static_cast<std::size_t>(j)])),
                              44),
                       degrees_text(found.angles[j]));
        if (auto const known = sorted(column(found.resample_angles, j)); !known.empty())
            fmt::format_to(out, "   {}, {}", degrees_text(quantile(known, 0.5)), degrees_text(quantile(known, many)));
        fmt::format_to(out, "\n");
    }
}

} // namespace

std::string verdict_text(Replication const& found)
{
    auto const random =
        found.random.empty()
            ? std::string("no random flags were tried")
            : fmt::format("random flags of its span {} ({})",
                          found.p_random() <= replication_level ? "rarely do as well" : "do as well too often",
                          p_value_text(found.p_random()));
    auto const angle = fmt::format("the best flag there lies {} ({})",
                                   found.same_flag() ? fmt::format("within {:.0f}° at every level", same_flag_degrees)
                                                     : fmt::format("further than {:.0f}° away", same_flag_degrees),
                                   degrees_text(found.angles.maxCoeff()));
    auto const loss =
        found.resample_losses.empty()
            ? std::string("without resamples the meaning of its loss is unknown")
            : fmt::format("it loses {:.1f} nats to it, {} than resamples explain ({})", found.loss(),
                          found.p_loss() <= replication_level ? "more" : "no more", p_value_text(found.p_loss()));
    return fmt::format("{}: {}; {}, and {}", to_string(found.verdict()), random, angle, loss);
}

std::string to_text(ReplicationReport const& report)
{
    auto const& found = report.found;
    std::string text;
    Out const out(text);
    fmt::format_to(out, "Does the order of {} hold in {}?\n", report.setting, report.other);
    fmt::format_to(out, "{}\n\n", wrapped(verdict_text(found), paragraph_columns));
    std::vector<std::string> titles;
    for (auto const& factor : report.factors) titles.push_back(factor_title(factor));
    auto note = fmt::format(
        "Direction: {}. Analysed there: {} of {} base models ({}), {} benchmarks. The order was found in {} models. "
        "A flag is what an order says of directions: the first factor, the space of the first two, and so on. Means, "
        "noise, sources and weights are fitted anew for every flag, with the noise-aware likelihood. ",
        chain_text(titles), counted(std::llround(found.models), "model", "models"), found.base_models.size(),
        join_names(found.base_models, ", "), found.benchmarks.size(), grouped(std::llround(found.models_found)));
    if (!report.left_out.empty())
        note += fmt::format("Left out, because these scores lack them: {}. ", join_names(report.left_out, ", "));
    for (auto const& [analysed, there] : report.matched) note += fmt::format("{} is {} there. ", analysed, there);
    note +=
        "Yes: random flags rarely do as well, and the best flag is within 15° at every level or the loss is one that "
        "resamples explain. No: the best flag is further away, and the loss is larger. Otherwise: cannot tell.";
    fmt::format_to(out, "{}\n", wrapped(note, paragraph_columns));
    print_likelihoods(out, found);
    print_angles(out, report);
    return text;
}

std::string to_csv(ReplicationReport const& report)
{
    auto const& found = report.found;
    auto const levels = found.angles.size();
    std::string text = "setting,kind,number,log_likelihood,loss";
    for (Index j = 1; j <= levels; ++j) text += fmt::format(",angle_{}", j);
    text += '\n';
    auto const add = [&](char const* kind, std::size_t number, double value, double loss, Vector const& angles) {
        text +=
            fmt::format("{},{},{},{},{}", csv_field(report.setting), kind, number, csv_field(value), csv_field(loss));
        for (Index j = 0; j < levels; ++j) text += "," + csv_field(angles.size() > 0 ? angles[j] : std::nan(""));
        text += '\n';
    };
    add("best", 1, found.best, 0, Vector::Zero(levels));
    add("found", 1, found.found, found.loss(), found.angles);
    for (std::size_t i = 0; i < found.random.size(); ++i)
        add("random", i + 1, found.random[i], found.best - found.random[i], {});
    for (std::size_t i = 0; i < found.resample_losses.size(); ++i)
        add("resample", i + 1, std::nan(""), found.resample_losses[i],
            found.resample_angles.row(static_cast<Index>(i)).transpose());
    return text;
}

std::string to_json(ReplicationReport const& report)
{
    auto const& found = report.found;
    auto const numbers = [](auto const& values) {
        Json list = Json::array();
        for (double const value : values) list.push_back(json_number(value));
        return list;
    };
    Json json{{"setting", report.setting},
              {"scores", report.other},
              {"seed", report.seed},
              {"verdict", to_string(found.verdict())},
              {"text", verdict_text(found)},
              {"base_models", found.base_models},
              {"benchmarks", found.benchmarks},
              {"left_out", report.left_out},
              {"factors", Json::array()},
              {"models", found.models},
              {"models_found", found.models_found},
              {"log_likelihood", {{"best", found.best}, {"found", found.found}}},
              {"loss", found.loss()},
              {"loss_factor", found.loss_factor()},
              {"p_loss", json_number(found.p_loss())},
              {"p_random", json_number(found.p_random())},
              {"same_flag", found.same_flag()},
              {"angles_degrees", numbers(found.angles)},
              {"best_decided", found.decided},
              {"best_unmixing", Json::array()},
              {"random", numbers(found.random)},
              {"resamples", Json::array()}};
    for (auto const& factor : report.factors)
        json["factors"].push_back({{"benchmark", factor.benchmark}, {"capability", factor.capability}});
    for (Index i = 0; i < found.best_unmixing.rows(); ++i)
        json["best_unmixing"].push_back(numbers(found.best_unmixing.row(i)));
    for (std::size_t i = 0; i < found.resample_losses.size(); ++i)
        json["resamples"].push_back({{"loss", json_number(found.resample_losses[i])},
                                     {"angles_degrees", numbers(found.resample_angles.row(static_cast<Index>(i)))}});
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace exahca
