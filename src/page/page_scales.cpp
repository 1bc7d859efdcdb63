#include "exahca/read/words.hpp"
#include "page.hpp"

#include <fmt/format.h>
#include <string>

namespace exahca {
namespace {

/// "0, 129 models (8.7 %)"; empty where the scale has no such end.
std::string end_text(std::optional<double> bound, std::int64_t there, std::int64_t known)
{
    if (!bound) return {};
    return fmt::format("{}, {} ({})", *bound, counted(there, "model", "models"),
                       percent(static_cast<double>(there) / static_cast<double>(std::max<std::int64_t>(1, known))));
}

} // namespace

void write_scales(Page& page, Summary const& summary)
{
    if (summary.scales.empty()) return;
    page.heading(2, "Scores at the end of a scale, and missing scores", "scales");
    PageTable table{
        fmt::format("Benchmarks whose scores end at a floor or a ceiling, and how many of {} are at each end "
                    "or have no score. By base model: group /input of the results.",
                    counted(summary.models, "model", "models")),
        {"benchmark", "floor", "ceiling", "missing"},
        {},
        1};
    for (auto const& scale : summary.scales) {
        auto const known = summary.models - scale.missing;
        table.rows.push_back({scale.benchmark, end_text(scale.floor, scale.at_floor, known),
                              end_text(scale.ceiling, scale.at_ceiling, known),
                              scale.missing > 0 ? counted(scale.missing, "model", "models") : std::string{}});
    }
    page.table(table);
    page.note(
        "The noise-aware likelihood treats such a score as lying at or beyond the end, and missing scores as unknown, "
        "which is valid if whether a score is missing depends only on the other scores. The likelihood of exact scores "
        "and the estimator published take such scores at face value and leave out models with missing scores.");
}

} // namespace exahca
