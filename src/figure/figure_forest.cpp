#include "axis.hpp"
#include "exahca/figure/figures.hpp"
#include "exahca/read/edges.hpp"
#include "exahca/read/words.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

constexpr double row_step = 36, first_row = 34, right_end = drawing_width - 14;

struct Row
{
    std::string domain;
    double value, low, high;
};

std::string value_text(Row const& row)
{
    auto const interval = interval_text(row.low, row.high);
    return signed_number(row.value) + (interval.empty() ? "" : " " + interval);
}

void draw_row(Svg& svg, Row const& row, Axis const& axis, double y)
{
    svg.text("halo", 0, y, fitted(row.domain, drawing_width - text_width(value_text(row), 11) - 8, 11));
    svg.text("halo", drawing_width, y, value_text(row), Anchor::end);
    if (!std::isfinite(row.value)) return;
    bool const known = std::isfinite(row.low) && std::isfinite(row.high);
    if (known) svg.line("whisker", axis.pixel(row.low), y + 10, axis.pixel(row.high), y + 10, 2);
    svg.circle(row.value < 0 ? "negative-fill" : "positive-fill", axis.pixel(row.value), y + 10, 5);
}

} // namespace

Svg draw_effects(SettingSummary const& setting, SettingDetails const& details, std::size_t cause, std::size_t effect)
{
    std::vector<Row> rows;
    double least = 0, most = 0;
    for (std::size_t k = 0; k < setting.domains.size(); ++k) {
        auto const& table = details.total_effects[k];
        Row row{setting.domains[k].name, table.values[effect][cause], std::nan(""), std::nan("")};
        if (table.has_intervals()) {
            row.low = table.low[effect][cause];
            row.high = table.high[effect][cause];
        }
        for (double const value : {row.value, row.low, row.high}) {
            if (!std::isfinite(value)) continue;
            least = std::min(least, value);
            most = std::max(most, value);
        }
        rows.push_back(row);
    }
    auto const title =
        fmt::format("z{} {} → z{} {}", cause + 1, fitted(setting.factors_found[cause].benchmark, 130, 12), effect + 1,
                    fitted(setting.factors_found[effect].benchmark, 130, 12));
    std::string spoken;
    for (auto const& row : rows) spoken += fmt::format("{}: {}. ", row.domain, value_text(row));
    double const bottom = first_row + row_step * static_cast<double>(rows.size()) - 12;
    Svg svg(drawing_width, bottom + 22, "Total effects, " + title, spoken);
    svg.text("strong", 0, 12, title);
    Axis const axis(least, most, 10, right_end);
    axis.draw_horizontal(svg, 20, bottom, 5);
    svg.line("axis", axis.pixel(0), 20, axis.pixel(0), bottom, 1.5);
    for (std::size_t i = 0; i < rows.size(); ++i)
        draw_row(svg, rows[i], axis, first_row + row_step * static_cast<double>(i));
    return svg;
}

} // namespace exahca
