#include "exahca/figure/figures.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"
#include "page.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

double largest(std::vector<double> const& angles)
{
    return angles.empty() ? 0 : *std::max_element(angles.begin(), angles.end());
}

/// How far the best of the others is behind.
double next_behind(JointSummary const& joint)
{
    double next = std::nan("");
    for (auto const& optimum : joint.optima)
        if (!optimum.answer && !(optimum.behind >= next)) next = optimum.behind;
    return next;
}

constexpr double near_the_top = 50; ///< nats: twice what plain fits have been seen to miss

/// The orders whose fits come close to the best.
Landscape top_of(Landscape const& all)
{
    Landscape top;
    double const highest = *std::max_element(all.log_likelihood.begin(), all.log_likelihood.end());
    for (std::size_t i = 0; i < all.mic.size(); ++i) {
        if (all.log_likelihood[i] < highest - near_the_top) continue;
        top.candidate.push_back(all.candidate[i]);
        top.mic.push_back(all.mic[i]);
        top.log_likelihood.push_back(all.log_likelihood[i]);
    }
    return top;
}

void write_landscape(Page& page, Landscape const& landscape)
{
    auto const fitted = static_cast<std::int64_t>(landscape.mic.size());
    auto const top = top_of(landscape);
    page.heading(3, "Landscape of all candidate orders");
    page.figure({{"landscape", draw_landscape(landscape, "All fitted orders")},
                 {"landscape top", draw_landscape(top, fmt::format("Within {:.0f} of the highest", near_the_top))}},
                fmt::format("Each dot is a candidate order: its inexactness before the fit against the likelihood of "
                            "the fit that starts from it. {} of {} orders were fitted, {} did not converge. The second "
                            "panel shows the {} within {:.0f} of the highest log-likelihood. Darker dots are several "
                            "orders: many starts lead to the same optimum.",
                            grouped(fitted), grouped(landscape.candidates),
                            counted(landscape.not_converged, "fit", "fits"),
                            grouped(static_cast<std::int64_t>(top.mic.size())), near_the_top),
                "none, the data as they are");
}

/// Residual weights are released in a second step where scores are taken as exact; elsewhere there is no such gap.
PageTable optima_table(JointSummary const& joint)
{
    bool const released = !joint.noise;
    auto const listed = std::ssize(joint.optima);
    auto const which = listed < joint.optimum_count
                           ? fmt::format("The {} highest of {} optima", listed, joint.optimum_count)
                           : std::string("All optima");
    PageTable table{
        fmt::format("{}, nearest first. How far they are behind is the difference in log-likelihood including the "
                    "penalty on densities, which is what is maximised{}; log-likelihood and BIC exclude the penalty.",
                    which,
                    released ? ", at the same residual weights; the gap is the difference before these are released"
                             : ""),
        {"direction by benchmark", "behind the one shown", released ? "gap before release" : "standard error",
         released ? "starts" : "fits", "angle to the one shown", "log-likelihood", "BIC"},
        {},
        1};
    for (auto const* optimum : nearest_first(joint))
        table.rows.push_back({chain_text(optimum->labels) + (optimum->answer ? " (shown)" : ""),
                              optimum->answer ? std::string("0") : plain_number(optimum->behind, 1),
                              released          ? plain_number(optimum->gap, 1)
                              : optimum->answer ? std::string()
                                                : plain_number(optimum->behind_error, 1),
                              grouped(optimum->fits), degrees_text(largest(optimum->angles)),
                              plain_number(optimum->log_likelihood, 1), plain_number(optimum->bic, 1)});
    return table;
}

} // namespace

void write_joint(Page& page, SettingSummary const& setting, SettingDetails const& details,
                 std::vector<std::string> const& benchmarks)
{
    auto const& joint = *setting.joint;
    page.heading(3, "Optima of the likelihood");
    auto const which = joint.optima.size() < 2 ? std::string("No other was found.")
                       : joint.decided         ? fmt::format("The next is {} behind the one shown: {}.",
                                                             plain_number(next_behind(joint), 1), decided_text(joint))
                                               : fmt::format("{}.", decided_text(joint));
    page.paragraph(fmt::format(
        "The likelihood has {}. {}{}", counted(joint.optimum_count, "optimum", "distinct optima"), which,
        joint.optima.size() < 2 ? "" : " That is about these data; resamples show how far similar data would agree."));
    page.figure({{"optima", draw_optima(joint)}},
                "Each bar is an optimum of the likelihood, named by the benchmarks of its factors; its length is how "
                "far it lies behind the one shown, in units of log-likelihood. Short bars are answers that fit these "
                "data nearly as well.",
                "none, the data as they are");
    page.table(optima_table(joint));
    std::vector<Statement> facts{likelihood_statement(joint)};
    for (auto const& statement : noise_statements(joint, benchmarks)) facts.push_back(statement);
    for (auto const& comparison : comparisons(joint)) facts.push_back(comparison);
    if (auto const choice = factor_choice(setting)) facts.push_back(*choice);
    write_statements(page, facts);
    if (!details.landscape.mic.empty()) write_landscape(page, details.landscape);
}

void write_orders(Page& page, SettingSummary const& setting)
{
    constexpr std::size_t most = 10;
    auto const& orders = setting.orders;
    page.heading(3, setting.of_flags ? "Best flags" : "Best candidate orders");
    auto const candidates = setting.candidate_orders_log10 < 9
                                ? plain_number(std::pow(10.0, setting.candidate_orders_log10), 0)
                                : fmt::format("10^{:.1f}", setting.candidate_orders_log10);
    PageTable table{
        setting.of_flags
            ? fmt::format("The best of all flags, each with the order that suits it ({}).", proof_text(setting))
            : fmt::format("The best of {} candidate orders ({}).", candidates, proof_text(setting)),
        {"rank", "MIC", "mean", "gap", "angle to the best", ""},
        {},
        1};
    for (std::size_t i = 0; i < std::min(most, orders.size()); ++i)
        table.rows.push_back(
            {fmt::format("{}", i + 1), plain_number(orders[i].mic, 4), plain_number(orders[i].mean_inexactness, 4),
             i == 0 ? "" : signed_number(orders[i].minimised - orders[0].minimised, 4),
             degrees_text(largest(orders[i].angle_to_best)), orders[i].differs ? "different" : "the same"});
    page.table(table);
    if (auto const text = next_different_order(setting); !text.empty())
        page.paragraph(
            fmt::format("{} The smaller this gap, the less the {} prefers one to the other.", text, setting.objective));
}

} // namespace exahca
