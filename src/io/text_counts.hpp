#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace exahca::io {

struct TextCount
{
    std::string text;
    std::int64_t count;
};

/// A few different texts and how often each is there, in the order in which they appeared first.
class TextCounts
{
public:
    /// \param most  different texts that are kept; further ones are not counted
    explicit TextCounts(std::size_t most = std::numeric_limits<std::size_t>::max()) : most_(most) {}

    void add(std::string_view text, std::int64_t count = 1)
    {
        auto const known =
            std::find_if(counts_.begin(), counts_.end(), [&](auto const& one) { return one.text == text; });
        if (known != counts_.end())
            known->count += count;
        else if (counts_.size() < most_)
            counts_.push_back({std::string(text), count});
    }

    [[nodiscard]] std::vector<TextCount> const& counts() const { return counts_; }
    /// The most frequent first, equal ones as they appeared.
    [[nodiscard]] std::vector<TextCount> by_frequency() const
    {
        auto sorted = counts_;
        std::stable_sort(sorted.begin(), sorted.end(), [](auto const& a, auto const& b) { return a.count > b.count; });
        return sorted;
    }

private:
    std::size_t most_;
    std::vector<TextCount> counts_;
};

} // namespace exahca::io
