#include "exahca/search/best_orders.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"

#include <algorithm>
#include <limits>

namespace exahca {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t most_kept = 4096;

bool by_value(FoundOrder const& a, FoundOrder const& b)
{
    return a.value != b.value ? a.value < b.value : a.rows < b.rows;
}

bool by_rank(FoundOrder const& a, FoundOrder const& b) { return a.rows < b.rows; }

// One past the chain of ties that starts at `first` or runs through it: neighbours by value less than tie_distance
// apart.
std::size_t end_of_chain(std::vector<FoundOrder> const& orders, std::size_t first)
{
    std::size_t end = first + 1;
    while (end < orders.size() && orders[end].value - orders[end - 1].value < tie_distance) ++end;
    return end;
}

RankedOrder unpack(FoundOrder const& found, int levels)
{
    RankedOrder ranked{{}, found.value, found.inexactness};
    auto const m = static_cast<std::size_t>(levels);
    for (std::size_t at = 0; at < found.rows.size(); at += m)
        ranked.order.rows.emplace_back(found.rows.begin() + static_cast<std::ptrdiff_t>(at),
                                       found.rows.begin() + static_cast<std::ptrdiff_t>(at + m));
    return ranked;
}

} // namespace

BestOrders::BestOrders(std::int64_t n, std::optional<double> incumbent, std::optional<double> count_below)
    : wanted_(static_cast<std::size_t>(n)), keep_above_(count_below.value_or(-infinity)),
      limit_(incumbent.value_or(infinity)), threshold_(std::max(limit_ + tie_slack, keep_above_))
{
    EXAHCA_EXPECT(n >= 1);
}

// Never below the threshold for counting: every order below that has to be reached.
void BestOrders::lower_threshold(double threshold)
{
    threshold_ = std::min(threshold_, std::max(threshold, keep_above_));
}

void BestOrders::offer(FoundOrder order)
{
    // An order of exactly the threshold is kept; one that is only counted is not.
    if (order.value > limit_ || order.value > threshold_) return;
    if (kept_.size() >= wanted_ && order.value > kept_[chain_end() - 1].value + tie_slack) return;
    auto const at = std::lower_bound(kept_.begin(), kept_.end(), order, by_value);
    if (at != kept_.end() && at->value == order.value && at->rows == order.rows) return;
    kept_.insert(at, std::move(order));
    trim();
}

void BestOrders::offer_and_count(FoundOrder order)
{
    if (order.value < keep_above_) ++count_;
    offer(std::move(order));
}

double BestOrders::nth_value() const { return kept_.size() < wanted_ ? infinity : kept_[wanted_ - 1].value; }

double BestOrders::best_value() const { return kept_.empty() ? infinity : kept_.front().value; }

std::size_t BestOrders::chain_end() const { return end_of_chain(kept_, wanted_ - 1); }

// Drops what can no longer be among the best n, and lowers the threshold to the end of the chain that holds the n-th,
// plus tie_slack. What is kept follows from the set of orders offered, in whatever sequence they came (docs/search.md,
// section 2).
void BestOrders::trim()
{
    if (kept_.size() < wanted_) return;
    double const last = kept_[chain_end() - 1].value + tie_slack;
    while (kept_.back().value > last) kept_.pop_back();
    lower_threshold(last);
    std::size_t const most = std::max(most_kept, 4 * wanted_);
    if (kept_.size() < 2 * most) return;
    // Only an endless tie gets here. Those of lowest rank are what the answer needs.
    ties_cut_ = true;
    auto first = kept_.begin() + static_cast<std::ptrdiff_t>(wanted_ - 1);
    while (first != kept_.begin() && first->value - std::prev(first)->value < tie_distance) --first;
    std::sort(first, kept_.end(), by_rank);
    kept_.resize(most);
    std::sort(kept_.begin(), kept_.end(), by_value);
}

// Within a chain of ties orders go by rank, so that differences in the last digits of values do not decide their
// places.
std::vector<RankedOrder> BestOrders::ranked(int levels) const
{
    auto orders = kept_;
    for (std::size_t first = 0; first < orders.size();) {
        auto const end = end_of_chain(orders, first);
        std::sort(orders.begin() + static_cast<std::ptrdiff_t>(first),
                  orders.begin() + static_cast<std::ptrdiff_t>(end), by_rank);
        first = end;
    }
    std::vector<RankedOrder> result;
    for (std::size_t i = 0; i < std::min(orders.size(), wanted_); ++i) result.push_back(unpack(orders[i], levels));
    return result;
}

void write_order(ByteWriter& writer, FoundOrder const& order)
{
    writer.put(order.value);
    writer.put_span(std::span<std::uint8_t const>(order.rows));
    writer.put_span(std::span<double const>(order.inexactness));
}

FoundOrder read_order(ByteReader& reader, int domains, int levels)
{
    FoundOrder order;
    order.value = reader.get<double>();
    order.rows = reader.get_vector<std::uint8_t>();
    order.inexactness = reader.get_vector<double>();
    bool const fits = order.inexactness.size() == static_cast<std::size_t>(domains) &&
                      order.rows.size() == static_cast<std::size_t>(domains) * static_cast<std::size_t>(levels);
    if (!fits || !is_candidate_order(unpack(order, levels).order, domains, levels))
        throw InvalidInput("a message holds no candidate order", "wrong length or repeated rows");
    return order;
}

} // namespace exahca
