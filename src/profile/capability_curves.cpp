#include "exahca/profile/capability_curves.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/source_mixtures.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>

namespace exahca {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Linear between the values (type 7 of Hyndman and Fan).
double quantile(std::vector<double> const& ascending, double share)
{
    double const place = share * static_cast<double>(ascending.size() - 1);
    auto const below = static_cast<std::size_t>(place), above = std::min(below + 1, ascending.size() - 1);
    return ascending[below] + (place - static_cast<double>(below)) * (ascending[above] - ascending[below]);
}

/// How many values on either side of all lie outside the interval of the median.
/// \pre count >= fewest_of_level
std::size_t outside_median(std::size_t count)
{
    constexpr double each_side = 0.05;
    auto const n = static_cast<double>(count);
    double below = 0;
    for (std::size_t outside = 0;; ++outside) {
        auto const k = static_cast<double>(outside);
        below += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) - n * std::log(2.0));
        if (below > each_side) return outside - 1; // r = outside is the largest: [x_(r), x_(n+1-r)]
    }
}

/// Of one capability among the models of a quarter, in the units of the values.
CapabilityQuartiles quartiles_of(std::vector<double> values)
{
    if (std::ssize(values) < fewest_of_level) return {nan, nan, nan, nan, nan};
    std::sort(values.begin(), values.end());
    auto const outside = outside_median(values.size());
    return {quantile(values, 0.5), quantile(values, 0.25), quantile(values, 0.75), values[outside],
            values[values.size() - 1 - outside]};
}

/// Rows of one domain by rising value, and where each quarter of them begins and ends.
struct Quarters
{
    std::vector<Index> rows;
    struct Part
    {
        int number;
        std::size_t begin, end;
    };
    std::vector<Part> parts;
};

/// Equal values stay together, so that no two models of one value are told apart by their place in the table.
/// \param values  of the column, by row of the whole table; finite in `rows`
Quarters quarters_of(std::vector<Index> rows, std::vector<double> const& values)
{
    auto const value = [&](Index row) { return values[static_cast<std::size_t>(row)]; };
    std::stable_sort(rows.begin(), rows.end(), [&](Index a, Index b) { return value(a) < value(b); });
    Quarters quarters{std::move(rows), {}};
    auto const& sorted = quarters.rows;
    for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
        while (end < sorted.size() && value(sorted[end]) == value(sorted[begin])) ++end;
        // The middle of the ranks begin .. end - 1 is (begin + end) / 2, of all ranks, 4 of which are a quarter each.
        auto const number = static_cast<int>(4 * (begin + end) / (2 * sorted.size())) + 1;
        if (!quarters.parts.empty() && quarters.parts.back().number == number)
            quarters.parts.back().end = end;
        else
            quarters.parts.push_back({number, begin, end});
    }
    return quarters;
}

/// Least-squares factors of models of domain k less the mean of the domain's models: least_squares_factors counts from
/// where all sources are 0, which is nobody's place. NaN where too few scores are known.
Matrix centred_factors(StoredModel const& model, std::size_t k, Matrix const& scores)
{
    Vector const sources = source_moments(source_mixtures(model.parameters.shapes[k])).means;
    Vector const centre = model.parameters.mixing[k] * sources;
    return least_squares_factors(model, k, scores).values.rowwise() - centre.transpose();
}

/// The capabilities of each quarter of one domain.
/// \param factors  models of the whole table x factors
std::vector<CurveQuarter> curve_of(Quarters const& quarters, std::vector<double> const& values, Matrix const& factors)
{
    std::vector<CurveQuarter> curve;
    for (auto const& [number, begin, end] : quarters.parts) {
        auto const at = [&](std::size_t place) { return values[static_cast<std::size_t>(quarters.rows[place])]; };
        CurveQuarter quarter{number, at(begin), at(end - 1), static_cast<Index>(end - begin), {}};
        for (Index i = 0; i < factors.cols(); ++i) {
            std::vector<double> these;
            for (auto place = begin; place < end; ++place) these.push_back(factors(quarters.rows[place], i));
            quarter.capabilities.push_back(quartiles_of(std::move(these)));
        }
        curve.push_back(std::move(quarter));
    }
    return curve;
}

} // namespace

CapabilityCurves capability_curves(StoredModel const& model, TreatedModels const& models)
{
    auto const* values = std::get_if<std::vector<double>>(&models.treatment.values);
    if (values == nullptr)
        throw UsageError(fmt::format("{} holds texts", models.treatment.name), "a curve is drawn over numbers",
                         "compare its texts with --treatment");
    CapabilityCurves curves{models.treatment.name, 0, 0, 0, {}};
    for (std::size_t k = 0; k < model.parameters.domains(); ++k) {
        std::vector<Index> all, known;
        for (Index i = 0; i < models.scores.rows(); ++i)
            if (models.domains[static_cast<std::size_t>(i)] == static_cast<Index>(k)) all.push_back(i);
        if (all.empty()) {
            curves.domains.emplace_back();
            continue;
        }
        Matrix factors = Matrix::Constant(models.scores.rows(), model.factors(), nan);
        factors(all, Eigen::all) = centred_factors(model, k, models.scores(all, Eigen::all));
        for (Index const row : all) {
            bool const has_value = std::isfinite((*values)[static_cast<std::size_t>(row)]);
            bool const has_factors = factors.row(row).allFinite();
            curves.left_out += !has_value;
            curves.without_factors += has_value && !has_factors;
            if (has_value && has_factors) known.push_back(row);
        }
        curves.models += std::ssize(known);
        curves.domains.push_back(curve_of(quarters_of(std::move(known), *values), *values, factors));
    }
    if (std::none_of(curves.domains.begin(), curves.domains.end(), [](auto const& curve) { return curve.size() > 1; }))
        throw UsageError(fmt::format("{} does not vary within any base model", models.treatment.name),
                         "among the models that were fitted", "ask about another column");
    return curves;
}

} // namespace exahca
