#include "cell_kind.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace exahca {
namespace {

constexpr std::string_view digits = "0123456789";

bool is_digit(char c) { return digits.find(c) != digits.npos; }

/// Two parts of a text at one slash.
bool are_two_numbers(std::string_view cell)
{
    auto const slash = cell.find('/');
    if (slash == cell.npos || slash != cell.rfind('/')) return false;
    auto const is_number = [](std::string_view text) {
        while (text.starts_with(' ')) text.remove_prefix(1);
        return !text.empty() && is_digit(text.front()) && text.find_first_not_of("0123456789.,% ()\u00b1") == text.npos;
    };
    return is_number(cell.substr(0, slash)) && is_number(cell.substr(slash + 1));
}

/// Numbers of at most four digits between these signs; nothing where there is anything else.
std::optional<std::vector<int>> numbers_between(std::string_view text, char sign)
{
    std::vector<int> numbers;
    for (;;) {
        auto const end = std::min(text.find(sign), text.size());
        auto const part = text.substr(0, end);
        constexpr std::size_t most_digits = 4;
        if (part.empty() || part.size() > most_digits || !std::all_of(part.begin(), part.end(), is_digit)) return {};
        int number = 0;
        std::from_chars(part.data(), part.data() + part.size(), number);
        numbers.push_back(number);
        if (end == text.size()) return numbers;
        text.remove_prefix(end + 1);
    }
}

/// Hours, minutes and seconds, or two of them; decimals may follow.
std::optional<std::vector<int>> parts_of_time(std::string_view text)
{
    auto const point = std::min(text.find('.'), text.size());
    auto const decimals = text.substr(std::min(point + 1, text.size()));
    auto parts = numbers_between(text.substr(0, point), ':');
    constexpr int sixty = 60;
    constexpr std::size_t most = 3;
    if (!parts || parts->size() < 2 || parts->size() > most) return {};
    if (!std::all_of(decimals.begin(), decimals.end(), is_digit)) return {};
    if (std::any_of(parts->begin() + 1, parts->end(), [](int part) { return part >= sixty; })) return {};
    return parts;
}

bool is_year(int number) { return number >= 1900 && number <= 2100; }

/// Two years one after the other, the second or both without their century.
bool is_season(std::string text)
{
    constexpr std::string_view dash = "\u2013";
    if (auto const place = text.find(dash); place != text.npos) text.replace(place, dash.size(), "-");
    constexpr int century = 100;
    constexpr std::size_t short_digits = 2, long_digits = 4;
    for (char const sign : {'-', '/'}) {
        auto const parts = numbers_between(text, sign);
        if (!parts || parts->size() != 2) continue;
        int const first = (*parts)[0], second = (*parts)[1];
        auto const place = text.find(sign), behind = text.size() - place - 1;
        bool const is_long = place == long_digits && is_year(first);
        if (is_long && behind == long_digits) return second == first + 1;
        return (is_long || (sign == '/' && place == short_digits)) && behind == short_digits &&
               second == (first + 1) % century;
    }
    return false;
}

bool is_date(std::string_view text)
{
    // What follows the day may be its time: "2024-05-31T10:00:00Z", "31.5.2024 10:00".
    if (auto const end = text.find_first_of(" T"); end != text.npos && text.find(':', end) != text.npos)
        text = text.substr(0, end);
    auto const is_month = [](int number) { return number >= 1 && number <= 12; };
    auto const is_day = [](int number) { return number >= 1 && number <= 31; };
    for (char const sign : {'-', '/', '.'}) {
        auto const parts = numbers_between(text, sign);
        if (!parts) continue;
        auto const& part = *parts;
        // With a point between them two numbers are one.
        if (part.size() == 2)
            return sign != '.' && ((is_year(part[0]) && is_month(part[1])) || (is_month(part[0]) && is_year(part[1])));
        if (part.size() != 3) return false;
        return (is_year(part[0]) && is_month(part[1]) && is_day(part[2])) ||
               (is_year(part[2]) && is_day(part[0]) && is_day(part[1]) && (is_month(part[0]) || is_month(part[1])));
    }
    return false;
}

bool is_hash(std::string_view text)
{
    constexpr std::size_t fewest = 6;
    constexpr std::string_view cut_off = "...";
    if (text.ends_with(cut_off)) text.remove_suffix(cut_off.size());
    std::size_t letters = 0, numerals = 0;
    for (char const c : text) {
        bool const is_letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!is_letter && !is_digit(c) && c != '-') return false;
        letters += is_letter ? 1U : 0U;
        numerals += is_digit(c) ? 1U : 0U;
    }
    constexpr std::size_t of_uuid = 36;
    return letters > 0 && numerals > 0 && letters + numerals >= fewest &&
           (letters + numerals == text.size() || text.size() == of_uuid);
}

bool is_address(std::string_view text)
{
    constexpr int most = 255;
    constexpr std::size_t four = 4;
    auto const parts = numbers_between(text, '.');
    return parts && parts->size() == four &&
           std::all_of(parts->begin(), parts->end(), [](int part) { return part <= most; });
}

bool is_version(std::string_view text)
{
    if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
    constexpr std::size_t fewest = 3;
    auto const parts = numbers_between(text, '.');
    return parts && parts->size() >= fewest;
}

bool is_identifier(std::string_view text)
{
    auto const is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return false;
    if (!std::all_of(text.begin(), text.end(), [&](char c) { return is_digit(c) || is_capital(c); })) return false;
    std::string letters;
    std::copy_if(text.begin(), text.end(), std::back_inserter(letters), is_capital);
    auto const place = text.find('X');
    bool const is_size = letters == "X" && text.substr(0, place) == text.substr(place + 1);
    return !letters.empty() && !is_size;
}

} // namespace

CellKind kind_of_cell(std::string_view cell)
{
    if (is_date(cell)) return CellKind::date;
    if (is_season(std::string(cell))) return CellKind::season;
    if (are_two_numbers(cell)) return CellKind::two_numbers;
    if (parts_of_time(cell)) return CellKind::time;
    if (is_address(cell)) return CellKind::address;
    if (is_version(cell)) return CellKind::version;
    if (is_hash(cell)) return CellKind::hash;
    if (is_identifier(cell)) return CellKind::identifier;
    return CellKind::other;
}

std::string in_seconds(std::string_view time)
{
    auto const parts = parts_of_time(time);
    int seconds = 0;
    constexpr int sixty = 60;
    for (int const part : *parts) seconds = sixty * seconds + part;
    auto decimals = time.substr(std::min(time.find('.'), time.size()));
    while (decimals.ends_with('0')) decimals.remove_suffix(1);
    return fmt::format("{}{}", seconds, decimals == "." ? std::string_view() : decimals);
}

} // namespace exahca
