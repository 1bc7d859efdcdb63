#include "exahca/estimate/replicate_kind.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/candidate_order.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace exahca {
namespace {

// By the enumerators' numbers.
constexpr std::array<ReplicateKindFacts, replicate_kinds> all_facts{{
    {.name = "estimate", .placebo = ""},
    {.name = "bootstrap", .placebo = "", .screened = true},
    {.name = "parametric", .placebo = "", .screened = true},
    {.name = "placebo-rotation", .placebo = "rotated sources"},
    {.name = "placebo-gaussian", .placebo = "Gaussian data"},
    {.name = "no-control", .placebo = ""},
    {.name = "landscape", .placebo = "", .dimension = "range", .entry = "range of candidate orders"},
    {.name = "influence", .placebo = "", .dimension = "case", .entry = "choice of models to leave out"},
    {.name = "choice-rotation", .placebo = ""},
    {.name = "choice-gaussian", .placebo = ""},
}};

constexpr auto is_placebo = [](ReplicateKindFacts const& facts) { return !facts.placebo.empty(); };

constexpr auto placebos = [] {
    std::array<ReplicateKind, std::count_if(all_facts.begin(), all_facts.end(), is_placebo)> kinds{};
    std::size_t next = 0;
    for (std::size_t i = 0; i < all_facts.size(); ++i)
        if (is_placebo(all_facts[i])) kinds[next++] = static_cast<ReplicateKind>(i);
    return kinds;
}();

} // namespace

ReplicateKindFacts const& facts_of(ReplicateKind kind) { return all_facts.at(static_cast<std::size_t>(kind)); }

std::string_view to_string(ReplicateKind kind) { return facts_of(kind).name; }

std::span<ReplicateKind const> placebo_kinds() { return placebos; }

std::optional<ReplicateKind> placebo_of_choice(ReplicateKind kind)
{
    for (auto const& choice : choice_kinds)
        if (choice.kind == kind) return choice.placebo;
    return std::nullopt;
}

std::int64_t landscape_orders(Setting const& setting)
{
    auto const orders = order_count(static_cast<int>(setting.domains.size()), setting.factors);
    if (!orders || *orders > most_landscape_orders)
        throw UsageError(fmt::format("--orders all would fit 10^{:.1f} orders",
                                     log10_order_count(static_cast<int>(setting.domains.size()), setting.factors)),
                         {}, "fit the best with --orders N, or use fewer domains or factors");
    return *orders;
}

} // namespace exahca
