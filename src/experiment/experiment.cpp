#include "exahca/experiment/experiment.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/influence.hpp"
#include "exahca/estimate/layouts.hpp"
#include "exahca/estimate/setting_fields.hpp"
#include "exahca/experiment/setting_ranking.hpp"
#include "exahca/model/candidate_order.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

namespace exahca {
namespace {

constexpr std::int64_t most_tasks = 1'000'000'000;

UsageError too_many_tasks()
{
    return UsageError(fmt::format("more than {} tasks are asked for", most_tasks), {},
                      "use fewer settings or replicates, or split them over several runs");
}

constexpr ReplicateKind kind_at(int position) { return static_cast<ReplicateKind>(position); }

// How a field's value travels. Enumerators go by their names: a rank of another version cannot take one for another.
void put_value(ByteWriter& writer, std::vector<std::string> const& names)
{
    writer.put(static_cast<std::uint64_t>(names.size()));
    for (auto const& name : names) writer.put_string(name);
}
void put_value(ByteWriter& writer, std::string const& text) { writer.put_string(text); }
void put_value(ByteWriter& writer, bool value) { writer.put(static_cast<std::uint8_t>(value)); }
template <class Number>
void put_value(ByteWriter& writer, Number value)
{
    writer.put(value);
}

void get_value(ByteReader& reader, std::vector<std::string>& names)
{
    auto const count = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < count; ++i) names.push_back(reader.get_string());
}
void get_value(ByteReader& reader, std::string& text) { text = reader.get_string(); }
void get_value(ByteReader& reader, bool& value) { value = reader.get<std::uint8_t>() != 0; }
template <class Number>
void get_value(ByteReader& reader, Number& value)
{
    value = reader.get<Number>();
}

void write_setting(ByteWriter& writer, Setting const& setting)
{
    for_each_setting_field([&](auto const& field) { put_value(writer, stored_setting_value(setting.*field.member)); });
}

/// The reverse of write_setting. \throws InvalidInput  for bytes that are no setting
Setting read_setting(ByteReader& reader)
{
    Setting setting;
    for_each_setting_field([&]<class T>(SettingField<T> const& field) {
        StoredSettingValue<T> stored{};
        get_value(reader, stored);
        try {
            setting.*field.member = setting_value_from<T>(std::move(stored));
        } catch (UsageError const& error) {
            throw InvalidInput("a message between ranks holds no experiment", error.what());
        }
    });
    return setting;
}

/// \throws UsageError  when a setting is out of range, or when results could not tell two of them apart
void check_settings(std::vector<Setting> const& settings, std::int64_t benchmarks)
{
    if (settings.empty()) throw UsageError("no setting is asked for");
    std::set<Setting, LessContent> known;
    std::set<std::string> names;
    for (auto const& setting : settings) {
        validate(setting, benchmarks);
        auto const name = setting_name(setting);
        if (!known.insert(setting).second) throw UsageError(fmt::format("setting {} is asked for twice", name));
        // Groups of the results are named by it, so two of one name would overwrite each other.
        if (!names.insert(name).second)
            throw UsageError(fmt::format("two different settings would have the name {}", name),
                             "their base models have names that are abbreviated alike",
                             "rename a base model, or search the two settings in separate runs");
    }
}

/// Each number alone, before they are added up: their sum might not fit.
/// \throws UsageError  when one is negative or absurd
void check_counts(ReplicateCounts const& counts)
{
    for (int k = 1; k < replicate_kinds; ++k) {
        auto const replicates = counts.of(kind_at(k));
        if (replicates < 0)
            throw UsageError(fmt::format("the number of {} replicates is negative", to_string(kind_at(k))));
        if (replicates > most_tasks) throw too_many_tasks();
    }
    if (counts.nested < 0) throw UsageError("the number of resamples of parametric data sets is negative");
    if (counts.nested > most_tasks) throw too_many_tasks();
}

} // namespace

std::int64_t ReplicateCounts::of(ReplicateKind kind) const
{
    if (kind == ReplicateKind::estimate) return 1;
    for (auto const& counted : counted_kinds)
        if (counted.kind == kind) return this->*counted.count;
    return 0;
}

void ReplicateCounts::set_placebos(std::int64_t count)
{
    for (auto const kind : placebo_kinds())
        for (auto const& counted : counted_kinds)
            if (counted.kind == kind) this->*counted.count = count;
}

void ReplicateCounts::set_choices(std::int64_t count)
{
    for (auto const& choice : choice_kinds)
        for (auto const& counted : counted_kinds)
            if (counted.kind == choice.kind) this->*counted.count = count;
}

Experiment::Experiment(std::vector<Setting> settings, ReplicateCounts counts, std::uint64_t seed,
                       std::vector<std::string> benchmarks)
    : settings_(std::move(settings)), counts_(counts), seed_(seed), benchmarks_(std::move(benchmarks))
{
    auto const d = static_cast<std::int64_t>(benchmarks_.size());
    check_settings(settings_, d);
    check_counts(counts_);
    std::map<Setting, std::shared_ptr<Layouts>, LessContent> shapes;
    for (auto const& setting : settings_) {
        // Settings of thousands of sets of base models have a handful of layouts between them.
        auto shape = setting;
        for (auto& domain : shape.domains) domain.clear();
        auto& layouts = shapes[shape];
        if (!layouts) {
            auto const estimate = estimate_layout(setting, d);
            layouts = std::make_shared<Layouts>(Layouts{estimate,
                                                        replicate_layout(setting, d),
                                                        landscape_layout(setting, d),
                                                        influence_layout(setting, d),
                                                        parametric_layout(setting, d),
                                                        exahca::brief_layout(estimate),
                                                        exahca::choice_layout(setting),
                                                        {}});
        }
        layouts->settings.emplace_back(std::ssize(layouts_));
        layouts_.push_back(layouts);
    }
    // Tasks stand by setting, then by kind: id_of and task count the same way.
    first_task_.push_back(0);
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(settings_.size()); ++i) {
        auto total = first_task_.back();
        for (int k = 0; k < replicate_kinds; ++k) {
            auto const tasks = count(SettingId(i), kind_at(k));
            total += tasks;
            has_replicates_ |= tasks > 0 && kind_at(k) != ReplicateKind::estimate && !placebo_of_choice(kind_at(k));
        }
        if (total > most_tasks) throw too_many_tasks();
        first_task_.push_back(total);
    }
}

std::int64_t Experiment::count(SettingId setting, ReplicateKind kind) const
{
    auto const& chosen = settings_[setting.index()];
    if (kind == ReplicateKind::influence) return influence_case_count(chosen, counts_.influence);
    // One setting stands for all that a choice is made among.
    if (placebo_of_choice(kind))
        return has_choice(setting) && choice(setting).front() == setting ? counts_.of(kind) : 0;
    if (kind != ReplicateKind::landscape) return counts_.of(kind);
    if (!analyser_of(chosen).has_landscape(chosen)) return 0;
    return (landscape_orders(chosen) + orders_per_range - 1) / orders_per_range;
}

bool Experiment::has_choice(SettingId setting) const
{
    auto const& chosen = settings_[setting.index()];
    return choice(setting).size() > 1 && chosen.estimator == Estimator::published && chosen.objective == Objective::mic;
}

Task Experiment::task(TaskId id) const
{
    EXAHCA_EXPECT(id.get() >= 0 && id.get() < task_count());
    auto const next = std::upper_bound(first_task_.begin(), first_task_.end(), id.get());
    SettingId const setting(next - first_task_.begin() - 1);
    auto within = id.get() - first_task_[setting.index()];
    for (int k = 0; k < replicate_kinds; ++k) {
        auto const tasks = count(setting, kind_at(k));
        if (within < tasks) return {setting, kind_at(k), within};
        within -= tasks;
    }
    throw std::logic_error("a task id lies outside the experiment");
}

TaskId Experiment::id_of(Task const& task) const
{
    auto first = first_task_[task.setting.index()];
    for (int k = 0; k < static_cast<int>(task.kind); ++k) first += count(task.setting, kind_at(k));
    EXAHCA_EXPECT(task.replicate < count(task.setting, task.kind));
    return TaskId(first + task.replicate);
}

RecordLayout const& Experiment::layout(SettingId setting, ReplicateKind kind) const
{
    static constexpr std::array<RecordLayout Layouts::*, replicate_kinds> of_kind{
        &Layouts::estimate,  &Layouts::replicate, &Layouts::parametric, &Layouts::replicate, &Layouts::replicate,
        &Layouts::replicate, &Layouts::landscape, &Layouts::influence,  &Layouts::choice,    &Layouts::choice};
    return (*layouts_[setting.index()]).*of_kind[static_cast<std::size_t>(kind)];
}

RecordLayout const& Experiment::brief_layout(SettingId setting) const { return layouts_[setting.index()]->brief; }

void Experiment::write(ByteWriter& writer) const
{
    writer.put(static_cast<std::uint64_t>(settings_.size()));
    for (auto const& setting : settings_) write_setting(writer, setting);
    writer.put(counts_);
    writer.put(seed_);
    writer.put(static_cast<std::uint64_t>(benchmarks_.size()));
    for (auto const& name : benchmarks_) writer.put_string(name);
}

Experiment Experiment::read(ByteReader& reader)
{
    std::vector<Setting> settings;
    auto const setting_count = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < setting_count; ++i) settings.push_back(read_setting(reader));
    auto const counts = reader.get<ReplicateCounts>();
    auto const seed = reader.get<std::uint64_t>();
    std::vector<std::string> benchmarks;
    auto const benchmark_count = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < benchmark_count; ++i) benchmarks.push_back(reader.get_string());
    return {std::move(settings), counts, seed, std::move(benchmarks)};
}

} // namespace exahca
