#include "data_sentences.hpp"

#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/model/nearly_constant.hpp"

#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace exahca {
namespace {

// Standard deviation, in those of the median of the other benchmarks, below which one hardly varies. Scores of real
// benchmarks differ by a factor of ten, those in other units than per cent by a hundred.
constexpr double hardly_any = 1.0 / 200;

/// Standard deviation of the known scores; NaN where they do not vary.
double spread_of(Vector const& scores)
{
    if (is_constant(scores)) return std::nan("");
    auto const known = scores.array().isNaN().select(Vector::Zero(scores.size()), Vector::Ones(scores.size())).eval();
    Vector const values = scores.array().isNaN().select(Vector::Zero(scores.size()), scores);
    double const mean = values.sum() / known.sum();
    return std::sqrt(((values.array() - mean) * known.array()).square().sum() / known.sum());
}

} // namespace

std::vector<Index> hardly_varying(Matrix const& scores)
{
    std::vector<std::pair<Index, double>> spreads;
    for (Index j = 0; j < scores.cols(); ++j)
        if (double const spread = spread_of(scores.col(j)); !std::isnan(spread)) spreads.emplace_back(j, spread);
    std::vector<Index> columns;
    for (auto const& [j, spread] : spreads) {
        std::vector<double> others;
        for (auto const& [i, other] : spreads)
            if (i != j) others.push_back(other);
        if (others.empty()) break;
        auto const middle = others.begin() + static_cast<std::ptrdiff_t>(others.size() / 2);
        std::nth_element(others.begin(), middle, others.end());
        if (spread < hardly_any * *middle) columns.push_back(j);
    }
    return columns;
}

std::string hardly_text(std::string const& benchmark, std::string const& domain)
{
    return fmt::format(
        "{} hardly varies {}: less than 1/{:.0f} of what the others do (rounding, or other units than per "
        "cent)",
        listed_name(benchmark), domain.empty() ? "within any base model" : "in base model " + listed_name(domain),
        1 / hardly_any);
}

bool is_aware(Setting const& setting)
{
    return setting.estimator == Estimator::joint && setting.noise == NoiseModel::aware;
}

bool stands_still(ColumnDefect const& defect)
{
    return defect.kind == ColumnDefectKind::constant || defect.kind == ColumnDefectKind::absent;
}

std::string harm_text(ColumnDefect const& defect, std::string const& sentence, bool aware)
{
    if (defect.kind == ColumnDefectKind::absent)
        return sentence + ": what moves it there is taken from the other base models";
    if (aware && defect.kind == ColumnDefectKind::constant) return sentence + ": its scores there count as missing";
    if (defect.kind == ColumnDefectKind::constant && !defect.domain.empty())
        return sentence + ": effects on it there mean nothing";
    return sentence + ": it adds no dimension of its own";
}

bool has_exact_scores(Setting const& setting)
{
    return setting.estimator == Estimator::joint && setting.noise == NoiseModel::span;
}

std::string few_text(std::string_view estimator, int factors, Index own, std::vector<std::string> const& domains)
{
    return fmt::format("few models for the {} parameters of its own that a base model has with --estimator {} "
                       "--factors {}: {} (estimates are rough below {})",
                       own, estimator, factors, listed(domains), 2 * own);
}

std::vector<UnitText> unit_texts(std::span<Domain const* const> domains, std::span<std::string const> benchmarks)
{
    Index rows = 0;
    std::vector<std::vector<Index>> rows_of;
    for (auto const* domain : domains) {
        rows_of.emplace_back(static_cast<std::size_t>(domain->scores.rows()));
        std::iota(rows_of.back().begin(), rows_of.back().end(), rows);
        rows += domain->scores.rows();
    }
    Matrix scores(rows, std::ssize(benchmarks));
    for (std::size_t k = 0; k < domains.size(); ++k)
        if (!rows_of[k].empty()) scores.middleRows(rows_of[k].front(), domains[k]->scores.rows()) = domains[k]->scores;
    std::vector<UnitText> texts;
    for (auto const& scale : find_domain_scales(scores, rows_of)) {
        auto const& domain = domains[scale.domain]->name;
        texts.push_back(
            {scale.column, domain, describe(scale, benchmarks[static_cast<std::size_t>(scale.column)], domain)});
    }
    return texts;
}

std::string scales_text(Setting const& setting, std::span<ScaleGroup const> groups,
                        std::span<std::string const> benchmarks)
{
    if (groups.size() < 2) return {};
    return fmt::format("{}: {}", describe(groups, benchmarks), what_units_decide(!is_aware(setting)));
}

} // namespace exahca
