#pragma once

#include "exahca/estimate/support.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/page/html_report.hpp"
#include "exahca/read/details.hpp"
#include "exahca/read/summary.hpp"
#include "exahca/results/results.hpp"
#include "exahca/text/summary_text.hpp"
#include "exahca/text/tidy_tables.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace exahca {

/// A run whose records are written by hand instead of computed: what is told of numbers that are known beforehand.
///
/// Five benchmarks b1 .. b5; base models x, y, z of 100 models each.
class MadeRun
{
public:
    using Fields = std::map<std::string, std::vector<double>>;

    explicit MadeRun(std::vector<Setting> settings, ReplicateCounts counts = {},
                     std::int64_t kept_details = default_kept_details)
        : experiment_(std::move(settings), counts, 1, {"b1", "b2", "b3", "b4", "b5"}),
          records_(experiment_, kept_details)
    {
        scores_.benchmarks = experiment_.benchmarks();
        for (auto const* base : {"x", "y", "z"})
            for (int i = 0; i < 100; ++i) {
                scores_.models.push_back(std::string(base) + "/" + std::to_string(i));
                scores_.base_models.emplace_back(base);
            }
        scores_.scores = Matrix::Constant(300, 5, 50);
    }

    /// The score file, where a test needs another one than scores of 50.
    ScoreMatrix& scores() { return scores_; }

    MadeRun(MadeRun const&) = delete; // the records refer to the experiment
    MadeRun& operator=(MadeRun const&) = delete;

    static Setting setting(Estimator estimator, int factors = 3)
    {
        Setting setting;
        setting.domains = {"x", "y", "z"};
        setting.factors = factors;
        setting.estimator = estimator;
        return setting;
    }

    /// H of factors that are single benchmarks, in causal order; the first one is turned towards b5 by some degrees.
    static Matrix flag(std::vector<int> const& order, double degrees = 0)
    {
        auto const m = static_cast<Index>(order.size());
        Matrix unmixing = Matrix::Zero(m, 5);
        for (Index i = 0; i < m; ++i) unmixing(m - 1 - i, order[static_cast<std::size_t>(i)]) = 1;
        double const angle = degrees * std::acos(-1.0) / 180;
        unmixing.row(m - 1) *= std::cos(angle);
        unmixing(m - 1, 4) = std::sin(angle);
        return unmixing;
    }

    /// The answer b1 → b2 → ...: every field has a plausible value, then those given.
    void estimate(std::int64_t setting, Fields const& fields = {}, std::string note = {})
    {
        SettingId const id(setting);
        auto const& layout = experiment_.layout(id, ReplicateKind::estimate);
        auto const m = experiment_.setting(id).factors;
        auto const best = first(m);
        RecordBuilder builder = plain(layout);
        fill(builder, layout, "unmixing", row_major(flag(best)));
        fill(builder, layout, "sources_unmixing", row_major(flag(best)));
        fill(builder, layout, "alignment_benchmark", {best.begin(), best.end()});
        fill(builder, layout, "order_count", {1});
        fill(builder, layout, "search_outcome", {0});
        fill(builder, layout, "models_used", {100, 100, 100});
        fill(builder, layout, "ica_optima", {1, 1, 1});
        fill(builder, layout, "optimum_count", {1});
        fill(builder, layout, "optimum_label", {best.begin(), best.end()});
        fill(builder, layout, "unscreened_angle", std::vector<double>(best.size(), std::nan("")));
        for (auto const& [name, values] : fields) fill(builder, layout, name, values);
        records_.put(experiment_.id_of({id, ReplicateKind::estimate, 0}),
                     {TaskStatus::done, std::move(note), builder.take(), 0});
    }

    /// The next replicate of a kind.
    void replicate(std::int64_t setting, ReplicateKind kind, std::vector<int> const& order, double degrees = 0,
                   Fields const& fields = {})
    {
        SettingId const id(setting);
        auto const& layout = experiment_.layout(id, kind);
        RecordBuilder builder = plain(layout);
        auto const unmixing = flag(order, degrees);
        fill(builder, layout, "unmixing", row_major(unmixing));
        fill(builder, layout, "angle_to_estimate", flag_angles_list(flag(first(unmixing.rows())), unmixing));
        fill(builder, layout, "fresh_label", {order.begin(), order.end()});
        for (auto const& [name, values] : fields) fill(builder, layout, name, values);
        records_.put(next(id, kind), {TaskStatus::done, {}, builder.take(), 0});
    }
    void replicates(int count, std::int64_t setting, ReplicateKind kind, std::vector<int> const& order,
                    double degrees = 0, Fields const& fields = {})
    {
        for (int i = 0; i < count; ++i) replicate(setting, kind, order, degrees, fields);
    }
    void failures(int count, std::int64_t setting, ReplicateKind kind, std::string const& reason)
    {
        for (int i = 0; i < count; ++i)
            records_.put(next(SettingId(setting), kind), {TaskStatus::failed, reason, {}, 0});
    }

    [[nodiscard]] DataGroup results() const { return build_results(experiment_, records_, scores_, {"made", "none"}); }
    [[nodiscard]] Summary summary() const { return summarize(results(), {}); }
    [[nodiscard]] std::string text(TextLength length = TextLength::full) const { return to_text(summary(), length); }
    [[nodiscard]] std::string json() const { return to_json(summary()); }
    [[nodiscard]] std::string page() const
    {
        auto const told = summary();
        return html_report(told, read_details(results(), told)).page;
    }
    [[nodiscard]] std::vector<TidyTable> tables() const
    {
        auto const told = summary();
        return tidy_tables(told, read_details(results(), told));
    }

private:
    static std::vector<int> first(Index count)
    {
        std::vector<int> order;
        for (int i = 0; i < count; ++i) order.push_back(i);
        return order;
    }
    static std::vector<double> row_major(Matrix const& matrix)
    {
        std::vector<double> values;
        for (Index i = 0; i < matrix.rows(); ++i)
            for (Index j = 0; j < matrix.cols(); ++j) values.push_back(matrix(i, j));
        return values;
    }
    /// Zeros, and yes to every question. Matrices that must have rank are set by the caller.
    static RecordBuilder plain(RecordLayout const& layout)
    {
        RecordBuilder builder(layout);
        for (auto const& field : layout.fields())
            builder.set(field.name, std::vector<double>(field.size, field.kind == FieldKind::boolean ? 1.0 : 0.0));
        return builder;
    }
    /// Repeats the values until the field is full; fields that the layout does not have are passed over.
    static void fill(RecordBuilder& builder, RecordLayout const& layout, std::string const& name,
                     std::vector<double> const& values)
    {
        if (!layout.has(name)) return;
        std::vector<double> all(layout.field(name).size);
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = values[i % values.size()];
        builder.set(name, all);
    }
    TaskId next(SettingId setting, ReplicateKind kind)
    {
        return experiment_.id_of({setting, kind, used_[{setting.index(), kind}]++});
    }

    Experiment experiment_;
    RecordStore records_;
    ScoreMatrix scores_;
    std::map<std::pair<std::size_t, ReplicateKind>, std::int64_t> used_;
};

} // namespace exahca
