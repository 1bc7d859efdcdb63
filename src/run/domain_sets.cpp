#include "exahca/run/domain_sets.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/core/name_pattern.hpp"
#include "exahca/core/shell_words.hpp"
#include "exahca/core/text_lists.hpp"
#include "exahca/estimate/setting.hpp"
#include "exahca/model/column_defects.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace exahca {
namespace {

using Sets = std::vector<std::vector<std::string>>;

/// With fewer, leaving one out leaves a single domain, which identifies no order.
constexpr std::size_t fewest_to_drop_from = fewest_domains + 1;

[[noreturn]] void refuse_one_domain(std::string const& why, std::string const& how)
{
    throw UsageError("one base model identifies no order", fmt::format("every order of its factors fits it; {}", why),
                     fmt::format("choose at least two: {}", how));
}

/// What is left when --min-models leaves one domain, and what can be done. Users get there unawares: the file holds one
/// only because its table does, or because the import was told so.
[[noreturn]] void refuse_only_large_domain(ScoreMatrix const& scores, std::string const& file, std::int64_t min_models)
{
    auto const all = domains_by_size(scores, 1);
    if (all.size() < fewest_domains)
        refuse_one_domain(fmt::format("{} holds models of {} only", file, all[0]),
                          "import a table with models of several, or, if another of its columns tells them apart, give "
                          "that column to exahca import --domain-column. What an import leaves out it says itself");
    auto const next = std::count(scores.base_models.begin(), scores.base_models.end(), all[1]);
    auto const why = fmt::format("in {} only {} has at least {} models", file, all[0], min_models);
    auto const least = fewest_models(std::ssize(scores.benchmarks));
    if (next < least)
        refuse_one_domain(why, fmt::format("lowering --min-models does not help, as the next, {}, has {} and {} "
                                           "benchmarks need {}; import fewer benchmarks or more models",
                                           all[1], next, scores.benchmarks.size(), least));
    refuse_one_domain(
        why, fmt::format("lower --min-models (the next, {}, has {}), or name them with --domains", all[1], next));
}

/// When no domain is large enough for --min-models. What helps is decided by the second largest: a search compares two.
[[noreturn]] void refuse_small_domains(ScoreMatrix const& scores, std::string const& file, std::int64_t min_models)
{
    auto const all = domains_by_size(scores, 1);
    auto const models_of = [&](std::size_t place) {
        return place < all.size() ? std::count(scores.base_models.begin(), scores.base_models.end(), all[place])
                                  : std::ptrdiff_t{0};
    };
    auto const largest = models_of(0), second = models_of(1), benchmarks = std::ssize(scores.benchmarks);
    auto const least = fewest_models(benchmarks);
    auto const needs = fmt::format("{} benchmarks need {} models of each of two base models", benchmarks, least);
    auto const why = all.empty() ? std::string("no model has a base model")
                                 : fmt::format("the largest, {}, has {}", all[0], largest);
    auto remedy = fmt::format("import scores of more models: {}", needs);
    if (second >= least)
        remedy = fmt::format("lower --min-models to {} or less, or name base models with --domains", second);
    else if (second >= fewest_models(2)) // a hierarchy has two benchmarks at least
        remedy = fmt::format("import {} benchmarks or fewer with --scores: {}", second / 2, needs);
    throw UsageError(fmt::format("no base model of {} has {} models or more", file, min_models), why, remedy);
}

/// How many subsets of this size there are: as a number of any size, since it is asked for before it is bounded.
double subsets_of(std::size_t pool, int size)
{
    double count = 1;
    for (int i = 0; i < size; ++i) count *= static_cast<double>(pool - static_cast<std::size_t>(i)) / (i + 1);
    return count;
}

/// \throws UsageError  when --domains-from and --subset-sizes do not fit each other
void check_pool(DomainSetChoice const& choice)
{
    if (choice.pool.empty() != choice.subset_sizes.empty())
        throw UsageError("--domains-from and --subset-sizes belong together", {},
                         "give both, such as --domains-from a,b,c,d,e --subset-sizes 4..5");
    for (int const size : choice.subset_sizes) {
        auto const remedy = fmt::format("choose sizes from {} to {}", fewest_domains, choice.pool.size());
        if (size < 1)
            throw UsageError(fmt::format("--subset-sizes {} asks for empty sets of base models", size), {}, remedy);
        if (static_cast<std::size_t>(size) > choice.pool.size())
            throw UsageError(fmt::format("--subset-sizes {} is out of range", size),
                             fmt::format("--domains-from names {} base models", choice.pool.size()), remedy);
        if (static_cast<std::size_t>(size) < fewest_domains)
            refuse_one_domain(fmt::format("--subset-sizes {} asks for sets of one", size), remedy);
    }
}

/// Adds every subset of one size, in lexicographic order of positions.
void add_subsets(Sets& sets, std::vector<std::string> const& pool, int size)
{
    std::vector<bool> taken(pool.size(), false);
    std::fill(taken.begin(), taken.begin() + size, true);
    do {
        auto& set = sets.emplace_back();
        for (std::size_t i = 0; i < pool.size(); ++i)
            if (taken[i]) set.push_back(pool[i]);
    } while (std::prev_permutation(taken.begin(), taken.end()));
}

/// Every set, and behind it the same without each of its domains in turn.
Sets with_one_dropped(Sets const& sets)
{
    Sets all;
    for (auto const& set : sets) {
        if (set.size() < fewest_to_drop_from)
            throw UsageError(fmt::format("--drop-domain would leave a single base model of {}", join_names(set, ", ")),
                             "one base model identifies no order",
                             fmt::format("use it with sets of at least {} base models", fewest_to_drop_from));
        all.push_back(set);
        for (std::size_t dropped = 0; dropped < set.size(); ++dropped) {
            all.push_back(set);
            all.back().erase(all.back().begin() + static_cast<std::ptrdiff_t>(dropped));
        }
    }
    return all;
}

/// In the order in which they first appear.
Sets without_repetition(Sets const& sets)
{
    Sets unique;
    std::set<std::vector<std::string>> seen;
    for (auto const& set : sets)
        if (seen.insert(set).second) unique.push_back(set);
    return unique;
}

/// A name without the spaces around its commas: a list that was taken apart at them has lost these.
std::string without_spaces_at_commas(std::string const& name)
{
    std::string text;
    for (auto const& part : split_list(name)) {
        auto const first = part.find_first_not_of(' ');
        if (first == part.npos) continue;
        text += (text.empty() ? "" : ",") + part.substr(first, part.find_last_not_of(' ') + 1 - first);
    }
    return text;
}

/// The list that was meant, where names that hold commas came without quotation marks and fell apart; else nothing.
std::vector<std::string> put_together(std::vector<std::string> const& parts, std::set<std::string> const& known)
{
    std::map<std::string, std::string> by_parts;
    for (auto const& name : known) by_parts.emplace(without_spaces_at_commas(name), name);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < parts.size();) {
        // The longest name that begins with this part.
        std::string joined;
        std::size_t end = i;
        auto found = by_parts.end();
        for (std::size_t j = i; j < parts.size(); ++j) {
            joined += (j == i ? "" : ",") + parts[j];
            if (auto const name = by_parts.find(without_spaces_at_commas(joined)); name != by_parts.end()) {
                found = name;
                end = j + 1;
            }
        }
        if (found == by_parts.end()) return {};
        names.push_back(found->second);
        i = end;
    }
    return names;
}

/// \throws UsageError  for unknown and repeated names
void check_names(std::string const& option, std::vector<std::string> const& names, ScoreMatrix const& scores)
{
    std::set<std::string> const known(scores.base_models.begin(), scores.base_models.end());
    auto const unknown =
        std::find_if(names.begin(), names.end(), [&](auto const& name) { return !known.contains(name); });
    if (unknown != names.end())
        if (auto const meant = put_together(names, known); !meant.empty())
            throw UsageError(fmt::format("no base model \"{}\"", *unknown), "a name that holds a comma is quoted",
                             fmt::format("give --{} {}", option, shell_word(join_names(meant))));
    (void)select_domains(scores, names);
}

/// Names as they are, and in the place of a pattern the base models that fit it, the largest first: those with at least
/// `min_models` models that the list does not hold yet.
std::vector<std::string> without_patterns(std::string const& option, std::vector<std::string> const& list,
                                          ScoreMatrix const& scores, std::int64_t min_models)
{
    auto const all = domains_by_size(scores, 1), large = domains_by_size(scores, min_models);
    std::vector<std::string> names;
    auto const has = [](auto const& known, std::string const& name) {
        return std::find(known.begin(), known.end(), name) != known.end();
    };
    for (auto const& entry : list) {
        // A name that is there stands for itself, whatever characters it has.
        if (!is_name_pattern(entry) || has(all, entry)) {
            names.push_back(entry);
            continue;
        }
        auto const fits = [&](std::string const& name) { return fits_pattern(name, entry); };
        if (std::none_of(large.begin(), large.end(), fits)) {
            auto const small = std::count_if(all.begin(), all.end(), fits);
            throw UsageError(
                fmt::format("--{}: no base model with at least {} models fits {}", option, min_models, entry),
                small == 0 ? std::string("nor does a smaller one") : fmt::format("{} smaller ones do", small),
                small == 0 ? "list them with: exahca domains FILE" : "lower --min-models, or name them");
        }
        for (auto const& name : large)
            if (fits(name) && !has(names, name) && !has(list, name)) names.push_back(name);
    }
    return names;
}

DomainSetChoice without_patterns(DomainSetChoice choice, ScoreMatrix const& scores)
{
    for (auto& set : choice.named) set = without_patterns("domains", set, scores, choice.min_models);
    choice.pool = without_patterns("domains-from", choice.pool, scores, choice.min_models);
    return choice;
}

} // namespace

double count_domain_sets(DomainSetChoice const& given, ScoreMatrix const& scores)
{
    auto const choice = without_patterns(given, scores);
    check_pool(choice);
    double count = 0;
    auto const add = [&](double sets, std::size_t size) {
        count += sets * (choice.drop_one ? 1 + static_cast<double>(size) : 1);
    };
    for (auto const& set : choice.named) add(1, set.size());
    for (int const size : choice.subset_sizes)
        add(subsets_of(choice.pool.size(), size), static_cast<std::size_t>(size));
    if (choice.named.empty() && choice.pool.empty()) add(1, domains_by_size(scores, choice.min_models).size());
    return count;
}

Sets make_domain_sets(DomainSetChoice const& given, ScoreMatrix const& scores, std::string const& file)
{
    auto const choice = without_patterns(given, scores);
    check_pool(choice);
    auto sets = choice.named;
    if (!choice.pool.empty()) check_names("domains-from", choice.pool, scores);
    for (int const size : choice.subset_sizes) add_subsets(sets, choice.pool, size);
    if (sets.empty()) {
        sets.push_back(domains_by_size(scores, choice.min_models));
        if (sets[0].empty()) refuse_small_domains(scores, file, choice.min_models);
        if (sets[0].size() < fewest_domains) refuse_only_large_domain(scores, file, choice.min_models);
    }
    for (auto const& set : choice.named) {
        check_names("domains", set, scores);
        if (set.size() < fewest_domains)
            refuse_one_domain(fmt::format("--domains names {} only", set[0]), "name them in one list: --domains a,b,c");
    }
    if (choice.drop_one) sets = with_one_dropped(sets);
    return without_repetition(sets);
}

} // namespace exahca
