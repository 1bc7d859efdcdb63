#pragma once

#include "exahca/estimate/setting.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace exahca {

/// What a task does with the data before it analyses them (method.md, section 8).
enum class ReplicateKind : std::int32_t {
    estimate = 0,         ///< the data as they are
    bootstrap = 1,        ///< models resampled within each domain
    parametric = 2,       ///< data drawn from the estimate's fitted model
    placebo_rotation = 3, ///< randomly rotated whitened sources: no common hierarchy
    placebo_gaussian = 4, ///< Gaussian data with each domain's covariance
    no_control = 5,       ///< all rows pooled and split at random into pseudo-domains
    landscape = 6,        ///< the data as they are, joint fits of a range of candidate orders
    influence = 7,        ///< the data as they are without some models or a whole domain
    choice_rotation = 8,  ///< placebo_rotation of all base models, and the lowest MIC of all sets that are chosen among
    choice_gaussian = 9,  ///< the same of placebo_gaussian
};
inline constexpr int replicate_kinds = 10;

/// What the program has to know of a kind; one entry each, in replicate_kind.cpp.
struct ReplicateKindFacts
{
    std::string_view name; ///< "placebo-rotation": of its group in results, and the purpose in keys of random streams
    std::string_view placebo; ///< "rotated sources": what a placebo is, for readers; empty: the kind is none
    bool screened = false;    ///< its data stand for a data set as it might have come in, and are screened like one
    char const* dimension = "replicate"; ///< along which its records stand in results
    char const* entry = "replicate";     ///< what one of them is
};
[[nodiscard]] ReplicateKindFacts const& facts_of(ReplicateKind kind);

/// Kinds of data that have lost what the hierarchy rests on, in the order of their numbers.
[[nodiscard]] std::span<ReplicateKind const> placebo_kinds();

/// A kind that chooses among sets of base models in every replicate, as was done with the data, and whose data it
/// draws.
struct ChoiceKind
{
    ReplicateKind kind, placebo;
};
inline constexpr std::array choice_kinds{
    ChoiceKind{ReplicateKind::choice_rotation, ReplicateKind::placebo_rotation},
    ChoiceKind{ReplicateKind::choice_gaussian, ReplicateKind::placebo_gaussian},
};
/// The placebo that a choice is made in; nothing where the kind makes none.
[[nodiscard]] std::optional<ReplicateKind> placebo_of_choice(ReplicateKind kind);

/// Candidate orders fitted by one landscape task.
inline constexpr std::int64_t orders_per_range = 8;
/// A landscape of more candidate orders is refused: nobody could store it.
inline constexpr std::int64_t most_landscape_orders = 100'000'000;

/// The kind's name.
[[nodiscard]] std::string_view to_string(ReplicateKind kind);

/// Candidate orders of a setting, (factors!)^domains. \throws UsageError  when they are more than most_landscape_orders
[[nodiscard]] std::int64_t landscape_orders(Setting const& setting);

} // namespace exahca
