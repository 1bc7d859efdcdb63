#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/search/order_search.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace exahca {

/// An order as a search finds it: rows[k * m + l] stands at level l + 1 of domain k.
struct FoundOrder
{
    double value = 0;
    std::vector<std::uint8_t> rows;
    std::vector<double> inexactness; ///< IC_k, K values
};

/// Gathers found orders and says what is still worth looking for.
///
/// The answer depends on the set of orders offered alone, never on their order of arrival: what may still be among the
/// best n, ties included, is kept. Chains of ties are followed over at most tie_slack beyond the n-th value.
class BestOrders
{
public:
    /// How far above the n-th best value orders are still kept and looked for; a multiple of tie_distance.
    static constexpr double tie_slack = 16 * tie_distance;

    /// \pre n >= 1
    BestOrders(std::int64_t n, std::optional<double> incumbent, std::optional<double> count_below);

    /// Orders and subtrees whose value or bound exceeds this may be left out. Never grows.
    [[nodiscard]] double threshold() const { return threshold_; }
    /// Lowers the threshold to one that is known from elsewhere.
    void lower_threshold(double threshold);

    /// Keeps the order if it may be among the best n; the same order may be offered again.
    void offer(FoundOrder order);
    /// Also counts it when it is below count_below; in the proof every order is offered this way once.
    void offer_and_count(FoundOrder order);

    [[nodiscard]] std::int64_t count() const { return count_; }
    void add_count(std::int64_t count) { count_ += count; }
    [[nodiscard]] std::vector<FoundOrder> const& kept() const { return kept_; }
    /// Value of the n-th best order so far, infinity while there are fewer.
    [[nodiscard]] double nth_value() const;
    /// Value of the best order so far, infinity while there is none.
    [[nodiscard]] double best_value() const;
    /// More ties crossed the n-th place than are kept (4,096, or 4 n): those of lowest rank were.
    [[nodiscard]] bool ties_cut() const { return ties_cut_; }

    /// The best n, sorted as SearchResult says. \param levels  m
    [[nodiscard]] std::vector<RankedOrder> ranked(int levels) const;

private:
    [[nodiscard]] std::size_t chain_end() const;
    void trim();

    std::size_t wanted_;
    double keep_above_; // count_below, or minus infinity
    double limit_;      // incumbent, or infinity
    double threshold_;
    std::int64_t count_ = 0;
    bool ties_cut_ = false;
    std::vector<FoundOrder> kept_; // by value, then rank
};

void write_order(ByteWriter& writer, FoundOrder const& order);
/// \throws InvalidInput  when the message is no order of these dimensions
[[nodiscard]] FoundOrder read_order(ByteReader& reader, int domains, int levels);

} // namespace exahca
