#include "command.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/experiment/domain_analysis.hpp"
#include "exahca/io/score_file.hpp"
#include "shell_words.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace exahca {
namespace {

namespace po = boost::program_options;

void print_table(DomainAnalysis const& analysis)
{
    fmt::print("{:<22}{:>8}{:>11}{:>11}{:>11}{:>14}{:>12}\n", "base model", "models", "collapsed", "screened",
               "duplicates", fmt::format("{} comp. hold", analysis.factors), "to pooled");
    for (auto const& domain : analysis.domains) {
        fmt::print("{:<22}{:>8}{:>11}{:>11}{:>11}", domain.name, domain.models, domain.collapsed, domain.screened,
                   domain.near_duplicates);
        if (domain.problem.empty())
            fmt::print("{:>12.1f} %{:>11.1f}°\n",
                       100 * domain.explained.at(static_cast<std::size_t>(analysis.factors) - 1),
                       domain.angle_to_pooled);
        else
            fmt::print("   {}\n", domain.problem);
    }
    fmt::print("\ncollapsed: below 0.2 of the median total; screened: below 0.6; duplicates: another model within 1.5 "
               "points;\n"
               "to pooled: largest angle between the domain's subspace and that of all these domains together\n");
}

/// Where a wide angle comes from.
void explain_angles(DomainAnalysis const& analysis)
{
    constexpr double wide = 15, much_at_the_floor = 0.1;
    auto const last = static_cast<std::size_t>(analysis.factors) - 1;
    for (auto const& domain : analysis.domains) {
        if (!domain.problem.empty() || domain.angle_to_pooled <= wide) continue;
        auto text = fmt::format("{} lies {:.1f}° from the pooled subspace", domain.name, domain.angle_to_pooled);
        if (last > 0 && domain.leading_angle_to_pooled <= wide)
            text += fmt::format(". Only its component {} does, which holds {:.1f} % of its variance and may be\nnoise; "
                                "the {} before it within {:.1f}°",
                                last + 1, 100 * (domain.explained[last] - domain.explained[last - 1]),
                                last == 1 ? "one" : fmt::format("{}", last), domain.leading_angle_to_pooled);
        if (domain.floor_share >= much_at_the_floor)
            text += fmt::format(". {:.0f} % of its {} scores are 0, a floor that bends the subspace",
                                100 * domain.floor_share, domain.floored);
        fmt::print("\n{}.\n", text);
    }
}

void print_matrix(DomainAnalysis const& analysis, Matrix const& values, char const* title, char const* format)
{
    fmt::print("\n{}\n", title);
    for (std::size_t i = 0; i < analysis.domains.size(); ++i) {
        fmt::print("{:<22}", analysis.domains[i].name);
        for (std::size_t j = 0; j < i; ++j)
            fmt::print(fmt::runtime(format), values(static_cast<Index>(i), static_cast<Index>(j)));
        fmt::print("\n");
    }
}

class DomainsCommand final : public Command
{
public:
    std::string_view name() const override { return "domains"; }
    std::string_view summary() const override { return "list base models, and which of them share a subspace"; }
    std::string_view usage() const override { return "SCORES.h5 [options]"; }
    std::string_view description() const override
    {
        return "Before any search: sizes, collapsed and duplicated models, how much of the variance few components "
               "hold, how\n"
               "far the domains' subspaces are from one another, and which sets of domains share one by BIC.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca domains scores.h5 --min-models 100 --factors 3"};
    }
    std::vector<std::string> positional() const override { return {"scores"}; }
    void add_options(Options& options) const override
    {
        options.add_options()("scores", po::value<std::string>()->required()->value_name("FILE"), "score file")(
            "min-models", po::value<std::int64_t>()->default_value(100), "base models with at least so many models")(
            "factors", po::value<int>()->default_value(3), "dimension of the subspaces")(
            "screen", po::value<double>()->default_value(0.6, "0.6"),
            "leave models below this share of the median total out of subspaces; 0: none");
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        auto const matrix = read_scores(values["scores"].as<std::string>());
        auto const screen = values["screen"].as<double>();
        if (!(screen >= 0 && screen < 1))
            throw UsageError(fmt::format("--screen {} is not a share", screen), {}, "give 0 to below 1");
        auto const min_models = values["min-models"].as<std::int64_t>();
        auto const analysis = analyse_domains(matrix, min_models, values["factors"].as<int>(), screen);
        print_table(analysis);
        explain_angles(analysis);
        if (analysis.domains.size() > 1 && analysis.domains.size() <= 16) {
            print_matrix(analysis, analysis.angles,
                         "Angles between the domains' subspaces, in degrees, in the order above", "{:>8.1f}");
            print_matrix(analysis, analysis.bic,
                         "BIC of one shared subspace minus one for each, for pairs: negative favours sharing",
                         "{:>+9.1f}");
        }
        fmt::print("\nSets that share a subspace, by BIC\n");
        for (auto const& group : analysis.groups)
            if (group.domains.size() > 1)
                fmt::print("  {}  ({:+.1f})\n", shell_word(join_names(group.domains)), group.bic_difference);
        if (std::none_of(analysis.groups.begin(), analysis.groups.end(),
                         [](auto const& g) { return g.domains.size() > 1; }))
            fmt::print("  none: every domain prefers a subspace of its own\n");
        auto const all = domains_by_size(matrix, 1).size();
        if (all > analysis.domains.size())
            fmt::print("\n{} smaller base models are not listed: lower --min-models to see them\n",
                       all - analysis.domains.size());
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_domains_command() { return std::make_unique<DomainsCommand>(); }

} // namespace exahca
