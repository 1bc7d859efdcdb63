#include "exahca/read/choice_placebo.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"

#include <fmt/format.h>

namespace exahca {
namespace {

std::string of_data_sets(std::int64_t replicates, std::int64_t failed)
{
    auto const text = counted(replicates, "data set", "data sets");
    return failed > 0 ? fmt::format("{} ({} more failed)", text, grouped(failed)) : text;
}

/// "p = 0.02 from 50 data sets (median MIC 0.1)", with what p would be at least and at most had the failed ones given a
/// value.
template <class Placebo>
std::string p_text(Placebo const& placebo, std::string_view what)
{
    auto const failed = placebo.failed == 0
                            ? std::string{}
                            : fmt::format("; {} more failed: p is {:.3g} to {:.3g} whatever they would have given",
                                          grouped(placebo.failed), placebo.p_low, placebo.p_high);
    return fmt::format("p = {:.3g} from {} ({} {}{})", placebo.p_value,
                       counted(placebo.replicates, "data set", "data sets"), what, plain_number(placebo.median_mic, 4),
                       failed);
}

double least_p(PlaceboSummary const& placebo) { return placebo.least_p(); }

template <class Placebo>
std::string reading_of(Placebo const& placebo)
{
    if (placebo.p_high <= usual_level) return "data without a common order rarely fit so well";
    // Few data sets can show no more, however well the data fit.
    if (least_p(placebo) > usual_level && placebo.p_value <= 1.0 / static_cast<double>(placebo.replicates + 1))
        return fmt::format("none of them fits as well, but with so few p cannot fall below {:.2g}: use 100 or more",
                           least_p(placebo));
    if (placebo.p_low > usual_level)
        return "data without a common order fit as well, so the fit is no evidence for an order";
    return "too many failed to tell how often data without a common order fit as well";
}

Statement placebo_statement(PlaceboSummary const& placebo)
{
    if (only_chooses(placebo))
        return {Topic::placebo, fmt::format("{}, with the lowest MIC of {} chosen as for this set: {}: {}.",
                                            placebo.kind, counted(placebo.choice->sets, "set", "sets"),
                                            p_text(*placebo.choice, "median lowest MIC"), reading_of(*placebo.choice))};
    auto text = fmt::format("{}: {}: {}.", placebo.kind, p_text(placebo, "median MIC"), reading_of(placebo));
    if (placebo.choice)
        text += fmt::format(
            " This set has the lowest MIC of {} sets of base models: with a placebo that makes the same choice, {}.",
            placebo.choice->sets, p_text(*placebo.choice, "median lowest MIC"));
    return {Topic::placebo, std::move(text)};
}

/// What a support like that of these data was worth where the truth is known; nothing without --calibrate and
/// resamples.
std::optional<Statement> calibrated(SettingSummary const& setting)
{
    if (!setting.parametric || !setting.bootstrap || setting.parametric->calibration.empty()) return std::nullopt;
    auto const& parametric = *setting.parametric;
    double const support = setting.bootstrap->support;
    auto const* bin = parametric.reading_of(support);
    if (bin == nullptr) return Statement{Topic::calibrated, "The support is not known."};
    std::int64_t all = 0;
    for (auto const& other : parametric.calibration) all += other.total;
    auto const range = fmt::format("{} to {}", share_text(bin->low), share_text(bin->high));
    if (bin->total == 0)
        return Statement{Topic::calibrated, fmt::format("None of {} data sets drawn from this fit has a support of {}, "
                                                        "like these data ({}): the fit does not explain it.",
                                                        all, range, share_text(support))};
    return Statement{Topic::calibrated,
                     fmt::format("Of {} data sets drawn from this fit, {} had a support of {}, like these data ({}); "
                                 "the {} found was right in {} of {}: {} [{}, {}].",
                                 all, bin->total, range, share_text(support), answer_noun(setting), bin->right,
                                 bin->total,
                                 share_text(static_cast<double>(bin->right) / static_cast<double>(bin->total)),
                                 share_text(bin->share_low), share_text(bin->share_high))};
}

} // namespace

std::vector<Statement> checks(SettingSummary const& setting)
{
    std::vector<Statement> statements;
    // Data without a common order have nothing to say of one factor: a rotation within it changes nothing.
    if (setting.has_order())
        for (auto const& placebo : setting.placebos) statements.push_back(placebo_statement(placebo));
    if (setting.parametric)
        statements.push_back(
            {Topic::if_true,
             fmt::format("{} of {} drawn from this fit give its {} again [{}, {}].",
                         share_text(setting.parametric->recovered),
                         of_data_sets(setting.parametric->replicates, setting.parametric->failed), answer_noun(setting),
                         share_text(setting.parametric->low), share_text(setting.parametric->high))});
    if (auto reading = calibrated(setting)) statements.push_back(std::move(*reading));
    if (setting.no_control && setting.has_order()) {
        auto const& splits = *setting.no_control;
        auto const failed = splits.failed > 0 ? fmt::format(" ({} more failed)", grouped(splits.failed)) : "";
        statements.push_back(
            {Topic::no_control, fmt::format("{}{} of the pooled models have a median MIC of {}, {} of them one as low "
                                            "as observed, and flags {} apart: a low MIC alone is no evidence.",
                                            counted(splits.replicates, "random split", "random splits"), failed,
                                            plain_number(splits.median_mic, 4), share_text(splits.as_low),
                                            degrees_text(splits.median_angle, 0))});
    }
    return statements;
}

} // namespace exahca
