#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/estimate/setting.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace exahca {

/// Fewer random flags or resamples cannot tell anything at 5 %: the smallest p-value of n of them is 1/(n + 1).
inline constexpr int fewest_for_p_value = 19;
/// p-values up to this one count.
inline constexpr double replication_level = 0.05;

/// A flag that was found in some scores, to be looked for in others, and how much is done for it.
struct ReplicationInput
{
    /// Of the search in the other scores: its base models are those that are analysed there; estimator `joint`, noise
    /// `aware`.
    Setting setting;
    std::vector<std::string> benchmarks; ///< d of the other scores, those that both have
    std::vector<Matrix> scores;          ///< one per base model, models x d, NaN where missing; before screening
    ColumnFacts facts;                   ///< of these benchmarks
    Matrix loadings;                     ///< G = H' of the flag that was found, d x factors in levels, score units
    double models_found = 0;             ///< how many models it was found in, above 0
    int random_flags = 200;              ///< of the same span; 0 or at least fewest_for_p_value
    int resamples = 50;                  ///< of the other scores; 0 or at least fewest_for_p_value
    std::uint64_t seed = 1;
    bool thorough = true; ///< whether the search in the other scores has the effort of an estimate, or of a replicate
};

/// Whether the flag holds in the other scores.
enum class ReplicationVerdict { yes, no, cannot_tell };
/// "yes", "no", "cannot tell".
[[nodiscard]] char const* to_string(ReplicationVerdict verdict);

/// What the other scores say of the flag. Log likelihoods are penalised ones of the other scores, in score units.
///
/// *Loss*: the best flag's log likelihood less that of the flag that was found, means, noise, sources and weights
/// fitted anew at each. Were the flags of both populations one, twice the loss would be about (1 + n/n') chi^2_q, n
/// models here, n' models there where the flag was found, q the dimension of flags: the best flag's own gain is
/// chi^2_q, and the error of the flag that was found adds n/n' times as much, if models say equally much of it in both.
/// What chi^2_q is in this search and at these sizes the resamples say: in each, the same search gains over the best
/// flag of the scores they are drawn from, which is the truth there.
struct Replication
{
    std::vector<std::string> base_models; ///< that were analysed
    std::vector<std::string> benchmarks;
    double models = 0, models_found = 0; ///< after screening; where the flag was found
    double found = 0, best = 0;          ///< log likelihood of the flag that was found, and of the best one
    Vector angles;            ///< degrees per level between them, first factor of the causal order first (flag_angles)
    Matrix best_unmixing;     ///< H of the best flag, score units
    bool decided = false;     ///< whether the search in the other scores decides between its optima
    double search_spread = 0; ///< by how much its independent searches differ, nats
    std::vector<double> random;          ///< log likelihoods of random flags of the found one's span; NaN: failed
    std::vector<double> resample_losses; ///< what each resample's best flag gains over `best`; NaN: failed
    Matrix resample_angles;              ///< resamples x levels, between these two; NaN: failed

    [[nodiscard]] double loss() const { return best - found; }
    /// By how much losses of resamples fall short of one that has the error of both flags: 1 + n/n'.
    [[nodiscard]] double loss_factor() const { return 1 + models / models_found; }
    /// Share of random flags that do as well, (1 + those) / (1 + all); failed ones count as if they did. NaN: none.
    [[nodiscard]] double p_random() const;
    /// Share of resamples whose loss, times the factor, is at least this one; failed ones count as if it were. NaN:
    /// there are none.
    [[nodiscard]] double p_loss() const;
    /// Whether every level is within same_flag_degrees.
    [[nodiscard]] bool same_flag() const;

    /// - *yes*: random flags rarely do as well (p_random <= .05), and the flag is the best one to within 15 degrees at
    ///   every level or loses no more than resamples do (p_loss > .05);
    /// - *no*: some level is further away, and the flag loses more than resamples do (p_loss <= .05);
    /// - *cannot tell*: everything else. Without random flags it is never yes, without resamples never no.
    ///
    /// Where the flag has nothing to do with the other scores it is a random one, so that "yes" comes with a
    /// probability of at most .05 or less; where it is the truth there, "no" comes with about .05 at most.
    [[nodiscard]] ReplicationVerdict verdict() const;
};

/// \throws UsageError  for numbers out of range, one factor, which has no order, and a setting that validate refuses;
///         InvalidInput  for fewer benchmarks than factors + 1
void check(ReplicationInput const& input);

[[nodiscard]] Bytes write_replication_input(ReplicationInput const& input);
/// \throws InvalidInput  for a damaged message
[[nodiscard]] ReplicationInput read_replication_input(std::span<std::byte const> message);

} // namespace exahca
