#include "models_compared.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace exahca {
namespace {

/// A model that is ranked, before its ranks are known.
struct Ranking
{
    RankedModel model;
    RankedPosterior posterior;
    bool comparable = false; ///< with models of other domains
};

std::vector<Ranking> rankings_of(ModelComparer const& comparer, std::vector<AskedDomain> const& tables, Index quantity)
{
    std::vector<Ranking> rankings;
    for (auto const& domain : tables) {
        double const centre = comparer.centres()(static_cast<Index>(domain.domain), quantity);
        bool const is_factor = quantity < comparer.factors();
        if (std::isnan(centre) && !is_factor) continue; // the domain lacks the benchmark
        auto const first = rankings.size();
        rankings.resize(first + domain.models.size());
        comparer.visit(
            domain.domain, domain.scores,
            [&](Index row, ModelPosterior const& model) {
                auto const i = static_cast<std::size_t>(row);
                auto value =
                    shifted(model.quantities[static_cast<std::size_t>(quantity)], std::isnan(centre) ? 0 : centre);
                value = widened(std::move(value), model.noise_error(quantity));
                // Rows of one name have scores of their own, and so random numbers of their own.
                Vector const scores = domain.scores.row(row).transpose();
                auto const content = hash64({reinterpret_cast<char const*>(scores.data()),
                                             static_cast<std::size_t>(scores.size()) * sizeof(double)});
                auto& ranking = rankings[first + i];
                ranking.model = {domain.models[i], domain.domain, value.mean(), {}, {}};
                ranking.posterior = {domain.models[i], content, std::move(value), comparer.shifts(model, quantity)};
                ranking.comparable = !std::isnan(centre);
            },
            std::span(&quantity, 1));
    }
    return rankings;
}

/// Ranks those for which `belongs` holds among each other. \return how many
template <class Belongs, class Take>
std::int64_t rank_some(std::vector<Ranking>& rankings, RankOptions const& options, Belongs const& belongs,
                       Take const& take)
{
    std::vector<Ranking*> some;
    std::vector<RankedPosterior> posteriors;
    for (auto& ranking : rankings)
        if (belongs(ranking)) {
            some.push_back(&ranking);
            posteriors.push_back(ranking.posterior);
        }
    auto const ranks = rank_models(std::span<RankedPosterior const>(posteriors), options);
    for (std::size_t i = 0; i < some.size(); ++i) take(some[i]->model, ranks[i]);
    return std::ssize(some);
}

} // namespace

RankReport rank_models(StoredInput const& input, Command::Values const& values, CapabilityNames const& capabilities)
{
    RankReport report;
    report.fit = fit_facts(input.model, capabilities);
    report.quantity = quantity_of(report.fit, "--rank", values["rank"].as<std::string>());
    RankOptions const options;
    report.draws = options.draws;
    ModelComparer const comparer(input.model);
    auto rankings = rankings_of(comparer, input.tables(values), static_cast<Index>(report.quantity));
    if (rankings.empty())
        throw InvalidInput(fmt::format("no base model has the benchmark \"{}\"", values["rank"].as<std::string>()));
    report.all = rank_some(
        rankings, options, [](Ranking const& one) { return one.comparable; },
        [](RankedModel& model, ModelRank const& rank) { model.among_all = rank; });
    for (std::size_t k = 0; k < report.fit.domains.size(); ++k)
        report.siblings.push_back(rank_some(
            rankings, options, [&](Ranking const& one) { return one.model.domain == k; },
            [](RankedModel& model, ModelRank const& rank) { model.among_siblings = rank; }));
    std::set<std::string> wanted;
    if (values.count("model") > 0) {
        auto tables = input.tables(values);
        auto const& names = values["model"].as<std::vector<std::string>>();
        keep_models(tables, names); // says what is not there
        wanted.insert(names.begin(), names.end());
    }
    for (auto& ranking : rankings)
        if (wanted.empty() || wanted.contains(ranking.model.name)) report.models.push_back(std::move(ranking.model));
    std::stable_sort(report.models.begin(), report.models.end(), [](RankedModel const& a, RankedModel const& b) {
        auto const place = [](RankedModel const& model) {
            return std::pair(!model.among_all, model.among_all.value_or(model.among_siblings).expected);
        };
        return place(a) < place(b);
    });
    return report;
}

} // namespace exahca
