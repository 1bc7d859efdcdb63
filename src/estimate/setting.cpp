#include "exahca/estimate/setting.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/hash_text.hpp"
#include "exahca/estimate/anchors.hpp"
#include "exahca/estimate/setting_fields.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <vector>

namespace exahca {
namespace {

template <class E>
struct NameOf
{
    E value;
    std::string_view name;
};

constexpr std::array estimators{NameOf<Estimator>{Estimator::published, "published"},
                                NameOf<Estimator>{Estimator::joint, "joint"},
                                NameOf<Estimator>{Estimator::given, "given"}};
constexpr std::array objectives{NameOf<Objective>{Objective::mic, "mic"},
                                NameOf<Objective>{Objective::mean, "mean"},
                                NameOf<Objective>{Objective::n_weighted, "n-weighted"},
                                NameOf<Objective>{Objective::flag_max, "flag-max"},
                                NameOf<Objective>{Objective::flag_mean, "flag-mean"},
                                NameOf<Objective>{Objective::flag_n_weighted, "flag-n-weighted"}};
constexpr std::array screenings{NameOf<Screening>{Screening::share, "share"}, NameOf<Screening>{Screening::fit, "fit"}};
constexpr std::array densities{
    NameOf<DensityFamily>{DensityFamily::extended, "extended"}, NameOf<DensityFamily>{DensityFamily::sas, "sas"},
    NameOf<DensityFamily>{DensityFamily::mog2, "mog2"}, NameOf<DensityFamily>{DensityFamily::mog3, "mog3"}};
constexpr std::array noises{NameOf<NoiseModel>{NoiseModel::span, "span"},
                            NameOf<NoiseModel>{NoiseModel::aware, "aware"}};

template <class Names, class E>
std::string_view listed_name(Names const& names, E value)
{
    for (auto const& entry : names)
        if (entry.value == value) return entry.name;
    throw std::logic_error("an enumerator has no name");
}

template <class Names>
auto parse(Names const& names, std::string_view what, std::string_view text)
{
    std::vector<std::string_view> known;
    for (auto const& entry : names) {
        if (entry.name == text) return entry.value;
        known.push_back(entry.name);
    }
    throw UsageError(fmt::format("unknown {} \"{}\"", what, text), {},
                     fmt::format("use one of {}", fmt::join(known, ", ")));
}

// Longer lists of domains, and texts, are named by a hash: group names stay short.
constexpr std::size_t longest_domain_part = 80;

/// A domain's name as part of a group's name: injective, and without what separates names or cannot stand in one.
std::string escaped(std::string_view name)
{
    std::string text;
    for (char const c : name) {
        auto const code = static_cast<unsigned char>(c);
        bool const plain = code >= 0x20 && code != 0x7f && c != '/' && c != '+' && c != '%';
        text += plain ? std::string(1, c) : fmt::format("%{:02X}", code);
    }
    return text;
}

/// The text of a field's value within the setting's name.
std::string name_part(std::vector<std::string> const& domains)
{
    std::vector<std::string> parts;
    std::string content; // every name with its length before it: no two lists are written alike
    for (auto const& name : domains) {
        parts.push_back(escaped(name));
        content += fmt::format("{}:{}", name.size(), name);
    }
    auto joined = fmt::format("{}", fmt::join(parts, "+"));
    if (joined.size() <= longest_domain_part) return joined;
    return fmt::format("{}-domains-{}", domains.size(), hash128_text(content));
}
std::string name_part(std::string const& text)
{
    auto escaped_text = escaped(text);
    return escaped_text.size() <= longest_domain_part ? escaped_text : hash128_text(text);
}
std::string name_part(bool) { return {}; } // the prefix says it
template <class T>
std::string name_part(T const& value)
{
    return fmt::format("{}", stored_setting_value(value)); // numbers by the shortest digits that read back the same
}

std::weak_ordering compare_values(double a, double b) { return std::weak_order(a, b); }
template <class T>
std::weak_ordering compare_values(T const& a, T const& b)
{
    return a <=> b;
}

void require(bool condition, std::string const& problem, std::string const& remedy)
{
    if (!condition) throw UsageError(problem, {}, remedy);
}

} // namespace

std::string_view to_string(Estimator value) { return listed_name(estimators, value); }
std::string_view to_string(Objective value) { return listed_name(objectives, value); }
std::string_view to_string(Screening value) { return listed_name(screenings, value); }
Screening parse_screening(std::string_view text) { return parse(screenings, "screening", text); }
Estimator parse_estimator(std::string_view text) { return parse(estimators, "estimator", text); }
Objective parse_objective(std::string_view text) { return parse(objectives, "objective", text); }
DensityFamily parse_density(std::string_view text) { return parse(densities, "density", text); }
std::string_view to_string(NoiseModel value) { return listed_name(noises, value); }
NoiseModel parse_noise(std::string_view text) { return parse(noises, "noise", text); }

std::weak_ordering compare_content(Setting const& a, Setting const& b)
{
    // Settings of different estimators differ in a field that all use, so it does not matter whose fields are compared.
    auto result = std::weak_ordering::equivalent;
    for_each_setting_field([&](auto const& field) {
        if (result == 0 && field.is_content() && field.used(a.estimator))
            result = compare_values(a.*field.member, b.*field.member);
    });
    return result;
}

bool same_limits(Setting const& a, Setting const& b)
{
    bool same = true;
    for_each_setting_field([&](auto const& field) {
        if (!field.is_content() && field.used(a.estimator))
            same = same && compare_values(a.*field.member, b.*field.member) == 0;
    });
    return same;
}

bool is_screening(Setting const& setting) { return setting.screening == Screening::fit || setting.screen > 0; }

Setting without_screening(Setting setting)
{
    setting.screen = 0;
    setting.screening = Screening::share;
    return setting;
}

Setting without_unused(Setting const& setting)
{
    auto kept = setting;
    Setting const usual;
    for_each_setting_field([&](auto const& field) {
        if (!field.used(setting.estimator)) kept.*field.member = usual.*field.member;
    });
    return kept;
}

std::string setting_name(Setting const& setting)
{
    Setting const usual;
    std::vector<std::string> parts;
    for_each_setting_field([&](auto const& field) {
        auto const& value = setting.*field.member;
        bool const told = field.named == Named::always ||
                          (field.named == Named::unless_default && compare_values(value, usual.*field.member) != 0);
        if (told && field.used(setting.estimator)) parts.push_back(field.prefix + name_part(value));
    });
    return fmt::format("{}", fmt::join(parts, "_"));
}

SearchLimits search_limits(Setting const& setting, SearchUse use)
{
    constexpr std::int64_t many = 50, very_many = 500;
    bool const joint = setting.estimator == Estimator::joint, estimate = use == SearchUse::estimate;
    // All of the limit for an estimate of `published` or `given`; a fiftieth where a search only starts fits or is one
    // of many; a five-hundredth where it is both (docs/search.md, Defaults).
    std::int64_t const divisor = joint && !estimate ? very_many : joint || !estimate ? many : 1;
    // Without a limit (--prove) the searches of joint replicates keep the usual one.
    bool const keeps_limit = joint && !estimate;
    auto const tuples = setting.search_tuples == 0 && keeps_limit ? usual_search_tuples : setting.search_tuples;
    SearchLimits limits{.stop = StopScope::flag()};
    if (tuples > 0) limits.tuples = std::max<std::int64_t>(1, tuples / divisor);
    if (!estimate) return limits;
    limits.seconds = setting.search_seconds;
    // Whoever gives a time and no number of tuples means the time.
    if (limits.seconds > 0 && setting.search_tuples == usual_search_tuples) limits.tuples = 0;
    return limits;
}

void validate(Setting const& setting, std::int64_t benchmarks)
{
    require(!setting.domains.empty(), "no domain is chosen", "name some with --domains, or use --min-models");
    require(std::none_of(setting.domains.begin(), setting.domains.end(), [](auto const& name) { return name.empty(); }),
            "a domain has no name", "name every base model");
    require(setting.factors >= 1 && setting.factors <= benchmarks,
            fmt::format("{} factors are asked of {} benchmarks", setting.factors, benchmarks),
            fmt::format("choose --factors from 1 to {}", benchmarks));
    require(setting.screen >= 0 && setting.screen < 1, fmt::format("--screen {} is not a share", setting.screen),
            "give a number from 0 to below 1, auto or off");
    require(setting.screening == Screening::share || setting.screen == 0, "a setting screens by two rules",
            "give --screen auto or a share");
    require(setting.tolerance > 0 && setting.tolerance < 0.1,
            fmt::format("--tolerance {} is out of range", setting.tolerance),
            "choose between 0 and 0.1, usually 1e-12");
    require(setting.restarts >= 1, fmt::format("--restarts {} is out of range", setting.restarts), "give 1 or more");
    require(setting.starts >= 1, fmt::format("--starts {} is out of range", setting.starts), "give 1 or more");
    bool const mixture = setting.density == DensityFamily::mog2 || setting.density == DensityFamily::mog3;
    require(setting.noise == NoiseModel::span || mixture,
            fmt::format("--noise aware does not go with --density {}", density_name(setting.density)),
            "choose --density mog3 or mog2, or --noise span");
    require(setting.noise == NoiseModel::span || setting.factors < benchmarks,
            fmt::format("--noise aware cannot fit {} factors to {} benchmarks", setting.factors, benchmarks),
            "choose fewer factors, or --noise span: as many factors as benchmarks leave nothing that shows the noise");
    bool const is_share = setting.item_share >= 0 && setting.item_share <= 1;
    require(is_share || setting.item_share == stored_item_share,
            fmt::format("--item-share {} is not a share", setting.item_share), "give file, or numbers from 0 to 1");
    require(setting.item_share == 0 || setting.noise == NoiseModel::aware,
            "scores that are taken as exact have no item noise", "choose --noise aware");
    require(std::isfinite(setting.missing_shift),
            fmt::format("--missing-shift {} is no number of points", setting.missing_shift),
            "give a number, such as -5");
    require(setting.missing_shift == 0 || setting.noise == NoiseModel::aware,
            "scores that are taken as exact are never missing", "choose --noise aware");
    require(setting.anchors.empty() || setting.noise == NoiseModel::aware,
            "anchors are restrictions of noisy scores' loadings", "choose --noise aware");
    for (auto const& anchor : parse_anchors(setting.anchors))
        require(anchor.levels < setting.factors,
                fmt::format("--anchor {}={} restricts nothing of {} factor{}", anchor.levels, anchor.benchmark,
                            setting.factors, setting.factors == 1 ? "" : "s"),
                setting.factors == 1 ? std::string("ask for 2 --factors or more")
                                     : fmt::format("give {} or less", setting.factors - 1));
    require(setting.search_tuples >= 0 && setting.search_seconds >= 0, "a limit of the search is negative",
            "give --search-tuples and --search-time above 0, or --prove");
    require(setting.estimator == Estimator::given || !is_of_flags(setting.objective),
            fmt::format("--objective {} goes with --orders-only", to_string(setting.objective)),
            "choose mic, mean or n-weighted, or give the domains' unmixing matrices");
    require(setting.best >= 1 && setting.best <= 10000, fmt::format("--best {} is out of range", setting.best),
            "give 1 to 10000");
}

std::vector<Setting> expand(SettingGrid const& grid)
{
    std::vector<Setting> settings;
    // Fields that an estimator does not use are set back first, so that settings that would compute the same are one.
    std::set<Setting, LessContent> known;
    auto const add = [&](Setting const& setting) {
        if (known.insert(without_unused(setting)).second) settings.push_back(without_unused(setting));
    };
    auto const add_variants = [&](Setting setting) {
        if (setting.estimator == Estimator::published) {
            for (auto const contrast : grid.contrasts) {
                setting.contrast = contrast;
                add(setting);
            }
        } else {
            for (auto const density : grid.densities) {
                setting.density = density;
                bool const mixture = density == DensityFamily::mog2 || density == DensityFamily::mog3;
                for (auto const noise : grid.noises) {
                    setting.noise = mixture ? noise : NoiseModel::span;
                    for (double const share : grid.item_shares) {
                        setting.item_share = setting.noise == NoiseModel::aware ? share : 0;
                        setting.missing_shift = setting.noise == NoiseModel::aware ? grid.common.missing_shift : 0;
                        setting.anchors = setting.noise == NoiseModel::aware ? grid.common.anchors : std::string();
                        add(setting);
                    }
                }
            }
        }
    };
    for (auto const& domains : grid.domain_sets)
        for (int const factors : grid.factors)
            for (auto const estimator : grid.estimators) {
                ScreenChoice const usual{estimator == Estimator::joint ? Screening::fit : Screening::share, 0};
                for (auto const& screen : grid.screens.empty() ? std::vector{usual} : grid.screens) {
                    Setting setting = grid.common;
                    setting.domains = domains;
                    setting.factors = factors;
                    setting.estimator = estimator;
                    setting.screen = screen.share;
                    setting.screening = screen.rule;
                    add_variants(setting);
                }
            }
    return settings;
}

} // namespace exahca
