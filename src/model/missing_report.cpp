#include "exahca/model/missing_report.hpp"

#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace exahca {
namespace {

constexpr std::int64_t fewest_left = 2; // of benchmarks and of base models: fewer identify no order

/// Which benchmarks and base models are still there.
class Thinning
{
public:
    explicit Thinning(std::vector<ScoreCounts> const& domains, std::size_t benchmarks)
        : domains_(domains), has_domain_(domains.size(), true), has_benchmark_(benchmarks, true)
    {
    }

    /// Leaves out what costs least; nothing when nothing is missing or nothing can go.
    bool step(Removal& removal)
    {
        std::int64_t best_lost = 0, best_gained = 0;
        auto const consider = [&](std::int64_t lost, std::int64_t gained, Index benchmark, std::size_t domain) {
            // The least known scores lost for each gap that goes, compared without division: lost / gained below the
            // best one's. Of equals the first, benchmarks before base models.
            if (gained == 0 || (best_gained > 0 && lost * best_gained >= best_lost * gained)) return;
            best_lost = lost;
            best_gained = gained;
            removal.benchmark = benchmark;
            removal.domain = benchmark < 0 ? domains_[domain].domain : std::string();
            chosen_domain_ = domain;
        };
        auto const benchmarks = std::count(has_benchmark_.begin(), has_benchmark_.end(), true);
        auto const domains = std::count(has_domain_.begin(), has_domain_.end(), true);
        for (std::size_t j = 0; j < has_benchmark_.size() && benchmarks > fewest_left; ++j)
            if (has_benchmark_[j]) {
                auto const missing = missing_in_column(j);
                consider(models() - missing, missing, static_cast<Index>(j), 0);
            }
        for (std::size_t k = 0; k < domains_.size() && domains > fewest_left; ++k)
            if (has_domain_[k]) {
                auto const missing = missing_in_domain(k);
                consider(domains_[k].models * benchmarks - missing, missing, -1, k);
            }
        if (best_gained == 0) return false;
        if (removal.benchmark < 0)
            has_domain_[chosen_domain_] = false;
        else
            has_benchmark_[static_cast<std::size_t>(removal.benchmark)] = false;
        removal.models = models();
        removal.benchmarks = std::count(has_benchmark_.begin(), has_benchmark_.end(), true);
        for (std::size_t k = 0; k < domains_.size(); ++k)
            if (has_domain_[k]) removal.missing += missing_in_domain(k);
        return true;
    }

    [[nodiscard]] bool has_domain(std::string const& name) const
    {
        for (std::size_t k = 0; k < domains_.size(); ++k)
            if (domains_[k].domain == name) return has_domain_[k];
        return false;
    }
    [[nodiscard]] std::vector<bool> const& benchmarks() const { return has_benchmark_; }

private:
    std::int64_t models() const
    {
        std::int64_t count = 0;
        for (std::size_t k = 0; k < domains_.size(); ++k)
            if (has_domain_[k]) count += domains_[k].models;
        return count;
    }
    std::int64_t missing_in_column(std::size_t benchmark) const
    {
        std::int64_t count = 0;
        for (std::size_t k = 0; k < domains_.size(); ++k)
            if (has_domain_[k]) count += domains_[k].missing[benchmark];
        return count;
    }
    std::int64_t missing_in_domain(std::size_t domain) const
    {
        std::int64_t count = 0;
        for (std::size_t j = 0; j < has_benchmark_.size(); ++j)
            if (has_benchmark_[j]) count += domains_[domain].missing[j];
        return count;
    }

    std::vector<ScoreCounts> const& domains_;
    // What is still there.
    std::vector<bool> has_domain_, has_benchmark_;
    std::size_t chosen_domain_ = 0;
};

std::int64_t count_complete(ScoreMatrix const& matrix, Thinning const& left, bool any_domain)
{
    std::int64_t complete = 0;
    // Rows of one base model mostly stand together: its name is looked up once.
    std::string last;
    bool last_is_there = false, know_last = false;
    for (Index i = 0; i < matrix.scores.rows(); ++i) {
        auto const& domain = matrix.base_models[static_cast<std::size_t>(i)];
        if (!know_last || domain != last) {
            last = domain;
            know_last = true;
            last_is_there = any_domain || left.has_domain(domain);
        }
        if (!last_is_there) continue;
        bool whole = true;
        for (Index j = 0; j < matrix.scores.cols() && whole; ++j)
            whole = !left.benchmarks()[static_cast<std::size_t>(j)] || !std::isnan(matrix.scores(i, j));
        complete += whole ? 1 : 0;
    }
    return complete;
}

} // namespace

MissingReport report_missing(ScoreMatrix const& matrix, std::size_t most_steps)
{
    auto const none = no_bounds(matrix.scores.cols());
    auto [all, by_domain] = count_all_scores(matrix, none);
    MissingReport report{std::move(all), std::move(by_domain), {}, {}};
    for (auto const& domain : report.by_domain)
        if (domain.complete == 0) report.incomplete.push_back(domain.domain);
    if (report.all.complete == report.all.models) return report;
    bool const no_domains = report.by_domain.empty();
    // A table without base models counts as one, and loses benchmarks alone.
    auto const domains = no_domains ? std::vector{report.all} : report.by_domain;
    Thinning left(domains, matrix.benchmarks.size());
    constexpr std::size_t most_of_all = 50;
    auto const goes_on = [&] {
        auto const size = report.removals.size();
        return size < most_steps || (size > 0 && size < most_of_all && report.removals.back().complete == 0);
    };
    while (goes_on()) {
        Removal removal;
        if (!left.step(removal)) break;
        removal.complete = count_complete(matrix, left, no_domains);
        report.removals.push_back(std::move(removal));
    }
    return report;
}

std::string describe(std::span<Removal const> steps, std::span<std::string const> benchmarks)
{
    std::vector<std::string> names;
    for (auto const& step : steps)
        names.push_back(step.benchmark >= 0 ? listed_name(benchmarks[static_cast<std::size_t>(step.benchmark)])
                                            : "base model " + listed_name(step.domain));
    auto const& last = steps.back();
    return fmt::format("{} keeps {} model{} with all of {} scores, of {}{}", listed(names), last.complete,
                       last.complete == 1 ? "" : "s", last.benchmarks, last.models,
                       last.missing == 0
                           ? std::string()
                           : fmt::format(" ({} score{} missing still)", last.missing, last.missing == 1 ? "" : "s"));
}

std::span<Removal const> steps_to_complete_models(MissingReport const& report)
{
    auto const found = std::find_if(report.removals.begin(), report.removals.end(),
                                    [](Removal const& step) { return step.complete > 0; });
    if (found == report.removals.end()) return {};
    return {report.removals.begin(), found + 1};
}

} // namespace exahca
