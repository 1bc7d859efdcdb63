#include "read_brief.hpp"

#include "exahca/core/error.hpp"
#include "stored_shape.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace exahca {
namespace {

constexpr char const* no_details = "this file keeps no details of this setting (search --keep-details keeps more)";

/// -1 where it is missing.
std::int64_t integer(double value) { return std::isfinite(value) ? static_cast<std::int64_t>(value) : -1; }

Rows rows_of(Matrix const& matrix)
{
    Rows rows;
    for (Index i = 0; i < matrix.rows(); ++i) {
        auto& row = rows.emplace_back();
        for (Index j = 0; j < matrix.cols(); ++j) row.push_back(matrix(i, j));
    }
    return rows;
}

OrderSummary order_of(RecordView const& view)
{
    OrderSummary order;
    order.mic = view.scalar("mic");
    order.mean_inexactness = view.scalar("mean_inexactness");
    order.minimised = order.mic; // it stands alone: no gap is told
    auto const inexactness = view.values("inexactness");
    order.inexactness.assign(inexactness.begin(), inexactness.end());
    order.unmixing = rows_of(view.matrix("unmixing"));
    order.angle_to_best.assign(order.unmixing.size(), 0);
    std::reverse(order.unmixing.begin(), order.unmixing.end()); // the first factor first
    return order;
}

} // namespace

void read_brief(SettingSummary& summary, AnswersTable const& table, std::size_t position, Experiment const& experiment,
                CapabilityNames const& capabilities)
{
    summary.detailed = false;
    summary.failure = no_details;
    if (position >= table.size()) return;
    SettingId const id(static_cast<std::int64_t>(position));
    auto const& setting = experiment.setting(id);
    auto const& layout = experiment.brief_layout(id);
    auto const record = table.record(position, layout);
    if (!record) throw InvalidInput("the table of answers lacks a field", "the file was changed", "make it again");
    if (record->status != TaskStatus::done) {
        summary.detailed = true; // there are none that could be kept
        summary.failure = record->reason;
        return;
    }
    RecordView const view(layout, record->values);
    summary.search_outcome = outcome_text(integer(view.scalar("search_outcome")));
    summary.objective = objective_text(setting);
    if (setting.estimator != Estimator::joint && layout.has("lower_bound"))
        if (double const bound = view.scalar("lower_bound"); std::isfinite(bound)) summary.lower_bound = bound;
    summary.orders.push_back(order_of(view));
    auto const used = layout.has("models_used") ? view.values("models_used") : std::span<double const>{};
    for (std::size_t k = 0; k < setting.domains.size(); ++k) {
        auto& domain = summary.domains.emplace_back();
        domain.name = setting.domains[k];
        if (used.empty()) continue; // orders of given matrices
        domain.models_used = integer(used[k]);
        domain.coefficients = rows_of(view.matrix("coefficients", static_cast<std::int64_t>(k)));
    }
    if (used.empty()) return;
    auto const labels = view.values("alignment_benchmark"), r2 = view.values("alignment_r2");
    for (std::size_t i = 0; i < labels.size(); ++i) {
        FactorSummary factor;
        factor.benchmark = benchmark_at(experiment.benchmarks(), integer(labels[i]));
        factor.capability = capabilities.of(factor.benchmark);
        factor.r2 = r2[i];
        summary.factors_found.push_back(std::move(factor));
    }
}

} // namespace exahca
