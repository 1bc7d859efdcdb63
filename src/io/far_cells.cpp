#include "io/far_cells.hpp"

#include "exahca/core/name_list.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca::io {

void FarCells::add(std::size_t column, double score, std::int64_t line)
{
    if (std::isnan(score)) return;
    auto& known = columns_[column];
    ++known.known;
    double const size = std::abs(score);
    if (size <= known.next) return; // nearly all
    if (size <= known.most) {
        known.next = size;
        return;
    }
    known.next = known.most;
    known.most = size;
    known.score = score;
    known.line = line;
}

void FarCells::add_notes(std::string const& file, std::span<std::string const> names,
                         std::vector<std::string>& notes) const
{
    constexpr double far = 100;
    constexpr std::int64_t fewest = 10;
    for (std::size_t j = 0; j < columns_.size(); ++j) {
        auto const& [most, next, score, line, known] = columns_[j];
        auto const digits = fmt::format("{:.0f}", most);
        bool const is_code = most == std::floor(most) && digits.find_first_not_of('9') == std::string::npos;
        if (known > fewest && next > 0 && most > far * next && !is_code)
            notes.push_back(
                fmt::format("{} line {}, column {}: {} is more than 100 times as large as every other score "
                            "of the column (at most {}): is its point where it belongs?",
                            file, line, listed_name(names[j]), score, next));
    }
}

} // namespace exahca::io
