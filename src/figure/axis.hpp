#pragma once

#include "exahca/figure/svg.hpp"

#include <vector>

namespace exahca {

/// A linear map from values to pixels, with round tick marks.
class Axis
{
public:
    /// Widens an empty range. \param pixel_low, pixel_high  where `low` and `high` come to lie
    Axis(double low, double high, double pixel_low, double pixel_high);

    [[nodiscard]] double pixel(double value) const; ///< values outside the range land on its ends
    [[nodiscard]] std::vector<double> ticks(int about) const;
    [[nodiscard]] std::string label(double tick) const; ///< as many decimals as the last ticks() need

    /// Grid lines from `top` to `bottom` with labels below.
    void draw_horizontal(Svg& svg, double top, double bottom, int about, std::string_view suffix = {}) const;

private:
    [[nodiscard]] double step(int about) const;

    double low_, high_, pixel_low_, pixel_high_;
};

} // namespace exahca
