#include "command.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/core/shell_words.hpp"
#include "exahca/estimate/domain_analysis.hpp"
#include "exahca/io/score_file.hpp"
#include "exahca/model/column_defects.hpp"
#include "exahca/model/column_hints.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/near_duplicates.hpp"
#include "exahca/run/domain_sets.hpp"
#include "screen_option.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <fmt/ranges.h>

namespace exahca {
namespace {

namespace po = boost::program_options;

void print_table(DomainAnalysis const& analysis, std::string const& screen)
{
    fmt::print("    {:<22}{:>8}{:>11}{:>11}{:>11}{:>14}{:>12}\n", "base model", "models", "collapsed", "screened",
               "duplicates", fmt::format("{} comp. hold", analysis.factors), "to pooled");
    std::size_t number = 0;
    for (auto const& domain : analysis.domains) {
        fmt::print("{:>3} {:<22}{:>8}{:>11}{:>11}{:>11}", ++number, domain.name, domain.models, domain.collapsed,
                   domain.screened, domain.near_duplicates);
        if (domain.problem.empty())
            fmt::print("{:>12.1f} %{:>11.1f}°\n",
                       100 * domain.explained.at(static_cast<std::size_t>(analysis.factors) - 1),
                       domain.angle_to_pooled);
        else
            fmt::print("   {}\n", domain.problem);
    }
    fmt::print(
        "\ncollapsed: below 0.2 of the median total; screened: left out by --screen {}; duplicates: another model "
        "within {}\n"
        "standard deviations; to pooled: largest angle between the base model's subspace and that of all these "
        "base models together\n",
        screen, near_duplicate_distance);
}

/// "llama-3-8b 30 of 756, gemma-2-9b 2 of 135": in which domains some scores of a benchmark are.
std::string shares_text(DomainAnalysis const& analysis, std::vector<std::int64_t> ScoreCounts::*which,
                        std::size_t benchmark)
{
    std::vector<std::string> parts;
    for (auto const& domain : analysis.domains)
        if (auto const count = (domain.counts.*which)[benchmark]; count > 0)
            parts.push_back(fmt::format("{} {} of {}", domain.name, count, domain.models));
    return fmt::format("{}", fmt::join(parts, ", "));
}

/// Where what is printed here depends on the units, or means nothing.
void print_scales(ScoreMatrix const& matrix)
{
    auto const groups = group_by_scale(matrix.scores);
    bool const around_zero = std::any_of(groups.begin(), groups.end(),
                                         [](ScaleGroup const& group) { return group.kind == ScaleKind::standardised; });
    if (groups.size() > 1)
        fmt::print(
            "\nwarning: benchmarks are not on one scale: angles, shares of variance and which sets share a "
            "subspace are those of\nthe benchmarks that vary most. Bring them to one scale to compare base models\n");
    if (around_zero)
        fmt::print("\nwarning: scores lie around 0: totals, from which \"collapsed\" is counted, mean nothing\n");
}

/// Which benchmark stops where, or is missing, and for how many models of each domain.
void print_ends(DomainAnalysis const& analysis, ScoreMatrix const& matrix, ScoreBounds const& bounds)
{
    std::vector<std::string> lines;
    for (std::size_t j = 0; j < matrix.benchmarks.size(); ++j) {
        auto const column = static_cast<Index>(j);
        auto const add = [&](std::string const& what, std::vector<std::int64_t> ScoreCounts::*which) {
            if (auto const text = shares_text(analysis, which, j); !text.empty())
                lines.push_back(fmt::format("  {} {}: {}", matrix.benchmarks[j], what, text));
        };
        add(fmt::format("at its floor {}", bounds.floor[column]), &ScoreCounts::at_floor);
        add(fmt::format("at its ceiling {}", bounds.ceiling[column]), &ScoreCounts::at_ceiling);
        add("missing", &ScoreCounts::missing);
    }
    if (lines.empty()) return;
    fmt::print("\nScores at the end of their scale, and missing ones\n{}\n", fmt::join(lines, "\n"));
    bool const gaps = std::any_of(analysis.domains.begin(), analysis.domains.end(),
                                  [](auto const& domain) { return domain.counts.complete < domain.models; });
    if (gaps) fmt::print("subspaces are those of the models that miss no score\n");
}

/// Where a wide angle comes from.
void explain_angles(DomainAnalysis const& analysis)
{
    constexpr double wide = same_flag_degrees, much_at_the_floor = 0.1;
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
            text += fmt::format(". {:.0f} % of its {} scores lie at the end of the scale, which bends the subspace",
                                100 * domain.floor_share, domain.floored);
        fmt::print("\n{}.\n", text);
    }
}

/// The lower triangle of a table of pairs in blocks of columns that fit a line, domains numbered as in the first table.
void print_pairs(DomainAnalysis const& analysis, std::string_view title, int decimals, bool with_sign,
                 std::vector<std::vector<bool>> const* marks)
{
    constexpr std::size_t columns_per_block = 10;
    Matrix const& values = with_sign ? analysis.bic : analysis.angles;
    auto const count = analysis.domains.size();
    fmt::print("\n{}\n", title);
    for (std::size_t first = 0; first + 1 < count; first += columns_per_block) {
        auto const last = std::min(first + columns_per_block, count - 1);
        fmt::print("{:26}", "");
        for (auto j = first; j < last; ++j) fmt::print("{:>8} ", j + 1);
        fmt::print("\n");
        for (auto i = first + 1; i < count; ++i) {
            fmt::print("{:>3} {:<22}", i + 1, analysis.domains[i].name);
            for (auto j = first; j < std::min(last, i); ++j) {
                double const value = values(static_cast<Index>(i), static_cast<Index>(j));
                auto const text = std::isnan(value) ? std::string("-")
                                  : with_sign       ? fmt::format("{:+.{}f}", value, decimals)
                                                    : fmt::format("{:.{}f}", value, decimals);
                fmt::print("{:>8}{}", text, marks != nullptr && (*marks)[i][j] ? '*' : ' ');
            }
            fmt::print("\n");
        }
    }
}

constexpr char const* meaning_of_mark = "* in one of the two fits some direction inside a subspace varies less than "
                                        "the residuals of that base model do: a\n"
                                        "  direction of little noise was taken for a component, or a component hardly "
                                        "varies there. The figure then compares\n"
                                        "  noise as much as components.\n";

void print_groups(DomainAnalysis const& analysis, Index benchmarks)
{
    fmt::print("\nSets that share a subspace, by BIC\n");
    if (analysis.factors == benchmarks) {
        fmt::print("  with as many components as benchmarks every subspace is the whole space\n");
        return;
    }
    bool none = true;
    for (auto const& group : analysis.groups) {
        if (group.domains.size() < 2) continue;
        none = false;
        fmt::print("  {}  ({:+.1f}{})\n", shell_word(join_names(group.domains)), group.bic_difference,
                   group.weak.empty() ? "" : fmt::format("; * in {}", join_names(group.weak)));
    }
    auto const compared = std::count_if(analysis.domains.begin(), analysis.domains.end(),
                                        [](DomainReport const& domain) { return domain.problem.empty(); });
    if (compared < 2)
        fmt::print("  nothing to compare: {} base model with a subspace\n", compared == 1 ? "one" : "no");
    else if (none)
        fmt::print("  none: every base model prefers a subspace of its own\n");
}

void print_comparisons(DomainAnalysis const& analysis, Index benchmarks)
{
    if (analysis.domains.size() > 1) {
        print_pairs(analysis, "Angles between the base models' subspaces, in degrees; numbers as in the first table", 1,
                    false, nullptr);
        print_pairs(analysis, "BIC of one shared subspace minus one for each, for pairs: negative favours sharing", 1,
                    true, &analysis.weak);
    }
    print_groups(analysis, benchmarks);
    auto const marked = [](auto const& row) { return std::find(row.begin(), row.end(), true) != row.end(); };
    if (std::any_of(analysis.weak.begin(), analysis.weak.end(), marked) ||
        std::any_of(analysis.groups.begin(), analysis.groups.end(), [](auto const& g) { return !g.weak.empty(); }))
        fmt::print("\n{}", meaning_of_mark);
}

class DomainsCommand final : public Command
{
public:
    std::string_view name() const override { return "domains"; }
    std::string_view summary() const override { return "list base models, and which of them share a subspace"; }
    std::string_view usage() const override { return "SCORES.h5 [options]"; }
    std::string_view description() const override
    {
        return "Describes the data before a search: sizes of the base models, collapsed and duplicated models, how "
               "much of the\n"
               "variance a few components explain, how far apart the subspaces of the base models are, and which sets "
               "of base\n"
               "models share one according to BIC.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca domains scores.h5 --min-models 100 --factors 3"};
    }
    std::vector<std::string> positional() const override { return {"scores"}; }
    void add_options(Options& options) const override
    {
        options.add_options()("scores", po::value<std::string>()->required()->value_name("FILE"),
                              "score file")("min-models", po::value<std::int64_t>()->default_value(usual_min_models),
                                            "smallest number of models of a base model to list")(
            "factors", po::value<int>()->default_value(3),
            "dimension of the subspaces")("screen", po::value<std::string>()->default_value("auto"),
                                          "ignore in subspaces models with unusually low scores (auto), those below "
                                          "this share of the median total, or none (off)");
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        auto const matrix = read_scores(values["scores"].as<std::string>());
        auto const text = values["screen"].as<std::string>();
        auto const screen = parse_screen(text);
        if (!(screen.share >= 0 && screen.share < 1))
            throw UsageError(fmt::format("--screen {} is not a share", text), {}, "give 0 to below 1, auto or off");
        auto const min_models = values["min-models"].as<std::int64_t>();
        auto const analysis = analyse_domains(matrix, min_models, values["factors"].as<int>(), screen);
        print_table(analysis, text);
        print_scales(matrix);
        print_ends(analysis, matrix, bounds_of(matrix));
        explain_angles(analysis);
        print_comparisons(analysis, static_cast<Index>(matrix.benchmarks.size()));
        auto const all = domains_by_size(matrix, 1).size();
        if (auto const others = all - analysis.domains.size(); others > 0)
            fmt::print("\n{} smaller base model{} not listed: lower --min-models to see {} (search needs {} models of "
                       "each, twice the number of benchmarks)\n",
                       others, others == 1 ? " is" : "s are", others == 1 ? "it" : "them",
                       fewest_models(std::ssize(matrix.benchmarks)));
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_domains_command() { return std::make_unique<DomainsCommand>(); }

} // namespace exahca
