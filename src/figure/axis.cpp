#include "axis.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {

Axis::Axis(double low, double high, double pixel_low, double pixel_high)
    : low_(low), high_(high), pixel_low_(pixel_low), pixel_high_(pixel_high)
{
    if (!(high_ - low_ > 1e-12 * std::max(std::abs(low_), std::abs(high_)))) {
        double const room = std::max(1e-6, std::abs(low_) * 0.01);
        low_ -= room;
        high_ += room;
    }
}

double Axis::pixel(double value) const
{
    double const share = std::clamp((value - low_) / (high_ - low_), 0.0, 1.0);
    return pixel_low_ + share * (pixel_high_ - pixel_low_);
}

double Axis::step(int about) const
{
    double const raw = (high_ - low_) / about;
    double const power = std::pow(10.0, std::floor(std::log10(raw)));
    for (double const factor : {1.0, 2.0, 5.0})
        if (raw <= factor * power * 1.0000001) return factor * power;
    return 10 * power;
}

std::vector<double> Axis::ticks(int about) const
{
    double const distance = step(about);
    std::vector<double> ticks;
    for (double i = std::ceil(low_ / distance - 1e-9); i * distance <= high_ + 1e-9 * distance; ++i)
        ticks.push_back(i * distance + 0.0); // the sum turns -0 into 0
    return ticks;
}

std::string Axis::label(double tick) const
{
    auto const decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step(5)) - 1e-9)), 0, 6);
    auto const text = fmt::format("{:.{}f}", tick, decimals);
    return text.find_first_not_of("-0.") == text.npos ? "0" : text;
}

void Axis::draw_horizontal(Svg& svg, double top, double bottom, int about, std::string_view suffix) const
{
    for (double const tick : ticks(about)) {
        svg.line("grid", pixel(tick), top, pixel(tick), bottom);
        svg.text("muted", pixel(tick), bottom + 14, label(tick) + std::string(suffix), Anchor::middle);
    }
    svg.line("axis", pixel_low_, bottom, pixel_high_, bottom);
}

} // namespace exahca
