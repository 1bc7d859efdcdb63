#include "exahca/estimate/support.hpp"
#include "exahca/model/flag.hpp"
#include "results_tables.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>

namespace exahca {
namespace {

constexpr std::size_t most_groups = 20;

/// The finished replicates of one kind of one setting.
struct Replicates
{
    RecordLayout const& layout;
    std::vector<TaskRecord const*> done;
    std::int64_t failed = 0;
    std::int64_t planned = 0;

    Replicates(Experiment const& experiment, RecordStore const& records, SettingId setting, ReplicateKind kind)
        : layout(experiment.layout(setting, kind)), planned(experiment.count(setting, kind))
    {
        for (std::int64_t r = 0; r < planned; ++r) {
            auto const& record = records.at(experiment.id_of({setting, kind, r}));
            if (record.status == TaskStatus::done) done.push_back(&record);
            failed += record.status == TaskStatus::failed;
        }
    }

    [[nodiscard]] RecordView view(std::size_t i) const { return {layout, done[i]->values}; }
    [[nodiscard]] std::vector<Matrix> flags() const
    {
        std::vector<Matrix> flags;
        for (std::size_t i = 0; i < done.size(); ++i) flags.push_back(view(i).matrix("unmixing"));
        return flags;
    }
};

void add_number(DataGroup& group, char const* name, double value, std::string const& description,
                char const* units = "1")
{
    group.add({name, {}, {}, std::vector<double>{value}, units, description});
}

void add_count(DataGroup& group, char const* name, std::int64_t value, std::string const& description)
{
    group.add({name, {}, {}, std::vector<std::int64_t>{value}, "1", description});
}

void add_share(DataGroup& group, std::string const& name, std::int64_t part, std::int64_t whole,
               std::string const& description)
{
    auto const interval = wilson_interval(part, whole);
    add_number(group, name.c_str(), whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : std::nan(""),
               description);
    add_number(group, (name + "_low").c_str(), interval.low, "lower end of its 95 % Wilson interval");
    add_number(group, (name + "_high").c_str(), interval.high, "upper end of its 95 % Wilson interval");
}

/// H of the other orders that an estimate lists, the next best first: what resamples may agree on instead.
std::vector<Matrix> runner_up_flags(RecordView const& estimate)
{
    std::vector<Matrix> flags;
    auto const listed = static_cast<std::int64_t>(estimate.scalar("order_count"));
    for (std::int64_t i = 1; i < listed; ++i) flags.push_back(estimate.matrix("unmixing", i));
    return flags;
}

/// The most frequent sequence of labels among the replicates of a group, ties to the lexicographically first.
std::vector<std::int32_t> usual_labels(Replicates const& replicates, FlagGroup const& group)
{
    std::map<std::vector<std::int32_t>, int> counts;
    for (auto const i : group.members) {
        std::vector<std::int32_t> labels;
        for (double const label : replicates.view(i).values("fresh_label"))
            labels.push_back(std::isnan(label) ? -1 : static_cast<std::int32_t>(label));
        ++counts[labels];
    }
    auto const most =
        std::max_element(counts.begin(), counts.end(), [](auto& a, auto& b) { return a.second < b.second; });
    return most == counts.end() ? std::vector<std::int32_t>(static_cast<std::size_t>(group.unmixing.rows()), -1)
                                : most->first;
}

/// Replicates by the flag that they found, the estimate's group first: what else they agree on, and how many do.
void add_flag_groups(DataGroup& group, FlagSupport const& support, Replicates const& replicates)
{
    auto const count = std::min(support.groups.size(), most_groups);
    std::vector<std::int64_t> members;
    std::vector<double> share, low, high, unmixing;
    std::vector<std::int32_t> labels;
    for (std::size_t g = 0; g < count; ++g) {
        auto const& flag_group = support.groups[g];
        members.push_back(std::ssize(flag_group.members));
        auto const interval = wilson_interval(members.back(), support.replicates);
        share.push_back(static_cast<double>(members.back()) /
                        static_cast<double>(std::max<std::int64_t>(1, support.replicates)));
        low.push_back(interval.low);
        high.push_back(interval.high);
        for (Index i = 0; i < flag_group.unmixing.rows(); ++i)
            for (Index j = 0; j < flag_group.unmixing.cols(); ++j) unmixing.push_back(flag_group.unmixing(i, j));
        auto const usual = usual_labels(replicates, flag_group);
        labels.insert(labels.end(), usual.begin(), usual.end());
    }
    auto const n = static_cast<std::int64_t>(count);
    auto const m = support.groups[0].unmixing.rows(), d = support.groups[0].unmixing.cols();
    group.add(
        {"group_members", {"group"}, {n}, members, "1", "replicates that share a flag; group 0 is the estimate's"});
    group.add({"group_share", {"group"}, {n}, share, "1", "their share of the successful replicates"});
    group.add({"group_share_low", {"group"}, {n}, low, "1", "lower end of its 95 % Wilson interval"});
    group.add({"group_share_high", {"group"}, {n}, high, "1", "upper end of its 95 % Wilson interval"});
    group.add({"group_unmixing", {"group", "level", "benchmark"}, {n, m, d}, unmixing, "1", "H of the group's leader"});
    group.add({"group_label",
               {"group", "factor"},
               {n, m},
               labels,
               "1",
               "benchmarks, from 0, that the group's replicates choose most often; -1: none"});
    std::int64_t listed = 0;
    for (auto const count_of_group : members) listed += count_of_group;
    add_count(group, "unlisted_members", support.replicates - listed,
              "replicates whose flag is in none of the listed groups");
}

/// Percentiles over replicates, drawn apart by an error that replicates share with the estimate and so do not show: as
/// if an independent normal error were added, each end is as far from the median as both together.
Interval widened(Interval const& percentiles, double middle, double deviation)
{
    constexpr double normal_95 = 1.6448536269514722;
    double const more = normal_95 * deviation;
    return {middle - std::hypot(middle - percentiles.low, more), middle + std::hypot(percentiles.high - middle, more)};
}

/// Percentiles of what is said of factors, entry by entry, over the replicates that share the estimate's flag: of
/// another flag the same entry is about other factors. Replicates are read under the estimate's labels, so that units
/// agree.
void add_intervals(DataGroup& group, RecordView const& estimate, Replicates const& replicates,
                   std::vector<bool> const& agrees)
{
    for (char const* name :
         {"alignment_r2", "loadings", "factor_weights", "coefficients", "total_effects", "benchmark_effects"}) {
        auto const& field = replicates.layout.field(name);
        auto const error_name = std::string(name) + "_noise_error";
        auto const errors = estimate.layout().has(error_name) ? estimate.values(error_name) : std::span<double const>{};
        std::vector<double> low, high;
        std::vector<std::int64_t> counts;
        for (std::size_t i = 0; i < field.size; ++i) {
            std::vector<double> values;
            for (std::size_t r = 0; r < replicates.done.size(); ++r)
                if (agrees[r]) values.push_back(replicates.done[r]->values[field.offset + i]);
            auto interval = percentile_interval(values);
            if (!errors.empty()) interval = widened(interval, percentile_interval(values, 0).low, errors[i]);
            low.push_back(interval.low);
            high.push_back(interval.high);
            counts.push_back(std::count_if(values.begin(), values.end(), [](double v) { return !std::isnan(v); }));
        }
        group.add({field.name + "_replicates", field.dims, field.shape, counts, "1",
                   "replicates that the interval rests on: those that share the estimate's flag and have a value"});
        std::string const what = errors.empty() ? "" : ", and the error of the noise";
        group.add(
            {field.name + "_low", field.dims, field.shape, low, field.units,
             "5th percentile over the replicates that share the estimate's flag" + what + ": " + field.description});
        group.add(
            {field.name + "_high", field.dims, field.shape, high, field.units,
             "95th percentile over the replicates that share the estimate's flag" + what + ": " + field.description});
    }
}

/// By which benchmarks replicates would name each factor on their own.
void add_fresh_labels(DataGroup& group, Replicates const& replicates, std::int64_t benchmarks)
{
    auto const m = replicates.layout.field("fresh_label").shape[0];
    std::vector<std::int64_t> counts(static_cast<std::size_t>(m * benchmarks));
    for (std::size_t r = 0; r < replicates.done.size(); ++r) {
        auto const labels = replicates.view(r).values("fresh_label");
        for (std::int64_t i = 0; i < m; ++i)
            if (!std::isnan(labels[static_cast<std::size_t>(i)]))
                ++counts[static_cast<std::size_t>(i * benchmarks +
                                                  static_cast<std::int64_t>(labels[static_cast<std::size_t>(i)]))];
    }
    group.add({"fresh_label_count",
               {"factor", "benchmark"},
               {m, benchmarks},
               counts,
               "1",
               "replicates that would name a factor by a benchmark, chosen afresh"});
}

/// How far the replicates stray from the estimate, whether they count as agreeing or not.
void add_level_angles(DataGroup& group, Replicates const& replicates)
{
    auto const m = replicates.layout.field("angle_to_estimate").shape[0];
    std::vector<double> median_angle, high;
    for (std::int64_t j = 0; j < m; ++j) {
        std::vector<double> angles;
        for (std::size_t r = 0; r < replicates.done.size(); ++r)
            angles.push_back(replicates.view(r).values("angle_to_estimate")[static_cast<std::size_t>(j)]);
        median_angle.push_back(percentile_interval(angles, 0).low);
        high.push_back(percentile_interval(angles, 0.90).high);
    }
    group.add({"level_angle_median",
               {"factor"},
               {m},
               median_angle,
               "degree",
               "median angle of the replicates to the estimate; entry j compares the spans of the last j rows of H"});
    group.add({"level_angle_95", {"factor"}, {m}, high, "degree", "95 % of the replicates are within this angle"});
}

/// Shares of replicates that agree with the estimate on the span of the first j factors, for every j.
void add_level_support(DataGroup& group, FlagSupport const& support)
{
    std::vector<double> share, low, high;
    for (auto const count : support.agreeing_levels) {
        auto const interval = wilson_interval(count, support.replicates);
        share.push_back(static_cast<double>(count) /
                        static_cast<double>(std::max<std::int64_t>(1, support.replicates)));
        low.push_back(interval.low);
        high.push_back(interval.high);
    }
    auto const m = std::ssize(share);
    group.add(
        {"level_support",
         {"factor"},
         {m},
         share,
         "1",
         fmt::format("share of replicates within {:g} degrees; entry j compares the spans of the last j rows of H",
                     same_flag_degrees)});
    group.add({"level_support_low", {"factor"}, {m}, low, "1", "lower end of its 95 % Wilson interval"});
    group.add({"level_support_high", {"factor"}, {m}, high, "1", "upper end of its 95 % Wilson interval"});
}

/// How often resamples find the estimate's flag again, and what its numbers are in those that do.
void add_bootstrap(DataGroup& group, RecordView const& estimate, Replicates const& replicates,
                   Experiment const& experiment)
{
    auto const flags = replicates.flags();
    auto const runner_ups = runner_up_flags(estimate);
    auto const support = flag_support(estimate.matrix("unmixing", 0), runner_ups, flags);
    add_count(group, "replicates", support.replicates, "successful bootstrap replicates");
    add_count(group, "failed", replicates.failed, "failed bootstrap replicates");
    add_share(group, "support", support.agreeing, support.replicates,
              fmt::format("share of replicates whose flag is within {:g} degrees of the estimate's at every level",
                          same_flag_degrees));
    add_level_support(group, support);
    add_level_angles(group, replicates);
    add_flag_groups(group, support, replicates);
    add_intervals(group, estimate, replicates, support.agrees);
    add_fresh_labels(group, replicates, std::ssize(experiment.benchmarks()));
}

std::vector<double> mic_of(Replicates const& replicates)
{
    std::vector<double> values;
    for (std::size_t i = 0; i < replicates.done.size(); ++i) values.push_back(replicates.view(i).scalar("mic"));
    return values;
}

void add_counts(DataGroup& group, Replicates const& replicates)
{
    add_count(group, "replicates", std::ssize(replicates.done), "successful replicates");
    add_count(group, "failed", replicates.failed, "failed replicates");
}

/// Small p-values say that broken structure never fits so well.
void add_placebo(DataGroup& group, RecordView const& estimate, Replicates const& replicates)
{
    auto const values = mic_of(replicates);
    double const observed = estimate.values("mic")[0];
    auto const as_low = std::count_if(values.begin(), values.end(), [&](double mic) { return mic <= observed; });
    add_counts(group, replicates);
    add_count(group, "as_low", as_low, "replicates whose MIC is at most the observed");
    auto const test = replicate_test(as_low, std::ssize(values), replicates.failed);
    add_number(group, "p_value", test.p_value,
               "share of broken data, the observed included, that fit an order at least as well");
    add_number(group, "p_value_low", test.low, "the same if no failed replicate had fitted as well");
    add_number(group, "p_value_high", test.high, "the same if every failed replicate had fitted as well");
    add_number(group, "median_mic", median(values), "median MIC of the replicates");
}

constexpr int calibration_bins = 5;

/// How often the answer of a data set drawn from the fit is the fit's, by the data set's own bootstrap support.
void add_calibration(DataGroup& group, RecordView const& estimate, Replicates const& replicates)
{
    auto const truth = estimate.matrix("unmixing", 0);
    std::vector<std::int64_t> right(calibration_bins), total(calibration_bins);
    for (std::size_t i = 0; i < replicates.done.size(); ++i) {
        auto const view = replicates.view(i);
        double const support = view.scalar("own_support");
        if (std::isnan(support)) continue;
        auto const bin =
            static_cast<std::size_t>(std::min(calibration_bins - 1.0, std::floor(support * calibration_bins)));
        ++total[bin];
        right[bin] += flags_agree(truth, view.matrix("unmixing"), same_flag_degrees);
    }
    if (std::accumulate(total.begin(), total.end(), std::int64_t{0}) == 0) return;
    std::vector<double> low, high, share_low, share_high;
    for (std::size_t b = 0; b < right.size(); ++b) {
        auto const interval = wilson_interval(right[b], total[b]);
        low.push_back(static_cast<double>(b) / calibration_bins);
        high.push_back(static_cast<double>(b + 1) / calibration_bins);
        share_low.push_back(interval.low);
        share_high.push_back(interval.high);
    }
    std::int64_t const n = calibration_bins;
    group.add({"calibration_low", {"bin"}, {n}, low, "1", "own support of the data sets of a bin: from"});
    group.add({"calibration_high", {"bin"}, {n}, high, "1", "up to, without it except for the last bin"});
    group.add({"calibration_right", {"bin"}, {n}, right, "1", "data sets of the bin whose answer is the fit's order"});
    group.add({"calibration_total", {"bin"}, {n}, total, "1", "data sets of the bin"});
    group.add({"calibration_share_low",
               {"bin"},
               {n},
               share_low,
               "1",
               "lower end of the 95 % Wilson interval of right / total"});
    group.add({"calibration_share_high", {"bin"}, {n}, share_high, "1", "upper end of the 95 % Wilson interval"});
}

/// How often the pipeline finds the fitted hierarchy again when data are drawn from it.
void add_parametric(DataGroup& group, RecordView const& estimate, Replicates const& replicates)
{
    auto const flags = replicates.flags();
    auto const support = flag_support(estimate.matrix("unmixing", 0), {}, flags);
    add_counts(group, replicates);
    add_share(group, "recovered", support.agreeing, support.replicates,
              "share of data sets drawn from the fit in which the fitted order is found again");
    add_calibration(group, estimate, replicates);
}

/// Pseudo-domains that share everything: a low MIC there shows that a low MIC alone is no evidence.
void add_no_control(DataGroup& group, RecordView const& estimate, Replicates const& replicates)
{
    auto const values = mic_of(replicates);
    auto const flags = replicates.flags();
    double const observed = estimate.values("mic")[0];
    std::vector<double> angles;
    for (std::size_t i = 0; i + 1 < flags.size(); ++i) {
        auto const pair = flag_angles_list(flags[i], flags[i + 1]);
        angles.push_back(*std::max_element(pair.begin(), pair.end()));
    }
    add_counts(group, replicates);
    add_number(group, "median_mic", median(values), "median MIC of random splits of the pooled models");
    add_share(group, "as_low", std::count_if(values.begin(), values.end(), [&](double mic) { return mic <= observed; }),
              std::ssize(values), "share of random splits whose MIC is at most the observed");
    add_number(group, "median_angle", median(angles),
               "median of the largest angle between the flags of successive splits", "degree");
}

/// Angles between the best order's flag and the truth, when the truth has as many factors and all of the domains.
void add_truth_angles(DataGroup& group, Setting const& setting, RecordView const& estimate, ScoreMatrix const& scores)
{
    if (!scores.truth || scores.truth->unmixing.rows() != setting.factors) return;
    auto const angles = flag_angles_list(scores.truth->unmixing, estimate.matrix("unmixing", 0));
    group.add({"truth_angle",
               {"factor"},
               {std::ssize(angles)},
               angles,
               "degree",
               "largest principal angle between the best order's flag and the simulation's: entry j compares the spans "
               "of the last j rows of H"});
}

/// What is counted over the replicates of one setting.
/// \param group  of the setting
void add_setting(DataGroup& group, Experiment const& experiment, RecordStore const& records, SettingId id,
                 RecordView const& estimate)
{
    Replicates const bootstrap(experiment, records, id, ReplicateKind::bootstrap);
    if (!bootstrap.done.empty()) add_bootstrap(group, estimate, bootstrap, experiment);
    for (auto const kind : placebo_kinds()) {
        Replicates const placebo(experiment, records, id, kind);
        if (placebo.done.size() + static_cast<std::size_t>(placebo.failed) > 0)
            add_placebo(group.group(to_string(kind)), estimate, placebo);
    }
    Replicates const parametric(experiment, records, id, ReplicateKind::parametric);
    if (!parametric.done.empty())
        add_parametric(group.group(to_string(ReplicateKind::parametric)), estimate, parametric);
    Replicates const no_control(experiment, records, id, ReplicateKind::no_control);
    if (!no_control.done.empty())
        add_no_control(group.group(to_string(ReplicateKind::no_control)), estimate, no_control);
}

} // namespace

void add_aggregate(DataGroup& group, Experiment const& experiment, RecordStore const& records,
                   ScoreMatrix const& scores, std::vector<bool> const& with_details)
{
    for (std::int64_t s = 0; s < std::ssize(experiment.settings()); ++s) {
        if (!with_details[static_cast<std::size_t>(s)]) continue;
        SettingId const id(s);
        auto const& setting = experiment.setting(id);
        auto const& record = records.at(experiment.id_of({id, ReplicateKind::estimate, 0}));
        if (record.status != TaskStatus::done) continue;
        RecordView const estimate(experiment.layout(id, ReplicateKind::estimate), record.values);
        auto& subgroup = group.groups.emplace_back(NamedGroup{setting_name(setting), {}}).group;
        subgroup.add(
            {"domain", {"domain"}, {std::ssize(setting.domains)}, setting.domains, "", "base models of this setting"});
        subgroup.add({"benchmark",
                      {"benchmark"},
                      {std::ssize(experiment.benchmarks())},
                      experiment.benchmarks(),
                      "",
                      "benchmarks"});
        add_truth_angles(subgroup, setting, estimate, scores);
        add_setting(subgroup, experiment, records, id, estimate);
        add_influence(subgroup, experiment, records, id, scores);
    }
    add_across_settings(group, experiment, records);
}

} // namespace exahca
