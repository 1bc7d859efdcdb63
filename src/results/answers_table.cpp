#include "exahca/results/answers_table.hpp"

#include "exahca/core/error.hpp"
#include "results_tables.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <numeric>
#include <type_traits>

namespace exahca {
namespace {

std::size_t product(std::vector<std::int64_t> const& shape)
{
    return static_cast<std::size_t>(std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>()));
}

/// Calls `visit(place in the small array, place in the large one)` for every entry of an array that stands in the
/// corner of a larger one of as many dimensions.
void for_corner(std::vector<std::int64_t> const& small, std::vector<std::int64_t> const& large,
                std::function<void(std::size_t, std::size_t)> const& visit)
{
    std::vector<std::int64_t> index(small.size(), 0);
    for (std::size_t i = 0; i < product(small); ++i) {
        std::size_t place = 0;
        for (std::size_t axis = 0; axis < large.size(); ++axis)
            place = place * static_cast<std::size_t>(large[axis]) + static_cast<std::size_t>(index[axis]);
        visit(i, place);
        for (auto axis = small.size(); axis-- > 0;) { // the last runs fastest
            if (++index[axis] < small[axis]) break;
            index[axis] = 0;
        }
    }
}

/// A field with the shape that every setting's fits in.
struct WideField
{
    RecordField field;
    std::vector<double> values; ///< setting x shape, NaN where missing
};

/// Fields of the brief records of all settings, each as large as the largest of any setting.
std::vector<WideField> wide_fields(Experiment const& experiment)
{
    std::vector<WideField> wide;
    RecordLayout const* last = nullptr;
    for (std::int64_t s = 0; s < std::ssize(experiment.settings()); ++s) {
        auto const& layout = experiment.brief_layout(SettingId(s));
        if (&layout == last) continue; // shared by settings of one shape
        last = &layout;
        for (auto const& field : layout.fields()) {
            auto known = std::find_if(wide.begin(), wide.end(),
                                      [&](auto const& other) { return other.field.name == field.name; });
            if (known == wide.end()) {
                wide.push_back({field, {}});
                continue;
            }
            auto& shape = known->field.shape;
            for (std::size_t i = 0; i < shape.size(); ++i) shape[i] = std::max(shape[i], field.shape[i]);
        }
    }
    for (auto& field : wide) field.field.size = product(field.field.shape);
    return wide;
}

/// Integers as files hold them: those that are missing, NaN in records, have a value of their own.
template <class T>
std::vector<T> stored_as(std::vector<double> const& values)
{
    std::vector<T> stored(values.size());
    std::transform(values.begin(), values.end(), stored.begin(),
                   [](double value) { return static_cast<T>(std::isnan(value) ? missing_integer : value); });
    return stored;
}

/// A field over all settings as a variable of the table.
Variable column_of(WideField wide, std::int64_t settings)
{
    auto& field = wide.field;
    Variable variable{field.name, {"setting"}, {settings}, {}, field.units, field.description};
    for (std::size_t i = 0; i < field.dims.size(); ++i) {
        // Which base model stands where differs from setting to setting: /settings/domains names them.
        variable.dims.push_back(field.dims[i] == "domain" ? "position" : field.dims[i]);
        variable.shape.push_back(field.shape[i]);
    }
    switch (field.kind) {
    case FieldKind::real:
        variable.values = std::move(wide.values);
        break;
    case FieldKind::integer:
        variable.values = stored_as<std::int32_t>(wide.values);
        break;
    case FieldKind::boolean:
        variable.values = stored_as<std::int8_t>(wide.values);
        break;
    }
    return variable;
}

} // namespace

void add_answers(DataGroup& root, Experiment const& experiment, RecordStore const& records)
{
    auto const count = std::ssize(experiment.settings());
    auto wide = wide_fields(experiment);
    for (auto& field : wide) field.values.assign(static_cast<std::size_t>(count) * field.field.size, std::nan(""));
    std::vector<std::string> names, reasons;
    std::vector<std::int8_t> status;
    for (std::int64_t s = 0; s < count; ++s) {
        Task const task{SettingId(s), ReplicateKind::estimate, 0};
        auto const& record = records.at(experiment.id_of(task));
        names.push_back(setting_name(experiment.setting(task.setting)));
        reasons.push_back(record.reason);
        status.push_back(static_cast<std::int8_t>(record.status));
        if (record.status != TaskStatus::done) continue;
        auto const view = records.view(task);
        auto const& brief = experiment.brief_layout(task.setting);
        for (auto& field : wide) {
            if (!brief.has(field.field.name)) continue;
            auto const& own = brief.field(field.field.name);
            // Of a list of orders the first entry is that of the best.
            auto const values = view.values(own.name).first(own.size);
            auto* const row = field.values.data() + static_cast<std::size_t>(s) * field.field.size;
            for_corner(own.shape, field.field.shape, [&](auto from, auto to) { row[to] = values[from]; });
        }
    }
    auto& group = root.group("answers");
    group.add({"setting", {"setting"}, {count}, std::move(names), "", "name of the setting"});
    group.add(
        {"benchmark", {"benchmark"}, {std::ssize(experiment.benchmarks())}, experiment.benchmarks(), "", "benchmarks"});
    group.add({"status", {"setting"}, {count}, std::move(status), "1", "0 not computed yet, 1 done, 2 failed"});
    group.add({"reason", {"setting"}, {count}, std::move(reasons), "", "why it failed, or warnings"});
    for (auto& field : wide) group.add(column_of(std::move(field), count));
}

AnswersTable::AnswersTable(DataGroup const& results)
{
    auto const* group = results.find_group("answers");
    if (group == nullptr) return;
    status_ = group->integers("status");
    reason_ = group->strings("reason");
    if (reason_.size() != status_.size())
        throw InvalidInput("the table of answers is not rectangular", "the file is damaged or of another kind");
    for (auto const& variable : group->variables) {
        if (variable.dims.empty() || variable.dims[0] != "setting") continue;
        std::visit(
            [&]<class T>(std::vector<T> const& values) {
                if constexpr (!std::is_same_v<T, std::string>) {
                    if (variable.shape[0] != std::ssize(status_))
                        throw InvalidInput(fmt::format("dataset \"{}\" has the wrong shape", variable.name),
                                           "it has another number of settings", "make the file again");
                    columns_[variable.name] = {{variable.shape.begin() + 1, variable.shape.end()},
                                               {values.begin(), values.end()}};
                }
            },
            variable.values);
    }
}

std::optional<TaskRecord> AnswersTable::record(std::size_t setting, RecordLayout const& brief) const
{
    TaskRecord record{static_cast<TaskStatus>(status_.at(setting)), reason_[setting], {}, 0};
    if (record.status != TaskStatus::done) return record;
    record.values.resize(brief.size());
    for (auto const& field : brief.fields()) {
        auto const found = columns_.find(field.name);
        if (found == columns_.end() || found->second.shape.size() != field.shape.size()) return std::nullopt;
        auto const& column = found->second;
        for (std::size_t i = 0; i < field.shape.size(); ++i)
            if (column.shape[i] < field.shape[i]) return std::nullopt;
        auto const* const row = column.values.data() + setting * product(column.shape);
        for_corner(field.shape, column.shape, [&](auto to, auto from) {
            double const value = row[from];
            bool const is_missing = field.kind != FieldKind::real && value == missing_integer;
            record.values[field.offset + to] = is_missing ? std::nan("") : value;
        });
    }
    return record;
}

} // namespace exahca
