#include "exahca/estimate/setting_fields.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/model/flag.hpp"
#include "results_tables.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <type_traits>

namespace exahca {
namespace {

/// Pairs of more settings than these are not compared: the table would be larger than the results.
constexpr std::size_t most_compared = 300;

/// The answer of one setting.
struct Answer
{
    Setting const* setting;
    Matrix unmixing;
    std::vector<std::string> labels; ///< benchmarks in causal order
};

std::vector<Answer> answers_of(Experiment const& experiment, RecordStore const& records)
{
    std::vector<Answer> answers;
    for (std::int64_t s = 0; s < std::ssize(experiment.settings()); ++s) {
        SettingId const id(s);
        auto const& record = records.at(experiment.id_of({id, ReplicateKind::estimate, 0}));
        if (record.status != TaskStatus::done) continue;
        auto const view = records.view({id, ReplicateKind::estimate, 0});
        Answer answer{&experiment.setting(id), view.matrix("unmixing", 0), {}};
        for (double const label : view.values("alignment_benchmark"))
            answer.labels.push_back(experiment.benchmarks().at(static_cast<std::size_t>(label)));
        answers.push_back(std::move(answer));
    }
    return answers;
}

/// Angles of all pairs of answers, level by level; missing where one of the two has fewer factors.
class PairAngles
{
public:
    explicit PairAngles(std::vector<Answer> const& answers) : count_(answers.size())
    {
        for (auto const& answer : answers)
            levels_ = std::max(levels_, static_cast<std::size_t>(answer.setting->factors));
        values_.assign(count_ * count_ * levels_, std::nan(""));
        for (std::size_t a = 0; a < count_; ++a)
            for (std::size_t b = 0; b <= a; ++b) {
                // Of flags of different length the first factors are compared, which are the last rows of H.
                auto const common = std::min(answers[a].unmixing.rows(), answers[b].unmixing.rows());
                auto const angles =
                    flag_angles_list(answers[a].unmixing.bottomRows(common), answers[b].unmixing.bottomRows(common));
                for (std::size_t j = 0; j < angles.size(); ++j) at(a, b, j) = at(b, a, j) = a == b ? 0 : angles[j];
            }
    }

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::size_t levels() const { return levels_; }
    [[nodiscard]] std::vector<double> const& values() const { return values_; }
    [[nodiscard]] double operator()(std::size_t a, std::size_t b, std::size_t level) const
    {
        return values_[(a * count_ + b) * levels_ + level];
    }
    /// Whether two answers agree at every level that both have.
    [[nodiscard]] bool agree(std::size_t a, std::size_t b) const
    {
        for (std::size_t j = 0; j < levels_; ++j)
            if ((*this)(a, b, j) > same_flag_degrees) return false;
        return true;
    }

private:
    double& at(std::size_t a, std::size_t b, std::size_t level) { return values_[(a * count_ + b) * levels_ + level]; }

    std::size_t count_;
    std::size_t levels_ = 0;
    std::vector<double> values_;
};

/// The setting that most others agree with, the first of these, and who they are.
struct Majority
{
    std::int64_t leader = -1;
    std::int64_t agreeing = 0, compared = 0;
    std::vector<std::int8_t> agrees; ///< for each setting; -1: not compared
};

/// \param takes_part  settings that have what is compared \param agree  whether two of these do in it
Majority majority(std::size_t count, std::function<bool(std::size_t)> const& takes_part,
                  std::function<bool(std::size_t, std::size_t)> const& agree)
{
    Majority best;
    for (std::size_t a = 0; a < count; ++a) {
        if (!takes_part(a)) continue;
        Majority found{static_cast<std::int64_t>(a), 0, 0, {}};
        for (std::size_t b = 0; b < count; ++b) {
            bool const part = takes_part(b);
            bool const same = part && agree(a, b);
            found.agrees.push_back(part ? static_cast<std::int8_t>(same) : std::int8_t{-1});
            found.compared += part;
            found.agreeing += same;
        }
        if (best.leader < 0 || found.agreeing > best.agreeing) best = std::move(found);
    }
    return best;
}

/// Whether settings agree in the first j factors, their span that is, for every j.
void add_levels(DataGroup& group, std::vector<Answer> const& answers, PairAngles const& angles)
{
    auto const s = static_cast<std::int64_t>(angles.count()), m = static_cast<std::int64_t>(angles.levels());
    std::vector<std::int64_t> leader, agreeing, compared;
    std::vector<std::int8_t> agrees(static_cast<std::size_t>(s * m));
    std::vector<double> widest;
    for (std::size_t j = 0; j < angles.levels(); ++j) {
        auto const found = majority(
            angles.count(), [&](auto a) { return static_cast<std::size_t>(answers[a].setting->factors) > j; },
            [&](auto a, auto b) { return angles(a, b, j) <= same_flag_degrees; });
        leader.push_back(found.leader);
        agreeing.push_back(found.agreeing);
        compared.push_back(found.compared);
        double largest = 0;
        for (std::size_t a = 0; a < angles.count(); ++a) {
            agrees[a * angles.levels() + j] = found.agrees[a];
            for (std::size_t b = 0; b < a; ++b) largest = std::fmax(largest, angles(a, b, j));
        }
        widest.push_back(largest);
    }
    group.add({"level_angle",
               {"setting", "other_setting", "factor"},
               {s, s, m},
               angles.values(),
               "degree",
               "largest principal angle between two settings' flags: entry j compares the spans of the last j rows of "
               "H; missing where a setting has fewer factors"});
    group.add({"level_leader", {"factor"}, {m}, leader, "1", "setting, from 0, that most agree with at this level"});
    group.add({"level_agreeing",
               {"factor"},
               {m},
               agreeing,
               "1",
               fmt::format("settings within {:g} degrees of the leader at this level, the leader included",
                           same_flag_degrees)});
    group.add({"level_compared", {"factor"}, {m}, compared, "1", "settings that have this level"});
    group.add(
        {"level_agrees",
         {"setting", "factor"},
         {s, m},
         agrees,
         "1",
         fmt::format("whether a setting is within {:g} degrees of the leader at this level; -1: it has no such level",
                     same_flag_degrees)});
    group.add({"level_widest", {"factor"}, {m}, widest, "degree", "largest angle between any two settings"});
}

/// Whether settings agree in the order as a whole.
void add_order(DataGroup& group, PairAngles const& angles)
{
    auto const s = static_cast<std::int64_t>(angles.count());
    auto const whole = majority(
        angles.count(), [](auto) { return true; }, [&](auto a, auto b) { return angles.agree(a, b); });
    group.add({"order_leader", {}, {}, std::vector<std::int64_t>{whole.leader}, "1", "the same at all levels at once"});
    group.add({"order_agreeing",
               {},
               {},
               std::vector<std::int64_t>{whole.agreeing},
               "1",
               "settings that agree with it at every level that both have, itself included"});
    group.add({"order_agrees", {"setting"}, {s}, whole.agrees, "1", "whether a setting is one of them"});
}

/// Whether two settings differ in this field and in nothing that does not follow from it.
template <class T>
bool differ_only_in(SettingField<T> const& field, Setting const& a, Setting b)
{
    // Each estimator has fields of its own, and its own default of screening.
    if constexpr (std::is_same_v<T, Estimator>)
        return a.estimator != b.estimator && a.domains == b.domains && a.factors == b.factors;
    if (!field.is_content() || !field.used(a.estimator) || a.*field.member == b.*field.member) return false;
    b.*field.member = a.*field.member;
    return compare_content(a, b) == 0;
}

/// For every hyperparameter, whether answers depend on it: over the pairs of settings that differ in it alone.
void add_choices(DataGroup& group, std::vector<Answer> const& answers, PairAngles const& angles)
{
    std::vector<std::string> names;
    std::vector<std::int64_t> pairs, agreeing;
    std::vector<double> widest;
    for_each_setting_field([&](auto const& field) {
        std::int64_t count = 0, same = 0;
        std::vector<double> largest(angles.levels(), std::nan(""));
        for (std::size_t a = 0; a < answers.size(); ++a)
            for (std::size_t b = 0; b < a; ++b) {
                if (!differ_only_in(field, *answers[a].setting, *answers[b].setting)) continue;
                ++count;
                same += angles.agree(a, b);
                for (std::size_t j = 0; j < largest.size(); ++j) largest[j] = std::fmax(largest[j], angles(a, b, j));
            }
        if (count == 0) return;
        names.emplace_back(field.name);
        pairs.push_back(count);
        agreeing.push_back(same);
        widest.insert(widest.end(), largest.begin(), largest.end());
    });
    auto const n = std::ssize(names), m = static_cast<std::int64_t>(angles.levels());
    group.add({"choice", {"choice"}, {n}, names, "", "what was varied: settings that differ in nothing else"});
    group.add({"choice_pairs", {"choice"}, {n}, pairs, "1", "pairs of settings that differ in this choice alone"});
    group.add({"choice_agreeing", {"choice"}, {n}, agreeing, "1", "pairs that agree at every level that both have"});
    group.add({"choice_widest",
               {"choice", "factor"},
               {n, m},
               widest,
               "degree",
               "largest angle between the two of a pair: entry j compares the spans of the last j rows of H"});
}

} // namespace

void add_across_settings(DataGroup& parent, Experiment const& experiment, RecordStore const& records)
{
    if (experiment.settings().size() < 2 || experiment.settings().size() > most_compared) return;
    auto const answers = answers_of(experiment, records);
    if (answers.size() < 2) return;
    PairAngles const angles(answers);
    auto& group = parent.group("across-settings");
    std::vector<std::string> names, labels;
    for (auto const& answer : answers) {
        names.push_back(setting_name(*answer.setting));
        for (std::size_t j = 0; j < angles.levels(); ++j)
            labels.push_back(j < answer.labels.size() ? answer.labels[j] : std::string{});
    }
    auto const s = std::ssize(answers), m = static_cast<std::int64_t>(angles.levels());
    group.add({"setting", {"setting"}, {s}, names, "", "settings that have an answer"});
    group.add({"label",
               {"setting", "factor"},
               {s, m},
               labels,
               "",
               "benchmarks that name the factors, in causal order, padded with empty names"});
    add_levels(group, answers, angles);
    add_order(group, angles);
    add_choices(group, answers, angles);
}

} // namespace exahca
