#include "io/first_rows.hpp"

#include "exahca/core/listing.hpp"
#include "io/missing_codes.hpp"
#include "io/number_text.hpp"
#include "io/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

namespace exahca::io {
namespace {

constexpr std::size_t most_rows = 24, most_header_rows = 3;

/// "%", "(kg)", "mg/L", "[ms]": neither a name nor a word for what happened.
bool is_unit(std::string_view text)
{
    auto const is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80U) != 0;
    };
    auto const first = std::find_if(text.begin(), text.end(), [&](char c) { return is_digit(c) || is_letter(c); });
    bool const has_digit_first = first != text.end() && is_digit(*first); // "<0.6", "(715)"; but "10^9/L"
    if (text.find('^') != text.npos) return true;
    if (has_digit_first || text.starts_with('<') || text.starts_with('>')) return false;
    bool const is_bracketed =
        (text.starts_with('(') && text.ends_with(')')) || (text.starts_with('[') && text.ends_with(']'));
    return std::none_of(text.begin(), text.end(), is_letter) || is_bracketed || text.find_first_of("/%") != text.npos ||
           text.find("\u2030") != text.npos || text.find("\u00b0") != text.npos;
}

} // namespace

void FirstRows::add(CsvRowView const& row) { rows_.push_back({row.line, {row.fields.begin(), row.fields.end()}}); }

bool FirstRows::are_enough() const { return rows_.size() >= most_rows; }

std::vector<std::size_t> FirstRows::number_columns(std::vector<std::size_t> const& names,
                                                   MissingCodes const& codes) const
{
    constexpr int fewest = 3;
    std::vector<std::size_t> columns;
    for (std::size_t c = 0; c < rows_.front().fields.size(); ++c) {
        if (std::find(names.begin(), names.end(), c) != names.end()) continue;
        int filled = 0, numbers = 0;
        for (std::size_t i = most_header_rows; i < rows_.size(); ++i) {
            auto const& text = rows_[i].fields[c];
            if (codes.contains(text)) continue;
            ++filled;
            numbers += look_at_number(text) || look_at_step(text) ? 1 : 0;
        }
        if (numbers >= fewest && 2 * numbers > filled) columns.push_back(c);
    }
    return columns;
}

bool FirstRows::is_header_row(std::size_t row, std::vector<std::size_t> const& columns, std::size_t model,
                              MissingCodes const& codes, HeaderRow& found) const
{
    constexpr std::size_t most_told = 3;
    std::vector<std::string> texts;
    found.columns.clear();
    for (auto const c : columns) {
        auto const& text = rows_[row].fields[c];
        if (codes.contains(text)) continue;
        if (look_at_number(text) || look_at_step(text)) return false;
        for (std::size_t i = row + 1; i < rows_.size(); ++i)
            if (rows_[i].fields[c] == text) return false; // such as "absent"
        texts.push_back(text);
        found.columns.push_back(c);
    }
    if (texts.empty()) return false;
    bool const has_unit = std::any_of(texts.begin(), texts.end(), is_unit);
    bool const is_named = model < rows_[row].fields.size() && !codes.contains(rows_[row].fields[model]);
    bool const differ = std::any_of(texts.begin(), texts.end(), [&](auto const& text) { return text != texts[0]; });
    if (is_named && texts.size() < std::min<std::size_t>(2, columns.size())) return false;
    bool const may_be_row = is_named || model >= rows_[row].fields.size(); // rows may have no names at all
    if (!has_unit && (may_be_row ? !differ || texts.size() < columns.size() : texts.size() < 2)) return false;
    found.line = rows_[row].line;
    found.fields = rows_[row].fields;
    found.texts.assign(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(std::min(most_told, texts.size())));
    return true;
}

std::vector<FirstRows::HeaderRow> FirstRows::header_rows(std::vector<std::size_t> const& names,
                                                         MissingCodes const& codes) const
{
    std::vector<HeaderRow> found;
    constexpr std::size_t fewest_rows = 4; // below
    if (rows_.size() < most_header_rows + fewest_rows) return found;
    auto const columns = number_columns(names, codes);
    for (std::size_t i = 0; i < most_header_rows; ++i) {
        HeaderRow row;
        if (!is_header_row(i, columns, names.front(), codes, row)) break;
        found.push_back(std::move(row));
    }
    return found;
}

std::string describe(FirstRows::HeaderRow const& row)
{
    std::vector<std::string> quoted;
    for (auto const& text : row.texts) quoted.push_back(fmt::format("\"{}\"", shortened(text)));
    return fmt::format("line {} has text where other rows have numbers ({}): taken for units or a second header, and "
                       "left out",
                       row.line, listed(quoted));
}

} // namespace exahca::io
