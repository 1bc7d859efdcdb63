#pragma once

#include "exahca/core/format_version.hpp"
#include "exahca/core/member_count.hpp"
#include "exahca/estimate/setting.hpp"

#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace exahca {

/// Which estimators use a field, as bits.
enum class UsedBy : unsigned { published = 1, joint = 2, given = 4, estimates = 3, searches = 5, all = 7 };

/// What a field is to the identity of its setting.
enum class FieldRole {
    content, ///< changes results: settings that differ in it are different analyses
    limit,   ///< ends a search early, and changes results only where it did
};

/// When a field is a part of the setting's name.
enum class Named { always, unless_default, never };

/// One field of Setting: everything that code which handles all fields alike needs to know.
template <class T>
struct SettingField
{
    using Value = T;

    T Setting::*member;
    char const* name;        ///< of the column in group /settings, of the field in JSON
    char const* units;       ///< empty for text
    char const* description; ///< one line, the column's long_name
    UsedBy used_by;
    FieldRole role;
    Named named;
    char const* prefix; ///< what stands before the value in the setting's name
    /// First version of results files with the column; in earlier ones the default is meant, which has to be what the
    /// program did then.
    FormatVersion since{1, 0};

    [[nodiscard]] constexpr bool used(Estimator estimator) const
    {
        return (static_cast<unsigned>(used_by) >> static_cast<unsigned>(estimator) & 1U) != 0;
    }
    [[nodiscard]] constexpr bool is_content() const { return role == FieldRole::content; }
};

template <class T, class... Others>
SettingField(T Setting::*, Others...) -> SettingField<T>;

/// The fields of Setting, in the order in which they are named, stored and compared.
inline constexpr std::tuple setting_fields{
    SettingField{&Setting::estimator, "estimator", "", "published, joint or given", UsedBy::all, FieldRole::content,
                 Named::always, ""},
    SettingField{&Setting::domains, "domains", "", "base models of the setting, padded with empty names", UsedBy::all,
                 FieldRole::content, Named::always, ""},
    SettingField{&Setting::factors, "factors", "1", "number of latent factors", UsedBy::all, FieldRole::content,
                 Named::always, "f"},
    SettingField{&Setting::screen, "screen", "1",
                 "share of the domain's median total below which rows are dropped; 0: off", UsedBy::estimates,
                 FieldRole::content, Named::unless_default, "screen"},
    SettingField{&Setting::screening, "screening", "",
                 "rule by which rows are dropped: share, of the median total, or fit, of standardised scores",
                 UsedBy::estimates, FieldRole::content, Named::unless_default, "screen-", FormatVersion{2, 1}},
    SettingField{&Setting::contrast, "contrast", "", "contrast function of FastICA (published)", UsedBy::published,
                 FieldRole::content, Named::unless_default, ""},
    SettingField{&Setting::tolerance, "tolerance", "1", "tolerance of FastICA (published)", UsedBy::published,
                 FieldRole::content, Named::unless_default, "tol"},
    SettingField{&Setting::restarts, "restarts", "1", "random starts of FastICA for the estimate (published)",
                 UsedBy::published, FieldRole::content, Named::unless_default, "restarts"},
    SettingField{&Setting::objective, "objective", "", "objective of the search (published, given)", UsedBy::searches,
                 FieldRole::content, Named::unless_default, ""},
    SettingField{&Setting::density, "density", "", "source density (joint)", UsedBy::joint, FieldRole::content,
                 Named::unless_default, ""},
    SettingField{&Setting::noise, "noise", "", "likelihood of the joint fit: span (exact scores) or aware (noisy ones)",
                 UsedBy::joint, FieldRole::content, Named::unless_default, "noise-", FormatVersion{2, 1}},
    SettingField{&Setting::item_share, "item_share", "1",
                 "share of the items' binomial variance that is noise (joint, aware); 0: items are not used; -1: each "
                 "benchmark's own",
                 UsedBy::joint, FieldRole::content, Named::unless_default, "items", FormatVersion{2, 1}},
    SettingField{&Setting::missing_shift, "missing_shift", "percent",
                 "by how much missing scores are taken to differ from the prediction in a second estimate (joint, "
                 "aware); 0: none",
                 UsedBy::joint, FieldRole::content, Named::unless_default, "missing-shift", FormatVersion{2, 1}},
    SettingField{&Setting::anchors, "anchors", "",
                 "benchmarks that only so many first factors move, as 1=IFEval; 2=BBH (joint, aware)", UsedBy::joint,
                 FieldRole::content, Named::unless_default, "anchors-", FormatVersion{2, 2}},
    SettingField{&Setting::starts, "starts", "1", "starting orders (joint)", UsedBy::joint, FieldRole::content,
                 Named::unless_default, "starts"},
    SettingField{&Setting::all_orders, "all_orders", "1", "whether every candidate order was fitted (joint)",
                 UsedBy::joint, FieldRole::content, Named::unless_default, "all-orders"},
    SettingField{&Setting::best, "best", "1", "orders listed", UsedBy::all, FieldRole::content, Named::unless_default,
                 "best"},
    SettingField{&Setting::search_tuples, "search_tuples", "1",
                 "effort of the search of one estimate, in tuples of rows (of flags: in cells); 0: until it is proven",
                 UsedBy::all, FieldRole::limit, Named::never, "", FormatVersion{2, 0}},
    SettingField{&Setting::search_seconds, "search_seconds", "s",
                 "longest search of one estimate, by the clock; 0: none", UsedBy::all, FieldRole::limit, Named::never,
                 "", FormatVersion{2, 0}},
};
static_assert(std::tuple_size_v<decltype(setting_fields)> == member_count<Setting>(),
              "setting_fields has to list every member of Setting");

/// Calls `visit` with every SettingField.
template <class Visit>
constexpr void for_each_setting_field(Visit&& visit)
{
    std::apply([&](auto const&... field) { (visit(field), ...); }, setting_fields);
}

/// A field's value as files, JSON and messages hold it: enumerators by their name.
template <class T>
using StoredSettingValue = std::conditional_t<std::is_enum_v<T>, std::string, T>;
template <class T>
[[nodiscard]] StoredSettingValue<T> stored_setting_value(T const& value)
{
    if constexpr (std::is_same_v<T, Contrast>)
        return std::string(name_of(value));
    else if constexpr (std::is_same_v<T, DensityFamily>)
        return std::string(density_name(value));
    else if constexpr (std::is_enum_v<T>)
        return std::string(to_string(value));
    else
        return value;
}
/// And back. \throws UsageError  for the name of no enumerator
template <class T>
[[nodiscard]] T setting_value_from(StoredSettingValue<T> stored)
{
    if constexpr (std::is_same_v<T, Estimator>)
        return parse_estimator(stored);
    else if constexpr (std::is_same_v<T, Objective>)
        return parse_objective(stored);
    else if constexpr (std::is_same_v<T, Screening>)
        return parse_screening(stored);
    else if constexpr (std::is_same_v<T, DensityFamily>)
        return parse_density(stored);
    else if constexpr (std::is_same_v<T, NoiseModel>)
        return parse_noise(stored);
    else if constexpr (std::is_same_v<T, Contrast>)
        return contrast_from_name(stored);
    else
        return stored;
}

} // namespace exahca
