#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace exahca::io {

/// Looks for scores that are more than a hundred times as far from 0 as all others of their column: decimal points that
/// were lost, mostly.
class FarCells
{
public:
    explicit FarCells(std::size_t columns) : columns_(columns) {}

    /// \param score  NaN where missing. \param line  of the file
    void add(std::size_t column, double score, std::int64_t line);
    /// One line for each column that has such a score, among more than ten. Numbers of nines alone are codes, of which
    /// more is said elsewhere.
    void add_notes(std::string const& file, std::span<std::string const> names, std::vector<std::string>& notes) const;

private:
    struct Column
    {
        double most = 0, next = 0; ///< distances from 0
        double score = 0;          ///< the most distant one
        std::int64_t line = 0, known = 0;
    };
    std::vector<Column> columns_;
};

} // namespace exahca::io
