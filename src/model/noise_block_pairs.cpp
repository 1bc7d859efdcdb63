// Rows with two scores that are cut off, in blocks: which pairs of bounds count, and those that are too far out for the
// kernels.

#include "noise_blocks.hpp"

#include <cmath>
#include <limits>

namespace exahca::detail {
namespace {

constexpr auto size = [](Index n) { return static_cast<std::size_t>(n); };

// A combination that cannot come nearer than this to another one's exponent counts nothing: of all 27 that is less than
// rounding changes. How far behind its weight is put then.
constexpr double negligible = 40, nothing = 1000;

} // namespace

// Makes room for pairs when the first pattern with two bounds comes along. slopes_ then has three lines for each
// combination. exact_ holds the code for one pair at a time, made for a combination when one of its pairs needs it.
void BlockModel::prepare_pair()
{
    if (node_counts_.empty()) {
        correlations_.resize(padded_);
        nodes_.resize(padded_, static_cast<Index>(3 * most_pair_nodes));
        node_counts_.resize(size(padded_ / 4));
        slopes_.resize(slopes_.rows(), 3 * padded_);
        pair_ = {pair_rules(), correlations_.data(), nodes_.data(), node_counts_.data()};
    }
    exact_.assign(size(combinations_), std::nullopt);
    kernels_.prepare_pair(size(factors_), size(padded_), bounds_.data(), pair_);
}

// The likeliest combination of each row first: its probability says which others need one.
void BlockModel::evaluate_pairs(NoiseKernelModel const& known, NoiseKernelBlock const& block)
{
    kernels_.reach_pair(known, block);
    double const* const limits = block.slopes + 2 * known.padded * block.stride;
    likeliest_.clear();
    for (std::size_t row = 0; row < block.rows; ++row) {
        std::size_t top = row;
        for (std::size_t c = 1; c < known.combinations; ++c)
            // limits holds the most that lw_c, bounds included, can be.
            if (std::size_t const place = c * block.stride + row; limits[place] > limits[top]) top = place;
        likeliest_.push_back(top);
    }
    places_ = likeliest_;
    truncate_pairs(known, block);
    places_.clear();
    for (std::size_t c = 0; c < known.combinations; ++c)
        for (std::size_t row = 0; row < block.rows; ++row) {
            std::size_t const place = c * block.stride + row;
            if (place == likeliest_[row]) continue;
            double const top = block.weights[likeliest_[row]];
            if (!(limits[place] < top - negligible)) { // what is not a number counts
                places_.push_back(place);
                continue;
            }
            // exp(-1000) counts nothing, and its slopes are 0, so that no sum takes notice.
            block.weights[place] = top - nothing;
            for (std::size_t line = 0; line < 3; ++line) block.slopes[place + line * known.padded * block.stride] = 0;
        }
    truncate_pairs(known, block);
    kernels_.weigh_pairs(known, block);
}

// Truncates the pairs in places_. Those that the kernels leave out are done one at a time; where bounds or correlation
// are not finite the result is not a number, which makes the value of the row one.
void BlockModel::truncate_pairs(NoiseKernelModel const& known, NoiseKernelBlock const& block)
{
    std::size_t const lines = known.padded * block.stride;
    std::size_t const left_out = kernels_.truncate_pairs(known, block, places_.data(), places_.size());
    for (std::size_t i = 0; i < left_out; ++i) {
        std::size_t const place = places_[i], c = place / block.stride;
        double &first = block.slopes[place], &second = block.slopes[place + lines];
        double const rho = correlations_[static_cast<Index>(c)];
        PairSlopes slopes{std::numeric_limits<double>::quiet_NaN(), 0, 0, 0};
        if (std::isfinite(first) && std::isfinite(second) && std::abs(rho) < 1) {
            if (!exact_[c]) exact_[c].emplace(rho);
            slopes = exact_[c]->slopes(first, second);
        }
        block.weights[place] += slopes.log_probability;
        first = slopes.first;
        second = slopes.second;
        block.slopes[place + 2 * lines] = slopes.density;
    }
}

} // namespace exahca::detail
