#include "exahca/experiment/setting.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <utility>

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
constexpr std::array objectives{NameOf<Objective>{Objective::mic, "mic"}, NameOf<Objective>{Objective::mean, "mean"},
                                NameOf<Objective>{Objective::n_weighted, "n-weighted"}};
constexpr std::array densities{
    NameOf<DensityFamily>{DensityFamily::extended, "extended"}, NameOf<DensityFamily>{DensityFamily::sas, "sas"},
    NameOf<DensityFamily>{DensityFamily::mog2, "mog2"}, NameOf<DensityFamily>{DensityFamily::mog3, "mog3"}};

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

std::string domain_part(std::vector<std::string> const& domains)
{
    auto joined = fmt::format("{}", fmt::join(domains, "+"));
    std::replace(joined.begin(), joined.end(), '/', '_');
    if (joined.size() <= 80) return joined;
    return fmt::format("{}-domains-{:08x}", domains.size(), hash64(joined) & 0xffffffffU);
}

void require(bool condition, std::string const& problem, std::string const& remedy)
{
    if (!condition) throw UsageError(problem, {}, remedy);
}

} // namespace

std::string_view to_string(Estimator value) { return listed_name(estimators, value); }
std::string_view to_string(Objective value) { return listed_name(objectives, value); }
Estimator parse_estimator(std::string_view text) { return parse(estimators, "estimator", text); }
Objective parse_objective(std::string_view text) { return parse(objectives, "objective", text); }
DensityFamily parse_density(std::string_view text) { return parse(densities, "density", text); }

std::string setting_name(Setting const& setting)
{
    Setting const usual;
    auto name = fmt::format("{}_{}_f{}", to_string(setting.estimator), domain_part(setting.domains), setting.factors);
    if (setting.screen > 0) name += fmt::format("_screen{}", setting.screen);
    if (setting.estimator == Estimator::given) {
        if (setting.objective != usual.objective) name += fmt::format("_{}", to_string(setting.objective));
    } else if (setting.estimator == Estimator::published) {
        if (setting.contrast != usual.contrast) name += fmt::format("_{}", name_of(setting.contrast));
        if (setting.tolerance != usual.tolerance) name += fmt::format("_tol{}", setting.tolerance);
        if (setting.restarts != usual.restarts) name += fmt::format("_restarts{}", setting.restarts);
        if (setting.objective != usual.objective) name += fmt::format("_{}", to_string(setting.objective));
    } else {
        if (setting.density != usual.density) name += fmt::format("_{}", density_name(setting.density));
        if (setting.starts != usual.starts) name += fmt::format("_starts{}", setting.starts);
        if (setting.all_orders) name += "_all-orders";
    }
    if (setting.best != usual.best) name += fmt::format("_best{}", setting.best);
    if (setting.search_tuples == 0)
        name += "_proved";
    else if (setting.search_tuples != usual.search_tuples)
        name += fmt::format("_tuples{}", setting.search_tuples);
    return name;
}

SearchLimits search_limits(Setting const& setting, SearchUse use)
{
    constexpr std::int64_t many = 50, very_many = 500;
    bool const joint = setting.estimator == Estimator::joint, estimate = use == SearchUse::estimate;
    std::int64_t const divisor = joint && !estimate ? very_many : joint || !estimate ? many : 1;
    bool const keeps_limit = joint && !estimate;
    auto const tuples = setting.search_tuples == 0 && keeps_limit ? usual_search_tuples : setting.search_tuples;
    SearchLimits limits{.stop = StopScope::flag()};
    if (tuples > 0) limits.tuples = std::max<std::int64_t>(1, tuples / divisor);
    if (!estimate) return limits;
    limits.seconds = setting.search_seconds;
    if (limits.seconds > 0 && setting.search_tuples == usual_search_tuples) limits.tuples = 0;
    return limits;
}

void validate(Setting const& setting, std::int64_t benchmarks)
{
    require(!setting.domains.empty(), "no domain is chosen", "name some with --domains, or use --min-models");
    require(setting.factors >= 1 && setting.factors <= benchmarks,
            fmt::format("{} factors are asked of {} benchmarks", setting.factors, benchmarks),
            fmt::format("choose --factors from 1 to {}", benchmarks));
    require(setting.screen >= 0 && setting.screen < 1, fmt::format("--screen {} is not a share", setting.screen),
            "give a number from 0 to below 1, or off");
    require(setting.tolerance > 0 && setting.tolerance < 0.1,
            fmt::format("--tolerance {} is out of range", setting.tolerance),
            "choose between 0 and 0.1, usually 1e-12");
    require(setting.restarts >= 1, fmt::format("--restarts {} is out of range", setting.restarts), "give 1 or more");
    require(setting.starts >= 1, fmt::format("--starts {} is out of range", setting.starts), "give 1 or more");
    require(setting.search_tuples >= 0 && setting.search_seconds >= 0, "a limit of the search is negative",
            "give --search-tuples and --search-time above 0, or --prove");
    require(setting.best >= 1 && setting.best <= 10000, fmt::format("--best {} is out of range", setting.best),
            "give 1 to 10000");
}

std::vector<Setting> expand(SettingGrid const& grid)
{
    std::vector<Setting> settings;
    std::set<std::string> names;
    auto const add = [&](Setting const& setting) {
        if (names.insert(setting_name(setting)).second) settings.push_back(setting);
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
                add(setting);
            }
        }
    };
    for (auto const& domains : grid.domain_sets)
        for (int const factors : grid.factors)
            for (auto const estimator : grid.estimators) {
                auto const usual_screen = estimator == Estimator::joint ? 0.6 : 0.0;
                for (double const screen : grid.screens.empty() ? std::vector{usual_screen} : grid.screens) {
                    Setting setting = grid.common;
                    setting.domains = domains;
                    setting.factors = factors;
                    setting.estimator = estimator;
                    setting.screen = screen;
                    add_variants(setting);
                }
            }
    return settings;
}

} // namespace exahca
