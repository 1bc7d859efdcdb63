#include "exahca/numerics/contrast.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"

#include <fmt/format.h>
#include <numbers>

namespace exahca {
namespace {

/// E Gc(nu) for standard normal nu.
double normal_mean(Contrast contrast)
{
    switch (contrast) {
    case Contrast::logcosh:
        return 0.37456720749143802; // by numerical integration; the tests integrate it again
    case Contrast::exp:
        // Of -exp(-nu^2/2): the integral of exp(-nu^2)/sqrt(2 pi).
        return -1 / std::numbers::sqrt2;
    case Contrast::cube:
        // E nu^4/4 = 3/4.
        return 0.75;
    }
    throw std::logic_error("unknown contrast");
}

} // namespace

std::string_view name_of(Contrast contrast)
{
    switch (contrast) {
    case Contrast::logcosh:
        return "logcosh";
    case Contrast::exp:
        return "exp";
    case Contrast::cube:
        return "cube";
    }
    throw std::logic_error("unknown contrast");
}

Contrast contrast_from_name(std::string_view name)
{
    for (auto const contrast : {Contrast::logcosh, Contrast::exp, Contrast::cube})
        if (name == name_of(contrast)) return contrast;
    throw UsageError(fmt::format("no contrast \"{}\"", name), {}, "use logcosh, exp or cube");
}

// Overwrites slopes with g(s) = Gc'(s), column by column, and the mean of g'(s) of each column: tanh s and 1 - tanh^2
// s; s exp(-s^2/2) and (1 - s^2) exp(-s^2/2); s^3 and 3 s^2.
void differentiate(Contrast contrast, Matrix const& sources, Matrix& slopes, Vector& mean_curvatures)
{
    EXAHCA_EXPECT(slopes.rows() == sources.rows() && slopes.cols() == sources.cols());
    EXAHCA_EXPECT(mean_curvatures.size() == sources.cols());
    auto const n = static_cast<double>(sources.rows());
    for (Index j = 0; j < sources.cols(); ++j) {
        auto const s = sources.col(j).array();
        auto g = slopes.col(j).array();
        switch (contrast) {
        case Contrast::logcosh: // tanh; Eigen has a vectorised exp for doubles but no tanh
            g = 1 - 2 / ((2 * s).exp() + 1);
            mean_curvatures(j) = 1 - slopes.col(j).squaredNorm() / n;
            break;
        case Contrast::exp:
            g = (-0.5 * s.square()).exp();
            mean_curvatures(j) = ((1 - s.square()) * g).sum() / n;
            g *= s;
            break;
        case Contrast::cube:
            g = s.cube();
            mean_curvatures(j) = 3 * sources.col(j).squaredNorm() / n;
            break;
        }
    }
}

// Means of Gc over each column, less that of a standard normal number: 0 where a source of unit variance looks normal
// to this contrast.
Vector excess_contrast(Contrast contrast, Matrix const& sources)
{
    Vector excess(sources.cols());
    for (Index j = 0; j < sources.cols(); ++j) {
        auto const s = sources.col(j).array();
        switch (contrast) {
        case Contrast::logcosh: // |s| + log(1 + exp(-2|s|)) - log 2 does not overflow
            excess(j) = (s.abs() + (1 + (-2 * s.abs()).exp()).log()).mean() - std::numbers::ln2;
            break;
        case Contrast::exp:
            excess(j) = -(-0.5 * s.square()).exp().mean();
            break;
        case Contrast::cube:
            excess(j) = 0.25 * s.square().square().mean();
            break;
        }
    }
    return excess.array() - normal_mean(contrast);
}

} // namespace exahca
